"""Ward boundaries of any vintage of the Office for National Statistics, and which ward a point is in."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap.domain.errors import FileRefused, Problem
from assetmap.layers.crs import WGS84, known_crs
from assetmap.layers.limits import DEFAULT_LIMITS, Limits
from assetmap.layers.shapes import settle
from assetmap.layers.table import Table, is_missing

# Headings carry the year: WD25CD, wd21nm, LAD23CD. Ours do not, and have a column for it.
_HEADINGS = {
    "code": r"wd(?P<year>\d\d)cd|(ward_)?code|gss_code|area_code",
    "name": r"wd\d\dnm|(ward_)?name|area_name",
    "council_code": r"lad\d\dcd|(council|lad|la)_?code",
    "council_name": r"lad\d\dnm|(council|lad|la)_?name",
    "boundary_year": r"boundary_year|year",
    "approximate": r"approximate",
    "source": r"source",
}
_CODE = re.compile(r"[EWSN]\d{8}")
_OVERLAP = 0.01  # of the smaller ward: more is told, less is rounding along the shared line
_YES = frozenset(("yes", "y", "true", "1"))
_OUTLINE = re.compile(r"(SRID=(?P<srid>\d{4,6});)?\s*(?P<shape>(MULTI)?POLYGON\b.*)", re.IGNORECASE | re.DOTALL)
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass
class WardLayer:
    """Wards as a file gives them.

    `frame`: a row per ward in EPSG:4326: code, name, council_code, council_name ("" when the file
    does not say), boundary_year (int or None), approximate (bool), source, geometry (Polygon or MultiPolygon).
    `problems`: those that `refuses` mean the file should not be loaded as it is.
    """

    frame: gpd.GeoDataFrame
    boundary_year: int | None
    problems: list[Problem] = field(default_factory=list)


def read_wards(path: str | os.PathLike[str], *, limits: Limits = DEFAULT_LIMITS) -> WardLayer:
    """The wards of a GeoJSON or GeoPackage file, or of a table with outlines as well-known text in the column wkt.

    Raises FileRefused when it is not a file of wards.
    """
    from assetmap.layers.read import read_table  # brings every reader along, which a server does not need

    table = read_table(path, limits=limits)
    if table.geometry is None and "wkt" in table.columns:
        _read_outlines(table)
    if table.geometry is None:
        raise FileRefused("This file has no shapes. Load ward boundaries from a GeoJSON or GeoPackage file.")
    columns = {ours: _heading(table, pattern) for ours, pattern in _HEADINGS.items()}
    if columns["code"] is None or columns["name"] is None:
        raise FileRefused(
            "This file has no ward codes and names: columns such as WD25CD and WD25NM, or code and name, "
            f"were expected; it has {', '.join(table.columns[:12]) or 'none'}."
        )
    problems = list(table.notices)
    kept = _sound_rows(table, columns["code"], columns["name"], problems)
    frame = _frame(table, columns, kept)
    problems.extend(_overlaps(frame, [table.row_numbers[i] for i in kept]))
    return WardLayer(frame, _boundary_year(table, columns), problems)


def _read_outlines(table: Table) -> None:
    """Shapes from well-known text, each with its system before it as in SRID=27700;POLYGON ((…)), else in WGS84."""
    texts = [_OUTLINE.fullmatch(text) for text in table.column("wkt")]
    systems = {found["srid"] for found in texts if found and found["srid"]}
    if len(systems) > 1:
        raise FileRefused("The outlines are in several coordinate systems. Give all of them in one.")
    shapes = shapely.from_wkt([found["shape"] if found else "" for found in texts], on_invalid="ignore")
    table.geometry = shapely.force_2d(np.asarray(shapes, dtype=object))
    settle(table, known_crs(f"EPSG:{systems.pop()}") if systems else WGS84)


def _heading(table: Table, pattern: str) -> str | None:
    """The file's heading for one of ours; the pattern's alternatives are tried in order."""
    for alternative in re.split(r"\|(?![^(]*\))", pattern):
        for heading in table.columns:
            if re.fullmatch(alternative, heading.strip(), re.IGNORECASE):
                return heading
    return None


def _boundary_year(table: Table, columns: dict[str, str | None]) -> int | None:
    dated = re.fullmatch(r"wd(\d\d)cd", columns["code"] or "", re.IGNORECASE)
    if dated:
        return 2000 + int(dated[1])
    years = set(table.column(columns["boundary_year"])) if columns["boundary_year"] else set()
    numbers = sorted(int(year) for year in years if _YEAR.fullmatch(year))
    return numbers[-1] if numbers else None


def _sound_rows(table: Table, code_heading: str, name_heading: str, problems: list[Problem]) -> list[int]:
    """Indices of the rows that are wards; why each other one is not, goes to `problems`."""
    kept: list[int] = []
    first_row: dict[str, int] = {}
    told = {problem.row for problem in problems if problem.refuses and problem.column == "geometry"}
    cells = zip(
        table.row_numbers, table.column(code_heading), table.column(name_heading), table.geometry, strict=True
    )
    for index, (row, code, name, shape) in enumerate(cells):
        if not _CODE.fullmatch(code.upper()):
            message = f"“{code[:20]}” is not a ward code; one looks like E05002212."
            problems.append(Problem(row, code_heading, message, code[:80]))
        elif code.upper() in first_row:
            message = f"The ward {code} is already in row {first_row[code.upper()]}. Keep one of them."
            problems.append(Problem(row, code_heading, message, code))
        elif is_missing(name):
            problems.append(Problem(row, name_heading, f"The ward {code} has no name. Give it one.", name))
        elif shape is None:
            if row not in told:
                problems.append(Problem(row, "geometry", f"The ward {code} has no boundary."))
        elif shape.geom_type not in ("Polygon", "MultiPolygon"):
            message = f"The ward {code} is a {shape.geom_type}; a Polygon or MultiPolygon was expected."
            problems.append(Problem(row, "geometry", message))
        else:
            first_row[code.upper()] = row
            kept.append(index)
    return kept


def _frame(table: Table, columns: dict[str, str | None], kept: list[int]) -> gpd.GeoDataFrame:
    data = {}
    for ours in ("code", "name", "council_code", "council_name", "approximate", "source"):
        heading = columns[ours]
        cells = table.column(heading) if heading else [""] * len(table)
        data[ours] = [cells[i] for i in kept]
    data["code"] = [code.upper() for code in data["code"]]
    data["approximate"] = [text.casefold() in _YES for text in data["approximate"]]
    heading = columns["boundary_year"]
    years = table.column(heading) if heading else [""] * len(table)
    of_all = _boundary_year(table, columns)
    data["boundary_year"] = [int(years[i]) if _YEAR.fullmatch(years[i]) else None if heading else of_all for i in kept]
    years = pd.Series(data.pop("boundary_year"), dtype=object)
    return gpd.GeoDataFrame(data, geometry=table.geometry[kept], crs=WGS84).assign(boundary_year=years)


def _overlaps(frame: gpd.GeoDataFrame, rows: list[int]) -> list[Problem]:
    """A notice for each pair of wards that share more than 1 % of the smaller."""
    shapes = frame.geometry.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = one < other
    one, other = one[once], other[once]
    # Neighbours touch along a line; only those whose insides meet need the costly intersection.
    inside = ~shapely.touches(shapes[one], shapes[other])
    one, other = one[inside], other[inside]
    shared = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    share = shared / np.minimum(shapely.area(shapes[one]), shapely.area(shapes[other]))
    problems = []
    for i, j, part in zip(one.tolist(), other.tolist(), share.tolist(), strict=True):
        if part > _OVERLAP:
            message = (
                f"The wards {frame.name.iloc[i]} and {frame.name.iloc[j]} overlap by {part:.0%} of the "
                "smaller; what lies in both is counted in the first."
            )
            problems.append(Problem(rows[j], "geometry", message, level="notice"))
    return problems


def locate_wards(frame: gpd.GeoDataFrame, lons, lats) -> np.ndarray:
    """Position in `frame` of the ward that holds each point, -1 for none; (n,) int.

    A point on a shared boundary belongs to the ward that comes first in the frame. Points without a
    position (NaN) are in none. Both are in degrees of WGS84.
    """
    lons, lats = np.atleast_1d(np.asarray(lons, dtype=float)), np.atleast_1d(np.asarray(lats, dtype=float))
    ward_of = np.full(len(lons), -1)
    placed = np.flatnonzero(np.isfinite(lons) & np.isfinite(lats))
    if not len(placed) or not len(frame):
        return ward_of
    # The tree holds the points, so that each ward is prepared once and asked for all of them.
    tree = shapely.STRtree(shapely.points(lons[placed], lats[placed]))
    ward, point = tree.query(frame.geometry.to_numpy(), predicate="intersects")
    first = np.full(len(placed), len(frame))
    np.minimum.at(first, point, ward)
    ward_of[placed] = np.where(first == len(frame), -1, first)
    return ward_of
