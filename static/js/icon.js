// Builds elements without ever parsing text as HTML.
const SVG = "http://www.w3.org/2000/svg";
const sprite = document.documentElement.dataset.icons;

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#i-${name}`);
  svg.append(use);
  return svg;
}

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

// Only addresses on this site, as our endpoints send them.
export function link(url, attributes, ...children) {
  return make("a", { ...attributes, href: /^\/(?!\/)/.test(url || "") ? url : "/" }, ...children);
}

const KINDS = { groups: "users", hubs: "house", opportunities: "heart-handshake" };

export function pinIcon(point) {
  return icon(/^[a-z0-9-]+$/.test(point.icon || "") ? point.icon : KINDS[point.layer] || "map-pin");
}

export function themeClass(code) {
  return /^[\w-]+$/.test(code || "") ? `theme-${code}` : "";
}
