// Pins, clusters and stacks as buttons that a keyboard reaches and a screen reader names.
import { make, pinIcon, themeClass } from "./icon.js";
import { say } from "./say.js";

function keyOf(feature) {
  if (feature.type === "point") return `${feature.layer}:${feature.id}`;
  return `${feature.type}:${feature.layer || ""}:${feature.count}:${feature.lat},${feature.lon}`;
}

function nameOf(feature) {
  if (feature.type === "cluster") {
    const layer = /^(groups|hubs|opportunities)$/.test(feature.layer) ? feature.layer : "mixed";
    return say("cluster_hint", { label: say(`cluster_${layer}`, { count: feature.count }) });
  }
  if (feature.type === "stack") {
    return feature.place ? say("stack_label", { count: feature.count, place: feature.place })
      : say("stack_label_plain", { count: feature.count });
  }
  return [feature.name, feature.theme_label, feature.when].filter(Boolean).join(", ");
}

function badge(feature, selected) {
  if (feature.type === "cluster") {
    const size = feature.count < 10 ? 1 : feature.count < 100 ? 2 : feature.count < 1000 ? 3 : 4;
    const text = feature.count < 10000 ? String(feature.count) : `${Math.round(feature.count / 1000)}k`;
    return make("span", { class: `pin pin-cluster s${size}` }, text);
  }
  if (feature.type === "stack") {
    const holds = selected && feature.items.some((item) => item.id === selected);
    return make("span", { class: `pin pin-stack${holds ? " is-selected" : ""}` }, String(feature.count));
  }
  const shape = { hubs: "pin-hubs", opportunities: "pin-opportunities" }[feature.layer] || "pin-groups";
  const chosen = selected && feature.id === selected ? " is-selected" : "";
  return make("span", { class: `pin ${shape}${chosen} ${themeClass(feature.theme)}` }, pinIcon(feature));
}

export class Markers {
  constructor(map, { selected, fit }, { open, light }) {
    this.map = map;
    this.selected = selected;
    this.at = fit && L.latLngBounds(fit).getCenter();
    this.open = open;
    this.light = light;
    this.drawn = new Map();
  }

  // Only what changed is touched, so that focus and an open popup stay where they are.
  draw(features) {
    const wanted = new Map(features.map((feature) => [keyOf(feature), feature]));
    let focusLost = false;
    for (const [key, marker] of this.drawn) {
      if (wanted.has(key)) continue;
      focusLost ||= marker.getElement() === document.activeElement;
      marker.remove();
      this.drawn.delete(key);
    }
    for (const [key, feature] of wanted) {
      if (!this.drawn.has(key)) this.drawn.set(key, this.add(feature));
    }
    this.here?.remove();
    const shown = features.some((feature) => [feature, ...(feature.items || [])].some((item) => item.id === this.selected));
    if (this.selected && this.at && !shown) this.here = this.mark(this.at);
    if (focusLost) this.map.getContainer().focus({ preventScroll: true });
  }

  add(feature) {
    const marker = L.marker([feature.lat, feature.lon], {
      icon: L.divIcon({ className: "pin-holder", html: badge(feature, this.selected), iconSize: [44, 44] }),
      keyboard: true, riseOnHover: true, zIndexOffset: feature.id && feature.id === this.selected ? 1000 : 0,
    });
    marker.on("add", () => this.prepare(marker, feature));
    return marker.on("click", () => this.open(feature, marker)).addTo(this.map);
  }

  prepare(marker, feature) {
    const element = marker.getElement();
    element.setAttribute("aria-label", nameOf(feature));
    if (feature.type !== "cluster") element.setAttribute("aria-haspopup", "dialog");
    element.addEventListener("keydown", (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      this.open(feature, marker);
    });
    const items = feature.type === "stack" ? feature.items : [feature];
    for (const [name, on] of [["pointerenter", true], ["focus", true], ["pointerleave", false], ["blur", false]]) {
      element.addEventListener(name, () => items.forEach((item) => this.light(item, on)));
    }
  }

  // Lights the pin of a card of the list; where it is inside a cluster, a ring marks the spot.
  spot(card) {
    this.ring?.remove();
    this.ring = null;
    this.lit?.classList.remove("is-lit");
    this.lit = null;
    if (!card) return;
    const plural = { group: "groups", hub: "hubs", opportunity: "opportunities" }[card.kind];
    const marker = this.drawn.get(`${plural}:${card.id}`);
    if (marker) {
      this.lit = marker.getElement();
      this.lit.classList.add("is-lit");
      return;
    }
    this.ring = this.mark([Number(card.lat), Number(card.lon)]);
  }

  // A ring around a spot whose own pin is inside a cluster.
  mark(at) {
    const ring = L.marker(at, {
      icon: L.divIcon({ className: "spot-holder", html: make("span", { class: "spot" }), iconSize: [44, 44] }),
      interactive: false, keyboard: false, zIndexOffset: 2000,
    }).addTo(this.map);
    ring.getElement().setAttribute("aria-hidden", "true");
    return ring;
  }
}
