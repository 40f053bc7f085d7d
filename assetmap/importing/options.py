"""How to load a file, and what happens between its last row and the commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from assetmap.importing.report import Report
from assetmap.store.database import Connection

Progress = Callable[[str, int, int], None]
MOST_SHOWN = 500  # records of each kind in the details of a report


def no_progress(stage: str, done: int, total: int) -> None:
    """For callers who watch nothing."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to load: `mapping` is field → column as given by hand, `constants` field → the text for every row whose
    own is missing; `source` names the feed, `file_name` the file as its owner calls it. `details` asks for what is
    done to each record, and for the rows that a dry run would leave out. `settle` is called within the transaction,
    with the number of the import (None when nothing differs), before it commits; when it raises, nothing is loaded.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    skip_bad_rows: bool = False
    source: str = ""
    by: str = "command line"
    progress: Progress = no_progress
    details: bool = False
    file_name: str = ""
    draft_id: str = ""
    settle: Callable[[Connection, int | None], None] | None = None


def settle(connection: Connection, report: Report, options: Options, import_id: int | None,
           write_rejected: Callable[[], str]) -> None:
    """When every row is in: write the rows that were left out, and take a dry run back."""
    if report.refusals and (options.details or not options.dry_run):
        # before the commit: when this file cannot be written, nothing is loaded
        report.rejected_file = write_rejected()
    if options.dry_run:
        connection.rollback()
        return
    report.import_id = import_id
    if options.settle:
        options.settle(connection, import_id)
