"""Programmes and deployments with all that is noted of them: read together, written one by one with history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, Date, select

from assetmap.domain.errors import BadInput, NotFound
from assetmap.domain.initiatives import Initiatives
from assetmap.domain.programme import Deployment, Programme
from assetmap.domain.programme_entries import DeploymentFigure, PlannedDate
from assetmap.domain.progress import BEGUN, GONE_BACK, PLANNED, REACHED, ProgressEvent
from assetmap.domain.text import slug
from assetmap.store import history, programme_steps, records
from assetmap.store.history import Line
from assetmap.store.programme_rows import DATES, DEPLOYMENTS, ENTRIES, FIGURES, PROGRAMME_LAYERS, PROGRAMMES, PROGRESS
from assetmap.store.rows import RecordLayer, content_of, record_of

Kept = Programme | Deployment | ProgressEvent | DeploymentFigure | PlannedDate
_HAPPENED = {PLANNED: "planned", BEGUN: "begun", REACHED: "reached", GONE_BACK: "gone back"}
_LAYER_OF = {layer.record: layer for layer in PROGRAMME_LAYERS.values()}


def read(connection: Connection) -> Initiatives:
    """Everything but what is hidden, internal things too: for the public take its `public()`."""
    return Initiatives.of(*(every(connection, name).values()
                            for name in (PROGRAMMES, DEPLOYMENTS, PROGRESS, FIGURES, DATES)))


def every(connection: Connection, layer_name: str) -> dict[str, Kept]:
    """Public id → record of one layer of programmes, hidden ones too."""
    layer = PROGRAMME_LAYERS[layer_name]
    return {row["id"]: record_of(layer, row) for row in records.rows(connection, layer)}


def progress_of(connection: Connection, deployment_id: str) -> list[ProgressEvent]:
    """What is noted of one deployment's progress, hidden entries too."""
    layer = PROGRAMME_LAYERS[PROGRESS]
    chosen = select(layer.table).where(layer.table.c.deployment_id == deployment_id).order_by(layer.table.c.id)
    return [record_of(layer, row) for row in connection.execute(chosen).mappings()]


def get(connection: Connection, layer_name: str, record_id: str) -> tuple[Kept, int]:
    """A record, hidden or not, and the version an edit of it is made from. Raises NotFound."""
    return records.get(connection, PROGRAMME_LAYERS[layer_name], record_id)


def add(connection: Connection, record: Kept, *, by: str) -> str:
    """Add a record and return its public id: its own when that is free, else one made from its name.

    Raises BadInput when it is of a programme, deployment or step that there is not.
    """
    record = named(connection, record)
    if not record.id and not isinstance(record, Programme | Deployment):
        record = replace(record, id=slug(f"{record.deployment_id}-{slug(record.name, 30)}"))
    elif not record.id and isinstance(record, Deployment):
        record = replace(record, id=slug(f"{record.programme_id}-{record.name}"))
    return records.add_one(connection, layer_of(record), record, by=by)


def save(connection: Connection, record: Kept, *, version: int, by: str) -> bool:
    """Change one record; False when nothing differs.

    Raises Conflict, NotFound, and BadInput as `add`, and for a programme that would lose a step in use.
    """
    if isinstance(record, Programme):
        before, after = (content_of(layer_of(record), one)[layer_of(record).content.index("steps")]
                         for one in (get(connection, PROGRAMMES, record.id)[0], record))
        programme_steps.must_keep(connection, record.id, before, after)
    return records.save_one(connection, layer_of(record), named(connection, record), version=version, by=by)


def hide(connection: Connection, layer_name: str, record_id: str, *, by: str) -> None:
    """Take a record out of sight, for everybody; history has it, and an undo brings it back. Raises NotFound."""
    records.hide(connection, PROGRAMME_LAYERS[layer_name], record_id, by=by)


def layer_of(record: Kept) -> RecordLayer:
    """The layer that a record belongs to."""
    return _LAYER_OF[type(record)]


def named(connection: Connection, record: Kept) -> Kept:
    """The record, once what it belongs to is there; an entry of progress is called by its step and what happened."""
    if isinstance(record, Programme):
        return record
    if isinstance(record, Deployment):
        _found(connection, PROGRAMMES, record.programme_id, "programme_id")
        return record
    deployment = _found(connection, DEPLOYMENTS, record.deployment_id, "deployment_id")
    programme = _found(connection, PROGRAMMES, deployment.programme_id, "programme_id")
    step = getattr(record, "step", "")
    if (step or isinstance(record, ProgressEvent)) and not programme.step(step):
        raise BadInput(f"“{programme.name}” has nothing with the code “{step[:60]}”.", "step")
    return replace(record, name=event_name(programme, record)) if isinstance(record, ProgressEvent) else record


def event_name(programme: Programme, event: ProgressEvent) -> str:
    """What an entry of progress is called: "Listening event: reached"."""
    step = programme.step(event.step)
    return f"{step.name if step else event.step}: {_HAPPENED[event.what]}"[:200]


def _found(connection: Connection, layer_name: str, record_id: str, field: str) -> Kept:
    try:
        return get(connection, layer_name, record_id)[0]
    except NotFound as error:
        raise BadInput(error.message, field) from None


def lines_of_deployment(connection: Connection, deployment_id: str) -> list[Line]:
    """The history of a deployment and of every entry it ever had, newest first."""
    lines = history.of_record(connection, DEPLOYMENTS, deployment_id)
    for name in ENTRIES:
        table = PROGRAMME_LAYERS[name].table
        ids = connection.execute(select(table.c.id).where(table.c.deployment_id == deployment_id)).scalars().all()
        for start in range(0, len(ids), 500):
            lines += history.of_records(connection, name, ids[start: start + 500])
    return sorted(lines, key=lambda line: line.id, reverse=True)


def lines_of_programme(connection: Connection, programme_id: str) -> list[Line]:
    """The history of a programme and of every deployment it ever had, newest first; not of their entries."""
    table = PROGRAMME_LAYERS[DEPLOYMENTS].table
    ids = connection.execute(select(table.c.id).where(table.c.programme_id == programme_id)).scalars().all()
    lines = history.of_record(connection, PROGRAMMES, programme_id)
    for start in range(0, len(ids), 500):
        lines += history.of_records(connection, DEPLOYMENTS, ids[start: start + 500])
    return sorted(lines, key=lambda line: line.id, reverse=True)


def as_added(connection: Connection, line: Line) -> dict[str, object]:
    """What a record held when it was added, by column: what it holds now with what was changed since set back."""
    table = PROGRAMME_LAYERS[line.layer].table
    held = dict(connection.execute(select(table).where(table.c.id == line.record_id)).mappings().one())
    for later in history.of_record(connection, line.layer, line.record_id):
        if later.id > line.id:
            held |= {column: before for column, (before, _after) in later.changes.items()}
    return held


def as_it_was(record: Kept, earlier: Mapping[str, object]) -> Kept:
    """The record with what was changed since set back; `earlier`: column → what it was, as history has it."""
    layer, made = layer_of(record), {}
    for column, value in earlier.items():
        if column in layer.content:
            of_day = value and isinstance(layer.table.c[column].type, Date)
            made[column] = date.fromisoformat(str(value)) if of_day else \
                layer.codecs[column].load(value) if column in layer.codecs else value
    return replace(record, **made)


def versions(connection: Connection, layer_name: str) -> Mapping[str, int]:
    """Public id → the version that an edit of the record is made from."""
    table = PROGRAMME_LAYERS[layer_name].table
    return dict(connection.execute(select(table.c.id, table.c.version)).all())
