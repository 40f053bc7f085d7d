"""SURVIVE.md 10 to 35, through a whole load: what a person is told, and that the store is as it was."""

import io
import json
import sqlite3
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from assetmap.domain.errors import AssetmapError
from assetmap.domain.schedule import Calendar, next_start
from tests.loading import Loader

GRID = {"type": "Point", "coordinates": [587_500, 185_500]}
NAME_AND_POINT = '{{"type": "Feature", "properties": {{"name": "Chess"}}, "geometry": {}}}'


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    yield loader
    loader.database.dispose()


def refusal(loader, content, name: str, layer: str = "groups") -> str:
    """What is said of a file that must not be loaded; fails when anything of it was."""
    before = loader.state()
    try:
        report = loader.load(layer, content, name)
    except AssetmapError as error:
        said = error.message
    else:
        assert report.refused, report.headline()
        said = "; ".join(loader.faults())
    assert loader.state() == before and said.strip()
    return said


def features(*geometries) -> str:
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": f"Group {number}"}, "geometry": geometry}
        for number, geometry in enumerate(geometries)]})


def workbook(*rows) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str | zipfile.ZipInfo, content: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for held in old.namelist():
            if held != name:
                new.writestr(held, old.read(held))
        new.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_survive_10_what_spreadsheets_save_is_read_in_its_encoding(loader, encoding):
    loader.load("groups", "name,cost\nCafé “Zoë”,£2\n".encode(encoding))
    assert loader.one("groups").name == "Café “Zoë”"


def test_survive_11_a_quote_that_swallows_rows_is_told_by_its_row(loader):
    rows = "".join(f"Group {number},Mondays\n" for number in range(50))
    assert "ow 2" in refusal(loader, f'name,times\n"Chess,Mondays\n{rows}', "groups.csv")


def test_survive_12_a_cell_of_200000_characters_is_told_by_its_row(loader):
    said = refusal(loader, f"name,summary\nChess,{'x' * 200_000}\n", "groups.csv")
    assert said.startswith("Row 2: a cell has more than 131,072 characters")


def test_survive_13_headings_twice_unknown_and_in_capitals_and_words_for_nothing(loader):
    report = loader.load("groups", "NAME,Phone,Phone,Shoe size,Age Min\nChess,n/a,-,9,NA\n")
    (group,) = loader.all("groups").values()
    assert (group.name, group.contact.phone, group.age_min) == ("Chess", "", None)
    assert "Shoe size" in report.unused
    assert "No column holds the names" in refusal(loader, "Title of it,when\nChess,now\n", "other.csv")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_survive_14_formulas_separators_capitals_and_a_postcode_inside_the_address(loader, separator):
    cells = ["=cmd|' /C calc'!A0", "+44 1632 960001", "12 HIGH ST, SOUTHEND ON SEA, SS1 1NE"]
    loader.load("groups", separator.join(["name", "phone", "address"]) + "\n" + separator.join(cells) + "\n")
    group = loader.one("groups")
    assert group.name == "=cmd|' /C calc'!A0" and group.postcode == "SS1 1NE" and group.location.place
    assert "1632" in group.contact.phone


def test_survive_15_a_workbook_that_unpacks_to_135_megabytes(loader):
    bomb = with_part(workbook(["name"], ["Chess"]), "xl/worksheets/sheet1.xml", b" " * 135_000_000)
    assert len(bomb) < 400_000
    assert "unpacks to more than" in refusal(loader, bomb, "groups.xlsx")


def test_survive_16_a_workbook_that_declares_entities(loader):
    bomb = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'
    assert "entities" in refusal(loader, with_part(workbook(["name"]), "xl/worksheets/sheet1.xml", bomb), "g.xlsx")


def test_survive_17_an_archive_whose_parts_lead_outside(loader):
    assert "outside" in refusal(loader, with_part(workbook(["name"], ["A"]), "../../evil.xml", "x"), "groups.xlsx")
    link = zipfile.ZipInfo("xl/link.xml")
    link.external_attr = 0o120777 << 16
    assert "link" in refusal(loader, with_part(workbook(["name"], ["A"]), link, "/etc/passwd"), "groups.xlsx")


def test_survive_18_a_workbook_cut_short_locked_or_of_the_old_kind(loader):
    whole = workbook(["name"], *[[f"Group {number}"] for number in range(200)])
    assert "damaged" in refusal(loader, whole[: len(whole) // 2], "groups.xlsx")
    assert "password" in refusal(loader, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000, "groups.xlsx")


@pytest.mark.parametrize("number", ["NaN", "1e400"])
def test_survive_19_20_a_coordinate_that_is_no_number(loader, number):
    text = NAME_AND_POINT.format(f'{{"type": "Point", "coordinates": [{number}, 51.5]}}')
    assert "row 2" in refusal(loader, text, "groups.geojson")


def test_survive_21_a_latitude_of_5100(loader):
    said = refusal(loader, "name,lat,lon\nChess,5100,0.7\n", "groups.csv")
    assert said == "row 2, column lat: is 5100, and should be between -90 and 90"


def test_survive_22_national_grid_metres_that_call_themselves_degrees(loader):
    assert "metres" in refusal(loader, features(GRID), "groups.geojson")
    assert "National Grid" in refusal(loader, "name,lat,lon\nChess,185500,587500\n", "groups.csv")


def test_survive_23_latitude_and_longitude_swapped(loader):
    said = refusal(loader, "name,lat,lon\nChess,0.7,51.5\n", "groups.csv")
    assert "look swapped" in said and said.startswith("row 2, column lat")


def test_survive_24_no_shape_an_empty_one_and_a_collection(loader):
    loader.load("groups", features(None, {"type": "Point", "coordinates": []}), "groups.geojson")
    assert all(group.location.place is None for group in loader.all("groups").values())
    inner = {"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": []}]}
    before = loader.state()
    report = loader.load("groups", features(inner), "collections.geojson")
    assert report.problems and (report.applied or loader.state() == before)


