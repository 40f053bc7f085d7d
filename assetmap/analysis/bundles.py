"""Markers for one view of the map: single points, stacks at one point, and clusters; a bounded number of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CELL_PX = 64  # clusters are about a thumb apart
CLOSE_PX = 28  # closer than this, one marker hides the other
SINGLE_ZOOM = 17  # from here on only what would hide something else is put together
LAST_ZOOM = 19  # the map goes no closer: what is still together here is a stack
FEW = 60  # so few in view are put together only where they would hide one another
MOST = 500  # markers in one view, however large it is
_TILE_PX = 256
_ONE_POINT = 1e-5  # degrees: about a metre


@dataclass(frozen=True, slots=True)
class Bundle:
    """Assets drawn as one marker: their numbers (point indices), the marker's place, and what they span.

    `bounds` is (west, south, east, north). `stacked`: no zoom takes them apart.
    """

    members: np.ndarray
    lat: float
    lon: float
    bounds: tuple[float, float, float, float]
    stacked: bool


def in_view(lon: np.ndarray, lat: np.ndarray, bounds: tuple[float, float, float, float]) -> np.ndarray:
    """Indices of points in (west, south, east, north)."""
    west, south, east, north = bounds
    return np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))


def bundle(lon: np.ndarray, lat: np.ndarray, zoom: int) -> list[Bundle]:
    """Bundle points (m,) of degrees for a web-mercator zoom: each in exactly one of at most MOST bundles.

    Points are put in square cells of the screen, fixed to the world so that panning does not regroup; then bundles
    that would hide one another are made one.
    """
    if not len(lon):
        return []
    x, y = _pixels(lon, lat, zoom)
    size = CLOSE_PX if zoom >= SINGLE_ZOOM or len(lon) <= FEW else CELL_PX
    label, count = _cells(x, y, size)
    while count > MOST:
        size *= 2
        label, count = _cells(x, y, size)
    label = _merged(label, count, x, y)[label]
    return _bundles(lon, lat, label, zoom >= LAST_ZOOM)


def _cells(x: np.ndarray, y: np.ndarray, size: int) -> tuple[np.ndarray, int]:
    """The number of each point's cell, counted from 0, and how many cells there are."""
    key = (x // size).astype(np.int64) * (1 << 32) + (y // size).astype(np.int64)
    unique, label = np.unique(key, return_inverse=True)
    return label, len(unique)


def _merged(label: np.ndarray, count: int, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """For each cell the cell it becomes part of: the fullest one whose middle is closer than CLOSE_PX, or itself."""
    members = np.bincount(label, minlength=count)
    middle_x = np.bincount(label, weights=x, minlength=count) / members
    middle_y = np.bincount(label, weights=y, minlength=count) / members
    becomes, free = np.arange(count), np.ones(count, dtype=bool)
    for cell in np.argsort(-members, kind="stable"):
        if free[cell]:
            apart = np.maximum(np.abs(middle_x - middle_x[cell]), np.abs(middle_y - middle_y[cell]))
            close = free & (apart < CLOSE_PX)
            becomes[close] = cell
            free[close] = False
    return becomes


def _bundles(lon: np.ndarray, lat: np.ndarray, label: np.ndarray, last_zoom: bool) -> list[Bundle]:
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.concatenate(([True], np.diff(label[order]) != 0)))
    lons, lats = lon[order], lat[order]
    west, east = np.minimum.reduceat(lons, starts), np.maximum.reduceat(lons, starts)
    south, north = np.minimum.reduceat(lats, starts), np.maximum.reduceat(lats, starts)
    sizes = np.diff(np.append(starts, len(order)))
    middle_lon, middle_lat = np.add.reduceat(lons, starts) / sizes, np.add.reduceat(lats, starts) / sizes
    stacked = (east - west < _ONE_POINT) & (north - south < _ONE_POINT) | last_zoom
    columns = (middle_lat, middle_lon, west, south, east, north, stacked)
    rows = zip(np.split(order, starts[1:]), *(column.tolist() for column in columns), strict=True)
    return [Bundle(members, lat_, lon_, (w, s, e, n), one) for members, lat_, lon_, w, s, e, n, one in rows]


def _pixels(lon: np.ndarray, lat: np.ndarray, zoom: int) -> tuple[np.ndarray, np.ndarray]:
    """Web-mercator pixels of the whole world at a zoom."""
    world = _TILE_PX * 2.0**zoom
    bounded = np.clip(lat, -85.05, 85.05)
    y = (1 - np.arcsinh(np.tan(np.radians(bounded))) / np.pi) / 2
    return (lon + 180) / 360 * world, y * world
