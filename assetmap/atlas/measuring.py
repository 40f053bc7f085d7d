"""The measures of a choice: what each ward has, of how many, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from assetmap.analysis.clusters import LocalMoran, Moran, local_moran, moran, neighbours
from assetmap.analysis.provision import (
    average_rate,
    funnel_flags,
    near_pairs,
    poisson_interval,
    rate_per_thousand,
    shrink_rates,
)
from assetmap.analysis.rates import wilson_interval
from assetmap.analysis.reach import (
    BANDS,
    enhanced_two_step_in_blocks,
    mean_by_ward,
    nearest_supply,
    pairs_in_blocks,
    share_of_nearest,
)
from assetmap.atlas.atlas import Atlas
from assetmap.atlas.planning import Planning, planning_of
from assetmap.domain.freshness import day_over
from assetmap.domain.measure import MEASURES, WALKS_M, Kind
from assetmap.domain.plan_query import PlanQuery

NEAR_M = 1_000
FEW = 5
"""Fewer than so many: one more or one less changes the figure a good deal, and the page says so."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure by ward, arrays (w,) in the order of the wards.

    `value` is `numerator` by `denominator` (for a rate by thousand), NaN for no data; `low` and `high` what it could
    be by chance at 95 %, NaN where that is not said; `flag` "high" or "low" outside the funnel of 95 %, `far` the same
    of 99.8 %. `average` is the whole area's, NaN where that cannot be said. `things` is how many groups or the like it
    rests on, NaN where it rests on people's homes. `more` holds further columns by name.
    """

    code: str
    kind: Kind
    value: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray
    low: np.ndarray
    high: np.ndarray
    flag: np.ndarray
    far: np.ndarray
    average: float
    things: np.ndarray
    more: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """All that is counted, as far as it is known."""
        return float(np.nansum(self.numerator))

    @property
    def few(self) -> np.ndarray:
        """Which rest on some things, but fewer than `FEW`; (w,) bool."""
        return np.isfinite(self.value) & (self.things > 0) & (self.things < FEW)


def measured(planning: Planning, query: PlanQuery) -> Measured:
    """One measure for a choice; worked out once for each."""
    measure = MEASURES[query.measure]
    key = ("measured", query.measure, query.audience if measure.by_age or measure.narrowed else "",
           query.filters if measure.narrowed or measure.reaching else (),
           (query.supply, query.within_m if query.measure == "within" else 0) if measure.reaching else ())
    return planning.keep(key, lambda: _MAKERS[query.measure](planning, query))


def supply_spots(planning: Planning, query: PlanQuery) -> tuple[np.ndarray, np.ndarray]:
    """Where the groups or hubs of a choice are: metres (m, 2), and each one's number in its layer (m,)."""
    if query.supply == "hubs":
        hubs = planning.atlas.hubs
        rows = np.flatnonzero(hubs_chosen(planning, query)[hubs.spots.owner])
        return np.column_stack([hubs.spots.x[rows], hubs.spots.y[rows]]), hubs.spots.owner[rows]
    spots, spot = planning.atlas.groups.spots, planning.rows.spot
    rows = np.unique(spot[planning.chosen(query) & (spot >= 0)])
    return np.column_stack([spots.x[rows], spots.y[rows]]), spots.owner[rows]


def nearest_of(planning: Planning, query: PlanQuery) -> np.ndarray:
    """Metres from each population point to the nearest of a choice, inf for none: (n,)."""
    return planning.keep(("nearest", query.supply, query.filters, query.audience), lambda: nearest_supply(
        planning.points.xy, supply_spots(planning, query)[0])[0])


def alike(planning: Planning, query: PlanQuery) -> tuple[Moran, LocalMoran]:
    """Whether neighbouring wards have alike figures, and which stand out with their neighbours; from 30 wards on."""
    def make() -> tuple[Moran, LocalMoran]:
        beside = planning.keep("neighbours", lambda: neighbours(planning.atlas.wards,
                                                                local_crs=planning.atlas.local_crs))
        value = measured(planning, query).value
        return moran(value, beside), local_moran(value, beside)

    return planning.keep(("alike", *query.parameters(order="value")), make)


