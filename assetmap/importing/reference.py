"""Wards, their figures, postcodes, places, people and vocabulary: the layers that assets are set against."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import shapely

from assetmap.atlas.locator import Locator
from assetmap.domain.errors import BadInput, FileRefused, Problem
from assetmap.domain.text import one_line
from assetmap.domain.vocabulary import KINDS, Vocabulary
from assetmap.domain.ward import is_gss
from assetmap.importing import cells, columns, population, rejected
from assetmap.importing.options import MOST_SHOWN, Options, settle
from assetmap.importing.position import locate
from assetmap.importing.report import RecordChange, Report
from assetmap.importing.sheet import Sheet
from assetmap.layers.boundaries import read_wards
from assetmap.layers.limits import Limits
from assetmap.layers.opening import read_bytes
from assetmap.layers.postcodes import read_postcodes
from assetmap.layers.read import read_table
from assetmap.settings import Settings
from assetmap.store import records, reference, reference_changes, tables
from assetmap.store.database import Connection, Database

Write = Callable[[Connection, reference.Told], dict[str, int]]


def load(database: Database, settings: Settings, layer: str, file: Path, options: Options) -> Report:
    """Load one of the reference layers. Raises as `assetmap.importing.run.load`."""
    report = Report(layer, one_line(options.file_name or file.name), one_line(options.source or file.stem),
                    dry_run=options.dry_run)
    options.progress("Reading", 0, 0)
    readers = {"wards": _wards, "ward-figures": _figures, "postcodes": _postcodes, "places": _places,
               "vocabulary": _vocabulary, "population-points": population.read}
    if layer in {"wards", "postcodes", "vocabulary"} and options.mapping:
        raise BadInput(f"{layer} are read by their standard headings; --map is for the other layers.")
    write, sheet = readers[layer](database, settings, file, report, options)
    if report.refusals and not options.skip_bad_rows:
        return report
    with database.writing() as connection:
        changes: list[reference_changes.Change] = []
        names: dict[str, str] = {}

        def told(before: Mapping | None, after: Mapping | None) -> None:
            change = reference_changes.change_of(layer, before, after)
            if change:
                changes.append(change)
                names[change.record_id] = _name_of(layer, change.record_id, after or before)

        report.counts = write(connection, told)
        number = None
        if any(report.counts.get(word) for word in ("added", "changed", "removed")):
            number = records.start_import(connection, by=options.by, layer=layer, file=report.file,
                                          source=report.source, draft_id=options.draft_id)
            records.finish_import(connection, number, report.counts)
            reference_changes.note(connection, layer, changes, by=options.by, import_id=number)
        if options.details:
            for change in changes[:MOST_SHOWN]:
                report.records.setdefault(change.action, []).append(
                    RecordChange(change.record_id, names[change.record_id], change.changes))
        settle(connection, report, options, number,
               lambda: rejected.write(file, sheet) if sheet else rejected.write_problems(file, report.refusals))
    report.applied = not options.dry_run
    return report


def _name_of(layer: str, record_id: str, row: Mapping) -> str:
    return f"{row['name']} ({record_id})" if layer == "wards" else record_id.replace("/", ": ")


def _limits(settings: Settings) -> Limits:
    return Limits(max_bytes=settings.max_file_mb * 1_000_000)


def _wards(database: Database, settings: Settings, file: Path, report: Report, options: Options
           ) -> tuple[Write, None]:
    layer = read_wards(file, limits=_limits(settings))
    report.problems, report.rows = layer.problems, len(layer.frame)
    frame = layer.frame
    shapes = shapely.to_wkb(shapely.force_2d(frame.geometry.to_numpy()))
    rows = [{
        "code": row.code, "name": row.name, "council_code": row.council_code, "council_name": row.council_name,
        "boundary_year": row.boundary_year, "approximate": bool(row.approximate),
        "note": "Approximate, from postcode points." if row.approximate else "", "source": row.source or report.source,
        "geometry": shape,
    } for row, shape in zip(frame.drop(columns="geometry").itertuples(index=False),
                            shapes, strict=True)]
    if not rows:
        report.problems.append(Problem(1, "", "there are no wards in this file"))
    if not any(row["council_name"] for row in rows):
        report.remarks.append("The file does not name the council of each ward, so wards that are gone are not "
                              "removed.")
    councils = [row["council_code"] for row in rows]
    return lambda connection, told: reference.replace_wards(connection, rows, councils, told), None


# What councils and ONS call the figures that the pages show; every other column keeps its own name.
_FIGURE_NAMES = {
    "population": "population", "all_ages": "population", "total": "population", "total_population": "population",
    "age0_15": "age0_15", "aged_0_to_15": "age0_15", "age65_plus": "age65_plus", "aged_65_and_over": "age65_plus",
    "aged_16_to_64": "age16_64", "imd2025_score_mean": "imd_score", "imd2025_score": "imd_score",
    "imd2025_share_lsoa_decile1_2": "imd_share_most_deprived_fifth",
    "imd2019_score": "imd_score",
}


def _figures(database: Database, settings: Settings, file: Path, report: Report, options: Options
             ) -> tuple[Write, Sheet]:
    table = read_table(file, limits=_limits(settings))
    sheet = Sheet(table, columns.corrected("ward-figures", table.columns, options.mapping))
    if not sheet.has("ward_code"):
        raise FileRefused("No column holds ward codes such as E05002212; say which with --map ward_code=COLUMN.")
    report.mapping, report.rows = dict(sheet.mapping), len(sheet)
    codes = sheet.values("ward_code", _ward_code)
    with database.reading() as connection:
        loaded = set(reference.ward_names(connection))
    strangers = [code for code in codes if code and code not in loaded]
    if loaded and strangers:
        report.remarks.append(f"{len(strangers)} of {len(codes)} codes are not wards that are loaded, such as "
                              f"{strangers[0]}: are the figures of another boundary year?")
    rows = _figure_rows(sheet, codes, report)
    report.problems = sheet.problems
    keys = ["ward_code", "name"]
    return lambda connection, told: reference.replace_where(connection, tables.ward_figures, rows, keys, told), sheet


def _figure_rows(sheet: Sheet, codes: Sequence[str], report: Report) -> list[dict]:
    """A row per ward and figure: every column that no field uses and that holds numbers is a figure."""
    sources, dates = sheet.values("source", cells.text(300)), sheet.values("date", cells.text(60))
    estimates = sheet.values("estimate", cells.yes_no)
    number = cells.decimal(0, 1e12)
    made: dict[tuple[str, str], tuple[int, dict]] = {}
    for heading in sheet.unused():
        plain = heading.strip().lower().replace(" ", "_")
        name = _FIGURE_NAMES.get(plain, plain)
        sheet.mapping[name] = heading
        if not any(number(text).value is not None for text in set(sheet.raw(name))):
            del sheet.mapping[name]
            report.unused.append(heading)
            continue
        for index, value in enumerate(sheet.values(name, number)):
            if value is None or not codes[index]:
                continue
            before = made.get((codes[index], name))
            if before:
                sheet.fault(index, "ward_code", f"{codes[index]} has its {name} in row {sheet.numbers[before[0]]} too")
                continue
            made[(codes[index], name)] = index, {
                "ward_code": codes[index], "name": name, "value": value, "source": sources[index] or report.source,
                "date": dates[index] or _year_in(heading), "estimate": estimates[index]}
    if report.unused:
        report.remarks.append(f"Columns without numbers were not used: {', '.join(report.unused)[:500]}.")
    refused = sheet.refused_rows()
    return [row for index, row in made.values() if sheet.numbers[index] not in refused]


def _ward_code(raw: str) -> cells.Cell:
    code = raw.strip().upper()[:20]
    return cells.Cell(code) if is_gss(code) else cells.Cell("", f"“{code}” is not a ward code such as E05002212")


def _year_in(heading: str) -> str:
    digits = "".join(c if c.isdigit() else " " for c in heading).split()
    return next((part for part in digits if len(part) == 4 and part[:2] in {"19", "20"}), "")


def _postcodes(database: Database, settings: Settings, file: Path, report: Report, options: Options
           ) -> tuple[Write, None]:
    options.progress("Reading", 0, 0)
    frame, problems = read_postcodes(file, limits=Limits(max_bytes=2_000_000_000, max_rows=5_000_000))
    report.problems, report.rows = problems, len(frame)
    rows = {text: {"postcode": text, "lat": None if np.isnan(lat) else lat, "lon": None if np.isnan(lon) else lon,
             "ward_code": ward or "", "terminated": ended or ""}
            for text, lat, lon, ward, ended in zip(frame["postcode"], frame["lat"], frame["lon"], frame["ward_code"],
                                                   frame["terminated"], strict=True)}
    units = list(rows.values())
    return lambda connection, _told: reference.replace_where(connection, tables.postcodes, units, ["postcode"]), None


def _places(database: Database, settings: Settings, file: Path, report: Report, options: Options
           ) -> tuple[Write, Sheet]:
    table = read_table(file, limits=_limits(settings))
    sheet = Sheet(table, columns.corrected("places", table.columns, options.mapping))
    report.mapping, report.rows = sheet.mapping, len(sheet)
    names, kinds = sheet.values("name", cells.name), sheet.values("kind", cells.text(60))
    also = sheet.values("also_known_as", cells.text(500))
    with database.reading() as connection:
        locator = Locator(connection)
        found, _ = locate(sheet, locator.find_many, locator.alike, settings.local_crs)
    first: dict[str, int] = {}
    for index, (name, location) in enumerate(zip(names, found, strict=True)):
        if location.place is None:
            sheet.fault(index, "lat", "has no position; give lat and lon, or a postcode")
        if first.setdefault(name, index) != index:
            sheet.fault(index, "name", f"“{name}” is also in row {sheet.numbers[first[name]]}; each place needs a name "
                                       "of its own")
    report.problems = sheet.problems
    refused = sheet.refused_rows()
    rows = [{"name": name, "kind": kind, "lat": spot.place.lat, "lon": spot.place.lon, "also_known_as": other}
            for number, name, kind, spot, other in zip(sheet.numbers, names, kinds, found, also, strict=True)
            if number not in refused]
    return lambda connection, told: reference.replace_where(connection, tables.places, rows, ["name"], told), sheet


def _vocabulary(database: Database, settings: Settings, file: Path, report: Report, options: Options
           ) -> tuple[Write, None]:
    vocabulary = read_vocabulary(file, settings.max_file_mb * 1_000_000)
    report.rows = len(vocabulary.terms)
    return lambda connection, told: reference.save_vocabulary(connection, vocabulary, told), None


def read_vocabulary(file: Path, max_bytes: int = 20_000_000) -> Vocabulary:
    """A vocabulary in the shape of `geodata/vocabulary.json`. Raises FileRefused for anything else."""
    data = read_bytes(file, max_bytes)
    try:
        document: Mapping[str, Sequence] = json.loads(data.decode("utf-8-sig"))
        vocabulary = Vocabulary.from_document(document)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise FileRefused(f"{file.name} is not a vocabulary: {type(error).__name__}. It should be JSON in the shape of "
                          "geodata/vocabulary.json.") from error
    if not vocabulary.of("category"):
        raise FileRefused(f"{file.name} holds no categories. It should be JSON with lists of: {', '.join(KINDS)}.")
    return vocabulary
