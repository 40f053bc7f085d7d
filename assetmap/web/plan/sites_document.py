"""The next places as plain data: what the page shows, the file has, and a kept scenario keeps. No words in it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import numpy as np

from assetmap.analysis.fifths import Fifths
from assetmap.atlas import siting
from assetmap.atlas.near import NearPlace, find_near
from assetmap.atlas.planning import Planning, planning_of
from assetmap.atlas.siting import Change, Solved, Step
from assetmap.domain.errors import BadInput, NotFound
from assetmap.domain.query import QueryRefused
from assetmap.domain.sites_query import SitesQuery
from assetmap.domain.text import short
from assetmap.layers.crs import to_wgs84
from assetmap.web import services
from assetmap.web.language import gettext as _

_AROUND = 0.05  # degrees, 3 to 5 km
LANDMARK_M = 2_000
"""A hub further away than this says nothing of where a point of the grid is."""
COMPASS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


def document(query: SitesQuery) -> dict:
    """What a choice gives, for this request's Atlas. Raises QueryRefused for a chosen point that is not to be found."""
    planning = planning_of(services.atlas())
    solved = siting.solve(planning, query, points_of(query))
    step = solved.steps[min(query.places, len(solved.steps)) - 1] if solved.steps else None
    xy = solved.candidates.xy[list(step.sites)] if step else np.empty((0, 2))
    changed = siting.change(planning, query, xy)
    name = _Names(planning, solved)
    points = planning.points
    return {
        "query": dict(_understood(query)), "address": urlencode(query.parameters()),
        "data_version": planning.atlas.version, "day": planning.day.isoformat(),
        "candidates": {"kind": query.candidates, "number": len(solved.candidates), "useful": solved.useful,
                       "spacing_m": _plain(solved.candidates.spacing_m)},
        "there_now": len(siting.existing(planning, query.reach)),
        "people": {"total": _people(changed.people.sum()), "before": _people(changed.before.sum()),
                   "after": _people(changed.after.sum()),
                   "newly": _people(changed.after.sum() - changed.before.sum()),
                   "unknown_points": changed.unknown, "basis": points.basis, "source": points.source,
                   "date": points.date},
        "proof": {"asked": query.places, "found": len(step.sites) if step else 0,
                  "proved": step.proved if step else True, "gap": step.gap if step else 0.0},
        "deprivation": [list(pair) for pair in planning.deprivation[1]],
        "weight": {"kind": query.weight, "assumed": solved.weighting.assumed, "levels": solved.weighting.levels},
        "curve": [{"places": number, "people": _people(one.people), "proved": one.proved, "gap": one.gap}
                  for number, one in enumerate(solved.steps, 1)],
        "sites": _sites(step, name), "ties": _ties(step, name), "wards": _wards(planning, changed),
        "fifths": _fifths(changed.fifths_before, changed.fifths_after)}


def points_of(query: SitesQuery) -> list:
    """Where the chosen points are. Raises QueryRefused with a sentence of the first that is not to be found."""
    found = []
    for text in query.at if query.candidates == "chosen" else ():
        try:
            found.append(find_near(text, services.atlas(), services.database()))
        except (BadInput, NotFound) as fault:
            raise QueryRefused({"at": fault.message}) from None
        if _is_far(found[-1]):
            raise QueryRefused({"at": _("“%(text)s” is far outside these wards: a place there would reach nobody here.",
                                        text=short(text, 40))})
    return found


def _is_far(near: NearPlace) -> bool:
    """Whether a point is more than a few kilometres outside the wards."""
    if services.atlas().bounds is None:
        return False
    west, south, east, north = services.atlas().bounds
    return not (south - _AROUND <= near.place.lat <= north + _AROUND
                and west - _AROUND <= near.place.lon <= east + _AROUND)


