"""Provision against deprivation: four corners, each with a name in plain words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NO_DATA = -1
NAMES = ("more deprived, less here", "more deprived, more here", "less deprived, less here", "less deprived, more here")
"""In the order of the numbers; the first asks for a second look, the second has something to learn from."""


@dataclass(frozen=True, slots=True)
class Quadrants:
    """`of_ward` (n,) int: 0 to 3, of NAMES; NO_DATA (-1) where either figure is missing.

    `provision_at`, `deprivation_at`: where the picture is divided; NaN when no ward has both figures.
    """

    of_ward: np.ndarray
    provision_at: float
    deprivation_at: float

    def name(self, ward: int) -> str:
        """The name of a ward's corner; "" without data."""
        corner = int(self.of_ward[ward])
        return "" if corner == NO_DATA else NAMES[corner]


def quadrants(provision, deprivation, *, provision_at: float | None = None,
              deprivation_at: float | None = None) -> Quadrants:
    """The corner of each ward, from two figures (n,) each; of deprivation, higher is more deprived. NaN is left out.

    Divided at the median of the wards that have both figures, so that one ward far out does not move the others; a
    council's average, or a country's median, can be given instead. A ward that lies on the line has “less here”, and is
    “more deprived”: a tie is told on the side that asks for a second look. So where half of the wards have nothing,
    none of these is said to have more.

    Raises ValueError for figures that are not as many as each other.
    """
    have, lack = np.asarray(provision, dtype=float), np.asarray(deprivation, dtype=float)
    if have.shape != lack.shape or have.ndim != 1:
        raise ValueError(f"One figure of each for each ward: there are {have.size} and {lack.size}.")
    known = np.isfinite(have) & np.isfinite(lack)
    provision_at = _median(have[known]) if provision_at is None else float(provision_at)
    deprivation_at = _median(lack[known]) if deprivation_at is None else float(deprivation_at)
    corner = 2 * (lack < deprivation_at) + (have > provision_at)
    return Quadrants(np.where(known, corner, NO_DATA), provision_at, deprivation_at)


def _median(values: np.ndarray) -> float:
    return float(np.median(values)) if len(values) else np.nan
