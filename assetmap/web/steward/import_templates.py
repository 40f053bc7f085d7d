"""Files to fill in: for each layer its columns with an example row, and what each column means."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, render_template

from assetmap.importing.drafts import UPLOADED_LAYERS, accepted
from assetmap.layers.template_file import template_csv, template_xlsx
from assetmap.web.language import gettext as _
from assetmap.web.steward import import_programme_fields
from assetmap.web.steward.import_fields import LAYER_LABELS, Field, field

blueprint = Blueprint("steward_import_templates", __name__)
_CONTACT = ("phone", "email", "website", "contact_consent", "last_confirmed", "confirmed_by", "notes")
_PLACE = ("address", "postcode", "lat", "lon")
_FIELDS = {
    "groups": ("name", "source_id", "summary", "description", "organisation", "categories", "audiences", "age_min",
               "age_max", "cost", "cost_note", "times", "venue", *_PLACE, "access", "languages",
               "connected_themes", "online", "meets_in_home", "status", *_CONTACT),
    "hubs": ("name", "source_id", "kind", "summary", *_PLACE, "opening_hours", "rooms", "capacity", "access",
             "languages", "connected_themes", "status", *_CONTACT),
    "opportunities": ("name", "source_id", "kind", "direction", "summary", "topics", "giver", "times", "hours", "venue",
                      *_PLACE, "ward", "reach_m", "online", "access", "languages", "connected_themes", "reward",
                      "amount", "expires", "state", *_CONTACT),
    "organisations": ("name", "source_id", "summary", "charity_number", "company_number", *_PLACE, "status", *_CONTACT),
    "ward-figures": ("ward_code", "ward_name", "source", "date", "estimate"),
    "places": ("name", "kind", "lat", "lon", "postcode", "also_known_as"),
    "population-points": ("id", "lat", "lon", "people", "children", "working_age", "older", "deprivation", "ward_code",
                          "source", "date", "estimate"),
    "programmes": import_programme_fields.TEMPLATE,
}
# Headings that the loader knows, where they say more than the field's own name.
_HEADINGS = {"source_id": "reference", "giver": "from", "reach_m": "reach m"}
# What would be at odds with the rest of the example, or names something that only some maps have.
_EMPTY = {"venue", "lat", "lon", "age_max", "ward", "amount"}
_BY_POSITION = ("places", "population-points")
_FIGURES = {"population": (_("How many people live in the ward."), "9665"),
            "age0_15": (_("How many of them are younger than 16."), "1546"),
            "age65_plus": (_("How many of them are 65 or older."), "2848"),
            "imd_score": (_("The ward's score of deprivation; any other column of numbers is a figure too."), "14.476")}
_POSTCODES = {"postcode": (_("The postcode."), "SS9 2DD"), "lat": (_("Latitude in degrees."), "51.5418"),
              "lon": (_("Longitude in degrees."), "0.6553"), "ward_code": (_("The ward it is in."), "E05002212"),
              "terminated": (_("The month it ended, or empty."), "")}


@blueprint.get("/steward/import/templates/<layer>")
def about(layer: str) -> str:
    """What a file of a layer holds, column by column."""
    if layer not in UPLOADED_LAYERS:
        abort(404)
    return render_template("steward/import_template.html", layer=layer, layer_label=_(LAYER_LABELS[layer]),
                           columns=columns_of(layer), kinds=kinds_of(layer), endings=accepted(layer),
                           shapes=import_programme_fields.SHAPES if layer == "programmes" else ())


@blueprint.get("/steward/import/templates/<layer>.<any(csv, xlsx):kind>")
def download(layer: str, kind: str) -> Response:
    """The file itself."""
    if kind not in kinds_of(layer):
        abort(404)
    columns = columns_of(layer)
    examples = [[column.example for column in columns]] if layer != "programmes" else \
        import_programme_fields.example_rows([*_FIELDS[layer]])
    rows = [[column.name for column in columns], *examples]
    if kind == "csv":
        body, mimetype = template_csv(rows), "text/csv"
    else:
        mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        notes = [[_("Column"), _("What it is"), _("Needed"), _("Example")],
                 *([column.name, column.meaning, _("yes") if column.needed else "", column.example]
                   for column in columns)]
        body = template_xlsx(layer, rows, _("What the columns mean"), notes)
    return Response(body, mimetype=mimetype, headers={
        "Content-Disposition": f'attachment; filename="{layer}-template.{kind}"'})


def kinds_of(layer: str) -> tuple[str, ...]:
    """The kinds of template that a layer has. Boundaries have none: nobody types polygons."""
    return {"wards": (), "postcodes": ("csv",)}.get(layer, ("csv", "xlsx")) if layer in UPLOADED_LAYERS else ()


def columns_of(layer: str) -> list[Field]:
    """A template's columns: `name` is the heading, `example` what stands in the example row."""
    made = []
    for name in _FIELDS.get(layer, ()):
        about = field(layer, name)
        example = "" if name in _EMPTY and layer not in _BY_POSITION else about.example
        needed = about.needed and (layer != "places" or name == "name") or (layer, name) == ("population-points", "lon")
        if layer == "programmes":
            needed = name in ("record", "programme")
        made.append(Field(_HEADINGS.get(name, name.replace("_", " ")), about.label, about.meaning, example, needed))
    others = {"ward-figures": _FIGURES, "postcodes": _POSTCODES}.get(layer, {})
    return made + [Field(name, name.replace("_", " "), _(meaning), example, name == "postcode")
                   for name, (meaning, example) in others.items()]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