def hubs_chosen(planning: Planning, query: PlanQuery) -> np.ndarray:
    """Which hubs count: those listed, with the access that is asked for; groups' other filters say nothing of hubs."""
    hubs = planning.atlas.hubs
    fits = planning.listed(hubs)
    for code in query.access:
        fits = fits & hubs.facet("access").any_of(np.arange(len(hubs)), (code,))
    return fits


def _rate(code: str, numerator: np.ndarray, people: np.ndarray, more: dict | None = None,
          is_count: bool = True) -> Measured:
    """So many for each thousand people; only of whole counts is it said what chance could do.

    What is no count rests on `more["groups"]`.
    """
    more = dict(more or {})
    nan, none = np.full(len(people), np.nan), np.full(len(people), "", dtype="<U4")
    known = np.where(people > 0, people, np.nan)
    low, high, flag, far = nan, nan, none, none
    if is_count and len(people):
        low, high = (rate_per_thousand(edge, known) for edge in poisson_interval(numerator))
        flag, far = funnel_flags(numerator, known, 0.95), funnel_flags(numerator, known, 0.998)
        more["steadied"] = 1_000 * shrink_rates(numerator, known)
    both = np.isfinite(known) & np.isfinite(numerator)
    average = (average_rate(numerator, known) * 1_000 if is_count else
               1_000 * numerator[both].sum() / known[both].sum() if both.any() else np.nan)
    return Measured(code, Kind.RATE, rate_per_thousand(numerator, known), numerator.astype(float), people, low, high,
                    flag, far, float(average), numerator.astype(float) if is_count else more.pop("groups"), more)


def _share(code: str, numerator: np.ndarray, whole: np.ndarray, more: dict | None = None,
           is_count: bool = True) -> Measured:
    """So many of so many; an interval is said of counts, not of people spread over points."""
    nan, none = np.full(len(whole), np.nan), np.full(len(whole), "", dtype="<U4")
    known = np.where(whole > 0, whole, np.nan)
    low, high = wilson_interval(numerator, known) if is_count and len(whole) else (nan, nan)
    both = np.isfinite(known) & np.isfinite(numerator)
    average = float(numerator[both].sum() / known[both].sum()) if both.any() else np.nan
    return Measured(code, Kind.SHARE, numerator / known, numerator.astype(float), whole, low, high, none, none,
                    average, whole if is_count else nan, more or {})


def _groups(planning: Planning, query: PlanQuery) -> Measured:
    tally = planning.rows.counted.count(planning.chosen(query))
    return _rate("groups", tally.groups, planning.people(query.audience).number)


def _hours(planning: Planning, query: PlanQuery) -> Measured:
    tally = planning.rows.counted.count(planning.chosen(query))
    known = tally.known_times.astype(float)
    made = _rate("hours", tally.weekly_hours, planning.people(query.audience).number,
                 {"groups": np.where(tally.groups > 0, known, 0.0), "all_groups": tally.groups.astype(float),
                  "known_times": known}, is_count=False)
    # of the whole area nothing is said where the times of most groups are not known
    return made if 2 * known.sum() >= tally.groups.sum() else replace(made, average=float("nan"))


