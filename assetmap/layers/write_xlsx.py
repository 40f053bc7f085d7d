"""Rows to an Excel workbook: texts and numbers alone, so that each sheet can be written as it comes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from assetmap.layers.table import column_letter

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31
# What XML cannot hold, as Excel writes it; and Excel's own escapes, so that they are read as text.
_CANNOT = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_EXCEL_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_XML = "application/vnd.openxmlformats-package.relationships+xml"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    "</fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
Rows = Iterable[Sequence[str | int | float | None]]


def write_xlsx(path: Path, rows: Rows, name: str) -> None:
    """Write rows, the first of which are the headings, to a sheet called `name`; None leaves a cell empty.

    A text is never a formula, whatever it begins with.
    """
    write_workbook(path, {name: rows})


def write_workbook(path: Path, sheets: Mapping[str, Rows], widths: Mapping[str, Sequence[int]] | None = None) -> None:
    """Write a sheet for each name, in order, as `write_xlsx` writes one: headings bold, and in sight as one scrolls.

    `widths` are those of a sheet's first columns, in characters. Names that Excel does not take are made fit, and none
    is there twice.
    """
    names = _sheet_names(sheets)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for part, text in _parts(names).items():
            archive.writestr(part, _HEAD + text)
        for number, (name, rows) in enumerate(sheets.items(), 1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as sheet:
                _write_sheet(sheet, rows, (widths or {}).get(name, ()), number == 1)


def _write_sheet(sheet: IO[bytes], rows: Rows, widths: Sequence[int], first: bool) -> None:
    columns = "".join(f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
                      for n, width in enumerate(widths, 1))
    chosen = ' tabSelected="1"' if first else ""
    sheet.write((f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView{chosen} workbookViewId="0">'
                 '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
                 '</sheetViews><sheetFormatPr defaultRowHeight="15"/>'
                 f'{f"<cols>{columns}</cols>" if columns else ""}<sheetData>').encode())
    letters: list[str] = []
    for number, row in enumerate(rows, start=1):
        letters.extend(column_letter(index) for index in range(len(letters), len(row)))
        style = ' s="1"' if number == 1 else ""
        cells = [_cell(letter, number, value, style) for letter, value in zip(letters, row, strict=False)
                 if value is not None]
        sheet.write(f'<row r="{number}">{"".join(cells)}</row>'.encode())
    sheet.write(b"</sheetData></worksheet>")


def _sheet_names(wanted: Iterable[str]) -> list[str]:
    """Names that Excel takes: no sign that it does not know, 31 characters, none twice whatever their case."""
    taken: set[str] = set()
    names = []
    for name in wanted:
        whole = _NOT_IN_A_NAME.sub(" ", name).strip("' ")[:_LONGEST_NAME] or "Sheet1"
        free, count = whole, 1
        while free.casefold() in taken:
            count += 1
            free = f"{whole[:_LONGEST_NAME - len(str(count)) - 1]} {count}"
        taken.add(free.casefold())
        names.append(free)
    return names


def _parts(names: Sequence[str]) -> dict[str, str]:
    """Every file of the workbook but the sheets themselves."""
    numbers = range(1, len(names) + 1)
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
                     for n, name in zip(numbers, names, strict=True))
    overrides = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
                        for n in numbers)
    links = "".join(f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
                    for n in numbers)
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{_XML}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{overrides}'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES}


def _cell(letter: str, row: int, value: str | int | float, style: str) -> str:
    if not isinstance(value, str):
        return f'<c r="{letter}{row}"{style}><v>{value!r}</v></c>'
    if "_x" in value:
        value = _EXCEL_ESCAPE.sub("_x005F_", value)
    if _CANNOT.search(value):
        value = _CANNOT.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    return f'<c r="{letter}{row}"{style} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
