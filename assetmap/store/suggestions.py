"""Residents' suggestions: kept until a steward decides, unseen by the public."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from assetmap.domain.errors import Conflict, NotFound
from assetmap.domain.suggestion import Purpose, State, Suggestion, read_document
from assetmap.store.records import now_utc
from assetmap.store.tables import suggestions


class Kept(StrEnum):
    """What became of a suggestion that was sent: kept, this very form was sent before, the same words wait already."""

    KEPT = "kept"
    SENT_BEFORE = "sent before"
    SAID_BEFORE = "said before"


def add(connection: Connection, *, token: str, link: str, layer: str, record_id: str, version: int | None,
        document: Mapping) -> Kept:
    """Keep a resident's words until a steward reads them, once.

    `token` is of the form that was sent, `link` the private link's own, of which only the digest is kept. The same
    words about the same record, from another form, are kept once while they wait; a bare "yes" or "closed" once a day.
    """
    said, at = json.dumps(dict(document), ensure_ascii=False), now_utc()
    if connection.execute(select(suggestions.c.id).where(suggestions.c.token == token)).first():
        return Kept.SENT_BEFORE
    same = [suggestions.c.layer == layer, suggestions.c.record_id == record_id, suggestions.c.document == said,
            suggestions.c.state == State.WAITING.value]
    if document.get("purpose") == Purpose.RUNNING:
        same.append(suggestions.c.at >= at[:10])
    if connection.execute(select(suggestions.c.id).where(*same)).first():
        return Kept.SAID_BEFORE
    connection.execute(insert(suggestions).values(
        at=at, token=token, follow=_digest(link), layer=layer, record_id=record_id, version=version, document=said,
        state=State.WAITING.value))
    return Kept.KEPT


def count_since(connection: Connection, moment: str) -> int:
    """How many were kept since a moment (UTC, ISO 8601)."""
    return connection.execute(select(func.count()).select_from(suggestions).where(suggestions.c.at >= moment)).scalar()


def waiting(connection: Connection) -> int:
    """How many wait for a decision."""
    return connection.execute(select(func.count()).select_from(suggestions).where(_waits())).scalar()


def pending(connection: Connection) -> list[Suggestion]:
    """Those that wait for a decision, oldest first."""
    return _found(connection, _waits())


def get(connection: Connection, number: int) -> Suggestion:
    """One by its number. Raises NotFound."""
    found = _found(connection, suggestions.c.id == number)
    if not found:
        raise NotFound(f"There is no suggestion {number}.")
    return found[0]


def by_link(connection: Connection, link: str) -> Suggestion | None:
    """The one that a private link is for."""
    return next(iter(_found(connection, suggestions.c.follow == _digest(link))), None)


def about(connection: Connection, layer: str, record_id: str) -> list[Suggestion]:
    """Those that wait and speak of one record, oldest first; none for something new."""
    if not record_id:
        return []
    return _found(connection, _waits(), suggestions.c.layer == layer, suggestions.c.record_id == record_id)


def waiting_by_record(connection: Connection, *, layer: str = "", purpose: str = "", first: int = 0,
                      most: int = 20) -> tuple[list[list[Suggestion]], int]:
    """(those that wait, put together by the record that they speak of, the longest waiting first; how many such)."""
    columns = (suggestions.c.id, suggestions.c.layer, suggestions.c.record_id)
    chosen = select(*columns).where(_waits(), *_narrowed(layer, purpose)).order_by(suggestions.c.id)
    groups: dict[tuple, list[int]] = {}
    for number, its_layer, record_id in connection.execute(chosen):
        groups.setdefault((its_layer, record_id) if record_id else (number,), []).append(number)
    shown = list(groups.values())[first: first + most]
    held = {one.id: one for one in _found(connection, suggestions.c.id.in_([n for group in shown for n in group]))}
    return [[held[number] for number in group] for group in shown], len(groups)


def decided(connection: Connection, *, state: str = "", layer: str = "", purpose: str = "", first: int = 0,
            most: int = 20) -> tuple[list[Suggestion], int]:
    """(those that no longer wait, the last decided first; how many there are)."""
    wanted = [suggestions.c.state == state if state else ~_waits(), *_narrowed(layer, purpose)]
    total = connection.execute(select(func.count()).select_from(suggestions).where(*wanted)).scalar()
    rows = connection.execute(select(suggestions).where(*wanted).order_by(
        suggestions.c.decided_at.desc(), suggestions.c.id.desc()).offset(first).limit(most))
    return [_made(row) for row in rows.mappings()], total


def decide(connection: Connection, numbers: Iterable[int], *, state: State, by: str, answer: str = "",
           record_id: str | None = None) -> None:
    """Accept or decline. Raises Conflict, and so changes nothing, when one of them no longer waits.

    `record_id` is the record that something new became.
    """
    values = {"state": state.value, "decided_at": now_utc(), "decided_by": by, "answer": answer}
    if record_id is not None:
        values["record_id"] = record_id
    numbers = sorted(set(numbers))
    done = connection.execute(update(suggestions).where(suggestions.c.id.in_(numbers), _waits()).values(**values))
    if done.rowcount != len(numbers):
        raise Conflict("Somebody else decided on this suggestion first, or it was taken back. Yours was not done.")


def take_back(connection: Connection, link: str) -> bool:
    """The suggester's own no: the words go, that something was said stays. False when it no longer waits."""
    held = by_link(connection, link)
    if held is None or not held.waits:
        return False
    connection.execute(update(suggestions).where(suggestions.c.id == held.id).values(
        state=State.TAKEN_BACK.value, decided_at=now_utc(), document=json.dumps({"purpose": held.purpose.value})))
    return True


