"""Where the next places would reach most people who are not reached: the choice, what it changes, and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import BoundedSemaphore

import numpy as np

from assetmap.analysis.candidates import candidate_grid
from assetmap.analysis.fifths import Fifths, by_fifth
from assetmap.analysis.reach import find_pairs
from assetmap.analysis.site_weights import Weighting, weights
from assetmap.atlas.measuring import hubs_chosen, nearest_of, supply_spots
from assetmap.atlas.near import NearPlace
from assetmap.atlas.planning import Planning
from assetmap.domain.errors import Busy
from assetmap.domain.plan_query import PlanQuery
from assetmap.domain.sites_query import MOST_PLACES, SitesQuery

SOLVER_S = 6.0
"""Seconds for the choices of one to ten places together; what is not proved by then says how far off it may be."""
_PATIENCE_S = 20.0
_AT_ONCE = BoundedSemaphore(1)  # a solver takes a whole core, and pages are to be answered meanwhile


@dataclass(frozen=True, slots=True)
class Candidates:
    """Where a place could be: `xy` (m, 2) metres; `ward` (m,), -1 outside; `hub` (m,) its number, -1 for none.

    `label` has what was typed for each chosen point, and is empty otherwise. `spacing_m` is the grid's, wider than
    asked for where that would be too many points.
    """

    xy: np.ndarray
    ward: np.ndarray
    hub: np.ndarray
    label: tuple[str, ...] = ()
    spacing_m: float = float("nan")

    def __len__(self) -> int:
        return len(self.xy)


@dataclass(frozen=True, slots=True)
class Tie:
    """Candidate `into` in the place of the site at `out` (from 0) of the choice, which then reaches `people` newly."""

    out: int
    into: int
    people: float


@dataclass(frozen=True, slots=True)
class Step:
    """The choice of one number of places: `sites` are candidates, the one that adds most first.

    `adds`: people that each adds to those before it, `alone`: that it would newly reach by itself; `people`: all that
    are newly reached. `proved` that none is better, else it falls short by at most the share `gap` of the best
    possible; both are of people as they are weighted.
    """

    sites: tuple[int, ...]
    adds: tuple[float, ...]
    alone: tuple[float, ...]
    people: float
    proved: bool
    gap: float
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Solved:
    """The best choices of one to ten places; fewer where one more would reach nobody new."""

    candidates: Candidates
    weighting: Weighting
    steps: tuple[Step, ...]
    useful: int
    """Candidates that would reach somebody new."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a choice changes: people (w,) by ward, all of them, reached `before` and `after`; and the same by fifth."""

    people: np.ndarray
    before: np.ndarray
    after: np.ndarray
    fifths_before: Fifths
    fifths_after: Fifths
    unknown: int
    """Points where nobody knows how many live there, which count as nobody."""


def solve(planning: Planning, query: SitesQuery, points: Sequence[NearPlace] = ()) -> Solved:
    """The best choices for a query, worked out once for each; `points` are where its `at` are.

    Raises Busy when others are working out so much that this one would have to wait long.
    """
    reach = query.reach
    key = ("sites", reach.supply, reach.within_m, reach.audience, reach.filters, query.candidates,
           query.spacing_m if query.candidates == "grid" else 0, query.weight, query.at)
    return planning.keep(key, lambda: _solve(planning, query, points))


def _solve(planning: Planning, query: SitesQuery, points: Sequence[NearPlace]) -> Solved:
    from assetmap.analysis.sites import gain_curve  # scipy's solver takes a while to import

    reach, homes = query.reach, planning.points.xy
    candidates = _candidates(planning, query, points)
    people, before = people_of(planning, query), reached_now(planning, query)
    weighting = weights(query.weight if query.weight == "deprivation" else "everyone", people,
                        deprivation=planning.points.deprivation)
    if not _AT_ONCE.acquire(timeout=_PATIENCE_S):
        raise Busy("Others are asking where the next places would be just now. Ask again in a minute.")
    try:
        pairs = find_pairs(homes, candidates.xy, reach.within_m)
        curve = gain_curve(pairs, weighting.weight, MOST_PLACES, before, SOLVER_S)
    finally:
        _AT_ONCE.release()
    new = np.where(before, 0.0, np.nan_to_num(people))
    near = _Near(pairs, new, len(candidates))
    useful = int((near.alone > 0).sum())
    return Solved(candidates, weighting, tuple(_told(near, step) for step in curve), useful)


