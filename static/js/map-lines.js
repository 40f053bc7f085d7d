// Lines between two who could meet, or what else a page joins; then each has its own label. The list has them all, so a map that cannot load them says nothing.
import { lineContent, openPopup } from "./map-popup.js";
import { announce, say } from "./say.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");
const wide = matchMedia("(min-width: 62.5rem)");
const RING_PX = 26; // around a pin: two who could meet and are at one place already

function keyOf(pair) {
  return pair.ends.map((end) => end.id).join(" ");
}

export class Lines {
  constructor(map) {
    this.map = map;
    this.layer = L.layerGroup().addTo(map);
    this.url = "";
    this.under = new Map(); // what is seen of a line, by the pairs that it joins
    map.createPane("meetLines").style.zIndex = 430; // over the wards, under the pins
  }

  // Draws what an address has; "" takes the lines away.
  async show(url, tell = false) {
    if (url === this.url) return;
    this.running?.abort();
    this.url = url;
    if (!url) {
      this.draw([]);
      return;
    }
    const mine = new AbortController();
    this.running = mine;
    try {
      const response = await fetch(url, { signal: mine.signal, headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      const { lines, total, said } = await response.json();
      this.draw(lines);
      if (tell) announce(said || say("lines_shown", { count: total }));
    } catch (error) {
      if (error.name === "AbortError") return;
      this.url = ""; // so that it is tried again
      this.draw([]);
    }
  }

  draw(lines) {
    this.layer.clearLayers();
    this.under.clear();
    // an end may have no pin of its own: the other of two may be outside what is listed
    const ends = new Map(lines.flatMap((line) => line.points.map((point) => [point.join(), point])));
    for (const end of ends.values()) {
      this.layer.addLayer(L.circleMarker(end, { pane: "meetLines", className: "meet-end", radius: 5, interactive: false }));
    }
    // the best last, so that they are drawn over the others
    for (const line of [...lines].reverse()) {
      const shape = (options) => {
        const all = { pane: "meetLines", ...options };
        const [here, there] = line.points;
        const oneSpot = here[0] === there[0] && here[1] === there[1];
        return oneSpot ? L.circleMarker(here, { ...all, radius: RING_PX, fill: false }) : L.polyline(line.points, all);
      };
      const under = shape({ className: `meet-line-under fit-${Number(line.fit) || 1}`, interactive: false });
      const drawn = shape({ className: "meet-line", weight: 14, opacity: 0 });
      for (const pair of line.pairs) this.under.set(keyOf(pair), under);
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
    const ends = line.pairs[0].ends;
    path.setAttribute("tabindex", "0");
    path.setAttribute("role", "button");
    path.setAttribute("aria-haspopup", "dialog");
    path.setAttribute("aria-label", line.label ? line.label : line.pairs.length > 1 ? say("pairs_could_meet", { count: line.pairs.length })
      : say("could_meet", { one: ends[0].name, other: ends[1].name }));
    const light = (on) => {
      under.getElement()?.classList.toggle("is-lit", on);
      for (const card of this.cards(line)) card.classList.toggle("is-lit", on);
    };
    for (const [event, on] of [["focus", true], ["blur", false], ["mouseover", true], ["mouseout", false]]) {
      path.addEventListener(event, () => light(on));
    }
    path.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.open(drawn, line, L.latLngBounds(line.points).getCenter());
    });
  }

  open(drawn, line, at) {
    openPopup(this.map, at, lineContent(line), drawn.getElement(), [0, 0]);
    if (wide.matches) this.cards(line)[0]?.scrollIntoView({ block: "nearest", behavior: still.matches ? "auto" : "smooth" });
  }

  cards(line) {
    return line.pairs.map((pair) => document.querySelector(`.card[data-pair="${CSS.escape(keyOf(pair))}"]`)).filter(Boolean);
  }

  // A pair's card is looked at: its line stands out.
  light(key, on) {
    this.under.get(key)?.getElement()?.classList.toggle("is-lit", on);
  }
}
