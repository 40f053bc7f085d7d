"""CSV in every shape that people save it in, and the ones that would swallow rows."""

import time

import pytest

from assetmap.domain.errors import FileRefused
from assetmap.layers.limits import Limits
from assetmap.layers.read import read_table
from assetmap.layers.table import is_missing


@pytest.fixture
def csv_of(tmp_path):
    """csv_of(text or bytes) -> the Table read from a file with it."""

    def read(content, ending=".csv", **options):
        path = tmp_path / f"groups{ending}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path, **options)

    return read


def refusal(read, *arguments, **options):
    with pytest.raises(FileRefused) as caught:
        read(*arguments, **options)
    return caught.value.message


def test_rows_keep_the_numbers_that_a_spreadsheet_shows(csv_of):
    table = csv_of('name,times\nCafé,"Mondays\n10am"\n\n  Walk ,\n')
    assert table.columns == ["name", "times"]
    assert table.rows == [["Café", "Mondays\n10am"], ["Walk", ""]]
    assert table.row_numbers == [2, 4]
    assert table.geometry is None and table.notices == [] and table.source_format == "csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_usual_encoding_is_read(csv_of, encoding):
    table = csv_of("name,cost\nCafé,£3\n".encode(encoding))
    assert table.rows == [["Café", "£3"]]
    assert bool(table.notices) == (encoding == "cp1252")


def test_a_few_broken_bytes_do_not_turn_utf8_into_nonsense(csv_of):
    table = csv_of("name\nCafé Zoë\n".encode() + b"Caf\xe9\n" + "naïve façade\n".encode())
    assert [row[0] for row in table.rows] == ["Café Zoë", "Caf\ufffd", "naïve façade"]
    assert [problem.row for problem in table.notices] == [3]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_recognised(csv_of, delimiter, newline):
    lines = [("name", "note", "lat"), ("A", "tea, and; cake", "51,5"), ("B", "x", "0.7")]
    text = newline.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    assert csv_of(text).rows == [["A", "tea, and; cake", "51,5"], ["B", "x", "0.7"]]


def test_excels_separator_line_is_obeyed_and_still_counted(csv_of):
    table = csv_of("sep=;\nname;cost\nA, B;free\n")
    assert (table.columns, table.rows, table.row_numbers) == (["name", "cost"], [["A, B", "free"]], [3])


def test_commas_in_the_text_of_a_single_column_do_not_make_columns(csv_of):
    table = csv_of("name\nWalking\nTea\nCraft, and chat\nSinging\nYoga\n")
    assert table.columns == ["name"]
    assert table.rows[2] == ["Craft, and chat"]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('name,place\nA,x\n"B,y\nC,z\n', 3),  # to the end of the file
        ('name,place\nA,x\n"B,y\nC,"z"\nD,w\n', 3),  # to the next quotation mark
        ('name,place,day\nA,x,1\nB,"y,2\nC,z"\nD,w,4\n', 3),  # to one that happens to close it
        ('name,place\nThe "Good" Café,x\n"The" Café,y\n', 3),  # not doubled
        ('name,place\n"' + "A long tale, " * 12_000 + '\nB,"x"\n', 2),
    ],
)
def test_a_quotation_mark_out_of_place_is_refused_by_its_row(csv_of, text, row):
    assert f"Row {row}:" in refusal(csv_of, text)


def test_a_quoted_cell_of_several_lines_is_read(csv_of):
    table = csv_of('name,about\nA,"One, two,\nthree, four,\nfive"\nB,x\n')
    assert table.rows[0][1] == "One, two,\nthree, four,\nfive"


@pytest.mark.parametrize("length", [120_000, 140_000, 1_000_000])
def test_a_cell_too_long_is_refused_by_its_row(csv_of, length):
    assert "Row 3" in refusal(csv_of, f"name,about\nA,x\nB,{'y' * length}\n")


def test_a_cell_too_many_is_a_problem_of_its_row_and_one_too_few_is_missing(csv_of):
    table = csv_of("name,place,day\nA,High St, Leigh,Mon\nB\nC,x,Tue,,\n")
    assert table.rows == [["A", "High St", "Leigh"], ["B", "", ""], ["C", "x", "Tue"]]
    (problem,) = table.notices
    assert (problem.row, problem.refuses, problem.value) == (2, True, "Mon")
    assert "4 cells" in problem.message and "3 headings" in problem.message


