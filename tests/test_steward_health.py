"""The pages of health and export: what a steward sees, downloads and is led to; by keyboard, and narrow."""

import csv
import io
import json
import re

import openpyxl
import pyogrio
import pytest

from assetmap.importing.checkup import checkup
from assetmap.importing.export import EXPORTED
from tests.conftest import app_over, sign_in
from tests.loading import HUBS, Loader


@pytest.fixture
def led(instance, tmp_path):
    """A steward's client over 120 groups without a category, one of them called like a formula."""
    loader = Loader(instance, tmp_path)
    loader.load("hubs", HUBS)
    rows = [{"id": f"g{n}", "name": f"=Number {n * 7919 % 1009}", "times": "Tuesdays 10am", "venue": "leigh-library",
             "phone": "01632 960001" if n == 7 else "", "status": "hidden" if n == 119 else "active"}
            for n in range(120)]
    loader.load("groups", json.dumps(rows), "rows.json")
    with app_over(instance) as app:
        client = app.test_client()
        sign_in(client)
        client.loader = loader
        yield client
    loader.database.dispose()


# Health

def test_the_page_has_every_finding_the_worst_first_with_what_to_do(led):
    text = led.get("/steward/health").text
    findings = checkup(led.loader.database, led.loader.settings)
    assert len(findings) > 4
    at = [text.index(f'id="{finding.code}"') for finding in findings]
    assert at == sorted(at)
    for finding in findings:
        assert finding.title in text
    assert text.index("This may mislead people") < text.index("This would make it better")
    assert 'href="/steward/groups/g7"' in text and "See all 119" in text


def test_the_whole_list_is_paged_and_can_be_taken_away(led):
    first = led.get("/steward/health/group-category").text
    assert "1 to 50 of 119" in first and first.count('href="/steward/groups/g') == 50 and "Page 1 of 3" in first
    last = led.get("/steward/health/group-category?page=3").text
    assert "101 to 119 of 119" in last and last.count('href="/steward/groups/g') == 19
    answer = led.get("/steward/health/group-category.csv")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 120 and rows[0] == ["layer", "id", "name", "what_is_wrong", "put_right_at"]
    assert rows[1][2].startswith("'=Number") and rows[1][4].startswith("http://localhost/steward/groups/g")
    assert answer.mimetype == "text/csv" and "group-category.csv" in answer.headers["Content-Disposition"]


def test_survive_38_what_is_not_there_is_told(led):
    for address in ("nothing", "group-category?page=4", "group-category?page=0", "group-category?page=x", "../../x",
                    "group-category?page=99999999999", "%00", "group-link.csv"):
        answer = led.get(f"/steward/health/{address}")
        assert answer.status_code == 404 and "Traceback" not in answer.text, address


def test_what_is_put_right_is_gone_from_the_page_at_once(led):
    assert "group-consent" in led.get("/steward/health").text
    led.loader.load("groups", json.dumps([{"id": "g7", "name": "Seven", "contact_consent": "yes",
                                           "phone": "01632 960001", "times": "Tuesdays 10am"}]), "rows.json")
    assert "group-consent" not in led.get("/steward/health").text


def test_nothing_wrong_is_good_news(empty_app):
    client = empty_app.test_client()
    sign_in(client)
    assert "Nothing is wrong or stale" in client.get("/steward/health").text


def test_a_damaged_store_is_the_first_thing_the_page_says(led, monkeypatch):
    from assetmap.store.database import Database

    monkeypatch.setattr(Database, "check_whole", lambda self: ["row 5 missing from index"])
    text = led.get("/steward/health").text
    assert "Faults in the data file" in text and "assetmap restore" in text


def test_only_stewards_see_them(led):
    anyone, others = led.application.test_client(), [led.application.test_client() for _ in range(2)]
    for other, role in zip(others, ("connector", "planner"), strict=True):
        sign_in(other, role)
    for path in ("/steward/health", "/steward/health/group-category", "/steward/export",
                 "/steward/health/group-category.csv"):
        assert anyone.get(path).status_code in (303, 401)
        assert [other.get(path).status_code for other in others] == [403, 403]
        assert led.get(path).headers["Cache-Control"] == "no-store"


# Export

