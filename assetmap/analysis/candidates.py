"""Places where a site could be, when nobody named any: a square grid over the wards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely


@dataclass(frozen=True, slots=True)
class Grid:
    """`x`, `y` (m,) metres, `ward` (m,) int; `spacing_m` is what was used, more than asked for when it was too fine."""

    x: np.ndarray
    y: np.ndarray
    ward: np.ndarray
    spacing_m: float


def candidate_grid(wards: Sequence[shapely.Geometry], spacing_m: float, most: int = 2_000) -> Grid:
    """Points `spacing_m` apart inside the wards (polygons in metres), by rows from the south-west.

    A ward that no point of the grid falls into gets one inside it; a ward without a shape gets none. The spacing is
    widened to keep the grid to about `most` points. Raises ValueError unless the spacing is above 0.
    """
    if not spacing_m > 0:
        raise ValueError("The spacing must be above 0 m.")
    shapes = np.array(wards, dtype=object)
    areas = np.array([0.0 if shape is None else shape.area for shape in shapes])
    if not areas.any():
        return Grid(np.empty(0), np.empty(0), np.empty(0, dtype=np.int64), spacing_m)
    spacing_m = max(float(spacing_m), float(np.sqrt(areas.sum() / most)))
    west, south, east, north = shapely.total_bounds(shapes[areas > 0])
    across, up = (np.arange(low + spacing_m / 2, high, spacing_m) for low, high in ((west, east), (south, north)))
    x, y = (part.ravel() for part in np.meshgrid(across, up))
    point, ward = shapely.STRtree(shapes).query(shapely.points(x, y), predicate="intersects")
    point, first = np.unique(point, return_index=True)  # on a border: one of the two
    ward = ward[first]
    missed = np.setdiff1d(np.flatnonzero(areas > 0), ward)
    inside = [shapely.point_on_surface(shape) for shape in shapes[missed]]
    return Grid(np.concatenate([x[point], [each.x for each in inside]]),
                np.concatenate([y[point], [each.y for each in inside]]),
                np.concatenate([ward, missed]).astype(np.int64), spacing_m)
