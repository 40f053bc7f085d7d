// The point of a place on the form's map: by click, by dragging, by arrow keys; and the postcode's point.
import { icon, make } from "./icon.js";
import { Wards } from "./map-wards.js";
import { announce, say } from "./say.js";

const STEP_PX = 10;
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

class PlacePoint {
  constructor(root, region, shell, config) {
    this.root = root;
    this.region = region;
    this.map = shell.map;
    this.tiles = shell.tiles;
    this.config = config;
    this.lat = document.getElementById("lat");
    this.lon = document.getElementById("lon");
    this.postcode = document.getElementById("postcode");
    this.venue = document.getElementById("venue");
    this.map.setMaxZoom(19);
    this.map.attributionControl.setPrefix("Leaflet");
    this.map.scrollWheelZoom.disable();
    this.wards = new Wards(this.map, config.wards_url, null, (_ward, latlng) => this.put(latlng));
    this.listen();
    new ResizeObserver(() => this.resized()).observe(this.map.getContainer());
    this.resized();
  }

  listen() {
    this.map.on("click", (event) => this.put(event.latlng));
    this.root.querySelector("[data-place-middle]").addEventListener("click", () => this.put(this.map.getCenter()));
    this.root.querySelector("[data-place-postcode]").addEventListener("click", () => this.usePostcode());
    for (const input of [this.lat, this.lon]) input.addEventListener("change", () => this.typed());
    this.postcode.addEventListener("change", () => this.look(this.chosen() !== "given"));
    this.venue?.addEventListener("change", () => this.look(this.chosen() !== "given"));
    for (const radio of this.radios()) radio.addEventListener("change", () => this.chose(radio.value));
  }

  resized() {
    if (!this.map.getContainer().clientHeight) return;
    this.map.invalidateSize();
    if (this.started) return;
    this.started = true;
    this.tiles?.addTo(this.map);
    this.name(".leaflet-control-zoom-in", "zoom_in");
    this.name(".leaflet-control-zoom-out", "zoom_out");
    this.name(".fullscreen-icon", "full_screen");
    this.region.querySelector(".fullscreen-icon")?.append(icon("maximize"));
    this.wards.show(true);
    this.map.fitBounds(this.config.fit || this.config.bounds, { animate: false, maxZoom: 16 });
    if (this.config.lat !== null) this.mark([this.config.lat, this.config.lon]);
  }

  name(selector, word) {
    const element = this.region.querySelector(selector);
    if (!element) return;
    element.title = say(word);
    element.setAttribute("aria-label", say(word));
  }

  radios() {
    return [...document.querySelectorAll("input[name=position_from]")];
  }

  chosen() {
    return this.radios().find((radio) => radio.checked)?.value;
  }

  choose(value) {
    for (const radio of this.radios()) radio.checked = radio.value === value;
  }

  chose(value) {
    if (value !== "given") {
      this.lat.value = "";
      this.lon.value = "";
      this.look(true);
    } else if (this.marker) this.put(this.marker.getLatLng());
  }

  mark(at) {
    if (this.marker) {
      this.marker.setLatLng(at);
      return;
    }
    this.marker = L.marker(at, {
      icon: L.divIcon({ className: "pin-holder", html: make("span", { class: "pin-place" }, icon("map-pin")), iconSize: [44, 44] }),
      draggable: true, autoPan: true, keyboard: true, title: say("point"), alt: say("point"),
    }).addTo(this.map);
    const element = this.marker.getElement();
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", say("point"));
    element.addEventListener("keydown", (event) => this.nudge(event));
    this.marker.on("dragend", () => this.put(this.marker.getLatLng()));
  }

  nudge(event) {
    const way = ARROWS[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const at = this.map.latLngToContainerPoint(this.marker.getLatLng()).add([way[0] * STEP_PX, way[1] * STEP_PX]);
    this.put(this.map.containerPointToLatLng(at));
    this.map.panInside(this.marker.getLatLng(), { padding: [40, 40] });
  }

  // A point that somebody placed: it is what they mean, whatever the postcode says.
  put(latlng) {
    const at = latlng.wrap();
    this.mark(at);
    this.lat.value = at.lat.toFixed(6);
    this.lon.value = at.lng.toFixed(6);
    this.choose("given");
    announce(say("point_moved"));
    this.look(false);
  }

  typed() {
    const at = [Number(this.lat.value), Number(this.lon.value)];
    if (!this.lat.value.trim() || !this.lon.value.trim() || !at.every(Number.isFinite)) return;
    this.choose("given");
    this.mark(at);
    this.map.setView(at, Math.max(this.map.getZoom(), 14), { animate: false });
    this.look(false);
  }

  usePostcode() {
    if (!this.postcode.value.trim()) {
      this.say([{ level: "warn", text: say("no_postcode") }]);
      this.postcode.focus();
      return;
    }
    this.choose("auto");
    this.lat.value = "";
    this.lon.value = "";
    this.look(true);
  }

  look(move) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(move), 250);
  }

  async ask(move) {
    this.running?.abort();
    this.running = new AbortController();
    const url = new URL(this.root.dataset.place, location.href);
    const given = {
      postcode: this.postcode.value, position_from: this.chosen() || "", lat: this.lat.value, lon: this.lon.value,
      venue: this.venue?.value || "",
    };
    for (const [name, value] of Object.entries(given)) url.searchParams.set(name, value.slice(0, 200));
    try {
      const response = await fetch(url, { signal: this.running.signal, headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      const { lat, lon, lines } = await response.json();
      this.say(lines);
      if (!move) return;
      if (lat === null) {
        this.marker?.remove();
        this.marker = null;
        return;
      }
      this.mark([lat, lon]);
      this.map.setView([lat, lon], 16, { animate: false });
    } catch (error) {
      if (error.name !== "AbortError") this.say([{ level: "warn", text: say("place_failed") }]);
    }
  }

  say(lines) {
    const list = this.root.querySelector("[data-place-said]");
    list.replaceChildren(...lines.map(({ level, text }) =>
      make("li", { class: level === "warn" ? "note warn" : "note plain" }, make("span", {}, text))));
    if (lines.length) announce(lines.map(({ text }) => text).join(" "));
  }
}

function mount() {
  const root = document.querySelector("[data-place]");
  const region = root?.querySelector("[data-place-map]");
  const shell = region?.querySelector(".folium-map")?.shell;
  if (shell) new PlacePoint(root, region, shell, JSON.parse(document.getElementById("place-config").textContent));
  else region?.closest(".needs-js")?.remove();
}

mount();
