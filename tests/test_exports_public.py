"""Lists as workbooks and GeoPackages for the public: what it may see, and nothing that is hidden or private."""

import io
import json
from datetime import date, timedelta

import openpyxl
import pyogrio
import pytest

from tests.conftest import app_over
from tests.loading import HUBS, Loader

SECRETS = ("01632 960111", "private@example.org", "12 Secret Street", "SS2 4SQ", "Hidden Hop", "Ancient Art")


@pytest.fixture
def told(instance, tmp_path):
    """The app over records some of whose fields nobody may see."""
    loader = Loader(instance, tmp_path)
    long_ago = date.today() - timedelta(days=1200)
    loader.load("wards", WARDS, "wards.geojson")
    loader.load("ward-figures", "ward_code,population\nE05002212,9665\n")
    loader.load("hubs", HUBS)
    loader.load("groups", f"""id,name,categories,times,postcode,lat,lon,phone,email,contact_consent,status,\
meets_in_home,address,last_confirmed,age_min,venue,cost
open,Open Group,walking,Tuesdays 10am-12,SS1 1NE,51.54,0.71,01632 960222,open@example.org,yes,,,,2026-09-01,5,,free
shy,Shy Group,walking,,SS1 1NE,51.54,0.71,01632 960111,private@example.org,no,,,,,,,
home,Home Group,walking,,SS2 4SQ,51.5412,0.7112,,,,,yes,12 Secret Street,,,,
gone,Hidden Hop,walking,,SS1 1NE,51.54,0.71,,,,hidden,,,,,,
old,Ancient Art,walking,,SS1 1NE,51.54,0.71,,,,,,,{long_ago},,,
=2+2,=1+1,,,,,,+44 1632 960333,,yes,,,,,,chalkwell-hall,
""")
    loader.load("opportunities", "id,name,kind,status,postcode\nlend,Lend a room,room,,SS9 2DD\n"
                                 "not,Hidden Hop,room,hidden,SS9 2DD\n")
    loader.database.dispose()
    with app_over(instance) as app:
        yield app.test_client()


WARDS = json.dumps({"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"code": "E05002212", "name": "Milton", "boundary_year": "2025"},
     "geometry": {"type": "Polygon", "coordinates": [[[0.7, 51.53], [0.72, 51.53], [0.72, 51.55], [0.7, 51.55],
                                                      [0.7, 51.53]]]}}]})
PATHS = ["/find", "/opportunities", "/hubs", "/wards"]


def table_of(answer, tmp_path, ending):
    """Rows by heading, of any of the files."""
    if ending == "xlsx":
        rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    (tmp_path / "x.gpkg").write_bytes(answer.data)
    return pyogrio.read_dataframe(tmp_path / "x.gpkg").to_dict("records")


def told_in(answer, tmp_path, ending):
    """Everything that a file says, as text."""
    if ending in ("xlsx", "gpkg"):
        return json.dumps(table_of(answer, tmp_path, ending), default=str)
    return answer.text


@pytest.mark.parametrize("ending", ["xlsx", "gpkg"])
@pytest.mark.parametrize("path", PATHS)
def test_every_list_is_a_file_with_a_name_and_its_kind(told, path, ending):
    answer = told.get(f"{path}.{ending}")
    assert answer.status_code == 200 and answer.mimetype != "text/html"
    assert f'.{ending}"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("ending", ["xlsx", "gpkg", "csv", "geojson"])
def test_survive_37_nothing_hidden_old_or_private_is_in_any_public_file(told, ending, tmp_path):
    for path in PATHS:
        answer = told.get(f"{path}.{ending}")
        assert answer.status_code == 200, path
        text = told_in(answer, tmp_path, ending)
        assert [secret for secret in SECRETS if secret in text] == [], path
    found = told.get(f"/find.{ending}")
    text = told_in(found, tmp_path, ending)
    assert "Home Group" in text and "51.5412" not in text and "0.7112" not in text
    if ending != "geojson":
        assert "open@example.org" in text, "what they agreed to publish is there"


