"""A change as JSON and as the rows of a spreadsheet: both figures, what each counts, and what they rest on."""

from __future__ import annotations

import math
from dataclasses import asdict

import pandas as pd

from assetmap.domain.change_query import ChangeQuery
from assetmap.domain.snapshot import AREA, Dated, Snapshot
from assetmap.web.plan import change_words
from assetmap.web.plan.change_table import ChangeTable, label_of, unit_of

_COLUMNS = ("value", "numerator", "denominator", "held_back")


def document(query: ChangeQuery, table: ChangeTable | None) -> dict:
    """The choice as understood, what each day rests on, the whole area and a row for each ward; null is no data.

    Without a snapshot `first` is null and there are no wards.
    """
    said = {"measure": {"code": query.measure, "label": label_of(query.measure), "unit": unit_of(query.measure)},
            "first": None, "second": None, "area": None, "wards": [], "what_else_changed": [], "notes": []}
    if table is None:
        return said
    shown = {} if table.withheld else {
        "area": {**_pair(table, AREA), "change": _plain(table.area_change)}, "wards": _rows(table)}
    return said | {"first": _day(table.first), "second": _day(table.second), "told": change_words.told(table),
                   "what_else_changed": change_words.others(table), "notes": change_words.notes(table), **shown}


def as_frame(table: ChangeTable | None) -> pd.DataFrame:
    """A row for each ward."""
    names = ["code", "name", "measure", "unit", "first_day", "second_day"]
    names += [f"{day}_{name}" for day in ("first", "second") for name in _COLUMNS]
    rows = []
    for row in [] if table is None or table.withheld else _rows(table):
        flat = {f"{day}_{name}": row[day][name] for day in ("first", "second") for name in _COLUMNS}
        rows.append({"code": row["code"], "name": row["name"], "measure": table.measure,
                     "unit": unit_of(table.measure), "first_day": table.first.day, "second_day": table.second.day,
                     **flat, "change": row["change"], "says": row["says"]})
    return pd.DataFrame(rows, columns=[*names, "change", "says"], dtype=object)


def _rows(table: ChangeTable) -> list[dict]:
    return [{"code": code, "name": table.second.ground.names[code], **_pair(table, code),
             "change": _plain(table.change[place]), "says": table.says[place]}
            for place, code in enumerate(table.codes)]


def _pair(table: ChangeTable, code: str) -> dict:
    return {"first": _figure(table.first.of(table.measure, code)),
            "second": _figure(table.second.of(table.measure, code))}


def _figure(figure: Dated) -> dict:
    return {name: getattr(figure, name) for name in _COLUMNS}


def _day(snapshot: Snapshot) -> dict:
    ground = asdict(snapshot.ground)
    del ground["names"]
    return {"day": snapshot.day, **ground,
            "people": [{"source": source, "date": date} for source, date in snapshot.ground.people]}


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
