"""Shapes as files describe them, to shapely geometries in WGS84, each fault told with its row."""

from __future__ import annotations

import math

import numpy as np
import shapely
from pyproj.exceptions import ProjError

from assetmap.domain.errors import FileRefused, Problem
from assetmap.layers.crs import WGS84, to_wgs84
from assetmap.layers.limits import DEFAULT_LIMITS
from assetmap.layers.table import Table, add_problem

_NUMERIC = (float, int)
_MAX_DEPTH = 4  # of collections inside collections
# Where the islands lie: to tell swapped coordinates, and metres taken for degrees.
_UK_LON, _UK_LAT = (-9.0, 2.2), (49.0, 61.5)
_GRID_EAST, _GRID_NORTH = (0.0, 800_000.0), (0.0, 1_350_000.0)
_GRID_ADVICE = (
    "The coordinates look like British National Grid metres, not longitude and latitude. "
    "Save the file again in WGS84 (EPSG:4326), or say in the file that it is EPSG:27700."
)


class BadShape(ValueError):
    """A shape that cannot be understood; the text is a sentence for the person who made the file."""


def build(geometry: object, depth: int = 0) -> shapely.Geometry | None:
    """A GeoJSON geometry object to shapely, height left out. None for no shape. Raises BadShape."""
    if geometry is None:
        return None
    if not isinstance(geometry, dict):
        raise BadShape("The geometry is not a GeoJSON object.")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "GeometryCollection":
        return _collection(geometry.get("geometries"), depth)
    if not isinstance(kind, str) or kind not in _MAKERS:
        raise BadShape(f"The geometry's type is “{str(kind)[:40]}”; a Point or a Polygon was expected.")
    if coordinates is None or coordinates == []:
        return None
    if not isinstance(coordinates, list):
        raise BadShape("The geometry's coordinates are not a list.")
    return _MAKERS[kind](coordinates)


def _positions(coordinates: object) -> np.ndarray:
    """(n, 2) longitudes and latitudes. Raises BadShape for anything but finite numbers."""
    if not isinstance(coordinates, list) or not coordinates:
        raise BadShape("The list of positions is empty, or is not a list.")
    return np.array([_position(position) for position in coordinates], dtype=float)


def _position(position: object) -> tuple[float, float]:
    if not isinstance(position, list) or len(position) < 2:
        raise BadShape("A position is not a pair of numbers [longitude, latitude].")
    x, y = position[:2]
    if not (type(x) in _NUMERIC and type(y) in _NUMERIC):
        raise BadShape("A position holds something other than numbers; [longitude, latitude] was expected.")
    try:
        x, y = float(x), float(y)
    except OverflowError:
        x = math.inf
    if not (math.isfinite(x) and math.isfinite(y)):
        raise BadShape("A coordinate is not a number that can be used (NaN, Infinity, or far too large).")
    return x, y


def _line(coordinates: object) -> shapely.LineString:
    positions = _positions(coordinates)
    if len(positions) < 2:
        raise BadShape("A line has only one position; it needs at least two.")
    return shapely.linestrings(positions)


def _polygon(rings: object) -> shapely.Polygon:
    if not isinstance(rings, list) or not rings:
        raise BadShape("A polygon has no rings; it needs at least an outer one.")
    made = [_ring(ring) for ring in rings]
    return shapely.polygons(made[0], holes=made[1:] or None)


def _ring(coordinates: object) -> shapely.LinearRing:
    positions = _positions(coordinates)
    distinct = len(np.unique(positions, axis=0))
    if distinct < 3:
        raise BadShape(f"A polygon's outline has {distinct} different positions; it needs at least three.")
    return shapely.linearrings(positions)  # closes an open ring


_MAKERS = {
    "Point": lambda position: shapely.Point(_position(position)),
    "MultiPoint": lambda positions: shapely.multipoints(_positions(positions)),
    "LineString": _line,
    "MultiLineString": lambda lines: shapely.multilinestrings([_line(line) for line in lines]),
    "Polygon": _polygon,
    "MultiPolygon": lambda polygons: shapely.multipolygons([_polygon(rings) for rings in polygons]),
}


