"""Reads and writes of records, each change with its line of history."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from operator import itemgetter

from sqlalchemy import Connection, insert, select, update

from assetmap.domain.errors import Conflict, NotFound
from assetmap.domain.text import slug
from assetmap.store.bulk import in_chunks, insert_rows, update_rows
from assetmap.store.database import bump_version
from assetmap.store.rows import Record, RecordLayer, content_of, fingerprint, record_of
from assetmap.store.tables import history, imports

_HISTORY = ("at", "by", "layer", "record_id", "action", "import_id", "changes")


@dataclass(slots=True)
class Saved:
    """What a save did: public ids added and changed, and how many were as they are.

    `absent` counts the records of the same sources that were not among those saved; they stay as they are.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    absent: int = 0

    def counts(self) -> dict[str, int]:
        return {"added": len(self.added), "changed": len(self.changed), "unchanged": self.unchanged}


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
    row = connection.execute(select(layer.table).where(layer.table.c.id == record_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no {layer.singular} called “{record_id[:60]}”.")
    return record_of(layer, row), row["version"]


def start_import(connection: Connection, *, by: str, layer: str, file: str, source: str, kind: str = "import",
                 undoes: int | None = None, draft_id: str = "") -> int:
    """The number that a set of changes' history lines carry; `kind` is import, merge or undo."""
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
    when that is free, else one made from it; no id is ever given twice. `start` is called once, when there is
    something to write, and gives the import's number. Moves the data's version when anything changed.
    """
    saved, table = Saved(), layer.table
    name_at, key_of = layer.content.index("name"), itemgetter(*map(layer.content.index, ("source", "source_id")))
    known = {(source, source_id): (public_id, mark) for public_id, source, source_id, mark in connection.execute(
        select(table.c.id, table.c.source, table.c.source_id, table.c.fingerprint).where(
            table.c.source.in_({key_of(content)[0] for content in contents})))}
    taken = set(connection.execute(select(table.c.id)).scalars())
    saved.absent = len(known)
    new, changed = [], []
    for public_id, content in zip(wanted, contents, strict=True):
        mark, before = fingerprint(content), known.get(key_of(content))
        saved.absent -= before is not None
        if before is None:
            public_id = _free_id(public_id or slug(content[name_at]) or "unnamed", taken)
            taken.add(public_id)
            new.append((public_id, mark, 1, *content))
        elif before[1] != mark:
            changed.append((before[0], mark, content))
        else:
            saved.unchanged += 1
    if not new and not changed:
        return saved
    import_id = start()
    insert_rows(connection, table, ("id", "fingerprint", "version", *layer.content), new, progress)
    _write_history(connection, layer, [(row[0], "added", "{}") for row in new], by, import_id)
    _change(connection, layer, changed, by, import_id)
    saved.added, saved.changed = [row[0] for row in new], [row[0] for row in changed]
    bump_version(connection)
    return saved


def save_one(connection: Connection, layer: RecordLayer, record: Record, *, version: int, by: str) -> None:
    """Change one record. Raises Conflict when somebody saved since `version`, NotFound when there is none."""
    _, current = get(connection, layer, record.id)
    if current != version:
        raise Conflict(f"Somebody else changed “{record.name}” while you were editing. Look at it again and redo "
                       "yours.")
    content = content_of(layer, record)
    _change(connection, layer, [(record.id, fingerprint(content), content)], by, None)
    bump_version(connection)


def hide(connection: Connection, layer: RecordLayer, record_id: str, *, by: str) -> None:
    """Take a record from the public's sight. Nothing is deleted. Raises NotFound."""
    record, version = get(connection, layer, record_id)
    save_one(connection, layer, replace(record, status="hidden"), version=version, by=by)


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


def _change(connection: Connection, layer: RecordLayer, changed: list[tuple], by: str, import_id: int | None) -> None:
    """Write (public id, fingerprint, content) over what is there, with the differences as history."""
    table, lines, updates = layer.table, [], []
    for chunk in in_chunks(changed, 500):
        found = {row["id"]: row for row in connection.execute(
            select(table).where(table.c.id.in_([row[0] for row in chunk]))).mappings()}
        for public_id, mark, content in chunk:
            before = found[public_id]
            differing = {name: [old, new] for name, new in zip(layer.content, content, strict=True)
                         if (old := _as_kept(before[name])) != new}
            lines.append((public_id, "changed", json.dumps(differing, ensure_ascii=False)))
            updates.append((mark, before["version"] + 1, *content, public_id))
    update_rows(connection, table, "id", ("fingerprint", "version", *layer.content), updates)
    _write_history(connection, layer, lines, by, import_id)


def _write_history(connection: Connection, layer: RecordLayer, lines: Iterable[tuple[str, str, str]], by: str,
                   import_id: int | None) -> None:
    at = now_utc()
    insert_rows(connection, history, _HISTORY, [(at, by, layer.name, record_id, action, import_id, changes)
                                                for record_id, action, changes in lines])


def _as_kept(value):
    return value.isoformat() if isinstance(value, date) else value
