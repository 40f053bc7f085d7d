"""A layer of the store as a file that loads back without a change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap.domain.location import LocationSource
from assetmap.domain.person import GIVER as INDIVIDUAL
from assetmap.domain.person import SAID_IN_FILES
from assetmap.domain.place import Place
from assetmap.importing.programmes import exporting
from assetmap.layers.crs import WGS84
from assetmap.layers.write import write_table
from assetmap.settings import Settings
from assetmap.store import reference, tables
from assetmap.store.database import Connection, Database
from assetmap.store.plan_tables import population_points
from assetmap.store.records import rows as record_rows
from assetmap.store.rows import LAYERS, RecordLayer, load_list, load_meetings

EXPORTED = ("wards", "ward-figures", "hubs", "groups", "opportunities", "organisations", "postcodes", "places",
            "population-points", "programmes")
_COUNTED = {
    "wards": ("ward", "wards"), "ward-figures": ("row of ward figures", "rows of ward figures"),
    "hubs": ("hub", "hubs"), "groups": ("group", "groups"), "opportunities": ("opportunity", "opportunities"),
    "organisations": ("organisation", "organisations"), "postcodes": ("postcode", "postcodes"),
    "places": ("place", "places"), "population-points": ("population point", "population points"),
    "programmes": ("row of programmes", "rows of programmes"),
}
_TABLES = {"wards": tables.wards, "ward-figures": tables.ward_figures, "postcodes": tables.postcodes,
           "places": tables.places, "population-points": population_points}
_LISTS = ("languages", "access", "connected_themes", "categories", "audiences", "topics")
_NAMES = {"consent": "contact_consent", "giver": "from", "ward_code": "ward", "location_source": "position_from"}
# What the loader makes again from the rest, and the position, which is the geometry.
_LEFT_OUT = {"fingerprint", "version", "meetings", "hub_id", "giver_kind", "other_categories", "lat", "lon"}
_KINDS = {date: "date", bool: "yes_no", int: "whole", float: "number"}


def export_layer(database: Database, settings: Settings, layer: str, file: Path, *, crs: str = WGS84,
                 only: Collection[str] | None = None) -> int:
    """Write the layer and return how many rows.

    `crs` is WGS84 or the settings' LOCAL_CRS; GeoJSON is in WGS84 whatever it says. `only` are the public ids of
    the records to write; None: all. Raises BadInput for an ending that cannot be written.
    """
    with database.reading() as connection:
        if layer == "programmes":
            return exporting.export(connection, file, crs)
        if layer in LAYERS:
            rows = record_rows(connection, LAYERS[layer])
            kept = rows if only is None else [row for row in rows if row["id"] in set(only)]
            frame, kinds = _records(LAYERS[layer], kept, _hub_places(connection)), _kinds(LAYERS[layer].table)
        else:
            rows = reference.rows(connection, _TABLES[layer])
            frame, kinds = _REFERENCE[layer](rows), _kinds(_TABLES[layer])
    write_table(file, frame, crs, layer=layer.replace("-", "_"), kinds=kinds)
    return len(frame)


def asked_crs(said: str, settings: Settings) -> str | None:
    """WGS84 or the settings' LOCAL_CRS by any of their names; None for what is neither."""
    name, number = said.strip().lower(), settings.local_crs.rpartition(":")[2]
    if name in ("", "wgs84", "4326", "epsg:4326"):
        return WGS84
    if name in ("local", "bng", number, f"epsg:{number}"):
        return settings.local_crs
    return None


def counted(layer: str, count: int) -> str:
    """"1 group", "2 groups"."""
    one, many = _COUNTED[layer]
    return f"{count:,} {one if count == 1 else many}"


def _kinds(table) -> dict[str, str]:
    """What each column of the file is, as `write_table` asks; what is not here is text."""
    kinds = {}
    for column in table.columns:
        if column.name not in ("geometry", *_LISTS):
            kinds[_NAMES.get(column.name, column.name)] = _KINDS.get(column.type.python_type, "text")
            if column.name == "deprivation":
                kinds["deprivation_rank"] = "number"
    return kinds


