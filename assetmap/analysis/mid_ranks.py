"""Units in order, each at the middle of its people: what every measure of fairness is counted on."""

from __future__ import annotations

import numpy as np


def mid_ranks(population: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """(n,) share of the people who come before the middle of each unit, by ascending rank; equal ranks share theirs.

    >>> mid_ranks(np.array([10.0, 30.0, 40.0, 20.0]), np.array([1, 2, 2, 3]))
    array([0.05, 0.45, 0.45, 0.9 ])
    """
    _, place = np.unique(rank, return_inverse=True)
    held = np.bincount(place, population)
    return ((np.cumsum(held) - held / 2) / held.sum())[place]


def known_units(value: np.ndarray, population: np.ndarray, rank: np.ndarray,
                least: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Value, people and rank of the units where all three are known and somebody lives, and how many are not known.

    A unit where nobody lives counts nothing and is not counted as unknown. Raises ValueError for arrays of unequal
    length, people below 0, or a value below `least`.
    """
    value, population, rank = (np.asarray(each, dtype=float) for each in (value, population, rank))
    if not value.shape == population.shape == rank.shape:
        raise ValueError("There must be a value, people and a rank for each unit.")
    known = np.isfinite(value) & np.isfinite(population) & np.isfinite(rank)
    if (population[known] < 0).any() or (value[known] < least).any():
        raise ValueError("Neither people nor values may be below the least that they can be.")
    kept = known & (population > 0)
    empty = population == 0
    return value[kept], population[kept], rank[kept], int((~known & ~empty).sum())
