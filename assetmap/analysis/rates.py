"""Counts as rates: for each thousand people, with the interval that chance leaves, and drawn towards the average."""

from __future__ import annotations

import numpy as np

EXACT_BELOW = 10
"""Counts under this get the exact interval, others Byar's approximation (OHID, Fingertips technical guidance)."""


def rate_per_thousand(count, population):
    """1,000 × count / population, array or float; NaN (no data) where the population is missing or 0.

    >>> rate_per_thousand([4, 0, 3], [8_000, 5_000, 0]).tolist()
    [0.5, 0.0, nan]

    Raises ValueError for a count or a population below 0.
    """
    counts, people = not_negative("count", count), not_negative("population", population)
    rate = 1_000 * counts / np.where(people > 0, people, np.nan)
    return rate if rate.ndim else float(rate)


def poisson_interval(count, level: float = 0.95):
    """(lower, upper) of what a count could have been by chance: a pair of floats, or of arrays for an array.

    Exact, by the chi-squared distribution, below 10; Byar's approximation from 10 on (OHID technical guidance;
    Breslow and Day 1987). NaN stays NaN. Raises ValueError for a count below 0 and a level outside 0 to 1.

    >>> tuple(round(end, 4) for end in poisson_interval(5))
    (1.6235, 11.6683)
    """
    from scipy.special import gammainccinv, gammaincinv, ndtri

    counts, tail = not_negative("count", count), tail_of(level)
    z = -ndtri(tail)
    few, many = np.fmin(counts, EXACT_BELOW), np.fmax(counts, EXACT_BELOW)  # the other is not used
    exact_lower = np.where(few == 0, 0.0, gammaincinv(np.where(few == 0, 1, few), tail))
    more = many + 1
    lower = np.where(counts < EXACT_BELOW, exact_lower, many * (1 - 1 / (9 * many) - z / (3 * np.sqrt(many))) ** 3)
    upper = np.where(counts < EXACT_BELOW, gammainccinv(few + 1, tail),
                     more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3)
    lower, upper = (np.where(np.isnan(counts), np.nan, end) for end in (lower, upper))
    return (lower, upper) if counts.ndim else (float(lower), float(upper))


def average_rate(count, population) -> float:
    """All counts by all people (not by thousand) where both are known; NaN where nobody is."""
    counts, people, known = _known(count, population)
    return float(counts[known].sum() / people[known].sum()) if known.any() else np.nan


def shrink_rates(count, population) -> np.ndarray:
    """Each ward's count by person (not by thousand), drawn towards the average the more, the fewer people it has: (n,).

    Empirical Bayes of Marshall (1991), "Mapping disease and mortality rates using empirical Bayes estimators":
    with r = O/P, R = ΣO/ΣP, s² = ΣP(r − R)²/ΣP and A = max(0, s² − R/P̄) it is R + C(r − R), C = A/(A + R/P).
    Where rates differ no more than chance alone makes them, A is 0 and everyone gets the average. Wards without a count
    or a population are left out and NaN.
    """
    counts, people, known = _known(count, population)
    shrunk = np.full(counts.shape, np.nan)
    counts, people = counts[known], people[known]
    if not len(people):
        return shrunk
    rate, mean = counts / people, counts.sum() / people.sum()
    spread = (people * (rate - mean) ** 2).sum() / people.sum()
    between = max(0.0, spread - mean / people.mean())
    weight = between / (between + mean / people) if mean > 0 else 0.0
    shrunk[known] = mean + weight * (rate - mean)
    return shrunk


def not_negative(what: str, values) -> np.ndarray:
    """The values as floats; ValueError when one is below 0."""
    numbers = np.asarray(values, dtype=float)
    if (numbers < 0).any():
        raise ValueError(f"A {what} is 0 or more, not {numbers[numbers < 0].flat[0]:g}.")
    return numbers


def tail_of(level: float) -> float:
    """What is left on each side of an interval of that level: 0.025 of 0.95."""
    if not 0 < level < 1:
        raise ValueError(f"A level lies between 0 and 1, such as 0.95; {level} does not.")
    return (1 - level) / 2


def _known(count, population) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    counts, people = np.broadcast_arrays(not_negative("count", count), not_negative("population", population))
    counts, people = np.atleast_1d(counts), np.atleast_1d(people)
    return counts, people, np.isfinite(counts) & np.isfinite(people) & (people > 0)


def wilson_interval(count, of, level: float = 0.95):
    """(lower, upper) of what a share could have been by chance: arrays or floats, NaN where `of` is missing or 0.

    Wilson (1927), which OHID's technical guidance uses for proportions.

    >>> [round(edge, 4) for edge in wilson_interval(3, 10)]
    [0.1078, 0.6032]
    """
    from scipy.special import ndtri

    counts, whole = np.broadcast_arrays(not_negative("count", count), not_negative("of", of))
    z = -float(ndtri(tail_of(level)))
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = np.where(whole > 0, whole, np.nan)
        share = counts / whole
        middle = share + z * z / (2 * whole)
        spread = z * np.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
        lower, upper = (np.clip((middle + side * spread) / (1 + z * z / whole), 0.0, 1.0) for side in (-1, 1))
    return (lower, upper) if lower.ndim else (float(lower), float(upper))
