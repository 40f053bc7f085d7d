"""A layer's records as stewards list them: all of them, the hidden too, as the store has them now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, or_, select

from assetmap.domain.text import plain
from assetmap.store.rows import LAYERS, RecordLayer
from assetmap.store.tables import groups, hubs

_SHOWN = ("id", "name", "status", "source", "last_confirmed", "confirmed_by", "lat", "postcode", "address", "hub_id",
          "kind", "direction", "giver", "organisation", "online", "meets_in_home", "state")
_SEARCHED = ("name", "id", "organisation", "giver", "address", "postcode", "source_id", "charity_number",
             "company_number", "email", "summary", "hub_id")
ORDERS = ("name", "confirmed", "source", "status")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows. `words` are all looked for; "" and None mean: whatever it is.

    `lacking` is one of the names of `lackings`; `stale_before`: those last confirmed before that day.
    """

    words: str = ""
    status: str = ""
    source: str | None = None
    hub_id: str = ""
    lacking: str = ""
    stale_before: date | None = None
    order: str = "name"


def lackings(layer: RecordLayer) -> tuple[str, ...]:
    """What records of a layer can be found by that they have not got."""
    own = {"groups": ("position", "category", "times", "cost", "access"), "hubs": ("position", "access"),
           "opportunities": ("position", "category", "times"), "organisations": ("number",)}[layer.name]
    return (*own, "contact", "consent", "confirmation")


def find(connection: Connection, layer: RecordLayer, wanted: Wanted, first: int, most: int) -> tuple[list[Mapping],
                                                                                                     int]:
    """(`most` rows from `first` on, how many there are in all). Words are looked for without accents and case."""
    columns = [layer.table.c[name] for name in _SHOWN if name in layer.table.c]
    chosen = _narrowed(select(*columns), layer, wanted).order_by(*_order(layer.table, wanted.order))
    if not wanted.words.split():
        total = connection.execute(_narrowed(select(func.count()).select_from(layer.table), layer, wanted)).scalar_one()
        return list(connection.execute(chosen.offset(first).limit(most)).mappings()), total
    found = _with_words(connection, layer, wanted)
    ids = found[first: first + most]
    rows = {row["id"]: row for row in connection.execute(select(*columns).where(layer.table.c.id.in_(ids))).mappings()}
    return [rows[record_id] for record_id in ids], len(found)


def counts(connection: Connection, layer: RecordLayer) -> dict[str, int]:
    """How many records there are, by status."""
    status = layer.table.c.status
    return dict(connection.execute(select(status, func.count()).group_by(status)).all())


def sources(connection: Connection, layer: RecordLayer) -> list[str]:
    """The feeds that the layer's records come from."""
    source = layer.table.c.source
    return list(connection.execute(select(source).distinct().order_by(source)).scalars())


def names(connection: Connection, layer: RecordLayer, most: int) -> list[tuple[str, str, str]]:
    """(id, name, postcode) of the records that are not hidden, by name; to choose from in a form."""
    table = layer.table
    chosen = select(table.c.id, table.c.name, table.c.postcode).where(table.c.status != "hidden")
    return [tuple(row) for row in connection.execute(chosen.order_by(func.lower(table.c.name)).limit(most))]


def organisers(connection: Connection) -> list[tuple[str, str]]:
    """(id, the organisation as it is written) of every group that names one."""
    chosen = select(groups.c.id, groups.c.organisation).where(groups.c.organisation != "")
    return [tuple(row) for row in connection.execute(chosen.order_by(groups.c.organisation, groups.c.id))]


def held_at(connection: Connection, hub_id: str) -> int:
    """How many groups that are not hidden meet at a hub first of all."""
    return connection.execute(select(func.count()).select_from(groups).where(
        groups.c.hub_id == hub_id, groups.c.status != "hidden")).scalar_one()


def _with_words(connection: Connection, layer: RecordLayer, wanted: Wanted) -> list[str]:
    """The ids of rows that have every word somewhere, in order; in Python, for a database knows no accents."""
    table = layer.table
    texts = [table.c[name] for name in _SEARCHED if name in table.c]
    chosen = _narrowed(select(table.c.id, *texts), layer, wanted).order_by(*_order(table, wanted.order))
    said = plain(wanted.words).split()
    found = []
    for record_id, *held in connection.execute(chosen):
        text = plain(" ".join(held))
        if all(word in text for word in said):
            found.append(record_id)
    return found


def _order(table: Table, order: str) -> Sequence[ColumnElement]:
    name = func.lower(table.c.name)
    by = {"name": (), "confirmed": (func.coalesce(table.c.last_confirmed, date(1, 1, 1)),),
          "source": (func.lower(table.c.source),), "status": (table.c.status,)}[order]
    return (*by, name, table.c.id)


def _narrowed(chosen: Select, layer: RecordLayer, wanted: Wanted) -> Select:
    column = layer.table.c
    if wanted.status:
        chosen = chosen.where(column.status == wanted.status)
    if wanted.source is not None:
        chosen = chosen.where(column.source == wanted.source)
    if wanted.hub_id:
        chosen = chosen.where(column.hub_id == wanted.hub_id)
    if wanted.stale_before:
        chosen = chosen.where(column.last_confirmed < wanted.stale_before)
    if wanted.lacking:
        chosen = chosen.where(_lacks(layer, wanted.lacking))
    return chosen


def _lacks(layer: RecordLayer, what: str) -> ColumnElement:
    column = layer.table.c
    if what == "position":
        nowhere = column.lat.is_(None)
        if "hub_id" in column:
            placed = select(hubs.c.id).where(hubs.c.lat.is_not(None))
            nowhere = and_(nowhere, column.hub_id.not_in(placed), column.online.is_(False))
        return nowhere
    reachable = or_(column.phone != "", column.email != "")
    return {
        "contact": lambda: and_(column.phone == "", column.email == "", column.website == ""),
        "consent": lambda: and_(reachable, column.consent.is_(False)),
        "confirmation": lambda: column.last_confirmed.is_(None),
        "category": lambda: column["categories" if "categories" in column else "topics"] == "[]",
        "times": lambda: column.times == "",
        "cost": lambda: and_(column.cost == "", column.cost_note == ""),
        "access": lambda: column.access == "[]",
        "number": lambda: and_(column.charity_number == "", column.company_number == ""),
    }[what]()


def in_sight(connection: Connection, layer_name: str, record_id: str) -> Mapping[str, object] | None:
    """What decides how much of a record the public may see, as the store has it now; None: nothing of it."""
    table = LAYERS[layer_name].table
    asked = [table.c[name] for name in ("consent", "meets_in_home") if name in table.c]
    found = connection.execute(select(*asked).where(table.c.id == record_id, table.c.status != "hidden"))
    return found.mappings().first()
