// Draws on the map that the page's shell has made: places by what is in view, popups, wards, search by map.
import { addControls } from "./map-controls.js";
import { LayersPanel } from "./map-layers.js";
import { Lines } from "./map-lines.js";
import { Markers } from "./map-markers.js";
import { note } from "./map-note.js";
import { PlaceRing } from "./map-place.js";
import { openPopup, pointContent, spotContent, stackContent } from "./map-popup.js";
import { Wards } from "./map-wards.js";
import { searchNear } from "./position.js";
import { announce, say } from "./say.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");
const wide = matchMedia("(min-width: 62.5rem)");

class AssetMap {
  constructor(region, shell, config) {
    this.region = region;
    this.map = shell.map;
    this.tiles = shell.tiles;
    this.config = config;
    this.on = new Set((config.layers || []).filter((layer) => layer.on).map((layer) => layer.name));
    this.quiet = true;
    this.started = false;
    this.map.setMaxZoom(19);
    this.map.attributionControl.setPrefix("Leaflet");
    if ("quiet" in region.dataset) {
      this.map.scrollWheelZoom.disable();
      if (matchMedia("(pointer: coarse)").matches) this.map.dragging.disable();
    }
    this.markers = new Markers(this.map, config, {
      open: (feature, marker) => this.open(feature, marker),
      light: (feature, on) => this.lightCard(feature, on),
    });
    this.wards = new Wards(this.map, config.wards_url, config.ward, (ward, latlng) => this.offer(latlng, ward));
    if (config.lines_url) this.lines = new Lines(this.map);
    this.ring = new PlaceRing(this.map);
    new ResizeObserver(() => this.resized()).observe(this.map.getContainer());
    this.resized();
  }

  // A map that no one can see costs nothing: tiles and places are fetched once it has a size.
  resized() {
    const shown = this.map.getContainer().clientHeight > 0;
    if (!shown) return;
    this.map.invalidateSize({ pan: this.started });
    if (!this.started) this.start();
  }

  start() {
    this.started = true;
    this.addTiles();
    this.panel = new LayersPanel(this.config, this.on, (name) => this.layersChanged(name));
    this.panel.addTo(this.map);
    this.controls = addControls(this.map, this.region, {
      searchArea: "quiet" in this.region.dataset ? null : () => this.searchArea(),
    });
    this.wards.show(this.on.has("wards"));
    this.map.on("moveend", () => this.moved());
    this.map.on("autopanstart", () => { this.quiet = true; });
    this.map.on("popupopen", () => this.region.classList.add("has-popup"));
    this.map.on("popupclose", () => this.region.classList.remove("has-popup"));
    this.map.on("preclick", () => { this.hadPopup = Boolean(this.map._popup?.isOpen()); });
    this.map.on("click", (event) => this.offer(event.latlng));
    this.show(this.config, false);
  }

  addTiles() {
    if (!this.tiles) {
      this.note(say("no_tiles"), 6000);
      return;
    }
    let arrived = false;
    this.tiles.on("tileload", () => { arrived = true; });
    this.tiles.once("tileerror", () => setTimeout(() => arrived || this.note(say("tiles_failed"), 9000), 1500));
    this.tiles.addTo(this.map);
  }

  // The same page with another search: other places, another ring, and unless the reader set it, another view.
  show(config, keepView) {
    this.config = config;
    this.ring.draw(config.place, config.within_m);
    this.showLines();
    this.controls?.offerSearch(false);
    if (keepView) {
      this.load();
      return;
    }
    this.quiet = true;
    const before = this.requested;
    this.map.fitBounds(this.ring.bounds() || config.fit || config.bounds, {
      padding: [18, 18], maxZoom: 16, animate: !still.matches && this.requested !== undefined,
    });
    if (this.requested === before) this.load();
  }

