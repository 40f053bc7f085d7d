"""Letters: those that wait to be sent, and what became of the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, insert, or_, select, update

from assetmap.domain.errors import NotFound
from assetmap.store.records import now_utc
from assetmap.store.steward_tables import messages

WAITING = ("queued", "sending")
OVER = ("sent", "by_hand", "dropped")
INTRODUCTIONS = "introductions"  # the layer of letters between two people, whose record is the introduction's number
_SECRET_LINK = re.compile(r"(/(?:confirm|welcome|introductions|statements|packs)/)[A-Za-z0-9_-]{16,}")
_GIVEN_UP = timedelta(minutes=10)
_EMPTY = {"recipient": "", "subject": "", "body": "", "error": ""}


@dataclass(frozen=True, slots=True)
class Letter:
    """`state` is queued, sending, sent, by_hand (a steward sent it) or dropped.

    `sent_at` is when it was sent or, while it waits, when that was last tried; `error` says why that failed.
    """

    id: int
    at: str
    by: str
    recipient: str
    subject: str
    body: str
    layer: str
    record_id: str
    state: str
    sent_at: str
    attempts: int
    error: str

    @property
    def stuck(self) -> bool:
        """Whether sending was begun, and then nothing was heard of it."""
        return self.state == "sending" and self.sent_at < _given_up_before()


def add(connection: Connection, *, recipient: str, subject: str, body: str, layer: str, record_id: str,
        by: str) -> int:
    """Queue a letter and return its number."""
    values = {"at": now_utc(), "by": by, "recipient": recipient, "subject": subject, "body": body, "layer": layer,
              "record_id": record_id, "state": "queued", "sent_at": "", "attempts": 0, "error": ""}
    return connection.execute(insert(messages).values(**values)).inserted_primary_key[0]


def get(connection: Connection, number: int) -> Letter:
    """One letter. Raises NotFound."""
    row = connection.execute(select(messages).where(messages.c.id == number)).mappings().first()
    if row is None:
        raise NotFound("There is no letter at this address.")
    return Letter(**row)


def queued(connection: Connection) -> int:
    """How many letters wait to be sent."""
    return connection.execute(select(func.count()).select_from(messages).where(
        messages.c.state.in_(WAITING))).scalar_one()


def listed(connection: Connection, states: Sequence[str], first: int = 0, most: int = 50) -> list[Letter]:
    """Letters in some states, the newest first."""
    chosen = select(messages).where(messages.c.state.in_(states)).order_by(messages.c.id.desc())
    return [Letter(**row) for row in connection.execute(chosen.limit(most).offset(first)).mappings()]


def count(connection: Connection, states: Sequence[str]) -> int:
    """How many letters are in some states."""
    return connection.execute(select(func.count()).select_from(messages).where(
        messages.c.state.in_(states))).scalar_one()


def claim(connection: Connection, number: int) -> Letter | None:
    """The letter, marked as being sent; None when somebody else has it, or it no longer waits.

    One whose sending was begun and never ended may be claimed again after ten minutes.
    """
    free = or_(messages.c.state == "queued",
               (messages.c.state == "sending") & (messages.c.sent_at < _given_up_before()))
    done = connection.execute(update(messages).where(messages.c.id == number, free).values(
        state="sending", sent_at=now_utc(), attempts=messages.c.attempts + 1, error=""))
    return get(connection, number) if done.rowcount else None


def failed(connection: Connection, number: int, error: str) -> None:
    """Sending failed: it waits again."""
    connection.execute(update(messages).where(messages.c.id == number, messages.c.state == "sending").values(
        state="queued", error=error))


def settle(connection: Connection, number: int, state: str) -> bool:
    """A letter's end: sent, by_hand or dropped. False when it had come to one before.

    What is kept of it is without its secret link, which is then no use to who reads the letters later; of what two
    people write to each other nothing is.
    """
    letter = get(connection, number)
    kept = "" if letter.layer == INTRODUCTIONS else _SECRET_LINK.sub(r"\1…", letter.body)
    done = connection.execute(update(messages).where(messages.c.id == number, messages.c.state.in_(WAITING)).values(
        state=state, sent_at=now_utc(), body=kept))
    return bool(done.rowcount)


def forget(connection: Connection, layer: str, record_ids: Sequence[str]) -> None:
    """Empty the letters about some records, or introductions; those that wait are not sent."""
    mine = (messages.c.layer == layer) & messages.c.record_id.in_(record_ids)
    connection.execute(update(messages).where(mine, messages.c.state.in_(WAITING)).values(state="dropped"))
    connection.execute(update(messages).where(mine).values(**_EMPTY))


def forget_before(connection: Connection, before: str) -> int:
    """Empty letters that went, or were dropped, before a moment (UTC, ISO 8601); how many held something.

    That there was one stays.
    """
    done = connection.execute(update(messages).where(
        messages.c.state.in_(OVER), messages.c.sent_at < before, messages.c.recipient != "").values(**_EMPTY))
    return done.rowcount


def _given_up_before() -> str:
    return (datetime.now(UTC) - _GIVEN_UP).isoformat(timespec="seconds")
