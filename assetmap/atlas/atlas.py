"""The Atlas: every layer of one data version, built from the store, shared by all requests until it moves."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from assetmap import paths
from assetmap.atlas.assets import AssetLayer, Spots
from assetmap.domain.errors import Unavailable
from assetmap.domain.schedule import Calendar
from assetmap.domain.text import slug
from assetmap.domain.ward import Figure
from assetmap.layers import crs
from assetmap.layers.boundaries import locate_wards
from assetmap.settings import Settings
from assetmap.store import reference, tables
from assetmap.store.database import Database
from assetmap.store.records import rows as record_rows
from assetmap.store.rows import LAYERS, load_meetings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """An entry of the gazetteer."""

    name: str
    kind: str
    lat: float
    lon: float


class Atlas:
    """Immutable layers of data version `version`. `wards` has a row per ward in the order of its code."""

    def __init__(self, database: Database, settings: Settings):
        with database.reading() as connection:
            self.version = int(dict(connection.execute(tables.meta.select()).all()).get("version", 0))
            self.vocabulary = reference.load_vocabulary(connection)
            self.calendar = load_calendar(settings.home)
            self.wards = _ward_frame(reference.rows(connection, tables.wards))
            self.figures = _figures(reference.rows(connection, tables.ward_figures))
            self.places = _places(reference.rows(connection, tables.places))
            rows = {name: [row for row in record_rows(connection, layer) if row["status"] != "hidden"]
                    for name, layer in LAYERS.items()}
        self.local_crs = settings.local_crs
        self._hub_points = {row["id"]: (row["lon"], row["lat"]) for row in rows["hubs"] if row["lat"] is not None}
        self.hubs = self._layer("hubs", rows["hubs"])
        self.groups = self._layer("groups", rows["groups"])
        self.opportunities = self._layer("opportunities", rows["opportunities"])

    @property
    def area_name(self) -> str:
        """The councils of the wards that are loaded; "" when there are none."""
        names = [name for name in dict.fromkeys(self.wards["council_name"]) if name]
        return " and ".join(names) if len(names) < 3 else f"{names[0]} and {len(names) - 1} other councils"

    @cached_property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of the wards, else of the assets; None when there is nothing at all."""
        if len(self.wards):
            return tuple(float(edge) for edge in self.wards.total_bounds)
        lon = np.concatenate([layer.spots.lon for layer in (self.hubs, self.groups)])
        lat = np.concatenate([layer.spots.lat for layer in (self.hubs, self.groups)])
        if not len(lon):
            return None
        west, east = np.percentile(lon, [2, 98])
        south, north = np.percentile(lat, [2, 98])
        return float(west), float(south), float(east), float(north)

    @cached_property
    def ward_number(self) -> Mapping[str, int]:
        """Row of `wards` by code."""
        return {code: number for number, code in enumerate(self.wards["code"])}

    def ward_at(self, lat: float, lon: float) -> int:
        """Row of the ward that holds a point, -1 for none."""
        return int(locate_wards(self.wards, [lon], [lat])[0]) if len(self.wards) else -1

    def to_metres(self, lat: float, lon: float) -> tuple[float, float]:
        """A point in the local projected system."""
        x, y = crs.to_metres([lon], [lat], self.local_crs)
        return float(x[0]), float(y[0])

    @cached_property
    def names(self) -> Mapping[str, NamedPlace]:
        """Places, hubs and wards by the slug of their name; a place wins over a hub, a hub over a ward."""
        made: dict[str, NamedPlace] = {}
        points = shapely.point_on_surface(self.wards.geometry.to_numpy())
        for name, point in zip(self.wards["name"], points, strict=True):
            made[slug(name)] = NamedPlace(f"{name} ward", "ward", point.y, point.x)
        spots = self.hubs.spots
        for owner, lat, lon in zip(spots.owner, spots.lat, spots.lon, strict=True):
            name = self.hubs.rows[owner]["name"]
            made[slug(name)] = NamedPlace(name, "hub", float(lat), float(lon))
        return made | self.places

    def _layer(self, name: str, rows: Sequence[Mapping]) -> AssetLayer:
        spots = self._spots(rows, has_meetings=name != "hubs")
        return AssetLayer(LAYERS[name], rows, spots, self.calendar, self.vocabulary)

    def _spots(self, rows: Sequence[Mapping], has_meetings: bool) -> Spots:
        """Each asset's places: its own point, else its hub's; and every further hub that a session is held in."""
        lon, lat, owner, hub_ids = [], [], [], []
        for number, row in enumerate(rows):
            hub_id = row["hub_id"] if has_meetings else ""
            points = [(row["lon"], row["lat"], hub_id)] if row["lat"] is not None else []
            hubs = [hub_id] if hub_id and not points else []
            if has_meetings and '"hub": "' in row["meetings"]:
                hubs += [meeting.hub_id for meeting in load_meetings(row["meetings"])]
            for other in dict.fromkeys(hubs):
                if other in self._hub_points and (other != hub_id or not points):
                    points.append((*self._hub_points[other], other))
            for point in points:
                lon.append(point[0])
                lat.append(point[1])
                hub_ids.append(point[2])
                owner.append(number)
        lons, lats = np.array(lon, dtype=float), np.array(lat, dtype=float)
        owners = np.array(owner, dtype=np.int64)
        wards = locate_wards(self.wards, lons, lats) if len(self.wards) and len(lons) else np.full(len(lons), -1)
        lons, lats, kept = self._shown(rows, lons, lats, owners, wards)
        x, y = crs.to_metres(lons, lats, self.local_crs)
        every = (lons, lats, x, y, owners, np.array(hub_ids, dtype=object), wards)
        return Spots(*(array[kept] for array in every))

    def _shown(self, rows: Sequence[Mapping], lons: np.ndarray, lats: np.ndarray, owners: np.ndarray,
               wards: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """A group that meets in a home stands at a point of its ward, so that no distance gives its door away.

        Outside every ward it stands nowhere.
        """
        in_home = np.array([bool(rows[n].get("meets_in_home")) for n in owners], dtype=bool)
        moved = np.flatnonzero(in_home & (wards >= 0))
        if len(moved):
            points = shapely.point_on_surface(self.wards.geometry.to_numpy()[wards[moved]])
            lons[moved], lats[moved] = shapely.get_x(points), shapely.get_y(points)
        return lons, lats, ~(in_home & (wards < 0))


class CurrentAtlas:
    """The Atlas of the newest data version. A request takes it once and sees one version from end to end."""

    def __init__(self, database: Database, settings: Settings, look_every_s: float = 1.0):
        self._database, self._settings, self._look_every_s = database, settings, look_every_s
        self._atlas: Atlas | None = None
        self._looked = 0.0
        self._building = threading.Lock()

    def get(self) -> Atlas:
        """The newest whole Atlas. Raises Unavailable when there has never been one and the store cannot be read.

        A change is noticed within `look_every_s`; while one thread builds the next Atlas the others go on with this.
        """
        atlas = self._atlas
        if atlas is None:
            with self._building:
                self._atlas = self._atlas or Atlas(self._database, self._settings)
                self._looked = time.monotonic()
                return self._atlas
        if time.monotonic() - self._looked < self._look_every_s or not self._building.acquire(blocking=False):
            return atlas
        try:
            self._looked = time.monotonic()
            if self._database.version() != atlas.version:
                self._atlas = Atlas(self._database, self._settings)
        except Unavailable:
            log.warning("The store cannot be read just now; answering from version %s", atlas.version)
        finally:
            self._building.release()
        return self._atlas

    def refresh(self) -> Atlas:
        """Look at once, and wait for the newest."""
        with self._building:
            if self._atlas is None or self._database.version() != self._atlas.version:
                self._atlas = Atlas(self._database, self._settings)
            self._looked = time.monotonic()
            return self._atlas


def load_calendar(home: Path) -> Calendar:
    """School terms and bank holidays: the instance's calendar.json, else the one that comes with the sample."""
    for file in (home / "calendar.json", paths.geodata() / "calendar.json"):
        if file.is_file():
            document = json.loads(file.read_text("utf-8"))
            return Calendar(
                terms=tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in document.get("terms", ())),
                bank_holidays=frozenset(date.fromisoformat(day) for day in document.get("bank_holidays", ())))
    return Calendar()


def _ward_frame(rows: Sequence[Mapping]) -> gpd.GeoDataFrame:
    columns = [column.name for column in tables.wards.columns if column.name != "geometry"]
    data = {name: [row[name] for row in rows] for name in columns}
    shapes = shapely.from_wkb(np.array([row["geometry"] for row in rows], dtype=object))
    return gpd.GeoDataFrame(data, geometry=shapes, crs="EPSG:4326")


def _figures(rows: Sequence[Mapping]) -> dict[str, dict[str, Figure]]:
    made: dict[str, dict[str, Figure]] = {}
    for row in rows:
        values = dict(row)
        code = values.pop("ward_code")
        made.setdefault(code, {})[row["name"]] = Figure(**values)
    return made


def _places(rows: Sequence[Mapping]) -> dict[str, NamedPlace]:
    made: dict[str, NamedPlace] = {}
    for row in rows:
        place = NamedPlace(row["name"], row["kind"], row["lat"], row["lon"])
        for name in (row["name"], *row["also_known_as"].split(";")):
            if slug(name):
                made.setdefault(slug(name), place)
    return made
