"""Whether the data can be read this very moment: asked of the file itself, never of what is remembered of it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import String

from assetmap.domain.errors import Gone, Unavailable
from assetmap.store import tables
from assetmap.store.database import Database, latest_revision
from assetmap.store.steward_tables import accounts

# What pages are made from. History and postcodes may be long, and no page needs the whole of them.
_READ = (tables.meta, tables.terms, tables.wards, tables.ward_figures, tables.places, tables.hubs, tables.groups,
         tables.opportunities, tables.organisations, accounts)
_PATIENCE_S = 2.0
_WRITE_PATIENCE_S = 0.1


def read_through(address: str) -> int:
    """Read every page's data from its first row to its last, and return its version.

    Raises Unavailable, with a sentence, when the file is gone, damaged, locked or may not be read, or when its
    tables are not of this program's version.
    """
    database = Database(address, busy_timeout_s=_PATIENCE_S)
    try:
        if database.is_sqlite and not Path(database.engine.url.database or "").is_file():
            raise Gone
        _must_be_ours(database.revision())
        _read_tables(database)
        return database.version()
    except (SQLAlchemyError, ValueError) as error:
        raise Unavailable("The data cannot be read: it is damaged, or not of this program's version. Restore a "
                          "backup with `assetmap restore FILE`.") from error
    finally:
        database.dispose()


def writable(database: Database) -> bool:
    """Whether somebody could save now: nobody holds the pen, and the file may be written to."""
    try:
        with database.writing(_WRITE_PATIENCE_S):
            return True
    except (Unavailable, SQLAlchemyError):
        return False


def _must_be_ours(revision: str | None) -> None:
    if revision is None:
        raise Unavailable("The data file is empty. Restore a backup with `assetmap restore FILE`.")
    if revision > latest_revision():
        raise Unavailable("The data was written by a newer version of assetmap than this one. Install the newer "
                          "version, or restore an older backup.")
    if revision < latest_revision():
        raise Unavailable("The data is of an older version of assetmap. Start the program again, and it brings the "
                          "data up to date.")


def _read_tables(database: Database) -> None:
    with database.reading() as connection:
        for table in _READ:
            # the length of a text is known only when all of it was read
            texts = [func.max(func.length(column)) for column in table.columns if isinstance(column.type, String)]
            connection.execute(select(func.count(), *texts).select_from(table)).all()
            keys = list(table.primary_key.columns)
            for _ in connection.execute(select(*keys).order_by(*keys)):  # by the index, as single records are found
                continue
        for _ in connection.execute(select(tables.wards.c.geometry)):
            continue
