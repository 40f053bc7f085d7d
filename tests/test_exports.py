"""Any layer as CSV, XLSX, GeoJSON or GeoPackage, in degrees or metres: what is exported loads back without a change."""

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assetmap.cli import main
from assetmap.domain.errors import BadInput
from assetmap.domain.place import Place
from assetmap.importing.export import EXPORTED, counted, export_layer
from assetmap.layers.csv_file import read_csv
from assetmap.layers.read import read_table
from assetmap.layers.write import write_table
from assetmap.store import reference, tables
from tests.conftest import settings_at
from tests.loading import HUBS, Loader

ENDINGS = ["csv", "xlsx", "geojson", "gpkg"]
GRID = "EPSG:27700"
HOSTILE = ["{{43*43}}", "{% off", "${alert(1)}", "`", "</script>", "javascript:alert(1)", "=1+1", "+44 1632 960123",
           "@SUM(A1)", "-2+3", "-0.71", "'=1", "''-x", "'Tis", "\t=x", "a;b,c|d", 'say "hi"', "two\nlines", "_x0041_",
           "007", "1e5", "TRUE", "2026-01-02", "0123456789012345678", "👩‍👩‍👧", "e\u0301", "x" * 1900]

WARDS = json.dumps({"type": "FeatureCollection", "features": [
    {"type": "Feature",
     "properties": {"code": f"E0500221{n}", "name": f"Ward {n}", "council_code": "E06000033",
                    "council_name": "Southend-on-Sea", "boundary_year": year, "approximate": "yes" if n == 2 else ""},
     "geometry": shape} for n, year, shape in (
        (2, 2025, {"type": "Polygon", "coordinates": [
            [[0.7, 51.53], [0.7212345678, 51.5312345678], [0.72, 51.55], [0.7, 51.55], [0.7, 51.53]],
            [[0.705, 51.535], [0.706, 51.535], [0.706, 51.536], [0.705, 51.535]]]}),
        (3, 2023, {"type": "MultiPolygon", "coordinates": [
            [[[0.73, 51.53], [0.74, 51.53], [0.74, 51.54], [0.73, 51.53]]],
            [[[0.75, 51.53], [0.76, 51.53], [0.76, 51.54], [0.75, 51.53]]]]}))]})
GROUPS = """id,name,categories,times,venue,postcode,lat,lon,phone,contact_consent,status,last_confirmed,age_min,online
tea,Tea & Talk,coffee-chat;crochet bombing,Tuesdays 10am-12,leigh-library,,,,+44 1632 960001,yes,active,2026-09-01,5,
walks,Walks,walking,Mondays 10am-12 at leigh-library; Fridays 9am,,SS1 1NE,,,,,paused,,,yes
pin,A Pin,,,,,51.5412345,0.7112345,,,hidden,1998-12-31,,
bt,Far West,,,,BT1 5GS,,,,,active,,,
"""
OPPORTUNITIES = """id,name,kind,direction,topics,from,venue,times,hours,reach_m,postcode,expires,state,reward,ward
teach,Teach chess,skill,ask,games-cards,Leigh Library,,Mondays 2-4pm,1.5,2000,,2027-01-01,open,expenses,E05002212
lend,Lend a room,room,offer,,tea,chalkwell-hall,,,,SS9 2DD,,connected,none,
"""
ORGANISATIONS = """id,name,charity_number,company_number,postcode,address
trust,The Trust,0012345,00987654,SS1 1NE,1 High Street
=2+2,@Home,1e5,,,
"""

POPULATION = ("OA21CD,lat,lon,people,children,older,IMD rank,ward code,date\n"
              "E00080001,51.512345678901234,0.71,312.5,58,,9120,E05002212,2021\n"
              "E00080002,51.54,0.65,0,,,,,\n")
