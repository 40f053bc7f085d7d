"""Two records become one: the kept one takes what a steward chose, the other is hidden, and what named it moves over.

The other's public address then leads to the kept one. All of it is one set of changes, which can be undone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, insert, or_, select

from assetmap.domain.errors import BadInput, Conflict
from assetmap.domain.text import slug
from assetmap.store import records
from assetmap.store.database import bump_version
from assetmap.store.programme_rows import DATES, DEPLOYMENTS, EVERY_LAYER, PROGRAMME_LAYERS, PROGRAMMES
from assetmap.store.records import now_utc
from assetmap.store.rows import LAYERS, Record, RecordLayer, dump_meetings, load_meetings
from assetmap.store.steward_tables import redirects
from assetmap.store.tables import groups, imports, opportunities

_LONGEST_CHAIN = 100


@dataclass(frozen=True, slots=True)
class Referring:
    """A record that names another: a group at a hub, an offer from a group, an area of a programme with its hub."""

    layer: str
    id: str
    name: str
    status: str


def merge(connection: Connection, layer: RecordLayer, keep: Record, lose_id: str, *, version: int, lose_version: int,
          by: str) -> int:
    """Make one of two records, within one transaction; the number of the set of changes.

    The record `keep.id` gets the content of `keep`, `lose_id` is hidden, and what referred to it refers to the kept
    one. Raises Conflict when either was changed since its version, BadInput when either is hidden already, NotFound.
    """
    if keep.id == lose_id:
        raise BadInput("A record cannot be merged with itself. Choose two.")
    kept, lost = (_as_seen(connection, layer, *both) for both in ((keep.id, version), (lose_id, lose_version)))
    number = records.start_import(connection, by=by, layer=layer.name, file="", source="", kind="merge")
    records.save_one(connection, layer, keep, version=version, by=by, import_id=number)
    records.save_one(connection, layer, replace(lost, status="hidden"), version=lose_version, by=by, import_id=number)
    moved = _move(connection, layer.name, lost, replace(kept, name=keep.name), by, number)
    connection.execute(insert(redirects).values(layer=layer.name, old_id=lose_id, new_id=keep.id, import_id=number,
                                                at=now_utc(), ended_at=""))
    records.finish_import(connection, number, {"merged": 1, "changed": moved})
    bump_version(connection)
    return number


def _as_seen(connection: Connection, layer: RecordLayer, record_id: str, version: int) -> Record:
    record, current = records.get(connection, layer, record_id)
    if record.status == "hidden":
        raise BadInput(f"“{record.name}” is hidden already: it may have been merged. Look at the list again.")
    if current != version:
        raise Conflict(f"“{record.name}” was changed while you were looking at the two. Look at them again, then merge "
                       "them.")
    return record


def referring(connection: Connection, layer_name: str, record: Record) -> list[Referring]:
    """The records that name this one: they would move if it were merged into another."""
    return [Referring(other.name, row["id"], row["name"], row["status"])
            for other, row in _rows_naming(connection, layer_name, record)]


def _rows_naming(connection: Connection, layer_name: str, record: Record) -> list[tuple[RecordLayer, Mapping]]:
    made = []
    for other, table in (("groups", groups), ("opportunities", opportunities)):
        clauses = []
        if layer_name == "hubs":
            in_meetings = f'"hub": {json.dumps(record.id, ensure_ascii=False)}'
            clauses += [table.c.hub_id == record.id, table.c.meetings.contains(in_meetings, autoescape=True)]
        if layer_name in ("hubs", "groups") and other == "opportunities":
            clauses.append((table.c.giver == record.id) & (table.c.giver_kind == layer_name))
        if layer_name == "organisations":
            clauses.append(table.c.organisation != "" if other == "groups" else
                           (table.c.giver_kind == "") & (table.c.giver != ""))
        if not clauses:
            continue
        for row in connection.execute(select(table).where(or_(*clauses)).order_by(table.c.id)).mappings():
            if layer_name != "organisations" or slug(row[_ORGANISER[other]]) == slug(record.name):
                made.append((LAYERS[other], row))
    return made + _programmes_naming(connection, layer_name, record)


def _programmes_naming(connection: Connection, layer_name: str, record: Record) -> list[tuple[RecordLayer, Mapping]]:
    """Areas and dates of programmes at a hub; programmes and areas that an organisation leads."""
    column, others = {"hubs": ("hub_id", (DEPLOYMENTS, DATES)),
                      "organisations": ("lead", (PROGRAMMES, DEPLOYMENTS))}.get(layer_name, ("", ()))
    made = []
    for other in map(PROGRAMME_LAYERS.__getitem__, others):
        held = other.table.c[column]
        chosen = select(other.table).where(held == record.id if layer_name == "hubs" else held != "")
        made += [(other, row) for row in connection.execute(chosen.order_by(other.table.c.id)).mappings()
                 if layer_name == "hubs" or slug(row[column]) == slug(record.name)]
    return made


_ORGANISER = {"groups": "organisation", "opportunities": "giver", PROGRAMMES: "lead", DEPLOYMENTS: "lead"}


def _move(connection: Connection, layer_name: str, lost: Record, kept: Record, by: str, number: int) -> int:
    """What names `lost` names `kept`; how many records that changed."""
    edits: dict[str, list[records.Edit]] = {}
    for other, row in _rows_naming(connection, layer_name, lost):
        content = dict(zip(other.content, records.content_in(other, row), strict=True))
        _MOVES[layer_name](content, other.name, lost, kept)
        edit = records.edit_of(other, row, tuple(content.values()))
        if edit.differing:
            edits.setdefault(other.name, []).append(edit)
    for name, made in edits.items():
        records.write(connection, EVERY_LAYER[name], made, by=by, import_id=number)
    return sum(map(len, edits.values()))


def _from_hub(content: dict, other: str, lost: Record, kept: Record) -> None:
    if content["hub_id"] == lost.id:
        content["hub_id"] = kept.id
    if "meetings" not in content:
        return
    meetings = [replace(meeting, hub_id=kept.id) if meeting.hub_id == lost.id else meeting
                for meeting in load_meetings(content["meetings"])]
    content["meetings"] = dump_meetings(tuple(dict.fromkeys(meetings)))
    if other == "opportunities":
        _from_giver("hubs")(content, other, lost, kept)


def _from_giver(layer_name: str) -> Callable[[dict, str, Record, Record], None]:
    def move(content: dict, _other: str, lost: Record, kept: Record) -> None:
        if content["giver"] == lost.id and content["giver_kind"] == layer_name:
            content["giver"] = kept.id

    return move


def _from_organisation(content: dict, other: str, _lost: Record, kept: Record) -> None:
    content[_ORGANISER[other]] = kept.name


_MOVES = {"hubs": _from_hub, "groups": _from_giver("groups"), "organisations": _from_organisation,
          "opportunities": lambda *_: None}


def new_address(connection: Connection, layer_name: str, old_id: str) -> str | None:
    """The id that a merged record's address leads to, through every later merge; None when it leads nowhere."""
    found, seen = old_id, set()
    while found not in seen and len(seen) < _LONGEST_CHAIN:
        seen.add(found)
        onward = connection.execute(
            select(redirects.c.new_id).where(redirects.c.layer == layer_name, redirects.c.old_id == found,
                                             redirects.c.ended_at == "").order_by(redirects.c.id.desc())).scalar()
        if onward is None:
            break
        found = onward
    return found if found != old_id else None


