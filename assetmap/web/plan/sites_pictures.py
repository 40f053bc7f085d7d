"""The pictures of the next places: the map of people not reached, the same for paper, and what each place adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flask import current_app
from markupsafe import Markup

from assetmap.atlas.planning import Planning
from assetmap.domain.measure import Kind
from assetmap.layers.crs import to_wgs84
from assetmap.maps.charts import curves
from assetmap.maps.choropleth import Choropleth, MapPoint, WardText, choropleth
from assetmap.maps.palette import LegendRow
from assetmap.maps.palette import legend as legend_of
from assetmap.maps.picture import picture
from assetmap.maps.wording import Wording
from assetmap.web import findmap, services
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan.shades import Shades, of_values
from assetmap.web.plan.sites_words import Words

SAY = Wording(_, ngettext)
MOST_SHOWN = 1_000
"""More places that are there already would cover the map, and are left out of it."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A map in classes, what its colours mean, and the picture of it."""

    map: Choropleth | None
    legend: list[LegendRow]
    drawn: Markup


def of_places(planning: Planning, words: Words, there: np.ndarray) -> Ground:
    """People not reached by ward, the places that are `there` already (k, 2) metres, and the chosen ones."""
    atlas, document = planning.atlas, words.document
    if not atlas.ward_codes:
        return Ground(None, [], Markup(""))
    wards = document["wards"]
    classes = _classes(words, wards, "before")
    shown = there if len(there) <= MOST_SHOWN else np.empty((0, 2))
    lon, lat = to_wgs84(*shown.T, atlas.local_crs)
    points = [MapPoint(float(a), float(b), _("There already"), "hub") for a, b in zip(lat, lon, strict=True)]
    points += [MapPoint(site["lat"], site["lon"], f"{site['number']}: {words.name(site)}", "chosen",
                        str(site["number"])) for site in document["sites"]]
    settings = services.settings()
    tiles = "" if settings.tile_url.lower() == "none" else settings.tile_url
    made = choropleth(
        element_id="sites_map", bounds=findmap.box(atlas.bounds), codes=atlas.ward_codes, class_of=classes.of_ward,
        classes=max(len(classes.labels), 1), texts=[_text(words, ward) for ward in wards], wards_url="/map/wards.json",
        static=current_app.extensions["assetmap"].static.address, points=points, tile_url=tiles or None,
        tile_attribution=settings.tile_attribution)
    return Ground(made, legend_of(classes.of_ward, classes.labels),
                  drawn(planning, words, "sites_drawn", "before", shown))


def drawn(planning: Planning, words: Words, element_id: str, when: str, there: np.ndarray,
          also: Sequence[Words] = ()) -> Markup:
    """The picture of a document: people not reached `before` or `after`, over the wards as they are now.

    It has the same classes as the pictures of the documents `also`, so that the colours can be compared.
    """
    atlas = planning.atlas
    wards = _of_atlas(planning, words)
    classes = _classes(words, [*wards, *(ward for other in also for ward in _of_atlas(planning, other))], when)
    points = [(*at, "hub") for at in there.tolist()]
    points += [(*atlas.to_metres(site["lat"], site["lon"]), "chosen", str(site["number"]))
               for site in words.document["sites"]]
    title = {"before": _("People not reached now"), "after": _("People not reached with these places")}[when]
    return picture(
        element_id, title, words.headline, codes=atlas.ward_codes, names=atlas.ward_names,
        shapes=planning.shapes_m, class_of=classes.of_ward[:len(wards)], classes=max(len(classes.labels), 1),
        figures=[words.about(ward["people"] - ward[when]) if ward["people"] else "" for ward in wards], points=points,
        say=SAY)


def _of_atlas(planning: Planning, words: Words) -> list[dict]:
    """A document's wards in the order of the Atlas; without people where it has none."""
    held = {ward["code"]: ward for ward in words.document["wards"]}
    nothing = {"people": None, "before": 0.0, "after": 0.0}
    return [held.get(code, nothing) for code in planning.atlas.ward_codes]


def gain(words: Words) -> Markup:
    """People newly reached by one place, two, and so on."""
    curve = words.document["curve"]
    if not curve:
        return Markup("")
    found = words.document["proof"]["found"]
    return curves.gain(
        "gain", _("People newly reached, by number of places"),
        _("From %(first)s people with one place to %(last)s with %(places)s. The table has every number.",
          first=words.about(curve[0]["people"]), last=words.about(curve[-1]["people"]), places=len(curve)),
        people=words.rounded([one["people"] for one in curve]),
        x_label=_("Places"), y_label=_("People newly reached"), chosen=found,
        say=SAY)


def _classes(words: Words, wards: Sequence[dict], when: str) -> Shades:
    missed = [ward["people"] - ward[when] if ward["people"] else np.nan for ward in wards]
    return of_values(Kind.COUNT, words.rounded(np.maximum(np.array(missed, dtype=float), 0.0)))


def _text(words: Words, ward: dict) -> WardText:
    if not ward["people"]:
        return WardText(ward["name"], _("no data"), "", (), f"/wards/{ward['code']}")
    missed, left = (ward["people"] - ward[when] for when in ("before", "after"))
    return WardText(
        ward["name"], _("%(number)s of %(people)s people not reached", number=words.about(missed),
                        people=words.about(ward["people"])), words.about(missed),
        (_("With these places: %(number)s", number=words.about(left)),), f"/wards/{ward['code']}")