def _records(layer: RecordLayer, rows: Sequence[Mapping], hubs: Mapping[str, Place]) -> gpd.GeoDataFrame:
    """Records in the columns that the loader reads, in the order of their table.

    Every row that can be placed has a point; `position_from` says which of them the loader should find again by
    postcode or hub. The columns source and source_id let a line of an export be known again as its own record.
    """
    made, points = [], []
    for row in rows:
        values = {_NAMES.get(name, name): _cell(name, row) for name in row if name not in _LEFT_OUT}
        place = None if row["lat"] is None else Place(row["lat"], row["lon"])
        if "hub_id" in row:
            values["venue"] = _venue(row)
            if place is None and row["hub_id"] in hubs:
                place, values["position_from"] = hubs[row["hub_id"]], LocationSource.HUB.value
        made.append(values)
        points.append(place and (place.lon, place.lat))
    # without rows there are still the headings
    headings = list(made[0]) if made else [
        _NAMES.get(name, name) for name in ("id", *layer.content) if name not in _LEFT_OUT]
    return _placed(pd.DataFrame(made, columns=headings, dtype=object), points)


def _placed(frame: pd.DataFrame, points: Sequence[tuple[float, float] | None]) -> gpd.GeoDataFrame:
    """A frame with (lon, lat) points."""
    shapes = np.full(len(frame), None, dtype=object)
    there = np.array([point is not None for point in points], dtype=bool)
    if there.any():
        shapes[there] = shapely.points([point for point in points if point is not None])
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84)


def _cell(name: str, row: Mapping) -> object:
    if name in _LISTS:
        others = load_list(row["other_categories"]) if name == "categories" else ()
        return ";".join((*load_list(row[name]), *others))
    if name == "giver" and row["giver_kind"] == INDIVIDUAL:
        return SAID_IN_FILES
    return row[name]


def _venue(row: Mapping) -> str:
    """The hubs as a venue cell that is read as the same meetings again."""
    meetings = load_meetings(row["meetings"])
    if any(not meeting.hub_id and not meeting.session.place for meeting in meetings):
        return ""  # a venue would be taken for theirs; the hub is the one that another of the times names
    return ";".join(filter(None, dict.fromkeys([row["hub_id"], *(meeting.hub_id for meeting in meetings)])))


def _hub_places(connection: Connection) -> dict[str, Place]:
    return {row["id"]: Place(row["lat"], row["lon"]) for row in record_rows(connection, LAYERS["hubs"])
            if row["lat"] is not None}


def _wards(rows: Sequence[Mapping]) -> gpd.GeoDataFrame:
    shapes = shapely.from_wkb(np.array([row["geometry"] for row in rows], dtype=object))
    return gpd.GeoDataFrame(_frame(rows, tables.wards, "geometry"), geometry=shapes, crs=WGS84)


def _places(rows: Sequence[Mapping]) -> gpd.GeoDataFrame:
    return _placed(_frame(rows, tables.places, "lat", "lon"), [(row["lon"], row["lat"]) for row in rows])


def _postcodes(rows: Sequence[Mapping]) -> gpd.GeoDataFrame:
    """With the columns lat and lon in every file, which are exact where metres of the grid are not."""
    points = [None if row["lat"] is None else (row["lon"], row["lat"]) for row in rows]
    return _placed(_frame(rows, tables.postcodes), points)


def _frame(rows: Sequence[Mapping], table, *left_out: str) -> pd.DataFrame:
    names = [column.name for column in table.columns if column.name not in left_out]
    return pd.DataFrame([[row[name] for name in names] for row in rows], columns=names, dtype=object)


def _figures(rows: Sequence[Mapping]) -> pd.DataFrame:
    """A row per ward and source, a column per figure."""
    held: dict[tuple, dict] = {}
    for row in rows:
        key = (row["ward_code"], row["source"], row["date"], row["estimate"])
        entry = held.setdefault(key, {"ward_code": row["ward_code"], "source": row["source"], "date": row["date"],
                                      "estimate": row["estimate"]})
        entry[row["name"]] = row["value"]
    return pd.DataFrame(list(held.values()), columns=None if held else ["ward_code", "source", "date", "estimate"])


def _people(rows: Sequence[Mapping]) -> gpd.GeoDataFrame:
    """As postcodes; a deprivation that came as a rank is a rank again."""
    frame = _placed(_frame(rows, population_points), [(row["lon"], row["lat"]) for row in rows])
    held = [row["deprivation"] for row in rows]
    frame["deprivation"] = pd.Series([value if value is None or value >= 0 else None for value in held], dtype=object)
    ranks = pd.Series([-value if value is not None and value < 0 else None for value in held], dtype=object)
    frame.insert(frame.columns.get_loc("deprivation") + 1, "deprivation_rank", ranks)
    return frame


_REFERENCE = {"wards": _wards, "ward-figures": _figures, "postcodes": _postcodes, "places": _places,
              "population-points": _people}
