"""What drawn catchments cover: which wards, and how many of the people that live at points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

_OF_THE_WARD = 0.01  # less than a hundredth of a ward is the breadth of a pencil
_OF_THE_CATCHMENT = 0.1


def wards_crossed(outline: shapely.Geometry, wards: Sequence) -> np.ndarray:
    """How much of each ward's area an outline covers: (w,) from 0 to 1; both in metres, None for no outline of a ward.

    A sliver is 0: less than a hundredth of the ward and less than a tenth of the outline.
    """
    made = np.zeros(len(wards))
    shapely.prepare(outline)
    for number, ward in enumerate(wards):
        if ward is None or ward.is_empty or not outline.intersects(ward):
            continue
        shared = outline.intersection(ward).area
        if shared >= _OF_THE_WARD * ward.area or shared >= _OF_THE_CATCHMENT * outline.area:
            made[number] = shared / ward.area if ward.area else 0.0
    return made


def inside(outline: shapely.Geometry, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Which points lie in an outline or on its edge: (n,) bool."""
    west, south, east, north = outline.bounds
    made = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    shapely.prepare(outline)
    made[made] = shapely.intersects_xy(outline, x[made], y[made])
    return made


def covered_by_ward(whole: np.ndarray, chosen: np.ndarray, ward: np.ndarray, people: np.ndarray, weight: np.ndarray,
                    known: np.ndarray) -> np.ndarray:
    """People covered in each of w wards, (w,) float, NaN where nobody knows how many.

    `whole` (w,) bool are wards that are covered altogether: they count as `known` (w,) says. Elsewhere the points that
    are `chosen` (n,) bool count with their `people` (n,); where these are not known, but the ward's are, with their
    share of the ward's `weight` (n,). `ward` (n,) is each point's, -1 outside: such points are in no ward's number.
    """
    size = len(whole)
    here = chosen & (ward >= 0)
    counted = np.bincount(ward[here], people[here], size)
    every = ward >= 0
    all_weight = np.bincount(ward[every], weight[every], size)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_share = np.where(all_weight > 0, np.bincount(ward[here], weight[here], size) / all_weight, 0.0) * known
    touched = np.bincount(ward[here], minlength=size) > 0
    made = np.where(touched, np.where(np.isnan(counted), by_share, counted), 0.0)
    return np.where(whole, known, made)
