"""What waits for somebody: suggestions, letters, uploads, records that may be one; and the store's own needs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from assetmap.domain.snapshot import LAST_AGE_DAYS
from assetmap.importing.health.finding import Entry, Finding, Level, finding
from assetmap.importing.health.held import MANY, SINGULAR
from assetmap.settings import Settings
from assetmap.store import drafts, listing, messages, snapshots, suggestions
from assetmap.store.backup import last_backup
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS

_BACKUP_DAYS = 30
_LEAST_FREE = 100_000_000  # bytes
_MOST_LETTERS = 1_000


def duplicates(connection: Connection, settings: Settings) -> Iterator[Finding]:
    """Pairs of records that may be one."""
    from assetmap.importing.duplicates import pairs  # its rapidfuzz is for stewards, not for every start

    for layer in LAYERS:
        entries = [Entry(layer, pair.first_id, f"{pair.first_name} · {pair.second_name}",
                         f"/steward/duplicates/{layer}/{pair.first_id}/{pair.second_id}", pair.sentence())
                   for pair in pairs(connection, settings, layer)]
        yield Finding(f"{SINGULAR[layer]}-duplicates", f"pairs of {MANY[layer]} look like one", Level.MISLEADING,
                      "Look at both. Merge them, or say that they are two.", tuple(entries),
                      link=f"/steward/duplicates?layer={layer}")


def findings(connection: Connection) -> Iterator[Finding]:
    """What people sent, and what was begun and not ended."""
    waiting = [Entry(row.layer or "suggestions", row.record_id, row.record_id or "something new",
                     f"/steward/suggestions/{row.id}", f"sent {row.at[:10]}")
               for row in suggestions.pending(connection)]
    yield finding("suggestions", "suggestions from residents wait for a decision", Level.WAITING, waiting,
                  "Accept or decline each. Those who asked see your answer by their own link.")
    letters = [Entry("letters", str(letter.id), letter.subject, "/steward/letters", f"written {letter.at[:10]}")
               for letter in messages.listed(connection, ("queued",), most=_MOST_LETTERS)]
    yield finding("letters", "letters wait to be sent", Level.WAITING, letters,
                  "Send them by hand, or set SMTP_HOST so that they go by themselves.")
    begun = [Entry("drafts", draft.id, draft.file, f"/steward/import/{draft.id}", f"uploaded {draft.at[:10]}")
             for draft in drafts.unfinished(connection)]
    yield finding("drafts", "uploaded files are neither applied nor dropped", Level.WAITING, begun,
                  "Look at the preview, then apply the file or drop it.")


def storage(connection: Connection, file: Path | None) -> Iterator[Finding]:
    """Room on the disk and the last backup; `file` is the store's, None for a server's database."""
    if file is None or not any(listing.counts(connection, layer) for layer in LAYERS.values()):
        return
    free = shutil.disk_usage(file.parent).free
    if free < max(_LEAST_FREE, 2 * file.stat().st_size):
        yield Finding("disk-low", f"only {free / 1e6:,.0f} MB are free on the disk of the data", Level.SERIOUS,
                      "Make room. When the disk is full nothing can be saved.", total=1)
    made = last_backup(connection)
    if made is None or (datetime.now(UTC) - made).days > _BACKUP_DAYS:
        said = f"the last backup was made on {made:%Y-%m-%d}" if made else "no backup was made yet with assetmap"
        yield Finding("backup-old", said, Level.LACKING,
                      "Download one, or let the command “assetmap backup FILE” run every night.", total=1,
                      link="/steward/export#backup")


def last_snapshot(connection: Connection, today: date) -> Iterator[Finding]:
    """That the measures of wards were kept each month, and are not any more; nothing where they never were."""
    day = snapshots.newest_day(connection)
    if day and (today - date.fromisoformat(day)).days > LAST_AGE_DAYS:
        yield Finding("snapshot-old", f"the measures of wards were last kept on {day}", Level.LACKING,
                      "Let the command “assetmap snapshot” run every night: a month without one cannot be made up for.",
                      total=1, link="/plan/change")