def moved(connection: Connection) -> dict[tuple[str, str], str]:
    """(layer, merged record's id) → the id it leads to, of every merge that holds; those seen again are left out."""
    steps = {}
    for layer in LAYERS.values():
        chosen = select(redirects.c.old_id, redirects.c.new_id).join(
            layer.table, layer.table.c.id == redirects.c.old_id).where(
            redirects.c.layer == layer.name, redirects.c.ended_at == "", layer.table.c.status == "hidden")
        steps |= {(layer.name, old_id): new_id
                  for old_id, new_id in connection.execute(chosen.order_by(redirects.c.id))}
    made = {}
    for layer_name, old_id in steps:
        found, seen = old_id, set()
        while (layer_name, found) in steps and found not in seen:
            seen.add(found)
            found = steps[layer_name, found]
        if found != old_id:
            made[layer_name, old_id] = found
    return made


def latest(connection: Connection, most: int) -> Sequence[Mapping]:
    """The newest merges that hold: `layer`, `old_id`, `new_id`, `import_id`, `at`, `by`."""
    chosen = select(redirects, imports.c.by).join(imports, imports.c.id == redirects.c.import_id).where(
        redirects.c.ended_at == "")
    return connection.execute(chosen.order_by(redirects.c.id.desc()).limit(most)).mappings().all()


def merged_by(connection: Connection, import_id: int) -> tuple[str, str] | None:
    """The public ids (kept, merged into it) of a merge, also of one that was undone; None for another set."""
    chosen = select(redirects.c.new_id, redirects.c.old_id).where(redirects.c.import_id == import_id)
    row = connection.execute(chosen.order_by(redirects.c.id)).first()
    return row and (row.new_id, row.old_id)