def test_every_layer_downloads_in_every_format(led):
    for layer in EXPORTED:
        for ending in ("csv", "xlsx", "geojson", "gpkg"):
            answer = led.get(f"/steward/export?layer={layer}&format={ending}&crs=wgs84")
            assert answer.status_code == 200 and answer.data
            named = answer.headers["Content-Disposition"]
            assert re.search(rf'attachment; filename="{layer}-\d{{4}}-\d\d-\d\d\.{ending}"', named)


def test_a_stewards_file_has_everything_and_loads_back_without_a_change(led, tmp_path):
    for ending in ("csv", "xlsx", "geojson", "gpkg"):
        answer = led.get(f"/steward/export?layer=groups&format={ending}&crs=bng")
        file = tmp_path / f"back.{ending}"
        file.write_bytes(answer.data)
        assert led.loader.load("groups", file).counts == {"added": 0, "changed": 0, "unchanged": 120}


def test_a_narrowed_list_is_exported_as_the_list_shows_it(led, tmp_path):
    hidden = led.get("/steward/export?layer=groups&format=xlsx&status=hidden")
    rows = list(openpyxl.load_workbook(io.BytesIO(hidden.data)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["id", "g119"]
    for narrowed, count in (("show=consent", 1), ("q=number", 120), ("q=g7+number", 11), ("source=rows", 120),
                            ("hub=leigh-library", 120), ("show=position", 0), ("show=stale", 0)):
        shown = led.get(f"/steward/groups?{narrowed}").text
        (tmp_path / "x.gpkg").write_bytes(led.get(f"/steward/export?layer=groups&format=gpkg&{narrowed}").data)
        assert pyogrio.read_info(tmp_path / "x.gpkg")["features"] == count, narrowed
        assert (f"{count} of 120" in shown) or count == 120, narrowed
        words = "1 record" if count == 1 else f"{count} records"
        assert f"This is a narrowed list: {words}." in led.get(f"/steward/export?layer=groups&{narrowed}").text


def test_survive_38_what_makes_no_sense_is_told_beside_the_form(led):
    for asked, said in (
            ("layer=trees&format=csv", "Choose what to export."),
            ("layer=groups&format=pdf", "Choose the kind of file."),
            ("layer=groups&format=csv&crs=EPSG:3857", "Choose degrees or metres."),
            ("layer=groups&format=csv&status=purple", "is not a state of a record"),
            ("layer=groups&format=csv&show=purple", "nothing that this list can be narrowed by"),
            ("layer=hubs&format=csv&hub=x", "Only groups, offers and asks are held at a place."),
            ("layer=groups&status=purple", "is not a state of a record")):
        answer = led.get(f"/steward/export?{asked}")
        assert answer.status_code == 400 and said in answer.text and "<form" in answer.text, asked


def test_a_place_that_the_grid_does_not_reach_is_told_beside_the_form(led):
    led.loader.load("groups", "name,lat,lon\nFar,0.5,88\n", "far.csv")
    answer = led.get("/steward/export?layer=groups&format=gpkg&crs=bng")
    assert answer.status_code == 400 and "too far away for EPSG:27700" in answer.text


# In a browser

PAGES = ["/steward/health", "/steward/health/group-times", "/steward/export",
         "/steward/export?layer=groups&status=hidden"]


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(steward_page, axe, path):
    page, address = steward_page
    page.goto(address + path)
    for width in (320, 360, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_by_keyboard_from_health_to_the_record(steward_page):
    page, address = steward_page
    page.goto(f"{address}/steward/health")
    link = page.locator(".finding-list a").first
    link.focus()
    wanted = link.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{wanted}")
    assert page.locator("h1").count() == 1


def test_a_file_and_a_backup_are_downloaded_by_hand(steward_page, tmp_path):
    page, address = steward_page
    page.goto(f"{address}/steward/export")
    page.get_by_label("What", exact=True).select_option("hubs")
    page.get_by_label("GeoPackage: for QGIS").check()
    page.get_by_label("British National Grid (metres)").check()
    with page.expect_download() as told:
        page.get_by_role("button", name="Download", exact=True).click()
    told.value.save_as(tmp_path / "hubs.gpkg")
    assert pyogrio.read_info(tmp_path / "hubs.gpkg", layer="hubs")["crs"] == "EPSG:27700"
    with page.expect_download() as told:
        page.get_by_role("button", name="Download a backup").click()
    told.value.save_as(tmp_path / "b.db")
    assert (tmp_path / "b.db").read_bytes().startswith(b"SQLite format 3\0")
