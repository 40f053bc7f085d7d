"""What is written reads back the same, opens in a spreadsheet and in QGIS, and is never half there."""

import datetime as dt
import os

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.domain.errors import BadInput, Unavailable
from assetmap.layers import write
from assetmap.layers.crs import to_wgs84
from assetmap.layers.read import read_table
from assetmap.layers.write import ENDINGS, write_table

HOSTILE = [
    "{{43*43}}", "{% off", "${alert(1)}", "`", "</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)",
    "=1+1", "+44 1632 960123", "@SUM(A1)", "-2+3", "-0.71", "'=1", "''-x", "'Tis", "\u202etxt", "e\u0301", "👩‍👩‍👧",
    "a;b,c|d", 'say "hi"', "two\nlines", "_x0041_", "NA", "007", "1e5", "TRUE", "=cmd|' /C calc'!A0", " =x", "\t=x",
]  # fmt: skip


@pytest.fixture
def groups():
    return gpd.GeoDataFrame(
        {
            "id": ["a", "b", "c"],
            "name": ["Café", "=1+1", ""],
            "ages": [1, 2, 3],
            "cost": [1.5, np.nan, 3.0],
            "open": [True, False, True],
            "day": [dt.date(2025, 1, 2), None, dt.date(2024, 2, 29)],
            "seen": pd.to_datetime(["2025-01-02 14:30", None, "2024-02-29 00:00"]),
            "languages": [["en", "pl"], [], None],
        },
        geometry=[shapely.Point(0.7, 51.5), None, shapely.Point(0.72, 51.52)],
        crs="EPSG:4326",
    )


CELLS = [
    ["a", "Café", "1", "1.5", "yes", "2025-01-02", "2025-01-02 14:30", "en;pl"],
    ["b", "=1+1", "2", "", "no", "", "", ""],
    ["c", "", "3", "3", "yes", "2024-02-29", "2024-02-29", ""],
]


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_written_reads_back_the_same(tmp_path, groups, ending):
    path = tmp_path / f"groups{ending}"
    write_table(path, groups, "EPSG:27700")
    table = read_table(path)
    assert table.columns[:8] == list(groups.columns[:8]) and table.notices == []
    assert [row[:8] for row in table.rows] == CELLS
    if ending in (".csv", ".xlsx"):
        assert table.columns[8:] == ["easting", "northing"], "metres, as asked"
        assert table.rows[1][8:] == ["", ""]
        lon, lat = to_wgs84(*(float(text) for text in table.rows[2][8:]))
        assert (round(lon[0], 7), round(lat[0], 7)) == (0.72, 51.52)
        write_table(path, groups)
        table = read_table(path)
        assert table.columns[8:] == ["lat", "lon"]
        assert [row[8:] for row in table.rows] == [["51.5", "0.7"], ["", ""], ["51.52", "0.72"]]
    else:
        assert table.geometry[1] is None and table.geometry[2].distance(shapely.Point(0.72, 51.52)) < 1e-6


@pytest.mark.parametrize("ending", ENDINGS)
def test_hostile_text_survives_the_journey(tmp_path, ending):
    path = tmp_path / f"hostile{ending}"
    write_table(path, pd.DataFrame({"id": range(len(HOSTILE)), "text": HOSTILE}))
    assert [row[1] for row in read_table(path).rows] == [text.strip() for text in HOSTILE]


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(HOSTILE)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".geojson"])
@settings(max_examples=60)
@given(cells=st.lists(st.tuples(text, text), min_size=1, max_size=5))
def test_any_text_reads_back_without_what_cannot_be_seen(tmp_path_factory, ending, cells):
    path = tmp_path_factory.getbasetemp() / f"any{ending}"
    frame = pd.DataFrame(
        {"id": [f"r{i}" for i in range(len(cells))]} | {n: [c[n == "y"] for c in cells] for n in "xy"}
    )
    write_table(path, frame)
    expected = [[write._clean(x), write._clean(y)] for x, y in cells]
    assert [row[1:] for row in read_table(path).rows] == expected


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_no_cell_starts_as_a_formula(tmp_path, ending):
    path = tmp_path / f"hostile{ending}"
    write_table(path, pd.DataFrame({"=id": HOSTILE}))
    if ending == ".csv":
        cells = [line.strip('"') for line in path.read_text("utf-8-sig").splitlines()]
    else:
        sheet = openpyxl.load_workbook(path).active
        assert {cell.data_type for (cell,) in sheet.iter_rows()} == {"s"}
        cells = [str(cell.value) for (cell,) in sheet.iter_rows()]
    assert all(cell.strip()[:1] not in ("=", "+", "@") for cell in cells)
    assert [cell for cell in cells if cell.strip().startswith("-")] == ["-0.71"]


