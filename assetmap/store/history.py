"""What was changed, when, by whom and from what to what. Lines are only ever added."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, func, select

from assetmap.store.bulk import in_chunks
from assetmap.store.tables import history, imports


@dataclass(frozen=True, slots=True)
class Line:
    """One change of one record. `changes` is column → [from, to] as the row keeps them; of a record that was added it
    is empty. `import_id` is the set of changes that it belongs to, `undoes` the line that it takes back.
    """

    id: int
    at: str
    by: str
    layer: str
    record_id: str
    action: str
    import_id: int | None
    changes: dict[str, list]
    undoes: int | None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Changes made at once. `kind` is import, merge or undo; `undoes` is the set that it takes back, if it is all of
    one; `counts` is what it did, and `lines` how many lines of history it has.
    """

    id: int
    at: str
    by: str
    kind: str
    layer: str
    file: str
    source: str
    counts: dict[str, int]
    undoes: int | None
    draft_id: str
    lines: int


def newest_set(connection: Connection, layer_names: Sequence[str]) -> tuple[int, str] | None:
    """(number, moment) of the last set of changes of any of these layers: the same as long as they are the same."""
    chosen = select(imports.c.id, imports.c.at).where(imports.c.layer.in_(layer_names))
    found = connection.execute(chosen.order_by(imports.c.id.desc()).limit(1)).first()
    return tuple(found) if found else None


def last_moment(connection: Connection) -> str:
    """When anything was last changed, by hand or by a file: UTC, ISO 8601; "" when nothing ever was."""
    last = (connection.execute(select(table.c.at).order_by(table.c.id.desc()).limit(1)).scalar() or ""
            for table in (history, imports))
    return max(last)


def of_record(connection: Connection, layer_name: str, record_id: str) -> list[Line]:
    """Every line of a record, newest first."""
    chosen = select(history).where(history.c.layer == layer_name, history.c.record_id == record_id)
    return _lines(connection, chosen.order_by(history.c.id.desc()))


def newest(connection: Connection, layer_name: str, record_id: str) -> Line | None:
    """A record's last line; None when it has none."""
    chosen = select(history).where(history.c.layer == layer_name, history.c.record_id == record_id)
    return next(iter(_lines(connection, chosen.order_by(history.c.id.desc()).limit(1))), None)


def of_records(connection: Connection, layer_name: str, record_ids: Sequence[str]) -> list[Line]:
    """Every line of a few hundred records, oldest first."""
    chosen = select(history).where(history.c.layer == layer_name, history.c.record_id.in_(record_ids))
    return _lines(connection, chosen.order_by(history.c.id))


def of_set(connection: Connection, import_id: int, first: int = 0, most: int | None = 200) -> list[Line]:
    """Lines of a set of changes in the order they were made; `most` None: all from `first` on."""
    chosen = select(history).where(history.c.import_id == import_id).order_by(history.c.id)
    return _lines(connection, chosen.offset(first).limit(most if most is not None else 2**31))


def line(connection: Connection, line_id: int) -> Line | None:
    """One line by its number."""
    return next(iter(_lines(connection, select(history).where(history.c.id == line_id))), None)


def taken_back(connection: Connection, lines: Iterable[Line]) -> dict[int, set[str]]:
    """Line → the columns of it that an undo has set back, and no later undo has put forth again.

    Of a line by which a record was added that is its `status`.
    """
    levels: list[dict[int, list[Line]]] = []
    numbers = [line.id for line in lines]
    waiting = numbers
    while waiting:
        levels.append(that_undo(connection, waiting))
        waiting = [undo.id for undos in levels[-1].values() for undo in undos]
    back: dict[int, set[str]] = {}
    for level in reversed(levels):
        back |= {line_id: {name for undo in undos for name in undo.changes.keys() - back.get(undo.id, set())}
                 for line_id, undos in level.items()}
    return {number: back.get(number, set()) for number in numbers}


def that_undo(connection: Connection, line_ids: Iterable[int]) -> dict[int, list[Line]]:
    """Line → the lines that take it back, oldest first."""
    found: dict[int, list[Line]] = {}
    for chunk in in_chunks(list(line_ids), 500):
        chosen = select(history).where(history.c.undoes.in_(chunk)).order_by(history.c.id)
        for undo in _lines(connection, chosen):
            found.setdefault(undo.undoes, []).append(undo)
    return found


def sets(connection: Connection, first: int = 0, most: int = 50) -> list[ChangeSet]:
    """Sets of changes, newest first."""
    return _sets(connection, select(imports).order_by(imports.c.id.desc()).offset(first).limit(most))


def count_sets(connection: Connection) -> int:
    """How many sets of changes there are."""
    return connection.execute(select(func.count()).select_from(imports)).scalar_one()


def one_set(connection: Connection, import_id: int) -> ChangeSet | None:
    """A set of changes by its number."""
    return next(iter(_sets(connection, select(imports).where(imports.c.id == import_id))), None)


def standing_undos(connection: Connection, import_ids: Sequence[int]) -> dict[int, list[ChangeSet]]:
    """Set of changes → its undos, oldest first; not those that were undone themselves."""
    if not import_ids:
        return {}
    undos = _sets(connection, select(imports).where(imports.c.undoes.in_(import_ids)).order_by(imports.c.id))
    again = standing_undos(connection, [made.id for made in undos])
    found: dict[int, list[ChangeSet]] = {}
    for made in undos:
        if made.id not in again:
            found.setdefault(made.undoes, []).append(made)
    return found


