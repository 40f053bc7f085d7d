"""Population points: the centre of each small area of a census, or of each postcode, with the people who live there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assetmap.atlas.locator import Locator
from assetmap.domain.errors import FileRefused
from assetmap.domain.location import Location
from assetmap.domain.ward import is_gss
from assetmap.importing import cells, columns
from assetmap.importing.options import Options
from assetmap.importing.position import locate
from assetmap.importing.report import Report
from assetmap.importing.sheet import Sheet
from assetmap.layers import crs
from assetmap.layers.limits import DEFAULT_LIMITS, Limits
from assetmap.layers.read import read_table
from assetmap.settings import Settings
from assetmap.store import population, reference
from assetmap.store.database import Connection, Database

_MOST_PEOPLE = 100_000_000
_AGES = ("children", "working_age", "older")
_ROUNDING = (1.05, 10)  # publishers change counts by a little, so that nobody can be told


def read(database: Database, settings: Settings, file: Path, report: Report, options: Options):
    """(the write, the sheet), as every reader of `importing.reference` gives them."""
    most = max(settings.max_file_mb * 1_000_000, DEFAULT_LIMITS.max_bytes)
    table = read_table(file, limits=Limits(max_bytes=most))
    sheet = Sheet(table, columns.corrected("population-points", table.columns, options.mapping))
    _must_have_columns(sheet)
    report.mapping, report.rows = sheet.mapping, len(sheet)
    with database.reading() as connection:
        locator = Locator(connection)
        places, postcodes = locate(sheet, locator.find_many, locator.alike, settings.local_crs)
        wards = set(reference.ward_names(connection))
    ids = _ids(sheet, postcodes)
    _must_be_inside(sheet, places, settings.local_crs)
    rows = _rows(sheet, ids, places, report.source)
    report.problems, report.unused = sheet.problems, sheet.unused()
    refused = sheet.refused_rows()
    good = [row for number, row in zip(sheet.numbers, rows, strict=True) if number not in refused]
    if not good and not report.refusals:
        raise FileRefused("There are headings, but no rows below them: nothing was changed.")
    left = {made for number, made in zip(sheet.numbers, ids, strict=True) if number in refused}
    _remark(report, good, wards)

    def write(connection: Connection, _told: reference.Told) -> dict[str, int]:
        counts = population.replace_points(connection, good, left) if good else {"added": 0, "changed": 0,
                                                                                 "unchanged": 0}
        if counts.get("removed"):
            report.remarks.append(f"{counts['removed']:,} points that this file does not have are taken out: it takes "
                                  "the place of the list before it. To add to a list, put both into one file.")
        return counts

    return write, sheet


def _must_have_columns(sheet: Sheet) -> None:
    """Raises FileRefused when nothing can come of the file."""
    has = ", ".join(sheet.table.columns)[:400]
    if not sheet.has("id") and not sheet.has("postcode"):
        raise FileRefused("No column holds the code of each small area, such as E00080000; say which with --map "
                          f"id=COLUMN; the file has: {has}.")
    if not sheet.has("people"):
        raise FileRefused(f"No column holds how many people live there; say which with --map people=COLUMN; the file "
                          f"has: {has}.")
    placed = (sheet.has("lat") and sheet.has("lon") or sheet.has("easting") or sheet.has("postcode")
              or sheet.table.geometry is not None)
    if not placed:
        raise FileRefused("Nothing says where the areas are: columns of lat and lon, of easting and northing, or of "
                          f"postcodes are needed; the file has: {has}.")


def _ids(sheet: Sheet, postcodes: Sequence[str]) -> list[str]:
    """The code of each row, else its postcode; a code that comes twice is a fault of the later row."""
    given = sheet.values("id", _code) if sheet.has("id") else postcodes
    ids = [one or postcode for one, postcode in zip(given, postcodes, strict=True)]
    first: dict[str, int] = {}
    for index, made in enumerate(ids):
        if not made:
            sheet.fault(index, "id", "is empty, and every row needs a code of its own")
        elif first.setdefault(made, index) != index:
            sheet.fault(index, "id" if sheet.has("id") else "postcode",
                        f"{made} is in row {sheet.numbers[first[made]]} too; its people would be counted twice")
    return ids


def _code(raw: str) -> cells.Cell:
    cell = cells.text(60)(raw)
    upper = str(cell.value).upper()
    return cells.Cell(upper) if is_gss(upper) else cell


def _must_be_inside(sheet: Sheet, places: Sequence[Location], local_crs: str) -> None:
    """Every row has a position, where the area's system of coordinates is used."""
    lats, lons = (np.array([getattr(found.place, name) if found.place else np.nan for found in places], dtype=float)
                  for name in ("lat", "lon"))
    inside = crs.in_area(lons, lats, local_crs)
    told = sheet.refused_rows()
    where = "Britain" if local_crs == crs.BRITISH_NATIONAL_GRID else f"the area of {local_crs}"
    field = next((name for name in ("lat", "easting", "postcode") if sheet.has(name)), "lat")
    for index in np.flatnonzero(~inside).tolist():
        if sheet.numbers[index] in told:
            continue
        if np.isnan(lats[index]):
            sheet.fault(index, field, "has no position; give lat and lon, easting and northing, or a postcode")
        else:
            sheet.fault(index, field, f"{lats[index]:.5g}, {lons[index]:.5g} is outside {where}")


