"""Taking changes back: one, or a whole import or merge. An undo is a set of changes too, and can be undone.

A field is set back only if it still has the value that the change gave it; what was changed since is left and said.
A record that was added is hidden. Nothing is deleted, but rows of reference tables (`reference_changes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, update

from assetmap.domain.errors import BadInput, NotFound
from assetmap.store import history, programme_steps, records, reference_changes
from assetmap.store.bulk import in_chunks
from assetmap.store.database import bump_version
from assetmap.store.history import ChangeSet, Line
from assetmap.store.programme_rows import DATES, EVERY_LAYER, PROGRAMMES, PROGRESS
from assetmap.store.records import Edit, now_utc
from assetmap.store.rows import RecordLayer
from assetmap.store.setting_back import set_back
from assetmap.store.steward_tables import redirects
from assetmap.store.threeway import CONFIRMATION, GIVER, POSITION, TIMES

# An undo sets all of these back or none: half a position is a place where nothing is.
_TOGETHER = (POSITION, (*TIMES, "hub_id"), CONFIRMATION, GIVER)


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did, or would do. `import_id` is its own set of changes, 0 when there was nothing to set back.

    `changed` and `hidden` are public ids; `left` has (public id, column) of what was changed since; `edited` are those
    of `hidden` that people have edited or confirmed since they were added.
    """

    import_id: int
    changed: list[str]
    hidden: list[str]
    left: list[tuple[str, str]]
    edited: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        made = {"changed": len(self.changed), "hidden": len(self.hidden), "left": len({one for one, _ in self.left})}
        return {word: number for word, number in made.items() if number}


@dataclass(slots=True)
class Plan:
    """What an undo would write: edits by layer in the order they are made, and what it would leave."""

    edits: dict[str, list[Edit]] = field(default_factory=dict)
    rows: dict[str, list[reference_changes.Change]] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    left: list[tuple[str, str, str]] = field(default_factory=list)  # layer, public id, column
    # of what would be hidden, by layer and public id: the last line by hand since it was added
    edited: dict[tuple[str, str], Line] = field(default_factory=dict)

    def changes(self) -> Iterable[tuple[str, str, dict[str, list]]]:
        """(layer, public id, column → [from, to]) of each edit."""
        for layer_name, edits in self.edits.items():
            yield from ((layer_name, edit.record_id, edit.differing) for edit in edits)
        for layer_name, changes in self.rows.items():
            yield from ((layer_name, change.record_id, change.changes) for change in changes)

    def outcome(self, import_id: int = 0) -> Undone:
        gone = set(self.hidden)
        changed = dict.fromkeys(record_id for _, record_id, _ in self.changes() if record_id not in gone)
        return Undone(import_id, list(changed), self.hidden, [(one, column) for _, one, column in self.left],
                      [record_id for _, record_id in self.edited])


def undo_line(connection: Connection, line_id: int, *, by: str) -> Undone:
    """Take one change of one record back. Raises NotFound, and BadInput for what has no way back."""
    line = _line(connection, line_id)
    return _carry_out(connection, [line], None, line.layer, by)


def undo_set(connection: Connection, import_id: int, *, by: str) -> Undone:
    """Take a whole import, merge or undo back. Raises NotFound, and BadInput for what has no way back."""
    whole, lines = _set(connection, import_id)
    undone = _carry_out(connection, lines, import_id, whole.layer, by)
    _turn_redirects(connection, whole)
    return undone


def plan_of_line(connection: Connection, line_id: int) -> Plan:
    """What `undo_line` would do now. Raises as it does."""
    return _plan(connection, [_line(connection, line_id)])


def plan_of_set(connection: Connection, import_id: int) -> Plan:
    """What `undo_set` would do now. Raises as it does."""
    return _plan(connection, _set(connection, import_id)[1])


def can_undo(layer_name: str) -> bool:
    """Whether the changes of a layer can be taken back."""
    return layer_name in EVERY_LAYER or layer_name in reference_changes.TABLES


def _line(connection: Connection, line_id: int) -> Line:
    line = history.line(connection, line_id)
    if line is None:
        raise NotFound("There is no such change in the history.")
    if not can_undo(line.layer):
        raise BadInput(f"A change of {line.layer} cannot be undone here. Change it again by its own page.")
    return line


def _set(connection: Connection, import_id: int) -> tuple[ChangeSet, list[Line]]:
    whole = history.one_set(connection, import_id)
    if whole is None:
        raise NotFound("There is no such set of changes.")
    lines = [line for line in history.of_set(connection, import_id, most=None) if can_undo(line.layer)]
    if not lines:
        raise BadInput("This has no history that could be undone. Lists that are taken whole, of postcodes and of "
                       "where people live, have none: load the older list again.")
    return whole, lines


