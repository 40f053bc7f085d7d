"""Where people live, of an Atlas: read when a planner first asks, and kept while nothing it rests on has changed."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from assetmap.analysis.population import Points, PopulationPoints, WardPeople, population_points
from assetmap.layers import crs, postcodes
from assetmap.layers.boundaries import locate_wards
from assetmap.store import history, population, reference
from assetmap.store.database import Connection, Database, version_of

if TYPE_CHECKING:
    from assetmap.atlas.atlas import Atlas

_RESTS_ON = ("wards", "ward-figures", "population-points", "postcodes")
_AROUND = 0.05  # degrees past the wards, 3 to 5 km: people from there use what is near the border
_KEPT = "population"
_LOCK = Lock()
_LAST: WeakKeyDictionary[Database, tuple[tuple, PopulationPoints]] = WeakKeyDictionary()


def population_of(atlas: Atlas) -> PopulationPoints:
    """The population points of an Atlas, of which `ward` is a row of its wards.

    Most changes of the data are none of people: then those of the Atlas before are taken over.
    """
    with _LOCK:
        if _KEPT not in atlas.kept:
            with atlas.database.reading() as connection:
                key = (history.newest_set(connection, _RESTS_ON), atlas.local_crs)
                is_ours = version_of(connection) == atlas.version
                last = _LAST.get(atlas.database)
                made = last[1] if is_ours and last and last[0] == key else _read(atlas, connection)
            if is_ours:  # else the points may be newer than the wards
                _LAST[atlas.database] = key, made
            atlas.kept[_KEPT] = made
        return atlas.kept[_KEPT]


def _read(atlas: Atlas, connection: Connection) -> PopulationPoints:
    known = ward_people(atlas)
    supplied = _supplied(atlas, connection)
    told = population.sources(connection) if len(supplied.x) else []
    shapes = shapes_in_metres(atlas)
    without = np.isnan(known.people) & (np.bincount(supplied.ward[supplied.ward >= 0], minlength=len(shapes)) == 0)
    units, said = _postcodes(atlas, connection, np.flatnonzero(without))
    return population_points(
        shapes, known, supplied, units, source=_joined(row[0] for row in told), date=_joined(row[1] for row in told),
        postcode_source=said)


def shapes_in_metres(atlas: Atlas) -> np.ndarray:
    """The outline of each ward in the local projected system; object (w,)."""
    shapes = atlas.wards.geometry.to_numpy()
    return crs.shapes_to_metres(shapes, atlas.local_crs) if len(shapes) else np.empty(0, dtype=object)


def ward_people(atlas: Atlas) -> WardPeople:
    """What the figures of the wards say of their people, NaN for what they do not."""
    def column(name: str) -> np.ndarray:
        figures = (atlas.figures.get(code, {}).get(name) for code in atlas.ward_codes)
        return np.array([figure.value if figure else np.nan for figure in figures], dtype=float)

    told = [atlas.figures[code]["population"] for code in atlas.ward_codes
            if "population" in atlas.figures.get(code, {})]
    return WardPeople(column("population"), column("age0_15"), column("age16_64"), column("age65_plus"),
                      column("imd_score"), _joined(figure.source for figure in told),
                      _joined(figure.date for figure in told))


def _joined(texts) -> str:
    return "; ".join(dict.fromkeys(filter(None, texts)))


def _supplied(atlas: Atlas, connection: Connection) -> Points:
    """The points in the wards and a little around them, each in the ward that its file names, else where it lies."""
    west, south, east, north = atlas.bounds or (0.0, 0.0, 0.0, 0.0)
    held, codes = population.read_points(
        connection, (west - _AROUND, south - _AROUND, east + _AROUND, north + _AROUND))
    ward = np.array([atlas.ward_number.get(code, -1) for code in codes], dtype=np.intp)
    lost = np.flatnonzero(ward < 0)
    ward[lost] = locate_wards(atlas.wards, held["lon"][lost], held["lat"][lost])
    x, y = crs.to_metres(held["lon"], held["lat"], atlas.local_crs)
    numbers = (held[name] for name in ("people", "children", "working_age", "older", "deprivation"))
    return Points(x, y, ward, *numbers)


def _postcodes(atlas: Atlas, connection: Connection, wards: np.ndarray
               ) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray] | None, str]:
    """x, y and ward of the postcodes in use in the wards that nothing else is known of, and where they are from."""
    if not len(wards):
        return None, ""
    frame = atlas.wards.iloc[wards]
    box = tuple(float(edge) for edge in frame.total_bounds)
    lon, lat = reference.postcode_points(connection, *box)
    source = "postcodes that are loaded"
    if not len(lon):
        lon, lat = postcodes.inside(*box)
        source = postcodes.SOURCE
    at = locate_wards(frame, lon, lat)
    x, y = crs.to_metres(lon[at >= 0], lat[at >= 0], atlas.local_crs)
    return (x, y, wards[at[at >= 0]]), source
