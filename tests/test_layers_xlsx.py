"""Excel workbooks: what people save, and what somebody might send to do harm."""

import datetime as dt
import io
import re
import time
import zipfile

import openpyxl
import pytest

from assetmap.domain.errors import FileRefused
from assetmap.layers.read import read_table

CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def workbook(*rows, title="Groups", more=()):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for name, cells in more:
        book.create_sheet(name).append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(data, part, change):
    """The workbook with one part's text changed; change(text) -> text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text.decode()).encode() if name == part else text)
    return out.getvalue()


@pytest.fixture
def xlsx_of(tmp_path):
    def read(data, ending=".xlsx", **options):
        path = tmp_path / f"book{ending}"
        path.write_bytes(data)
        return read_table(path, **options)

    return read


def refusal(read, *arguments, **options):
    with pytest.raises(FileRefused) as caught:
        read(*arguments, **options)
    return caught.value.message


SHEET = "xl/worksheets/sheet1.xml"


def test_cells_become_the_text_that_a_person_would_type(xlsx_of):
    row = [
        "A",
        3.0,
        0.1 + 0.2,
        True,
        dt.datetime(2025, 3, 1),
        dt.datetime(2025, 3, 1, 14, 30),
        dt.time(9, 5),
        None,
    ]
    table = xlsx_of(workbook(["name", "n", "x", "yes", "day", "when", "at", "none"], row))
    assert table.rows == [["A", "3", "0.3", "yes", "2025-03-01", "2025-03-01 14:30", "09:05", ""]]
    assert table.row_numbers == [2] and table.notices == [] and table.source_format == "xlsx"


def test_titles_and_empty_rows_keep_the_rows_own_numbers(xlsx_of):
    table = xlsx_of(workbook(["Groups in Leigh"], [], ["name", "day"], ["A", "Mon"], [], ["B", "Tue"]))
    assert table.columns == ["name", "day"] and table.row_numbers == [4, 6]


def test_content_decides_whatever_the_file_is_called(xlsx_of):
    assert xlsx_of(workbook(["name", "day"], ["A", "Mon"]), ending=".csv").rows == [["A", "Mon"]]


def test_the_first_sheet_that_holds_something_is_read_and_named(xlsx_of):
    data = workbook(title="Notes", more=[("Groups", ["name", "day"]), ("Old", ["x", "y"])])
    table = xlsx_of(data)
    assert table.columns == ["name", "day"] and "“Groups” was read" in table.notices[0].message
    assert xlsx_of(data, layer="old").columns == ["x", "y"]
    assert "Notes, Groups, Old" in refusal(xlsx_of, data, layer="New")


def test_formulas_give_their_stored_value_and_are_told_when_there_is_none(xlsx_of):
    def calculate(text):
        text = text.replace('<c r="B2" t="n"><v>5</v></c>', '<c r="B2"><f>1+1</f><v>2</v></c>')
        return text.replace('<c r="C2" t="n"><v>6</v></c>', '<c r="C2"><f>A2</f></c>')

    table = xlsx_of(changed(workbook(["name", "n", "m"], ["A", 5, 6]), SHEET, calculate))
    assert table.rows == [["A", "2", ""]]
    assert [(p.row, p.column, p.level) for p in table.notices] == [(2, "m", "notice")]


def test_excels_own_errors_are_read_as_empty_with_a_notice(xlsx_of):
    book = openpyxl.Workbook()
    book.active.append(["name", "", "n"])
    book.active.append(["A", None, "#REF!"])
    out = io.BytesIO()
    book.save(out)
    table = xlsx_of(out.getvalue())
    assert table.rows == [["A", ""]] and table.columns == ["name", "n"]
    assert [(p.row, p.column, p.value) for p in table.notices] == [(2, "n", "#REF!")]


def test_escaped_characters_are_put_back_and_unseen_ones_left_out(xlsx_of):
    table = xlsx_of(workbook(["name", "x"], ["A_x000D_B_x0000__xD800_C", "_x005F_x0041_"]))
    assert table.rows == [["A\nBC", "_x0041_"]]


def test_a_sheet_that_claims_to_be_huge_is_read_as_what_it_is(xlsx_of):
    data = changed(
        workbook(["name", "day"], ["A", "Mon"]), SHEET,
        lambda text: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', text),
    )  # fmt: skip
    began = time.process_time()
    assert xlsx_of(data).rows == [["A", "Mon"]]
    assert time.process_time() - began < 5


def test_a_lone_cell_at_the_far_end_does_not_cost_a_minute(xlsx_of):
    book = openpyxl.Workbook()
    book.active.append(["name", "day"])
    book.active.append(["A", "Mon"])
    book.active["XFD500000"] = "x"
    out = io.BytesIO()
    book.save(out)
    began = time.process_time()
    assert xlsx_of(out.getvalue()).rows == [["A", "Mon"]]
    assert time.process_time() - began < 10


def test_a_bomb_is_refused_before_it_is_unpacked(xlsx_of):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr(SHEET, b" " * 135_000_000)
    began = time.process_time()
    said = refusal(xlsx_of, out.getvalue())
    assert "unpacks to more than" in said and said.endswith("Copy the rows that matter to a new workbook and save "
                                                            "that.")
    assert time.process_time() - began < 3


def test_a_workbook_in_which_entities_are_declared_is_refused(xlsx_of):
    lines = "".join(f'<!ENTITY a{i} "&a{i - 1};&a{i - 1};">' for i in range(1, 40))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "ha">{lines}]>'
    data = workbook(["name", "day"], ["A", "Mon"])
    for part in (SHEET, "xl/workbook.xml", "[Content_Types].xml"):
        assert "entities" in refusal(xlsx_of, changed(data, part, lambda text: bomb + text))
    reach = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert "entities" in refusal(
        xlsx_of, changed(data, SHEET, lambda text: reach + text.replace("Mon", "&a;"))
    )


@pytest.mark.parametrize(
    "name", ["../../evil.xml", "/etc/evil.xml", "..\\evil.xml", "C:/evil.xml", "xl/../../x"]
)
def test_parts_that_would_lie_outside_are_refused(xlsx_of, name):
    out = io.BytesIO(workbook(["name", "day"], ["A", "Mon"]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), "x")
    assert "outside" in refusal(xlsx_of, out.getvalue())


def test_links_and_too_many_parts_are_refused(xlsx_of):
    out = io.BytesIO(workbook(["name", "day"], ["A", "Mon"]))
    link = zipfile.ZipInfo("xl/link.xml")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "link" in refusal(xlsx_of, out.getvalue())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for i in range(5_001):
            archive.writestr(f"xl/{i}.xml", "")
    assert "5,001 parts" in refusal(xlsx_of, out.getvalue())


def test_a_workbook_cut_short_or_spoilt_is_refused(xlsx_of):
    data = workbook(["name", "day"], *[["A", f"day {i}"] for i in range(500)])
    for length in (100, len(data) // 2, len(data) - 30):
        assert "damaged" in refusal(xlsx_of, data[:length])
    spoilt = bytearray(data)
    spoilt[len(data) // 2] ^= 0xFF
    assert "damaged" in refusal(xlsx_of, bytes(spoilt))
    assert "damaged" in refusal(xlsx_of, changed(data, "xl/workbook.xml", lambda text: text[:-40]))


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("word/document.xml", "Word"),
        ("mimetype", "OpenDocument"),
        ("xl/workbook.bin", "xlsb"),
        ("data.csv", "ZIP"),
    ],
)
def test_other_archives_are_told_apart(xlsx_of, part, says):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr(part, "x")
    assert says in refusal(xlsx_of, out.getvalue())


def test_an_old_or_locked_workbook_is_told(xlsx_of):
    assert "password" in refusal(xlsx_of, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000)


def test_text_named_xlsx_is_told(xlsx_of):
    assert "not an Excel workbook" in refusal(xlsx_of, b"name,day\nA,Mon\n")


def test_an_empty_workbook_is_told(xlsx_of):
    assert "empty" in refusal(xlsx_of, workbook())
