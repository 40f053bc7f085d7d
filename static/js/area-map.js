// Draws the corners and lines of an area on a Leaflet map, and tells what is done to them by mouse, finger or key.
import { make } from "./icon.js";
import { say } from "./say.js";

const STEP_PX = 10;
const ROOM_PX = 56; // between two corners, for a handle in the middle
const MOST_TABBED = 30;
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

export class AreaMap {
  // `on`: {moving, moved, insert, remove, finish}, each told of (area, ring, corner[, latlng]).
  constructor(map, rings, mostMoved, on) {
    this.map = map;
    this.rings = rings;
    this.mostMoved = mostMoved;
    this.on = on;
    this.layer = L.layerGroup().addTo(map);
    this.handles = new Map();
    map.createPane("drawnArea").style.zIndex = 420;
    map.on("mousemove", (event) => this.follow(event.latlng));
    map.on("mouseout", () => this.thread?.remove());
    map.on("zoomend", () => this.draw());
  }

  draw() {
    const focused = document.activeElement?.dataset?.corner;
    this.layer.clearLayers();
    this.handles.clear();
    this.thread?.remove();
    this.shapes = this.rings.areas.map((area, number) => this.shape(area, number));
    if (this.rings.count() <= this.mostMoved) {
      this.rings.areas.forEach((area, number) => area.forEach((ring, at) => this.corners(ring, number, at)));
    }
    this.focus(focused);
  }

  shape(area, number) {
    const options = { pane: "drawnArea", interactive: false };
    const made = number === this.rings.open
      ? L.polyline(area[0], { ...options, className: "drawn-line is-open" })
      : L.polygon(area, { ...options, className: "drawn-line" });
    return made.addTo(this.layer);
  }

  corners(ring, area, at) {
    const open = area === this.rings.open;
    ring.forEach((corner, number) => this.corner(corner, [area, at, number], ring, open));
    ring.forEach((corner, number) => {
      const next = ring[number + 1] || (open ? null : ring[0]);
      if (next && this.apart(corner, next) > ROOM_PX) this.between(corner, next, [area, at, number + 1]);
    });
  }

  apart(one, other) {
    return this.map.latLngToLayerPoint(one).distanceTo(this.map.latLngToLayerPoint(other));
  }

  corner(position, which, ring, open) {
    const first = open && which[2] === 0 && ring.length >= 3;
    const marker = L.marker(position, {
      icon: L.divIcon({ className: `corner-holder${first ? " is-first" : ""}`, html: make("span", { class: "corner" }), iconSize: [32, 32] }),
      draggable: true, autoPan: true, keyboard: true, zIndexOffset: first ? 1000 : 0,
    }).addTo(this.layer);
    const element = marker.getElement();
    element.dataset.corner = which.join(" ");
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", first ? say("first_corner") : say("corner", { number: which[2] + 1, count: ring.length }));
    if (this.rings.count() > MOST_TABBED) element.tabIndex = -1; // the list has them all
    element.addEventListener("keydown", (event) => this.pressed(event, which, marker, first));
    marker.on("click", () => (first ? this.on.finish() : element.focus()));
    marker.on("contextmenu", () => this.on.remove(...which));
    marker.on("dragstart", () => this.on.moving());
    marker.on("drag", () => this.drag(which, marker.getLatLng()));
    marker.on("dragend", () => this.on.moved(...which));
    this.handles.set(which.join(" "), marker);
  }

  between(one, next, which) {
    const middle = this.map.layerPointToLatLng(
      this.map.latLngToLayerPoint(one).add(this.map.latLngToLayerPoint(next)).divideBy(2));
    const marker = L.marker(middle, {
      icon: L.divIcon({ className: "corner-holder", html: make("span", { class: "corner is-between" }), iconSize: [32, 32] }),
      draggable: true, keyboard: false, zIndexOffset: -500,
    }).addTo(this.layer);
    marker.getElement().setAttribute("title", say("middle_point"));
    marker.getElement().setAttribute("aria-hidden", "true");
    marker.on("dragend", () => this.on.insert(...which, marker.getLatLng()));
  }

  drag([area, ring, corner], latlng) {
    this.rings.put(area, ring, corner, latlng.wrap());
    this.shapes[area].setLatLngs(area === this.rings.open ? this.rings.ring(area, 0) : this.rings.areas[area]);
  }

  pressed(event, which, marker, first) {
    const way = ARROWS[event.key];
    if (way) {
      const step = event.shiftKey ? 1 : STEP_PX;
      const at = this.map.latLngToContainerPoint(marker.getLatLng()).add([way[0] * step, way[1] * step]);
      this.on.moving();
      this.rings.put(...which, this.map.containerPointToLatLng(at).wrap());
      this.map.panInside(this.rings.ring(which[0], which[1])[which[2]], { padding: [40, 40], animate: false });
      this.on.moved(...which);
    } else if (event.key === "Delete" || event.key === "Backspace") this.on.remove(...which);
    else if (first && (event.key === "Enter" || event.key === " ")) this.on.finish();
    else if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
  }

  focus(key) {
    if (key) this.handles.get(key)?.getElement().focus({ preventScroll: true });
  }

  // A thread from the last corner to the pointer, and on to the first.
  follow(latlng) {
    this.thread?.remove();
    const corners = this.rings.opened();
    if (!corners?.length) return;
    const ends = corners.length > 1 ? [corners.at(-1), latlng, corners[0]] : [corners[0], latlng];
    this.thread = L.polyline(ends, { pane: "drawnArea", interactive: false, className: "drawn-thread" }).addTo(this.map);
  }

  bounds() {
    return this.rings.count() ? L.latLngBounds(this.rings.areas.flat(2)) : null;
  }
}
