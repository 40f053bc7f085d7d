// The corners of areas that are drawn: areas, each with its outer ring and its holes, each ring of [lat, lon]. Knows no map.
const MOST_STEPS_BACK = 200;
const round = (number) => Number(number.toFixed(6));

export class Rings {
  constructor(areas) {
    this.areas = areas;
    this.open = areas.length ? -1 : 0; // the area whose outer ring is being drawn, -1 for none
    this.past = [];
  }

  keep() {
    this.past.push(JSON.stringify([this.areas, this.open]));
    if (this.past.length > MOST_STEPS_BACK) this.past.shift();
  }

  undo() {
    if (!this.past.length) return false;
    [this.areas, this.open] = JSON.parse(this.past.pop());
    return true;
  }

  ring(area, ring) {
    return this.areas[area]?.[ring] || [];
  }

  // The ring that is being drawn; empty before its first corner.
  opened() {
    return this.open < 0 ? null : this.ring(this.open, 0);
  }

  count() {
    return this.areas.flat().reduce((sum, ring) => sum + ring.length, 0);
  }

  add({ lat, lng }) {
    this.keep();
    if (!this.areas[this.open]) this.areas[this.open] = [[]];
    this.areas[this.open][0].push([round(lat), round(lng)]);
  }

  put(area, ring, corner, { lat, lng }) {
    this.ring(area, ring)[corner] = [round(lat), round(lng)];
  }

  insert(area, ring, corner, { lat, lng }) {
    this.keep();
    this.ring(area, ring).splice(corner, 0, [round(lat), round(lng)]);
  }

  // With two corners left an area is drawn on, and a hole is none any more.
  remove(area, ring, corner) {
    this.keep();
    const corners = this.ring(area, ring);
    corners.splice(corner, 1);
    if (corners.length >= 3 || (area === this.open && corners.length)) return;
    if (ring) this.areas[area].splice(ring, 1);
    else if (this.open < 0 && corners.length) {
      this.areas[area] = [corners];
      this.open = area;
    } else {
      this.areas.splice(area, 1);
      if (this.open >= area) this.open = this.areas.length ? -1 : 0;
    }
  }

  finish() {
    this.keep();
    this.open = -1;
  }

  another() {
    this.keep();
    this.open = this.areas.length;
  }

  clear() {
    this.keep();
    this.areas = [];
    this.open = 0;
  }

  replace(areas) {
    this.keep();
    this.areas = areas;
    this.open = areas.length ? -1 : 0;
  }

  // An area that is begun, and has too few corners to be one.
  isUnfinished() {
    const corners = this.opened();
    return Boolean(corners && corners.length && corners.length < 3);
  }

  // Well-known text, longitude first, of what has three corners.
  text() {
    const whole = this.areas.map((rings) => rings.filter((ring) => ring.length >= 3)).filter((rings) => rings.length);
    const ringText = (ring) => `(${[...ring, ring[0]].map(([lat, lon]) => `${lon} ${lat}`).join(", ")})`;
    const areaTexts = whole.map((rings) => `(${rings.map(ringText).join(", ")})`);
    if (!areaTexts.length) return "";
    return areaTexts.length === 1 ? `POLYGON ${areaTexts[0]}` : `MULTIPOLYGON (${areaTexts.join(", ")})`;
  }
}
