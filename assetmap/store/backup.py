"""Copies of an SQLite store that are whole, and putting one of them back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from assetmap.domain.errors import BadInput, Unavailable
from assetmap.store.database import Database

_BESIDE = ("-wal", "-shm")


def backup_to(database: Database, file: Path) -> None:
    """Copy a running SQLite store to `file`, whole, and open the copy to prove it.

    Raises BadInput when `file` is the store itself, Unavailable when the copy cannot be written or is not whole;
    `file` is then as it was.
    """
    _must_differ(file, Path(database.engine.url.database or ""))
    partial = _partial(file)
    try:
        with closing(database.engine.raw_connection()) as source, closing(sqlite3.connect(partial)) as copy:
            source.driver_connection.backup(copy)
            answer = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if answer != "ok":
            raise Unavailable(f"The copy is not whole ({answer}), so it was not kept.")
        os.replace(partial, file)
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(f"“{file}” could not be written: {_reason(error)}. Is its folder there, with room on the "
                          "disk?") from error
    finally:
        _remove(partial)


def restore_from(file: Path, target: Path) -> Path | None:
    """Put the SQLite backup `file` in the place of `target`; what was there is kept, and its path returned.

    Raises BadInput when they are one file, Unavailable when `file` is not a whole store of ours; nothing is changed
    then.
    """
    _must_differ(file, target)
    partial = _partial(target)
    try:
        _copy_whole(file, partial)
        kept = None
        if target.exists():
            kept = _free_name(target)
            os.replace(target, kept)
            for ending in _BESIDE:  # changes that are not yet in the main file
                beside = target.with_name(target.name + ending)
                if beside.exists():
                    os.replace(beside, kept.with_name(kept.name + ending))
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
                with closing(sqlite3.connect(partial)) as copy:
                    source.backup(copy)
    except sqlite3.Error as error:
        raise Unavailable(f"{file} is not a backup that can be read ({error}). Nothing was changed.") from error
    if answer != "ok":
        raise Unavailable(f"{file} is damaged ({answer[:100]}). Nothing was changed.")


def _must_differ(file: Path, store: Path) -> None:
    if file.exists() and store.exists() and os.path.samefile(file, store):
        raise BadInput(f"{file} is the store itself. Name another file.")


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
    for ending in ("", *_BESIDE):
        partial.with_name(partial.name + ending).unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
