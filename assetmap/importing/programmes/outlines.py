"""Drawn catchments: from a file's shapes, from well-known text or from GeoJSON in a cell, to the text that is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import numpy as np
import shapely

from assetmap.domain.errors import FileRefused
from assetmap.importing import cells
from assetmap.importing.sheet import Sheet
from assetmap.layers import crs
from assetmap.layers.geojson_file import system_of
from assetmap.layers.shapes import BadShape, build, only_areas, settle
from assetmap.layers.table import Table

_TEXT = re.compile(r"\s*(?:SRID=(?P<srid>\d{4,6});)?\s*(?P<shape>(?:MULTI)?(?:POLYGON|LINESTRING|POINT)\b.*)",
                   re.IGNORECASE | re.DOTALL)
MOST_CORNERS = 1_500  # what fits into a cell of Excel, and is laid over the wards in no time
_SIMPLER_M = (2, 5, 10, 20, 50)
_METRES_OF_DEGREE = 111_320
_DECIMALS = 6  # of a degree: a tenth of a metre
_TOO_SMALL = "is so small that no area is left of it; draw it larger"
_NOT_AN_AREA = ("is no area that can be read; draw it in a mapping program and give it as well-known text, "
                "POLYGON ((longitude latitude, …)), or load it as GeoJSON or GeoPackage")


def read_outlines(sheet: Sheet, local_crs: str) -> dict[int, str]:
    """Row → the outline as it is kept; faults, with rows that have one, are in `sheet.problems`."""
    shapes, systems = _of_cells(sheet)
    if sheet.table.geometry is not None:
        drawn = {index: shape for index, shape in enumerate(sheet.table.geometry)
                 if shape is not None and index not in shapes}
        shapes |= drawn  # already in WGS84, and checked, by the reader of the file
    made: dict[int, str] = {}
    for system in sorted(set(systems.values())):
        chosen = [index for index in shapes if systems.get(index) == system]
        for index, shape in zip(chosen, _settled(sheet, chosen, [shapes[at] for at in chosen], system), strict=True):
            shapes[index] = shape
    for index, shape in sorted(shapes.items()):
        if shape is None:
            continue  # told already
        simpler, moved_m = _simpler(shape)
        if fault := fault_of(simpler, local_crs):
            sheet.fault(index, "outline", fault)
            continue
        if moved_m:
            sheet.fault(index, "outline", f"had {shapely.get_num_coordinates(shape):,} corners; it was simplified to "
                                          f"{shapely.get_num_coordinates(simpler):,}, which moves its edge by at most "
                                          f"{moved_m} m", "notice")
        if text := as_text(simpler):
            made[index] = text
        else:
            sheet.fault(index, "outline", _TOO_SMALL)
    return made


def _simpler(shape: shapely.Geometry) -> tuple[shapely.Geometry, int]:
    """The shape with no more corners than are kept, where that is possible, and by how many metres its edge moved."""
    if shapely.get_num_coordinates(shape) <= MOST_CORNERS:
        return shape, 0
    for metres in _SIMPLER_M:
        made = shapely.simplify(shape, metres / _METRES_OF_DEGREE)
        if shapely.get_num_coordinates(made) <= MOST_CORNERS and made.is_valid and not made.is_empty:
            return made, metres
    return shape, 0


def as_text(shape: shapely.Geometry) -> str:
    """The outline as it is kept: equal areas give equal text, whatever file they came through. "" for one that is so
    small that nothing is left of it.
    """
    rounded = shapely.transform(shapely.force_2d(shape), lambda xy: xy.round(_DECIMALS))
    if not shapely.is_valid(rounded):
        rounded = only_areas(shapely.make_valid(rounded))
    if rounded is None or rounded.is_empty or not rounded.area:
        return ""
    parts = shapely.get_parts(rounded)
    whole = parts[0] if len(parts) == 1 else rounded  # a GeoPackage makes every area one of several
    return shapely.to_wkt(shapely.orient_polygons(whole), rounding_precision=_DECIMALS)


def _of_cells(sheet: Sheet) -> tuple[dict[int, shapely.Geometry | None], dict[int, str]]:
    """Row → shape, row → its coordinate system."""
    shapes: dict[int, shapely.Geometry | None] = {}
    systems: dict[int, str] = {}
    for index, raw in enumerate(sheet.raw("outline")):
        if cells.is_missing(raw):
            continue
        try:
            shapes[index], systems[index] = _shape(raw)
        except (BadShape, FileRefused) as fault:
            sheet.fault(index, "outline", getattr(fault, "message", str(fault)))
    return shapes, systems


def _shape(raw: str) -> tuple[shapely.Geometry, str]:
    """A shape and its system. Raises BadShape, or FileRefused for a system that is not known."""
    shapes, system = shapes_of(raw)
    if len(shapes) != 1:
        raise BadShape(_NOT_AN_AREA)
    return shapes[0], system


def shapes_of(raw: str) -> tuple[list[shapely.Geometry], str]:
    """Every shape of well-known text or GeoJSON, one at least, and their system, not checked any further.

    Raises BadShape, or FileRefused for a system that is not known.
    """
    text = raw.strip()
    if text.startswith("{"):
        try:
            document = json.loads(text)
            geometries = _geometries(document)
        except (ValueError, RecursionError):
            raise BadShape(_NOT_AN_AREA) from None
        shapes = [shape for shape in map(build, geometries) if shape is not None]
        system = system_of(document)
    else:
        found = _TEXT.fullmatch(text)
        with np.errstate(all="ignore"):  # a corner that is no number, or far too large, makes no shape
            shapes = [shapely.from_wkt(found["shape"], on_invalid="ignore")] if found else [None]
        system = crs.known_crs(f"EPSG:{found['srid']}") if found and found["srid"] else crs.WGS84
    if not shapes or shapes[0] is None:
        raise BadShape(_NOT_AN_AREA)
    return shapes, system


def _geometries(document: object) -> list:
    """The geometries of a GeoJSON document, as it has them."""
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection":
        features = document.get("features")
        return [one for feature in features for one in _geometries(feature)] if isinstance(features, list) else []
    return [document.get("geometry")] if kind == "Feature" else [document]


def _settled(sheet: Sheet, rows: Sequence[int], shapes: Sequence[shapely.Geometry | None], system: str) -> np.ndarray:
    """The shapes in WGS84, mended where that can be."""
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    table = Table(["outline"], [[""] for _ in rows], list(rows), "cells", shapely.force_2d(geometry))
    try:
        settle(table, system)
    except FileRefused as refused:
        for index in rows:
            sheet.fault(index, "outline", refused.message)
        return np.full(len(rows), None, dtype=object)
    for problem in table.notices:
        sheet.fault(problem.row, "outline", problem.message, problem.level)
    return table.geometry


def fault_of(shape: shapely.Geometry, local_crs: str) -> str:
    """Why a shape in WGS84 is no outline that can be kept, as the end of a sentence; "" when it is."""
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty or not shape.area:
        return _NOT_AN_AREA
    if shapely.get_num_coordinates(shape) > MOST_CORNERS:
        return (f"has {shapely.get_num_coordinates(shape):,} corners; at most {MOST_CORNERS:,} are kept, so make it "
                "simpler in a mapping program")
    west, south, east, north = shape.bounds
    if not crs.in_area(np.array([west, east]), np.array([south, north]), local_crs).all():
        return f"reaches from {south:.5g}, {west:.5g} to {north:.5g}, {east:.5g}, which is outside the area of this map"
    return ""
