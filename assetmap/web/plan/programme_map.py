"""A programme on the map: wards by how far it has got, by pattern as well as colour, and the areas drawn for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase
from urllib.parse import urlencode

import shapely
from flask import Blueprint, Flask, Response, current_app, jsonify, request
from markupsafe import Markup

from assetmap.atlas.planning import planning_of
from assetmap.domain.errors import BadInput
from assetmap.domain.initiatives import Initiatives
from assetmap.domain.programme import Deployment, Programme
from assetmap.domain.programme_query import past_day
from assetmap.domain.text import short
from assetmap.maps.choropleth import Choropleth, MapPoint, WardText, choropleth
from assetmap.maps.palette import NO_CLASS, NOT_HERE, LegendRow, css_class
from assetmap.maps.picture import picture
from assetmap.web import findmap, services
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan import programme_data
from assetmap.web.plan.maps import SAY
from assetmap.web.plan.programme_levels import UNKNOWN, UNKNOWN_SAID, labels_of
from assetmap.web.plan.programme_words import Far, far, there_on

blueprint = Blueprint("catchments", __name__)
OUTLINES = "/map/catchments.json"
_LONGEST_SHORT = 14


@dataclass(frozen=True, slots=True)
class ProgrammeMap:
    """What templates/plan/_programme_map.html shows: `map` is None where there are no wards; `areas` are the
    deployments whose own outline is drawn, told by `marks` on the map when they are several.
    """

    programme: Programme
    map: Choropleth | None
    legend: Sequence[LegendRow]
    drawn: Markup
    areas: tuple[Deployment, ...]

    @property
    def marks(self) -> list[str]:
        """A letter for each area; none for one alone."""
        return _marks(self.areas)


def map_of(programme: Programme, initiatives: Initiatives, day: date, only: Deployment | None = None,
           element_id: str = "programme_map") -> ProgrammeMap:
    """A programme's map on a day, of the deployments that `initiatives` has, or of one; in a ward with several the
    furthest.
    """
    if only:
        initiatives = initiatives.only(only.id)
    atlas = services.atlas()
    here = by_ward(programme, initiatives, day)
    areas = tuple(one for one in initiatives.of_programme(programme.id) if programme_data.outline_of(one) is not None
                  and there_on(initiatives, one, day, programme_data.today()))
    if not atlas.ward_codes:
        return ProgrammeMap(programme, None, (), Markup(), areas)
    labels, wards = labels_of(programme), range(len(atlas.ward_codes))
    class_of = [_class(here.get(ward, ())) for ward in wards]
    settings = services.settings()
    tiles = "" if settings.tile_url.lower() == "none" else settings.tile_url
    made = choropleth(
        element_id=element_id, bounds=findmap.box(atlas.bounds), codes=atlas.ward_codes, class_of=class_of,
        classes=len(labels), texts=[_text(here.get(ward, ()), ward) for ward in wards],
        wards_url="/map/wards.json", static=current_app.extensions["assetmap"].static.address, tile_url=tiles or None,
        tile_attribution=settings.tile_attribution, patterned=True, points=_points(areas),
        outlines_url=_outlines_url(programme, day, only) if areas else "")
    outlines = [programme_data.programmes().outline_m(one) for one in areas]
    drawn = picture(
        f"{element_id}_drawn", _("Map: how far “%(programme)s” has got", programme=programme.name),
        _("Each ward is named with how far in the list beside it."), codes=atlas.ward_codes, names=atlas.ward_names,
        shapes=planning_of(atlas).shapes_m, class_of=class_of, classes=len(labels), say=SAY, patterns=element_id,
        figures=[short(here[ward][0].sign, _LONGEST_SHORT) if ward in here else "" for ward in wards],
        outlines=outlines, points=[(*_edge(shape), "chosen", mark)
                                   for mark, shape in zip(_marks(areas), outlines, strict=False)])
    return ProgrammeMap(programme, made, _legend(class_of, labels), drawn, areas)


def _marks(areas: Sequence[Deployment]) -> list[str]:
    """A to Z, then A2 to Z2 and on: letters, since wards have numbers where a picture has no room for their names."""
    if len(areas) < 2:
        return []
    return [ascii_uppercase[at % 26] + (str(at // 26 + 1) if at >= 26 else "") for at in range(len(areas))]


def _points(areas: Sequence[Deployment]) -> list[MapPoint]:
    """A letter on the edge of each area, as the list below the map has them."""
    made = []
    for mark, one in zip(_marks(areas), areas, strict=False):
        lon, lat = _edge(programme_data.outline_of(one))
        made.append(MapPoint(lat, lon, one.name, "chosen", mark))
    return made


def _edge(shape: shapely.Geometry) -> tuple[float, float]:
    """The corner of an outline that is furthest to the north-west: on its line, so that it is plain whose it is."""
    x, y = max(shapely.get_coordinates(shape).tolist(), key=lambda at: at[1] - at[0])
    return x, y


def _outlines_url(programme: Programme, day: date, only: Deployment | None) -> str:
    asked = {"programme": programme.id, "on": day.isoformat()} | ({"deployment": only.id} if only else {})
    return f"{OUTLINES}?{urlencode(asked)}"


def by_ward(programme: Programme, initiatives: Initiatives, day: date) -> dict[int, tuple[Far, ...]]:
    """A ward's row → what the programme has there on a day, the furthest first."""
    made: dict[int, list[Far]] = {}
    for deployment in initiatives.of_programme(programme.id):
        if there_on(initiatives, deployment, day, programme_data.today()):
            one = far(initiatives, deployment, day)
            for ward in programme_data.wards_of(deployment):
                made.setdefault(ward, []).append(one)
    return {ward: tuple(sorted(held, key=lambda one: -one.rank)) for ward, held in made.items()}


