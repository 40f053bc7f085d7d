// The drawn area of a form: a map, a list of corners and a text say the same; the text is what is sent.
import { AreaList, counted } from "./area-list.js";
import { AreaMap } from "./area-map.js";
import { Rings } from "./area-rings.js";
import { make } from "./icon.js";
import { addControls } from "./map-controls.js";
import { Wards } from "./map-wards.js";
import { announce, say } from "./say.js";

const WAIT_MS = 450;
const SAME_PX = 5;

class DrawArea {
  constructor(root, region, shell, config) {
    this.root = root;
    this.region = region;
    this.map = shell.map;
    this.tiles = shell.tiles;
    this.config = config;
    this.form = root.closest("form");
    this.text = root.querySelector("#outline");
    this.file = root.querySelector("#area_file");
    this.said = root.querySelector("[data-draw-said]");
    this.rings = new Rings(config.areas);
    this.map.setMaxZoom(19);
    this.map.attributionControl.setPrefix("Leaflet");
    this.map.scrollWheelZoom.disable();
    this.wards = new Wards(this.map, config.wards_url, null, (_ward, latlng) => this.add(latlng));
    this.drawing = new AreaMap(this.map, this.rings, config.most_moved, {
      moving: () => this.rings.keep(), moved: (...which) => this.changed(this.corner(which)),
      insert: (area, ring, corner, latlng) => this.insert([area, ring, corner], latlng),
      remove: (...which) => this.remove(which), finish: () => this.finish(),
    });
    this.list = new AreaList(root, this.rings, config.most_moved, {
      put: (area, ring, corner, latlng) => this.put([area, ring, corner], latlng),
      insert: (area, ring, corner) => this.insertAfter([area, ring, corner]),
      remove: (...which) => this.remove(which), show: (...which) => this.look(which),
    });
    this.listen();
    new ResizeObserver(() => this.resized()).observe(this.map.getContainer());
    this.resized();
    this.draw();
  }

  listen() {
    const acts = {
      middle: () => this.add(this.map.getCenter()), undo: () => this.undoOne(), finish: () => this.finish(),
      another: () => this.startAnother(), clear: () => this.clearAll(),
    };
    this.buttons = {};
    for (const [name, act] of Object.entries(acts)) {
      this.buttons[name] = this.root.querySelector(`[data-draw-${name}]`);
      this.buttons[name].addEventListener("click", act);
    }
    this.map.on("click", (event) => this.add(event.latlng));
    this.map.on("dblclick", () => this.rings.opened()?.length >= 3 && this.finish());
    const container = this.map.getContainer();
    container.addEventListener("keydown", (event) => this.pressed(event));
    container.addEventListener("pointerdown", () => this.region.classList.remove("is-keyed"), true);
    this.text.addEventListener("change", () => this.ask(true));
    this.file.addEventListener("change", () => this.readFile());
    this.root.querySelector("[data-draw-check]").addEventListener("click", (event) => {
      event.preventDefault();
      this.ask(true);
    });
    this.form.addEventListener("change", (event) => event.target.name === "wards" && this.askSoon());
    this.form.addEventListener("submit", (event) => this.sent(event));
  }

  resized() {
    if (!this.map.getContainer().clientHeight) return;
    this.map.invalidateSize();
    if (this.started) return;
    this.started = true;
    this.tiles?.addTo(this.map);
    addControls(this.map, this.region, { searchArea: null });
    this.wards.show(true);
    this.map.fitBounds(this.config.fit || this.config.bounds, { animate: false, maxZoom: 16, padding: [24, 24] });
  }

  corner([area, ring, corner]) {
    return say("corner", { number: corner + 1, count: this.rings.ring(area, ring).length });
  }

  draw() {
    const opened = this.rings.opened();
    this.drawing.draw();
    this.list.draw();
    this.region.classList.toggle("is-drawing", opened !== null);
    this.map.doubleClickZoom[opened === null ? "enable" : "disable"]();
    this.enable("undo", this.rings.past.length > 0);
    this.enable("middle", opened !== null);
    this.enable("finish", opened?.length >= 3);
    this.enable("another", opened === null);
    this.enable("clear", this.rings.count() > 0);
  }

  // A button that goes grey under the finger that pressed it would lose the keyboard's place.
  enable(name, wanted) {
    if (!wanted && document.activeElement === this.buttons[name]) this.map.getContainer().focus({ preventScroll: true });
    this.buttons[name].disabled = !wanted;
  }

  changed(words) {
    this.draw();
    this.text.value = this.rings.text();
    announce(`${words} ${counted(this.rings.count())}`);
    this.askSoon();
  }

  pressed(event) {
    if (event.target !== this.map.getContainer()) return;
    this.region.classList.add("is-keyed");
    if (event.key === "Enter") this.add(this.map.getCenter());
    else if (event.key === "Backspace" || event.key === "Delete") this.undoOne();
    else return;
    event.preventDefault();
  }

