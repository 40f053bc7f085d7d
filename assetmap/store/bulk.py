"""Many rows at once. SQLite's driver is handed plain tuples: SQLAlchemy's own way costs several times the writing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from operator import itemgetter

from sqlalchemy import Connection, Date, Executable, Table, bindparam, insert, update

_CHUNK = 5_000


def insert_rows(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple],
                progress: Callable[[int], None] = lambda _: None) -> None:
    """Insert tuples of values in the order of the columns `names`; `progress` is told how many are in."""
    _run(connection, table, insert(table), names, names, rows, progress)


def update_rows(connection: Connection, table: Table, key: str, names: Sequence[str], rows: Sequence[tuple]) -> None:
    """Set the columns `names` of the rows with a key: tuples of those values, in that order, and then the key."""
    values = {name: bindparam(f"_{name}") for name in names}
    statement = update(table).where(table.c[key] == bindparam("_key")).values(values)
    _run(connection, table, statement, (*names, key), (*(f"_{name}" for name in names), "_key"), rows, lambda _: None)


def in_chunks(rows: Sequence, size: int = _CHUNK) -> Iterator[Sequence]:
    """The rows, `size` at a time."""
    for start in range(0, len(rows), size):
        yield rows[start: start + size]


def _run(connection: Connection, table: Table, statement: Executable, names: Sequence[str], parameters: Sequence[str],
         rows: Sequence[tuple], progress: Callable[[int], None]) -> None:
    """Run a statement for every row; `parameters` are its parameters' names, `names` the columns they belong to."""
    done = 0
    for chunk in in_chunks(rows):
        if connection.dialect.name == "sqlite":
            compiled = statement.compile(dialect=connection.dialect, column_keys=list(parameters))
            in_order = itemgetter(*[parameters.index(name) for name in compiled.positiontup])
            days = [index for index, name in enumerate(names) if isinstance(table.c[name].type, Date)]
            connection.exec_driver_sql(str(compiled), [in_order(row) for row in _with_iso_days(chunk, days)])
        else:
            connection.execute(statement, [dict(zip(parameters, row, strict=True)) for row in chunk])
        done += len(chunk)
        progress(done)


def _with_iso_days(rows: Iterable[tuple], days: Sequence[int]) -> Iterator[Sequence]:
    """SQLite has no dates: they are kept as SQLAlchemy's Date keeps them, as ISO text."""
    for row in rows:
        values = list(row)
        for index in days:
            if isinstance(values[index], date):
                values[index] = values[index].isoformat()
        yield values
