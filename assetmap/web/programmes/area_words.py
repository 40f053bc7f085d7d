"""A drawn area in words: how large it is, which wards it crosses, how many people live there."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from assetmap.atlas.drawn_areas import DrawnArea, drawn_area
from assetmap.domain.programme import Deployment
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.programmes import views
from assetmap.web.relations.meeting_words import joined

_MOST_NAMED = 8


def said(outline: str) -> str:
    """“an area of 2.3 km² that crosses Leigh and Prittlewell”; "" for none."""
    if not outline:
        return ""
    area, of = drawn_area(services.atlas(), outline), _size(outline)
    if not area.wards:
        return _("an area of %(size)s outside every ward", size=of)
    if len(area.wards) == 1:
        return _("an area of %(size)s in %(ward)s", size=of, ward=_wards(area))
    return _("an area of %(size)s that crosses %(wards)s", size=of, wards=_wards(area))


def two_said(one: str, other: str) -> tuple[str, str]:
    """Two different outlines as `said`; the second says so when that gives the same words for both."""
    first, second = said(one), said(other)
    if first and first == second:
        corners = drawn_area(services.atlas(), other).corners
        second += ", " + ngettext("drawn otherwise, with %(num)s corner", "drawn otherwise, with %(num)s corners",
                                  corners)
    return first, second


def lines(outline: str, chosen_wards: Sequence[str]) -> list[dict[str, str]]:
    """What to say of an area while it is drawn: {level, text}, level warn or plain."""
    area = drawn_area(services.atlas(), outline)
    corners = ngettext("with %(num)s corner", "with %(num)s corners", area.corners)
    facts = _("An area of %(size)s %(corners)s.", size=_size(outline), corners=corners)
    if area.wards:
        facts += " " + (_("It is in %(wards)s.", wards=_wards(area)) if len(area.wards) == 1
                        else _("It crosses %(wards)s.", wards=_wards(area)))
    people = views.residents_said([Deployment("", "", "", outline=outline)])
    made = [{"level": "plain", "text": " ".join(filter(None, (facts, people and f"{people}.")))}]
    if not area.wards and len(services.atlas().wards):
        made.append({"level": "warn", "text": _("It crosses no ward of this map. Is it in the right place?")})
    if chosen_wards:
        names = ", ".join(ward["name"] for ward in views.wards_of(chosen_wards))
        made.append({"level": "warn", "text": _("The drawn area counts, and not the wards that are ticked (%(wards)s). "
                                                "To count those whole wards, take the area away.", wards=names)})
    return made


def corners_of(outline: str) -> list[list[list[list[float]]]]:
    """Polygons, their rings, the outer one first, and of each the corners [latitude, longitude], none twice."""
    return [[[[lat, lon] for lon, lat in shapely.get_coordinates(ring)[:-1].tolist()]
             for ring in (part.exterior, *part.interiors)]
            for part in shapely.get_parts(shapely.from_wkt(outline)).tolist()] if outline else []


def _size(outline: str) -> str:
    metres = drawn_area(services.atlas(), outline).area_m2
    if metres < 10_000:
        return _("%(number)s m²", number=f"{metres:,.0f}")
    km2 = metres / 1_000_000
    return _("%(number)s km²", number=f"{km2:,.0f}" if km2 >= 100 else f"{km2:.1f}" if km2 >= 1 else f"{km2:.2f}")


def _wards(area: DrawnArea) -> str:
    names = sorted(services.atlas().ward_names[row] for row in area.wards)
    if len(names) > _MOST_NAMED:
        others = len(names) - _MOST_NAMED + 1
        names[_MOST_NAMED - 1:] = [ngettext("%(num)s other ward", "%(num)s other wards", others)]
    return joined(names)
