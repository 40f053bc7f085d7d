// Buttons on the map: zoom and full screen with our words, where I am, print, and "search this area".
import { icon, make } from "./icon.js";
import { position } from "./position.js";
import { announce, say } from "./say.js";

function label(element, text) {
  if (!element) return;
  element.title = text;
  element.setAttribute("aria-label", text);
}

function control(map, where, name, text, act) {
  const button = make("button", { type: "button" }, icon(name));
  label(button, text);
  button.addEventListener("click", () => act(button));
  const holder = L.control({ position: where });
  holder.onAdd = () => {
    const element = make("div", { class: "map-control leaflet-control" }, button);
    L.DomEvent.disableClickPropagation(element);
    return element;
  };
  holder.addTo(map);
}

async function locate(map, state) {
  announce(say("locating"));
  try {
    const { lat, lon, accuracy } = await position();
    state.you?.remove();
    const pin = L.marker([lat, lon], {
      icon: L.divIcon({ className: "pin-holder", html: make("span", { class: "pin-you" }), iconSize: [44, 44] }),
      interactive: false, keyboard: false, zIndexOffset: 400,
    });
    const about = L.circle([lat, lon], { radius: accuracy, className: "radius-line", interactive: false });
    state.you = L.layerGroup([pin, about]).addTo(map);
    pin.getElement().setAttribute("role", "img");
    pin.getElement().setAttribute("aria-label", say("you_are_here"));
    map.setView([lat, lon], Math.max(map.getZoom(), 15));
    announce(say("you_are_here"));
  } catch {
    state.refused?.(say("locate_denied"));
  }
}

// Paper is not the screen: the map gets the size of a page first, and its pictures a moment to arrive.
function print(map) {
  document.body.classList.add("print-map");
  map.invalidateSize();
  const done = () => {
    document.body.classList.remove("print-map");
    map.invalidateSize();
  };
  window.addEventListener("afterprint", done, { once: true });
  setTimeout(() => window.print(), 900);
}

function fullScreen(map, region) {
  const button = region.querySelector(".fullscreen-icon");
  if (!button) return;
  button.append(icon("maximize"));
  label(button, say("full_screen"));
  map.on("enterFullscreen", () => label(button, say("full_screen_off")));
  map.on("exitFullscreen", () => label(button, say("full_screen")));
}

export function addControls(map, region, { searchArea }) {
  label(region.querySelector(".leaflet-control-zoom-in"), say("zoom_in"));
  label(region.querySelector(".leaflet-control-zoom-out"), say("zoom_out"));
  fullScreen(map, region);
  const state = { refused: (text) => announce(text) };
  if (!searchArea) return { offerSearch() {} };
  control(map, "topleft", "locate-fixed", say("locate"), () => locate(map, state));
  control(map, "topleft", "printer", say("print_map"), () => print(map));
  const button = make("button", { type: "button", class: "button map-search", hidden: true }, icon("search"), say("search_area"));
  button.addEventListener("click", searchArea);
  region.append(button);
  return { offerSearch(wanted) { button.hidden = !wanted; } };
}