@pytest.mark.parametrize("ending", ["xlsx", "gpkg"])
def test_a_file_holds_what_the_list_shows_with_its_filters(told, ending, tmp_path):
    rows = table_of(told.get(f"/find.{ending}?category=walking&cost=free"), tmp_path, ending)
    assert [row["id"] for row in rows] == ["open"]
    near = table_of(told.get(f"/find.{ending}?near=SS1+1NE&within=5000"), tmp_path, ending)
    assert {row["id"] for row in near} >= {"open", "shy"} and all(row["distance_m"] is not None for row in near)
    assert told.get(f"/find.{ending}?shoe=1").status_code == 400
    assert table_of(told.get(f"/find.{ending}?q=nothingofthekind"), tmp_path, ending) == []


def test_survive_14_formulas_are_defused_in_a_workbook(told):
    sheet = openpyxl.load_workbook(io.BytesIO(told.get("/find.xlsx").data)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    texts = [cell.value for cell in cells if cell.data_type == "s"]
    assert "'=1+1" in texts and "'+44 1632 960333" in texts


def test_a_geopackage_of_a_search_opens_in_qgis_with_names_types_and_system(told, tmp_path):
    for crs, number in (("", 4326), ("?crs=bng", 27700), ("?crs=wgs84", 4326)):
        (tmp_path / "g.gpkg").write_bytes(told.get(f"/find.gpkg{crs}").data)
        info = pyogrio.read_info(tmp_path / "g.gpkg", layer="groups")
        assert (info["crs"], info["geometry_type"]) == (f"EPSG:{number}", "Point")
        types = dict(zip(info["fields"], info["ogr_types"], strict=True))
        assert (types["last_confirmed"], types["next_session"], types["distance_m"]) == (
            "OFTDate", "OFTDateTime", "OFTInteger64")
    frame = pyogrio.read_dataframe(tmp_path / "g.gpkg")
    row = frame[frame["id"] == "open"].iloc[0]
    assert abs(row.geometry.x - 0.71) < 1e-9 and row["url"] == "http://localhost/groups/open"
    assert told.get("/find.gpkg?crs=EPSG:3857").status_code == 400
    assert "crs" in told.get("/find.xlsx?crs=a&crs=b").json["errors"]


def test_metres_are_columns_of_a_workbook(told, tmp_path):
    rows = table_of(told.get("/find.xlsx?crs=bng"), tmp_path, "xlsx")
    row = next(row for row in rows if row["id"] == "open")
    assert 580_000 < row["easting"] < 600_000 and 170_000 < row["northing"] < 200_000


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "gpkg"])
def test_wards_as_files_say_what_each_has_and_its_figures(told, ending, tmp_path):
    answer = told.get(f"/wards.{ending}")
    assert answer.status_code == 200
    if ending in ("xlsx", "gpkg"):
        (row,) = table_of(answer, tmp_path, ending)
        assert (row["code"], row["name"]) == ("E05002212", "Milton")
        assert (row["population"], row["boundary_year"]) == (9665, 2025)
        assert row["groups"] == 3 and row["url"].endswith("/wards/E05002212")
    elif ending == "geojson":
        assert answer.json["features"][0]["geometry"]["type"] == "Polygon"
    else:
        assert "E05002212,Milton" in answer.text and "POLYGON" not in answer.text
    assert told.get(f"/wards.{ending}?shoe=1").status_code == 400


def test_the_pages_and_the_data_page_lead_to_the_files(client):
    for page, links in (("/?category=walking", ["/find.xlsx?category=walking", "/find.gpkg?category=walking"]),
                        ("/opportunities", ["/opportunities.xlsx", "/opportunities.gpkg"]), ("/hubs", ["/hubs.gpkg"]),
                        ("/wards", ["/wards.csv", "/wards.gpkg"]),
                        ("/data", ["/find.xlsx", "/opportunities.gpkg", "/hubs.xlsx", "/wards.gpkg", "/wards.csv"])):
        text = client.get(page).text
        for link in links:
            assert f'href="{link}"' in text, (page, link)
            assert client.get(link).status_code == 200


@pytest.mark.parametrize("path", ["/find.xlsx", "/hubs.gpkg", "/wards.xlsx", "/wards.gpkg"])
def test_an_empty_instance_gives_files_with_headings_alone(empty_client, path, tmp_path):
    answer = empty_client.get(path)
    assert answer.status_code == 200
    assert table_of(answer, tmp_path, path.rpartition(".")[2]) == []
