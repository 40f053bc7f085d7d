"""SURVIVE.md 37, 38 and 45, through the pages: hidden records, absurd questions, a browser that lacks much."""

import json

import pytest

from assetmap.store import records
from assetmap.store.rows import LAYERS
from tests.live import serving

PUBLIC = ["/", "/find.json?per_page=100", "/find.geojson", "/find.csv", "/find.ics", "/whats-on", "/whats-on.ics",
          "/hubs", "/hubs.json", "/hubs.csv", "/opportunities", "/opportunities.json", "/opportunities.geojson",
          "/opportunities.csv", "/wards", "/data", "/map/points.json?bbox=0.4,51.4,1.0,51.7&zoom=16",
          "/map/points.json?bbox=0.4,51.4,1.0,51.7&zoom=16&layer=hubs&layer=opportunities"]
SIGN = "Xyzzyplugh"


@pytest.fixture
def hidden(own_app):
    """One record of each layer that anybody can see, renamed to a word of its own and then hidden."""
    from dataclasses import replace

    made = {}
    with own_app.extensions["assetmap"].database.writing() as connection:
        for name in ("groups", "hubs", "opportunities"):
            layer = LAYERS[name]
            row = next(row for row in records.rows(connection, layer) if row["status"] == "active")
            record, version = records.get(connection, layer, row["id"])
            records.save_one(connection, layer, replace(record, name=f"{SIGN} {name}", summary=SIGN),
                             version=version, by="the tests")
            records.hide(connection, layer, row["id"], by="the tests")
            made[name] = row["id"]
    return made


def test_survive_37_a_hidden_record_is_in_no_page_export_or_feed(own_client, hidden):
    for address in PUBLIC:
        answer = own_client.get(address)
        assert answer.status_code in (200, 404), address
        assert SIGN not in answer.get_data(as_text=True), address
    for page in range(1, 8):
        assert SIGN not in own_client.get(f"/find.json?per_page=100&page={page}").text


@pytest.mark.parametrize("ending", ["", ".json", ".ics", "/report"])
def test_survive_37_a_hidden_record_is_not_found_by_its_id(own_client, hidden, ending):
    for name, record_id in hidden.items():
        answer = own_client.get(f"/{name}/{record_id}{ending}")
        assert answer.status_code == 404 and SIGN not in answer.text


def test_survive_37_a_search_for_a_hidden_records_own_words_finds_nothing(own_client, hidden):
    assert own_client.get(f"/find.json?q={SIGN}").json["total"] == 0
    assert own_client.get(f"/find.json?near={SIGN}+hubs").status_code == 404


ABSURD = ["page=0", "page=-1", "page=999999999999999999999", "page=two", "per_page=101", "per_page=0", "within=-5",
          "within=50001", "within=NaN", "within=1e9", "near=999,999", "near=51.5,0.7&near=SS1+1NE", "page=1&page=2",
          "colour=red", "category=no-such", "day=someday", "age=-3", "age=9999", "sort=random", "q=a&q=b",
          "near=%FF%FE", "cost=%7B%7B7*7%7D%7D"]


@pytest.mark.parametrize("query", ABSURD)
@pytest.mark.parametrize("address", ["/", "/find.json", "/find.csv"])
def test_survive_38_an_absurd_question_gets_a_sentence(client, address, query):
    answer = client.get(f"{address}?{query}")
    assert answer.status_code in (400, 404)
    said = answer.json["error"] if address != "/" else answer.text
    assert "Traceback" not in said and len(said) > 20


@pytest.mark.parametrize("query", ["bbox=1,2,3", "bbox=a,b,c,d", "bbox=NaN,NaN,NaN,NaN", "bbox=0,0,1,1&bbox=0,0,1,1",
                                   "bbox=1e999,0,1,1", "zoom=-1&bbox=0,50,1,52", "zoom=99&bbox=0,50,1,52",
                                   "layer=trees&bbox=0,50,1,52&zoom=12"])
def test_survive_38_an_absurd_box_on_the_map_gets_a_sentence(client, query):
    answer = client.get(f"/map/points.json?{query}")
    assert answer.status_code == 400 and answer.json["error"].endswith(".")


def test_survive_45_without_javascript_and_with_tiles_blocked_the_list_is_all_there(app, open_page):
    page = open_page(width=360, height=740, java_script_enabled=False)
    page.context.route("**/*.png", lambda route: route.abort())
    with serving(app) as address:
        page.goto(f"{address}/?near=SS1+1NE")
        assert page.locator(".card").count() > 5
        page.locator(".card-name a").first.click()
        assert page.locator("h1").inner_text() and "/groups/" in page.url


def test_survive_45_with_tiles_blocked_the_map_still_shows_its_markers(app, open_page, watch):
    page = open_page(width=1280, height=800)
    watch.expect("ERR_FAILED.*tile.openstreetmap.org")
    page.context.route("**/tile.openstreetmap.org/**", lambda route: route.abort())
    with serving(app) as address:
        page.goto(f"{address}/?near=SS1+1NE")
        page.locator(".leaflet-marker-icon").nth(1).wait_for()
        found = json.loads(page.request.get(f"{address}/find.json?near=SS1+1NE").text())
        assert found["total"] > 0 and page.locator(".leaflet-marker-icon").count() > 1
