"""Which wards have more or fewer than chance alone would give them: the funnel around the average."""

from __future__ import annotations

import numpy as np

from assetmap.analysis.rates import average_rate, not_negative, tail_of

_SAME = 1e-9


def funnel_limits(population, rate: float, level: float = 0.95, dispersion: float = 1.0):
    """(lower, upper): between these lies the rate of a ward that differs from `rate` by chance only; arrays or floats.

    `rate` and limits are by person (not by thousand), as ΣO/ΣP is. Spiegelhalter (2005), "Funnel plots for comparing
    institutional performance": the exact Poisson distribution of the count that is expected, interpolated between
    whole counts. The upper limit is the mirror image of the lower: a ward that is like all others lies above the one
    with a chance of at most (1 − level)/2, and below the other likewise. (His own upper limit is one count less;
    where half a group is expected it would flag 9 wards in 100, not 2.5.) At whole counts these are the limits of
    OHID's technical guidance. The lower is never below 0. NaN where the population is missing or 0.

    Not widened for wards that differ more than by chance anyway, unless `dispersion` (see the function of that name) is
    more than 1: the limits are then its square root times as far from the average.
    """
    people = np.asarray(population, dtype=float)
    lower, upper = _of_counts(people, rate, level, dispersion)
    with np.errstate(invalid="ignore", divide="ignore"):
        lower, upper = lower / people, upper / people
    return (lower, upper) if people.ndim else (float(lower), float(upper))


def funnel_flags(count, population, level: float = 0.95, rate: float | None = None,
                 dispersion: float = 1.0) -> np.ndarray:
    """For each ward "high", "low" or "": whether its rate leaves the limits around the average; (n,) str.

    The average is that of these wards, unless a `rate` by person is given. A ward without a population has no flag.
    Of a hundred wards that do not differ about five leave the limits of 0.95 by chance; of 0.998 hardly any.
    """
    counts = np.atleast_1d(not_negative("count", count))
    rate = average_rate(counts, population) if rate is None else rate
    lower, upper = _of_counts(np.asarray(population, dtype=float), rate, level, dispersion)
    flags = np.full(counts.shape, "", dtype="<U4")
    flags[counts > upper + _SAME] = "high"
    flags[counts < lower - _SAME] = "low"
    return flags


def dispersion(count, population) -> float:
    """How many times as much the wards differ as by chance: 1 when by chance only, never less; NaN for fewer than two.

    The mean of the squared Pearson residuals, with the tenth at each end drawn in (Spiegelhalter 2005), so that a
    few wards far out do not hide themselves.
    """
    counts, people = np.atleast_1d(not_negative("count", count)), np.atleast_1d(not_negative("population", population))
    known = np.isfinite(counts) & (people > 0)
    mean = average_rate(counts, population)
    if known.sum() < 2:
        return np.nan
    if not mean > 0:
        return 1.0
    expected = people[known] * mean
    apart = (counts[known] - expected) / np.sqrt(expected)
    return max(1.0, float((np.clip(apart, *np.quantile(apart, (0.1, 0.9))) ** 2).mean()))


def _of_counts(people: np.ndarray, rate: float, level: float, wider: float) -> tuple[np.ndarray, np.ndarray]:
    """The limits as counts, not whole ones."""
    not_negative("rate", rate)
    tail = tail_of(level)
    if not wider >= 1:
        raise ValueError(f"A dispersion is 1 or more, not {wider}.")
    expected = np.where(not_negative("population", people) > 0, people, np.nan) * rate
    lower, upper = np.full(expected.shape, np.nan), np.full(expected.shape, np.nan)
    lower[expected == 0] = upper[expected == 0] = 0.0
    some = np.isfinite(expected) & (expected > 0)
    lower[some], upper[some] = _lower(expected[some], tail), _upper(expected[some], tail)
    by = np.sqrt(wider)
    return np.fmax(expected + by * (lower - expected), 0.0) + 0 * expected, expected + by * (upper - expected)


def _lower(expected: np.ndarray, tail: float) -> np.ndarray:
    """r − α for the least r with P(R ≤ r) > tail, α = (P(R ≤ r) − tail) / P(R = r)."""
    from scipy.special import gammaincc, ndtri

    least = _step(_guess(expected, ndtri(tail)), lambda r: gammaincc(r + 1, expected) > tail)
    up_to, before = gammaincc(least + 1, expected), gammaincc(least, expected)
    return np.fmax(least - (up_to - tail) / (up_to - before), 0.0)


def _upper(expected: np.ndarray, tail: float) -> np.ndarray:
    """r + α for the most r with P(R ≥ r) > tail, α = (P(R ≥ r) − tail) / P(R = r)."""
    from scipy.special import gammainc, ndtri

    most = _step(_guess(expected, -ndtri(tail)), lambda r: gammainc(r, expected) <= tail) - 1
    from_it, beyond = gammainc(most, expected), gammainc(most + 1, expected)
    return most + (from_it - tail) / (from_it - beyond)


def _guess(expected: np.ndarray, z: float) -> np.ndarray:
    return np.floor(np.fmax(expected + z * np.sqrt(expected) + (z * z - 1) / 6, 0.0))


def _step(count: np.ndarray, holds) -> np.ndarray:
    """The least whole count for which `holds`, which stays true from there on; from a guess that is near."""
    while (short := ~holds(count)).any():
        count = count + short
    while (over := (count > 0) & holds(count - 1)).any():
        count = count - over
    return count
