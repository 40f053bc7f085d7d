// Lines between two who could meet. The list has them all, so a map that cannot load them says nothing.
import { lineContent, openPopup } from "./map-popup.js";
import { say } from "./say.js";

export class Lines {
  constructor(map) {
    this.map = map;
    this.layer = L.layerGroup().addTo(map);
    map.createPane("meetLines").style.zIndex = 430; // over the wards, under the pins
  }

  async show(url) {
    this.running?.abort();
    if (!url) return;
    const mine = new AbortController();
    this.running = mine;
    try {
      const response = await fetch(url, { signal: mine.signal, headers: { Accept: "application/json" } });
      if (!response.ok) return;
      this.draw((await response.json()).lines);
    } catch {
      return;
    }
  }

  draw(lines) {
    this.layer.clearLayers();
    for (const line of lines) {
      const under = L.polyline(line.points, { pane: "meetLines", className: "meet-line-under", interactive: false });
      const drawn = L.polyline(line.points, { pane: "meetLines", className: "meet-line", weight: 14, opacity: 0 });
      drawn.on("add", () => this.name(drawn, under, line));
      drawn.on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        this.open(drawn, line, event.latlng);
      });
      this.layer.addLayer(under).addLayer(drawn);
    }
  }

  name(drawn, under, line) {
    const path = drawn.getElement();
    path.setAttribute("tabindex", "0");
    path.setAttribute("role", "button");
    path.setAttribute("aria-label", say("could_meet", { one: line.ends[0].name, other: line.ends[1].name }));
    const light = (on) => under.getElement()?.classList.toggle("is-lit", on);
    path.addEventListener("focus", () => light(true));
    path.addEventListener("blur", () => light(false));
    path.addEventListener("mouseover", () => light(true));
    path.addEventListener("mouseout", () => light(false));
    path.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.open(drawn, line, drawn.getBounds().getCenter());
    });
  }

  open(drawn, line, at) {
    openPopup(this.map, at, lineContent(line), drawn.getElement(), [0, 0]);
  }
}
