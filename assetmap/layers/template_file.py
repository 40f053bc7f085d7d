"""An empty form of a file: headings, an example, and what each column means."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

_WIDEST = 60  # characters


def template_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Headings and examples as CSV; the byte order mark tells Excel that it is UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def template_xlsx(title: str, rows: Sequence[Sequence[str]], notes_title: str, notes: Sequence[Sequence[str]]) -> bytes:
    """Headings and examples as a workbook, with a second sheet of notes. All cells are text."""
    # slow to import, and a server that starts needs none of it
    import openpyxl
    from openpyxl.styles import Alignment, Font

    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet(notes_title[:31])
    first.title = title[:31]
    for sheet, lines in ((first, rows), (second, notes)):
        for line in lines:
            sheet.append(list(line))
        sheet.freeze_panes = "A2"
        for column in sheet.columns:
            column[0].font = Font(bold=True)
            widest = max(len(str(cell.value or "")) for cell in column)
            sheet.column_dimensions[column[0].column_letter].width = min(widest, _WIDEST) + 2
            for cell in column:
                cell.number_format = "@"  # so that Excel changes no telephone number, postcode or date
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
