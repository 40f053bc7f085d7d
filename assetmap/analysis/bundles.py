"""Markers for one view of the map: single points, stacks at one point, and clusters; a bounded number of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CELL_PX = 64  # clusters are about a thumb apart
SINGLE_ZOOM = 17  # from here on everything stands alone, or stacks
FEW = 60  # so few in view are never clustered, unless they would overlap
_TILE_PX = 256


@dataclass(frozen=True, slots=True)
class Bundle:
    """Assets drawn as one marker: their numbers (point indices), the marker's place, and what they span.

    `stacked`: they share one point, so no zoom takes them apart.
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
    """Bundle points (m,) of degrees for a web-mercator zoom. Work and answer are bounded by cells in view.

    Points are put in square cells of CELL_PX screen pixels, fixed to the world so that panning does not regroup.
    """
    if not len(lon):
        return []
    x, y = _pixels(lon, lat, zoom)
    if zoom >= SINGLE_ZOOM or len(lon) <= FEW:
        cell = np.column_stack((np.round(x / 4), np.round(y / 4))).astype(np.int64)  # closer than 4 px is one marker
    else:
        cell = np.column_stack((x // CELL_PX, y // CELL_PX)).astype(np.int64)
    key = cell[:, 0] * (1 << 32) + cell[:, 1]
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.concatenate(([True], key[order][1:] != key[order][:-1])))
    return [_bundle(lon, lat, members) for members in np.split(order, starts[1:])]


def _bundle(lon: np.ndarray, lat: np.ndarray, members: np.ndarray) -> Bundle:
    lons, lats = lon[members], lat[members]
    west, south, east, north = float(lons.min()), float(lats.min()), float(lons.max()), float(lats.max())
    stacked = east - west < 1e-5 and north - south < 1e-5
    return Bundle(members, float(lats.mean()), float(lons.mean()), (west, south, east, north), stacked)


def _pixels(lon: np.ndarray, lat: np.ndarray, zoom: int) -> tuple[np.ndarray, np.ndarray]:
    """Web-mercator pixels of the whole world at a zoom."""
    world = _TILE_PX * 2.0**zoom
    bounded = np.clip(lat, -85.05, 85.05)
    y = (1 - np.arcsinh(np.tan(np.radians(bounded))) / np.pi) / 2
    return (lon + 180) / 360 * world, y * world
