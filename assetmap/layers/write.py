"""A frame to a file that spreadsheets and QGIS open, whole or not at all."""

from __future__ import annotations

import csv
import json
import math
import os
import re
import tempfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import shapely

from assetmap.domain.errors import BadInput, Unavailable
from assetmap.layers.crs import WGS84
from assetmap.layers.table import plain_text, without_unseen

ENDINGS = (".csv", ".xlsx", ".geojson", ".gpkg")
_FORMULA = re.compile(r"[\s']*[=+\-@]|[\t\r]")
_NEGATIVE_NUMBER = re.compile(r"-\d+(\.\d+)?([eE][+-]?\d+)?")
_EXCEL_CELL = 32_767  # characters
_EXCEL_ROWS = 1_048_576
_EXCEL_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def write_table(path: str | os.PathLike[str], frame: pd.DataFrame, crs: str = WGS84) -> None:
    """Write `frame` to a .csv, .xlsx, .geojson or .gpkg file, replacing it only when all is written.

    A GeoDataFrame is in WGS84; a GeoPackage is written in `crs`, GeoJSON always in WGS84. CSV and
    XLSX get the columns lat and lon instead of points, and no areas. Text that a spreadsheet would
    run as a formula gets an apostrophe before it, which `read_table` takes away again. Raises
    BadInput for another ending or text too long for Excel, Unavailable when the disk refuses.
    """
    target = Path(path)
    writers: dict[str, Callable[[Path, pd.DataFrame, str], None]] = {
        ".csv": _write_csv, ".xlsx": _write_xlsx, ".geojson": _write_geojson, ".gpkg": _write_geopackage,
    }  # fmt: skip
    writer = writers.get(target.suffix.lower())
    if writer is None:
        raise BadInput(
            f"Files ending in “{target.suffix[:20]}” cannot be written; use .csv, .xlsx, .geojson or .gpkg."
        )
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".assetmap-") as folder:
            draft = Path(folder) / f"draft{target.suffix.lower()}"
            writer(draft, frame, crs)
            with open(draft, "rb+") as written:
                os.fsync(written.fileno())
            os.replace(draft, target)
    except (OSError, pyogrio.errors.DataSourceError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unavailable(
            f"“{target.name}” could not be written: {reason}. The old file, if any, is as it was."
        ) from None


def defused(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe before =, +, - or @ unless it is a negative number."""
    return f"'{text}" if _FORMULA.match(text) and not _NEGATIVE_NUMBER.fullmatch(text) else text


def _write_csv(path: Path, frame: pd.DataFrame, crs: str) -> None:
    # The byte order mark tells Excel that it is UTF-8.
    with open(path, "w", encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = csv.writer(file)
        flat = _flat(frame)
        writer.writerow([defused(_clean(str(name))) for name in flat.columns])
        writer.writerows([defused(_clean(_text(value))) for value in row] for row in _rows(flat))


def _write_xlsx(path: Path, frame: pd.DataFrame, crs: str) -> None:
    flat = _flat(frame)
    if len(flat) >= _EXCEL_ROWS:
        raise BadInput(
            f"Excel holds at most {_EXCEL_ROWS - 1:,} rows; there are {len(flat):,}. Export as .csv."
        )
    # All cells are checked first: openpyxl cannot leave off half way through a sheet.
    cells = [[_excel_text(str(name), 1) for name in flat.columns]]
    cells.extend(
        [_excel_cell(value, number) for value in row] for number, row in enumerate(_rows(flat), start=2)
    )
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.freeze_panes = "A2"
    for row in cells:
        sheet.append(row)
    book.save(path)


def _excel_cell(value: object, row: int) -> object:
    """Numbers stay numbers; all else is text, so that Excel changes no date and runs no formula."""
    if _none(value):
        return None
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool | np.bool_):
        return value.item() if isinstance(value, np.generic) else value
    return _excel_text(_text(value), row)


def _excel_text(text: str, row: int) -> str:
    text = _EXCEL_ESCAPE.sub("_x005F_", defused(_clean(text)))
    if len(text) > _EXCEL_CELL:
        raise BadInput(
            f"Row {row} holds a text of {len(text):,} characters; Excel takes {_EXCEL_CELL:,}. Use .csv."
        )
    return text


def _write_geojson(path: Path, frame: pd.DataFrame, crs: str) -> None:
    shapes = shapely.set_precision(_shapes(frame), 1e-7, mode="pointwise")
    texts = shapely.to_geojson(shapely.orient_polygons(shapes))
    plain = _without_shapes(frame)
    names = [_clean(str(name)) for name in plain.columns]
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [\n')
        for index, row in enumerate(_rows(plain)):
            properties = {name: _json_value(value) for name, value in zip(names, row, strict=True)}
            text = json.dumps(properties, ensure_ascii=False, allow_nan=False)
            comma = ",\n" if index else ""
            file.write(
                f'{comma}{{"type": "Feature", "properties": {text}, "geometry": {texts[index] or "null"}}}'
            )
        file.write("\n]}\n")


def _write_geopackage(path: Path, frame: pd.DataFrame, crs: str) -> None:
    plain = _without_shapes(frame).copy()
    for name in plain.columns:
        if plain[name].dtype == object or isinstance(plain[name].dtype, pd.StringDtype):
            plain[name] = [None if _none(value) else _json_value(value) for value in plain[name]]
    plain.columns = _column_names(plain.columns)
    layer = "features"
    if not isinstance(frame, gpd.GeoDataFrame):
        pyogrio.write_dataframe(plain, path, driver="GPKG", layer=layer)
        return
    shaped = gpd.GeoDataFrame(plain, geometry=_shapes(frame), crs=WGS84).to_crs(crs)
    shaped.to_file(path, driver="GPKG", layer=layer, engine="pyogrio", index=False)


def _column_names(wanted: pd.Index) -> list[str]:
    """Names a database takes: none twice whatever their case, and none that it uses itself."""
    taken = {"fid", "geom", "geometry"}
    names = []
    for name in (_clean(str(name)) or "column" for name in wanted):
        free, count = name, 1
        while free.casefold() in taken:
            count += 1
            free = f"{name}_{count}"
        taken.add(free.casefold())
        names.append(free)
    return names


def _shapes(frame: pd.DataFrame) -> np.ndarray:
    """Geometries in WGS84; None for each row of a frame without any."""
    if not isinstance(frame, gpd.GeoDataFrame):
        return np.full(len(frame), None, dtype=object)
    placed = frame if frame.crs is None or frame.crs == WGS84 else frame.to_crs(WGS84)
    return placed.geometry.to_numpy()


def _without_shapes(frame: pd.DataFrame) -> pd.DataFrame:
    return (
        pd.DataFrame(frame.drop(columns=frame.geometry.name))
        if isinstance(frame, gpd.GeoDataFrame)
        else frame
    )


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """For a spreadsheet: points become the columns lat and lon, unless the frame has them."""
    plain = _without_shapes(frame)
    shapes = _shapes(frame)
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    if points.any() and not {"lat", "lon"} & set(plain.columns):
        lon, lat = shapely.get_x(shapes).round(7), shapely.get_y(shapes).round(7)
        plain = plain.assign(lat=lat, lon=lon)
    return plain


def _rows(frame: pd.DataFrame):
    return (
        zip(*(frame[name].tolist() for name in frame.columns), strict=True)
        if len(frame.columns)
        else iter(())
    )


def _none(value: object) -> bool:
    return (
        value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))
    )


def _text(value: object) -> str:
    if _none(value):
        return ""
    return ";".join(map(plain_text, value)) if isinstance(value, list | tuple) else plain_text(value)


def _clean(text: str) -> str:
    return without_unseen(text.replace("\r\n", "\n").replace("\r", "\n"))


def _json_value(value: object) -> object:
    """A value that GeoJSON and GeoPackage keep as it is typed; dates and lists as text."""
    if _none(value) or (isinstance(value, float) and math.isinf(value)):
        return None
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date | time | str | list | tuple):
        return _clean(_text(value))
    return value.item() if isinstance(value, np.generic) else _clean(str(value))
