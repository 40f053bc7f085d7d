"""The engine: how the store is opened, kept whole, and moved from one shape to the next."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text, update
from sqlalchemy.exc import DatabaseError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from assetmap.domain.errors import Busy, Unavailable
from assetmap.store.tables import meta

BUSY_TIMEOUT_S = 30.0
_MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """One store. Reads see one moment; writes take their turn and are on the disk when acknowledged."""

    def __init__(self, address: str, busy_timeout_s: float = BUSY_TIMEOUT_S):
        """`busy_timeout_s`: how long to wait for somebody else who is saving, before giving up with a sentence."""
        self.address = address
        self.is_sqlite = address.startswith("sqlite")
        self._migrate_lock = threading.Lock()
        self.engine = _engine(address, self.is_sqlite, busy_timeout_s)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reads. Raises Unavailable, with a sentence, when the store cannot be read."""
        with faults_as_sentences(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, patience_s: float | None = None) -> Iterator[Connection]:
        """A transaction that holds the store's one pen from its first moment (BEGIN IMMEDIATE).

        It commits when the block ends, and leaves nothing when the block raises.
        Raises Busy when somebody else holds the pen longer than `patience_s`, Unavailable when the disk is full.
        """
        with faults_as_sentences(), self.engine.connect() as connection:
            if self.is_sqlite:
                if patience_s is not None:
                    connection.connection.execute(f"PRAGMA busy_timeout={int(patience_s * 1000)}")
                connection.execution_options(immediate=True)
            with connection.begin():
                yield connection

    def version(self) -> int:
        """The number that moves with every change of the data. Cheap: one row by its key."""
        with self.reading() as connection:
            return version_of(connection)

    def has_tables(self) -> bool:
        """Whether it was ever a store of ours. Raises Unavailable when it cannot be read."""
        return self.revision() is not None

    def migrate(self) -> None:
        """Bring the tables to today's shape; the whole of it or nothing. Safe to call at every start.

        Raises Unavailable, with a sentence, when a step fails or the store is of a newer version than the program.
        """
        if self.is_sqlite:
            _make_file(Path(self.engine.url.database or ""))
        # alembic costs half a second to import, so an up-to-date store is recognised without it
        if self.revision() == latest_revision():
            return
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        try:
            with self._migrate_lock, self.writing() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except CommandError as error:
            raise Unavailable("The data was written by a newer version of assetmap than this one. Nothing was changed; "
                              "install the newer version, or restore an older backup.") from error
        except SQLAlchemyError as error:
            raise Unavailable("The data could not be brought to the shape that this version of assetmap needs "
                              f"({getattr(error, 'orig', error)}). Nothing was changed.") from error

    def revision(self) -> str | None:
        """The last migration that the tables went through; None when it was never a store of ours."""
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


def mark_made(connection: Connection) -> None:
    """Note that the instance was made to its end."""
    if connection.execute(select(meta.c.value).where(meta.c.key == "made")).scalar() is None:
        connection.execute(insert(meta).values(key="made", value="yes"))


def is_made(database: Database) -> bool:
    """Whether `mark_made` was reached."""
    with database.reading() as connection:
        return connection.execute(select(meta.c.value).where(meta.c.key == "made")).scalar() is not None


def version_of(connection: Connection) -> int:
    """The data's version, as this connection sees it."""
    return int(connection.execute(select(meta.c.value).where(meta.c.key == "version")).scalar() or 0)


def bump_version(connection: Connection) -> int:
    """Move the data's version within the transaction that changes the data."""
    found = connection.execute(select(meta.c.value).where(meta.c.key == "version")).scalar()
    new = int(found or 0) + 1
    if found is None:
        connection.execute(insert(meta).values(key="version", value=str(new)))
    else:
        connection.execute(update(meta).where(meta.c.key == "version").values(value=str(new)))
    return new


def _engine(address: str, is_sqlite: bool, busy_timeout_s: float) -> Engine:
    if not is_sqlite:
        return create_engine(address, pool_pre_ping=True)
    # One connection for each use: cheap for a file, and none is shared between threads or after a fork.
    engine = create_engine(address, poolclass=NullPool, connect_args={"timeout": busy_timeout_s})

    @event.listens_for(engine, "do_connect")
    def _open(_dialect, _record, _arguments: list, options: dict) -> sqlite3.Connection:
        # a store that is gone stays gone: SQLite would put an empty one in its place
        return sqlite3.connect(f"file:{quote(engine.url.database or '')}?mode=rw", uri=True, **options)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record) -> None:
        connection.isolation_level = None  # the driver starts no transactions of its own; `_begin` does
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON",
                       f"busy_timeout={int(busy_timeout_s * 1000)}", "trusted_schema=OFF", "cache_size=-32000",
                       "secure_delete=ON"):  # what is forgotten is overwritten
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate")
        if immediate:  # a large load should not spill its pages before it commits
            connection.exec_driver_sql("PRAGMA cache_size=-128000")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _make_file(file: Path) -> None:
    """A new store begins as an empty file that its owner alone may read; one that is there is left as it is."""
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise Unavailable(_CANNOT_OPEN) from error


_CANNOT_OPEN = "The data file cannot be opened. Is the instance folder there, and may this program read it?"
_SENTENCES = (
    ("database is locked", "Somebody else is saving just now. Nothing was changed; please try again in a minute."),
    ("disk is full", "The disk is full. Nothing was changed; make room and try again."),
    ("disk i/o error", "The disk cannot be read or written. Nothing was changed."),
    ("readonly", "The data may not be written to by this program. Nothing was changed."),
    ("malformed", "The data file is damaged. Restore a backup with `assetmap restore FILE`."),
    ("not a database", "The data file is not a database. Restore a backup with `assetmap restore FILE`."),
    ("no such table", "The data is not where it was. Restore a backup with `assetmap restore FILE`."),
    ("unable to open", _CANNOT_OPEN),
)


@contextmanager
def faults_as_sentences() -> Iterator[None]:
    """The database's own faults, as a sentence for the person who meets them."""
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:
        said = str(error).lower()
        for sign, sentence in _SENTENCES:
            if sign in said:
                raise (Busy if "locked" in sign else Unavailable)(sentence) from error
        raise
