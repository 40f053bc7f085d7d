"""The engine: how the store is opened, kept whole, and moved from one shape to the next."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text, update
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from assetmap.domain.errors import Unavailable
from assetmap.store.tables import meta, metadata

BUSY_TIMEOUT_S = 30.0
_MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """One store. Reads see one moment; writes take their turn and are on the disk when acknowledged."""

    def __init__(self, address: str):
        self.address = address
        self.is_sqlite = address.startswith("sqlite")
        self._migrate_lock = threading.Lock()
        self.engine = _engine(address, self.is_sqlite)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reads. Raises Unavailable, with a sentence, when the store cannot be read."""
        with _faults_as_sentences(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the store's one pen from its first moment (BEGIN IMMEDIATE).

        It commits when the block ends, and leaves nothing when the block raises.
        Raises Unavailable when somebody else holds the pen too long, or the disk is full.
        """
        with _faults_as_sentences(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.execution_options(immediate=True)
            with connection.begin():
                yield connection

    def version(self) -> int:
        """The number that moves with every change of the data. Cheap: one row by its key."""
        with self.reading() as connection:
            found = connection.execute(select(meta.c.value).where(meta.c.key == "version")).scalar()
        return int(found or 0)

    def migrate(self) -> None:
        """Bring the tables to today's shape; the whole of it or nothing. Safe to call at every start."""
        # alembic costs half a second to import, so an up-to-date store is recognised without it
        if self._revision() == latest_revision():
            return
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        with self._migrate_lock, self.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def _revision(self) -> str | None:
        with self.reading() as connection:
            try:
                return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            except DatabaseError as error:
                if "no such table" in str(error) or "does not exist" in str(error):
                    return None
                raise

    def check_whole(self) -> list[str]:
        """What the database says of its own state; empty when it is whole."""
        if not self.is_sqlite:
            return []
        with self.reading() as connection:
            found = [row[0] for row in connection.execute(text("PRAGMA integrity_check(20)"))]
        return [] if found == ["ok"] else found

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def latest_revision() -> str:
    """The newest migration's name: their files are numbered."""
    return max(path.stem.split("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def bump_version(connection: Connection) -> int:
    """Move the data's version within the transaction that changes the data."""
    found = connection.execute(select(meta.c.value).where(meta.c.key == "version")).scalar()
    new = int(found or 0) + 1
    if found is None:
        connection.execute(insert(meta).values(key="version", value=str(new)))
    else:
        connection.execute(update(meta).where(meta.c.key == "version").values(value=str(new)))
    return new


def create_tables(connection: Connection) -> None:
    """All tables of today's shape (the first migration)."""
    metadata.create_all(connection)


def backup_to(database: Database, file: Path) -> None:
    """Copy a running SQLite store to `file`, whole, and open the copy to prove it.

    Raises Unavailable when the copy is not whole; `file` is then not written.
    """
    source = database.engine.raw_connection()
    partial = file.with_name(file.name + ".part")
    try:
        copy = sqlite3.connect(partial)
        try:
            source.driver_connection.backup(copy)
            answer = copy.execute("PRAGMA integrity_check").fetchone()[0]
        finally:
            copy.close()
    finally:
        source.close()
    if answer != "ok":
        partial.unlink()
        raise Unavailable(f"The copy is not whole ({answer}), so it was not kept.")
    os.replace(partial, file)


def restore_from(file: Path, target: Path) -> Path | None:
    """Put the SQLite backup `file` in the place of `target`; what was there is kept, and its path returned.

    Raises Unavailable when `file` is not a whole store of ours; nothing is changed then.
    """
    partial = target.with_name(target.name + ".part")
    try:
        source = sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True)
        try:
            answer = source.execute("PRAGMA integrity_check").fetchone()[0]
            source.execute("SELECT version_num FROM alembic_version")
            copy = sqlite3.connect(partial)
            source.backup(copy)
            copy.close()
        finally:
            source.close()
    except sqlite3.Error as error:
        partial.unlink(missing_ok=True)
        raise Unavailable(f"{file} is not a backup that can be read ({error}). Nothing was changed.") from error
    if answer != "ok":
        partial.unlink(missing_ok=True)
        raise Unavailable(f"{file} is damaged. Nothing was changed.")
    kept = None
    if target.exists():
        kept = target.with_name(f"{target.stem}.before-restore-{datetime.now():%Y%m%d-%H%M%S}.db")
        os.replace(target, kept)
        for ending in ("-wal", "-shm"):
            beside = target.with_name(target.name + ending)
            if beside.exists():
                os.replace(beside, kept.with_name(kept.name + ending))
    os.replace(partial, target)
    return kept


def _engine(address: str, is_sqlite: bool) -> Engine:
    if not is_sqlite:
        return create_engine(address, pool_pre_ping=True)
    # One connection for each use: cheap for a file, and none is shared between threads or after a fork.
    engine = create_engine(address, poolclass=NullPool, connect_args={"timeout": BUSY_TIMEOUT_S})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record) -> None:
        connection.isolation_level = None  # the driver starts no transactions of its own; `_begin` does
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON",
                       f"busy_timeout={int(BUSY_TIMEOUT_S * 1000)}", "trusted_schema=OFF", "cache_size=-32000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


_SENTENCES = (
    ("database is locked", "Somebody else is saving just now. Nothing was changed; please try again in a minute."),
    ("disk is full", "The disk is full. Nothing was changed; make room and try again."),
    ("disk i/o error", "The disk cannot be read or written. Nothing was changed."),
    ("readonly", "The data may not be written to by this program. Nothing was changed."),
    ("malformed", "The data file is damaged. Restore a backup with `assetmap restore FILE`."),
    ("not a database", "The data file is not a database. Restore a backup with `assetmap restore FILE`."),
    ("unable to open", "The data file cannot be opened. Is the instance folder there, and may this program read it?"),
)


@contextmanager
def _faults_as_sentences() -> Iterator[None]:
    """The database's own faults, as a sentence for the person who meets them."""
    try:
        yield
    except (OperationalError, DatabaseError, sqlite3.DatabaseError) as error:
        said = str(error).lower()
        for sign, sentence in _SENTENCES:
            if sign in said:
                raise Unavailable(sentence) from error
        raise
