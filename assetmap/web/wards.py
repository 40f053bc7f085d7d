"""Wards: the list of them, and the page of one: what it has."""

from __future__ import annotations

import numpy as np
import shapely
from flask import Blueprint, Flask, Response, jsonify, render_template

from assetmap.atlas.assets import AssetLayer
from assetmap.domain.errors import NotFound
from assetmap.domain.query import FindQuery
from assetmap.web import findmap, services
from assetmap.web.language import gettext as _
from assetmap.web.plan import programme_ward
from assetmap.web.plan.profile import document, profile
from assetmap.web.wording import source_words

blueprint = Blueprint("wards", __name__)
_GROUPS_SHOWN = 12
_FIGURES = {
    "population": _("People"), "age0_15": _("Aged 0 to 15"), "age16_64": _("Aged 16 to 64"),
    "age65_plus": _("Aged 65 and over"), "imd_score": _("Deprivation score (higher: more deprived)"),
    "imd_share_most_deprived_fifth": _("Share of neighbourhoods in England's most deprived fifth"),
}


@blueprint.get("/wards")
def index() -> str:
    """Every ward with how much it has."""
    atlas = services.atlas()
    counts = {name: per_ward(getattr(atlas, name)) for name in ("groups", "hubs", "opportunities")}
    wards = [{"code": code, "name": name, "url": f"/wards/{code}",
              **{layer: int(counts[layer][number]) for layer in counts}}
             for number, (code, name) in enumerate(zip(atlas.wards["code"], atlas.wards["name"], strict=True))]
    others = [{"name": label, **{layer: int(counts[layer][position]) for layer in counts}}
              for label, position in ((_("Outside these wards"), -2), (_("Place not known, or online"), -1))]
    return render_template("find/wards.html", wards=sorted(wards, key=lambda ward: ward["name"]), note=boundary_note(),
                           others=[row for row in others if any(row[layer] for layer in counts)],
                           map=findmap.page_map("wards_map", "/map/points.json", layers=()))


@blueprint.get("/wards/<code>")
def page(code: str) -> str:
    """One ward: what it has, what is known of it."""
    atlas, number = services.atlas(), ward_number(code)
    row = atlas.wards.iloc[number]
    cards = services.cards()
    groups, hubs, chances = (_in_ward(getattr(atlas, name), number) for name in ("groups", "hubs", "opportunities"))
    west, south, east, north = (float(edge) for edge in row.geometry.bounds)
    ward = {"code": code, "name": row["name"], "council_name": row["council_name"],
            "approximate": bool(row["approximate"]), "boundary_year": _year(row["boundary_year"]), "note": row["note"],
            "source": row["source"]}
    more = FindQuery(ward=code).address("/")
    map_ = findmap.page_map("ward_map", f"/map/points.json?ward={code}", layers=("groups", "hubs"),
                            fit=((south, west), (north, east)))
    map_["config"]["ward"] = code
    return render_template(
        "find/ward.html", ward=ward, figures=_figures(code), themes=_themes(groups, code),
        hubs=cards.of_numbers(atlas.hubs, hubs), groups=cards.of_numbers(atlas.groups, groups[:_GROUPS_SHOWN]),
        groups_total=len(groups), more_url=more if len(groups) > _GROUPS_SHOWN else None,
        opportunities=cards.of_numbers(atlas.opportunities, chances),
        map=map_, profile=profile(number), under_way=programme_ward.under_way(number),
        links={"json": f"/wards/{code}.json", "geojson": f"/wards/{code}.geojson", "back": "/wards"})


@blueprint.get("/wards/<code>.json")
def as_json(code: str) -> Response:
    """What is known of a ward, and how much it has."""
    atlas, number = services.atlas(), ward_number(code)
    row = atlas.wards.iloc[number]
    return jsonify({
        "code": code, "name": row["name"], "council_code": row["council_code"], "council_name": row["council_name"],
        "boundary_year": _year(row["boundary_year"]), "approximate": bool(row["approximate"]),
        "source": row["source"],
        "figures": {name: {"value": f.value, "source": f.source, "date": f.date, "estimate": f.estimate}
                    for name, f in atlas.figures.get(code, {}).items()},
        **{name: len(_in_ward(getattr(atlas, name), number)) for name in ("groups", "hubs", "opportunities")},
        "under_way": programme_ward.document(number), "profile": document(number)})


@blueprint.get("/wards/<code>.geojson")
def as_geojson(code: str) -> Response:
    """The ward's polygon as it was loaded."""
    atlas, number = services.atlas(), ward_number(code)
    row = atlas.wards.iloc[number]
    response = jsonify({"type": "Feature", "id": code, "geometry": shapely.geometry.mapping(row.geometry),
                        "properties": {"code": code, "name": row["name"], "council_name": row["council_name"],
                                       "approximate": bool(row["approximate"])}})
    response.mimetype = "application/geo+json"
    return response


def ward_number(code: str) -> int:
    """A ward's row in the Atlas. Raises NotFound."""
    number = services.atlas().ward_number.get(code)
    if number is None:
        raise NotFound(_("There is no ward with this code on the map. Ward codes change when boundaries are reviewed."))
    return number


def boundary_note() -> str:
    """What a reader should know about the boundaries on the page."""
    frame = services.atlas().wards
    if not len(frame):
        return _("This map has no outlines of wards yet.")
    if frame["approximate"].any():
        return _("These outlines are approximate.")
    years = sorted({int(year) for year in frame["boundary_year"].dropna()})
    return _("Boundaries of %(years)s.", years=", ".join(map(str, years))) if years else ""


def _year(value: float | None) -> int | None:
    """A boundary year as pandas keeps it: NaN when nobody said."""
    return None if value is None or np.isnan(value) else int(value)


def _listed(layer: AssetLayer) -> np.ndarray:
    return layer.listed_mask(services.now())


def per_ward(layer: AssetLayer) -> np.ndarray:
    """How many listed assets each ward has; after them how many are outside every ward, and how many are nowhere."""
    size = len(services.atlas().wards)
    ward = layer.ward[_listed(layer)]
    return np.append(np.bincount(ward[ward >= 0], minlength=size), [(ward == -1).sum(), (ward == -2).sum()])


def _in_ward(layer: AssetLayer, number: int) -> list[int]:
    """Listed assets of a ward, by name."""
    numbers = np.flatnonzero((layer.ward == number) & _listed(layer))
    return numbers[np.argsort(layer.name_rank[numbers])].tolist()


def _figures(code: str) -> list[dict]:
    held = services.atlas().figures.get(code, {})
    made = []
    for name, label in _FIGURES.items():
        if name in held:
            figure = held[name]
            text = f"{figure.value:.0%}" if name.startswith("imd_share") else f"{figure.value:,.1f}".removesuffix(".0")
            made.append({"label": label, "value_text": text, "source": source_words(figure.source), "date": figure.date,
                         "estimate": figure.estimate})
    return made


def _themes(groups: list[int], code: str) -> list[dict]:
    """Each theme with how many of the ward's groups it has; those with none too."""
    atlas = services.atlas()
    facet, made = atlas.groups.facet("category"), []
    for theme in atlas.vocabulary.of("theme").values():
        codes = tuple(term.code for term in atlas.vocabulary.of("category").values() if term.theme == theme.code)
        count = int(facet.any_of(np.array(groups, dtype=np.int64), codes).sum())
        made.append({"label": theme.label, "icon": theme.icon, "theme": theme.code, "count": count,
                     "url": FindQuery(ward=code, category=codes).address("/")})
    return made


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
