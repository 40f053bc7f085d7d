"""History of wards, their figures, places and words, and the way back. Postcodes and population points have none:
they are lists of up to a million rows, which are loaded again as they were.

Unlike an asset, a row that was added is taken out when that is undone: nothing has its address, and a ward that
should not be there would hold what is inside it. The line of history keeps all of it, so that it can be put back.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, insert, select, update

from assetmap.domain.vocabulary import Term
from assetmap.store import history, tables, vocabulary
from assetmap.store.bulk import in_chunks
from assetmap.store.history import Line
from assetmap.store.records import write_history
from assetmap.store.setting_back import set_back

Values = dict[str, object]
_TERM_FIELDS = tuple(field.name for field in fields(Term))
_TERM_LISTS = tuple(field.name for field in fields(Term) if field.default == ())
_LAST = 10_000  # where a word is put back whose place in its list nobody noted


@dataclass(frozen=True, slots=True)
class Kept:
    """A reference table that has history, and the columns that tell its rows apart, as its ids join them."""

    table: Table
    keys: tuple[str, ...]
    joined_by: str = "/"

    def id_of(self, row: Mapping) -> str:
        return self.joined_by.join(str(row[key]) for key in self.keys)

    def key_of(self, record_id: str) -> Values:
        return dict(zip(self.keys, record_id.split(self.joined_by, len(self.keys) - 1), strict=False))


TABLES = {
    "wards": Kept(tables.wards, ("code",)), "ward-figures": Kept(tables.ward_figures, ("ward_code", "name")),
    "places": Kept(tables.places, ("name",)), "vocabulary": Kept(tables.terms, ("kind", "code"), ":"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One row that is added, changed or removed. `changes` is field → [from, to] as history keeps them."""

    record_id: str
    action: str
    changes: dict[str, list]
    undoes: int | None = None


def change_of(layer_name: str, before: Mapping | None, after: Mapping | None) -> Change | None:
    """What history says of a row that was `before` and is `after`; None stands for no row."""
    old, new = ({} if row is None else fields_of(layer_name, row) for row in (before, after))
    record_id = TABLES[layer_name].id_of(after or before)
    if not old:
        return Change(record_id, "added", {})
    differing = {name: [value, new.get(name)] for name, value in old.items() if value != new.get(name)}
    return Change(record_id, "changed" if new else "removed", differing) if differing else None


def note(connection: Connection, layer_name: str, changes: Sequence[Change], *, by: str, import_id: int | None) -> None:
    """Write the history of changes that are made."""
    write_history(connection, layer_name, [
        (change.record_id, change.action, json.dumps(change.changes, ensure_ascii=False), change.undoes)
        for change in changes], by=by, import_id=import_id)


def fields_of(layer_name: str, row: Mapping) -> Values:
    """What of a row history keeps: all but its key; shapes as base64 of their WKB, a word's document as its fields."""
    made: Values = {}
    for name, value in row.items():
        if name == "document":
            made |= {field: json.dumps(held, ensure_ascii=False) if isinstance(held, list) and held else held or ""
                     for field, held in json.loads(value).items()}
        else:
            made[name] = b64encode(value).decode() if isinstance(value, bytes) else value
    return {name: value for name, value in made.items() if name not in TABLES[layer_name].keys}


def row_of(layer_name: str, record_id: str, values: Mapping[str, object]) -> Values:
    """The row with this id that `fields_of` was given; fields that are not said are empty."""
    kept = TABLES[layer_name]
    key = kept.key_of(record_id)
    made = key | {column.name: values[column.name] for column in kept.table.columns if column.name in values}
    if "geometry" in made:
        made["geometry"] = b64decode(made["geometry"])
    if layer_name == "vocabulary":
        document = {field: values.get(field) or "" for field in _TERM_FIELDS} | key
        document |= {field: json.loads(document[field]) if document[field] else [] for field in _TERM_LISTS}
        made["document"] = json.dumps(document, ensure_ascii=False)
        made.setdefault("position", _LAST)
    return made