def _near(planning: Planning, query: PlanQuery) -> Measured:
    spots = planning.atlas.groups.spots
    ward, spot = planning.keep("near", lambda: near_pairs(
        planning.shapes_m, planning.points_m(planning.atlas.groups), NEAR_M))
    shown = np.zeros(len(spots.owner) + 1, dtype=bool)
    shown[planning.rows.spot[planning.chosen(query)]] = True
    shown[-1] = False
    kept = shown[spot]
    owner = spots.owner[spot[kept]].astype(np.int64)
    pairs = np.unique(ward[kept].astype(np.int64) * (len(planning.atlas.groups) + 1) + owner)
    count = np.bincount(pairs // (len(planning.atlas.groups) + 1), minlength=planning.size)
    made = _rate("near", count, planning.people(query.audience).number)
    # one group counts for several wards: there is no sum of it, nor does each ward leave the average on its own
    none = np.full(planning.size, "", dtype="<U4")
    return replace(made, flag=none, far=none, average=float("nan"))


def _within(planning: Planning, query: PlanQuery) -> Measured:
    points, people = planning.points, planning.people_at(query.audience)
    reached = share_of_nearest(nearest_of(planning, query), people, WALKS_M, points.ward, planning.size)
    column = WALKS_M.index(query.within_m)
    more = {f"within_{metres}": reached.number[:, at] for at, metres in enumerate(WALKS_M)}
    more |= {"outside": reached.outside[:, column]}
    return _share("within", reached.number[:, column], reached.people, more, is_count=False)


def _access(planning: Planning, query: PlanQuery) -> Measured:
    """Each group or hub shares what it is among the people in its reach (E2SFCA); a ward has its residents' mean."""
    points, people = planning.points, planning.people_at(query.audience)
    supply, _owner = supply_spots(planning, query)
    access = enhanced_two_step_in_blocks(
        lambda: pairs_in_blocks(points.xy, supply, BANDS[-1][0]), people, np.ones(len(supply)))
    value = mean_by_ward(access, people, points.ward, planning.size) * 1_000
    inside = (points.ward >= 0) & np.isfinite(people)
    number = np.bincount(points.ward[inside], people[inside], planning.size)
    held = np.where(number > 0, value * number / 1_000, np.nan)
    none, nan = np.full(planning.size, "", dtype="<U4"), np.full(planning.size, np.nan)
    average = float(np.nansum(held) / number.sum() * 1_000) if number.sum() > 0 else np.nan
    return Measured("access", Kind.RATE, value, held, number, nan, nan, none, none, average, nan)


def _opportunities(planning: Planning, query: PlanQuery) -> Measured:
    layer = planning.atlas.opportunities
    listed = planning.listed(layer)
    asks = layer.facet("direction").any_of(np.arange(len(layer)), ("ask",))
    here = listed & (layer.ward >= 0)
    count = np.bincount(layer.ward[here], minlength=planning.size)
    asked = np.bincount(layer.ward[here & asks], minlength=planning.size)
    return _rate("opportunities", count, planning.people(query.audience).number,
                 {"offers": (count - asked).astype(float), "asks": asked.astype(float)})


def _step_free_hubs(planning: Planning, _query: PlanQuery) -> Measured:
    hubs = planning.atlas.hubs
    every = np.arange(len(hubs))
    here = planning.listed(hubs) & (hubs.ward >= 0)
    free = hubs.facet("access").any_of(every, ("step_free",))
    says = hubs.facet("access").any_of(every, hubs.facet("access").codes)
    total, step_free, silent = (np.bincount(hubs.ward[mask], minlength=planning.size).astype(float)
                                for mask in (here, here & free, here & ~says))
    nan, none = np.full(planning.size, np.nan), np.full(planning.size, "", dtype="<U4")
    average = float(step_free.sum() / planning.size) if planning.size else np.nan
    value = np.where((total > 0) & (silent == total), np.nan, step_free)  # where none says anything, nobody knows
    return Measured("step-free-hubs", Kind.COUNT, value, step_free, total, nan, nan, none, none, average, nan,
                    {"hubs": total, "unsaid": silent})


def _confirmed(planning: Planning, query: PlanQuery) -> Measured:
    """Of the groups of a choice, those that somebody confirmed within the days that the map asks for."""
    groups, rows = planning.atlas.groups, planning.rows
    since = day_over(planning.atlas.due_days, planning.day)
    fresh = np.array([day is not None and day > since for day in groups.column("last_confirmed")], dtype=bool)
    mask = planning.chosen(query)
    whole = rows.counted.count(mask).groups
    confirmed = rows.counted.count(mask & (fresh[rows.owner] if len(fresh) else False)).groups
    return _share("confirmed", confirmed, whole.astype(float))


_MAKERS = {"groups": _groups, "hours": _hours, "near": _near, "within": _within, "access": _access,
           "opportunities": _opportunities, "step-free-hubs": _step_free_hubs, "confirmed": _confirmed}


def prepare_measures(atlas: Atlas) -> None:
    """Work out what the page of any ward shows, so that no reader waits for it."""
    planning = planning_of(atlas)
    if planning.size:
        for code in _MAKERS:
            measured(planning, PlanQuery(measure=code))
