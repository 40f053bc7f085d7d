"""An uploaded file, step by step: kept in a folder of its own, looked into, tried, applied, thrown away."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from assetmap.domain.errors import BadInput, FileRefused, NotFound, Unavailable
from assetmap.domain.text import one_line, short
from assetmap.importing import columns, draft_work
from assetmap.importing.check import check
from assetmap.importing.options import Options, Progress
from assetmap.importing.report import Report
from assetmap.importing.run import load, make_context, source_name
from assetmap.importing.sheet import Sheet
from assetmap.layers.limits import Limits
from assetmap.layers.read import ENDINGS, read_table
from assetmap.layers.table import Table, is_missing
from assetmap.settings import Settings
from assetmap.store import drafts
from assetmap.store.database import Connection, Database
from assetmap.store.drafts import Draft
from assetmap.store.rows import LAYERS

KEPT_DAYS = 7
UPLOADED_LAYERS = ("groups", "hubs", "opportunities", "organisations", "wards", "ward-figures", "population-points",
                   "programmes", "postcodes", "places")
UNMAPPED = frozenset(("wards", "postcodes"))  # read by their publishers' own headings
_ENDINGS = {"wards": (".geojson", ".json", ".gpkg"), "postcodes": (".csv", ".zip"),
            "ward-figures": (".csv", ".tsv", ".txt", ".xlsx"), "places": (".csv", ".tsv", ".txt", ".xlsx")}
_COLUMNS, _PREVIEW, _RESULT = "columns.json", "preview.json", "result.json"
_MOST_FAULTS = 2_000  # shown on pages; the file of rejected rows has them all
_SAMPLES, _LONGEST_SAMPLE = 3, 80
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Inside:
    """What a file holds: its headings, some different values of each, how many rows, and whether it has shapes."""

    headings: list[str]
    samples: list[list[str]]
    rows: int
    shapes: bool


def accepted(layer: str) -> tuple[str, ...]:
    """The endings of files that a layer is read from."""
    return _ENDINGS.get(layer, ENDINGS)


def folder_of(settings: Settings, draft_id: str) -> Path:
    """Where an upload lies. Raises NotFound for anything that is not an id of ours."""
    if not _ID.fullmatch(draft_id):
        raise NotFound("There is no such upload.")
    return settings.home / "uploads" / draft_id


def receive(settings: Settings, layer: str, name: str, stream: BinaryIO, source: str, by: str) -> Draft:
    """Keep an upload under a name of ours; `name`, its owner's, is only ever shown.

    Raises BadInput when a layer is not read from such files, Unavailable when the disk refuses.
    """
    whole = one_line(re.split(r"[/\\]", name)[-1])
    shown, ending = short(whole, 120) or "file", Path(whole[-20:]).suffix.lower()
    if ending not in accepted(layer):
        raise BadInput(f"“{shown}” is not a kind of file that can be read here. It should end in "
                       f"{', '.join(accepted(layer))}.", "file")
    draft_id = secrets.token_hex(8)
    folder = folder_of(settings, draft_id)
    try:
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700)
        descriptor = os.open(folder / f"upload{ending}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            shutil.copyfileobj(stream, file, 1 << 20)
    except OSError as error:
        remove(settings, draft_id)
        raise Unavailable(f"The file could not be kept: {error.strerror}. Nothing was changed.") from error
    return Draft(draft_id, by, layer, shown, one_line(source)[:120] or source_name(Path(shown)))


def remove(settings: Settings, draft_id: str) -> None:
    """Throw an upload's files away."""
    shutil.rmtree(folder_of(settings, draft_id), ignore_errors=True)


def tidy(database: Database, settings: Settings) -> None:
    """Throw away what was uploaded more than KEPT_DAYS days ago, and files that no upload has any more."""
    oldest = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).isoformat(timespec="seconds")
    with database.reading() as connection:
        old = drafts.older_than(connection, oldest)
    if old:
        with database.writing() as connection:
            drafts.forget_before(connection, oldest)
    for folder in (settings.home / "uploads").glob("*"):
        if folder.name in old or _is_older(folder, KEPT_DAYS):
            shutil.rmtree(folder, ignore_errors=True)


def _is_older(folder: Path, days: int) -> bool:
    try:
        return datetime.now(UTC).timestamp() - folder.stat().st_mtime > days * 86_400
    except OSError:
        return False


def look_inside(settings: Settings, draft: Draft, progress: Progress) -> None:
    """Note the file's headings, for `inside`. Raises FileRefused when it cannot be read."""
    progress("Reading", 0, 0)
    table = read_table(_file(settings, draft), limits=Limits(max_bytes=settings.max_file_mb * 1_000_000))
    columns.must_be_headings(table)
    found = Inside(table.columns, _samples(table), len(table), table.geometry is not None)
    draft_work.write(folder_of(settings, draft.id), _COLUMNS, asdict(found))


def _samples(table: Table) -> list[list[str]]:
    made = []
    for index in range(len(table.columns)):
        different = dict.fromkeys(row[index] for row in islice(table.rows, 2_000) if not is_missing(row[index]))
        made.append([short(one_line(text), _LONGEST_SAMPLE) for text in islice(different, _SAMPLES)])
    return made


