"""A table as it was written down: headings and rows of text, and what is odd about them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain, islice

import numpy as np

from assetmap.domain.errors import FileRefused, Problem
from assetmap.layers.limits import DEFAULT_LIMITS, Limits

MAX_NOTICES = 1_000  # a file with more faults than this is told once that there are more
_LOOK_FOR_HEADING = 25  # rows
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
_DEFUSED = re.compile(r"'[\s']*[=+\-@]|'[\t\r]")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*")
_MISSING = frozenset("|-|--|–|—|.|n/a|n.a.|na|#n/a|nan|nil|null|none|<na>|not applicable".split("|"))


@dataclass
class Table:
    """Rows of a file as text.

    `columns`: the file's headings, no two alike. `rows`: one list of str per row, as long as
    `columns`, "" where nothing is given. `row_numbers`: of each row, as a spreadsheet shows it.
    `geometry`: None, or an object array of shapely geometries (or None) in WGS84, one per row.
    `notices`: faults found while reading; those that `refuses` belong to a row that cannot be loaded.
    `positions`: of each column in a sheet, 0 for A; empty when the file is not a sheet.
    """

    columns: list[str]
    rows: list[list[str]]
    row_numbers: list[int]
    source_format: str
    geometry: np.ndarray | None = None
    notices: list[Problem] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)

    def column(self, heading: str) -> list[str]:
        """Every cell under a heading. Raises KeyError when there is no such heading."""
        if heading not in self.columns:
            raise KeyError(heading)
        at = self.columns.index(heading)
        return [row[at] for row in self.rows]

    def __len__(self) -> int:
        return len(self.rows)


def is_missing(text: str) -> bool:
    """Whether a cell says that nothing is known: empty, NA, n/a, -, null and the like."""
    return text.strip().casefold() in _MISSING


def plain_text(value: object) -> str:
    """A typed cell as a person would type it: 3 not 3.0, ISO dates, yes and no, "" for none."""
    if type(value) is float or isinstance(value, np.floating):
        return _number_text(float(value))
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return (
            value.date().isoformat()
            if value.time() == time()
            else value.isoformat(sep=" ", timespec="minutes")
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return str(value)


def _number_text(value: float) -> str:
    if not math.isfinite(value):
        return "" if math.isnan(value) else str(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def column_letter(index: int) -> str:
    """A spreadsheet's name of a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def assemble(
    records: Iterable[list[str]], source_format: str, limits: Limits = DEFAULT_LIMITS, *, careful: bool = True
) -> Table:
    """A Table from the lines of a sheet, the first of which is row 1.

    Title lines above the headings and empty lines are passed over. `careful=False` skips the search
    for unseen characters and for apostrophes before formulas, when the caller knows there are none.
    Raises FileRefused when there is nothing in it, or more than the limits allow.
    """
    numbered = enumerate(records, start=1)
    first = list(islice(numbered, _LOOK_FOR_HEADING))
    at = _heading_at(first)
    if at is None and len(first) == _LOOK_FOR_HEADING:
        first = [next(((n, cells) for n, cells in numbered if any(map(str.strip, cells))), first[-1])]
        at = _heading_at(first)
    if at is None or not any(map(str.isalnum, "".join(first[at][1]))):
        raise FileRefused("This file is empty: it has no heading row. The first row should name the columns.")
    heading_row, heading = first[at]
    columns, unnamed, notices = _headings(heading, heading_row, limits)
    table = Table(columns, [], [], source_format, notices=notices, positions=list(range(len(columns))))
    if any(any(cells) for _, cells in first[:at]):
        notices.append(
            Problem(heading_row, "", f"Row {heading_row} was taken as the headings.", level="notice")
        )
    _fill(table, chain(first[at + 1 :], numbered), limits, careful)
    _drop_unnamed(table, unnamed, heading_row)
    if not table.rows:
        notices.append(
            Problem(heading_row, "", "There are headings, but no rows below them.", level="notice")
        )
    return table


def _heading_at(first: list[tuple[int, list[str]]]) -> int | None:
    """Index of the heading row: the first with two texts, unless the sheet is a single column."""
    filled = [[cell for cell in map(str.strip, cells) if cell] for _, cells in first]
    used = [i for i, cells in enumerate(filled) if cells]
    wide = [i for i in used if len(filled[i]) > 1]
    if not used or len(wide) * 3 < len(used):
        return used[0] if used else None
    texts = (i for i in wide if sum(not _NUMBER.fullmatch(cell) for cell in filled[i]) > 1)
    return next(texts, wide[0])


