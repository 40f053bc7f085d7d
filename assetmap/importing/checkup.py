"""What is wrong or stale in the data, for people and for monitoring."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from assetmap import __version__
from assetmap.atlas.atlas import load_calendar, local_day
from assetmap.domain.errors import AssetmapError, Gone
from assetmap.importing.health import contents, places, programmes, timebank, times, waiting, wards
from assetmap.importing.health.finding import Finding, Level
from assetmap.importing.health.held import look
from assetmap.settings import Settings
from assetmap.store.database import Connection, Database

_ORDER = {level: number for number, level in enumerate(Level)}


def checkup(database: Database, settings: Settings) -> list[Finding]:
    """Every finding that there is, the worst first. Raises Unavailable when the store cannot be read."""
    with database.reading() as connection:
        of_store = store_findings(database, connection, settings)
        if any(finding.code == "damaged" for finding in of_store):
            return of_store
        return worst_first([*of_store, *record_findings(connection, settings)])


def record_findings(connection: Connection, settings: Settings) -> list[Finding]:
    """What is found in the records, wards and figures; the same until the data or the day changes."""
    wall = datetime.now(ZoneInfo(settings.timezone)).replace(tzinfo=None)
    held = look(connection, settings, wall.date())
    return [*waiting.duplicates(connection, settings), *places.findings(held),
            *times.findings(held, load_calendar(settings.home), wall), *contents.findings(held), *wards.findings(held),
            *programmes.findings(connection, held)]


def store_findings(database: Database, connection: Connection, settings: Settings) -> list[Finding]:
    """What is found in the store itself, and what waits for somebody."""
    faults = database.check_whole()
    if faults:
        return [damaged(f"faults in the data file ({faults[0][:200]})", len(faults))]
    file = Path(database.engine.url.database or "") if database.is_sqlite else None
    return [*waiting.findings(connection), *timebank.findings(connection), *waiting.storage(connection, file),
            *waiting.last_snapshot(connection, local_day(settings))]


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Those that have anything, by level."""
    return sorted((finding for finding in findings if finding.count), key=lambda finding: _ORDER[finding.level])


def damaged(text: str, count: int = 1) -> Finding:
    """The finding of a store that cannot be read as it should."""
    return Finding("damaged", f"{text}: restore a backup", Level.SERIOUS,
                   "Restore the last backup with `assetmap restore FILE`. What is there now is kept beside it.",
                   total=count)


def audit(findings: list[Finding], data_version: int | None) -> dict:
    """What `assetmap check --json` prints; a key once there stays, with its meaning.

    ok              false when a finding is serious; the exit code is then 1
    checked_at      UTC, ISO 8601
    data_version    moves with every change of the data; null when it cannot be read
    program_version of assetmap
    counts          how many findings there are of each level: serious, misleading, waiting, lacking
    findings        the worst first, each with
        code        names the kind of fault for good, such as group-outside
        level       serious, misleading (readers are told something wrong), waiting, lacking
        serious     whether it is the level serious
        text        what the records have in common, in English; may be reworded
        advice      what to do, likewise
        count       how many records have it
        link        the page with all of them
        records     public ids of the first hundred
        entries     the same: layer, id, name, note (what is wrong with this one) and link (where to put it right)
    """
    return {"ok": not any(finding.serious for finding in findings),
            "checked_at": datetime.now(UTC).isoformat(timespec="seconds"), "data_version": data_version,
            "program_version": __version__,
            "counts": {level.value: sum(finding.level is level for finding in findings) for level in Level},
            "findings": [finding.document() for finding in findings]}


def audit_of_error(error: AssetmapError) -> dict:
    """The same document when the data cannot be read at all."""
    if isinstance(error, Gone):
        return audit([Finding("gone", "the data file is gone: put it back, or restore a backup", Level.SERIOUS,
                              error.message, total=1)], None)
    return audit([damaged(error.message.rstrip("."))], None)