PROGRAMMES = """\
record,programme,deployment,name,kind,step,what,day,until,ward,wkt,value,note,public,internal notes,phone,feedback days
programme,=Meals,,,steps,,,,,,,,,no,"+secret
of two lines",,
step,=Meals,,{{43*43}},,,,,,,,,,,,,10
step,=Meals,,-2+3,,next-one,,,,,,,,,,,
deployment,=Meals,ward-meals,Ward,,,,2026-01-05,,E05002212;E05002213,,,,,,,
deployment,=Meals,drawn,-1,,,,,2027-01-01,,"POLYGON ((0.7100001 51.53, 0.72 51.53, 0.72 51.54, 0.7100001 51.53))",,,,,,
role,=Meals,drawn,Cook,,,,,,,,,,,,+44 1632 960001,
progress,=Meals,drawn,,,1,reached,2026-02-01,,,,,,,,,
progress,=Meals,drawn,,,1,gone back,2026-02-03,,,,,</script>,no,,,
figure,=Meals,drawn,@People,,,,2026-02-03,2026-02-28,,,-0.71,,,,,
date,=Meals,drawn,x,event,next-one,,2026-12-03,,,,,é,,,,0
"""


@pytest.fixture(scope="module")
def loaded(made_empty, tmp_path_factory):
    folder = tmp_path_factory.mktemp("loaded")  # each test has a copy of it
    loader = Loader(settings_at(shutil.copytree(made_empty, folder / "instance")), folder)
    loader.load("wards", WARDS, "wards.geojson")
    loader.load("ward-figures", "ward_code,+people,imd2025_score,thirds\nE05002212,100,12.5,0.1234567890123456789\n")
    loader.load("postcodes", "postcode,lat,lon,ward_code,doterm\nSS1 1NE,51.512345678901234,0.7,E05002212,\n"
                             "SS9 2DD,99.999999,0,,201406\nBT1 5GS,54.5973,-5.9301,,\n")
    loader.load("places", "name,kind,lat,lon,postcode,also_known_as\nThe Pier,landmark,51.5,0.7,,Southend Pier\n"
                          "The Green,green,,,SS1 1NE,\n")
    loader.load("population-points", POPULATION)
    for layer, text in (("hubs", HUBS), ("groups", GROUPS), ("opportunities", OPPORTUNITIES),
                        ("organisations", ORGANISATIONS)):
        loader.load(layer, text)
    assert loader.load("programmes", PROGRAMMES).counts["added"] == 7
    assert all(loader.count(table) for table in ("wards", "places", "groups", "opportunities", "organisations"))
    loader.database.dispose()
    return loader.settings.home


@pytest.fixture
def loader(loaded, tmp_path):
    loader = Loader(settings_at(shutil.copytree(loaded, tmp_path / "instance")), tmp_path)
    yield loader
    loader.database.dispose()


@pytest.mark.parametrize("crs", ["EPSG:4326", GRID])
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("layer", EXPORTED)
def test_what_is_exported_loads_back_without_a_change(loader, layer, ending, crs):
    file = loader.folder / f"all of it.{ending}"
    count, before = export_layer(loader.database, loader.settings, layer, file, crs=crs), loader.state()
    report = loader.load(layer, file)
    assert loader.faults() == [] and report.applied
    assert (report.counts["added"], report.counts["changed"]) == (0, 0) and count > 0
    assert loader.state() == before


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_export_in_metres_fills_an_empty_instance_with_the_same(loader, ending, made_empty, tmp_path_factory):
    folder = tmp_path_factory.mktemp("other")
    other = Loader(settings_at(shutil.copytree(made_empty, folder / "instance")), folder)
    for layer in ("wards", "postcodes", "places", "hubs", "groups", "opportunities", "organisations"):
        file = folder / f"{layer}.{ending}"
        export_layer(loader.database, loader.settings, layer, file, crs=GRID)
        other.load(layer, file)
        assert other.faults() == []
    for layer in ("hubs", "groups", "opportunities", "organisations"):
        one, two = loader.all(layer), other.all(layer)
        assert set(one) == set(two)
        for record_id in one:
            for field in ("name", "location", "contact", "status", "last_confirmed", "postcode"):
                assert getattr(one[record_id], field) == getattr(two[record_id], field), (record_id, field)
    other.database.dispose()


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(HOSTILE)


WILD = ("name", "summary", "description", "organisation", "categories", "times", "address", "cost", "cost_note",
        "notes", "access", "phone", "website", "confirmed_by")


@pytest.mark.parametrize("ending", ENDINGS)
@settings(max_examples=8, phases=[Phase.explicit, Phase.generate],
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.fixed_dictionaries(
    dict.fromkeys(WILD, text) | {"lat": st.floats(50, 58), "lon": st.floats(-5, 1.5)}), min_size=1, max_size=4))
