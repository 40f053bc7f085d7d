"""Comma, semicolon, tab and bar separated text. A misplaced quotation mark is refused, never guessed at."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from assetmap.domain.errors import FileRefused
from assetmap.layers.limits import DEFAULT_LIMITS, Limits
from assetmap.layers.table import Table, assemble, needs_care
from assetmap.layers.text_encoding import decode

_DELIMITERS = ",;\t|"
_SAMPLE_CHARACTERS = 65_536
_SAMPLE_ROWS = 25


def read_csv(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Table:
    """A Table from the bytes of a text file. Raises FileRefused naming the row that cannot be read."""
    text, notices = decode(data)
    if text.count("\0") > max(20, len(text) // 20):
        raise FileRefused("This is not a text file. Save the spreadsheet as CSV (UTF-8) and load that.")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter, width, text = _dialect(text)
    table = assemble(_records(text, delimiter, width), "csv", limits, careful=needs_care(text))
    table.notices[:0] = notices
    return table


def _dialect(text: str) -> tuple[str, int, str]:
    """The delimiter, the usual number of cells in a row, and the text without Excel's `sep=` line."""
    first, newline, rest = text.partition("\n")
    if first[:4].lower() == "sep=" and len(first.strip()) == 5:
        # The line stays, emptied, so that row numbers are those the spreadsheet shows.
        text, delimiter = newline + rest, first[4]
        return delimiter, _usual_width(text, delimiter)[0], text
    candidates = []
    for delimiter in _DELIMITERS:
        width, share = _usual_width(text, delimiter)
        candidates.append((width > 1, share * min(width, 50), delimiter, width))
    best = max(candidates, key=lambda candidate: candidate[:2])
    return best[2], best[3], text


def _usual_width(text: str, delimiter: str) -> tuple[int, float]:
    """The commonest number of cells in the first rows, and how common it is (0 to 1)."""
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > _SAMPLE_CHARACTERS and "\n" in sample:
        sample = sample[: sample.rindex("\n")]
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=True)
    widths: Counter[int] = Counter()
    try:
        widths.update(len(cells) for cells in islice(filter(any, reader), _SAMPLE_ROWS))
    except csv.Error:
        pass  # said properly when the rows are read
    if not widths:
        return 1, 0.0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    heading = next(csv.reader(io.StringIO(sample.lstrip("\n")[:20_000], newline=""), delimiter=delimiter), [])
    return width, count / widths.total() * (1.0 if len(heading) > 1 else 0.3)


def _records(text: str, delimiter: str, width: int) -> Iterator[list[str]]:
    """Every row's cells. Raises FileRefused at a quotation mark that does not belong where it stands."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    row, last_line = 0, 0
    try:
        for cells in reader:
            row += 1
            spans = reader.line_num - last_line
            if spans > 1 and len(cells) != width and _swallowed(cells, delimiter, width):
                raise FileRefused(_open_quote(row, spans, cells))
            last_line = reader.line_num
            yield cells
    except csv.Error as error:
        raise FileRefused(_quote_fault(row + 1, reader.line_num - last_line, str(error))) from None


def _swallowed(cells: list[str], delimiter: str, width: int) -> bool:
    """Whether a cell of a short row holds what looks like the rows below it."""
    return any("\n" in cell and cell.count(delimiter) >= max(width - 2, 1) for cell in cells)


def _open_quote(row: int, spans: int, cells: list[str]) -> str:
    start = next(cell for cell in cells if "\n" in cell)[:30].split("\n")[0]
    return (
        f"Row {row}: the cell that begins “{start}” opens with a quotation mark that is not closed before "
        f"the end of its line, so {spans - 1:,} more lines would be read as part of it. "
        "Close it, or remove it."
    )


def _quote_fault(row: int, spans: int, error: str) -> str:
    """The sentence for what Python's csv reader found at a row that spans so many lines."""
    if spans > 1:
        return (
            f'Row {row}: a quotation mark (") opens in this row and is not closed properly, so {spans - 1:,} '
            "more lines would be read as part of it. Close it, or remove it."
        )
    if "field limit" in error:
        return f"Row {row}: a cell has more than {csv.field_size_limit():,} characters. Shorten it."
    return (
        f'Row {row}: a quotation mark (") stands where it cannot be understood. Put the whole cell in '
        'quotation marks and double those inside it: "The ""Good"" Café".'
    )
