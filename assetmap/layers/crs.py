"""Between longitude and latitude (WGS84) and metres in the local projected system."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from assetmap.domain.errors import FileRefused

WGS84 = "EPSG:4326"
BRITISH_NATIONAL_GRID = "EPSG:27700"
IRISH_GRID = "EPSG:29903"  # postcodes of Northern Ireland are published in it
_CODE = re.compile(r"(?:.*:)?(?P<authority>EPSG|OGC)[^:]*:(?:[\d.]*:)?(?P<code>\w+)", re.IGNORECASE)


@cache
def transformer(source: str | CRS, target: str | CRS) -> Transformer:
    """Built once: it takes milliseconds. pyproj keeps its own copy per thread inside."""
    return Transformer.from_crs(source, target, always_xy=True)


def to_metres(lons, lats, crs: str = BRITISH_NATIONAL_GRID) -> tuple[np.ndarray, np.ndarray]:
    """Eastings and northings, arrays in metres of `crs`. What cannot be projected becomes NaN."""
    return _convert(lons, lats, WGS84, crs)


def shapes_to_metres(shapes, crs: str = BRITISH_NATIONAL_GRID):
    """A shape, or an array of them, of WGS84 in metres of `crs`."""
    return shapely.transform(shapes, lambda corners: np.column_stack(to_metres(corners[:, 0], corners[:, 1], crs)))


def to_wgs84(eastings, northings, crs: str = BRITISH_NATIONAL_GRID) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes, arrays in degrees, of points in `crs`. What is off its plane becomes NaN."""
    return _convert(eastings, northings, crs, WGS84)


def _convert(x, y, source: str, target: str) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.atleast_1d(np.asarray(x, dtype=float)), np.atleast_1d(np.asarray(y, dtype=float))
    if x.size == 0:
        return x.copy(), y.copy()
    new_x, new_y = transformer(source, target).transform(x, y)
    bad = ~(np.isfinite(new_x) & np.isfinite(new_y))
    return np.where(bad, np.nan, new_x), np.where(bad, np.nan, new_y)


def in_area(lons, lats, crs: str) -> np.ndarray:
    """Whether each point is where `crs` is used, (n,) bool; a tenth of a degree past its edges is. Never for NaN."""
    west, south, east, north = _area(crs)
    return (lons >= west) & (lons <= east) & (lats >= south) & (lats <= north)


@cache
def _area(crs: str) -> tuple[float, float, float, float]:
    used = CRS.from_user_input(crs).area_of_use
    west, south, east, north = used.bounds if used else (-180.0, -90.0, 180.0, 90.0)
    return west - 0.1, south - 0.1, east + 0.1, north + 0.1


def known_crs(name: str) -> str:
    """ "EPSG:27700" from any common way to write it: urn:ogc:def:crs:EPSG::27700, OGC:CRS84, EPSG:27700.

    CRS84 and EPSG:4326 are both given as EPSG:4326, longitude first. Raises FileRefused for others.
    """
    match = _CODE.fullmatch(name.strip()[:200])
    if match and match["authority"].upper() == "OGC" and match["code"].upper() == "CRS84":
        return WGS84
    code = f"EPSG:{match['code']}" if match else ""
    if code and match["authority"].upper() == "EPSG" and _exists(code):
        return code
    raise FileRefused(
        f"The coordinate system “{name[:80]}” is not known. Save the file in WGS84 (EPSG:4326)."
    )


@cache
def _exists(code: str) -> bool:
    try:
        crs = CRS.from_user_input(code)
    except CRSError:
        return False
    return crs.is_geographic or crs.is_projected
