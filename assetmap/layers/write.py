"""A frame to a file that spreadsheets and QGIS open, whole or not at all."""

from __future__ import annotations

import csv
import json
import math
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import chain
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap.domain.errors import BadInput, Unavailable
from assetmap.layers.crs import WGS84, to_metres, to_wgs84
from assetmap.layers.limits import DEFAULT_LIMITS
from assetmap.layers.table import plain_text, without_unseen
from assetmap.layers.write_xlsx import write_workbook, write_xlsx

ENDINGS = (".csv", ".xlsx", ".geojson", ".gpkg")
_FORMULA = re.compile(r"[\s']*[=+\-@]|[\t\r]")
_NEGATIVE_NUMBER = re.compile(r"-\d+(\.\d+)?([eE][+-]?\d+)?")
_EXCEL_CELL = 32_767  # characters
_EXCEL_ROWS = 1_048_576
_EXCEL_DIGITS = 15  # more than these Excel does not keep
_MILLIMETRES = 3  # decimals of a metre
_CENTIMETRES = 7  # decimals of a degree
_NOTICED = 5e-8  # degrees: more than this would be read back as another place


def write_table(
    path: str | os.PathLike[str],
    frame: pd.DataFrame,
    crs: str = WGS84,
    *,
    layer: str = "features",
    kinds: Mapping[str, str] | None = None,
) -> None:
    """Write `frame` to a .csv, .xlsx, .geojson or .gpkg file, replacing it only when all is written.

    A GeoDataFrame is in WGS84 and is written in `crs`, but GeoJSON always in WGS84 (RFC 7946). CSV and XLSX
    get the columns lat and lon instead of points, in another system easting and northing; areas become
    well-known text in the column wkt. `layer` names the GeoPackage's layer and the workbook's sheet, `kinds` as in
    `write_geopackage`. Text that a spreadsheet would run as a formula gets an apostrophe before it, which
    `read_table` takes away again. Raises BadInput for another ending, text too long for Excel, or a place
    that `crs` does not reach, Unavailable when the disk refuses.
    """
    writers: dict[str, Callable[[Path], None]] = {
        ".csv": lambda draft: _write_csv(draft, frame, crs),
        ".xlsx": lambda draft: _write_xlsx(draft, frame, crs, layer),
        ".geojson": lambda draft: _write_geojson(draft, frame),
        ".gpkg": lambda draft: _write_gpkg(draft, frame, crs, layer, kinds or {}),
    }
    ending = Path(path).suffix
    writer = writers.get(ending.lower())
    if writer is None:
        raise BadInput(f"Files ending in “{ending[:20]}” cannot be written; use .csv, .xlsx, .geojson or .gpkg.")
    _replace(Path(path), writer)


def write_sheets(path: str | os.PathLike[str], sheets: Mapping[str, pd.DataFrame],
                 widths: Mapping[str, Sequence[int]] | None = None) -> None:
    """Write a workbook with a sheet for each name, as `write_table` writes one; `widths` as for `write_workbook`."""
    rows = {name: _excel_rows(frame) for name, frame in sheets.items()}
    _replace(Path(path), lambda draft: write_workbook(draft, rows, widths))


def write_layers(path: str | os.PathLike[str], layers: Mapping[str, pd.DataFrame], crs: str = WGS84,
                 kinds: Mapping[str, str] | None = None) -> None:
    """Write a GeoPackage with a layer for each name, as `write_table` writes one; frames without shapes are tables."""

    def write(draft: Path) -> None:
        for name, frame in layers.items():
            _write_gpkg(draft, frame, crs, name, kinds or {})

    _replace(Path(path), write)


def _replace(target: Path, writer: Callable[[Path], None]) -> None:
    """Write a draft beside the target and put it in its place once it is whole. Raises Unavailable."""
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".assetmap-") as folder:
            draft = Path(folder) / f"draft{target.suffix.lower()}"
            writer(draft)
            with open(draft, "rb+") as written:
                os.fsync(written.fileno())
            os.replace(draft, target)
    except OSError as error:
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
        flat = _flat(frame, crs)
        writer.writerow([defused(_clean(str(name))) for name in flat.columns])
        writer.writerows([defused(_clean(_text(value))) for value in row] for row in _rows(flat))


def _write_xlsx(path: Path, frame: pd.DataFrame, crs: str, layer: str) -> None:
    write_xlsx(path, _excel_rows(_flat(frame, crs)), layer)


def _excel_rows(flat: pd.DataFrame) -> Iterator[list]:
    """The headings and rows of a sheet. Raises BadInput for more of them, or longer texts, than Excel holds."""
    if len(flat) >= _EXCEL_ROWS:
        raise BadInput(
            f"Excel holds at most {_EXCEL_ROWS - 1:,} rows; there are {len(flat):,}. Export as .csv."
        )
    headings = [_excel_text(str(name), 1) for name in flat.columns]
    rows = ([_excel_cell(value, number) for value in row] for number, row in enumerate(_rows(flat), start=2))
    return chain([headings], rows)


