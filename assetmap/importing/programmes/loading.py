"""`load programmes`: one file into programmes, deployments and their entries, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from assetmap.domain.errors import FileRefused
from assetmap.domain.text import one_line, short
from assetmap.importing import columns, rejected
from assetmap.importing.context import Context
from assetmap.importing.options import MOST_SHOWN, Options, settle
from assetmap.importing.programmes import fields, photos
from assetmap.importing.programmes.building import Builder, Built
from assetmap.importing.programmes.fields import Row, read_rows
from assetmap.importing.programmes.going_back import must_make_sense
from assetmap.importing.programmes.known import Known
from assetmap.importing.programmes.noting import note
from assetmap.importing.programmes.outlines import read_outlines
from assetmap.importing.programmes.standing import narrowed, stand
from assetmap.importing.report import RecordChange, Report
from assetmap.importing.sheet import Sheet
from assetmap.layers.limits import Limits
from assetmap.layers.read import read_table
from assetmap.settings import Settings
from assetmap.store import drafts, records
from assetmap.store.database import Connection, Database, version_of
from assetmap.store.programme_rows import DATES, DEPLOYMENTS, ENTRIES, FIGURES, PROGRAMME_LAYERS, PROGRAMMES, PROGRESS
from assetmap.store.rows import content_of

LAYER = PROGRAMMES
_COUNTED = {PROGRAMMES: ("programme", "programmes"), DEPLOYMENTS: ("deployment", "deployments"),
            PROGRESS: ("entry of progress", "entries of progress"), FIGURES: ("figure", "figures"),
            DATES: ("date", "dates")}
_MOST_TOLD, _MOST_REMARKS = 20, 60
_COUNTS = ("added", "changed", "unchanged")


def load(database: Database, settings: Settings, file: Path, options: Options, make_context, source: str) -> Report:
    """Load a file of the feed `source`; `make_context` as `importing.run` has it. Raises as `importing.run.load`."""
    options.progress("Reading", 0, 0)
    table = read_table(file, limits=Limits(max_bytes=settings.max_file_mb * 1_000_000))
    columns.must_be_headings(table)
    mapping = columns.corrected(LAYER, table.columns, options.mapping)
    mapping = columns.with_constants(LAYER, table, mapping, options.constants)
    report = Report(LAYER, one_line(options.file_name or file.name), source, rows=len(table), mapping=mapping,
                    unused=Sheet(table, mapping).unused(), dry_run=options.dry_run)
    options.progress("Checking", 0, len(table))

    def check(connection: Connection) -> Checked:
        sheet, context = Sheet(table, mapping), make_context(connection, settings, report.source)
        return _checked(connection, sheet, context, settings.local_crs, options)

    with database.reading() as connection:
        checked = check(connection)
    if checked.may_be_written(options):
        with database.writing() as connection:
            # nobody has to wait while a long file is checked; when somebody saved meanwhile, it is checked again
            if not options.dry_run and version_of(connection) != checked.version:
                checked = check(connection)
            if checked.may_be_written(options):
                number = write(connection, checked.built, report, options)
                checked.tell(report)
                settle(connection, report, options, number, lambda: rejected.write(file, checked.given))
                report.applied = not options.dry_run
                return report
    checked.tell(report)
    return report


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file's rows would bring to the store at a version of its data. `given` is the file's own sheet."""

    given: Sheet
    built: Built
    remarks: list[str]
    unused: list[str]
    version: int

    def may_be_written(self, options: Options) -> bool:
        """Whether no row has a fault, or those that have one are to be left out."""
        return options.skip_bad_rows or not any(problem.refuses for problem in self.given.problems)

    def tell(self, report: Report) -> None:
        """Put the faults and remarks into the report."""
        report.problems = sorted(self.given.problems, key=attrgetter("row"))
        report.unused = self.unused
        found = self.remarks + self.built.remarks
        report.remarks += found[:_MOST_REMARKS]
        if len(found) > _MOST_REMARKS:
            report.remarks.append(f"There are {len(found) - _MOST_REMARKS:,} more such remarks.")


def _checked(connection: Connection, sheet: Sheet, context: Context, local_crs: str, options: Options) -> Checked:
    known = Known.of(connection, context)
    fitted, unused, remarks = _fit(sheet, known)
    rows = read_rows(fitted, context)
    photos.must_be_kept(connection, fitted, rows)
    built = build(fitted, known, rows, local_crs, skip=options.skip_bad_rows)
    sheet.problems = fitted.problems
    return Checked(sheet, built, remarks, unused, version_of(connection))


def _fit(sheet: Sheet, known: Known) -> tuple[Sheet, list[str], list[str]]:
    """The sheet, a wide one made long, with the columns that are not used and remarks on them. Raises FileRefused for
    a table that says nothing of programmes.
    """
    if sheet.has("record") or sheet.has("programme"):
        return sheet, sheet.unused(), []
    wide = narrowed(sheet, known) if sheet.has("ward") or sheet.has("neighbourhood") else None
    if wide is None:
        raise FileRefused(
            "No column says which programme a row is about. Give each row its programme, or have a column for each "
            "programme that is named as it is on this map, and one for the ward. A new programme is described first, "
            "in rows whose record is programme and step, or at /plan/programmes. The file has: "
            f"{', '.join(map(_with_guess(known), sheet.table.columns))[:300]}.")
    used = set(wide.headings) | set(wide.mapping.values())
    unused = [heading for heading in sheet.table.columns if heading not in used]
    return wide, unused, [f"No programme is called “{short(heading)}”{known.like(heading)}, so its column was not read."
                          for heading in unused[:_MOST_TOLD]]


