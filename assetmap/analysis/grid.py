"""A grid of points over polygons: what lies inside, line by line, for thousands of wards at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

_AT_ONCE = 1_000_000  # corners of outlines


def grid_over(shapes: Sequence, step_m: float = 100.0, most: int = 2_500_000
              ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(x, y, ward, spacing_m): the middles of the cells of a grid that lie in each of w polygons, in metres.

    `x`, `y`, `ward` are (n,), by ward, from south to north and west to east; `spacing_m` (w,). The lines are those of
    the projection, so that wards with a common border share no point and leave none out. Where there would be more
    than `most` points in all, the widest wards have a grid twice as wide, and so on. A polygon too small for any point
    has one inside it; an empty one or None has none. Raises ValueError for a step that is not above 0.
    """
    if not step_m > 0:
        raise ValueError(f"{step_m} is no distance between points")
    polygons = np.array([None if shape is None or shape.is_empty else shape for shape in shapes], dtype=object)
    there = np.flatnonzero([shape is not None for shape in polygons])
    spacing = _spacing(polygons, there, step_m, most)
    parts = [_inside(polygons[some], spacing[some]) for some in _in_parts(polygons, there)]
    wards = [some[part[2]] for some, part in zip(_in_parts(polygons, there), parts, strict=True)]
    none = np.empty(0)
    x, y = (np.concatenate([none, *(part[axis] for part in parts)]) for axis in (0, 1))
    ward = np.concatenate([none.astype(np.intp), *wards])
    small = there[np.bincount(ward, minlength=len(polygons))[there] == 0]
    if len(small):
        points = shapely.point_on_surface(polygons[small])
        ward = np.concatenate([ward, small])
        order = np.argsort(ward, kind="stable")
        x, y = np.concatenate([x, shapely.get_x(points)])[order], np.concatenate([y, shapely.get_y(points)])[order]
        ward = ward[order]
    return x, y, ward, spacing


def _spacing(polygons: np.ndarray, there: np.ndarray, step_m: float, most: int) -> np.ndarray:
    spacing = np.full(len(polygons), np.nan)
    spacing[there] = step_m
    area = shapely.area(polygons[there])
    while (expected := area / spacing[there] ** 2).sum() > max(most, len(there)):
        spacing[there[expected > expected.max() / 2]] *= 2
    return spacing


def _in_parts(polygons: np.ndarray, there: np.ndarray) -> Iterator[np.ndarray]:
    corners = np.cumsum(shapely.get_num_coordinates(polygons[there]))
    first = 0
    while first < len(there):
        before = corners[first - 1] if first else 0
        after = max(int(np.searchsorted(corners, before + _AT_ONCE, "right")), first + 1)
        yield there[first:after]
        first = after


def _inside(polygons: np.ndarray, step: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(x, y, polygon): each line of the grid is inside between its 1st and 2nd crossing of the outline, its 3rd and
    4th, and so on: holes and parts need no special care.
    """
    x, line, of = _crossings(polygons, step)
    order = np.lexsort((x, line, of))
    west, east = x[order[0::2]], x[order[1::2]]
    line, of = line[order[0::2]], of[order[0::2]]
    first, after = _cells(west, step[of]), _cells(east, step[of])
    many = np.maximum(after - first, 0)
    which, column = _count_up(first, many)
    return ((column + 0.5) * step[of[which]], (line[which] + 0.5) * step[of[which]], of[which])


def _crossings(polygons: np.ndarray, step: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where edges cross the lines through the cells' middles: x, number of the line, polygon."""
    parts, part_of = shapely.get_parts(polygons, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    corners, corner_of = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero(corner_of[1:] == corner_of[:-1])
    of = part_of[ring_of[corner_of[edge]]]
    one, other = corners[edge], corners[edge + 1]
    up = one[:, 1] <= other[:, 1]  # from either side of a common border the same edge gives the same crossing
    low, high = np.where(up[:, None], one, other), np.where(up[:, None], other, one)
    first, after = _cells(low[:, 1], step[of]), _cells(high[:, 1], step[of])
    which, line = _count_up(first, after - first)
    low, high, of = low[which], high[which], of[which]
    share = ((line + 0.5) * step[of] - low[:, 1]) / (high[:, 1] - low[:, 1])
    return low[:, 0] + share * (high[:, 0] - low[:, 0]), line, of


def _cells(value: np.ndarray, step: np.ndarray) -> np.ndarray:
    """The first cell whose middle is not below each value."""
    return np.ceil(value / step - 0.5).astype(np.int64)


def _count_up(first: np.ndarray, many: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(row, number): of each row the `many` numbers from `first` on."""
    ends = np.cumsum(many)
    which = np.repeat(np.arange(len(first)), many)
    return which, np.arange(len(which)) + np.repeat(first - (ends - many), many)
