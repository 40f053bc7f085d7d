"""What a load did, or why it did nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from assetmap.domain.errors import Problem
from assetmap.domain.text import short

_QUOTED = re.compile(r"“[^”]*”|\b[A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2}\b|-?\d[\d.,]*")
_OF_A_CELL = re.compile(r"(is|has|holds) ")
_SHOWN_ROWS = 8


@dataclass(frozen=True, slots=True)
class RecordChange:
    """What a load does to one record: `changes` is column → [from, to], and empty for one that is added. `layer` is
    "" for the report's own.
    """

    id: str
    name: str
    changes: Mapping[str, list]
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """A new row that may be a record of the store: its name, the record's id and name, and why, as texts with the
    values that they have places for.
    """

    name: str
    id: str
    other: str
    reasons: list[tuple[str, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class MergedNews:
    """A row with news of a record that was merged into another: its name, the hidden record's id, the other's."""

    name: str
    id: str
    kept_id: str


@dataclass(slots=True)
class Report:
    """Counts of one load, its problems by row and column, and how the columns were understood.

    `applied` is False when the file was refused, or only tried (`dry_run`). `records` are the first of those that
    were "added" and "changed", when details were asked for, `by_hand` those whose hand edits were "kept" or
    "overridden" by news of the feed: (public id, columns), of programmes with the layer as third. `alike` are new rows
    that look like records that are there, and `looks_alike` how many there are. `merged` are the first of the rows
    whose news goes to a record that is hidden, because it was merged into another. `import_id` is the set of changes
    that was written.
    """

    layer: str
    file: str
    source: str = ""
    rows: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    applied: bool = False
    dry_run: bool = False
    rejected_file: str = ""
    remarks: list[str] = field(default_factory=list)
    records: dict[str, list[RecordChange]] = field(default_factory=dict)
    by_hand: dict[str, list[tuple]] = field(default_factory=dict)
    alike: list[Alike] = field(default_factory=list)
    looks_alike: int = 0
    merged: list[MergedNews] = field(default_factory=list)
    import_id: int | None = None

    @property
    def refusals(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.refuses]

    @property
    def faults(self) -> list[Problem]:
        """The refusals that somebody has to put right; the others follow from these."""
        return [problem for problem in self.problems if problem.level == "refused"]

    @property
    def notices(self) -> list[Problem]:
        return [problem for problem in self.problems if not problem.refuses]

    @property
    def refused(self) -> bool:
        """Whether faults kept the whole file out."""
        return not self.applied and not self.dry_run and bool(self.refusals)

    def headline(self) -> str:
        """One sentence for the person who loaded it."""
        bad_rows = len({problem.row for problem in self.refusals})
        if self.refused:
            as_it_is = "as it is" if bad_rows == 1 else "as they are"
            return (f"{self.file} was refused: {_count(bad_rows, 'row')} of {self.rows:,} cannot be loaded {as_it_is}. "
                    "Nothing was changed.")
        if self.dry_run and self.refusals and not self.counts:
            return (f"{self.file} would be refused: {_count(bad_rows, 'row')} of {self.rows:,} cannot be loaded "
                    f"{'as it is' if bad_rows == 1 else 'as they are'}.")
        done = ", ".join(f"{number:,} {word}" for word, number in self.counts.items() if number) or "nothing to do"
        verb = "would be loaded" if self.dry_run else "loaded"
        tail = f" {_count(bad_rows, 'row')} left out." if bad_rows else ""
        return f"{self.layer} {verb} from {self.file}: {done}.{tail}"

    def advice(self) -> list[str]:
        """What the command line can do about what was not used."""
        if not self.unused or self.layer == "ward-figures":
            return []
        return [f"Columns that were not used: {', '.join(self.unused)[:500]}. To use one, add --map field=column."]

    def notice_groups(self) -> list[str]:
        """Notices alike are one sentence: how many rows, which, and the first one's words."""
        return _groups(self.notices)

    def follow_groups(self) -> list[str]:
        """The rows that are left out on account of others, a sentence for each cause."""
        return _groups([problem for problem in self.problems if problem.level == "follows"])

    def document(self) -> dict:
        """The report for machines."""
        return {
            "layer": self.layer, "file": self.file, "source": self.source, "rows": self.rows, "counts": self.counts,
            "applied": self.applied, "dry_run": self.dry_run, "rejected_file": self.rejected_file,
            "mapping": self.mapping, "unused_columns": self.unused, "remarks": self.remarks,
            "headline": self.headline(),
            "problems": [_problem_document(problem) for problem in self.problems],
        }


def _problem_document(problem: Problem) -> Mapping[str, object]:
    return {"row": problem.row, "column": problem.column, "message": problem.message, "value": problem.value,
            "level": problem.level}


def _groups(problems: list[Problem]) -> list[str]:
    alike: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        words = problem.message if problem.level == "follows" else _QUOTED.sub("…", problem.message)
        alike.setdefault((problem.column, words), []).append(problem)
    made = []
    for (column, _), same in alike.items():
        first = same[0]
        if len(same) == 1:
            made.append(first.sentence())
            continue
        rows = ", ".join(str(problem.row) for problem in same[:_SHOWN_ROWS])
        more = ", …" if len(same) > _SHOWN_ROWS else ""
        where = f"{len(same):,} rows ({rows}{more})" + (f", column {column}" if column else "")
        made.append(f"{where}: {first.message if first.level == 'follows' else _first_one(first)}")
    return made


def _first_one(problem: Problem) -> str:
    """What is said of the first of many: a message that goes on from its cell has the cell's words before it."""
    if not _OF_A_CELL.match(problem.message):
        return f"for example, {problem.message}"
    if problem.value and "“" not in problem.message:
        return f"“{short(problem.value)}” {problem.message}"
    return f"for example, row {problem.row} {problem.message}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
