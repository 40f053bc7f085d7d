"""What the checks look at: the store's records, as rows, with where each is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import geopandas as gpd
import numpy as np

from assetmap.atlas.atlas import ward_frame
from assetmap.atlas.locator import Locator
from assetmap.domain.location import KnownPostcode
from assetmap.importing.health.finding import Entry, record_link
from assetmap.layers.boundaries import locate_wards
from assetmap.settings import Settings
from assetmap.store import reference, tables
from assetmap.store.database import Connection
from assetmap.store.records import rows as record_rows
from assetmap.store.rows import LAYERS

SINGULAR = {"groups": "group", "hubs": "hub", "opportunities": "opportunity", "organisations": "organisation"}
MANY = {"groups": "groups", "hubs": "hubs", "opportunities": "offers and asks", "organisations": "organisations"}


@dataclass(frozen=True)
class Held:
    """The records of every layer at one moment. `live` are those that the public is meant to see.

    `all_rows` are by layer and public id, the hidden and ended ones too; `postcodes` are those that exist.
    """

    settings: Settings
    today: date
    all_rows: Mapping[str, Mapping[str, Mapping]]
    wards: gpd.GeoDataFrame
    figures: list[Mapping]
    postcodes: Mapping[str, KnownPostcode]

    @cached_property
    def live(self) -> dict[str, list[Mapping]]:
        """Rows by layer that are neither hidden nor ended, closed or expired."""
        return {layer: [row for row in rows.values() if is_live(row, self.today)]
                for layer, rows in self.all_rows.items()}

    @cached_property
    def ward_of(self) -> dict[str, np.ndarray]:
        """By layer the number of the ward of each live row: -1 outside every ward, -2 without a place."""
        made = {}
        for layer, rows in self.live.items():
            places = [self.place_of(row) for row in rows]
            lons = [place[0] if place else np.nan for place in places]
            lats = [place[1] if place else np.nan for place in places]
            wards = locate_wards(self.wards, lons, lats) if len(rows) else np.zeros(0, dtype=int)
            wards[np.isnan(np.array(lons, dtype=float))] = -2
            made[layer] = wards
        return made

    def place_of(self, row: Mapping) -> tuple[float, float] | None:
        """(lon, lat) of a record, else of its hub."""
        if row["lat"] is not None:
            return row["lon"], row["lat"]
        hub = self.all_rows["hubs"].get(row.get("hub_id", ""))
        return (hub["lon"], hub["lat"]) if hub is not None and hub["lat"] is not None else None

    def entries(self, layer: str, wrong: Callable[[Mapping], str | bool]) -> list[Entry]:
        """An entry for each live row that is wrong; a text says what is."""
        made = []
        for row in self.live[layer]:
            told = wrong(row)
            if told:
                made.append(entry_of(layer, row, told if isinstance(told, str) else ""))
        return made


def look(connection: Connection, settings: Settings, today: date) -> Held:
    """Everything that the checks ask about, read once."""
    all_rows = {name: {row["id"]: row for row in record_rows(connection, layer)} for name, layer in LAYERS.items()}
    postcodes = sorted({row["postcode"] for rows in all_rows.values() for row in rows.values() if row["postcode"]})
    return Held(settings, today, all_rows, ward_frame(reference.rows(connection, tables.wards)),
                reference.rows(connection, tables.ward_figures), Locator(connection).find_many(postcodes))


def is_live(row: Mapping, today: date) -> bool:
    """Whether the public is meant to see a record."""
    if row["status"] not in ("active", "paused") or row.get("state", "open") == "closed":
        return False
    expires = row.get("expires")
    return expires is None or expires >= today


def entry_of(layer: str, row: Mapping, note: str = "") -> Entry:
    """The entry of a record."""
    return Entry(layer, row["id"], row["name"], record_link(layer, row["id"]), note,
                 row["postcode"] or row["source"])
