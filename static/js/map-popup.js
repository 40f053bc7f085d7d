// Popups are small dialogs: named, focus goes in, Escape closes and gives it back. Text only by textContent.
import { icon, link, make, pinIcon, themeClass } from "./icon.js";
import { say } from "./say.js";

let opener = null;

function dialog(title, ...parts) {
  const heading = make("h2", { id: "popup-title", tabindex: "-1" }, title);
  const close = make("button", { type: "button", class: "icon-button", "aria-label": say("close"), "data-popup-close": true }, icon("x"));
  return make("div", { class: "popup" }, make("div", { class: "popup-head" }, heading, close), ...parts);
}

function fact(name, text) {
  return text ? make("li", { class: "fact" }, icon(name), make("span", {}, text)) : null;
}

export function pointContent(point) {
  const facts = make("ul", { class: "facts" }, fact("calendar-days", point.when), fact("footprints", point.distance),
    fact("banknote", point.cost), fact("map-pin", point.place));
  const content = dialog(point.name,
    point.summary ? make("p", { class: "soft" }, point.summary) : null,
    facts.childElementCount ? facts : null,
    link(point.url, { class: "button small", "aria-label": say("more", { name: point.name }) }, say("open"), icon("arrow-right")));
  const theme = themeClass(point.theme);
  if (theme) content.classList.add(theme);
  return content;
}

export function stackContent(stack) {
  const title = stack.place ? say("stack_label", { count: stack.count, place: stack.place })
    : say("stack_label_plain", { count: stack.count });
  const rows = stack.items.map((item) => make("li", {}, link(item.url, { class: themeClass(item.theme) },
    make("span", { class: item.layer === "hubs" ? "tile square" : "tile" }, pinIcon(item)),
    make("span", {}, make("b", {}, item.name), item.when ? make("small", {}, item.when) : null))));
  const more = stack.more_url ? link(stack.more_url, { class: "button small quiet" }, say("stack_more"), icon("arrow-right")) : null;
  return dialog(title, make("ul", { class: "popup-list", role: "list" }, ...rows), more);
}

export function lineContent(line) {
  const parts = line.pairs.flatMap((pair) => {
    const rows = pair.ends.map((end) => {
      const said = [make("small", {}, end.label), make("b", {}, end.name)];
      return make("li", {}, end.url ? link(end.url, {}, ...said) : make("div", {}, ...said));
    });
    return [make("p", { class: "soft" }, `${pair.sentence}.`), pair.to_ask ? make("p", { class: "soft" }, `${pair.to_ask}.`) : null,
      make("ul", { class: "popup-list pair-of", role: "list" }, ...rows)];
  });
  const several = line.pairs.length > 1;
  const title = several ? say("pairs_could_meet", { count: line.pairs.length }) : say("two_could_meet");
  return dialog(line.label || title, ...parts, line.more ? make("p", { class: "soft" }, line.more) : null);
}

export function spotContent(ward, search) {
  const button = make("button", { type: "button", class: "button small" }, icon("search"), say("search_here"));
  button.addEventListener("click", search);
  const title = ward ? say("ward", { name: ward.name }) : say("here");
  const count = ward && Number.isInteger(ward.groups) ? make("p", { class: "soft" }, say("ward_groups", { count: ward.groups })) : null;
  const more = ward?.url ? link(ward.url, { class: "button small quiet" }, say("ward_open", { name: ward.name })) : null;
  return dialog(title, count, button, more);
}

export function wardContent(ward) {
  const lines = (ward.lines || []).map((line) => make("p", { class: "soft" }, line));
  const more = ward.url ? link(ward.url, { class: "button small quiet" }, say("more", { name: ward.name }), icon("arrow-right")) : null;
  return dialog(ward.name, make("p", { class: "ward-said" }, ward.figure), ...lines, more);
}

export function openPopup(map, latlng, content, from, offset) {
  opener = null;
  const popup = L.popup({
    closeButton: false, maxWidth: Math.min(320, map.getSize().x - 84), minWidth: Math.min(280, map.getSize().x - 84), offset, autoPanPaddingTopLeft: [20, 70], autoPanPaddingBottomRight: [60, 30],
    closeOnEscapeKey: false,
  }).setLatLng(latlng).setContent(content).openOn(map);
  opener = from;
  const element = popup.getElement();
  element.setAttribute("role", "dialog");
  element.setAttribute("aria-labelledby", "popup-title");
  content.querySelector("[data-popup-close]").addEventListener("click", () => map.closePopup(popup));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    map.closePopup(popup);
  });
  popup.once("remove", () => {
    const inside = element.contains(document.activeElement) || document.activeElement === document.body;
    if (inside && opener?.isConnected) opener.focus({ preventScroll: true });
  });
  content.querySelector("h2").focus({ preventScroll: true });
}
