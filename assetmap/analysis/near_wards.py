"""Which points lie in a ward, and which within a distance of it, inside or out: many points, many wards."""

from __future__ import annotations

import numpy as np
import shapely

Pairs = tuple[np.ndarray, np.ndarray]
"""Aligned int arrays: rows of wards, rows of points."""
_COARSER = 10
"""Outlines are simplified by this part of the distance; points that this leaves in doubt are measured exactly."""


def inside_pairs(shapes: np.ndarray, points: np.ndarray) -> Pairs:
    """Every ward with every point in it or on its boundary.

    `shapes`: (n,) polygons, `points`: (m,) points of one coordinate system; missing and empty ones are nowhere.
    """
    # The tree holds the points, so that each ward is prepared once and asked for all of them.
    return tuple(shapely.STRtree(points).query(shapes, predicate="intersects"))


def ward_of(inside: Pairs, points: int) -> np.ndarray:
    """The ward of each of so many points, -1 for none: (m,) int, from `inside_pairs`.

    A point on a shared boundary, or where wards overlap, is in the ward that comes first.
    """
    ward, point = inside
    none = ward.max(initial=-1) + 1
    first = np.full(points, none)
    np.minimum.at(first, point, ward)
    return np.where(first == none, -1, first)


def near_pairs(shapes: np.ndarray, points: np.ndarray, within_m: float, inside: Pairs | None = None) -> Pairs:
    """Every ward with every point inside it or at most `within_m` from it, each pair once, in no particular order.

    `shapes` and `points` in metres of one projected system. `inside`: what `inside_pairs` said, if it was asked.
    """
    inside = inside_pairs(shapes, points) if inside is None else inside
    ward, point = _candidates(shapes, points, within_m)
    others = ~_among(ward, point, inside, len(points))
    ward, point = ward[others], point[others]
    near = _near_outline(shapes, points, ward, point, within_m)
    return np.concatenate([inside[0], ward[near]]), np.concatenate([inside[1], point[near]])


def _candidates(shapes: np.ndarray, points: np.ndarray, within_m: float) -> Pairs:
    """Pairs of which the box around the ward is near, and the same box standing on a corner."""
    west, south, east, north = shapely.bounds(shapes).T
    boxes = shapely.box(west - within_m, south - within_m, east + within_m, north + within_m)
    ward, point = shapely.STRtree(points).query(boxes)
    if not len(ward):
        return ward, point
    (x, y), (corner_x, corner_y) = _coordinates(points, point), shapely.get_coordinates(shapes).T
    first = np.cumsum(shapely.get_num_coordinates(shapes)) - shapely.get_num_coordinates(shapes)
    first = np.minimum(first, len(corner_x) - 1)  # of a ward without a shape, which is in no pair
    near = np.ones(len(ward), dtype=bool)
    for at, corners in ((x + y, corner_x + corner_y), (x - y, corner_x - corner_y)):
        least, most = np.minimum.reduceat(corners, first), np.maximum.reduceat(corners, first)
        near &= (at >= least[ward] - 1.4143 * within_m) & (at <= most[ward] + 1.4143 * within_m)
    return ward[near], point[near]


def _coordinates(points: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return shapely.get_x(points)[rows], shapely.get_y(points)[rows]


def _among(ward: np.ndarray, point: np.ndarray, pairs: Pairs, points: int) -> np.ndarray:
    """Which pairs are among those others: bool. Nearly every point is in one ward only, so few have to be looked up."""
    one = ward_of(pairs, points)
    found = one[point] == ward
    more = np.flatnonzero(one[pairs[1]] != pairs[0])
    if len(more):
        found |= np.isin(ward * points + point, pairs[0][more] * points + pairs[1][more])
    return found


def _near_outline(shapes: np.ndarray, points: np.ndarray, ward: np.ndarray, point: np.ndarray,
                  within_m: float) -> np.ndarray:
    """Whether each pair is at most `within_m` apart, going by the ward's outline: bool.

    Lines that nobody prepared: preparing costs more than it saves where a ward has some dozens of points near.
    """
    outlines = shapely.boundary(shapes)
    slack = within_m / _COARSER
    coarse = shapely.simplify(outlines, slack, preserve_topology=False)
    coarse = np.where(shapely.is_empty(coarse), outlines, coarse)
    metres = shapely.distance(coarse[ward], points[point])
    near = metres <= within_m
    doubt = np.flatnonzero(np.abs(metres - within_m) <= 1.01 * slack)
    near[doubt] = shapely.dwithin(outlines[ward[doubt]], points[point[doubt]], within_m)
    return near