def _class(here: Sequence[Far]) -> int:
    """The level of the furthest; what is not known is no class of its own."""
    if not here:
        return NOT_HERE
    return NO_CLASS if here[0].level == UNKNOWN else here[0].level


def _text(here: Sequence[Far], ward: int) -> WardText:
    """What a ward's popup says."""
    atlas = services.atlas()
    name, code = atlas.ward_names[ward], atlas.ward_codes[ward]
    if not here:
        return WardText(name, _("not here"), "", (), f"/wards/{code}")
    lines = tuple(f"{one.deployment.name}: {one.words}" + (f" ({_('internal')})" if one.internal else "")
                  for one in here)
    figure = here[0].words if len(here) == 1 else ngettext("%(num)s area here", "%(num)s areas here", len(here))
    return WardText(name, figure[:1].upper() + figure[1:], short(here[0].sign, _LONGEST_SHORT),
                    lines if len(here) > 1 else (here[0].deployment.name,), f"/wards/{code}#under-way")


def _legend(class_of: Sequence[int], labels: Sequence[str]) -> list[LegendRow]:
    """The furthest first, then what is here and not known, then where it is not."""
    counts = Counter(class_of)
    rows = [LegendRow(css_class(number, len(labels)), label, counts[number]) for number, label in enumerate(labels)
            if label]
    more = ((NO_CLASS, _(UNKNOWN_SAID)), (NOT_HERE, _("Not here")))
    return rows[::-1] + [LegendRow(css_class(number, 1), label, counts[number]) for number, label in more
                         if counts[number]]


@blueprint.get(OUTLINES)
def catchments() -> Response:
    """The areas drawn for a programme's deployments of a day, for one of them, or for every programme's, as GeoJSON.
    Raises BadInput.
    """
    held = programme_data.initiatives()
    asked, only = request.args.get("programme", ""), request.args.get("deployment", "")
    if asked and asked not in held.programmes:
        raise BadInput(_("“%(id)s” is no programme on this map.", id=short(asked, 40)), "programme")
    if only and only not in held.deployments:
        raise BadInput(_("“%(id)s” is no area of a programme on this map.", id=short(only, 40)), "deployment")
    today = programme_data.today()
    day = past_day(request.args.get("on") or today.isoformat(), today)
    shapes = [(one, programme_data.outline_of(one)) for one in held.deployments.values()
              if asked in ("", one.programme_id) and only in ("", one.id) and there_on(held, one, day, today)]
    response = jsonify({"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": one.id, "properties": {"name": one.name, "programme": one.programme_id},
         "geometry": shapely.geometry.mapping(shapely.set_precision(shape, 0.000001))}
        for one, shape in shapes if shape is not None]})
    response.mimetype = "application/geo+json"
    return response


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