def inside(settings: Settings, draft: Draft) -> Inside | None:
    """What `look_inside` found; None when it has not."""
    held = draft_work.read(folder_of(settings, draft.id), _COLUMNS)
    return Inside(**held) if held else None


def faults_of_constants(connection: Connection, settings: Settings, layer: str, constants: Mapping[str, str]
                        ) -> dict[str, str]:
    """What is wrong with texts that every row is to have: field → what, such as "is empty, and …"."""
    given = {"name": "A name", **constants}
    if layer == "opportunities":
        given = {"kind": "volunteering", **given}
    table = Table(list(given), [list(given.values())], [1], "form")
    sheet = Sheet(table, {name: name for name in given})
    check(layer, sheet, make_context(connection, settings, "form"))
    return {problem.column: problem.message for problem in sheet.problems
            if problem.column in constants and (problem.refuses or problem.column != "categories")}


def try_it(database: Database, settings: Settings, draft: Draft, progress: Progress) -> None:
    """Load the file, note what that does, and take it back: for `preview`. Raises as `run.load`."""
    folder = folder_of(settings, draft.id)
    (folder / _PREVIEW).unlink(missing_ok=True)
    options = _options(draft, progress, dry_run=True, skip_bad_rows=True)
    report = load(database, settings, draft.layer, _file(settings, draft), options)
    draft_work.write(folder, _PREVIEW, _document(report) | {"token": secrets.token_hex(8)})


def apply(database: Database, settings: Settings, draft: Draft, progress: Progress, *, skip_bad_rows: bool,
          done: Callable[[], None]) -> None:
    """Load the file for good, once: what is written and that the upload is applied are one transaction.

    `done` is called after the commit. Raises as `run.load`, and Conflict when the upload was applied already.
    """
    folder = folder_of(settings, draft.id)

    def settle(connection: Connection, import_id: int | None) -> None:
        drafts.mark_applied(connection, draft, import_id, skip_bad_rows=skip_bad_rows)

    options = _options(draft, progress, dry_run=False, skip_bad_rows=skip_bad_rows, settle=settle)
    report = load(database, settings, draft.layer, _file(settings, draft), options)
    if report.refused:
        raise BadInput(report.headline())
    done()
    expected = preview(settings, draft) or {}
    draft_work.write(folder, _RESULT, _document(report) | {"expected": expected.get("counts", report.counts)})
    _file(settings, draft).unlink(missing_ok=True)  # its rows are in; nobody needs a second copy of their telephones


def _options(draft: Draft, progress: Progress, **others: object) -> Options:
    return Options(mapping=draft.mapping, constants=draft.constants, source=draft.source, by=draft.by,
                   progress=progress, details=True, file_name=draft.file, draft_id=draft.id, **others)


def _document(report: Report) -> dict:
    faults = sorted(report.faults, key=lambda problem: problem.row)
    bad_rows = len({problem.row for problem in report.refusals})
    return {
        "rows": report.rows, "counts": report.counts, "bad_rows": bad_rows, "faults": len(faults),
        "problems": [asdict(problem) for problem in faults[:_MOST_FAULTS]], "follow": report.follow_groups(),
        "notices": report.notice_groups(),
        "remarks": report.remarks, "unused": report.unused, "headline": report.headline(),
        "records": {action: [asdict(change) for change in changes] for action, changes in report.records.items()},
        "alike": [asdict(one) for one in report.alike], "looks_alike": report.looks_alike, "by_hand": report.by_hand,
        "merged": [asdict(one) for one in report.merged],
        "import_id": report.import_id,
    }


def preview(settings: Settings, draft: Draft) -> dict | None:
    """What `try_it` noted: counts, problems, notices, remarks, records, and a token that no other trial has."""
    return draft_work.read(folder_of(settings, draft.id), _PREVIEW)


def forget_preview(settings: Settings, draft: Draft) -> None:
    """The columns were changed: what was tried before says nothing any more."""
    (folder_of(settings, draft.id) / _PREVIEW).unlink(missing_ok=True)


def result(settings: Settings, draft: Draft) -> dict | None:
    """What `apply` noted, as `preview`, and the counts that had been `expected`."""
    return draft_work.read(folder_of(settings, draft.id), _RESULT)


def rejected_file(settings: Settings, draft: Draft) -> Path | None:
    """The rows that cannot be loaded as they are, with the reasons; None when there are none."""
    file = folder_of(settings, draft.id) / "upload.rejected.csv"
    return file if file.is_file() else None


def use_columns_of(layer: str, headings: list[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """A mapping of an earlier file for this one's headings; every field is in it, "" where it has no column."""
    guess = {} if layer in UNMAPPED else columns.guess(layer, headings)
    chosen = {name: heading for name, heading in (mapping or guess).items() if heading in headings}
    return {name: chosen.get(name, "") for name in columns.FIELDS.get(layer, ())}


def takes_constants(layer: str) -> bool:
    """Whether a layer's fields can be said once for all rows."""
    return layer in LAYERS


def _file(settings: Settings, draft: Draft) -> Path:
    folder = folder_of(settings, draft.id)
    for file in folder.glob("upload.*"):
        if file.name != "upload.rejected.csv":
            return file
    raise FileRefused("The uploaded file is not there any more. Please upload it again.")
