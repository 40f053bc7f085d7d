// Wards in classes: each a shape that a keyboard reaches, named with its figure, and one with its row of the table.
import { addControls } from "./map-controls.js";
import { note } from "./map-note.js";
import { openPopup, wardContent } from "./map-popup.js";
import { make } from "./icon.js";
import { say } from "./say.js";

const NO_DATA = "ward-no-data";
const MARKED_PX = 11;
const POINT_PX = { hub: 5, chosen: 8, reached: 3, plain: 4 };
const BESIDE = [[0, 0], [0, -8], [0, 8], [-12, 0], [12, 0], [0, -18], [0, 18], [-24, 0], [24, 0], [0, -28], [0, 28]]; // a label moves so far
const wide = matchMedia("(min-width: 62.5rem)");

class Choropleth {
  constructor(region, shell, config) {
    this.region = region;
    this.map = shell.map;
    this.tiles = shell.tiles;
    this.wards = shell.wards;
    this.config = config;
    this.shapes = new Map(); // by the ward's code
    this.labels = L.layerGroup();
    this.map.setMaxZoom(17);
    this.map.options.zoomSnap = 0.25; // so that the wards fill what room there is
    this.map.attributionControl.setPrefix("Leaflet");
    this.map.scrollWheelZoom.disable(); // the page scrolls on; buttons and fingers zoom
    if (matchMedia("(pointer: coarse)").matches) this.map.dragging.disable();
    this.map.createPane("wardRing").style.zIndex = 430;
    this.map.createPane("planPoints").style.zIndex = 440;
    this.map.createPane("wardNames").style.zIndex = 450;
    this.map.createPane("planMarks").style.zIndex = 460;
    this.map.getPane("planMarks").setAttribute("aria-hidden", "true"); // the table numbers them too
    this.map.getPane("wardNames").setAttribute("aria-hidden", "true"); // each shape says its own name
    new ResizeObserver(() => this.resized()).observe(this.map.getContainer());
    this.resized();
  }

  resized() {
    if (!this.map.getContainer().clientHeight) return;
    this.map.invalidateSize({ pan: false });
    if (!this.started) this.start();
    else if (!this.moved) this.fit();
  }

  start() {
    this.started = true;
    this.tiles?.addTo(this.map);
    addControls(this.map, this.region, { searchArea: null });
    this.fit();
    this.map.on("dragstart zoomstart", () => { this.moved ||= !this.fitting; });
    this.map.on("moveend resize", () => requestAnimationFrame(() => this.label())); // once the shapes are where they belong
    this.map.on("popupopen", () => this.region.classList.add("has-popup"));
    this.map.on("popupclose", () => this.region.classList.remove("has-popup"));
    this.drawPoints();
    this.load();
  }

  fit() {
    this.fitting = true;
    this.map.fitBounds(this.config.bounds, { padding: [10, 10], animate: false });
    this.fitting = false;
  }

  async load() {
    try {
      const response = await fetch(this.wards.url, { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      this.build(await response.json());
    } catch {
      note(this.region, say("wards_failed"), 0, () => this.load());
    }
  }

  build(outlines) {
    L.geoJSON(outlines, {
      filter: ({ properties }) => properties.code in this.wards.classOf,
      // A hatch is the one fill that a stylesheet cannot name; the classes' fills come from plan.css.
      style: ({ properties }) => ({
        className: `ward-shape ${this.region.dataset.patterns ? "of-pattern " : ""}${this.wards.classOf[properties.code]}`,
        fillOpacity: 1, fillColor: this.fill(this.wards.classOf[properties.code]),
      }),
      onEachFeature: ({ properties, geometry }, shape) => {
        const at = L.latLng(properties.label_at || shape.getBounds().getCenter());
        this.shapes.set(properties.code, { shape, at, geometry });
        shape.on("add", () => this.prepare(properties.code));
        shape.on("click", (event) => {
          L.DomEvent.stopPropagation(event);
          this.open(properties.code, event.latlng);
        });
      },
    }).addTo(this.map);
    this.labels.addTo(this.map);
    this.label();
    this.outline();
    this.region.classList.add("is-drawn");
  }

  fill(name) {
    const { patterns, hatch } = this.region.dataset;
    return patterns && /^ward-class-\d$/.test(name) ? `url(#${patterns}-${name})` : `url(#${hatch})`;
  }

  // Areas that are not wards, drawn over them; the list beside the map names them.
  async outline() {
    if (!this.config.outlines_url) return;
    const response = await fetch(this.config.outlines_url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!response?.ok) return;
    const areas = await response.json();
    for (const className of ["catchment-line is-under", "catchment-line"]) {
      L.geoJSON(areas, { pane: "wardRing", interactive: false, style: { className, fill: false } }).addTo(this.map);
    }
  }

  prepare(code) {
    const path = this.shapes.get(code).shape.getElement();
    path.dataset.ward = code;
    path.setAttribute("tabindex", "0");
    path.setAttribute("role", "button");
    path.setAttribute("aria-haspopup", "dialog");
    this.name(code);
    for (const [event, on] of [["focus", true], ["blur", false], ["mouseover", true], ["mouseout", false]]) {
      path.addEventListener(event, () => {
        this.light(on ? code : null);
        for (const row of rowsOf(code)) row.classList.toggle("is-lit", on);
      });
    }
    path.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.open(code, this.shapes.get(code).at);
    });
  }

  name(code) {
    const text = this.config.texts[code];
    if (text) this.shapes.get(code).shape.getElement().setAttribute("aria-label", say("ward_figure", text));
  }