class _Names:
    """What each candidate is called, and where it is."""

    def __init__(self, planning: Planning, solved: Solved):
        self._planning, self._candidates = planning, solved.candidates
        self._lon, self._lat = to_wgs84(*solved.candidates.xy.T, planning.atlas.local_crs)

    def of(self, candidate: int) -> dict:
        """`kind` hub, chosen or grid; `name` "" for a point of the grid, which has the nearest hub, if any is near."""
        atlas, held = self._planning.atlas, self._candidates
        ward, hub = int(held.ward[candidate]), int(held.hub[candidate])
        made = {"lat": round(float(self._lat[candidate]), 5), "lon": round(float(self._lon[candidate]), 5),
                "ward_code": atlas.ward_codes[ward] if ward >= 0 else "",
                "ward": atlas.ward_names[ward] if ward >= 0 else ""}
        if hub >= 0:
            return {"kind": "hub", "name": atlas.hubs.rows.value(hub, "name"), "id": atlas.hubs.rows.value(hub, "id"),
                    **made}
        if held.label:
            return {"kind": "chosen", "name": held.label[candidate], "id": "", **made}
        return {"kind": "grid", "name": "", "id": "", **made, **self._landmark(candidate)}

    def _landmark(self, candidate: int) -> dict:
        spots = self._planning.atlas.hubs.spots
        away = np.hypot(*(np.array([spots.x, spots.y]) - self._candidates.xy[candidate][:, None]))
        if not len(away) or not away.min() <= LANDMARK_M:
            return {"near": "", "near_m": None, "near_to": ""}
        nearest = int(away.argmin())
        return {"near": self._planning.atlas.hubs.rows.value(int(spots.owner[nearest]), "name"),
                **_way((spots.x[nearest], spots.y[nearest]), self._candidates.xy[candidate], "near")}

    def beside(self, candidate: int, site: int) -> dict:
        """How far a candidate is from a site, and in which direction."""
        return _way(self._candidates.xy[site], self._candidates.xy[candidate], "beside")


def _sites(step: Step | None, name: _Names) -> list[dict]:
    made, together = [], 0.0
    for number, site in enumerate(step.sites if step else ()):
        together += step.adds[number]
        made.append({"number": number + 1, **name.of(site), "alone": _people(step.alone[number]),
                     "adds": _people(step.adds[number]), "together": _people(together)})
    return made


def _ties(step: Step | None, name: _Names) -> list[dict]:
    return [{"instead_of": tie.out + 1, **name.of(tie.into), **name.beside(tie.into, step.sites[tie.out]),
             "people": _people(tie.people), "fewer": _people(step.people - tie.people)}
            for tie in (step.ties if step else ())]


def _wards(planning: Planning, changed: Change) -> list[dict]:
    """Every ward by its code; of one where nobody knows who lives there, `people` is null."""
    columns = zip(planning.atlas.ward_codes, planning.atlas.ward_names, changed.people, changed.before, changed.after,
                  strict=True)
    return [{"code": code, "name": name, "people": _people(people) if people > 0 else None, "before": _people(before),
             "after": _people(after)} for code, name, people, before, after in columns]


def _fifths(before: Fifths, after: Fifths) -> dict:
    return {"enough": before.enough, "people": [_people(number) for number in before.people],
            "before": [_plain(share) for share in before.value],
            "after": [_plain(share) for share in after.value], "left_out_people": _people(before.left_out_people)}


def _understood(query: SitesQuery) -> Mapping[str, object]:
    reach = query.reach
    return {"of": reach.supply, "within": reach.within_m, "audience": reach.audience, "category": list(reach.category),
            "theme": list(reach.theme), "day": list(reach.day), "time": list(reach.time), "cost": list(reach.cost),
            "access": list(reach.access), "places": query.places, "candidates": query.candidates,
            "spacing": query.spacing_m if query.candidates == "grid" else None, "weight": query.weight,
            "at": list(query.at)}


def _way(start: Sequence[float], end: Sequence[float], name: str) -> dict:
    """The metres from one point to another as `name_m`, and the direction, one of COMPASS, as `name_to`."""
    east, north = float(end[0] - start[0]), float(end[1] - start[1])
    eighth = round(math.degrees(math.atan2(east, north)) / 45) % 8
    return {f"{name}_m": round(math.hypot(east, north), -1), f"{name}_to": COMPASS[eighth]}


def _people(number: float) -> float:
    """Points of a grid have parts of people; a tenth is close enough for sums to hold."""
    return round(float(number), 1)


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
