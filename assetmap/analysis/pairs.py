"""Pairs of homes and places within a distance: three aligned arrays, never a table of each with each.

Distances are straight lines in a projected plane, in metres. Of n homes ("demand") and m places ("supply"), a pair is
a row of either and the metres between them. What is too much for the memory comes in blocks. scipy is imported where
it is used: a server that starts needs none of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

_ON_THE_MAP_M = 1e8  # what is further from the origin, or not a number, is nowhere
_AT_ONCE = 400_000  # pairs to look at: more do not fit into a processor's cache
_ROWS_EACH_WAY = 5


class Pairs(NamedTuple):
    """`demand`, `supply`: (k,) int, rows of the homes and of the places; `metres`: (k,) float between them."""

    demand: np.ndarray
    supply: np.ndarray
    metres: np.ndarray


ThreeArrays = Pairs | Sequence[np.ndarray]


def find_pairs(demand_xy: np.ndarray, supply_xy: np.ndarray, within_m: float) -> Pairs:
    """Every pair at most `within_m` apart, in no particular order.

    `demand_xy` (n, 2), `supply_xy` (m, 2): metres of one projected system; rows that are not finite are in no pair.
    24 bytes a pair: for a whole country use `pairs_in_blocks`. Raises ValueError for other shapes or a `within_m`
    that is no distance.
    """
    blocks = list(pairs_in_blocks(demand_xy, supply_xy, within_m))
    if not blocks:
        return Pairs(np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), np.empty(0))
    return Pairs(*(np.concatenate(arrays) for arrays in zip(*blocks, strict=True)))


def pairs_in_blocks(demand_xy: np.ndarray, supply_xy: np.ndarray, within_m: float) -> Iterator[Pairs]:
    """As `find_pairs`, a few hundred thousand pairs at a time; neighbours of one place come in one block."""
    demand_xy, supply_xy = _points(demand_xy), _points(supply_xy)
    if not 0 <= within_m < _ON_THE_MAP_M:
        raise ValueError(f"{within_m} is no distance in metres")
    homes, places = np.flatnonzero(_placed(demand_xy)), np.flatnonzero(_placed(supply_xy))
    if not len(homes) or not len(places):
        return
    rows = _Rows(demand_xy[homes], within_m)
    places = places[rows.order_of(supply_xy[places])]
    for some in np.array_split(places, -(-len(places) // 4_096)):
        for place, home, metres in rows.near(supply_xy[some]):
            yield Pairs(homes[home], some[place], metres)


def nearest_supply(demand_xy: np.ndarray, supply_xy: np.ndarray, most_m: float = np.inf) -> tuple[np.ndarray,
                                                                                                 np.ndarray]:
    """(metres, row of `supply_xy`) of each home's nearest place: (n,) each; inf and -1 when none is within `most_m`.

    A home whose own place is not known has NaN metres. `most_m` itself is within.
    """
    from scipy.spatial import cKDTree

    demand_xy, supply_xy = _points(demand_xy), _points(supply_xy)
    homes, places = _placed(demand_xy), np.flatnonzero(_placed(supply_xy))
    metres, rows = np.where(homes, np.inf, np.nan), np.full(len(homes), -1, dtype=np.intp)
    if len(places) and homes.any():
        # the tree leaves out what is at the bound itself
        found, at = cKDTree(supply_xy[places]).query(
            demand_xy[homes], distance_upper_bound=np.nextafter(most_m, np.inf), workers=-1)
        there = np.isfinite(found) & (found <= most_m)
        metres[homes] = np.where(there, found, np.inf)
        rows[homes] = np.where(there, places[np.where(there, at, 0)], -1)
    return metres, rows


def _points(xy: np.ndarray) -> np.ndarray:
    made = np.asarray(xy, dtype=float)
    if made.ndim != 2 or made.shape[1] != 2:
        raise ValueError("points are an array of (n, 2) metres")
    return made


def _placed(xy: np.ndarray) -> np.ndarray:
    return (np.abs(xy) < _ON_THE_MAP_M).all(axis=1)


class _Rows:
    """Homes in rows from south to north, in a row from west to east: those near a place are a few runs of each row.

    For millions of homes this beats a tree, which hands its answers out one by one.
    """

    def __init__(self, xy: np.ndarray, within_m: float):
        self.within_m = within_m
        # few enough rows for a key to tell centimetres apart
        self.height = max(within_m / _ROWS_EACH_WAY, 10.0, np.ptp(xy[:, 1]) / 100_000)
        self.west, self.south = xy.min(axis=0)
        self.span = np.ptp(xy[:, 0]) + 2 * within_m + 1.0
        keys = self._key(xy)
        self.order = np.argsort(keys, kind="stable")
        self.keys = keys[self.order]
        self.x, self.y = np.ascontiguousarray(xy[self.order].T)
        # rounding of the keys must lose nobody; who is too far is left out below
        self.slack_m = 8 * float(np.spacing(np.abs(self.keys[[0, -1]]).max() + self.span)) + 1e-6

    def _row(self, xy: np.ndarray) -> np.ndarray:
        return np.floor((xy[:, 1] - self.south) / self.height)

    def _key(self, xy: np.ndarray) -> np.ndarray:
        return self._row(xy) * self.span + (xy[:, 0] - self.west)

    def order_of(self, xy: np.ndarray) -> np.ndarray:
        """Places in the order of the rows, so that those of a block have the same neighbours."""
        return np.argsort(self._key(xy), kind="stable")

    def near(self, xy: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """(row of `xy`, home, metres) of every pair, in blocks."""
        starts, counts = self._runs(xy)
        ends = np.cumsum(counts.sum(axis=1))
        first = 0
        while first < len(xy):
            before = ends[first - 1] if first else 0
            after = max(int(np.searchsorted(ends, before + _AT_ONCE, "right")), first + 1)
            place, home, metres = self._measure(xy[first:after], starts[first:after], counts[first:after])
            if len(place):
                yield place + first, home, metres
            first = after

    def _runs(self, xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where in the order the homes begin that may be near, and how many: (places, rows) each."""
        own = self._row(xy)[:, None]
        row = own + np.arange(-_ROWS_EACH_WAY - 1, _ROWS_EACH_WAY + 2)
        south = self.south + row * self.height
        off = np.maximum(np.maximum(south - xy[:, 1:], xy[:, 1:] - south - self.height) - self.slack_m, 0.0)
        half = np.sqrt(np.maximum(self.within_m ** 2 - off ** 2, 0.0)) + self.slack_m
        middle = np.clip(xy[:, :1] - self.west, -self.within_m, self.span - self.within_m)
        low = np.searchsorted(self.keys, row * self.span + np.maximum(middle - half, 0.0) - self.slack_m, "left")
        high = np.searchsorted(self.keys, row * self.span + np.minimum(middle + half, self.span - 1.0) + self.slack_m,
                               "right")
        return low, np.where(off <= self.within_m, np.maximum(high - low, 0), 0)

    def _measure(self, xy: np.ndarray, starts: np.ndarray, counts: np.ndarray
                 ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        lengths = counts.ravel()
        ends = np.cumsum(lengths)
        at = np.arange(ends[-1]) + np.repeat(starts.ravel() - (ends - lengths), lengths)
        each = counts.sum(axis=1)
        dx = self.x[at] - np.repeat(xy[:, 0], each)
        dy = self.y[at] - np.repeat(xy[:, 1], each)
        metres = np.sqrt(dx * dx + dy * dy)
        near = np.flatnonzero(metres <= self.within_m)
        return np.repeat(np.arange(len(xy)), each)[near], self.order[at[near]], metres[near]