def test_survive_1_to_9_and_14_wild_texts_come_back_as_they_were(loader, ending, cells):
    rows = [{"id": f"wild-{number}", **cell} for number, cell in enumerate(cells)]
    loader.load("groups", json.dumps(rows), "wild.json", skip_bad_rows=True)
    file = loader.folder / f"wild.{ending}"
    for crs in ("EPSG:4326", GRID):
        export_layer(loader.database, loader.settings, "groups", file, crs=crs)
        before = loader.state()
        report = loader.load("groups", file)
        assert loader.faults() == [] and report.counts["unchanged"] == loader.count("groups"), report.counts
        assert loader.state() == before


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_survive_14_no_cell_of_an_export_runs_as_a_formula(loader, ending):
    rows = "".join(f'g{n},"n{n}","{text.replace(chr(34), chr(34) * 2)}"\n' for n, text in enumerate(HOSTILE))
    loader.load("groups", f"id,name,summary\n{rows}", "more.csv")
    file = loader.folder / f"groups.{ending}"
    export_layer(loader.database, loader.settings, "groups", file)
    if ending == "csv":
        import csv
        with open(file, encoding="utf-8-sig", newline="") as lines:
            cells = [cell for row in csv.reader(lines) for cell in row]
    else:
        found = [cell for row in openpyxl.load_workbook(file).active.iter_rows() for cell in row]
        assert "f" not in {cell.data_type for cell in found}
        cells = [str(cell.value) for cell in found if cell.data_type == "s"]
    bad = [cell for cell in cells if cell.strip()[:1] in ("=", "+", "@") or cell[:1] in ("\t", "\r")]
    assert bad == [] and any(cell.startswith("'+44") for cell in cells)


def test_survive_8_control_characters_and_long_cells_never_break_a_workbook(loader):
    rows = [{"id": "wild", "name": "Wild\x00\x0b", "description": "d" * 20_000, "notes": "\x01n\ud800" * 500}]
    loader.load("groups", json.dumps(rows), "wild.json")
    export_layer(loader.database, loader.settings, "groups", loader.folder / "groups.xlsx")
    cells = [str(cell.value) for row in openpyxl.load_workbook(loader.folder / "groups.xlsx").active.iter_rows()
             for cell in row]
    assert "Wild" in cells and max(map(len, cells)) == 20_000


def test_a_workbook_opens_with_its_name_and_what_xml_cannot_hold(tmp_path):
    hostile = ["=1", "_x0041_", "a\uffffb", "<&>\"'", "  x", "two\nlines", "👩‍👩‍👧", "\U0010ffff"]
    write_table(tmp_path / "x.xlsx", pd.DataFrame({"t": hostile, "n": range(8)}), layer="ward [figures]: *" + "x" * 40)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["ward  figures    " + "x" * 14] and book.active.freeze_panes == "A2"
    assert [row[0] for row in read_table(tmp_path / "x.xlsx").rows] == [text.strip() for text in hostile]
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        assert archive.testzip() is None


def test_survive_9_leading_zeros_and_long_numbers_are_text_in_a_workbook(loader):
    export_layer(loader.database, loader.settings, "organisations", loader.folder / "o.xlsx")
    cells = {cell.value: cell.data_type for row in openpyxl.load_workbook(loader.folder / "o.xlsx").active.iter_rows()
             for cell in row}
    assert cells["0012345"] == cells["00987654"] == cells["1e5"] == "s"
    export_layer(loader.database, loader.settings, "postcodes", loader.folder / "p.xlsx")
    cells = {cell.value: cell.data_type for row in openpyxl.load_workbook(loader.folder / "p.xlsx").active.iter_rows()
             for cell in row}
    assert cells["51.512345678901234"] == "s" and cells[0.7] == "n", "Excel would drop the last digits"


# GeoPackage, as QGIS opens it

