"""The Atlas: every layer of one data version, built from the store, shared by all requests until it moves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import shapely

from assetmap import paths
from assetmap.analysis.population import PopulationPoints
from assetmap.atlas.assets import AssetLayer, Rows, Spots
from assetmap.atlas.population import population_of
from assetmap.domain.freshness import day_over
from assetmap.domain.schedule import Calendar
from assetmap.domain.text import slug
from assetmap.domain.ward import Figure
from assetmap.layers import crs
from assetmap.layers.boundaries import locate_wards
from assetmap.settings import Settings
from assetmap.store import reference, tables
from assetmap.store.database import Database
from assetmap.store.records import rows as record_rows
from assetmap.store.rows import LAYERS, RecordLayer, load_meetings


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """An entry of the gazetteer."""

    name: str
    kind: str
    lat: float
    lon: float


class Atlas:
    """Immutable layers of data version `version`, as the public sees it on the day `today`, the area's own if not
    given. `wards` has a row per ward in the order of its code.
    """

    def __init__(self, database: Database, settings: Settings, today: date | None = None):
        self.today = today or local_day(settings)
        self.kept: dict[str, Any] = {}  # what is worked out of this Atlas when it is first asked for, by name
        too_old = day_over(settings.hide_days, self.today) if settings.hide_days else None
        with database.reading() as connection:
            self.version = int(dict(connection.execute(tables.meta.select()).all()).get("version", 0))
            self.vocabulary = reference.load_vocabulary(connection)
            self.calendar = load_calendar(settings.home)
            self.wards = ward_frame(reference.rows(connection, tables.wards))
            self.figures = _figures(reference.rows(connection, tables.ward_figures))
            self.places = _places(reference.rows(connection, tables.places))
            hubs = [row for row in record_rows(connection, LAYERS["hubs"]) if row["status"] != "hidden"]
            rows = {"hubs": _public_rows(hubs, LAYERS["hubs"], too_old)}
            for name in ("groups", "opportunities"):
                rows[name] = _public_rows(record_rows(connection, LAYERS[name]), LAYERS[name], too_old)
        self.due_days = settings.due_days
        self.database, self.local_crs = database, settings.local_crs
        self._hubs_at = {row["id"]: (row["lon"], row["lat"], row["name"]) for row in hubs}
        # a place too old to be listed: what meets there is confirmed by its own people, and still says where it is
        self.faded_hubs = {row["id"]: ", ".join(filter(None, (row["name"], row["address"], row["postcode"])))
                           for row in hubs if _is_too_old(row["last_confirmed"], too_old)}
        self.hubs = self._layer("hubs", rows["hubs"])
        self.groups = self._layer("groups", rows["groups"])
        self.opportunities = self._layer("opportunities", rows["opportunities"])

    def prepare(self) -> Atlas:
        """Work out everything that requests will ask for; the groups first, which most ask about."""
        for layer in (self.groups, self.hubs, self.opportunities):
            layer.prepare()
        len(self.names)
        return self

    @cached_property
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
    def ward_codes(self) -> list[str]:
        """The code of each row of `wards`."""
        return list(self.wards["code"])

    @cached_property
    def ward_names(self) -> list[str]:
        """The name of each row of `wards`."""
        return list(self.wards["name"])

    @cached_property
    def boundary_years(self) -> list[int]:
        """The years that the wards' boundaries are of."""
        return sorted({int(year) for year in self.wards["boundary_year"].dropna()})

    @cached_property
    def holds_sample(self) -> bool:
        """Whether there are groups of the sample place: then every page says so."""
        return "sample" in self.groups.column("source")

    @cached_property
    def wards_approximate(self) -> bool:
        """Whether any ward is not drawn by its official boundary."""
        return bool(self.wards["approximate"].any())

    @cached_property
    def ward_number(self) -> Mapping[str, int]:
        """Row of `wards` by code."""
        return {code: number for number, code in enumerate(self.ward_codes)}

    def ward_at(self, lat: float, lon: float) -> int:
        """Row of the ward that holds a point, -1 for none."""
        return int(locate_wards(self.wards, [lon], [lat])[0]) if len(self.wards) else -1

    @cached_property
    def ward_points(self) -> list[tuple[float, float]]:
        """A longitude and latitude inside each ward."""
        points = shapely.point_on_surface(self.wards.geometry.to_numpy())
        return list(zip(shapely.get_x(points).tolist(), shapely.get_y(points).tolist(), strict=True))

    @property
    def population(self) -> PopulationPoints:
        """Where people live, as far as the wards and the points that are loaded say; read when first asked for."""
        return population_of(self)

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
            for said in (name, f"{name} ward"):
                made[slug(said)] = NamedPlace(f"{name} ward", "ward", point.y, point.x)
        spots = self.hubs.spots
        for owner, lat, lon in zip(spots.owner, spots.lat, spots.lon, strict=True):
            name = self.hubs.rows.value(int(owner), "name")
            made[slug(name)] = NamedPlace(name, "hub", float(lat), float(lon))
        return made | self.places

    def _layer(self, name: str, rows: Rows) -> AssetLayer:
        spots, held_at = self._spots(rows, has_meetings=name != "hubs")
        return AssetLayer(LAYERS[name], rows, spots, self.calendar, self.vocabulary, held_at)

    def _spots(self, rows: Rows, has_meetings: bool) -> tuple[Spots, list[str]]:
        """Each asset's places, and the names of its hubs.

        Its own point, else its hub's; and every further hub that a session is held in. What is known to be somewhere
        in a ward stands at a point of the ward.
        """
        names = ("lat", "lon", "hub_id", "meetings") if has_meetings else ("lat", "lon", "id", "id")
        lon, lat, owner, hub_ids, held_at = [], [], [], [], []
        somewhere = rows.column("ward_code") if "ward_code" in rows.position else [""] * len(rows)
        for number, (own_lat, own_lon, hub_id, meetings) in enumerate(zip(*map(rows.column, names), strict=True)):
            hubs = [hub_id] if has_meetings and hub_id in self._hubs_at else []
            if has_meetings and '"hub": "' in meetings:
                hubs += [m.hub_id for m in load_meetings(meetings) if m.hub_id in self._hubs_at and m.hub_id != hub_id]
            points = [(own_lon, own_lat, hub_id if has_meetings else "")] if own_lat is not None else []
            points += [(*self._hubs_at[other][:2], other) for other in dict.fromkeys(hubs)
                       if self._hubs_at[other][1] is not None and (other != hub_id or own_lat is None)]
            if not points and somewhere[number] in self.ward_number:
                points = [(*self.ward_points[self.ward_number[somewhere[number]]], "")]
            held_at.append(" ".join([self._hubs_at[other][2] for other in hubs]))
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
        return Spots(*(array[kept] for array in every)), held_at

    def _shown(self, rows: Rows, lons: np.ndarray, lats: np.ndarray, owners: np.ndarray,
               wards: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """A group that meets in a home stands at a point of its ward, so that no distance gives its door away.

        Outside every ward it stands nowhere.
        """
        homes = rows.column("meets_in_home") if "meets_in_home" in rows.position else [False] * len(rows)
        in_home = np.array(homes, dtype=bool)[owners] if len(owners) else np.zeros(0, dtype=bool)
        moved = np.flatnonzero(in_home & (wards >= 0))
        if len(moved):
            points = shapely.point_on_surface(self.wards.geometry.to_numpy()[wards[moved]])
            lons[moved], lats[moved] = shapely.get_x(points), shapely.get_y(points)
        return lons, lats, ~(in_home & (wards < 0))


def load_calendar(home: Path) -> Calendar:
    """School terms and bank holidays: the instance's calendar.json, else the one that comes with the sample."""
    for file in (home / "calendar.json", paths.geodata() / "calendar.json"):
        if file.is_file():
            document = json.loads(file.read_text("utf-8"))
            return Calendar(
                terms=tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in document.get("terms", ())),
                bank_holidays=frozenset(date.fromisoformat(day) for day in document.get("bank_holidays", ())))
    return Calendar()


def local_day(settings: Settings) -> date:
    """Today where the area is."""
    return datetime.now(ZoneInfo(settings.timezone)).date()


def _public_rows(rows: Sequence[Mapping], layer: RecordLayer, too_old: date | None) -> Rows:
    """What the public may see: hidden records are not in the Atlas at all.

    Nor are those last confirmed on the day `too_old` or before; those that nobody ever confirmed are.
    """
    names = [column.name for column in layer.table.columns]
    return Rows(names, [tuple(row.values()) for row in rows
                        if row["status"] != "hidden" and not _is_too_old(row["last_confirmed"], too_old)])


def _is_too_old(last_confirmed: date | None, too_old: date | None) -> bool:
    return last_confirmed is not None and too_old is not None and last_confirmed <= too_old


def ward_frame(rows: Sequence[Mapping]) -> gpd.GeoDataFrame:
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