def undone_before(connection: Connection, layer_name: str, source: str,
                  file: str) -> tuple[ChangeSet, ChangeSet] | None:
    """(the import, the undo that stands) of the last file of this name that a feed brought, else of its last file.

    None when there was none, or it was not undone.
    """
    of_feed = select(imports).where(imports.c.kind == "import", imports.c.layer == layer_name,
                                    imports.c.source == source).order_by(imports.c.id.desc()).limit(1)
    for made in _sets(connection, of_feed.where(imports.c.file == file)) or _sets(connection, of_feed):
        if undos := standing_undos(connection, [made.id]):
            return made, undos[made.id][-1]
    return None


def by_hand(connection: Connection, first: int = 0, most: int = 50) -> list[Line]:
    """Edits that belong to no set of changes, newest first."""
    chosen = select(history).where(history.c.import_id.is_(None)).order_by(history.c.id.desc())
    return _lines(connection, chosen.offset(first).limit(most))


def count_by_hand(connection: Connection) -> int:
    """How many edits belong to no set of changes."""
    return connection.execute(select(func.count()).where(history.c.import_id.is_(None))).scalar_one()


def last_by_hand(connection: Connection, layer_name: str, since: Mapping[str, int]) -> dict[str, Line]:
    """Public id → the last line after line `since` that a person made: an edit, a confirmation, a merge; no undo."""
    merges = history.c.import_id.in_(select(imports.c.id).where(imports.c.kind == "merge"))
    found: dict[str, Line] = {}
    for chunk in in_chunks(list(since), 500):
        chosen = select(history).where(history.c.layer == layer_name, history.c.record_id.in_(chunk),
                                       history.c.undoes.is_(None), history.c.import_id.is_(None) | merges)
        found |= {line.record_id: line for line in _lines(connection, chosen.order_by(history.c.id))
                  if line.id > since[line.record_id]}
    return found


def replaced_by_people(connection: Connection, layer_name: str,
                       record_ids: Sequence[str]) -> dict[str, dict[str, list]]:
    """Public id → field → the values that people replaced since the feed's last news of the field.

    An undo of an import puts this back to what it was before the import, so that its feed may say the same again.
    """
    kinds = dict(connection.execute(select(imports.c.id, imports.c.kind).where(imports.c.kind != "import")).all())
    columns = (history.c.id, history.c.record_id, history.c.import_id, history.c.changes, history.c.undoes)
    by_feeds = history.c.import_id.in_(select(imports.c.id).where(imports.c.kind == "import"))
    by_people = history.c.import_id.is_(None) | ~by_feeds
    walks: dict[str, _Walk] = {}
    for chunk in in_chunks(record_ids, 500):
        of_these = (history.c.layer == layer_name) & history.c.record_id.in_(chunk)
        touched = connection.execute(select(history.c.record_id).where(
            of_these, history.c.action == "changed", by_people).distinct()).scalars().all()
        if not touched:
            continue
        chosen = select(*columns).where(history.c.layer == layer_name, history.c.record_id.in_(touched))
        for found in connection.execute(chosen.order_by(history.c.id)):
            walks.setdefault(found.record_id, _Walk()).take(found, kinds)
    return {record_id: walk.replaced for record_id, walk in walks.items() if walk.replaced}


class _Walk:
    """One record's lines, oldest first, and which values people have replaced by then."""

    def __init__(self):
        self.replaced: dict[str, list] = {}
        self._before: dict[int, dict[str, list]] = {}
        self._by_feed: dict[int, bool] = {}

    def take(self, found: Row, kinds: Mapping[int, str]) -> None:
        """One line more. `kinds` has the sets of changes that are no imports."""
        changes = json.loads(found.changes)
        kind = "hand" if found.import_id is None else kinds.get(found.import_id, "import")
        undone = found.undoes
        by_feed = self._by_feed.get(undone, False) if undone is not None else kind == "import"
        self._by_feed[found.id] = by_feed
        self._before[found.id] = self.replaced
        after = dict(self.replaced)
        for name, (before, _) in changes.items():
            if not by_feed:
                after[name] = [*after.get(name, ()), before]
                continue
            after.pop(name, None)
            if undone is not None and name in self._before[undone]:
                after[name] = self._before[undone][name]
        self.replaced = after


def _lines(connection: Connection, chosen: Select) -> list[Line]:
    return [Line(row["id"], row["at"], row["by"], row["layer"], row["record_id"], row["action"], row["import_id"],
                 json.loads(row["changes"]), row["undoes"]) for row in connection.execute(chosen).mappings()]


def _sets(connection: Connection, chosen: Select) -> list[ChangeSet]:
    found = connection.execute(chosen).mappings().all()
    lengths = dict(connection.execute(
        select(history.c.import_id, func.count()).where(history.c.import_id.in_([row["id"] for row in found]))
        .group_by(history.c.import_id)).all())
    return [ChangeSet(row["id"], row["at"], row["by"], row["kind"], row["layer"], row["file"], row["source"],
                      json.loads(row["counts"]), row["undoes"], row["draft_id"], lengths.get(row["id"], 0))
            for row in found]
