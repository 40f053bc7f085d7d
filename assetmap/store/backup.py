"""Copies of an SQLite store that are whole, and putting one of them back, while others read and save."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, delete, select

from assetmap.domain.errors import BadInput, Unavailable
from assetmap.store.database import Database
from assetmap.store.steward_tables import sign_ins
from assetmap.store.tables import meta

_BESIDE = ("-wal", "-shm")
_OWNER_ALONE = 0o600  # it holds contacts that nobody agreed to publish, and password hashes
_PATIENCE_S = 30.0  # for somebody else who is saving
_DAMAGED = ("malformed", "not a database", "corrupt")
_BACKED_UP = "backed_up_at"


def backup_to(database: Database, file: Path) -> None:
    """Copy a running SQLite store to `file`, whole, and open the copy to prove it; its owner alone may read it.

    Raises BadInput when `file` is the store itself, Unavailable when the store is damaged or the copy cannot be
    written or is not whole; `file` is then as it was.
    """
    _must_differ(file, Path(database.engine.url.database or ""))
    partial = _partial(file)
    try:
        _make_private(partial)
        with closing(database.engine.raw_connection()) as source, closing(sqlite3.connect(partial)) as copy:
            source.driver_connection.backup(copy)
            answer = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if answer != "ok":
            raise Unavailable(_damaged(answer))
        os.replace(partial, file)
    except (OSError, sqlite3.Error) as error:
        if any(sign in str(error) for sign in _DAMAGED):
            raise Unavailable(_damaged(str(error))) from error
        raise Unavailable(f"“{file}” could not be written: {_reason(error)}. Is its folder there, with room on the "
                          "disk?") from error
    finally:
        _remove(partial)


def note_backup(database: Database) -> None:
    """Remember in the store that it was copied just now; it does not matter when that cannot be written."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        with database.writing() as connection:
            connection.execute(delete(meta).where(meta.c.key == _BACKED_UP))
            connection.execute(meta.insert().values(key=_BACKED_UP, value=now))
    except Unavailable:
        return


def last_backup(connection: Connection) -> datetime | None:
    """When the store was last copied by `backup_to`, as far as it knows."""
    found = connection.execute(select(meta.c.value).where(meta.c.key == _BACKED_UP)).scalar()
    return None if found is None else datetime.fromisoformat(found)


def restore_from(file: Path, target: Path) -> Path | None:
    """Put the SQLite backup `file` in the place of `target`; what was there is kept, and its path returned.

    A server may run over `target`: it sees the old data or the new, and nothing between. The restored data is
    brought to today's shape, gets a version that no page was made from, and everybody must sign in again. Raises
    BadInput when they are one file, Unavailable when `file` is not a whole store of ours or somebody keeps saving;
    nothing is changed then.
    """
    _must_differ(file, target)
    partial = _partial(target)
    kept = None
    try:
        _copy_whole(file, partial)
        _make_ready(partial, target)
        if target.exists():
            kept = _free_name(target)
            _keep(target, kept)
            if not _write_over(partial, target):
                _replace(partial, target)
        else:
            _remove_beside(target)  # of a store that is gone
            os.replace(partial, target)
    except OSError as error:
        raise Unavailable(f"{target} could not be replaced: {_reason(error)}.") from error
    finally:
        _remove(partial)
    return kept


def _copy_whole(file: Path, partial: Path) -> None:
    if not file.is_file():
        raise Unavailable(f"There is no file {file}. Nothing was changed.")
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True)) as source:
            answer = source.execute("PRAGMA integrity_check").fetchone()[0]
            source.execute("SELECT version_num FROM alembic_version").fetchone()
            if answer == "ok":
                _make_private(partial)
                with closing(sqlite3.connect(partial)) as copy:
                    source.backup(copy)
    except sqlite3.Error as error:
        raise Unavailable(f"{file} is not a backup that can be read ({error}). Nothing was changed.") from error
    if answer != "ok":
        raise Unavailable(f"{file} is damaged ({answer[:100]}). Nothing was changed.")


