"""GeoJSON by Python's own parser: GDAL would follow what a file says to other files."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import shapely

from assetmap.domain.errors import FileRefused, Problem
from assetmap.layers.crs import WGS84, known_crs
from assetmap.layers.limits import DEFAULT_LIMITS, Limits
from assetmap.layers.shapes import BadShape, build, has_open_ring, settle
from assetmap.layers.table import Table, add_problem, needs_care, plain_text, without_unseen
from assetmap.layers.text_encoding import decode

_GEOMETRIES = frozenset(
    ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
)
_LONG_NUMBER = re.compile(r"\d{1000}")
_TOO_DEEP = "This file has lists within lists too deep to be read. Save it again from your mapping program."


def read_geojson(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Table:
    """A Table from a FeatureCollection, a Feature, a geometry, or a plain list of objects.

    Row numbers count the features from 2, as their attribute table would in a spreadsheet. Raises
    FileRefused when it is not such a file; what is wrong with one feature is a problem at its row.
    """
    text, notices = decode(data)
    try:
        document = _parse(text)
        features = _features(document)
        if len(features) > limits.max_rows:
            raise FileRefused(f"This file has more than {limits.max_rows:,} features. Split it into several.")
        table = _table(features, limits, careful="\\u" in text or needs_care(text))
    except RecursionError:
        raise FileRefused(_TOO_DEEP) from None
    table.notices[:0] = notices
    settle(table, system_of(document), limits.max_mended)
    return table


def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and text.lstrip().startswith("{"):
            raise FileRefused(
                "This file holds one feature per line. Save it as one GeoJSON FeatureCollection."
            ) from None
        raise FileRefused(
            f"This is not GeoJSON: line {error.lineno}, character {error.colno}: {error.msg}."
        ) from None
    except ValueError:  # Python converts no integer of more than 4,300 digits
        number = _LONG_NUMBER.search(text)
        line = text.count("\n", 0, number.start()) + 1 if number else 1
        raise FileRefused(f"Line {line}: a number has thousands of digits. Correct it.") from None


def _features(document: object) -> list[dict]:
    """Every feature of the document. Raises FileRefused for another kind of JSON."""
    if isinstance(document, list) and all(isinstance(item, dict) for item in document):
        return document if _looks_like_features(document) else [{"properties": item} for item in document]
    if not isinstance(document, dict):
        raise FileRefused("This is JSON, but not GeoJSON: a FeatureCollection was expected.")
    kind = document.get("type")
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise FileRefused("This FeatureCollection has no list of features.")
        return features
    if kind == "Feature":
        return [document]
    if isinstance(kind, str) and kind in _GEOMETRIES:
        return [{"properties": {}, "geometry": document}]
    other = "TopoJSON" if kind == "Topology" else "Esri JSON" if "geometryType" in document else "JSON"
    raise FileRefused(f"This is {other}, but not GeoJSON. Save it as a GeoJSON FeatureCollection.")


def _looks_like_features(items: list[dict]) -> bool:
    return bool(items) and all(item.get("type") == "Feature" for item in items)


def system_of(document: object) -> str:
    """The coordinate system that an older file names, WGS84 without one. Raises FileRefused when it is not known."""
    named = document.get("crs") if isinstance(document, dict) else None
    if named is None:
        return WGS84
    properties = named.get("properties") if isinstance(named, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise FileRefused(
            "The file names a coordinate system that cannot be read. Save it in WGS84 (EPSG:4326)."
        )
    return known_crs(name)


def _table(features: list[dict], limits: Limits, careful: bool) -> Table:
    """`careful=False` when the file's text holds neither unseen characters nor escapes that make them."""
    table = Table([], [], [], "geojson")
    columns: dict[str, int] = {}
    records, shapes = [], []
    for number, feature in enumerate(features, start=2):
        table.row_numbers.append(number)
        properties, geometry = _parts(feature, number, table)
        records.append(_record(properties, number, columns, table, limits, careful))
        shapes.append(_shape(geometry, number, table))
    if len(columns) > limits.max_columns:
        raise FileRefused(
            f"This file has {len(columns):,} columns; at most {limits.max_columns:,} can be read."
        )
    table.columns = list(columns)
    width = len(columns)
    table.rows = [[*record, *[""] * (width - len(record))] for record in records]
    table.geometry = np.empty(len(shapes), dtype=object)
    table.geometry[:] = shapes
    if not features:
        table.notices.append(Problem(1, "", "This file holds no features.", level="notice"))
    return table


def _parts(feature: object, number: int, table: Table) -> tuple[dict, object]:
    """Properties and geometry of one feature; its id is a property unless there is one of that name."""
    if not isinstance(feature, dict):
        add_problem(table, Problem(number, "", f"Feature {number - 1} is not a GeoJSON Feature."))
        return {}, None
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        add_problem(
            table, Problem(number, "properties", f"The properties of feature {number - 1} are not an object.")
        )
        properties = {}
    if "id" in feature and "id" not in properties:
        properties = {"id": feature["id"], **properties}
    return properties, feature.get("geometry")


def _record(
    properties: dict, number: int, columns: dict[str, int], table: Table, limits: Limits, careful: bool
) -> list[str]:
    record = [""] * len(columns)
    for key, value in properties.items():
        name = without_unseen(key) if careful else key
        at = columns.setdefault(name, len(columns))
        if type(value) is str and not careful:
            text = value.strip()
        else:
            text = _cell(value, number, name, table) if value is not None else ""
        if len(text) > limits.max_cell:
            raise FileRefused(
                f"Feature {number - 1}, property {name[:80]}: it has {len(text):,} characters; at most "
                f"{limits.max_cell:,} can be read. Shorten it."
            )
        if at >= len(record):
            record.append("")
        record[at] = text
    return record


def _cell(value: object, number: int, name: str, table: Table) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        message = "This is not a number that can be used (NaN, Infinity, or far too large). Correct it."
        add_problem(table, Problem(number, name, message, str(value)))
        return ""
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        value = ";".join(plain_text(item) for item in value)
    elif isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    text = plain_text(value)
    clean = without_unseen(text)
    if clean != text.strip():
        message = "This cell held characters that cannot be shown (control characters); they were left out."
        add_problem(table, Problem(number, name, message, clean[:80], "notice"))
    return clean


def _shape(geometry: object, number: int, table: Table) -> object:
    try:
        shape = build(geometry)
        if isinstance(shape, shapely.Polygon | shapely.MultiPolygon) and has_open_ring(geometry):
            message = "An outline did not end where it began; it has been closed."
            add_problem(table, Problem(number, "geometry", message, level="notice"))
    except BadShape as fault:
        add_problem(table, Problem(number, "geometry", f"Feature {number - 1}: {fault}"))
        return None
    if shape is None and geometry is not None:
        message = f"The geometry of feature {number - 1} is empty."
        add_problem(table, Problem(number, "geometry", message, level="notice"))
    return shape
