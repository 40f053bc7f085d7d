"""What has not been confirmed for long: the rows, how many are in which state, and what bears on their risk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, case, func, or_, select

from assetmap.store.bulk import in_chunks
from assetmap.store.rows import RecordLayer
from assetmap.store.tables import hubs, imports, search_counts

LIVE = ("active", "paused")
_COLUMNS = ("id", "name", "version", "last_confirmed", "confirmed_by", "phone", "email", "website", "source", "lat",
            "lon", "hub_id", "categories", "topics", "audiences", "age_min", "age_max", "meetings", "kind", "state",
            "expires")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many live records are in which state of freshness; those never confirmed are counted on their own."""

    fresh: int
    due: int
    stale: int
    never: int
    hidden: int


def rows(connection: Connection, layer: RecordLayer, due: date, also: Collection[str] = ()) -> Sequence[Mapping]:
    """Live records that were never confirmed, or last on the day `due` or before; and those whose ids are in `also`.

    Only what tells their risk is read.
    """
    table = layer.table
    columns = [table.c[name] for name in _COLUMNS if name in table.c]
    live = table.c.status.in_(LIVE)
    chosen = select(*columns).where(live, or_(table.c.last_confirmed.is_(None), table.c.last_confirmed <= due))
    names = [column.name for column in columns]
    found = {row[0]: dict(zip(names, row, strict=True)) for row in connection.execute(chosen)}
    for chunk in in_chunks(sorted(set(also) - found.keys()), 500):
        found |= {row[0]: dict(zip(names, row, strict=True)) for row in connection.execute(
            select(*columns).where(live, table.c.id.in_(chunk)))}
    return list(found.values())


def counts(connection: Connection, layer: RecordLayer, due: date, stale: date, hidden: date | None) -> Counts:
    """How many of the layer are in which state; each day is the last whose records are in that state or a worse one."""
    day = layer.table.c.last_confirmed

    def since(last: date | None):
        return func.sum(case((day <= last, 1), else_=0)) if last else func.sum(0)

    total, never, due_, stale_, hidden_ = (number or 0 for number in connection.execute(
        select(func.count(), func.sum(case((day.is_(None), 1), else_=0)), since(due), since(stale), since(hidden))
        .select_from(layer.table).where(layer.table.c.status.in_(LIVE))).one())
    return Counts(total - never - due_, due_ - stale_, stale_ - hidden_, never, hidden_)


def last_loads(connection: Connection) -> dict[str, str]:
    """When each list last brought something new (UTC, ISO 8601), by its name."""
    chosen = select(imports.c.source, func.max(imports.c.at)).where(imports.c.kind == "import")
    return dict(connection.execute(chosen.group_by(imports.c.source)).all())


def searches(connection: Connection, since: date) -> dict[str, int]:
    """How often each category was searched for since a day."""
    chosen = select(search_counts.c.category, func.sum(search_counts.c.count)).where(
        search_counts.c.day >= since.isoformat(), search_counts.c.category != "")
    return dict(connection.execute(chosen.group_by(search_counts.c.category)).all())


def hub_places(connection: Connection) -> dict[str, tuple[float, float]]:
    """(lat, lon) of every hub that has one, by its id."""
    chosen = select(hubs.c.id, hubs.c.lat, hubs.c.lon).where(hubs.c.lat.is_not(None))
    return {hub_id: (lat, lon) for hub_id, lat, lon in connection.execute(chosen)}