@pytest.mark.parametrize(("crs", "number"), [("EPSG:4326", 4326), (GRID, 27700)])
def test_a_geopackage_names_its_layer_its_types_its_system_and_its_extent(loader, crs, number):
    file = loader.folder / "any name.gpkg"
    export_layer(loader.database, loader.settings, "groups", file, crs=crs)
    told = pyogrio.read_info(file, layer="groups")
    assert (told["crs"], told["geometry_type"], told["features"]) == (f"EPSG:{number}", "Point", 4)
    types = dict(zip(told["fields"], told["ogr_types"], strict=True))
    assert types["name"] == "OFTString" and types["last_confirmed"] == "OFTDate"
    assert types["age_min"] == types["age_max"] == "OFTInteger64", "also where no value is known"
    assert dict(zip(told["fields"], told["dtypes"], strict=True))["contact_consent"] == "bool"
    assert "lat" not in told["fields"], "the point is the geometry: one that is moved in QGIS moves the record"
    with closing(sqlite3.connect(file)) as database:
        (contents,) = database.execute("SELECT table_name, data_type, identifier, srs_id, min_x, min_y, max_x, max_y "
                                       "FROM gpkg_contents").fetchall()
        assert contents[:4] == ("groups", "features", "groups", number)
        low, high = ((0.6, 50), (0.8, 52)) if number == 4326 else ((500_000, 150_000), (620_000, 200_000))
        assert contents[6] > low[0] and contents[7] > low[1] and contents[6] < high[0] + 1
        named = database.execute("SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys "
                                 "WHERE srs_id = ?", (number,)).fetchone()
        assert named[:2] == ("EPSG", number) and "definition" not in named[2][:3]
        assert database.execute("SELECT geometry_type_name, srs_id FROM gpkg_geometry_columns").fetchone() == (
            "POINT", number)
        assert database.execute("SELECT extension_name FROM gpkg_extensions").fetchall() == [("gpkg_rtree_index",)]
        assert database.execute("SELECT count(*) FROM rtree_groups_geom").fetchone()[0] == 4
        declared = {row[1]: row[2] for row in database.execute("PRAGMA table_info(groups)")}
    assert (declared["last_confirmed"], declared["online"], declared["age_min"]) == ("DATE", "BOOLEAN", "INTEGER")


def test_wards_are_areas_in_a_geopackage_and_text_in_a_table(loader):
    export_layer(loader.database, loader.settings, "wards", loader.folder / "w.gpkg", crs=GRID)
    told = pyogrio.read_info(loader.folder / "w.gpkg", layer="wards")
    assert (told["geometry_type"], told["crs"]) == ("MultiPolygon", GRID)
    export_layer(loader.database, loader.settings, "wards", loader.folder / "w.csv", crs=GRID)
    table = read_csv((loader.folder / "w.csv").read_bytes())
    assert table.column("wkt")[0].startswith("SRID=27700;POLYGON ((58")


def test_each_ward_keeps_its_own_year(loader):
    with loader.database.reading() as connection:
        assert [row["boundary_year"] for row in reference.rows(connection, tables.wards)] == [2025, 2023]


def test_an_outline_too_long_for_a_table_is_refused_with_what_to_use(loader):
    circle = shapely.Point(0.7, 51.5).buffer(0.05, quad_segs=2_000)
    feature = {"type": "Feature", "properties": {"code": "E05009999", "name": "Round"},
               "geometry": shapely.geometry.mapping(circle)}
    loader.load("wards", json.dumps(feature), "round.geojson")
    for ending in ("csv", "xlsx"):
        with pytest.raises(BadInput, match="Use .geojson or .gpkg|Use .csv"):
            export_layer(loader.database, loader.settings, "wards", loader.folder / f"w.{ending}")
    export_layer(loader.database, loader.settings, "wards", loader.folder / "w.gpkg")


def test_geojson_stays_in_degrees_whatever_was_asked(loader):
    export_layer(loader.database, loader.settings, "groups", loader.folder / "g.geojson", crs=GRID)
    document = json.loads((loader.folder / "g.geojson").read_text())
    pin = next(f for f in document["features"] if f["properties"]["id"] == "pin")
    assert pin["geometry"]["coordinates"] == [0.7112345, 51.5412345] and "crs" not in document
    assert pin["properties"]["online"] is False and pin["properties"]["last_confirmed"] == "1998-12-31"


def test_a_place_that_the_grid_does_not_reach_is_told_and_degrees_take_it(loader):
    loader.load("groups", "name,lat,lon\nFar,0.5,88\n", "far.csv")
    for ending in ("csv", "xlsx", "gpkg"):
        with pytest.raises(BadInput, match=r"0.5, 88 is too far away for EPSG:27700.*Export in WGS84"):
            export_layer(loader.database, loader.settings, "groups", loader.folder / f"g.{ending}", crs=GRID)
    export_layer(loader.database, loader.settings, "groups", loader.folder / "g.csv")


