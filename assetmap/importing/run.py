"""`load`: one file into one layer, all or nothing, with a report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from operator import itemgetter
from pathlib import Path
from zoneinfo import ZoneInfo

from geopandas import GeoDataFrame

from assetmap.atlas.atlas import ward_frame
from assetmap.atlas.locator import Locator
from assetmap.domain.errors import BadInput
from assetmap.domain.text import one_line, short, slug
from assetmap.importing import columns, reference, rejected
from assetmap.importing.check import Checked, check
from assetmap.importing.context import Context, Directory
from assetmap.importing.options import MOST_SHOWN, Options, settle
from assetmap.importing.programmes import loading as programmes
from assetmap.importing.report import Alike, MergedNews, RecordChange, Report
from assetmap.importing.sheet import Sheet
from assetmap.layers.boundaries import locate_wards
from assetmap.layers.limits import Limits
from assetmap.layers.read import read_table, without_collecting
from assetmap.settings import Settings
from assetmap.store import drafts, merging, records, tables
from assetmap.store.database import Connection, Database
from assetmap.store.records import Saved
from assetmap.store.reference import load_vocabulary, rows, ward_names
from assetmap.store.rows import LAYERS

LAYER_NAMES = ("wards", "ward-figures", "hubs", "groups", "opportunities", "organisations", "postcodes", "places",
               "population-points", "programmes", "vocabulary")
MOST_COMPARED = 5_000  # new rows with the records that are there, which takes its time


def load(database: Database, settings: Settings, layer: str, file: Path, options: Options | None = None) -> Report:
    """Load `file` into `layer`.

    Raises FileRefused when the file cannot be read at all, BadInput for an unknown layer or mapping, Unavailable
    when the store cannot be written. Faults of rows are in the report; the file then changed nothing, unless
    `skip_bad_rows`: the good rows are loaded, and the others written beside the input as NAME.rejected.csv.
    """
    options = options or Options()
    if layer not in LAYER_NAMES:
        raise BadInput(f"There is no layer called “{layer[:40]}”. There are: {', '.join(LAYER_NAMES)}.")
    with without_collecting():
        if layer in LAYERS:
            return _load_records(database, settings, layer, file, options)
        if layer == programmes.LAYER:
            return programmes.load(database, settings, file, options, make_context,
                                   one_line(options.source) or source_name(file))
        return reference.load(database, settings, layer, file, options)


def _load_records(database: Database, settings: Settings, layer: str, file: Path, options: Options) -> Report:
    options.progress("Reading", 0, 0)
    table = read_table(file, limits=Limits(max_bytes=settings.max_file_mb * 1_000_000))
    columns.must_be_headings(table)
    mapping = columns.corrected(layer, table.columns, options.mapping)
    mapping = columns.with_constants(layer, table, mapping, options.constants)
    sheet = Sheet(table, mapping)
    source = one_line(options.source) or source_name(file)
    report = Report(layer, one_line(options.file_name or file.name), source, rows=len(table.rows), mapping=mapping,
                    unused=sheet.unused(), dry_run=options.dry_run)
    options.progress("Checking", 0, len(sheet))
    with database.reading() as connection:
        context = make_context(connection, settings, source)
        found, merged = check(layer, sheet, context), context.directory.merged(layer)
        wards = ward_frame(rows(connection, tables.wards))
        if options.details and options.dry_run:
            options.progress("Comparing", 0, 0)
            _note_alike(connection, settings, report, found)
    report.problems = sorted(sheet.problems, key=lambda problem: problem.row)
    report.remarks[:0] = _remarks(sheet, found, wards)
    if not report.refusals or options.skip_bad_rows:
        _write(database, layer, found, sheet, file, report, options, merged)
    return report


def _write(database: Database, layer: str, found: Checked, sheet: Sheet, file: Path, report: Report,
           options: Options, merged: Mapping[tuple[str, str], tuple[str, str]]) -> None:
    """One transaction; a dry run does all of it and then takes it back."""
    with database.writing() as connection:
        number = 0

        def start() -> int:
            nonlocal number
            number = records.start_import(connection, by=options.by, layer=layer, file=report.file,
                                          source=report.source, draft_id=options.draft_id)
            return number

        saved = records.save_contents(
            connection, LAYERS[layer], found.ids, found.contents, by=options.by, start=start,
            progress=lambda done: options.progress("Writing", done, len(found.ids)))
        report.counts = saved.counts()
        report.by_hand = {"kept": saved.kept_by_hand[:MOST_SHOWN], "overridden": saved.overridden[:MOST_SHOWN]}
        report.remarks += _hand_edits(saved)
        if merged:
            _note_merged(layer, found, saved, report, merged)
        if saved.absent and not report.refusals:
            report.remarks.append(f"{saved.absent:,} that this list brought before are not in the file; they stay as "
                                  "they are. To end one, give its status as ended.")
        if number:
            records.finish_import(connection, number, report.counts)
        if options.details and number:
            report.records = {action: [RecordChange(*line) for line in drafts.lines_of(
                connection, layer, number, action, MOST_SHOWN)] for action in ("changed", "added")}
        settle(connection, report, options, number or None, lambda: rejected.write(file, sheet))
    report.applied = not options.dry_run


def _note_merged(layer: str, found: Checked, saved: Saved, report: Report,
                 merged: Mapping[tuple[str, str], tuple[str, str]]) -> None:
    """Which rows belong to records that were merged into others: their news does not reach what people see."""
    key_of = itemgetter(*map(LAYERS[layer].content.index, ("source", "source_id")))
    rows = [MergedNews(name, *merged[key]) for name, content in zip(found.names, found.contents, strict=True)
            if (key := key_of(content)) in merged]
    changed = set(saved.changed)
    news = [row for row in rows if row.id in changed]
    report.merged = news[:MOST_SHOWN]
    if rows:
        report.remarks.append(_about_merged(len(rows), news))


def _about_merged(number: int, news: list[MergedNews]) -> str:
    belong = ("1 row belongs to an entry that was merged into another" if number == 1 else
              f"{number:,} rows belong to entries that were merged into others")
    if not news:
        return f"{belong}, and {'brings' if number == 1 else 'bring'} no news."
    said = "Its news" if number == 1 else f"The news of {len(news):,} of them, such as “{short(news[0].name)}”,"
    return (f"{belong}. {said} is kept with the hidden entry; the one that people see does not get it. Please look at "
            "both.")


def _note_alike(connection: Connection, settings: Settings, report: Report, found: Checked) -> None:
    """Which new rows look like records that are there: an old list under a new name brings everything again."""
    from assetmap.importing.duplicates import like_rows  # asked for by those who look before they load

    layer = LAYERS[report.layer]
    at_source, at_id = (layer.content.index(name) for name in ("source", "source_id"))
    there = {(source, source_id) for _, _, source, source_id in records.identities(connection, layer)}
    new = [at for at, content in enumerate(found.contents) if (content[at_source], content[at_id]) not in there]
    compared = new[:MOST_COMPARED]
    known = like_rows(connection, settings, report.layer, [found.contents[at] for at in compared], most=1)
    report.looks_alike = len(known)
    report.alike = [Alike(found.names[compared[at]], one.id, one.name,
                          [(reason.text, reason.values) for reason in one.reasons])
                    for at, (one, *_) in islice(known.items(), MOST_SHOWN)]
    if len(new) > MOST_COMPARED:
        report.remarks.append(f"Of {len(new):,} new rows the first {MOST_COMPARED:,} were compared with what is there "
                              "already.")


def make_context(connection: Connection, settings: Settings, source: str) -> Context:
    """What the rows are checked against, as the store has it now."""
    locator = Locator(connection)
    directory = Directory([
        (layer.name, *row) for layer in LAYERS.values() for row in records.identities(connection, layer)],
        merging.moved(connection))
    wards = ward_names(connection)
    return Context(
        vocabulary=load_vocabulary(connection), directory=directory, source=source,
        find_postcodes=locator.find_many, suggest_postcodes=locator.alike,
        today=datetime.now(ZoneInfo(settings.timezone)).date(), local_crs=settings.local_crs,
        ward_codes=frozenset(wards), ward_names={slug(name): code for code, name in wards.items()})


def source_name(file: Path) -> str:
    """A feed's name from its file's: dates and version numbers differ from one delivery to the next.

    The rows that were left out of a file, put right, belong to that file's feed.
    """
    name = re.sub(r"(\.rejected)+$", "", file.stem)
    stem = re.sub(r"(19|20)\d\d([-_. ]?\d\d){0,2}|[-_ ]?v?\d+$|\(\d+\)", "", name)
    return slug(stem) or slug(name) or "file"


def _remarks(sheet: Sheet, found: Checked, wards: GeoDataFrame) -> list[str]:
    made = []
    if len(wards) and found.places:
        lons, lats = zip(*((place.lon, place.lat) for place in found.places), strict=True)
        outside = int((locate_wards(wards, lons, lats) < 0).sum())
        if outside:
            made.append(f"{outside:,} of {len(found.ids):,} are outside every ward that is loaded: the pages say so.")
    if found.unplaced:
        made.append(f"{found.unplaced:,} of {len(found.ids):,} have no position{_why_unplaced(found)}: they are in the "
                    "lists, not on the map. To put one on the map, give its postcode, or its lat and lon.")
    return made + _same_names(found)


def _hand_edits(saved: Saved) -> list[str]:
    made = []
    if saved.kept_by_hand:
        made.append(f"{len(saved.kept_by_hand):,} keep something that was changed by hand here: the file says there "
                    "what it said before.")
    if saved.overridden:
        made.append(f"{len(saved.overridden):,} lose something that was changed by hand here: the file has news of it.")
    return made


def _why_unplaced(found: Checked) -> str:
    if found.unplaced == found.nowhere:
        return ", because they give neither a postcode nor any other place that is known"
    return f" ({found.nowhere:,} of them give no postcode)" if found.nowhere else ""


def _same_names(found: Checked) -> list[str]:
    """A list of grants or bookings has a row for each, and so its names again and again."""
    counts = Counter(map(str.casefold, found.names))
    again = {name: number for name, number in counts.items() if number > 1}
    if not again:
        return []
    most = max(again, key=again.get)
    example = next(name for name in found.names if name.casefold() == most)
    return [f"{len(again):,} {'name is' if len(again) == 1 else 'names are'} in the file more than once, on "
            f"{sum(again.values()):,} rows, such as “{short(example)}” ({again[most]:,} rows). Each row becomes an "
            "entry of its own: is that what the rows are?"]