def _excel_cell(value: object, row: int) -> object:
    """Numbers that Excel keeps stay numbers; all else is text, so that it changes no date and runs no formula."""
    if _none(value):
        return None
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool | np.bool_):
        number = value.item() if isinstance(value, np.generic) else value
        if math.isfinite(number) and float(format(number, f".{_EXCEL_DIGITS}g")) == number:
            return number
    return _excel_text(_text(value), row)


def _excel_text(text: str, row: int) -> str:
    text = defused(_clean(text))
    if len(text) > _EXCEL_CELL:
        raise BadInput(
            f"Row {row} holds a text of {len(text):,} characters; Excel takes {_EXCEL_CELL:,}. Use .csv."
        )
    return text


def _write_geojson(path: Path, frame: pd.DataFrame) -> None:
    shapes = shapely.set_precision(_shapes(frame), 10**-_CENTIMETRES, mode="pointwise")
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


def _write_gpkg(path: Path, frame: pd.DataFrame, crs: str, layer: str, kinds: Mapping[str, str]) -> None:
    plain = _without_shapes(frame)
    columns = [
        (_clean(str(name)), [None if _none(value) else _typed(value) for value in values])
        for name, values in zip(plain.columns, _columns(plain), strict=True)
    ]
    shapes = _shapes(frame) if isinstance(frame, gpd.GeoDataFrame) else None
    if shapes is not None and crs != WGS84:
        shapes = _in_metres(shapes, crs)
    # GDAL is slow to import, and only this needs it
    from assetmap.layers.write_geopackage import write_geopackage

    write_geopackage(path, columns, shapes, crs, layer=layer, kinds=kinds)


def _in_metres(shapes: np.ndarray, crs: str) -> np.ndarray:
    """Shapes in `crs`. Raises BadInput for one that the system does not reach."""

    def projected(corners: np.ndarray) -> np.ndarray:
        x, y = to_metres(corners[:, 0], corners[:, 1], crs)
        lon, lat = to_wgs84(x, y, crs)
        off = ~((np.abs(lon - corners[:, 0]) < _NOTICED) & (np.abs(lat - corners[:, 1]) < _NOTICED))
        if off.any():
            lon, lat = corners[off][0]
            raise BadInput(
                f"{lat:g}, {lon:g} is too far away for {crs}, so it cannot be given in metres. Export in WGS84."
            )
        return np.column_stack([x, y])

    return shapely.transform(shapes, projected)


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


def _flat(frame: pd.DataFrame, crs: str = WGS84) -> pd.DataFrame:
    """For a spreadsheet: points become two columns of coordinates unless the frame has them, areas one of text."""
    plain = _without_shapes(frame)
    if not isinstance(frame, gpd.GeoDataFrame):
        return plain
    shapes = _shapes(frame) if crs == WGS84 else _in_metres(_shapes(frame), crs)
    kinds = set(shapely.get_type_id(shapes).tolist()) - {-1}
    if kinds - {shapely.GeometryType.POINT.value}:
        return plain.assign(wkt=_as_text(shapes, crs, plain))
    x, y = shapely.get_x(shapes), shapely.get_y(shapes)
    if crs == WGS84 and {"lat", "lon"} & set(plain.columns):
        return plain
    if crs == WGS84:
        return plain.assign(lat=y.round(_CENTIMETRES), lon=x.round(_CENTIMETRES))
    return plain.assign(easting=x.round(_MILLIMETRES), northing=y.round(_MILLIMETRES))


def _as_text(shapes: np.ndarray, crs: str, plain: pd.DataFrame) -> list[str]:
    """Well-known text to a centimetre, with its system before it unless that is WGS84."""
    prefix = "" if crs == WGS84 else f"SRID={crs.rpartition(':')[2]};"
    decimals = _CENTIMETRES if crs == WGS84 else _MILLIMETRES
    texts = shapely.to_wkt(shapes, rounding_precision=decimals)
    for row, text in enumerate(texts, start=2):
        if text is not None and len(text) + len(prefix) > DEFAULT_LIMITS.max_cell:
            raise BadInput(
                f"Row {row}: the outline has {len(text):,} characters, which is too long for a table. "
                "Use .geojson or .gpkg."
            )
    return ["" if text is None else prefix + text for text in texts]


def _rows(frame: pd.DataFrame):
    return zip(*_columns(frame), strict=True) if len(frame.columns) else iter(())


def _columns(frame: pd.DataFrame) -> list[list]:
    return [frame.iloc[:, index].tolist() for index in range(len(frame.columns))]


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
    """A value that GeoJSON keeps as it is typed; dates and lists as text."""
    if _none(value) or (isinstance(value, float) and math.isinf(value)):
        return None
    typed = _typed(value)
    return _text(typed) if isinstance(typed, date | time) else typed


def _typed(value: object) -> object:
    """A value as a GeoPackage keeps it: numbers, truths, days and moments as they are, all else as text."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int | float | datetime | date):
        return value
    return _clean(_text(value) if isinstance(value, time | str | list | tuple) else str(value))
