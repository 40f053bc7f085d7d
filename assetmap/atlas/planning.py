"""What planners count, of one Atlas: people by ward and age, and the places and sessions of groups by ward.

Each part is worked out by the first who asks and kept as long as the Atlas is, so that another measure, or another
filter, only counts again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from threading import Lock, RLock
from typing import TypeVar

import numpy as np
import shapely

from assetmap.analysis.population import PopulationPoints
from assetmap.analysis.provision import WardRows, weekly_hours
from assetmap.atlas.assets import AssetLayer
from assetmap.atlas.atlas import Atlas
from assetmap.atlas.finding import session_days, session_parts
from assetmap.atlas.population import population_of
from assetmap.domain.measure import AUDIENCES
from assetmap.domain.plan_query import PlanQuery
from assetmap.store.rows import load_meetings

_LOCK = Lock()
_PLANNING = "planning"
_FIGURE_OF = {"everyone": "population", "children": "age0_15", "working-age": "age16_64", "older": "age65_plus"}
_COLUMN_OF = {"everyone": "people", "children": "children", "working-age": "working_age", "older": "older"}
_MOST_KEPT = 64
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class People:
    """How many people of an age each ward has: (w,) float, NaN where nobody knows; and where that is from.

    `sources` are (source, date) of the figures used, `estimate` whether any of them is one.
    """

    number: np.ndarray
    sources: tuple[tuple[str, str], ...]
    estimate: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """A row for each session of a group where it is held, and for each place where no session is known to be.

    `owner` (m,) the group, `session` (m,) its row among the sessions, -1 for none, `spot` (m,) its row among the
    group's places, -1 for none; `counted` counts them by ward.
    """

    owner: np.ndarray
    session: np.ndarray
    spot: np.ndarray
    counted: WardRows


class _Kept:
    """One thing that is made once, by the first who asks; the others wait."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._made: list = []

    def of(self, make: Callable[[], _Made]) -> _Made:
        with self._lock:
            if not self._made:
                self._made.append(make())
            return self._made[0]


def planning_of(atlas: Atlas) -> Planning:
    """The Atlas's planning, made when it is first asked for."""
    with _LOCK:
        if _PLANNING not in atlas.kept:
            atlas.kept[_PLANNING] = Planning(atlas)
        return atlas.kept[_PLANNING]


def has_planning(atlas: Atlas) -> bool:
    """Whether anybody has asked this Atlas for what planners count."""
    return _PLANNING in atlas.kept


