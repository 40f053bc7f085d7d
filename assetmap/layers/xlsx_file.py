"""Excel workbooks, read without running, following or unpacking more than a table of text needs."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from assetmap.domain.errors import FileRefused, Problem
from assetmap.layers.limits import DEFAULT_LIMITS, Limits
from assetmap.layers.table import MAX_NOTICES, Table, add_problem, assemble, column_letter, plain_text
from assetmap.layers.zip_guard import check_unpacked_size, open_part, open_zip

_MAX_SHEET_ROWS, _MAX_SHEET_COLUMNS = 1_048_576, 16_384  # of Excel itself
_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"))
_LOOK_FOR_WIDTH = 100  # rows
_DOCTYPE = re.compile(rb"<\0?!\0?(D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
# What openpyxl raises on a workbook whose parts contradict one another; it has no exception of its own.
_BROKEN = (
    AssertionError, AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError, EOFError,
    OSError, RecursionError, NotImplementedError, RuntimeError, ParseError, struct.error, zlib.error,
    zipfile.BadZipFile, InvalidFileException, DefusedXmlException,
)  # fmt: skip
_OTHER_ZIPS = (
    ("mimetype", "This is an OpenDocument or e-book file. Save it as Excel workbook (.xlsx) or CSV."),
    ("word/document.xml", "This is a Word document. Copy its table into a spreadsheet and save that as CSV."),
    ("xl/workbook.bin", "This is a binary Excel workbook (.xlsb). Save it as Excel workbook (.xlsx)."),
    ("doc.kml", "This is a KMZ file. Save it as GeoJSON from your mapping program."),
)


def read_xlsx(data: bytes, limits: Limits = DEFAULT_LIMITS, sheet: str | None = None) -> Table:
    """A Table from one sheet of a workbook: the named one, else the first that holds something.

    Of formulas the value that Excel stored is read. Raises FileRefused when the file is not a
    workbook, unpacks to far more than its size, or cannot be understood.
    """
    archive = open_zip(data)
    _refuse_other_zips(archive)
    check_unpacked_size(archive, len(data))
    has_formulas = _look_inside(archive)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which are not read
            book = _open(data, values=True)
            chosen, width, others = _choose(book.worksheets, sheet)
            formulas = _open(data, values=False)[chosen.title] if has_formulas else None
            table = _table(chosen, width, formulas, limits)
    except FileRefused:
        raise
    except _BROKEN as error:
        raise FileRefused(
            "This workbook is damaged or was not made by a spreadsheet program. Open it, save it again as "
            f".xlsx, and load that ({type(error).__name__})."
        ) from None
    if others:
        message = f"The workbook has several sheets with content; “{chosen.title}” was read."
        table.notices.insert(0, Problem(1, "", message, level="notice"))
    return table


def _open(data: bytes, values: bool) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)


def _refuse_other_zips(archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    for name, sentence in _OTHER_ZIPS:
        if name in names:
            raise FileRefused(sentence)
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise FileRefused("This is a ZIP archive, not a table. Unpack it and load the file inside.")


def _look_inside(archive: zipfile.ZipFile) -> bool:
    """Whether any sheet has formulas. Raises FileRefused for a part that declares entities."""
    formulas = False
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        part = open_part(archive, entry, entry.file_size).read()
        if _DOCTYPE.search(part[:4096]) or b"<!ENTITY" in part:
            raise FileRefused(
                f"The part “{entry.filename[:80]}” of this workbook declares entities, which a spreadsheet "
                "program never writes. Copy the rows to a new workbook."
            )
        formulas = formulas or (entry.filename.startswith("xl/worksheets/") and bool(_FORMULA.search(part)))
    return formulas


def _choose(sheets: list[ReadOnlyWorksheet], wanted: str | None) -> tuple[ReadOnlyWorksheet, int, bool]:
    """The sheet to read, its width in columns, and whether others hold something too."""
    if wanted is not None:
        for sheet in sheets:
            if sheet.title.casefold() == wanted.casefold():
                return sheet, _width(sheet), False
        names = ", ".join(sheet.title for sheet in sheets[:20])
        raise FileRefused(f"There is no sheet “{wanted[:60]}”; this workbook has {names}.")
    filled = [(sheet, width) for sheet in sheets if (width := _width(sheet))]
    if not filled:
        raise FileRefused("This workbook is empty: no sheet holds anything.")
    return *filled[0], len(filled) > 1


def _width(sheet: ReadOnlyWorksheet) -> int:
    """Columns in use within the first rows. What the sheet claims about its size is not believed."""
    sheet.reset_dimensions()
    width = 0
    for row in sheet.iter_rows(max_row=_LOOK_FOR_WIDTH, max_col=_MAX_SHEET_COLUMNS, values_only=True):
        used = [index for index, value in enumerate(row, start=1) if value is not None]
        width = max(width, used[-1] if used else 0)
    return width


def _table(sheet: ReadOnlyWorksheet, width: int, formulas: ReadOnlyWorksheet | None, limits: Limits) -> Table:
    if width > limits.max_columns:
        raise FileRefused(
            f"The sheet “{sheet.title}” has {width:,} columns; at most {limits.max_columns:,} can be read."
        )
    faults: list[tuple[int, int, str, str]] = []
    records = _records(sheet, width, faults)
    if formulas is not None:
        records = _with_formulas(records, formulas, width, faults)
    table = assemble(records, "xlsx", limits)
    name_at = dict(zip(table.positions, table.columns, strict=True))
    for row, column, message, value in faults[:MAX_NOTICES]:
        name = name_at.get(column, column_letter(column))
        add_problem(table, Problem(row, name, message, value, "notice"))
    return table


def _records(
    sheet: ReadOnlyWorksheet, width: int, faults: list[tuple[int, int, str, str]]
) -> Iterator[list[str]]:
    # One column more than the headings: what stands there is told as a cell too many.
    rows = sheet.iter_rows(max_row=_MAX_SHEET_ROWS, max_col=width + 1, values_only=True)
    for number, row in enumerate(rows, start=1):
        if not _ERRORS.isdisjoint(row):
            for index, value in enumerate(row):
                if value in _ERRORS:
                    message = f"Excel shows {value} here; it was read as empty. Correct the formula."
                    faults.append((number, index, message, value))
            row = [None if value in _ERRORS else value for value in row]
        yield [_text(value) if value is not None else "" for value in row]


def _with_formulas(
    records: Iterator[list[str]],
    sheet: ReadOnlyWorksheet,
    width: int,
    faults: list[tuple[int, int, str, str]],
) -> Iterator[list[str]]:
    """The same records, noting formulas whose value was never stored: they look filled in, and are empty."""
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=_MAX_SHEET_ROWS, max_col=width + 1)
    message = (
        "This formula has no stored value, so the cell was read as empty. Open the file in Excel and save it."
    )
    for number, (record, cells) in enumerate(zip(records, rows, strict=False), start=1):
        for index, (text, cell) in enumerate(zip(record, cells, strict=False)):
            if text == "" and cell.data_type == "f":
                faults.append((number, index, message, str(cell.value)[:80]))
        yield record


def _text(value: object) -> str:
    if type(value) is str:
        # Excel writes a character that XML cannot hold as _x0001_, and so its own escape as _x005F_.
        if "_x" in value:
            value = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), value)
        return value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
    if isinstance(value, float) and not value.is_integer():
        return format(value, ".15g")  # the digits that Excel shows
    if isinstance(value, datetime) and value.microsecond:
        value = value.replace(microsecond=0)
    return plain_text(value)
