"""Files that stewards upload, the columns kept for each feed, and what an import does to each record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from sqlalchemy import Connection, delete, func, insert, select, update

from assetmap.domain.errors import Conflict, NotFound
from assetmap.store.programme_rows import EVERY_LAYER
from assetmap.store.records import now_utc
from assetmap.store.steward_tables import drafts, saved_mappings
from assetmap.store.tables import history, imports

UPLOADED, APPLIED, DROPPED = "uploaded", "applied", "dropped"
BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Draft:
    """An uploaded file. `mapping` is field → column ("" leaves the field out); empty while nobody has chosen."""

    id: str
    by: str
    layer: str
    file: str
    source: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    remember: bool = False
    skip_bad_rows: bool = False
    state: str = UPLOADED
    at: str = ""
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class SavedColumns:
    """How a feed's files are read: `mapping` and `constants` as in a Draft."""

    source: str
    mapping: Mapping[str, str]
    constants: Mapping[str, str]
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that brought records of a layer: how many there are, and the day of its last file ("" if unknown)."""

    source: str
    records: int
    last: str


def add(connection: Connection, draft: Draft) -> None:
    """Keep what was uploaded."""
    values = {name: getattr(draft, name) for name in Draft.__dataclass_fields__}
    values |= {"mapping": _text(draft.mapping), "constants": _text(draft.constants), "at": now_utc()}
    connection.execute(insert(drafts).values(**values))


def get(connection: Connection, draft_id: str) -> Draft:
    """One upload. Raises NotFound, also when it was dropped."""
    chosen = select(drafts).where(drafts.c.id == draft_id, drafts.c.state != DROPPED)
    row = connection.execute(chosen).mappings().first()
    if row is None:
        raise NotFound("This upload is not there any more: it was dropped, or is more than a week old. Please upload "
                       "the file again.")
    return _draft(row)


def unfinished(connection: Connection) -> list[Draft]:
    """Uploads that nobody applied or dropped, the newest first."""
    chosen = select(drafts).where(drafts.c.state == UPLOADED).order_by(drafts.c.at.desc(), drafts.c.id)
    return [_draft(row) for row in connection.execute(chosen).mappings()]


def set_columns(connection: Connection, draft_id: str, *, source: str, mapping: Mapping[str, str],
                constants: Mapping[str, str], remember: bool) -> None:
    """Keep how the file is to be read. Raises Conflict when it was applied already."""
    _must_be(connection.execute(update(drafts).where(drafts.c.id == draft_id, drafts.c.state == UPLOADED).values(
        source=source, mapping=_text(mapping), constants=_text(constants), remember=remember)).rowcount)


def mark_applied(connection: Connection, draft: Draft, import_id: int | None, *, skip_bad_rows: bool) -> None:
    """Within the transaction that writes the records, so that no upload is ever applied twice.

    Keeps the columns for the feed's next file when that was asked for. Raises Conflict when the upload was applied
    or dropped already, or its columns were changed since `draft` was read.
    """
    as_it_was = (drafts.c.id == draft.id, drafts.c.state == UPLOADED, drafts.c.source == draft.source,
                 drafts.c.mapping == _text(draft.mapping), drafts.c.constants == _text(draft.constants))
    _must_be(connection.execute(update(drafts).where(*as_it_was).values(
        state=APPLIED, import_id=import_id, skip_bad_rows=skip_bad_rows)).rowcount)
    if draft.remember:
        save_columns(connection, draft.layer, SavedColumns(draft.source, draft.mapping, draft.constants, now_utc(),
                                                           draft.by))


def drop(connection: Connection, draft_id: str) -> None:
    """Give an upload up. Raises Conflict when it was applied already."""
    _must_be(connection.execute(update(drafts).where(drafts.c.id == draft_id, drafts.c.state == UPLOADED).values(
        state=DROPPED)).rowcount)


def forget_before(connection: Connection, moment: str) -> None:
    """Take out uploads from before `moment` (UTC, ISO 8601)."""
    connection.execute(delete(drafts).where(drafts.c.at < moment))


def older_than(connection: Connection, moment: str) -> list[str]:
    """The ids of uploads from before `moment`."""
    return list(connection.execute(select(drafts.c.id).where(drafts.c.at < moment)).scalars())


def import_of(connection: Connection, draft_id: str) -> int | None:
    """The set of changes that an upload became, if it was applied and changed something."""
    return connection.execute(select(imports.c.id).where(imports.c.draft_id == draft_id)).scalar()


def saved_columns(connection: Connection, layer: str) -> dict[str, SavedColumns]:
    """How each feed of a layer is read, by its source."""
    chosen = select(saved_mappings).where(saved_mappings.c.layer == layer).order_by(saved_mappings.c.source)
    return {row["source"]: SavedColumns(row["source"], json.loads(row["mapping"]), json.loads(row["constants"]),
                                        row["at"], row["by"]) for row in connection.execute(chosen).mappings()}


def save_columns(connection: Connection, layer: str, columns: SavedColumns) -> None:
    """Keep how a feed is read, in the place of what was kept before."""
    connection.execute(delete(saved_mappings).where(saved_mappings.c.layer == layer,
                                                    saved_mappings.c.source == columns.source))
    connection.execute(insert(saved_mappings).values(
        layer=layer, source=columns.source, mapping=_text(columns.mapping), constants=_text(columns.constants),
        at=columns.at, by=columns.by))


def feeds(connection: Connection, layer: str) -> list[Feed]:
    """The feeds that brought something to a layer, by name. What was entered by hand is none."""
    last = dict(connection.execute(
        select(imports.c.source, func.max(imports.c.at)).where(imports.c.layer == layer, imports.c.kind == "import")
        .group_by(imports.c.source)).all())
    counts = dict.fromkeys(last, 0)
    if layer in EVERY_LAYER:
        source = EVERY_LAYER[layer].table.c.source
        counts |= dict(connection.execute(select(source, func.count()).group_by(source)).all())
    return [Feed(source, number, last.get(source, "")[:10]) for source, number in sorted(counts.items())
            if source and source != BY_HAND]


def lines_of(connection: Connection, layer: str, import_id: int, action: str, most: int) -> list[tuple[str, str, dict]]:
    """(public id, name, changes) of the first `most` records that an import added or changed."""
    table = EVERY_LAYER[layer].table
    chosen = (select(history.c.record_id, table.c.name, history.c.changes)
              .join(table, table.c.id == history.c.record_id)
              .where(history.c.import_id == import_id, history.c.action == action).order_by(history.c.id).limit(most))
    return [(record_id, name, json.loads(changes)) for record_id, name, changes in connection.execute(chosen)]


def _must_be(rows: int) -> None:
    if not rows:
        raise Conflict("This upload was applied or dropped already, or its columns were changed in the meantime. "
                       "Nothing was changed now.")


def _draft(row: Mapping) -> Draft:
    values = {name.name: row[name.name] for name in fields(Draft)}
    return Draft(**values | {"mapping": json.loads(row["mapping"]), "constants": json.loads(row["constants"])})


def _text(values: Mapping[str, str]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True)
