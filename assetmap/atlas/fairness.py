"""Whether the most deprived have as much as the least: one measure by fifths of residents, its curve and its index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assetmap.analysis.fairness import Interval, concentration_curve, interval
from assetmap.analysis.fifths import Fifths, by_fifth
from assetmap.analysis.reach import BANDS, enhanced_two_step, find_pairs
from assetmap.atlas.measuring import measured, nearest_of, supply_spots
from assetmap.atlas.planning import Planning
from assetmap.domain.measure import MEASURES, Kind
from assetmap.domain.plan_query import PlanQuery

MEASURED = ("within", "access", "groups", "hours")
"""The measures that can be set against deprivation person by person or ward by ward, the most telling first."""
_MOST_DRAWS = 20_000_000
"""Of units × resamples: more would keep a reader waiting."""
_RESAMPLES, _FEWEST_RESAMPLES = 1_000, 100


@dataclass(frozen=True, slots=True)
class Fairness:
    """`value` (n,) for each unit, `people` (n,) of it, `deprivation` (n,), higher is more deprived.

    `by` is "points" when small areas have a deprivation of their own, else "wards". `curve` is (people, share) of
    the concentration curve; `index` the concentration index; `erreygers` is of shares, else None.
    """

    kind: Kind
    by: str
    fifths: Fifths
    curve: tuple[np.ndarray, np.ndarray]
    index: Interval
    erreygers: Interval | None
    average: float
    units: int


def fairness_of(planning: Planning, query: PlanQuery) -> Fairness:
    """The fairness of one of `MEASURED`; worked out once for each choice."""
    key = ("fairness", query.measure, query.audience, query.filters,
           (query.supply, query.within_m) if MEASURES[query.measure].reaching else ())
    return planning.keep(key, lambda: _fairness(planning, query))


def has_own_deprivation(planning: Planning) -> bool:
    """Whether small areas of at least one ward are told apart by how deprived they are."""
    points = planning.points
    known = (points.ward >= 0) & np.isfinite(points.deprivation) & (points.people > 0)
    ward, deprivation = points.ward[known], points.deprivation[known]
    lowest, highest = np.full(planning.size, np.inf), np.full(planning.size, -np.inf)
    np.minimum.at(lowest, ward, deprivation)
    np.maximum.at(highest, ward, deprivation)
    return bool((highest > lowest + 1e-9).any())


def _fairness(planning: Planning, query: PlanQuery) -> Fairness:
    measure = MEASURES[query.measure]
    by_points = measure.reaching and has_own_deprivation(planning)
    if by_points:
        points = planning.points
        inside = points.ward >= 0
        value, people, deprivation = (array[inside] for array in (
            _of_points(planning, query), planning.people_at(query.audience), points.deprivation))
    else:
        figures = measured(planning, query)
        value, people, deprivation = figures.value, figures.denominator, planning.deprivation[0]
    return _of(measure.kind, "points" if by_points else "wards", value, people, deprivation)


def _of(kind: Kind, by: str, value: np.ndarray, people: np.ndarray, deprivation: np.ndarray) -> Fairness:
    known = np.isfinite(value) & np.isfinite(deprivation) & (people > 0)
    rank = -deprivation
    units = int(known.sum())
    draws = int(np.clip(_MOST_DRAWS // max(units, 1), _FEWEST_RESAMPLES, _RESAMPLES))
    average = float(np.average(value[known], weights=people[known])) if units else float("nan")
    return Fairness(
        kind, by, by_fifth(value, people, deprivation), concentration_curve(value, people, rank),
        interval(value, people, rank, resamples=draws),
        interval(value, people, rank, (0.0, 1.0), resamples=draws) if kind is Kind.SHARE else None, average, units)


def _of_points(planning: Planning, query: PlanQuery) -> np.ndarray:
    """The measure at each population point: 1 or 0 for near enough or not, or access for each 1,000 people."""
    if query.measure == "within":
        return (nearest_of(planning, query) <= query.within_m).astype(float)
    supply, _owner = supply_spots(planning, query)
    pairs = find_pairs(planning.points.xy, supply, BANDS[-1][0])
    return 1_000 * enhanced_two_step(pairs, planning.people_at(query.audience), np.ones(len(supply)))
