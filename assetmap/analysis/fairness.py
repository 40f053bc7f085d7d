"""Who has more, the most or the least deprived: concentration index and curve, Gini.

Sources: Kakwani, Wagstaff and van Doorslaer 1997, "Socioeconomic inequalities in health"; O'Donnell and others 2008,
"Analyzing Health Equity Using Household Survey Data" (World Bank), chapters 7 and 8; Erreygers 2009, "Correcting the
concentration index". A unit is a ward or a point with people. Units whose value, people or rank are NaN are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assetmap.analysis.fifths import Fifths, by_fifth
from assetmap.analysis.mid_ranks import known_units, mid_ranks

__all__ = ["Fifths", "Interval", "by_fifth", "concentration_curve", "concentration_index", "erreygers_index", "gini",
           "interval"]

FEWEST_UNITS = 10  # an interval from fewer says more about chance than about fairness
_CELLS = 4_000_000  # of resamples × units in memory at a time


@dataclass(frozen=True, slots=True)
class Interval:
    """An index with its interval: all of `units` units, `left_out` more were not known.

    `says`: "deprived" or "least deprived", those who have more, when the interval leaves out 0; "level" when it does
    not; "nothing" when nothing can be said, which is so with fewer than ten units, all of one rank, or none of it.
    """

    estimate: float
    lower: float
    upper: float
    level: float
    units: int
    left_out: int
    says: str


def concentration_index(value: np.ndarray, population: np.ndarray, rank: np.ndarray) -> float:
    """C from -1 to 1: below 0 the most deprived have more; 0 where all have the same.

    `value`: (n,) per person, such as a rate or a share; `population`: (n,) people; `rank`: (n,) any numbers that rise
    from the most to the least deprived, equal ones share their place. NaN where nothing can be said: fewer than two
    ranks, nobody, or none of it. Raises ValueError for arrays of unequal length, people or values below 0.
    """
    value, population, rank, _ = known_units(value, population, rank)
    if _nothing(population, rank) or not population @ value > 0:
        return float("nan")
    return _index(value, population, rank)


def erreygers_index(value: np.ndarray, population: np.ndarray, rank: np.ndarray,
                    bounds: tuple[float, float] = (0.0, 1.0)) -> float:
    """E = 4 · mean ÷ (b − a) · C, for values that lie between bounds a and b; it is the same, with the sign turned,
    for who has and for who has not. Otherwise as `concentration_index`, but 0 where nobody has any.

    Raises ValueError for bounds that are no bounds, and for values outside them.
    """
    low, high = bounds
    value, population, rank, _ = known_units(value, population, rank, least=low)
    if not low < high or (value > high).any():
        raise ValueError("Values must lie between the bounds, and the bounds must differ.")
    if _nothing(population, rank):
        return float("nan")
    return 8 * _covariance(value, population, rank) / (high - low)


def gini(value: np.ndarray, population: np.ndarray | None = None) -> float:
    """Gini coefficient, 0 where all have the same; NaN where nobody has any. `population` None: each unit alike."""
    value = np.asarray(value, dtype=float)
    population = np.ones(len(value)) if population is None else population
    value, population, _, _ = known_units(value, population, value)
    return _index(value, population, value) if population @ value > 0 else float("nan")


def concentration_curve(value: np.ndarray, population: np.ndarray, rank: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points of the curve from (0, 0) to (1, 1): share of people from the most deprived on, share of what there is.

    Above the diagonal the most deprived have more. Units of one rank make one piece. Both empty where the index is
    NaN. Arguments and errors as of `concentration_index`.
    """
    value, population, rank, _ = known_units(value, population, rank)
    if _nothing(population, rank) or not population @ value > 0:
        return np.empty(0), np.empty(0)
    _, place = np.unique(rank, return_inverse=True)
    shares = []
    for amount in (population, population * value):
        summed = np.concatenate([[0.0], np.cumsum(np.bincount(place, amount))])
        shares.append(summed / summed[-1])
    return shares[0], shares[1]


def interval(value: np.ndarray, population: np.ndarray, rank: np.ndarray, bounds: tuple[float, float] | None = None,
             level: float = 0.95, resamples: int = 1_000, seed: int = 2024) -> Interval:
    """The index (Erreygers' when `bounds` are given) and its interval by drawing units anew (percentile bootstrap).

    It tells how much hangs on single units, so they must stand for themselves: wards, not the points of a ward that
    share its figure. The same figures give the same interval. Errors as of the indices.
    """
    estimate = (concentration_index(value, population, rank) if bounds is None
                else erreygers_index(value, population, rank, bounds))
    value, population, rank, left_out = known_units(value, population, rank, least=bounds[0] if bounds else 0.0)
    units = len(value)
    if np.isnan(estimate) or units < FEWEST_UNITS:
        return Interval(estimate, float("nan"), float("nan"), level, units, left_out, "nothing")
    means, covariances = _resample(value, population, rank, resamples, np.random.default_rng(seed))
    with np.errstate(invalid="ignore", divide="ignore"):
        indices = 2 * covariances / means if bounds is None else 8 * covariances / (bounds[1] - bounds[0])
    lower, upper = np.nanquantile(indices, [(1 - level) / 2, (1 + level) / 2])
    clear = lower > 1e-12 or upper < -1e-12
    says = "level" if not clear else "deprived" if upper < 0 else "least deprived"
    return Interval(estimate, float(lower), float(upper), level, units, left_out, says)


def _nothing(population: np.ndarray, rank: np.ndarray) -> bool:
    return len(rank) == 0 or bool((rank == rank[0]).all()) or not population.sum() > 0


def _covariance(value: np.ndarray, population: np.ndarray, rank: np.ndarray) -> float:
    share = population / population.sum()
    return float(share @ ((value - share @ value) * (mid_ranks(population, rank) - 0.5)))


def _index(value: np.ndarray, population: np.ndarray, rank: np.ndarray) -> float:
    return 2 * _covariance(value, population, rank) * population.sum() / float(population @ value)


def _resample(value: np.ndarray, population: np.ndarray, rank: np.ndarray, resamples: int,
              chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(resamples,) means and covariances with the mid-rank, of units drawn with replacement."""
    order = np.argsort(rank, kind="stable")
    value, population = value[order], population[order]
    _, first, place = np.unique(rank[order], return_index=True, return_inverse=True)
    means, covariances = [], []
    step = max(1, _CELLS // len(value))
    for begin in range(0, resamples, step):
        size = min(step, resamples - begin)
        share = chance.multinomial(len(value), np.full(len(value), 1 / len(value)), size=size) * population
        share = share / share.sum(axis=1, keepdims=True)
        blocks = np.add.reduceat(share, first, axis=1)
        mid = (np.cumsum(blocks, axis=1) - blocks / 2)[:, place]
        mean = share @ value
        means.append(mean)
        covariances.append((share * (value - mean[:, None]) * (mid - 0.5)).sum(axis=1))
    return np.concatenate(means), np.concatenate(covariances)