def ward(ring, code="E05002212", name="A", kind="Polygon"):
    return {"type": "Feature", "properties": {"WD25CD": code, "WD25NM": name, "LAD25CD": "E06000033"},
            "geometry": {"type": kind, "coordinates": ring}}


def wards(*made) -> str:
    return json.dumps({"type": "FeatureCollection", "features": made})


def square(west, south, size=0.1):
    return [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]


def test_survive_25_open_rings_bow_ties_overlaps_holes_and_islands(loader):
    bow_tie = [[0.6, 51.5], [0.7, 51.6], [0.7, 51.5], [0.6, 51.6], [0.6, 51.5]]
    loader.load("wards", wards(
        ward([square(0.0, 51.0)[:-1]]),
        ward([bow_tie], "E05002213", "B"),
        ward([square(0.2, 51.0), square(0.23, 51.03, 0.02)], "E05002214", "C"),
        ward([[square(0.4, 51.0)], [square(0.4, 51.2)]], "E05002215", "D", "MultiPolygon"),
        ward([square(0.42, 51.05)], "E05002216", "E")), "wards.geojson")
    said = " ".join(loader.notices())
    assert loader.report.counts["added"] == 5 and "overlap" in said and len(loader.notices()) >= 3


def test_survive_26_nesting_without_end_and_a_number_of_5000_digits(loader):
    assert "too deep" in refusal(loader, "[" * 100_000, "groups.geojson")
    assert refusal(loader, NAME_AND_POINT.replace('"Chess"', "9" * 5_000).format("null"), "groups.geojson")


@pytest.mark.parametrize("name", ["groups.geojson", "groups.gpkg"])
def test_survive_27_a_description_that_points_at_another_file(loader, name):
    secret = loader.file("name\nSECRET\n", "secret.csv")
    vrt = f"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>" \
          "</OGRVRTDataSource>"
    assert "SECRET" not in refusal(loader, vrt, name)


def test_survive_28_a_plain_database_called_gpkg(loader, tmp_path):
    with sqlite3.connect(tmp_path / "plain.gpkg") as plain:
        plain.execute("CREATE TABLE groups (name TEXT)")
    plain.close()
    assert "not a GeoPackage" in refusal(loader, tmp_path / "plain.gpkg", "plain.gpkg")


@pytest.mark.parametrize("address", ["/vsicurl/http://127.0.0.1:9/x.csv", "http://127.0.0.1:9/x.csv",
                                     "http://2130706433/x.csv", "http://127.1/x.csv", "http://[::1]/x.csv",
                                     "file:///etc/passwd"])
def test_survive_29_31_no_address_is_ever_fetched_so_none_leads_inside(loader, address):
    assert "address" in refusal(loader, Path(address), "")


def test_survive_30_a_name_that_climbs_out_of_its_folder_writes_nothing_there(loader):
    inner = loader.folder / "inner"
    inner.mkdir()
    loader.file("name,postcode\nChess,SSO 8NB\nGo,SS0 8NB\n", "x.csv").rename(inner / "..groups.csv")
    report = loader.load("groups", inner / "..groups.csv", skip_bad_rows=True)
    assert report.rejected_file == str(inner / "..groups.rejected.csv")
    assert sorted(path.name for path in inner.iterdir()) == ["..groups.csv", "..groups.rejected.csv"]


@pytest.mark.parametrize("times", ["FREQ=SECONDLY", "RRULE:FREQ=SECONDLY;COUNT=999999999", "BEGIN:VEVENT",
                                   "BEGIN:VCALENDAR\r\nDTSTART:2026", "FREQ=WEEKLY;BYDAY=XX\r\nX-EVIL:1"])
def test_survive_32_33_34_calendar_words_are_no_times_and_stay_text(loader, times):
    loader.load("groups", f'name,times\nChess,"{times}"\n')
    group = loader.one("groups")
    assert all(not meeting.session.understood for meeting in group.meetings)
    assert loader.notices() and group.times.split()[0] == times.split()[0]


def test_survive_35_a_weekly_session_keeps_its_hour_when_the_clocks_change(loader):
    loader.load("groups", "name,times\nChess,Sundays 10am-11am\n")
    (meeting,) = loader.one("groups").meetings
    for before in (datetime(2026, 10, 24), datetime(2026, 10, 31), datetime(2027, 3, 27), datetime(2027, 4, 3)):
        start = next_start(meeting.session, before, Calendar())
        assert (start.hour, start.weekday()) == (10, 6)