def _headings(cells: list[str], row: int, limits: Limits) -> tuple[list[str], list[int], list[Problem]]:
    """Distinct names of the columns, which of them have no heading, and what is said about the rest."""
    cells = [" ".join(_UNSEEN.sub("", cell).split())[:200] for cell in cells]
    cells = [_without_defusing(cell) for cell in cells]
    while len(cells) > limits.max_columns and not cells[-1]:
        cells.pop()
    if len(cells) > limits.max_columns:
        raise FileRefused(
            f"This file has {len(cells):,} columns; at most {limits.max_columns:,} can be read."
        )
    names: list[str] = []
    taken: set[str] = set()
    notices = []
    for index, cell in enumerate(cells):
        name = wanted = cell or f"column {column_letter(index)}"
        count = 1
        while name.casefold() in taken:
            count += 1
            name = f"{wanted} ({count})"
        if count > 1:
            letter = column_letter(index)
            message = f"The heading “{wanted}” is there twice; column {letter} is read as “{name}”."
            notices.append(Problem(row, wanted, message, level="notice"))
        taken.add(name.casefold())
        names.append(name)
    return names, [index for index, cell in enumerate(cells) if not cell], notices


def _drop_unnamed(table: Table, unnamed: list[int], heading_row: int) -> None:
    """Leave out columns that have neither a heading nor content; say so of those with content."""
    empty = {i for i in unnamed if not any(row[i] for row in table.rows)}
    for index in set(unnamed) - empty:
        message = f"Column {column_letter(index)} has no heading. Give it one if it should be read."
        table.notices.append(Problem(heading_row, table.columns[index], message, level="notice"))
    if empty:
        kept = [i for i in range(len(table.columns)) if i not in empty]
        table.columns = [table.columns[i] for i in kept]
        table.positions = kept
        table.rows = [[row[i] for i in kept] for row in table.rows]


def _fill(table: Table, records: Iterator[tuple[int, list[str]]], limits: Limits, careful: bool) -> None:
    """Append every row that holds something, fitted to the headings."""
    width = len(table.columns)
    rows, numbers, longest = table.rows, table.row_numbers, limits.max_cell
    for number, cells in records:
        cells = list(map(str.strip, cells))
        if not any(cells):
            continue
        if len(cells) != width:
            cells = _fit(cells, width, number, table)
        if sum(map(len, cells)) > longest and len(max(cells, key=len)) > longest:
            where = max(range(width), key=lambda i: len(cells[i]))
            raise FileRefused(
                f"Row {number}, column {table.columns[where]}: the cell has {len(cells[where]):,} "
                f"characters; at most {longest:,} can be read. Shorten it."
            )
        if careful:
            cells = _tidy(cells, number, table)
        rows.append(cells)
        numbers.append(number)
        if len(rows) > limits.max_rows:
            raise FileRefused(f"This file has more than {limits.max_rows:,} rows. Split it into several.")


def _fit(cells: list[str], width: int, number: int, table: Table) -> list[str]:
    """A row as long as the headings: missing cells are empty, a cell too many is a problem."""
    if len(cells) < width:
        return cells + [""] * (width - len(cells))
    extra = [cell for cell in cells[width:] if cell]
    if extra:
        message = (
            f"This row has {len(cells)} cells, but there are {width} headings. "
            "A comma inside a cell needs quotation marks around the whole cell."
        )
        add_problem(table, Problem(number, "", message, extra[0][:80]))
    return cells[:width]


def _tidy(cells: list[str], number: int, table: Table) -> list[str]:
    """Without characters nobody can see, and without the apostrophe our own files put before formulas."""
    if _UNSEEN.search("".join(cells)):
        for i, cell in enumerate(cells):
            clean = without_unseen(cell)
            if clean != cell:
                message = (
                    "This cell held characters that cannot be shown (control characters); they were left out."
                )
                add_problem(table, Problem(number, table.columns[i], message, clean[:80], "notice"))
        cells = [without_unseen(cell) for cell in cells]
    return [_without_defusing(cell) for cell in cells]


def _without_defusing(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _DEFUSED.match(cell) else cell


def without_unseen(text: str) -> str:
    """The text without control characters and halves of characters (lone surrogates)."""
    return _UNSEEN.sub("", text).strip()


def needs_care(text: str) -> bool:
    """Whether a whole file's text holds anything that `_tidy` would change."""
    return bool(_UNSEEN.search(text) or re.search(r"'\s*[=+\-@]", text))


def add_problem(table: Table, problem: Problem) -> None:
    """Note a fault, up to MAX_NOTICES of them; a fault that refuses its row is always kept."""
    if len(table.notices) < MAX_NOTICES or problem.refuses and len(table.notices) < 100 * MAX_NOTICES:
        table.notices.append(problem)
