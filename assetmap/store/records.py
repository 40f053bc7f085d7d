"""Reads and writes of records, each change with its line of history."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from operator import itemgetter

from sqlalchemy import Connection, insert, select, update

from assetmap.domain.contact import bare_number
from assetmap.domain.errors import Conflict, NotFound
from assetmap.domain.text import slug
from assetmap.store import history as past
from assetmap.store.bulk import in_chunks, insert_rows, update_rows
from assetmap.store.database import bump_version
from assetmap.store.rows import Record, RecordLayer, content_of, fingerprint, record_of
from assetmap.store.tables import history, imports
from assetmap.store.threeway import merge

BY_HAND = "by hand"
_HISTORY = ("at", "by", "layer", "record_id", "action", "import_id", "changes", "undoes")


@dataclass(slots=True)
class Saved:
    """What a save did: public ids added and changed, and how many were as they are.

    `absent` counts the records of the same sources that were not among those saved; they stay as they are.
    `kept_by_hand` has (public id, fields) that differ from the feed because a person changed them and the feed says
    what it said before; `overridden` those in which the feed's news took the place of what a person had written.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    absent: int = 0
    kept_by_hand: list[tuple[str, list[str]]] = field(default_factory=list)
    overridden: list[tuple[str, list[str]]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {"added": len(self.added), "changed": len(self.changed), "unchanged": self.unchanged}


@dataclass(slots=True)
class Edit:
    """One record's new row, and its differences from the version that is there: column → [from, to]."""

    record_id: str
    version: int
    content: tuple
    differing: dict[str, list]
    undoes: int | None = None


def now_utc() -> str:
    """The moment, as history writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def rows(connection: Connection, layer: RecordLayer) -> list[Mapping]:
    """Every row of a layer, oldest first."""
    return connection.execute(select(layer.table).order_by(layer.table.c.id)).mappings().all()


def identities(connection: Connection, layer: RecordLayer) -> list[tuple[str, str, str, str]]:
    """(public id, name, source, source id) of every record of a layer."""
    columns = (layer.table.c[name] for name in ("id", "name", "source", "source_id"))
    return [tuple(row) for row in connection.execute(select(*columns))]


def get(connection: Connection, layer: RecordLayer, record_id: str) -> tuple[Record, int]:
    """A record and the version an edit of it is made from. Raises NotFound."""
    row = _row(connection, layer, record_id)
    return record_of(layer, row), row["version"]


def start_import(connection: Connection, *, by: str, layer: str, file: str, source: str, kind: str = "import",
                 undoes: int | None = None, draft_id: str = "") -> int:
    """The number that the history lines of a set of changes carry: an import, a merge or an undo."""
    values = {"at": now_utc(), "by": by, "layer": layer, "file": file, "source": source, "counts": "{}", "kind": kind,
              "undoes": undoes, "draft_id": draft_id}
    return connection.execute(insert(imports).values(**values)).inserted_primary_key[0]


def finish_import(connection: Connection, import_id: int, counts: Mapping[str, int]) -> None:
    """Keep what the import did."""
    connection.execute(update(imports).where(imports.c.id == import_id).values(counts=json.dumps(dict(counts))))


def save_feed(connection: Connection, layer: RecordLayer, records: list[Record], *, by: str,
              start: Callable[[], int], progress: Callable[[int], None] = lambda _: None) -> Saved:
    """As `save_contents`, of records."""
    return save_contents(connection, layer, [record.id for record in records],
                         [content_of(layer, record) for record in records], by=by, start=start, progress=progress)


def save_contents(connection: Connection, layer: RecordLayer, wanted: Sequence[str], contents: Sequence[tuple], *,
                  by: str, start: Callable[[], int], progress: Callable[[int], None] = lambda _: None) -> Saved:
    """Add or change rows (`rows.contents_of`); those that are as they were are left alone.

    A record is known again by (source, source_id); its public id then stays. A new record gets the id in `wanted`
    when that is free, else one made from it; no id is ever given twice. Of a field that a person has changed, only
    the feed's news is taken (`threeway`). `start` is called once, when there is something to write, and gives the
    import's number. Moves the data's version when anything changed.
    """
    saved, table = Saved(), layer.table
    name_at, key_of = layer.content.index("name"), itemgetter(*map(layer.content.index, ("source", "source_id")))
    known = {(source, source_id): (public_id, mark) for public_id, source, source_id, mark in connection.execute(
        select(table.c.id, table.c.source, table.c.source_id, table.c.fingerprint).where(
            table.c.source.in_({key_of(content)[0] for content in contents})))}
    taken = set(connection.execute(select(table.c.id)).scalars())
    saved.absent = len(known)
    new, differing = [], []
    for public_id, content in zip(wanted, contents, strict=True):
        mark, before = fingerprint(content), known.get(key_of(content))
        saved.absent -= before is not None
        if before is None:
            public_id = _free_id(public_id or slug(content[name_at]) or "unnamed", taken)
            taken.add(public_id)
            new.append((public_id, mark, 1, *content))
        elif before[1] != mark:
            differing.append((before[0], mark, content))
        else:
            saved.unchanged += 1
    edits = _brought_together(connection, layer, differing, saved)
    if not new and not edits:
        return saved
    import_id = start()
    insert_rows(connection, table, ("id", "fingerprint", "version", *layer.content), new, progress)
    write_history(connection, layer.name, ((row[0], "added", "{}", None) for row in new), by=by, import_id=import_id)
    write(connection, layer, edits, by=by, import_id=import_id)
    saved.added, saved.changed = [row[0] for row in new], [edit.record_id for edit in edits]
    bump_version(connection)
    return saved


def _brought_together(connection: Connection, layer: RecordLayer, incoming: list[tuple], saved: Saved) -> list[Edit]:
    """What a feed's (public id, fingerprint, content) change; `saved` is told of the others, and of people's edits."""
    edits, old_marks = [], []
    for chunk in in_chunks(incoming, 500):
        ids = [row[0] for row in chunk]
        found, replaced = rows_of(connection, layer, ids), past.replaced_by_people(connection, layer.name, ids)
        for public_id, mark, content in chunk:
            row = found[public_id]
            as_sent = content
            content = _with_number_as_here(layer, row, content)
            if public_id in replaced:
                content = _merged(layer, public_id, row, content, replaced[public_id], saved)
            edit = edit_of(layer, row, content)
            if edit.differing:
                edits.append(edit)
                continue
            saved.unchanged += 1
            # it was made with another release's columns
            if public_id not in replaced and content is as_sent and row["fingerprint"] != mark:
                old_marks.append((mark, public_id))
    update_rows(connection, layer.table, "id", ("fingerprint",), old_marks)
    return edits


def _with_number_as_here(layer: RecordLayer, row: Mapping, content: tuple) -> tuple:
    """The content with its telephone number as the record has it, where only spaces and signs differ.

    Spreadsheets take these from numbers: no news is lost, and a file that went through one changes nothing.
    """
    if "phone" not in layer.content:
        return content
    at, here = layer.content.index("phone"), row["phone"]
    if content[at] == here or not here or bare_number(content[at]) != bare_number(here):
        return content
    return (*content[:at], here, *content[at + 1:])


def _merged(layer: RecordLayer, public_id: str, row: Mapping, content: tuple, replaced: Mapping[str, list],
            saved: Saved) -> tuple:
    there = dict(zip(layer.content, content_in(layer, row), strict=True))
    incoming = dict(zip(layer.content, content, strict=True))
    made = merge(there, replaced, incoming)
    kept = [name for name in layer.content if made[name] == there[name] != incoming[name]]
    lost = [name for name in layer.content if name in replaced and made[name] != there[name]]
    if kept:
        saved.kept_by_hand.append((public_id, kept))
    if lost:
        saved.overridden.append((public_id, lost))
    return tuple([made[name] for name in layer.content])


def save_one(connection: Connection, layer: RecordLayer, record: Record, *, version: int, by: str,
             import_id: int | None = None) -> bool:
    """Change one record; False when nothing differs from what is there.

    Raises Conflict when somebody saved since `version`, NotFound when there is no such record. A form that one person
    sent twice is no conflict; that two people wrote the same is one, for each may have counted on what was there.
    """
    row = _row(connection, layer, record.id)
    edit = edit_of(layer, row, content_of(layer, record))
    if row["version"] != version:
        last = past.newest(connection, layer.name, record.id)
        if edit.differing or last is None or last.by != by:
            raise Conflict(_who_was_first(record.name, last, by))
    if not edit.differing:
        return False
    write(connection, layer, [edit], by=by, import_id=import_id)
    bump_version(connection)
    return True


def _who_was_first(name: str, last: past.Line | None, by: str) -> str:
    when = f" on {said_moment(last.at)}" if last else ""
    if last and last.by == by:
        return (f"You changed “{name}” in another window{when}, while you were editing it here. Look at it again and "
                "redo this edit.")
    who = f" It was {last.by},{when}." if last else ""
    return f"Somebody else changed “{name}” while you were editing.{who} Look at it again and redo yours."


def said_moment(at: str) -> str:
    """A moment of history in words: 3 May 2026 at 14:05 UTC."""
    moment = datetime.fromisoformat(at)
    return f"{moment.day} {moment:%B %Y} at {moment:%H:%M} UTC"


def add_one(connection: Connection, layer: RecordLayer, record: Record, *, by: str) -> str:
    """Add a record and return its public id: the record's own when that is free, else one made from it or its name.

    A record of no feed gets the source "by hand". Raises Conflict when its feed has one with this source_id already.
    """
    table = layer.table
    wanted = record.id or slug(record.name) or "unnamed"
    taken = set(connection.execute(select(table.c.id).where(table.c.id.startswith(wanted, autoescape=True))).scalars())
    record_id = _free_id(wanted, taken)
    record = replace(record, id=record_id, source=record.source or BY_HAND, source_id=record.source_id or record_id)
    twin = connection.execute(select(table.c.name).where(
        table.c.source == record.source, table.c.source_id == record.source_id)).scalar()
    if twin is not None:
        raise Conflict(f"“{twin}” has the number {record.source_id} in {record.source} already. Edit that one instead.")
    content = content_of(layer, record)
    insert_rows(connection, table, ("id", "fingerprint", "version", *layer.content),
                [(record_id, fingerprint(content), 1, *content)])
    write_history(connection, layer.name, [(record_id, "added", "{}", None)], by=by, import_id=None)
    bump_version(connection)
    return record_id


def hide(connection: Connection, layer: RecordLayer, record_id: str, *, by: str) -> None:
    """Take a record from the public's sight. Nothing is deleted. Raises NotFound."""
    record, version = get(connection, layer, record_id)
    save_one(connection, layer, replace(record, status="hidden"), version=version, by=by)


def content_in(layer: RecordLayer, row: Mapping) -> tuple:
    """What `rows.content_of` gives of the record that a row holds."""
    return tuple([_as_kept(row[name]) for name in layer.content])


def edit_of(layer: RecordLayer, row: Mapping, content: tuple, undoes: int | None = None) -> Edit:
    """The edit that gives a row this content."""
    differing = {}
    for name, new in zip(layer.content, content, strict=True):
        old = row[name]
        if old != new and (old := _as_kept(old)) != new:
            differing[name] = [old, new]
    return Edit(row["id"], row["version"], content, differing, undoes)


def write(connection: Connection, layer: RecordLayer, edits: Sequence[Edit], *, by: str,
          import_id: int | None) -> None:
    """Write edits over what is there, each with its line of history. Who calls it moves the data's version."""
    update_rows(connection, layer.table, "id", ("fingerprint", "version", *layer.content),
                [(fingerprint(edit.content), edit.version + 1, *edit.content, edit.record_id) for edit in edits])
    write_history(connection, layer.name, ((edit.record_id, "changed", json.dumps(edit.differing, ensure_ascii=False),
                                            edit.undoes) for edit in edits), by=by, import_id=import_id)


def _row(connection: Connection, layer: RecordLayer, record_id: str) -> Mapping:
    row = connection.execute(select(layer.table).where(layer.table.c.id == record_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no {layer.singular} called “{record_id[:60]}”.")
    return row


def rows_of(connection: Connection, layer: RecordLayer, record_ids: Sequence[str]) -> dict[str, Mapping]:
    """Public id → row, of some records."""
    chosen = select(layer.table).where(layer.table.c.id.in_(record_ids))
    return {row["id"]: row for row in connection.execute(chosen).mappings()}


def _free_id(wanted: str, taken: set[str]) -> str:
    if wanted not in taken:
        return wanted
    number = 2
    # doubling first keeps ten thousand groups of one name from being a quadratic search
    while f"{wanted}-{number}" in taken:
        number *= 2
    low = number // 2
    while low + 1 < number:
        middle = (low + number) // 2
        low, number = (middle, number) if f"{wanted}-{middle}" in taken else (low, middle)
    return f"{wanted}-{number}"


def write_history(connection: Connection, layer_name: str, lines: Iterable[tuple[str, str, str, int | None]], *,
                  by: str, import_id: int | None) -> None:
    """Add (public id, action, changes as JSON, the line that it takes back) to the history."""
    at = now_utc()
    insert_rows(connection, history, _HISTORY, [(at, by, layer_name, record_id, action, import_id, changes, undoes)
                                                for record_id, action, changes, undoes in lines])


def _as_kept(value):
    return value.isoformat() if isinstance(value, date) else value
