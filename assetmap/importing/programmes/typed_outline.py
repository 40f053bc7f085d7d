"""The area of one deployment as somebody draws, types, pastes or uploads it, to the text that is kept.

Well-known text, GeoJSON, or lines of latitude and longitude. Other than in a table of many rows nothing is mended: who
drew it sits there, and is told what to draw differently.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import shapely

from assetmap.domain.errors import FileRefused
from assetmap.domain.text import short
from assetmap.importing.programmes.outlines import MOST_CORNERS, as_text, fault_of, shapes_of
from assetmap.layers import crs
from assetmap.layers.limits import Limits
from assetmap.layers.opening import read_bytes, read_head
from assetmap.layers.read import read_table, refuse_what_is_not_ours
from assetmap.layers.shapes import BadShape, settle
from assetmap.layers.table import Table
from assetmap.layers.text_encoding import decode

MOST_CHARACTERS = 600_000
MOST_FILE_BYTES = 5_000_000
_MOST_PARTS = 100
_MOST_JOINED = 1_000  # corners of areas that lie on one another: joining takes time that grows with their square
_LEAST_M2 = 1.0
_FARTHEST = 1e8  # metres or degrees: no system of coordinates goes so far
_LINE = re.compile(r"([+-]?\d{1,8}(?:\.\d{0,20})?)°?\s*(?:[,;]|\s)\s*([+-]?\d{1,8}(?:\.\d{0,20})?)°?[,;]?", re.ASCII)
_AT = re.compile(r"\[(\S+) (\S+)\]")
_OF_A_FILE = Limits(max_bytes=MOST_FILE_BYTES, max_rows=1_000, max_columns=200, seconds=15.0,
                    memory_bytes=1_000_000_000, max_mended=0)
_HOW = ("Write each corner on a line of its own, latitude first, such as 51.5420, 0.7110; or paste well-known text, "
        "POLYGON ((longitude latitude, …)), or GeoJSON")

_NO_AREA = "All corners lie on one line or on one spot, so that there is no area between them."


class BadOutline(ValueError):
    """What was given is no area that can be kept; the text is a sentence for whoever gave it."""


def read_outline(text: str, local_crs: str) -> str:
    """The outline as it is kept, "" for none. Raises BadOutline."""
    if not text.strip():
        return ""
    if len(text) > MOST_CHARACTERS:
        raise BadOutline(f"This is {len(text):,} characters long. At most {MOST_CHARACTERS:,} can be read. Make the "
                         f"outline simpler in a mapping program.")
    return _kept(_one_area(*_shapes(text.strip()), local_crs=local_crs))


def read_outline_file(path: str | os.PathLike[str], local_crs: str) -> str:
    """The areas of a GeoJSON or GeoPackage file as one outline. Raises BadOutline."""
    try:
        if read_head(path).startswith(b"SQLite format 3\0"):
            return _kept(_one_area(_of_table(read_table(path, limits=_OF_A_FILE)), crs.WGS84, local_crs=local_crs))
        data = read_bytes(path, MOST_FILE_BYTES)
        refuse_what_is_not_ours(data, Path(path).suffix.lower())
    except FileRefused as refused:
        raise BadOutline(refused.message) from None
    if data.startswith(b"PK"):
        raise BadOutline("This is a zip file or a workbook. Save the area as GeoJSON or GeoPackage.")
    outline = read_outline(decode(data)[0], local_crs)
    if not outline:
        raise BadOutline("This file is empty.")
    return outline


def _kept(area: shapely.Geometry) -> str:
    text = as_text(area)
    if not text:
        raise BadOutline(_NO_AREA)
    return text


def _of_table(table: Table) -> list[shapely.Geometry]:
    refused = next((notice.message for notice in table.notices if notice.refuses), None)
    shapes = [] if table.geometry is None else [shape for shape in table.geometry if shape is not None]
    if refused or not shapes:
        raise BadOutline(refused or "This file holds no areas.")
    return shapes


def _shapes(text: str) -> tuple[list[shapely.Geometry], str]:
    """Shapes and their coordinate system. Raises BadOutline."""
    if text[0] in "+-" or text[0].isdigit():
        return _of_lines(text), crs.WGS84
    try:
        return shapes_of(text)
    except FileRefused as refused:
        raise BadOutline(refused.message) from None
    except BadShape as fault:
        told = str(fault)
        raise BadOutline(told if told[0].isupper() else f"This is no area that can be read. {_HOW}.") from None


def _of_lines(text: str) -> list[shapely.Geometry]:
    """Areas of lines of latitude and longitude; an empty line begins another. Raises BadOutline."""
    areas: list[list[tuple[float, float]]] = [[]]
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            areas.append([])
            continue
        found = _LINE.fullmatch(line.strip())
        if not found:
            raise BadOutline(f"Line {number}, “{short(line.strip(), 60)}”, is not a latitude and a longitude. {_HOW}.")
        areas[-1].append((float(found[2]), float(found[1])))
    made = []
    for corners in filter(None, areas):
        if len(set(corners)) < 3:
            raise BadOutline(f"An area needs at least three corners; this has {len(set(corners))}.")
        made.append(shapely.Polygon(corners))
    return made


def _one_area(shapes: list[shapely.Geometry], system: str, *, local_crs: str) -> shapely.Geometry:
    """All of them as one area in WGS84. Raises BadOutline."""
    parts = [shapely.force_2d(part) for shape in shapes for part in shapely.get_parts(shape)]
    _check_kinds(parts)
    if system == crs.WGS84:
        _check_order(parts, local_crs)
    whole = _in_degrees(_joined(parts), system)
    if fault := fault_of(whole, local_crs):
        raise BadOutline(f"The area {fault}.")
    if _area_m2(whole, local_crs) < _LEAST_M2:
        raise BadOutline(_NO_AREA)
    return whole


def _check_kinds(parts: list[shapely.Geometry]) -> None:
    kinds = {part.geom_type for part in parts if not part.is_empty}
    if not kinds or kinds != {"Polygon"}:
        what = "a line" if "LineString" in kinds else "a point" if "Point" in kinds else "empty"
        raise BadOutline(f"This is {what}, not an area. Give a polygon: its last corner is its first again.")
    if len(parts) > _MOST_PARTS:
        raise BadOutline(f"This has {len(parts):,} separate areas; at most {_MOST_PARTS} are kept.")
    if not (np.abs(shapely.get_coordinates(parts)) < _FARTHEST).all():  # nor is NaN
        raise BadOutline("A coordinate is no number, or far too large.")
    _check_size(parts)


def _check_size(parts: list[shapely.Geometry]) -> None:
    corners = int((shapely.get_num_coordinates(parts) - shapely.get_num_interior_rings(parts) - 1).sum())
    if corners > MOST_CORNERS:
        raise BadOutline(f"This has {corners:,} corners; at most {MOST_CORNERS:,} are kept. Make the outline simpler "
                         f"in a mapping program.")


def _check_order(parts: list[shapely.Geometry], local_crs: str) -> None:
    """That longitude and latitude are not the wrong way round, wherever on Earth the map is."""
    x, y = shapely.get_coordinates(parts).T
    if not crs.in_area(x, y, local_crs).all() and crs.in_area(y, x, local_crs).all():
        raise BadOutline(f"Latitude and longitude are the wrong way round: {x[0]:.6g} is taken as a longitude. Write "
                         f"latitude first in lines, longitude first in well-known text and GeoJSON.")


def _joined(parts: list[shapely.Geometry]) -> shapely.Geometry:
    """One sound area. Raises BadOutline for one that crosses itself."""
    for part in parts:
        if shapely.convex_hull(part).geom_type != "Polygon":
            raise BadOutline(_NO_AREA)
        if not part.is_valid:
            raise BadOutline(_unsound(shapely.is_valid_reason(part)))
    whole = parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
    if whole.is_valid:
        return whole
    if shapely.get_num_coordinates(whole) > _MOST_JOINED:
        raise BadOutline("Some of the areas lie on one another. Draw them as one.")
    try:
        whole = shapely.union_all(parts)
    except shapely.errors.GEOSException:
        raise BadOutline("Some of the areas lie on one another. Draw them as one.") from None
    _check_size(shapely.get_parts(whole))
    return whole


def _unsound(reason: str) -> str:
    """A sentence for GEOS's reason, such as "Self-intersection[0.71 51.54]"."""
    if reason.startswith("Hole") or reason.startswith("Holes") or reason.startswith("Nested"):
        return "A hole reaches out of its area, or lies in another hole. Move its corners inside."
    if "intersection" in reason.lower() and (at := _AT.search(reason)):
        return (f"The outline crosses or touches itself near {float(at[2]):.6g}, {float(at[1]):.6g}. Move the corners "
                f"so that none of its lines meet.")
    return "The outline is not sound. Draw it again."


def _in_degrees(shape: shapely.Geometry, system: str) -> shapely.Geometry:
    geometry = np.empty(1, dtype=object)
    geometry[0] = shape
    table = Table(["outline"], [[""]], [1], "typed", geometry)
    try:
        settle(table, system, max_mended=0)
    except FileRefused as refused:
        raise BadOutline(refused.message) from None
    if table.geometry[0] is None:
        raise BadOutline(next((notice.message for notice in table.notices), "The outline is not sound."))
    return table.geometry[0]


def _area_m2(shape: shapely.Geometry, local_crs: str) -> float:
    return crs.shapes_to_metres(shape, local_crs).area