def _rows(sheet: Sheet, ids: Sequence[str], places: Sequence[Location], source: str) -> list[tuple]:
    """Tuples in the order of `population.NAMES`; those of refused rows are of no use."""
    number = cells.decimal(0, _MOST_PEOPLE)
    people, ages = sheet.values("people", _people), [sheet.values(name, number) for name in _AGES]
    for index, (whole, *parts) in enumerate(zip(people, *ages, strict=True)):
        held = sum(filter(None, parts))
        if whole is not None and held > whole * _ROUNDING[0] + _ROUNDING[1]:
            sheet.fault(index, "people", f"is {whole:g}, and the ages together are {held:g}; both are kept as they are",
                        "notice")
    deprivation = _deprivation(sheet)
    wards, estimates = sheet.values("ward_code", _ward), sheet.values("estimate", cells.yes_no)
    sources, dates = sheet.values("source", cells.text(300)), sheet.values("date", cells.text(60))
    spots = [(found.place.lat, found.place.lon) if found.place else (None, None) for found in places]
    return [(made, *spot, whole, *parts, score, ward, said or source, day, estimate)
            for made, spot, whole, *parts, score, ward, said, day, estimate in zip(
                ids, spots, people, *ages, deprivation, wards, sources, dates, estimates, strict=True)]


def _people(raw: str) -> cells.Cell:
    cell = cells.decimal(0, _MOST_PEOPLE)(raw)
    if cell.value is None and not cell.fault:
        return cells.Cell(None, "is empty, and every row needs its number of people; nobody at all is 0")
    return cell


def _deprivation(sheet: Sheet) -> list[float | None]:
    """Higher is more deprived: a score as it is, a rank below 0. The two cannot be compared: with any score, ranks are
    left out.
    """
    scores = sheet.values("deprivation", cells.decimal(0, 1e6))
    ranks = sheet.values("deprivation_rank", cells.decimal(1, 1e6))
    if any(score is not None for score in scores):
        return scores
    return [None if rank is None else -rank for rank in ranks]


def _ward(raw: str) -> cells.Cell:
    if cells.is_missing(raw):
        return cells.Cell("")
    code = raw.strip().upper()[:20]
    return cells.Cell(code) if is_gss(code) else cells.Cell(
        "", f"“{code}” is not a ward code such as E05002212; the ward that the point lies in is used", "notice")


def _remark(report: Report, rows: Sequence[tuple], wards: set[str]) -> None:
    """What somebody should know of the list as a whole."""
    at = {name: index for index, name in enumerate(population.NAMES)}
    points = f"{len(rows):,} point{'' if len(rows) == 1 else 's'}"
    report.remarks.append(f"{sum(row[at['people']] for row in rows):,.0f} people at {points}.")
    if any((row[at["deprivation"]] or 0) < 0 for row in rows):
        report.remarks.append("Deprivation is given as a rank, where 1 is the most deprived. It is kept below 0, the "
                              "first as -1, so that higher means more deprived.")
    strangers = {row[at["ward_code"]] for row in rows} - wards - {""}
    if wards and strangers:
        report.remarks.append(f"{len(strangers):,} of the ward codes are not wards that are loaded, such as "
                              f"{min(strangers)}: the ward that the point lies in is used.")