def _carry_out(connection: Connection, lines: Sequence[Line], undoes: int | None, layer_name: str, by: str) -> Undone:
    plan = _plan(connection, lines)
    if not plan.edits and not plan.rows:
        return plan.outcome()
    number = records.start_import(connection, by=by, layer=layer_name, file="", source="", kind="undo", undoes=undoes)
    for name, edits in plan.edits.items():
        records.write(connection, EVERY_LAYER[name], edits, by=by, import_id=number)
        _follow_sight(connection, name, edits)
    _keep_steps(connection, plan)
    for name, changes in plan.rows.items():
        reference_changes.write(connection, name, changes, by=by, import_id=number)
    outcome = plan.outcome(number)
    records.finish_import(connection, number, outcome.counts())
    bump_version(connection)
    return outcome


def _plan(connection: Connection, lines: Sequence[Line]) -> Plan:
    plan, done = Plan(), history.taken_back(connection, lines)
    by_layer: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda line: line.id, reverse=True):
        by_layer.setdefault(line.layer, []).append(line)
    for name, chosen in by_layer.items():
        if name in EVERY_LAYER:
            _plan_records(connection, EVERY_LAYER[name], chosen, done, plan)
        else:
            changes, left = reference_changes.undoing(connection, name, chosen, done)
            plan.left += [(name, one, column) for one, column in left]
            if changes:
                plan.rows[name] = changes
    return plan


def _plan_records(connection: Connection, layer: RecordLayer, lines: Sequence[Line], done: dict[int, set[str]],
                  plan: Plan) -> None:
    """The edits that take these lines back, newest first; a record's second edit builds on its first."""
    edits: list[Edit] = []
    added: dict[str, int] = {}
    rows: dict[str, dict] = {}
    for chunk in in_chunks(list(dict.fromkeys(line.record_id for line in lines)), 500):
        rows |= {record_id: dict(row) for record_id, row in records.rows_of(connection, layer, chunk).items()}
    for line in lines:
        row = rows[line.record_id]
        there = dict(zip(layer.content, records.content_in(layer, row), strict=True))
        if line.action == "added":
            back = {} if done[line.id] else {"status": "hidden"}
        else:
            back, left = set_back(line, there, done[line.id], _TOGETHER)
            plan.left += [(layer.name, one, column) for one, column in left]
        edit = records.edit_of(layer, row, tuple((there | back).values()), undoes=line.id)
        if edit.differing:
            edits.append(edit)
            rows[line.record_id] = row | back | {"version": row["version"] + 1}
            if line.action == "added":
                plan.hidden.append(line.record_id)
                added[line.record_id] = line.id
    if edits:
        plan.edits[layer.name] = edits
    by_hand = history.last_by_hand(connection, layer.name, added)
    plan.edited |= {(layer.name, record_id): line for record_id, line in by_hand.items()}


def _keep_steps(connection: Connection, plan: Plan) -> None:
    """See, when all of it is written, that no entry is left without its step. Raises BadInput."""
    for edit in plan.edits.get(PROGRAMMES, ()):
        if "steps" in edit.differing:
            programme_steps.must_keep(connection, edit.record_id, *edit.differing["steps"])
    for name in (PROGRESS, DATES):
        programme_steps.must_be_there(connection, name, [edit.record_id for edit in plan.edits.get(name, ())])


def _follow_sight(connection: Connection, layer_name: str, edits: Sequence[Edit]) -> None:
    """A record that is seen again is no longer led away from, however little of its merge was undone."""
    seen = [edit.record_id for edit in edits if edit.differing.get("status", ("", ""))[0] == "hidden"]
    for chunk in in_chunks(seen, 500):
        connection.execute(update(redirects).where(
            redirects.c.layer == layer_name, redirects.c.old_id.in_(chunk), redirects.c.ended_at == "",
        ).values(ended_at=now_utc()))


def _turn_redirects(connection: Connection, whole: ChangeSet) -> None:
    """End the redirects of a merge that is undone; those of one whose undo is undone lead on again."""
    times_undone, root = 1, whole
    while root.kind == "undo" and root.undoes is not None:
        times_undone, root = times_undone + 1, history.one_set(connection, root.undoes)
    if root.kind == "merge":
        ended_at = now_utc() if times_undone % 2 else ""
        connection.execute(update(redirects).where(redirects.c.import_id == root.id).values(ended_at=ended_at))