def test_control_characters_do_not_stop_a_workbook(tmp_path):
    write_table(tmp_path / "x.xlsx", pd.DataFrame({"a\x00": ["x\x00y\x0b", "\ud800", "z\r\nq"], "b": "1"}))
    assert read_table(tmp_path / "x.xlsx").rows == [["xy", "1"], ["", "1"], ["z\nq", "1"]]


def test_names_types_and_the_coordinate_system_are_right_for_qgis(tmp_path, groups):
    write_table(tmp_path / "g.gpkg", groups, "EPSG:27700")
    back = gpd.read_file(tmp_path / "g.gpkg")
    assert back.crs.to_epsg() == 27700 and back.geometry[0].distance(shapely.Point(587_323, 181_229)) < 300
    assert [back[name].dtype.kind for name in ("ages", "cost", "open", "seen")] == ["i", "f", "b", "M"]
    write_table(tmp_path / "g.geojson", groups, "EPSG:27700")
    back = gpd.read_file(tmp_path / "g.geojson")
    assert back.crs.to_epsg() == 4326 and back.geometry[0].equals(shapely.Point(0.7, 51.5))
    assert [back[name].dtype.kind for name in ("ages", "cost", "open")] == ["i", "f", "b"]


@pytest.mark.parametrize("ending", [".geojson", ".gpkg"])
def test_areas_and_frames_in_metres_are_written_where_they_are(tmp_path, ending):
    square = shapely.box(588_000, 185_000, 589_000, 186_000)
    write_table(
        tmp_path / f"x{ending}", gpd.GeoDataFrame({"code": ["A"]}, geometry=[square], crs="EPSG:27700")
    )
    table = read_table(tmp_path / f"x{ending}")
    assert table.rows == [["A"]] and table.geometry[0].contains(shapely.Point(0.7144, 51.5354))


@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_to_write_is_a_file_with_its_headings(tmp_path, groups, ending):
    for frame in (groups.iloc[:0], pd.DataFrame({"id": [], "name": []}, dtype=str)):
        write_table(tmp_path / f"none{ending}", frame)
        table = read_table(tmp_path / f"none{ending}")
        assert len(table) == 0
        assert ending == ".geojson" or table.columns[:2] == ["id", "name"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, groups, ending, monkeypatch):
    path = tmp_path / f"groups{ending}"
    path.write_text("the old one")

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(Unavailable, match="No space left"):
        write_table(path, groups)
    assert path.read_text() == "the old one" and os.listdir(tmp_path) == [path.name]


def test_endings_and_folders_that_cannot_be_written_are_told(tmp_path, groups):
    with pytest.raises(BadInput, match="“.shp” cannot be written"):
        write_table(tmp_path / "x.shp", groups)
    with pytest.raises(Unavailable, match="could not be written"):
        write_table(tmp_path / "none" / "x.csv", groups)


def test_text_too_long_for_excel_is_told_and_csv_takes_it(tmp_path):
    frame = pd.DataFrame({"id": ["a"], "text": ["x" * 40_000]})
    with pytest.raises(BadInput, match=r"Row 2 holds a text of 40,000 characters"):
        write_table(tmp_path / "x.xlsx", frame)
    write_table(tmp_path / "x.csv", frame)
    assert len(read_table(tmp_path / "x.csv").rows[0][1]) == 40_000


def test_columns_named_like_those_of_the_format_do_no_harm(tmp_path):
    frame = gpd.GeoDataFrame(
        {"fid": ["a", "b"], "geom": ["x", "y"], "Name": ["p", "q"], "name": ["r", "s"]},
        geometry=[shapely.Point(0, 51), shapely.Point(1, 52)], crs="EPSG:4326",
    )  # fmt: skip
    write_table(tmp_path / "x.gpkg", frame)
    table = read_table(tmp_path / "x.gpkg")
    assert [sorted(row) for row in table.rows] == [["a", "p", "r", "x"], ["b", "q", "s", "y"]]