  open(code, at) {
    const text = this.config.texts[code];
    if (!text) return;
    this.light(null);
    openPopup(this.map, at, wardContent(text), this.shapes.get(code).shape.getElement(), [0, 0]);
    if (wide.matches) rowsOf(code)[0]?.scrollIntoView({ block: "nearest" });
  }

  // A ring around a ward and its name beside it. The shape itself stays where it is in the page: moving it would lose focus.
  light(code) {
    this.ring?.remove();
    this.tip?.remove();
    this.ring = this.tip = null;
    const ward = this.shapes.get(code);
    if (!ward) return;
    const ring = (className) => L.geoJSON(ward.geometry, { pane: "wardRing", interactive: false, style: { className, fill: false } });
    this.ring = L.layerGroup([ring("ward-ring-under"), ring("ward-ring")]).addTo(this.map);
    const text = this.config.texts[code];
    if (!text) return;
    const said = make("span", {}, make("b", {}, text.name), make("span", {}, text.figure));
    this.tip = L.tooltip({ direction: "top", className: "ward-tip", opacity: 1, offset: [0, -12] }).setLatLng(ward.at).setContent(said);
    this.tip.addTo(this.map);
    this.tip.getElement().setAttribute("aria-hidden", "true"); // the shape's own name says the same
  }

  // Its name and figure on each ward that has room for them, or its figure alone, beside the points.
  label() {
    this.labels.clearLayers();
    const points = (this.config.points || []).map((point) => this.map.latLngToLayerPoint([point.lat, point.lon]));
    for (const [code, { shape, at }] of this.shapes) {
      const text = this.config.texts[code];
      if (!text) continue;
      const here = this.map.latLngToLayerPoint(at);
      for (const lines of [[text.name, text.short], [text.short]]) {
        const centre = lines.at(-1) && roomFor(lines, here, shape.getElement(), points);
        if (!centre) continue;
        const said = make("span", { class: this.wards.classOf[code] }, lines.length > 1 ? make("b", {}, text.name) : null,
          make("span", {}, text.short));
        this.labels.addLayer(L.tooltip({ permanent: true, direction: "center", className: "ward-label", opacity: 1, pane: "wardNames" })
          .setLatLng(this.map.layerPointToLatLng(centre)).setContent(said));
        break;
      }
    }
  }

  drawPoints() {
    this.points?.remove();
    this.points = L.layerGroup((this.config.points || []).flatMap((point) => {
      const size = point.mark ? MARKED_PX : POINT_PX[point.kind] || POINT_PX.plain;
      const circle = L.circleMarker([point.lat, point.lon], { pane: "planPoints", radius: size, className: `plan-point is-${point.kind}` })
        .bindTooltip(make("span", {}, point.text), { direction: "top", className: "ward-tip", opacity: 1 });
      if (!point.mark) return [circle];
      const mark = L.tooltip({ permanent: true, direction: "center", className: "point-mark", opacity: 1, pane: "planMarks" });
      return [circle, mark.setLatLng([point.lat, point.lon]).setContent(make("span", {}, point.mark))];
    })).addTo(this.map);
  }

  // Other figures for the same wards: colours, names and words change, the view stays.
  show({ classOf, texts, points, diverging }) {
    this.map.closePopup();
    this.light(null);
    this.wards.classOf = classOf;
    this.config.texts = texts;
    if (diverging !== undefined) this.region.classList.toggle("is-diverging", diverging);
    for (const [code, { shape }] of this.shapes) {
      const path = shape.getElement();
      path.classList.remove(...[...path.classList].filter((name) => /^ward-(class-\d|no-data|not-here)$/.test(name)));
      path.classList.add(classOf[code] || NO_DATA);
      shape.setStyle({ fillColor: this.fill(classOf[code]) });
      this.name(code);
    }
    if (points) {
      this.config.points = points;
      this.drawPoints();
    }
    this.label();
  }
}

// Where lines of words lie whole inside a ward and on no point; nothing if nowhere.
function roomFor(lines, here, path, points) {
  const half = L.point(Math.max(...lines.map((line) => line.length)) * 7.2 + 4, lines.length * 16).divideBy(2);
  const corners = [[-1, -1], [1, -1], [-1, 1], [1, 1]].map(([x, y]) => L.point(half.x * x, half.y * y));
  return BESIDE.map((by) => here.add(by)).find((centre) =>
    corners.every((corner) => path.isPointInFill(new DOMPoint(centre.x + corner.x, centre.y + corner.y)))
    && points.every((point) => Math.abs(point.x - centre.x) > half.x + 5 || Math.abs(point.y - centre.y) > half.y + 5));
}

function rowsOf(code) {
  return document.querySelectorAll(`tr[data-ward="${CSS.escape(code)}"]`);
}

function mount(region) {
  const shell = region.querySelector(".folium-map")?.shell;
  if (!shell) {
    region.remove();
    document.documentElement.classList.add("no-ward-map"); // the picture stands in for it
    return;
  }
  const drawn = new Choropleth(region, shell, JSON.parse(document.getElementById(region.dataset.choropleth).textContent));
  document.addEventListener("assetmap:wards", ({ detail }) => { // `of`: the id of one map, where a page has two
    if (!detail.of || region.querySelector(".folium-map").id === detail.of) drawn.show(detail);
  });
  const light = (event, on) => {
    const of = event.target.closest?.("[data-ward]"); // a row of a table, or a ward's point in a chart
    if (!of || of.closest(".ward-map")) return;
    drawn.light(on ? of.dataset.ward : null);
    if (!of.matches("tr")) for (const row of rowsOf(of.dataset.ward)) row.classList.toggle("is-lit", on);
  };
  for (const [event, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(event, (happened) => light(happened, on));
  }
}

document.querySelectorAll("[data-choropleth]").forEach(mount);
