"""What records are compared by, and which pairs a steward has said are not the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select

from assetmap.store.bulk import in_chunks
from assetmap.store.records import now_utc
from assetmap.store.rows import RecordLayer
from assetmap.store.steward_tables import not_same
from assetmap.store.tables import hubs, places, wards

_COMPARED = ("id", "name", "status", "source", "source_id", "lat", "lon", "postcode", "phone", "email", "website",
             "address", "hub_id", "meetings", "organisation", "age_min", "age_max", "charity_number", "company_number",
             "direction", "state", "giver")
_NAMED = ("id", "name", "charity_number", "company_number")
_OVER = ("hidden", "ended")


def rows(connection: Connection, layer: RecordLayer, ids: Sequence[str] | None = None) -> list[dict]:
    """What records that are not hidden or ended are compared by, by public id: those in `ids`, or all."""
    names = [name for name in _COMPARED if name in layer.table.c]
    if ids is None:
        return _current(connection, layer, names)
    return [row for chunk in in_chunks(sorted(ids), 500) for row in _current(connection, layer, names, chunk)]


def names(connection: Connection, layer: RecordLayer) -> list[dict]:
    """The id, name and numbers of records that are not hidden or ended, by public id."""
    return _current(connection, layer, [name for name in _NAMED if name in layer.table.c])


def _current(connection: Connection, layer: RecordLayer, columns: Sequence[str],
             ids: Sequence[str] | None = None) -> list[dict]:
    table = layer.table
    chosen = select(*(table.c[name] for name in columns)).where(table.c.status.not_in(_OVER)).order_by(table.c.id)
    if "state" in table.c:
        chosen = chosen.where(table.c.state != "closed")
    if ids is not None:
        chosen = chosen.where(table.c.id.in_(ids))
    return [dict(row) for row in connection.execute(chosen).mappings()]


def hub_places(connection: Connection) -> dict[str, tuple[float, float, str]]:
    """Hub's id → (latitude, longitude, name), of hubs that have a position."""
    chosen = select(hubs.c.id, hubs.c.lat, hubs.c.lon, hubs.c.name).where(hubs.c.lat.is_not(None))
    return {hub_id: (lat, lon, name) for hub_id, lat, lon, name in connection.execute(chosen)}


def place_names(connection: Connection) -> list[str]:
    """The area's own names: its wards, its council and its places."""
    found = [*connection.execute(select(wards.c.name)).scalars(),
             *connection.execute(select(wards.c.council_name).distinct()).scalars(),
             *connection.execute(select(places.c.name)).scalars()]
    return [name for name in found if name]


def remember_not_same(connection: Connection, layer_name: str, pairs: Iterable[tuple[str, str]], *, by: str) -> int:
    """Note that pairs of records are two; how many of them were not noted yet."""
    known, count = not_the_same(connection, layer_name), 0
    for pair in {tuple(sorted(pair)) for pair in pairs} - known:
        connection.execute(insert(not_same).values(layer=layer_name, first_id=pair[0], second_id=pair[1], at=now_utc(),
                                                   by=by))
        count += 1
    return count


def forget_not_same(connection: Connection, layer_name: str, pair: tuple[str, str]) -> bool:
    """Take back that two records are two; False when that was not noted."""
    first, second = sorted(pair)
    return bool(connection.execute(delete(not_same).where(
        not_same.c.layer == layer_name, not_same.c.first_id == first, not_same.c.second_id == second)).rowcount)


def not_the_same(connection: Connection, layer_name: str) -> set[tuple[str, str]]:
    """Pairs of ids, the lesser first, that a steward said are two."""
    chosen = select(not_same.c.first_id, not_same.c.second_id).where(not_same.c.layer == layer_name)
    return {(first, second) for first, second in connection.execute(chosen)}


def said_not_same(connection: Connection) -> list[Mapping]:
    """Every such pair with its layer, when it was said and by whom; the latest first."""
    return connection.execute(select(not_same).order_by(not_same.c.at.desc(), not_same.c.layer, not_same.c.first_id,
                                                        not_same.c.second_id)).mappings().all()
