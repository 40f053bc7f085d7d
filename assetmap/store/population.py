"""Where people live: one list of points, taken whole from its publisher."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from sqlalchemy import Connection, delete, func, select

from assetmap.store.bulk import in_chunks, insert_rows, update_rows
from assetmap.store.database import bump_version
from assetmap.store.plan_tables import population_points as table

NAMES = tuple(column.name for column in table.columns)
NUMBERS = ("lat", "lon", "people", "children", "working_age", "older", "deprivation")
_CENTIMETRE = 1e-7  # of a degree
_LAT, _LON = NAMES.index("lat"), NAMES.index("lon")
_CHUNK = 100_000


def replace_points(connection: Connection, rows: Sequence[tuple], left: Collection[str] = ()) -> dict[str, int]:
    """Make the list that of `rows`, tuples in the order of NAMES with an id of their own each; returns the counts.

    Points that are not in it are taken out, or their people would be counted twice, but for the ids `left`, of which
    the file says something that cannot be read. Moves the data's version when anything changed.
    """
    held = {row[0]: tuple(row) for row in connection.execute(select(table))}
    added = [row for row in rows if row[0] not in held]
    changed = [row for row in rows if row[0] in held and not _is_same(held[row[0]], row)]
    gone = held.keys() - {row[0] for row in rows} - set(left)
    if len(gone) == len(held):
        connection.execute(delete(table))
    else:
        for chunk in in_chunks(sorted(gone), 500):
            connection.execute(delete(table).where(table.c.id.in_(chunk)))
    if changed:
        update_rows(connection, table, "id", NAMES[1:], [(*row[1:], row[0]) for row in changed])
    if added:
        insert_rows(connection, table, NAMES, added)
    if added or changed or gone:
        bump_version(connection)
    counts = {"added": len(added), "changed": len(changed), "unchanged": len(rows) - len(added) - len(changed)}
    return counts | ({"removed": len(gone)} if gone else {})


def _is_same(old: tuple, new: tuple) -> bool:
    if old == new:
        return True
    near = all(abs(old[at] - new[at]) <= _CENTIMETRE for at in (_LAT, _LON))
    return near and all(one == other for at, (one, other) in enumerate(zip(old, new, strict=True))
                        if at not in (_LAT, _LON))


def read_points(connection: Connection, box: tuple[float, float, float, float]
                ) -> tuple[dict[str, np.ndarray], list[str]]:
    """Of the points within west, south, east and north, in degrees: each of NUMBERS as an array (n,), NaN for what is
    not known; and the ward's code of each, as given or "".
    """
    west, south, east, north = box
    columns = [table.c[name] for name in (*NUMBERS, "ward_code")]
    asked = select(*columns).where(table.c.lon.between(west, east), table.c.lat.between(south, north))
    parts: list[np.ndarray] = [np.empty((0, len(NUMBERS)))]
    codes: list[str] = []
    for chunk in connection.execute(asked.order_by(table.c.id)).partitions(_CHUNK):
        *numbers, wards = zip(*chunk, strict=True)
        parts.append(np.array(numbers, dtype=float).T)
        codes += wards
    whole = np.concatenate(parts)
    return {name: np.ascontiguousarray(whole[:, at]) for at, name in enumerate(NUMBERS)}, codes


def sources(connection: Connection) -> list[tuple[str, str, bool, int]]:
    """(source, date, whether it is an estimate, number of points) of the list, the longest first."""
    number = func.count()
    asked = select(table.c.source, table.c.date, table.c.estimate, number).group_by(
        table.c.source, table.c.date, table.c.estimate).order_by(number.desc(), table.c.source, table.c.date)
    return [tuple(row) for row in connection.execute(asked)]