class _Near:
    """Which of the people who are not reached each candidate would reach."""

    def __init__(self, pairs: tuple[np.ndarray, np.ndarray, np.ndarray], new: np.ndarray, size: int):
        counts = new[pairs[0]] > 0
        home, supply = pairs[0][counts], pairs[1][counts]
        order = np.argsort(supply, kind="stable")
        self._new, self._home = new, home[order]
        self._begins = np.searchsorted(supply[order], np.arange(size + 1))
        self.alone = np.bincount(supply, new[home], size)[:size]

    def of(self, site: int) -> np.ndarray:
        return self._home[self._begins[site]: self._begins[site + 1]]

    def adding(self, sites: Sequence[int]) -> list[float]:
        """People that each adds to those before it."""
        seen, adds = np.zeros(len(self._new), dtype=bool), []
        for site in sites:
            homes = self.of(site)
            adds.append(float(self._new[homes[~seen[homes]]].sum()))
            seen[homes] = True
        return adds


def _told(near: _Near, step) -> Step:
    """A step of the gain curve in people, each counted once however they were weighted."""
    sites = step.cover.sites
    adds = near.adding(sites)
    ties = [Tie(sites.index(swap.out), swap.into, sum(near.adding(
        [swap.into if site == swap.out else site for site in sites]))) for swap in step.swaps if swap.near]
    gap = float(step.cover.gap)
    proved = bool(step.cover.proved) or gap * sum(adds) < 1  # nobody is between this and the best possible
    return Step(sites, tuple(adds), tuple(float(near.alone[site]) for site in sites), sum(adds), proved,
                0.0 if proved else gap, tuple(ties))


def change(planning: Planning, query: SitesQuery, xy: np.ndarray) -> Change:
    """What places at `xy` (k, 2) metres would change."""
    points, before = planning.points, reached_now(planning, query)
    after = before.copy()
    after[find_pairs(points.xy, xy, query.reach.within_m).demand] = True
    people = people_of(planning, query)
    known = np.nan_to_num(people)
    inside = points.ward >= 0
    by_ward = [np.bincount(points.ward[inside], known[inside] * mask[inside], planning.size)
               for mask in (np.ones(len(known)), before, after)]
    fifths = [by_fifth(mask.astype(float), people, points.deprivation) for mask in (before, after)]
    return Change(*by_ward, *fifths, int(np.isnan(people).sum()))


def people_of(planning: Planning, query: SitesQuery) -> np.ndarray:
    """People of the age at each point of the wards, NaN for not known; of those outside the wards nobody counts."""
    return np.where(planning.points.ward >= 0, planning.people_at(query.reach.audience), 0.0)


def reached_now(planning: Planning, query: SitesQuery) -> np.ndarray:
    """(n,) bool: the population points that have what is asked for near enough already."""
    return nearest_of(planning, query.reach) <= query.reach.within_m


def _candidates(planning: Planning, query: SitesQuery, points: Sequence[NearPlace]) -> Candidates:
    atlas = planning.atlas
    if query.candidates == "chosen":
        xy = np.array([atlas.to_metres(near.place.lat, near.place.lon) for near in points]).reshape(-1, 2)
        return Candidates(xy, np.array([near.ward for near in points], dtype=np.int64),
                          np.full(len(points), -1), tuple(near.label for near in points))
    if query.candidates == "hubs":
        fits = hubs_chosen(planning, query.reach)
        if query.reach.supply == "hubs":  # those that are not yet as they should be
            fits = planning.listed(atlas.hubs) & ~fits
        spots = atlas.hubs.spots
        rows = np.flatnonzero(fits[spots.owner])
        return Candidates(np.column_stack([spots.x[rows], spots.y[rows]]), spots.ward[rows], spots.owner[rows])
    grid = candidate_grid(planning.shapes_m, query.spacing_m)
    return Candidates(np.column_stack([grid.x, grid.y]), grid.ward, np.full(len(grid.x), -1), (), grid.spacing_m)


def existing(planning: Planning, reach: PlanQuery) -> np.ndarray:
    """Where what is asked for is already: metres (k, 2)."""
    return supply_spots(planning, reach)[0]
