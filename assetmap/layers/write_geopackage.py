"""Columns and shapes to a GeoPackage that QGIS opens: every column with its type, the layer with its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyogrio.errors
import pyogrio.raw
import shapely

# What each kind is in the file. A moment is local time, as it is written.
KINDS = {"text": object, "whole": np.int64, "number": np.float64, "yes_no": np.bool_, "date": "datetime64[D]",
         "moment": "datetime64[ms]"}  # fmt: skip
_POINT_TYPES = {shapely.GeometryType.POINT.value}
_AREA_TYPES = {shapely.GeometryType.POLYGON.value, shapely.GeometryType.MULTIPOLYGON.value}


def write_geopackage(
    path: Path,
    columns: Sequence[tuple[str, Sequence]],
    shapes: np.ndarray | None,
    crs: str,
    *,
    layer: str,
    kinds: Mapping[str, str],
) -> None:
    """Write one layer of (name, values), with a spatial index.

    `shapes` (n,) are in `crs`, None where there is none; without any it is a plain table. `kinds` says of a
    column which of KINDS it is, however few of its values are known; of other columns the values tell. Values
    are None, str, bool, int, float, date or datetime. Raises OSError when the file cannot be written.
    """
    made = [_column(values, kinds.get(name) or _kind(values)) for name, values in columns]
    try:
        pyogrio.raw.write(
            path,
            None if shapes is None else shapely.to_wkb(shapes),
            [values for values, _ in made],
            np.array(_names(name for name, _ in columns), dtype=object),
            field_mask=[mask for _, mask in made],
            layer=layer,
            driver="GPKG",
            geometry_type=None if shapes is None else _geometry_type(shapes),
            crs=None if shapes is None else crs,
            promote_to_multi=shapes is not None and _geometry_type(shapes) == "MultiPolygon",
            layer_options={"IDENTIFIER": layer} if shapes is None else
            {"IDENTIFIER": layer, "GEOMETRY_NAME": "geom", "SPATIAL_INDEX": "YES"},
        )  # fmt: skip
    except pyogrio.errors.DataSourceError as error:
        raise OSError(str(error)) from error


def _geometry_type(shapes: np.ndarray) -> str:
    found = set(shapely.get_type_id(shapes).tolist()) - {-1}
    if found and found <= _AREA_TYPES:
        return "MultiPolygon"
    return "Point" if found <= _POINT_TYPES else "Unknown"


def _kind(values: Sequence) -> str:
    """The kind that holds every value."""
    types = {type(value) for value in values if value is not None}
    if not types:
        return "text"
    if types == {bool}:
        return "yes_no"
    if types == {int}:
        return "whole"
    if types <= {int, float}:
        return "number"
    if types == {date}:
        return "date"
    return "moment" if all(issubclass(type_, datetime) for type_ in types) else "text"


def _column(values: Sequence, kind: str) -> tuple[np.ndarray, np.ndarray | None]:
    """The values as the writer takes them, and which of them are missing."""
    if kind == "text":
        texts = [value if value is None or isinstance(value, str) else str(value) for value in values]
        made = np.empty(len(texts), dtype=object)
        made[:] = texts
        return made, None
    missing = np.array([value is None for value in values], dtype=bool)
    filler = {"date": date(1970, 1, 1), "moment": datetime(1970, 1, 1)}.get(kind, 0)
    return np.array([filler if value is None else value for value in values], dtype=KINDS[kind]), missing


def _names(wanted: Iterable[str]) -> list[str]:
    """Names a database takes: none twice whatever their case, and none that it uses itself."""
    taken = {"fid", "geom", "geometry"}
    names = []
    for name in (name or "column" for name in wanted):
        free, count = name, 1
        while free.casefold() in taken:
            count += 1
            free = f"{name}_{count}"
        taken.add(free.casefold())
        names.append(free)
    return names
