// The corners of an area as a list of fields: typed into, taken out, one put after another, shown on the map.
import { icon, make } from "./icon.js";
import { announce, say } from "./say.js";

const PAIR = /^\s*([+-]?\d{1,3}(?:\.\d+)?)°?\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)°?\s*$/;

export class AreaList {
  // `on`: {put, insert, remove, show}, each told of (area, ring, corner[, latlng]).
  constructor(root, rings, mostMoved, on) {
    this.fold = root.querySelector("[data-draw-corners]");
    this.list = root.querySelector("[data-draw-list]");
    this.counter = root.querySelector("[data-draw-count]");
    this.rings = rings;
    this.mostMoved = mostMoved;
    this.on = on;
  }

  draw() {
    const focused = document.activeElement?.dataset?.listed;
    const count = this.rings.count();
    this.fold.hidden = !count;
    this.counter.textContent = String(count);
    if (count > this.mostMoved) {
      this.list.replaceChildren(make("p", {}, say("too_many", { count })));
      return;
    }
    const several = this.rings.areas.length > 1 || this.rings.areas[0]?.length > 1;
    this.list.replaceChildren(...this.rings.areas.flatMap((area, number) => area.flatMap((ring, at) => {
      const name = at ? say("hole", { number: at }) : say("area", { number: number + 1 });
      return [several ? make("p", { class: "label" }, name) : null, this.ring(ring, number, at, several ? `${name}, ` : "")];
    })).filter(Boolean));
    if (focused) this.focus(focused);
  }

  ring(ring, area, at, before) {
    return make("ol", { role: "list" }, ...ring.map((corner, number) => this.corner(corner, [area, at, number], before)));
  }

  corner([lat, lon], which, before) {
    const name = before + say("corner_short", { number: which[2] + 1 });
    const key = which.join(" ");
    const input = make("input", {
      class: "input", value: `${lat.toFixed(6)}, ${lon.toFixed(6)}`, "aria-label": name, autocomplete: "off",
      inputmode: "text", "data-listed": `${key} input`,
    });
    input.addEventListener("change", () => this.typed(input, which));
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return; // else it would send the form
      event.preventDefault();
      this.typed(input, which);
    });
    const button = (word, picture, act) => {
      const made = make("button", { class: "icon-button", type: "button", "aria-label": `${say(word)}: ${name}`, title: say(word), "data-listed": `${key} ${word}` }, icon(picture));
      made.addEventListener("click", act);
      return made;
    };
    return make("li", {}, make("span", { class: "draw-number", "aria-hidden": "true" }, String(which[2] + 1)), input,
      button("show", "locate-fixed", () => this.on.show(...which)),
      button("put_after", "plus", () => this.on.insert(...which)),
      button("take_out", "x", () => this.on.remove(...which)));
  }

  typed(input, which) {
    const found = PAIR.exec(input.value);
    const [lat, lon] = found ? [Number(found[1]), Number(found[2])] : [NaN, NaN];
    const fits = Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
    input.setAttribute("aria-invalid", String(!fits));
    if (!fits) {
      announce(say("not_a_place"));
      return;
    }
    const [area, ring, corner] = which;
    const [oldLat, oldLon] = this.rings.ring(area, ring)[corner];
    if (lat.toFixed(6) !== oldLat.toFixed(6) || lon.toFixed(6) !== oldLon.toFixed(6)) this.on.put(...which, L.latLng(lat, lon));
  }

  // After a corner went, its button's place is taken by that of the next.
  focus(key) {
    const [area, ring, corner, what] = key.split(" ");
    const held = (number) => this.list.querySelector(`[data-listed="${area} ${ring} ${number} ${what}"]`);
    (held(corner) || held(corner - 1) || this.fold.querySelector("summary")).focus({ preventScroll: true });
  }
}

export function counted(count) {
  return count === 0 ? say("no_corners") : count === 1 ? say("one_corner") : say("corners", { count });
}
