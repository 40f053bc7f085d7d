"""A layer of the store as a file that loads back without a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap.layers.crs import WGS84
from assetmap.layers.write import write_table
from assetmap.settings import Settings
from assetmap.store import reference, tables
from assetmap.store.database import Database
from assetmap.store.records import rows as record_rows
from assetmap.store.rows import LAYERS, load_list

EXPORTED = ("wards", "ward-figures", "hubs", "groups", "opportunities", "postcodes", "places")
_LISTS = ("languages", "access", "categories", "audiences", "topics")
_NAMES = {"hub_id": "venue", "consent": "contact_consent", "giver": "from", "ward_code": "ward"}
_LEFT_OUT = ("fingerprint", "version", "meetings", "location_source", "giver_kind", "source", "other_categories")


def export_layer(database: Database, settings: Settings, layer: str, file: Path) -> int:
    """Write the layer and return how many rows. Raises BadInput for an ending that cannot be written."""
    with database.reading() as connection:
        if layer in LAYERS:
            frame = _records(record_rows(connection, LAYERS[layer]))
        elif layer == "wards":
            frame = _wards(reference.rows(connection, tables.wards))
        else:
            table = {"ward-figures": tables.ward_figures, "postcodes": tables.postcodes, "places": tables.places}[layer]
            frame = _wide(reference.rows(connection, table)) if layer == "ward-figures" else \
                pd.DataFrame(reference.rows(connection, table), columns=[column.name for column in table.columns])
    write_table(file, frame, WGS84)
    return len(frame)


def _records(rows: Sequence[Mapping]) -> gpd.GeoDataFrame:
    """Records in the columns that the loader reads. A position that came from a postcode is left to the postcode."""
    made = []
    for row in rows:
        values = {_NAMES.get(name, name): value for name, value in row.items() if name not in _LEFT_OUT}
        for name in _LISTS:
            if name in values:
                values[name] = ";".join(load_list(values[name]))
        if "other_categories" in row and load_list(row["other_categories"]):
            values["categories"] = ";".join(filter(None, (values["categories"], *load_list(row["other_categories"]))))
        for name in ("contact_consent", "online", "meets_in_home"):
            if name in values:
                values[name] = "yes" if values[name] else ""
        if row["location_source"] != "given":
            values["lat"] = values["lon"] = None
        made.append(values)
    columns = list(made[0]) if made else ["id", "name"]
    frame = pd.DataFrame(made, columns=columns)
    points = gpd.points_from_xy([row["lon"] if row["lon"] is not None else np.nan for row in rows],
                                [row["lat"] if row["lat"] is not None else np.nan for row in rows])
    return gpd.GeoDataFrame(frame, geometry=[None if point.is_empty else point for point in points], crs=WGS84)


def _wards(rows: Sequence[Mapping]) -> gpd.GeoDataFrame:
    frame = pd.DataFrame([{name: value for name, value in row.items() if name != "geometry"} for row in rows])
    shapes = shapely.from_wkb(np.array([row["geometry"] for row in rows], dtype=object))
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84)


def _wide(rows: Sequence[Mapping]) -> pd.DataFrame:
    """A row per ward and source, a column per figure."""
    held: dict[tuple, dict] = {}
    for row in rows:
        key = (row["ward_code"], row["source"], row["date"], row["estimate"])
        entry = held.setdefault(key, {"ward_code": row["ward_code"], "source": row["source"], "date": row["date"],
                                      "estimate": "yes" if row["estimate"] else ""})
        entry[row["name"]] = row["value"]
    return pd.DataFrame(list(held.values()))
