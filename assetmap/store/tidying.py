"""Forgetting: what says who people are, and what has served its time, goes; what counts stays.

`secure_delete` overwrites what is deleted; compacting writes the file anew and empties the write-ahead log, so that
nothing of it is left on the disk. Backups that were made before still hold it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, update

from assetmap.domain.errors import Unavailable
from assetmap.settings import Settings
from assetmap.store import introductions, messages, packs, people, photos, sent_forms, suggestions
from assetmap.store.database import Connection, Database
from assetmap.store.steward_tables import account_links, confirmations, sign_in_failures, sign_ins


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many of each were emptied or taken out.

    `compacted` is whether the file was written anew; None for a store that is no file of ours.
    """

    people: int
    introductions: int
    letters: int
    suggestions: int
    packs: int
    photos: int
    links: int
    compacted: bool | None


def tidy(database: Database, settings: Settings) -> Tidied:
    """Forget what is over since FORGET_DAYS, in one transaction, and then write the file anew."""
    before = (datetime.now(UTC) - timedelta(days=settings.forget_days)).isoformat(timespec="seconds")
    with database.writing() as connection:
        counts = {
            "introductions": introductions.forget(connection, before), "people": people.forget(connection, before),
            "letters": messages.forget_before(connection, before),
            "suggestions": suggestions.forget_details(connection, before), "packs": packs.forget(connection),
            "photos": photos.forget(connection, before),
            "links": _links(connection, before)}
        sent_forms.forget_before(connection, before)
    return Tidied(**counts, compacted=compact(database))


def _links(connection: Connection, before: str) -> int:
    """Links, sign-ins and failed tries that are of no more use."""
    gone = [delete(account_links).where(account_links.c.expires_at < before),
            delete(sign_in_failures).where(sign_in_failures.c.at < before),
            delete(sign_ins).where(sign_ins.c.seen_at < before),
            update(confirmations).where(confirmations.c.expires_at < before,
                                        confirmations.c.email != "").values(email="")]
    return sum(connection.execute(one).rowcount for one in gone)


def compact(database: Database) -> bool | None:
    """Write the file anew without what was deleted. False when others read or write just now: the next time does it.

    None for a store that is no file of ours.
    """
    if not database.is_sqlite:
        return None
    with closing(database.engine.raw_connection()) as held:
        connection = held.driver_connection
        try:
            connection.execute("VACUUM")
            busy, _pages, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                return False
            raise Unavailable(f"The data file could not be written anew: {error}. Is the disk full?") from error
    return not busy


