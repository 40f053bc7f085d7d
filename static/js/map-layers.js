// The panel that says what is on the map and switches it, with the legend.
import { icon, make, themeClass } from "./icon.js";
import { say } from "./say.js";

const PICTURES = { groups: "users", hubs: "house", opportunities: "heart-handshake" };

function mark(name) {
  const plain = { wards: "outline", lines: "dotted" }[name];
  const shape = plain ? make("span", { class: plain }) : make("span", { class: `pin pin-${name}` }, icon(PICTURES[name] || "map-pin"));
  return make("span", { class: "mark", "aria-hidden": "true" }, shape);
}

export class LayersPanel {
  constructor(config, on, changed) {
    this.config = config;
    this.on = on;
    this.changed = changed;
  }

  addTo(map) {
    const control = L.control({ position: "topright" });
    control.onAdd = () => this.element();
    control.addTo(map);
  }

  element() {
    const button = make("button", { type: "button", class: "wide", "aria-expanded": "false", "aria-controls": "layers-panel" },
      icon("layers"), make("span", {}, say("layers")));
    const panel = make("div", { class: "layers-panel", id: "layers-panel", hidden: true }, this.switches());
    if (this.config.themes?.length) panel.append(this.legend());
    const holder = make("div", { class: "map-control leaflet-control" }, button, panel);
    const toggle = (open) => {
      panel.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
    };
    button.addEventListener("click", () => toggle(panel.hidden));
    holder.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || panel.hidden) return;
      event.stopPropagation();
      toggle(false);
      button.focus();
    });
    L.DomEvent.disableClickPropagation(holder);
    L.DomEvent.disableScrollPropagation(holder);
    return holder;
  }

  switches() {
    const set = make("fieldset", {}, make("legend", { class: "visually-hidden" }, say("layers")));
    for (const layer of this.config.layers || []) {
      const box = make("input", { type: "checkbox", id: `layer-${layer.name}` });
      box.checked = this.on.has(layer.name);
      box.addEventListener("change", () => {
        if (box.checked) this.on.add(layer.name);
        else this.on.delete(layer.name);
        this.changed(layer.name);
      });
      set.append(make("label", { class: "option" }, box, mark(layer.name), make("span", {}, layer.label)));
    }
    return set;
  }

  legend() {
    const rows = this.config.themes.map((theme) => make("li", {},
      make("span", { class: `tile ${themeClass(theme.code)}` }, icon(theme.icon)), theme.label));
    return make("div", {}, make("h2", {}, say("legend")), make("ul", { class: "legend", role: "list" }, ...rows));
  }
}