def test_headings_twice_are_told_apart_and_columns_without_one_keep_their_letter(csv_of):
    table = csv_of("Name,,name,Cost ,,\nA,b,c,d,,\n")
    assert table.columns == ["Name", "column B", "name (2)", "Cost"]
    assert table.rows == [["A", "b", "c", "d"]]
    assert all(not problem.refuses for problem in table.notices) and len(table.notices) == 2


def test_title_lines_above_the_headings_are_passed_over(csv_of):
    table = csv_of("Groups in Leigh\n\nname,postcode,day\nA,SS9 1AA,Mon\nB,SS9 1AB,Tue\n")
    assert table.columns == ["name", "postcode", "day"] and table.row_numbers == [4, 5]
    assert "Row 3 was taken as the headings" in table.notices[0].message


def test_characters_nobody_can_see_are_left_out_with_a_notice(csv_of):
    table = csv_of("name,place\nA\x00B,x\x1by\n")
    assert table.rows == [["AB", "xy"]]
    assert {(p.row, p.column) for p in table.notices} == {(2, "name"), (2, "place")}


def test_text_that_people_see_is_kept_as_it_is(csv_of):
    hostile = [
        "{{43*43}}",
        "{% off",
        "${alert(1)}",
        "`",
        "</script>",
        "javascript:x",
        "\u202eab",
        "e\u0301",
        "👩‍👩‍👧",
    ]
    table = csv_of("name,x\n" + "".join(f'"{text}",1\n' for text in hostile))
    assert [row[0] for row in table.rows] == hostile


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n \n,,\n", "empty"),
        (b"\xff\xfe", "empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><kml/>", "XML"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file"),
        (b"\x1f\x8b\x08" + b"x" * 50, "compressed"),
        (b"PK\x05\x06" + b"\0" * 18, "ZIP"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\0\1\2\3" * 500, "not a text file"),
    ],
)
def test_another_kind_of_file_named_csv_is_told(csv_of, content, says):
    assert says in refusal(csv_of, content)


def test_headings_without_rows_are_a_table_with_a_notice(csv_of):
    table = csv_of("name,postcode\n")
    assert table.columns == ["name", "postcode"] and len(table) == 0
    assert "no rows" in table.notices[0].message


def test_limits_on_bytes_rows_and_columns_are_told(csv_of):
    assert "larger than 1 MB" in refusal(
        csv_of, "a,b\n" + "1,2\n" * 400_000, limits=Limits(max_bytes=1_000_000)
    )
    assert "more than 10 rows" in refusal(csv_of, "a,b\n" + "1,2\n" * 11, limits=Limits(max_rows=10))
    assert "2,000 columns" in refusal(csv_of, ",".join(map(str, range(2000))) + "\n")


def test_apostrophes_before_formulas_are_taken_away_again_and_others_stay(csv_of):
    table = csv_of("name,x\n'=1+1,'-2\n'Tis the season,'''@a\n")
    assert table.rows == [["=1+1", "-2"], ["'Tis the season", "''@a"]]


def test_the_usual_words_for_nothing_are_known_as_missing():
    assert all(map(is_missing, ["", " ", "NA", "n/a", "N/A", "-", "null", "None", "NaN", "–"]))
    assert not any(map(is_missing, ["0", "no", "Nana's", "free"]))


def test_a_hundred_thousand_rows_are_read_in_a_moment(csv_of):
    rows = "".join(f'g{i},"Group, {i}",Café,{",".join("abcdefghijkl")}\n' for i in range(100_000))
    began = time.process_time()
    table = csv_of(",".join(f"column {i}" for i in range(15)) + "\n" + rows)
    assert len(table) == 100_000 and table.rows[-1][1] == "Group, 99999"
    assert time.process_time() - began < 3  # about 0.6 s on an idle machine


def test_a_file_of_apostrophes_is_read_in_a_moment(csv_of):
    began = time.process_time()
    csv_of("name,x\n" + ("' " * 40_000 + ",'\n") * 10)
    assert time.process_time() - began < 3