  moved() {
    if (!this.quiet) this.controls.offerSearch(true);
    this.quiet = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), 180);
  }

  layersChanged(name) {
    if (name === "wards") this.wards.show(this.on.has("wards"));
    else if (name === "lines") this.showLines(true);
    else this.load(true);
  }

  showLines(tell = false) {
    this.lines?.show(this.on.has("lines") ? this.config.lines_url : "", tell);
  }

  pointLayers() {
    return [...this.on].filter((layer) => layer !== "wards" && layer !== "lines");
  }

  address() {
    const url = new URL(this.config.points_url, location.href);
    // a small map shows no pin that its edge or its credits would cut off; a large one loads a little more than it shows
    const bounds = this.map.getBounds().pad("quiet" in this.region.dataset ? -0.1 : 0.12);
    const round = (number) => number.toFixed(5);
    url.searchParams.set("bbox", [Math.max(bounds.getWest(), -180), Math.max(bounds.getSouth(), -90),
      Math.min(bounds.getEast(), 180), Math.min(bounds.getNorth(), 90)].map(round).join(","));
    url.searchParams.set("zoom", String(Math.round(this.map.getZoom())));
    for (const layer of this.pointLayers()) url.searchParams.append("layer", layer);
    return url;
  }

  async load(tell = false) {
    clearTimeout(this.timer);
    this.running?.abort();
    if (!this.pointLayers().length) {
      this.markers.draw([]);
      return;
    }
    const mine = new AbortController();
    this.running = mine;
    this.requested = this.address().href;
    this.region.classList.add("is-loading");
    try {
      const response = await fetch(this.requested, { signal: mine.signal, headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      const { features = [], total = 0 } = await response.json();
      this.markers.draw(features);
      if (tell || !features.length) announce(features.length ? say("shown", { count: total }) : say("nothing_here"));
    } catch (error) {
      if (error.name !== "AbortError") this.note(say("points_failed"), 0, () => this.load());
    } finally {
      if (this.running === mine) this.region.classList.remove("is-loading");
    }
  }

  open(feature, marker) {
    if (feature.type === "cluster") {
      this.quiet = true;
      const bounds = feature.bounds && L.latLngBounds(feature.bounds);
      this.map.getContainer().focus({ preventScroll: true });
      if (bounds?.isValid() && !bounds.getNorthEast().equals(bounds.getSouthWest())) {
        this.map.fitBounds(bounds, { padding: [40, 40], maxZoom: 18, animate: !still.matches });
      } else this.map.setView([feature.lat, feature.lon], this.map.getZoom() + 2, { animate: !still.matches });
      return;
    }
    const content = feature.type === "stack" ? stackContent(feature) : pointContent(feature);
    openPopup(this.map, marker.getLatLng(), content, marker.getElement(), [0, -14]);
    if (wide.matches) this.cardOf(feature)?.scrollIntoView({ block: "nearest", behavior: still.matches ? "auto" : "smooth" });
  }

  // A click on no place: what is here, and searching from here.
  offer(latlng, ward) {
    if (this.hadPopup) return;
    const content = spotContent(ward, () => {
      this.map.closePopup();
      this.search(latlng, null, false);
    });
    openPopup(this.map, latlng, content, this.map.getContainer(), [0, 0]);
  }

  searchArea() {
    const bounds = this.map.getBounds();
    const centre = this.map.getCenter();
    const across = centre.distanceTo([centre.lat, bounds.getEast()]);
    const up = centre.distanceTo([bounds.getNorth(), centre.lng]);
    const within = Math.max(100, Math.min(50000, Math.round(Math.min(across, up) / 100) * 100));
    this.search(centre, within, true);
  }

  search(latlng, within, keepView) {
    const near = `${latlng.lat.toFixed(5)},${latlng.wrap().lng.toFixed(5)}`;
    searchNear({ near, within, keepView }, this.config.find_url || "/");
  }

  cardOf(feature) {
    const kind = (feature.layer || "").replace(/ies$/, "y").replace(/s$/, "");
    return feature.id && document.querySelector(`.card[data-kind="${CSS.escape(kind)}"][data-id="${CSS.escape(feature.id)}"]`);
  }

  lightCard(feature, on) {
    this.cardOf(feature)?.classList.toggle("is-lit", on);
  }

  note(text, milliseconds, retry) {
    note(this.region, text, milliseconds, retry);
  }
}

function mount() {
  const region = document.querySelector("[data-map]");
  const shell = region?.querySelector(".folium-map")?.shell;
  if (!shell) {
    region?.remove();
    document.querySelector("[data-view-switch]")?.remove();
    return;
  }
  const drawn = new AssetMap(region, shell, JSON.parse(document.getElementById("map-config").textContent));
  document.addEventListener("assetmap:found", ({ detail }) => {
    if (!detail.config) return;
    if (drawn.started) drawn.show(detail.config, detail.keepView);
    else drawn.config = detail.config;
  });
  const light = (event, on) => {
    const card = event.target.closest?.(".card[data-lat], .card[data-pair]");
    if (!card || !drawn.started) return;
    if (card.dataset.pair) drawn.lines?.light(card.dataset.pair, on);
    else drawn.markers.spot(on ? card.dataset : null);
  };
  document.addEventListener("pointerover", (event) => light(event, true));
  document.addEventListener("pointerout", (event) => light(event, false));
  document.addEventListener("focusin", (event) => light(event, true));
  document.addEventListener("focusout", (event) => light(event, false));
}

mount();