def _make_ready(partial: Path, target: Path) -> None:
    """Today's shape; a version above both, so that every server and browser looks again; nobody signed in.

    An old backup would bring back sessions that were ended since.
    """
    before = _version_of(target)
    database = Database(f"sqlite:///{partial.absolute()}")
    try:
        database.migrate()
        version = max(before, database.version()) + 1
        with database.writing() as connection:
            connection.execute(delete(sign_ins))
            connection.execute(delete(meta).where(meta.c.key == "version"))
            connection.execute(meta.insert().values(key="version", value=str(version)))
    finally:
        database.dispose()
    with closing(sqlite3.connect(partial)) as copy:  # all in one file
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        copy.execute("PRAGMA journal_mode=DELETE")


def _version_of(target: Path) -> int:
    """The data's version in a store that may be gone or damaged; 0 when it cannot be read."""
    if not target.is_file():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{quote(str(target.absolute()))}?mode=ro", uri=True)) as store:
            return int(store.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()[0])
    except (sqlite3.Error, TypeError, ValueError):
        return 0


def _keep(target: Path, kept: Path) -> None:
    """A copy of what is there, with its newest changes; of a damaged store file by file."""
    _make_private(kept)
    try:
        with closing(sqlite3.connect(target)) as source, closing(sqlite3.connect(kept)) as copy:
            source.backup(copy)
    except sqlite3.Error:
        _remove_beside(kept)
        for ending in ("", *_BESIDE):
            beside = target.with_name(target.name + ending)
            if beside.exists():
                shutil.copyfile(beside, kept.with_name(kept.name + ending))
                kept.with_name(kept.name + ending).chmod(_OWNER_ALONE)


def _write_over(partial: Path, target: Path) -> bool:
    """The new data into the file that others have open, in one transaction. False when it is too damaged for that.

    Raises Unavailable when somebody holds the pen for too long.
    """
    deadline = time.monotonic() + _PATIENCE_S

    def in_time(status: int, remaining: int, total: int) -> None:
        if status and time.monotonic() > deadline:  # busy or locked, and asked again and again
            raise TimeoutError

    try:
        with closing(sqlite3.connect(partial)) as source, closing(sqlite3.connect(target)) as store:
            if store.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                return False
            store.execute("PRAGMA synchronous=FULL")
            source.backup(store, progress=in_time, sleep=0.05)
        return True
    except TimeoutError:
        raise Unavailable("Somebody else is saving all the time. Nothing was changed; please try again in a "
                          "minute.") from None
    except sqlite3.Error:
        return False


def _replace(partial: Path, target: Path) -> None:
    """The new file in the place of a damaged one, whose unwritten changes must not find their way into it."""
    for ending in _BESIDE:
        beside = target.with_name(target.name + ending)
        if beside.exists():
            os.truncate(beside, 0)
    os.replace(partial, target)
    _remove_beside(target)


def _must_differ(file: Path, store: Path) -> None:
    if file.exists() and store.exists() and os.path.samefile(file, store):
        raise BadInput(f"{file} is the store itself. Name another file.")


def _make_private(file: Path) -> None:
    """An empty file that its owner alone may read. Raises OSError."""
    file.unlink(missing_ok=True)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ALONE))


def _partial(file: Path) -> Path:
    if not file.name:
        raise BadInput("The backup needs a file's name, such as assetmap-monday.db.")
    return file.with_name(file.name + ".part")


def _free_name(target: Path) -> Path:
    stem = f"{target.stem}.before-restore-{datetime.now():%Y%m%d-%H%M%S}"
    kept, number = target.with_name(f"{stem}.db"), 1
    while kept.exists():
        number += 1
        kept = target.with_name(f"{stem}-{number}.db")
    return kept


def _remove(partial: Path) -> None:
    partial.unlink(missing_ok=True)
    _remove_beside(partial)


def _remove_beside(file: Path) -> None:
    for ending in _BESIDE:
        file.with_name(file.name + ending).unlink(missing_ok=True)


def _damaged(fault: str) -> str:
    return (f"The data file is damaged ({fault[:100]}), so no backup was made of it. Restore an earlier one with "
            "`assetmap restore FILE`.")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
