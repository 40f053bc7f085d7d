"""Open data: what can be taken away, under which licence, and what this site is."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from assetmap.atlas.programmes import programmes_of
from assetmap.web import services
from assetmap.web.language import gettext as _

blueprint = Blueprint("opendata", __name__)

ATTRIBUTIONS = (
    {"what": _("Ward boundaries and postcodes"), "text": "Contains OS data © Crown copyright and database right 2025. "
     "Contains Royal Mail data © Royal Mail copyright and database right 2025. Contains National Statistics data © "
     "Crown copyright and database right 2025.", "licence": "Open Government Licence v3.0",
     "url": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"},
    {"what": _("Map background"), "text": "", "licence": "Open Database Licence", "url":
     "https://www.openstreetmap.org/copyright"},
    {"what": "Leaflet 1.9.4", "text": "© Volodymyr Agafonkin and CloudMade", "licence": "BSD 2-Clause", "url": ""},
    {"what": "Lucide icons", "text": "© Lucide contributors", "licence": "ISC", "url": ""},
    {"what": "Atkinson Hyperlegible", "text": "© Braille Institute of America", "licence": "SIL Open Font Licence 1.1",
     "url": ""},
)


@blueprint.get("/data")
def data() -> str:
    """Downloads and how to connect."""
    atlas = services.atlas()
    downloads = [
        {"label": _("Groups"), "count": len(atlas.groups),
         "links": _links("/find", ("csv", "xlsx", "geojson", "gpkg", "json", "ics"))},
        {"label": _("Offers and asks, without those of individuals"),
         "count": int((~atlas.opportunities.is_individuals).sum()),
         "links": _links("/opportunities", ("csv", "xlsx", "geojson", "gpkg", "json"))},
        {"label": _("Places to meet"), "count": len(atlas.hubs),
         "links": _links("/hubs", ("csv", "xlsx", "geojson", "gpkg", "json"))},
        {"label": _("Wards"), "count": len(atlas.wards), "note": _("Outlines are in the GeoJSON and GeoPackage files."),
         "links": _links("/wards", ("csv", "xlsx", "geojson", "gpkg"))},
        {"label": _("Programmes"), "count": len(programmes_of(atlas).public.programmes),
         "note": _("The GeoJSON and GeoPackage files have the areas in which they are under way."),
         "links": _links("/programmes", ("csv", "xlsx", "geojson", "gpkg"))},
        {"label": _("What's on"), "count": None, "links": _links("/whats-on", ("ics",))},
    ]
    return render_template("open/data.html", downloads=downloads, attributions=attributions())


@blueprint.get("/about")
def about() -> str:
    """What this is, what is counted, who made it."""
    return render_template("open/about.html", attributions=attributions(), settings=services.settings())


def attributions() -> list[dict]:
    """Everybody whose work the pages show; the tiles' makers as the operator names them."""
    made = [dict(entry) for entry in ATTRIBUTIONS]
    made[1]["text"] = services.settings().tile_attribution
    return made


def _links(path: str, endings: tuple[str, ...]) -> list[dict]:
    labels = {"ics": "iCalendar", "geojson": "GeoJSON", "gpkg": "GeoPackage", "xlsx": "Excel"}
    return [{"label": labels.get(ending, ending.upper()), "url": f"{path}.{ending}"} for ending in endings]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