  // A place on the map: the next corner, or where it is the first again, the end.
  add(latlng) {
    const corners = this.rings.opened();
    if (corners === null) {
      announce(say("draw_more"));
      return;
    }
    const near = (corner) => corner && this.map.latLngToLayerPoint(corner).distanceTo(this.map.latLngToLayerPoint(latlng)) < SAME_PX;
    if (corners.length >= 3 && near(corners[0])) this.finish();
    else if (near(corners.at(-1))) announce(counted(this.rings.count()));
    else if (this.hasRoom()) {
      this.rings.add(latlng.wrap());
      this.changed(say("corner_short", { number: this.rings.opened().length }) + ".");
    }
  }

  hasRoom() {
    const room = this.rings.count() < this.config.most_corners;
    if (!room) announce(say("most_corners", { count: this.config.most_corners }));
    return room;
  }

  put(which, latlng) {
    this.rings.keep();
    this.rings.put(...which, latlng);
    this.map.panInside(latlng, { padding: [40, 40], animate: false });
    this.changed(this.corner(which));
  }

  insert(which, latlng) {
    if (!this.hasRoom()) return;
    this.rings.insert(...which, latlng.wrap());
    this.changed(this.corner(which));
  }

  insertAfter([area, ring, corner]) {
    const corners = this.rings.ring(area, ring);
    const [one, next] = [corners[corner], corners[corner + 1] || corners[0]];
    this.insert([area, ring, corner + 1], L.latLng((one[0] + next[0]) / 2, (one[1] + next[1]) / 2));
  }

  remove(which) {
    this.rings.remove(...which);
    this.changed("");
  }

  look([area, ring, corner]) {
    this.map.setView(this.rings.ring(area, ring)[corner], Math.max(this.map.getZoom(), 15), { animate: false });
    this.drawing.focus(`${area} ${ring} ${corner}`);
    this.region.scrollIntoView({ block: "nearest" });
  }

  finish() {
    if (!(this.rings.opened()?.length >= 3)) {
      announce(say("need_more"));
      return;
    }
    this.rings.finish();
    this.changed(say("finished"));
  }

  undoOne() {
    if (this.rings.undo()) this.changed(say("undone"));
  }

  startAnother() {
    this.rings.another();
    this.draw();
    announce(say("started"));
  }

  clearAll() {
    this.rings.clear();
    this.changed("");
  }

  readFile() {
    const file = this.file.files[0];
    if (!file) return;
    const most = this.config.most_file_bytes;
    if (file.size > most) this.tell([{ level: "bad", text: say("too_large", { most: Math.round(most / 1e6) }) }]);
    else this.ask(true, file);
    this.file.value = ""; // its text is what is sent
  }

  askSoon() {
    clearTimeout(this.timer);
    this.running?.abort();
    if (this.rings.text() || this.text.value.trim()) this.timer = setTimeout(() => this.ask(false), WAIT_MS);
    else this.tell(this.rings.count() ? [] : [{ level: "plain", text: say("taken_away") }]);
  }

  // What the server says of the text or of a file; with `take` the map takes it over.
  async ask(take, file = null) {
    clearTimeout(this.timer);
    this.running?.abort();
    const mine = this.running = new AbortController();
    const body = new FormData();
    body.set("csrf", this.form.elements.csrf.value);
    body.set("outline", this.text.value);
    for (const ward of this.form.querySelectorAll("input[name=wards]:checked")) body.append("wards", ward.value);
    if (file) body.set("area_file", file);
    try {
      const response = await fetch(this.config.check, { method: "POST", body, signal: mine.signal, headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      this.answered(await response.json(), take);
    } catch (error) {
      if (error.name !== "AbortError") this.tell([{ level: "warn", text: say("check_failed") }]);
    }
  }

  answered({ fault, outline, areas, said, lines }, take) {
    this.text.setAttribute("aria-invalid", String(Boolean(fault)));
    this.root.querySelector("#error-outline")?.remove();
    if (fault) {
      this.tell([{ level: "bad", text: fault }]);
      return;
    }
    if (take) {
      this.rings.replace(areas);
      this.draw();
      this.text.value = outline;
      const bounds = this.drawing.bounds();
      if (bounds) this.map.fitBounds(bounds, { animate: false, maxZoom: 16, padding: [24, 24] });
    }
    this.tell(lines.length ? lines : [{ level: "plain", text: say("taken_away") }], said);
  }

  tell(lines, short = "") {
    this.said.replaceChildren(...lines.map(({ level, text }) =>
      make("li", { class: `note ${level}` }, make("span", {}, text))));
    this.root.querySelector("[data-draw-short]").textContent = short || counted(this.rings.count());
    if (lines.length) announce(lines.map(({ text }) => text).join(" "));
  }

  sent(event) {
    if (!this.rings.isUnfinished() || event.submitter?.value !== "save") return;
    event.preventDefault();
    this.tell([{ level: "bad", text: say("unfinished") }]);
    this.region.scrollIntoView({ block: "center" });
    this.map.getContainer().focus({ preventScroll: true });
  }
}

function mount() {
  const root = document.querySelector("[data-draw]");
  const region = root?.querySelector("[data-draw-map]");
  const shell = region?.querySelector(".folium-map")?.shell;
  if (shell) new DrawArea(root, region, shell, JSON.parse(document.getElementById("draw-config").textContent));
  else region?.closest(".needs-js")?.remove();
}

mount();
