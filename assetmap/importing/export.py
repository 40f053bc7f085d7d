"""A layer of the store as a file that loads back without a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap.domain.location import LocationSource
from assetmap.domain.place import Place
from assetmap.layers.crs import WGS84
from assetmap.layers.write import write_table
from assetmap.settings import Settings
from assetmap.store import reference, tables
from assetmap.store.database import Connection, Database
from assetmap.store.records import rows as record_rows
from assetmap.store.rows import LAYERS, RecordLayer, load_list, load_meetings

EXPORTED = ("wards", "ward-figures", "hubs", "groups", "opportunities", "organisations", "postcodes", "places")
_LISTS = ("languages", "access", "categories", "audiences", "topics")
_YES_NO = ("consent", "online", "meets_in_home")
_NAMES = {"consent": "contact_consent", "giver": "from", "ward_code": "ward", "location_source": "position_from"}
_LEFT_OUT = {"fingerprint", "version", "meetings", "hub_id", "giver_kind", "other_categories"}


def export_layer(database: Database, settings: Settings, layer: str, file: Path) -> int:
    """Write the layer and return how many rows. Raises BadInput for an ending that cannot be written."""
    with database.reading() as connection:
        if layer in LAYERS:
            frame = _records(LAYERS[layer], record_rows(connection, LAYERS[layer]), _hub_places(connection))
        elif layer == "wards":
            frame = _wards(reference.rows(connection, tables.wards))
        else:
            table = {"ward-figures": tables.ward_figures, "postcodes": tables.postcodes, "places": tables.places}[layer]
            frame = _wide(reference.rows(connection, table)) if layer == "ward-figures" else \
                pd.DataFrame(reference.rows(connection, table), columns=[column.name for column in table.columns])
    write_table(file, frame, WGS84)
    return len(frame)


def _records(layer: RecordLayer, rows: Sequence[Mapping], hubs: Mapping[str, Place]) -> gpd.GeoDataFrame:
    """Records in the columns that the loader reads, in the order of their table.

    Every row that can be placed has a point; `position_from` says which of them the loader should find again by
    postcode or hub. The columns source and source_id let a line of an export be known again as its own record.
    """
    made, places = [], []
    for row in rows:
        values = {_NAMES.get(name, name): _cell(name, row) for name in row if name not in _LEFT_OUT}
        place = None if row["lat"] is None else Place(row["lat"], row["lon"])
        if "hub_id" in row:
            values["venue"] = _venue(row)
            if place is None and row["hub_id"] in hubs:
                place, values["position_from"] = hubs[row["hub_id"]], LocationSource.HUB.value
        values["lat"], values["lon"] = (place.lat, place.lon) if place else (None, None)
        made.append(values)
        places.append(place and shapely.Point(place.lon, place.lat))
    # without rows there are still the headings
    headings = list(made[0]) if made else [_NAMES.get(name, name) for name in ("id", *layer.content)]
    return gpd.GeoDataFrame(pd.DataFrame(made, columns=headings), geometry=places, crs=WGS84)


def _cell(name: str, row: Mapping) -> object:
    if name in _LISTS:
        others = load_list(row["other_categories"]) if name == "categories" else ()
        return ";".join((*load_list(row[name]), *others))
    if name in _YES_NO:
        return "yes" if row[name] else ""
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
    names = [column.name for column in tables.wards.columns if column.name != "geometry"]
    frame = pd.DataFrame([[row[name] for name in names] for row in rows], columns=names)
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
    return pd.DataFrame(list(held.values()), columns=None if held else ["ward_code", "source", "date", "estimate"])