def _with_guess(known: Known) -> Callable[[str], str]:
    return lambda heading: f"{heading}{known.like(heading)}"


def build(sheet: Sheet, known: Known, rows: Sequence[Row], local_crs: str, *, skip: bool = False) -> Built:
    """Everything that the rows say, as records; faults are in `sheet.problems`.

    With `skip`, nothing of a row that has a fault, nor what rests on it alone.
    """
    outlines = read_outlines(sheet, local_crs)
    while True:
        refused = sheet.refused_rows()
        builder = Builder(sheet, known.copy(), outlines)
        _build(builder, rows, refused)
        must_make_sense(builder, known.entries.held[PROGRESS])
        if not skip or sheet.refused_rows() == refused:
            _must_have_steps(builder.built)
            _tell_of_hidden(builder)
            return builder.built


def _build(builder: Builder, rows: Sequence[Row], refused: Collection[int]) -> None:
    by_record: dict[str, list[Row]] = {}
    for row in rows:
        if not row.sound or builder.sheet.numbers[row.index] in refused:
            builder.causes.note(row)
        else:
            by_record.setdefault(row.record, []).append(row)
    for row in by_record.get(fields.PROGRAMME, ()):
        builder.programme(row)
    builder.steps(by_record.get(fields.STEP, []))
    for row in by_record.get(fields.DEPLOYMENT, ()):
        builder.deployment(row)
    stand(builder, by_record.get(fields.STANDING, ()))
    builder.roles(by_record.get(fields.ROLE, []))
    for record in (fields.PROGRESS, fields.FIGURE, fields.DATE):
        for row in by_record.get(record, ()):
            note(builder, row)


def _must_have_steps(built: Built) -> None:
    for programme in built.programmes.values():
        if not programme.steps:
            built.remarks.append(f"“{programme.name}” has no {programme.kind} yet, so no progress can be noted of it.")


def _tell_of_hidden(builder: Builder) -> None:
    """What is loaded of a programme that somebody took away is not seen: the person who loads it should know."""
    of = {one.programme_id for one in builder.built.deployments.values()} | {
        builder.known.deployments[entry.deployment_id].programme_id
        for entries in builder.built.entries.values() for entry in entries.values()}
    for programme_id in sorted(of):
        programme = builder.known.programmes[programme_id]
        if programme.status == "hidden":
            builder.built.remarks.append(f"“{short(programme.name)}” was taken away here, so nobody sees what the file "
                                         "says of it. Its history has a way to bring it back.")


def write(connection: Connection, built: Built, report: Report, options: Options) -> int | None:
    """Everything in one set of changes; its number, None when nothing differs."""
    number: int | None = None

    def start() -> int:
        nonlocal number
        if number is None:
            number = records.start_import(connection, by=options.by, layer=LAYER, file=report.file,
                                          source=report.source, draft_id=options.draft_id)
        return number

    counts, added = dict.fromkeys(_COUNTS, 0), []
    by_hand: dict[str, list] = {"kept": [], "overridden": []}
    held: Mapping[str, Mapping] = {PROGRAMMES: built.programmes, DEPLOYMENTS: built.deployments, **built.entries}
    for name in (PROGRAMMES, DEPLOYMENTS, *ENTRIES):
        layer, chosen = PROGRAMME_LAYERS[name], held[name]
        saved = records.save_contents(connection, layer, list(chosen),
                                      [content_of(layer, record) for record in chosen.values()], by=options.by,
                                      start=start)
        for word, value in saved.counts().items():
            counts[word] += value
        if saved.added:
            added.append(_counted(name, len(saved.added)))
        by_hand["kept"] += [(*one, name) for one in saved.kept_by_hand]
        by_hand["overridden"] += [(*one, name) for one in saved.overridden]
    report.counts = counts
    if added:
        report.remarks.insert(0, f"New: {', '.join(added)}.")
    if by_hand["kept"]:
        report.remarks.append(f"{len(by_hand['kept']):,} keep something that was changed by hand here: the file says "
                              "there what it said before.")
    if by_hand["overridden"]:
        report.remarks.append(f"{len(by_hand['overridden']):,} lose something that was changed by hand here: the file "
                              "has news of it.")
    report.by_hand = {word: found[:MOST_SHOWN] for word, found in by_hand.items()}
    if number is not None:
        records.finish_import(connection, number, counts)
        if options.details:
            report.records = {word: [RecordChange(*line, layer=name) for name in (PROGRAMMES, DEPLOYMENTS, *ENTRIES)
                                     for line in drafts.lines_of(connection, name, number, word, MOST_SHOWN)]
                              for word in ("changed", "added")}
    return number


def _counted(name: str, number: int) -> str:
    one, many = _COUNTED[name]
    return f"{number:,} {one if number == 1 else many}"
