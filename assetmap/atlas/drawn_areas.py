"""Areas that are drawn, whether or not a deployment has them yet: how large each is, and which wards it crosses."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

import numpy as np
import shapely

from assetmap.analysis.catchments import wards_crossed
from assetmap.atlas.atlas import Atlas
from assetmap.atlas.planning import planning_of
from assetmap.layers import crs

_LOCK = Lock()
_KEPT = "drawn areas"
_MOST_KEPT = 200


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """`area_m2` is its size, `corners` how many it has, `wards` the rows of the Atlas's wards that it crosses."""

    area_m2: float
    corners: int
    wards: tuple[int, ...]


def drawn_area(atlas: Atlas, outline: str) -> DrawnArea:
    """What there is to say of an outline, well-known text as a deployment keeps it. A history asks for the same ones
    again and again, so that the last are remembered."""
    with _LOCK:
        kept = atlas.kept.setdefault(_KEPT, {})
        held = kept.get(outline)
    if held is None:
        held = _measured(atlas, outline)
        with _LOCK:
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            kept[outline] = held
    return held


def _measured(atlas: Atlas, outline: str) -> DrawnArea:
    shape = shapely.from_wkt(outline)
    rings = sum(1 + shapely.get_num_interior_rings(part) for part in shapely.get_parts(shape))
    metres = crs.shapes_to_metres(shape, atlas.local_crs)
    crossed = np.flatnonzero(wards_crossed(metres, planning_of(atlas).shapes_m))
    return DrawnArea(float(metres.area), int(shapely.get_num_coordinates(shape) - rings), tuple(crossed.tolist()))
