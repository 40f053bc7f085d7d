"""Many rows at once. SQLite's driver is handed plain tuples: SQLAlchemy's own way costs several times the writing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Connection, Executable, Table, bindparam, insert, update

_CHUNK = 5_000


def insert_rows(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple],
                progress: Callable[[int], None] = lambda _: None) -> None:
    """Insert tuples of values in the order of the columns `names`; `progress` is told how many are in.

    Dates are given as ISO text, which is how SQLite keeps them and what PostgreSQL reads.
    """
    quoted = _quoted(connection, names)
    text = f"INSERT INTO {table.name} ({', '.join(quoted)}) VALUES ({', '.join('?' * len(names))})"
    _run(connection, text, insert(table), names, rows, progress)


def update_rows(connection: Connection, table: Table, key: str, names: Sequence[str], rows: Sequence[tuple]) -> None:
    """Set the columns `names` of the rows with a key: tuples of those values, in that order, and then the key."""
    *quoted, quoted_key = _quoted(connection, (*names, key))
    text = f"UPDATE {table.name} SET {', '.join(f'{name} = ?' for name in quoted)} WHERE {quoted_key} = ?"
    statement = update(table).where(table.c[key] == bindparam("_key")).values(
        {name: bindparam(f"_{name}") for name in names})
    _run(connection, text, statement, (*(f"_{name}" for name in names), "_key"), rows, lambda _: None)


def in_chunks(rows: Sequence, size: int = _CHUNK) -> Iterator[Sequence]:
    """The rows, `size` at a time."""
    for start in range(0, len(rows), size):
        yield rows[start: start + size]


def _quoted(connection: Connection, names: Sequence[str]) -> list[str]:
    return [connection.dialect.identifier_preparer.quote(name) for name in names]


def _run(connection: Connection, text: str, statement: Executable, parameters: Sequence[str], rows: Sequence[tuple],
         progress: Callable[[int], None]) -> None:
    """Run SQLite's `text`, or elsewhere the `statement` with named parameters, for every row."""
    done = 0
    on_sqlite = connection.dialect.name == "sqlite"
    for chunk in in_chunks(rows):
        if on_sqlite:
            connection.connection.cursor().executemany(text, chunk)
        else:
            connection.execute(statement, [dict(zip(parameters, row, strict=True)) for row in chunk])
        done += len(chunk)
        progress(done)