def has_open_ring(geometry: object) -> bool:
    """Whether an outline of a GeoJSON polygon does not end where it began."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return False
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return any(ring[0][:2] != ring[-1][:2] for rings in polygons or [] for ring in rings or [])


def _collection(members: object, depth: int) -> shapely.Geometry | None:
    """Members of one kind become one shape; a mixture is refused, for it is no place and no area."""
    if depth >= _MAX_DEPTH:
        raise BadShape("The geometry is a collection inside a collection, too many times over.")
    if not isinstance(members, list):
        raise BadShape("The GeometryCollection has no list of geometries.")
    shapes = [shape for shape in (build(member, depth + 1) for member in members) if shape is not None]
    parts = shapely.get_parts(shapes)
    if not len(parts):
        return None
    kinds = {part.geom_type for part in parts}
    if len(kinds) > 1:
        raise BadShape(
            "The geometry is a collection of different kinds of shapes; give a point or an area alone."
        )
    if len(parts) == 1:
        return parts[0]
    return {"Point": shapely.multipoints, "LineString": shapely.multilinestrings}.get(
        kinds.pop(), shapely.multipolygons
    )(parts)


def settle(table: Table, crs: str, max_mended: int = DEFAULT_LIMITS.max_mended) -> None:
    """Bring `table.geometry` from `crs` to WGS84, check every shape's position and mend its outline, unless it has
    more than `max_mended` corners.

    A shape that is nowhere on Earth, or has latitude and longitude the wrong way round, becomes None
    with a problem at its row. Raises FileRefused when the whole file is in another coordinate system
    than it says.
    """
    shapes = table.geometry
    if shapes is None or not len(shapes):
        return
    if crs == WGS84:
        _refuse_grid_as_degrees(shapes)
    else:
        table.geometry = shapes = _transformed(shapes, crs)
    _check_positions(table, shapes)
    _mend(table, shapes, max_mended)
    empty = shapely.is_empty(shapes)
    shapes[empty] = None


def _transformed(shapes: np.ndarray, crs: str) -> np.ndarray:
    try:
        return shapely.transform(shapes, lambda xy: np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], crs)))
    except ProjError as error:
        raise FileRefused(
            f"Coordinates could not be converted from {crs} to WGS84: {str(error)[:200]}"
        ) from None


def _within(low: np.ndarray, high: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    return (low >= limits[0]) & (high <= limits[1])


def _refuse_grid_as_degrees(shapes: np.ndarray) -> None:
    bounds = shapely.bounds(shapes)
    there = np.isfinite(bounds[:, 0])
    left, low, right, high = bounds[there].T
    grid = _within(left, right, _GRID_EAST) & _within(low, high, _GRID_NORTH) & (right > 1000) & (high > 1000)
    if grid.sum() * 2 > max(there.sum(), 1):
        raise FileRefused(_GRID_ADVICE)


def _check_positions(table: Table, shapes: np.ndarray) -> None:
    # Read from every coordinate: one that could not be converted is NaN, and `bounds` passes over it.
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    lon, lat = coordinates[:, 0], coordinates[:, 1]
    off = ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    swapped = (lon >= _UK_LAT[0]) & (lon <= _UK_LAT[1]) & (lat >= _UK_LON[0]) & (lat <= _UK_LON[1])
    for mask, sentence in (
        (
            off,
            "longitude {0:.6g}, latitude {1:.6g} is not on Earth (-180 to 180, -90 to 90).",
        ),
        (
            swapped,
            "the position {0:.6g}, {1:.6g} has latitude first; GeoJSON wants longitude first, then latitude.",
        ),
    ):
        found, at = np.unique(owner[mask], return_index=True)
        positions = coordinates[mask][at]
        for index, (x, y) in zip(found.tolist(), positions.tolist(), strict=True):
            if shapes[index] is not None:
                _refuse(table, index, "The shape cannot be placed: " + sentence.format(x, y))
                shapes[index] = None


def _refuse(table: Table, index: int, message: str, level: str = "refused") -> None:
    add_problem(table, Problem(table.row_numbers[index], "geometry", message, level=level))


def _mend(table: Table, shapes: np.ndarray, max_mended: int) -> None:
    """Outlines that cross themselves are mended, with a notice; what is left without area is refused."""
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    for index in np.flatnonzero(broken).tolist():
        reason = shapely.is_valid_reason(shapes[index]).split("[")[0].lower()
        # Mending takes time that grows with the square of the corners: a scribble would hold everyone up.
        small = shapely.get_num_coordinates(shapes[index]) <= max_mended
        mended = only_areas(shapely.make_valid(shapes[index])) if small else None
        shapes[index] = mended
        if mended is None:
            _refuse(table, index, f"The outline cannot be mended ({reason}). Draw the area again.")
        else:
            _refuse(
                table, index, f"The outline was not sound ({reason}) and has been mended. Check it.", "notice"
            )


def only_areas(shape: shapely.Geometry) -> shapely.Geometry | None:
    """The polygons of a shape, without the lines and points that mending leaves over; None if none."""
    parts = []
    for part in shapely.get_parts(shape):
        parts.extend(shapely.get_parts(part))
    areas = [part for part in parts if part.geom_type == "Polygon" and part.area > 0]
    if not areas:
        return None
    return areas[0] if len(areas) == 1 else shapely.multipolygons(areas)
