"""Reads and writes of records, each change with its line of history."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from assetmap.domain.errors import Conflict, NotFound
from assetmap.domain.text import slug
from assetmap.store.database import bump_version
from assetmap.store.rows import LAYERS, Record, RecordLayer, content_of, fingerprint, record_of
from assetmap.store.tables import history, imports

_CHUNK = 5_000


@dataclass(slots=True)
class Saved:
    """What a save did: public ids added and changed, and how many were as they are."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0

    def counts(self) -> dict[str, int]:
        return {"added": len(self.added), "changed": len(self.changed), "unchanged": self.unchanged}


def now_utc() -> str:
    """The moment, as history writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def rows(connection: Connection, layer: RecordLayer) -> list[Mapping]:
    """Every row of a layer, oldest first."""
    return connection.execute(select(layer.table).order_by(layer.table.c.id)).mappings().all()


def get(connection: Connection, layer: RecordLayer, record_id: str) -> tuple[Record, int]:
    """A record and the version an edit of it is made from. Raises NotFound."""
    row = connection.execute(select(layer.table).where(layer.table.c.id == record_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no {layer.singular} called “{record_id[:60]}”.")
    return record_of(layer, row), row["version"]


def start_import(connection: Connection, *, by: str, layer: str, file: str, source: str) -> int:
    """The number that an import's history lines carry."""
    values = {"at": now_utc(), "by": by, "layer": layer, "file": file, "source": source, "counts": "{}"}
    return connection.execute(insert(imports).values(**values)).inserted_primary_key[0]


def finish_import(connection: Connection, import_id: int, counts: Mapping[str, int]) -> None:
    """Keep what the import did."""
    connection.execute(update(imports).where(imports.c.id == import_id).values(counts=json.dumps(dict(counts))))


def save_feed(connection: Connection, layer: RecordLayer, records: list[Record], *, by: str,
              start: Callable[[], int], progress: Callable[[int], None] = lambda _: None) -> Saved:
    """Add or change the records of one source; those that are as they were are left alone.

    A record is known again by (source, source_id); its public id then stays. A new record keeps the id it brings
    when that is free, else gets one from its name. `start` is called once, when there is something to write, and
    gives the import's number. Moves the data's version when anything changed.
    """
    saved, table = Saved(), layer.table
    known = {(r.source, r.source_id): r for r in connection.execute(
        select(table.c.id, table.c.source, table.c.source_id, table.c.fingerprint).where(
            table.c.source.in_({record.source for record in records})))}
    taken = set(connection.execute(select(table.c.id)).scalars())
    new, changed = [], []
    for record in records:
        content = content_of(layer, record)
        mark = fingerprint(content)
        before = known.get((record.source, record.source_id))
        if before is None:
            public_id = _free_id(record, taken)
            taken.add(public_id)
            new.append((public_id, mark, 1, *content))
        elif before.fingerprint != mark:
            changed.append((before.id, mark, content))
        else:
            saved.unchanged += 1
    if not new and not changed:
        return saved
    import_id = start()
    _insert(connection, layer, new, progress)
    _write_history(connection, layer, [(row[0], "added", "{}") for row in new], by, import_id)
    _change(connection, layer, changed, by, import_id)
    saved.added, saved.changed = [row[0] for row in new], [row[0] for row in changed]
    bump_version(connection)
    return saved


def save_one(connection: Connection, layer: RecordLayer, record: Record, *, version: int, by: str) -> None:
    """Change one record. Raises Conflict when somebody saved since `version`, NotFound when there is none."""
    _, current = get(connection, layer, record.id)
    if current != version:
        raise Conflict(f"Somebody else changed “{record.name}” while you were editing. Look at it again and redo yours.")
    content = content_of(layer, record)
    _change(connection, layer, [(record.id, fingerprint(content), content)], by, None)
    bump_version(connection)


def hide(connection: Connection, layer: RecordLayer, record_id: str, *, by: str) -> None:
    """Take a record from the public's sight. Nothing is deleted. Raises NotFound."""
    record, version = get(connection, layer, record_id)
    save_one(connection, layer, replace(record, status="hidden"), version=version, by=by)


def _free_id(record: Record, taken: set[str]) -> str:
    wanted = record.id or slug(record.name) or "unnamed"
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


def _insert(connection: Connection, layer: RecordLayer, new: list[tuple], progress: Callable[[int], None]) -> None:
    names = ("id", "fingerprint", "version", *layer.content)
    for start in range(0, len(new), _CHUNK):
        chunk = new[start: start + _CHUNK]
        connection.execute(insert(layer.table), [dict(zip(names, row, strict=True)) for row in chunk])
        progress(start + len(chunk))


def _change(connection: Connection, layer: RecordLayer, changed: list[tuple], by: str, import_id: int | None) -> None:
    table, lines = layer.table, []
    for start in range(0, len(changed), _CHUNK):
        chunk = changed[start: start + _CHUNK]
        found = {}
        for ids in _batches([row[0] for row in chunk]):
            for row in connection.execute(select(table).where(table.c.id.in_(ids))).mappings():
                found[row["id"]] = row
        updates = []
        for public_id, mark, content in chunk:
            before, after = found[public_id], dict(zip(layer.content, content, strict=True))
            differing = {name: [_plain(before[name]), _plain(value)] for name, value in after.items()
                         if before[name] != value}
            lines.append((public_id, "changed", json.dumps(differing, ensure_ascii=False)))
            updates.append({"_id": public_id, "_version": before["version"] + 1, "_mark": mark,
                            **{f"_{name}": value for name, value in after.items()}})
        values = {name: bindparam(f"_{name}") for name in layer.content}
        statement = update(table).where(table.c.id == bindparam("_id")).values(
            fingerprint=bindparam("_mark"), version=bindparam("_version"), **values)
        if updates:
            connection.execute(statement, updates)
    _write_history(connection, layer, lines, by, import_id)


def _write_history(connection: Connection, layer: RecordLayer, lines: Iterable[tuple[str, str, str]], by: str,
                   import_id: int | None) -> None:
    at = now_utc()
    entries = [{"at": at, "by": by, "layer": layer.name, "record_id": record_id, "action": action,
                "import_id": import_id, "changes": changes} for record_id, action, changes in lines]
    for start in range(0, len(entries), _CHUNK):
        connection.execute(insert(history), entries[start: start + _CHUNK])


def _batches(values: list[str], size: int = 500) -> Iterable[list[str]]:
    for start in range(0, len(values), size):
        yield values[start: start + size]


def _plain(value):
    return value.isoformat() if isinstance(value, date) else value


def layer_named(name: str) -> RecordLayer:
    """Raises NotFound for a layer that holds no records."""
    if name not in LAYERS:
        raise NotFound(f"There is no layer called “{name[:40]}”. There are {', '.join(LAYERS)}.")
    return LAYERS[name]
