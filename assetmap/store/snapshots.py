"""Dated measures of wards: one snapshot for each month, kept for good."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, delete, func, insert, select

from assetmap.domain.snapshot import AREA, HELD_BACK, PEOPLE, Dated, Ground, Snapshot
from assetmap.store.plan_tables import ward_snapshots

_TABLE = ward_snapshots.c


def keep(connection: Connection, snapshot: Snapshot) -> str:
    """Keep a snapshot in the place of its month's; the day of the one that gave way, "" for none.

    It is no change of the data: the version stays.
    """
    same_month = _TABLE.day.like(f"{snapshot.month}-%")
    before = connection.execute(select(func.max(_TABLE.day)).where(same_month)).scalar() or ""
    connection.execute(delete(ward_snapshots).where(same_month))
    connection.execute(insert(ward_snapshots), list(_rows(snapshot)))
    return before


def days(connection: Connection) -> list[str]:
    """The days of all snapshots, the oldest first."""
    return list(connection.execute(select(_TABLE.day).distinct().order_by(_TABLE.day)).scalars())


def newest_day(connection: Connection) -> str:
    """The day of the last one, "" when there is none. Cheap."""
    return connection.execute(select(func.max(_TABLE.day))).scalar() or ""


def read(connection: Connection, measures: Sequence[str]) -> list[Snapshot]:
    """Every snapshot with these measures, the oldest first."""
    grounds, figures = {}, {}
    for row in connection.execute(select(ward_snapshots).where(_TABLE.measure.in_({*measures, PEOPLE}))).mappings():
        day, measure, code = row["day"], row["measure"], row["ward_code"]
        if measure == PEOPLE and code == AREA:
            grounds[day] = _ground(row["note"])
        held_back = row["note"] == HELD_BACK
        figures.setdefault(day, {}).setdefault(measure, {})[code] = Dated(
            row["value"], row["numerator"], row["denominator"], held_back)
    return [Snapshot(day, grounds[day], figures[day]) for day in sorted(grounds)]


def _rows(snapshot: Snapshot) -> Iterator[dict]:
    """A row for each figure. What the day rests on is the note of the whole area's people."""
    for measure, wards in snapshot.figures.items():
        for code, figure in wards.items():
            note = HELD_BACK if figure.held_back else ""
            if measure == PEOPLE and code == AREA:
                note = _note(snapshot.ground)
            yield {"day": snapshot.day, "ward_code": code, "measure": measure, "value": figure.value,
                   "numerator": figure.numerator, "denominator": figure.denominator, "note": note}


def _note(ground: Ground) -> str:
    return json.dumps({
        "taken": ground.taken, "data_version": ground.data_version, "program": ground.program,
        "boundary_years": ground.boundary_years, "people": ground.people, "estimate": ground.estimate,
        "homes": ground.homes, "names": dict(ground.names)}, ensure_ascii=False)


def _ground(note: str) -> Ground:
    held = json.loads(note)
    return Ground(held["taken"], held["data_version"], held["program"], tuple(held["boundary_years"]),
                  tuple((source, date) for source, date in held["people"]), held["homes"], held["names"],
                  held["estimate"])
