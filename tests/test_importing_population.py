"""Where people live, from the files that statisticians publish."""

import json

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from assetmap.domain.errors import BadInput, FileRefused
from assetmap.store import undo
from assetmap.store.plan_tables import population_points
from tests.importing_pages import Importing
from tests.loading import Loader, assetmap

HEAD = "OA21CD,lat,lon,people\n"
GOOD = HEAD + "E00080001,51.54,0.71,312\nE00080002,51.55,0.66,280.5\n"


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    yield loader
    loader.database.dispose()


def held(loader) -> dict[str, dict]:
    with loader.database.reading() as connection:
        return {row["id"]: dict(row) for row in connection.execute(select(population_points)).mappings()}


def test_a_census_file_by_output_area_is_read_by_its_own_headings(loader):
    loader.load("population-points", "OA21CD,LAT,LONG,WD22CD,Age: Total,Aged 15 years and under,Aged 65 and over,"
                                     "imd2025 score\nE00080001,51.54,0.71,E05002212,312,58,60.5,21.4\n", "census.csv",
                source="ONS Census 2021")
    assert held(loader)["E00080001"] == {
        "id": "E00080001", "lat": 51.54, "lon": 0.71, "people": 312, "children": 58, "working_age": None, "older": 60.5,
        "deprivation": 21.4, "ward_code": "E05002212", "source": "ONS Census 2021", "date": "", "estimate": False}
    assert "312 people at 1 point." in loader.report.remarks


def test_centres_in_metres_of_the_national_grid_are_put_on_the_map(loader):
    loader.load("population-points", "LSOA code (2021),x,y,all ages\nE01015800,588229,185632,1500\n")
    made = held(loader)["E01015800"]
    assert (made["lat"], made["lon"]) == (pytest.approx(51.5383, abs=0.001), pytest.approx(0.7128, abs=0.001))


def test_counts_by_postcode_need_neither_codes_nor_positions(loader):
    loader.load("population-points", "Postcode,Count\nSS1 1NE,31\nSS9 2DD,12\n")
    assert {key: row["people"] for key, row in held(loader).items()} == {"SS1 1NE": 31, "SS9 2DD": 12}


def test_a_workbook_and_points_on_a_map_are_read_alike(loader, tmp_path):
    sheet = Workbook()
    for row in (["geography code", "population", "lat", "lon"], ["E00080001", 312, 51.54, 0.71]):
        sheet.active.append(row)
    sheet.save(tmp_path / "people.xlsx")
    loader.load("population-points", tmp_path / "people.xlsx", source="census")
    before = loader.state()
    document = {"type": "FeatureCollection", "features": [{
        "type": "Feature", "properties": {"code": "e00080001", "Total": 312},
        "geometry": {"type": "Point", "coordinates": [0.71, 51.54]}}]}
    report = loader.load("population-points", json.dumps(document), "people.geojson", source="census")
    assert report.counts == {"added": 0, "changed": 0, "unchanged": 1} and loader.state() == before


def test_a_rank_of_deprivation_is_turned_round_and_a_score_wins_over_it(loader):
    loader.load("population-points", "code,lat,lon,people,Index of Multiple Deprivation (IMD) Rank (where 1 is most "
                                     "deprived)\nA,51.5,0.7,10,1\nB,51.5,0.8,10,30000\nC,51.5,0.8,10,\n")
    ranks = {key: row["deprivation"] for key, row in held(loader).items()}
    assert ranks == {"A": -1, "B": -30_000, "C": None} and ranks["A"] > ranks["B"]
    assert any("rank, where 1 is the most deprived" in remark for remark in loader.report.remarks)
    loader.load("population-points", "code,lat,lon,people,imd rank,imd score\nA,51.5,0.7,10,1,80\nB,51.5,0.8,10,9,\n")
    assert {key: row["deprivation"] for key, row in held(loader).items()} == {"A": 80, "B": None}


@pytest.mark.parametrize(("row", "said"), [
    ("E00080003,51.5,0.7,-3", "column people: is -3, and should be from 0 to"),
    ("E00080003,51.5,0.7,", "column people: is empty, and every row needs its number of people; nobody at all is 0"),
    ("E00080003,51.5,0.7,lots", "column people: is “lots”, and should be a number, such as 3 or 3.5"),
    ("E00080003,51.5,0.7,NaN", "column people: is empty"), ("E00080003,51.5,0.7,1e400", "column people: is 1e400"),
    ("E00080003,,,5", "column lat: has no position; give lat and lon, easting and northing, or a postcode"),
    ("E00080003,51.5,,5", "column lon: is empty or unreadable"),
    ("E00080003,48.85,2.35,5", "column lat: 48.85, 2.35 is outside Britain"),
    ("E00080003,0.7,51.5,5", "column lat: 0.7, 51.5 look swapped"),
    ("E00080003,185632,588229,5", "look like British National Grid metres"),
    ("E00080003,5100,0.7,5", "column lat: is 5100, and should be between -90 and 90"),
    ("E00080001,51.5,0.7,5", "column OA21CD: E00080001 is in row 2 too; its people would be counted twice"),
    (",51.5,0.7,5", "column OA21CD: is empty, and every row needs a code of its own")])
def test_a_bad_row_keeps_the_file_out_and_says_what_is_wrong(loader, row, said):
    loader.load("population-points", GOOD)
    before = loader.state()
    report = loader.load("population-points", f"{GOOD}{row}\n")
    assert report.refused and loader.state() == before
    (fault,) = loader.faults()
    assert fault.startswith("row 4, ") and said in fault


