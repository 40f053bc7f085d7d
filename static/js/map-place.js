// The place that was searched for, and how far around it.
import { icon, make } from "./icon.js";
import { say } from "./say.js";

export class PlaceRing {
  constructor(map) {
    this.map = map;
    this.parts = [];
  }

  draw(place, within) {
    this.parts.forEach((part) => part.remove());
    this.parts = [];
    this.ring = null;
    if (!place || !Number.isFinite(place.lat)) return;
    const at = [place.lat, place.lon];
    const pin = L.marker(at, {
      icon: L.divIcon({ className: "pin-holder", html: make("span", { class: "pin-place" }, icon("house")), iconSize: [44, 44] }),
      interactive: false, keyboard: false, zIndexOffset: -500,
    }).addTo(this.map);
    pin.getElement().setAttribute("role", "img");
    pin.getElement().setAttribute("aria-label", say("place_pin", { name: place.label }));
    this.parts.push(pin);
    if (!within) return;
    this.ring = L.circle(at, { radius: within, className: "radius-line", interactive: false }).addTo(this.map);
    this.parts.push(this.ring);
  }

  bounds() {
    return this.ring?.getBounds();
  }
}
