"""Guesses at passwords, counted in the store so that every process counts alike.

A try is counted before the password is looked at, so that many at once are no way around, and is taken back when the
password was right. Tries that are turned away are not counted: waiting always helps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from assetmap.store.steward_tables import sign_in_failures

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` wrong guesses within the window are counted under `key`, which names nobody."""

    key: str
    most: int


def wait_s(connection: Connection, limits: Sequence[Limit], now: datetime | None = None) -> int:
    """Seconds until one may try again; 0: now."""
    now = now or datetime.now(UTC)
    table, longest = sign_in_failures, 0
    # what seems to come from the future was written before the clock was set back, and holds nobody up
    window = table.c.at.between((now - WINDOW).isoformat(timespec="seconds"), now.isoformat(timespec="seconds"))
    for limit in limits:
        moments = connection.execute(select(table.c.at).where(table.c.key == limit.key, window)
                                     .order_by(table.c.at.desc()).limit(limit.most)).scalars().all()
        if len(moments) >= limit.most:
            free = datetime.fromisoformat(moments[-1]) + WINDOW
            longest = max(longest, int((free - now).total_seconds()) + 1)
    return longest


def begin(connection: Connection, limits: Sequence[Limit], now: datetime | None = None) -> tuple[int, list[int]]:
    """(seconds to wait, the tries that were counted); nothing is counted when one has to wait."""
    now = now or datetime.now(UTC)
    wait = wait_s(connection, limits, now)
    if wait:
        return wait, []
    table, at = sign_in_failures, now.isoformat(timespec="seconds")
    connection.execute(delete(table).where(table.c.at < (now - WINDOW).isoformat(timespec="seconds")))
    return 0, [connection.execute(insert(table).values(at=at, key=limit.key)).inserted_primary_key[0]
               for limit in limits]


def take_back(connection: Connection, tries: Sequence[int]) -> None:
    """The password was right: it was no guess."""
    connection.execute(delete(sign_in_failures).where(sign_in_failures.c.id.in_(tries)))