def undoing(connection: Connection, layer_name: str, lines: Sequence[Line],
            done: Mapping[int, Collection[str]]) -> tuple[list[Change], list[tuple[str, str]]]:
    """(the changes that take lines back, what is left because it was changed since)."""
    there = _rows(connection, layer_name, [line.record_id for line in lines])
    used = {kind: vocabulary.uses(connection, kind) for kind in {line.record_id.split(":")[0] for line in lines}} \
        if layer_name == "vocabulary" else {}
    edited = _edited_since(connection, layer_name, [line for line in lines if line.action == "added"])
    changes: list[Change] = []
    left: list[tuple[str, str]] = []
    for line in lines:
        values = there.get(line.record_id)
        if done[line.id] or values is None and line.action != "removed":
            continue
        if line.action == "removed" and values is None:
            restored = {name: [None, before] for name, (before, _) in line.changes.items()}
            changes.append(Change(line.record_id, "added", restored, line.id))
        elif line.action == "removed" or line.id in edited or line.action == "added" and _in_use(line.record_id, used):
            left.append((line.record_id, ""))
        elif line.action == "added":
            changes.append(Change(line.record_id, "removed",
                                  {name: [value, None] for name, value in values.items()}, line.id))
        else:
            back, since = set_back(line, values, (), [("lat", "lon")])
            left += since
            differing = {name: [values[name], value] for name, value in back.items() if value != values[name]}
            if differing:
                changes.append(Change(line.record_id, "changed", differing, line.id))
    return changes, left


def write(connection: Connection, layer_name: str, changes: Sequence[Change], *, by: str, import_id: int) -> None:
    """Make changes, each with its line of history. Who calls it moves the data's version."""
    table = TABLES[layer_name].table
    there = _rows(connection, layer_name, [change.record_id for change in changes])
    for change in changes:
        values = there.get(change.record_id, {}) | {name: after for name, (_, after) in change.changes.items()}
        if change.action == "removed":
            connection.execute(delete(table).where(_is(layer_name, change.record_id)))
        elif change.action == "added":
            connection.execute(insert(table).values(**row_of(layer_name, change.record_id, values)))
        else:
            connection.execute(update(table).where(_is(layer_name, change.record_id))
                               .values(**row_of(layer_name, change.record_id, values)))
    note(connection, layer_name, changes, by=by, import_id=import_id)


def _in_use(record_id: str, used: Mapping[str, Mapping[str, int]]) -> bool:
    kind, _, code = record_id.partition(":")
    return bool(used.get(kind, {}).get(code))


def _is(layer_name: str, record_id: str) -> ColumnElement:
    kept = TABLES[layer_name]
    return and_(*(kept.table.c[name] == value for name, value in kept.key_of(record_id).items()))


def _rows(connection: Connection, layer_name: str, record_ids: Sequence[str]) -> dict[str, Values]:
    """Id → fields as history keeps them, of rows that are there."""
    kept, wanted = TABLES[layer_name], set(record_ids)
    first = kept.keys[0]
    found: dict[str, Values] = {}
    for chunk in in_chunks(sorted({kept.key_of(record_id)[first] for record_id in wanted}), 500):
        for row in connection.execute(select(kept.table).where(kept.table.c[first].in_(chunk))).mappings():
            if kept.id_of(row) in wanted:
                found[kept.id_of(row)] = fields_of(layer_name, row)
    return found


def _edited_since(connection: Connection, layer_name: str, added: Sequence[Line]) -> set[int]:
    """Which of the lines by which rows were added are followed by a change that was not taken back."""
    since: set[int] = set()
    numbers = {line.record_id: line.id for line in added}
    for chunk in in_chunks(list(numbers), 500):
        later = [line for line in history.of_records(connection, layer_name, chunk)
                 if line.id > numbers[line.record_id] and line.undoes is None]
        back = history.taken_back(connection, later)
        since |= {numbers[line.record_id] for line in later if line.changes.keys() - back[line.id]}
    return since
