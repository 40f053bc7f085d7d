"""Where two could meet: places within reach of both, with what either needs to get in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assetmap.analysis.nearby import smallest
from assetmap.analysis.sides import Sides

_NEAR_M = 1_500.0  # to a place from the farther of both; more when they are farther apart themselves
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class Hosts:
    """m places to meet: `number` is whose they are, `x`, `y` metres, `has` (m, a) bool their features of access."""

    number: np.ndarray
    x: np.ndarray
    y: np.ndarray
    has: np.ndarray

    @classmethod
    def of(cls, hubs: Sides, is_open: np.ndarray) -> Hosts:
        """The hubs that have a place and are open; `is_open` (hubs,) bool."""
        rows = np.flatnonzero(is_open & ~np.isnan(hubs.x))
        return cls(rows, hubs.x[rows], hubs.y[rows], hubs.has[rows])

    def nearest(self, sides: Sides, one: int, other: int, count: int) -> list[tuple[int, float]]:
        """(number, metres from the farther of both) of the nearest places for two rows, nearest first."""
        metres = self._metres(sides, np.array([one]), np.array([other]))[0]
        rows = smallest(metres, min(count, int(np.isfinite(metres).sum())))
        return [(int(self.number[row]), float(metres[row])) for row in rows]

    def nearest_of_each(self, sides: Sides, ones: np.ndarray, others: np.ndarray) -> np.ndarray:
        """The number of the nearest place of each pair of rows, -1 for none."""
        made = np.full(len(ones), -1, dtype=np.int64)
        if not len(self.number):
            return made
        for first in range(0, len(ones), _BLOCK):
            block = slice(first, first + _BLOCK)
            metres = self._metres(sides, ones[block], others[block])
            nearest = metres.argmin(axis=1)
            found = np.isfinite(metres[np.arange(len(nearest)), nearest])
            made[block] = np.where(found, self.number[nearest], -1)
        return made

    def _metres(self, sides: Sides, ones: np.ndarray, others: np.ndarray) -> np.ndarray:
        """(pairs, m): metres from the farther of both, inf where they could not meet.

        Who has no place, or can do it from anywhere, comes from anywhere.
        """
        apart = np.hypot(sides.x[ones] - sides.x[others], sides.y[ones] - sides.y[others])
        limit = np.fmax(apart, _NEAR_M)[:, None]
        far, farther = np.zeros((len(ones), len(self.number)), dtype=bool), np.full((len(ones), 1), np.nan)
        for rows in (ones, others):
            metres = np.hypot(sides.x[rows][:, None] - self.x, sides.y[rows][:, None] - self.y)
            far |= metres > np.minimum(limit, sides.reach_m[rows][:, None])
            farther = np.fmax(farther, metres)
        needed = (sides.needs[ones] | sides.needs[others]).astype(np.float32)
        lacking = needed @ (~self.has).astype(np.float32).T > 0
        return np.where(far | lacking | np.isnan(farther), np.inf, farther)