def test_a_point_that_is_moved_in_qgis_moves_the_record(loader):
    file = loader.folder / "g.gpkg"
    export_layer(loader.database, loader.settings, "groups", file, crs=GRID)
    frame = gpd.read_file(file)
    frame.loc[frame["id"] == "pin", "geometry"] = shapely.Point(588_500, 185_500)
    frame.to_file(file, layer="groups", driver="GPKG")
    assert loader.load("groups", file).counts == {"added": 0, "changed": 1, "unchanged": 3}
    assert loader.all("groups")["pin"].location.place.distance_m(Place(51.5376, 0.7151)) < 300


def test_an_offer_for_a_ward_that_is_no_longer_loaded_loads_back(loader):
    loader.load("wards", WARDS.replace("E05002212", "E05009212"), "wards.geojson")
    export_layer(loader.database, loader.settings, "opportunities", loader.folder / "o.csv")
    assert loader.load("opportunities", loader.folder / "o.csv").counts["unchanged"] == 2
    assert "E05002212 is not a ward that is loaded; it is kept as it is" in "".join(loader.notices())


def test_what_was_not_worked_out_at_first_is_not_worked_out_from_an_export(loader):
    """A postcode among the words of a venue; the place of a giver who holds it elsewhere; a venue that is too long."""
    loader.load("groups", json.dumps([
        {"id": "inside", "name": "Inside", "venue": "The Old Ship, SS9 2DD", "times": "Mondays 10am"},
        {"id": "long", "name": "Long", "venue": "v" * 400, "address": "a" * 400}]), "odd.json")
    loader.load("opportunities", json.dumps([
        {"id": "away", "name": "Away", "kind": "skill", "from": "leigh-library", "venue": "in the park"}]), "odd.json")
    assert "v" * 400 in loader.all("groups")["long"].notes
    for layer, count in (("groups", 6), ("opportunities", 3)):
        export_layer(loader.database, loader.settings, layer, loader.folder / "odd.csv")
        assert loader.load(layer, loader.folder / "odd.csv").counts == {"added": 0, "changed": 0, "unchanged": count}


def test_a_list_that_was_narrowed_is_exported_as_it_is(loader):
    file = loader.folder / "some.csv"
    assert export_layer(loader.database, loader.settings, "groups", file, only={"tea", "pin", "gone"}) == 2
    assert loader.load("groups", file).counts == {"added": 0, "changed": 0, "unchanged": 2}


# The command line

@pytest.fixture
def command(loader):
    return lambda *arguments: CliRunner().invoke(main, ["--home", str(loader.settings.home), *map(str, arguments)],
                                                 catch_exceptions=False)


def test_the_command_says_how_many_in_right_words(loader, command):
    file = loader.folder / "out.csv"
    assert command("export", "groups", file).stdout == f"Wrote 4 groups to {file}.\n"
    assert command("export", "ward-figures", file).stdout == f"Wrote 2 rows of ward figures to {file}.\n"
    assert [counted(layer, 1) for layer in ("hubs", "opportunities", "ward-figures")] == [
        "1 hub", "1 opportunity", "1 row of ward figures"]


@pytest.mark.parametrize("name", ["bng", "BNG", "EPSG:27700", "27700", "local"])
def test_the_command_writes_metres_of_the_national_grid(loader, command, name):
    file = loader.folder / "out.csv"
    assert command("export", "groups", file, "--crs", name).exit_code == 0
    table = read_csv(file.read_bytes())
    pin = table.rows[table.column("id").index("pin")]
    assert float(pin[table.columns.index("easting")]) == pytest.approx(588_182, abs=500)
    assert "lat" not in table.columns


def test_the_command_says_that_geojson_stays_in_degrees(loader, command):
    done = command("export", "groups", loader.folder / "out.geojson", "--crs", "bng")
    assert done.exit_code == 0 and "GeoJSON is always in WGS84" in done.stdout


def test_a_system_that_is_not_offered_is_refused_with_those_that_are(loader, command):
    done = command("export", "groups", loader.folder / "out.csv", "--crs", "EPSG:3857")
    assert done.exit_code == 2 and "wgs84 or EPSG:27700" in done.stderr