def forget_details(connection: Connection, before: str) -> int:
    """Empty the words of suggestions that were decided before a moment (UTC, ISO 8601); how many held some.

    What they were about, what became of them and when stays.
    """
    chosen = select(suggestions.c.id, suggestions.c.document).where(
        ~_waits(), suggestions.c.decided_at != "", suggestions.c.decided_at < before)
    told = [(number, json.loads(said)) for number, said in connection.execute(chosen)]
    emptied = [(number, {"purpose": said["purpose"]} if "purpose" in said else {}) for number, said in told
               if set(said) - {"purpose"}]
    for number, said in emptied:
        connection.execute(update(suggestions).where(suggestions.c.id == number).values(
            document=json.dumps(said), answer=""))
    return len(emptied)


def aim(connection: Connection, number: int, *, record_id: str, version: int) -> None:
    """Make something new a correction of a record that is there already. Raises Conflict when it no longer waits."""
    done = connection.execute(update(suggestions).where(suggestions.c.id == number, _waits()).values(
        record_id=record_id, version=version))
    if not done.rowcount:
        raise Conflict("Somebody else decided on this suggestion first, or it was taken back. Yours was not done.")


def _waits() -> ColumnElement:
    return suggestions.c.state == State.WAITING.value


def _narrowed(layer: str, purpose: str) -> list[ColumnElement]:
    wanted = [suggestions.c.layer == layer] if layer else []
    if purpose:
        wanted.append(suggestions.c.document.startswith(json.dumps({"purpose": purpose})[:-1], autoescape=True))
    return wanted


def _found(connection: Connection, *wanted: ColumnElement) -> list[Suggestion]:
    rows: Sequence[Mapping] = connection.execute(
        select(suggestions).where(*wanted).order_by(suggestions.c.id)).mappings().all()
    return [_made(row) for row in rows]


def _made(row: Mapping) -> Suggestion:
    kept = {name: row[name] for name in ("id", "at", "layer", "record_id", "version", "decided_at", "decided_by",
                                         "answer")}
    return Suggestion(**kept, state=State(row["state"]), **read_document(json.loads(row["document"])))


def _digest(link: str) -> str:
    return hashlib.sha256(link.encode("utf-8", "surrogatepass")).hexdigest()
