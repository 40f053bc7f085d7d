// Ward outlines, and their names once there is room. Fetched when first shown.
import { make } from "./icon.js";

const NAMES_FROM_ZOOM = 12;

export class Wards {
  constructor(map, url, ward, chosen) {
    this.map = map;
    this.ward = ward;
    this.url = url;
    this.chosen = chosen;
    this.wanted = false;
    this.names = L.layerGroup();
    this.labels = [];
    map.createPane("wardNames").style.zIndex = 450; // under the pins
    map.on("zoomend", () => this.nameOrNot());
  }

  async show(wanted) {
    this.wanted = wanted && Boolean(this.url);
    if (this.wanted && !this.layer) {
      try {
        const response = await fetch(this.url, { headers: { Accept: "application/json" } });
        if (!response.ok) return;
        this.build(await response.json());
      } catch {
        return; // The map works without outlines; the list of wards has them all.
      }
    }
    if (!this.layer) return;
    if (this.wanted) this.layer.addTo(this.map).bringToBack();
    else this.layer.remove();
    this.nameOrNot();
  }

  build(wards) {
    if (this.layer) return;
    this.layer = L.geoJSON(wards, {
      style: ({ properties }) => ({ className: properties.code === this.ward ? "ward-line is-chosen" : "ward-line" }),
      onEachFeature: ({ properties }, shape) => {
        shape.on("mouseover", () => shape.getElement()?.classList.add("is-lit"));
        shape.on("mouseout", () => shape.getElement()?.classList.remove("is-lit"));
        shape.on("click", (event) => {
          L.DomEvent.stopPropagation(event);
          this.chosen(properties, event.latlng);
        });
        const at = properties.label_at || shape.getBounds().getCenter();
        const label = L.tooltip({ permanent: true, direction: "center", className: "ward-name", opacity: 1, pane: "wardNames" })
          .setLatLng(at).setContent(make("span", {}, properties.name || ""));
        this.labels.push({ label, at: L.latLng(at), width: 14 + 8 * Math.min((properties.name || "").length, 15) });
      },
    });
  }

  // Names that would lie on one another wait for a closer look.
  nameOrNot() {
    this.names.remove();
    this.names.clearLayers();
    if (!this.wanted || this.map.getZoom() < NAMES_FROM_ZOOM) return;
    const taken = [];
    for (const { label, at, width } of this.labels) {
      const centre = this.map.latLngToLayerPoint(at);
      const box = L.bounds(centre.subtract([width / 2, 14]), centre.add([width / 2, 14]));
      if (taken.some((other) => other.overlaps(box))) continue;
      taken.push(box);
      this.names.addLayer(label);
    }
    this.names.addTo(this.map);
  }
}
