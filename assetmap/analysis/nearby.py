"""What lies near a point, nearest first. Straight lines in a projected plane."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


class PointIndex:
    """Points in metres, each owned by an asset; an asset may have several.

    `x`, `y`: (m,) metres of one projected system; `owner`: (m,) int, the asset's number.
    Points with a NaN are left out. Sorted by x, so that a strip is one slice: for the radii that people ask for
    this beats a tree, whose answer has to be put together point by point.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, owner: np.ndarray):
        known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        self.point = known[np.argsort(x[known], kind="stable")]
        self.x, self.y, self.owner = x[self.point], y[self.point], owner[self.point]

    def within(self, x: float, y: float, within_m: float) -> tuple[np.ndarray, np.ndarray]:
        """Owners with a point at most `within_m` away, each once, and the metres to their nearest point.

        Both arrays are aligned, in no particular order.
        """
        return _nearest_of_each(*self.points_within(x, y, within_m))

    def points_within(self, x: float, y: float, within_m: float,
                      among: Callable[[slice], np.ndarray] | None = None) -> tuple[np.ndarray, np.ndarray]:
        """As `within`, with a row for each point: an owner may come more than once.

        `among` tells of rows of `self.point` which of them count, as bool; the others are passed over.
        """
        strip = slice(int(self.x.searchsorted(x - within_m, "left")), int(self.x.searchsorted(x + within_m, "right")))
        dx, dy = self.x[strip] - x, self.y[strip] - y
        squared = dx * dx + dy * dy
        near = squared <= within_m * within_m
        if among is not None:
            near &= among(strip)
        inside = np.flatnonzero(near)
        return self.owner[strip][inside], np.sqrt(squared[inside])

    def nearest(self, x: float, y: float, count: int) -> tuple[np.ndarray, np.ndarray]:
        """The `count` nearest owners, nearest first, and their metres."""
        owner, metres = _nearest_of_each(self.owner, np.hypot(self.x - x, self.y - y))
        first = smallest(metres, count)
        return owner[first], metres[first]


def _nearest_of_each(owner: np.ndarray, metres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not len(owner):
        return owner, metres
    lowest, highest = int(owner.min()), int(owner.max())
    best = np.full(highest - lowest + 1, np.inf)
    np.minimum.at(best, owner - lowest, metres)
    present = np.flatnonzero(np.isfinite(best))
    return present + lowest, best[present]


def first_of_each(owner: np.ndarray, metres: np.ndarray) -> np.ndarray:
    """Rows of the nearest point of each owner, by owner. For few rows; metres that are NaN come last.

    >>> first_of_each(np.array([7, 3, 7]), np.array([50.0, 10.0, 20.0]))
    array([1, 2])
    """
    order = np.lexsort((metres, owner))
    held = owner[order]
    return order[np.concatenate([[True], held[1:] != held[:-1]])] if len(order) else order


def smallest(values: np.ndarray, count: int) -> np.ndarray:
    """Indices of the `count` smallest values in order; ties stay in the order they have. NaN and inf come last.

    >>> smallest(np.array([3.0, 1.0, 2.0, 1.0]), 3)
    array([1, 3, 2])
    """
    if count <= 0:
        return np.empty(0, dtype=np.intp)
    if count * 4 >= len(values):
        return np.argsort(values, kind="stable")[:count]
    bound = np.partition(values, count - 1)[count - 1]
    candidates = np.flatnonzero(values <= bound) if np.isfinite(bound) else np.arange(len(values))
    return candidates[np.argsort(values[candidates], kind="stable")][:count]