def test_the_good_rows_are_taken_and_what_a_bad_row_is_about_stays(loader):
    loader.load("population-points", GOOD + "E00080009,51.5,0.7,9\n")
    report = loader.load("population-points", GOOD.replace("280.5", "many").replace("312", "313"), "new.csv",
                         skip_bad_rows=True)
    assert report.counts == {"added": 0, "changed": 1, "unchanged": 0, "removed": 1}
    assert {key: row["people"] for key, row in held(loader).items()} == {"E00080001": 313, "E00080002": 280.5}
    assert "many" in (loader.folder / "new.rejected.csv").read_text("utf-8-sig")
    assert loader.load("population-points", HEAD + "X,51.5,0.7,-1\n", skip_bad_rows=True).counts["added"] == 0
    assert len(held(loader)) == 2, "a file without a good row takes nothing away"


def test_a_newer_list_takes_the_place_of_the_older_so_that_nobody_is_counted_twice(loader):
    loader.load("population-points", GOOD)
    version = loader.database.version()
    assert loader.load("population-points", GOOD).counts == {"added": 0, "changed": 0, "unchanged": 2}
    assert loader.database.version() == version
    report = loader.load("population-points", "LSOA21CD,lat,lon,people\nE01015800,51.5,0.7,1500\n", "lsoa.csv")
    assert report.counts == {"added": 1, "changed": 0, "unchanged": 0, "removed": 2}
    assert set(held(loader)) == {"E01015800"}
    assert any("2 points that this file does not have are taken out" in remark for remark in report.remarks)
    assert loader.database.version() == version + 1


def test_the_load_is_in_the_history_as_a_whole_and_says_how_to_go_back(loader):
    loader.load("population-points", GOOD, by="jo@example.org")
    state = dict(loader.state())
    (made,) = [row for row in state["imports"] if row[3] == "population-points"]
    assert made[2] == "jo@example.org" and not [line for line in state["history"] if line[6] == made[0]]
    with pytest.raises(BadInput, match="load the older list again"), loader.database.writing() as connection:
        undo.undo_set(connection, made[0], by="jo@example.org")


def test_what_looks_odd_is_said_and_loaded(loader):
    loader.load("wards", json.dumps({"type": "FeatureCollection", "features": [{
        "type": "Feature", "properties": {"WD25CD": "E05000001", "WD25NM": "Sea"}, "geometry": {
            "type": "Polygon", "coordinates": [[[0.6, 51.5], [0.7, 51.5], [0.7, 51.6], [0.6, 51.6], [0.6, 51.5]]]}}]}),
        "wards.geojson")
    loader.load("population-points", "code,lat,lon,people,children,older,ward code,mood\n"
                                     "A,51.5,0.7,100,90,60,E05009999,fine\nB,51.5,0.7,100,20,20,Milton,fine\n")
    assert sorted(loader.notices()) == [
        "row 2, column people: is 100, and the ages together are 150; both are kept as they are",
        "row 3, column ward code: “MILTON” is not a ward code such as E05002212; the ward that the point lies in is "
        "used"]
    assert [row["ward_code"] for row in held(loader).values()] == ["E05009999", ""]
    assert any("1 of the ward codes are not wards that are loaded, such as E05009999" in remark
               for remark in loader.report.remarks)
    assert loader.report.unused == ["mood"]


@pytest.mark.parametrize(("text", "said"), [
    ("lat,lon,people\n51.5,0.7,9\n", "code of each small area"), ("code,lat,lon\nA,51.5,0.7\n", "how many people"),
    ("code,people\nA,9\n", "where the areas are"), ("code,lat,people\nA,51.5,9\n", "where the areas are"),
    (HEAD, "no rows below")])
def test_a_file_that_is_something_else_is_refused_with_what_it_lacks(loader, text, said):
    loader.load("population-points", GOOD)
    before = loader.state()
    with pytest.raises(FileRefused, match=said):
        loader.load("population-points", text)
    assert loader.state() == before


def test_a_census_file_is_loaded_in_the_browser_too(steward_client):
    importing = Importing(steward_client)
    importing.upload("population-points", "OA21CD,LAT,LONG,WD22CD,Age: Total\nE00080001,51.54,0.71,,312\n", "oa.csv")
    importing.columns()
    importing.get("preview")
    assert "It cannot be undone here" in importing.words
    assert importing.figures()["new"] == 1 and "312 people at 1 point" in importing.words
    importing.apply()
    assert importing.figures() == {"added": 1, "changed": 0, "left as they were": 0}
    importing.upload("population-points", "OA21CD,LAT,LONG,people\nE00080002,51.54,0.71,300\n", "oa.csv")
    importing.columns()
    importing.get("preview")
    assert importing.figures()["to take out"] == 1 and "takes the place of the list before it" in importing.words


def test_the_command_line_loads_tries_and_exports_them(loader):
    file = loader.file(GOOD, "oa.csv")
    tried = assetmap(loader.settings, "load", "population-points", file, "--dry-run")
    assert tried.returncode == 0 and "would be loaded from oa.csv: 2 added" in tried.stdout and not held(loader), tried
    assert assetmap(loader.settings, "load", "population-points", file).returncode == 0 and len(held(loader)) == 2
    out = loader.folder / "out.csv"
    done = assetmap(loader.settings, "export", "population-points", out)
    assert done.returncode == 0 and "2 population points" in done.stdout
    assert "E00080002" in out.read_text("utf-8-sig")