class Planning:
    """Safe to share between threads. Arrays by ward are aligned with `atlas.wards`."""

    def __init__(self, atlas: Atlas):
        self.atlas = atlas
        self.size = len(atlas.wards)
        self.day: date = atlas.today
        self.now = datetime.combine(atlas.today, time())
        self._kept: dict[Hashable, _Kept] = {}
        self.lock = RLock()

    def keep(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """What `make` gave when the key was first asked for; those not asked for longest are let go.

        Who asks for the same waits for it, who asks for something else does not. What `make` raises is not kept.
        """
        with self.lock:
            held = self._kept[key] = self._kept.pop(key, None) or _Kept()
            while len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return held.of(make)

    def figure(self, name: str) -> tuple[np.ndarray, tuple[tuple[str, str], ...], bool]:
        """One figure of each ward, NaN where there is none; the (source, date) pairs it is from; whether estimated."""
        held = [self.atlas.figures.get(code, {}).get(name) for code in self.atlas.ward_codes]
        known = [figure for figure in held if figure is not None]
        value = np.array([np.nan if figure is None else figure.value for figure in held], dtype=float)
        return (value, tuple(dict.fromkeys((figure.source, figure.date) for figure in known)),
                any(figure.estimate for figure in known))

    def people(self, audience: str = "everyone") -> People:
        """People of an age by ward: the wards' own figures, else what supplied points add up to."""
        return self.keep(("people", audience), lambda: self._people(audience))

    def _people(self, audience: str) -> People:
        value, sources, estimate = self.figure(_FIGURE_OF[audience])
        if audience == "working-age" and np.isnan(value).any():
            parts = [self.figure(_FIGURE_OF[name]) for name in ("everyone", "children", "older")]
            rest = parts[0][0] - parts[1][0] - parts[2][0]
            if (np.isnan(value) & np.isfinite(rest)).any():
                value = np.where(np.isnan(value), np.maximum(rest, 0), value)
                sources = tuple(dict.fromkeys((*sources, *(pair for part in parts for pair in part[1]))))
                estimate = estimate or any(part[2] for part in parts)
        if np.isnan(value).any():
            points = self.points
            supplied = np.array(points.ward_basis) == "supplied"
            inside = points.ward >= 0
            total = np.bincount(points.ward[inside], getattr(points, _COLUMN_OF[audience])[inside], self.size)
            from_points = np.isnan(value) & supplied & np.isfinite(total)
            if from_points.any():
                value = np.where(from_points, total, value)
                sources = (*sources, (points.source, points.date))
        return People(value, sources, estimate)

    @cached_property
    def deprivation(self) -> tuple[np.ndarray, tuple[tuple[str, str], ...], bool]:
        """Each ward's deprivation score, higher is more deprived; as `figure`."""
        return self.figure("imd_score")

    @cached_property
    def shapes_m(self) -> np.ndarray:
        """The wards' outlines in the local projected system: (w,) polygons."""
        return self.atlas.wards.geometry.to_crs(self.atlas.local_crs).to_numpy()

    @staticmethod
    def points_m(layer: AssetLayer) -> np.ndarray:
        """Where a layer's assets are, in the local projected system: (m,) points, a row for each of its places."""
        return shapely.points(layer.spots.x, layer.spots.y)

    @property
    def points(self) -> PopulationPoints:
        """Where people live."""
        return population_of(self.atlas)

    def people_at(self, audience: str) -> np.ndarray:
        """People of an age at each of `points`: (n,), NaN where it is not known."""
        return getattr(self.points, _COLUMN_OF[audience])

    @cached_property
    def rows(self) -> Rows:
        """The groups' sessions and places; made once."""
        with self.lock:
            return _rows_of(self.atlas, self.day)

    def listed(self, layer: AssetLayer) -> np.ndarray:
        """Which assets count: on the lists of today, and going on. (n,) bool."""
        return layer.listed_mask(self.now) & layer.is_active

    def silent(self, query: PlanQuery, about: str) -> tuple[int, int]:
        """(how many groups in the wards say nothing about `about`, how many there are), of a choice.

        `about` is access, cost, times, kind or age.
        """
        return self.keep(("silent", query.filters, query.audience, about), lambda: self._silent(query, about))

    def _silent(self, query: PlanQuery, about: str) -> tuple[int, int]:
        groups, rows = self.atlas.groups, self.rows
        every = np.arange(len(groups))
        inside = np.append(groups.spots.ward, -1)[rows.spot] >= 0
        there = np.zeros(len(groups), dtype=bool)
        there[rows.owner[self.chosen(query) & inside]] = True
        if about == "times":
            says = np.zeros(len(groups), dtype=bool)
            says[groups.session_owner[(groups.session_parts != 0) & (groups.session_weekdays != 0)]] = True
        elif about == "age":
            says = np.array([low is not None or high is not None for low, high in zip(
                groups.column("age_min"), groups.column("age_max"), strict=True)], dtype=bool)
        else:
            facet = groups.facet({"access": "access", "cost": "cost", "kind": "category"}[about])
            says = facet.any_of(every, [code for code in facet.codes if code])
        return int((there & ~says).sum()), int(there.sum())

    def chosen(self, query: PlanQuery) -> np.ndarray:
        """Which of `rows` count for a choice: (m,) bool. Day and part of the day are asked of one session."""
        return self.keep(("chosen", query.filters, query.audience), lambda: self._chosen(query))

    def _chosen(self, query: PlanQuery) -> np.ndarray:
        groups, rows = self.atlas.groups, self.rows
        every = np.arange(len(groups))
        fits = self.listed(groups)
        codes = query.category or ()
        if query.theme:
            terms = self.atlas.vocabulary.of("category").values()
            codes = (*codes, *(term.code for term in terms if term.theme in query.theme))
        for name, wanted in (("category", codes), ("cost", query.cost)):
            if wanted:
                fits &= groups.facet(name).any_of(every, wanted)
        for code in query.access:
            fits &= groups.facet("access").any_of(every, (code,))
        if query.audience != "everyone":
            youngest, oldest = AUDIENCES[query.audience]
            fits &= (groups.age_min <= oldest) & (groups.age_max >= youngest)
        kept = fits[rows.owner]
        if query.day or query.time:
            when = session_days(groups, query.day, self.now) & session_parts(groups, query.time)
            kept &= np.append(when, False)[rows.session]
        return kept


def _rows_of(atlas: Atlas, day: date) -> Rows:
    """A session is held at its hub where the group has a place there, else at the group's first place."""
    layer = atlas.groups
    spots, owner = layer.spots, layer.session_owner
    first = np.array([layer.spots_of(number)[0] if layer.placed[number] else -1 for number in range(len(layer))],
                     dtype=np.int64)
    spot = first[owner] if len(layer) else np.zeros(0, dtype=np.int64)
    places = np.bincount(spots.owner, minlength=len(layer)) if len(layer) else np.zeros(0, dtype=np.int64)
    begins = np.searchsorted(owner, np.arange(len(layer) + 1))
    for number in np.flatnonzero(places > 1).tolist():
        at_hub = {spots.hub_id[row]: row for row in layer.spots_of(number) if spots.hub_id[row]}
        for index, meeting in enumerate(load_meetings(layer.rows.value(number, "meetings"))):
            if meeting.hub_id in at_hub:
                spot[begins[number] + index] = at_hub[meeting.hub_id]
    used = np.zeros(len(spots.owner) + 1, dtype=bool)
    used[spot] = True
    quiet = np.flatnonzero(~used[:-1])
    nowhere = np.setdiff1d(np.flatnonzero(~layer.placed), owner)
    owners = np.concatenate([owner, spots.owner[quiet], nowhere])
    every_spot = np.concatenate([spot, quiet, np.full(len(nowhere), -1)])
    session = np.concatenate([np.arange(len(owner)), np.full(len(quiet) + len(nowhere), -1)])
    hours = np.append(weekly_hours(layer.sessions, day), np.nan)[session]
    ward = np.append(spots.ward, -1)[every_spot]
    return Rows(owners, session, every_spot, WardRows(ward, owners, hours, wards=len(atlas.wards)))
