"""The headline of fairness: what the most deprived fifth of residents have, and the least deprived fifth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assetmap.analysis.mid_ranks import known_units

_FEWEST_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Fifths:
    """Five numbers each, the most deprived fifth of residents first.

    `value`: the mean per resident; `people`: residents, alike but for rounding; `units`: units that lie in it,
    wholly or in part. `left_out` units were not known, with `left_out_people` residents as far as those are known.
    `enough` is False when nothing can be said: fewer than five different levels of deprivation, or the same unit (or
    units equally deprived) in both the most and the least deprived fifth. NaN values where there is nobody.
    """

    value: tuple[float, ...]
    people: tuple[float, ...]
    units: tuple[int, ...]
    left_out: int
    left_out_people: float
    enough: bool

    @property
    def gap(self) -> float:
        """Least deprived less most deprived: above 0 the most deprived have less. NaN when nothing can be said."""
        return self.value[-1] - self.value[0] if self.enough else float("nan")

    @property
    def ratio(self) -> float:
        """Most deprived ÷ least deprived; NaN when nothing can be said or the least deprived have none."""
        return self.value[0] / self.value[-1] if self.enough and self.value[-1] > 0 else float("nan")


def by_fifth(value: np.ndarray, population: np.ndarray, deprivation: np.ndarray) -> Fifths:
    """What each fifth of residents has, from the most to the least deprived.

    `value`: (n,) per resident of each unit (a share such as 0.61, or a rate); `population`: (n,) the residents that
    it is counted on; `deprivation`: (n,) higher is more deprived. A unit across the border of two fifths is split
    in proportion, as though all its residents were alike; units equally deprived are split as one, so that their
    order does not matter. Raises ValueError for arrays of unequal length, people or values below 0.
    """
    given = np.asarray(population, dtype=float)
    value, people, rank, left_out = known_units(value, population, -np.asarray(deprivation, dtype=float))
    if not len(value):
        nothing = (float("nan"),) * 5
        return Fifths(nothing, (0.0,) * 5, (0,) * 5, left_out, float(np.nansum(given)), False)
    _, place = np.unique(rank, return_inverse=True)
    held, has = np.bincount(place, people), np.bincount(place, people * value)
    units = np.bincount(place)
    upper = np.cumsum(held) / held.sum() * 5
    lower = np.concatenate([[0.0], upper[:-1]])
    fifth = np.arange(5)
    overlap = np.minimum(upper[:, None], fifth + 1) - np.maximum(lower[:, None], fifth)
    inside = overlap / (upper - lower)[:, None]
    inside[inside < 1e-9] = 0.0  # a border that is met, not crossed
    residents, amount = held @ inside, has @ inside
    lies = inside > 0
    enough = len(held) >= _FEWEST_LEVELS and not (lies[:, 0] & lies[:, -1]).any()
    return Fifths(tuple((amount / residents).tolist()), tuple(residents.tolist()), tuple((units @ lies).tolist()),
                  left_out, float(np.nansum(given) - people.sum()), bool(enough))
