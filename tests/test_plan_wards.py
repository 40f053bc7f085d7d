"""Wards compared: what a planner sees, what a spreadsheet gets, and what is said of figures that are not there."""

import csv
import io
import json
import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

from assetmap.domain.measure import MEASURES
from assetmap.domain.plan_query import ORDERS, PlanQuery, parse_plan_query
from assetmap.domain.query import QueryRefused
from tests.conftest import app_over
from tests.made_up import group, weekly
from tests.planned import council, spot

NONE = (None, None, None, None)


def words(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text.split("<main", 1)[1])).split())


@pytest.fixture
def place(tmp_path):
    """place(rows of figures, **layers) -> a client of that council."""
    def made(rows, **layers):
        with app_over(council(tmp_path / "place", rows, **layers)) as app:
            return app.test_client()
    return made


def test_the_page_says_the_whole_areas_figure_and_each_wards_with_what_it_is_of(client):
    page = client.get("/plan/wards")
    said = words(page)
    assert re.search(r"The whole area has \d\.\d\d groups for each 1,000 people\.", said)
    assert re.search(r"Kursaal \d\.\d\d 14 12,215", said), "the figure, the groups, the people"
    assert "Estimate: ONS mid-2020 population" in said and "sample data" in said
    assert "outlines are of 2025" in said, "the figures are of another year, and it is said"


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("rows", [[NONE], [(0, 0, 0, 1.0)], [(900, 100, 90, 9.0)] * 3],
                         ids=["nothing", "empty", "alike"])
def test_every_measure_is_shown_truthfully_with_one_ward_none_known_or_all_alike(place, rows, measure):
    client = place(rows, groups=[group("only", *spot(0), meetings=(weekly(1, 10),))])
    page, data = client.get(f"/plan/wards?measure={measure}"), client.get(f"/plan/wards.json?measure={measure}").json
    assert page.status_code == 200 and "nan" not in words(page).lower().split()
    if rows == [NONE] and measure in ("groups", "hours", "near", "within", "access", "opportunities"):
        assert data["wards"][0]["value"] is None and "no data" in words(page)
        assert "0.00 groups" not in words(page), "nobody counted the people: that is not nought"


def test_without_wards_the_page_says_what_to_load(empty_client):
    for address in ("/plan", "/plan/wards", "/plan/wards?measure=within"):
        page = empty_client.get(address)
        assert page.status_code == 200 and "assetmap load wards" in words(page)


def test_the_same_choice_is_a_file_with_its_source_in_every_row(client):
    text = client.get("/plan/wards.csv?measure=within&within=400").text.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 17 and all(row["people_source"] and row["boundary_year"] == "2025" for row in rows)
    as_json = client.get("/plan/wards.json?measure=within&within=400").json
    assert [round(float(row["value"]), 9) for row in rows] == [round(ward["value"], 9) for ward in as_json["wards"]]
    assert as_json["query"]["within"] == 400 and any("real walks are longer" in note for note in as_json["notes"])
    shapes = json.loads(client.get("/plan/wards.geojson?measure=within&within=400").text)
    assert len(shapes["features"]) == 17 and shapes["features"][0]["properties"]["numerator"] > 0
    for ending in ("xlsx", "gpkg"):
        assert len(client.get(f"/plan/wards.{ending}").data) > 4_000


@pytest.mark.parametrize(("query", "said"), [
    ("measure=happiness", "“happiness” is not a measure that is known. There are: groups,"),
    ("measure=groups&measure=hours", "“measure” is given 2 times"), ("within=500", "400, 800, 1200, 1600"),
    ("colour=red", "“colour” is not something this page can be asked for"), ("day=someday", "is not a day"),
    ("category=theme:nowhere", "is not a theme")])
def test_a_choice_that_makes_no_sense_is_said_in_a_sentence_on_the_page_and_to_machines(client, query, said):
    page = client.get(f"/plan/wards?{query}")
    assert page.status_code == 400 and said in words(page) and 'role="alert"' in page.text
    answer = client.get(f"/plan/wards.json?{query}")
    assert answer.status_code == 400 and said in answer.json["error"]


def test_what_changes_when_only_some_count_is_said_beside(client):
    page = client.get("/plan/wards?category=theme:move")
    said = words(page)
    assert "Groups: Moving and sport" in said and "Only step-free" in said and "theme=move" in page.text
    assert re.search(r"Only in the evening \d\.\d\d", said)


def test_the_table_is_sorted_by_what_its_headings_ask_for(client):
    def codes(order):
        return [ward["code"] for ward in client.get(f"/plan/wards.json?order={order}").json["wards"]]

    def values(order, key):
        return [ward[key] for ward in client.get(f"/plan/wards.json?order={order}").json["wards"]]

    assert values("value", "value") == sorted(values("value", "value"), reverse=True)
    assert values("lowest", "value") == sorted(values("lowest", "value"))
    assert values("name", "name") == sorted(values("name", "name"))
    assert values("deprivation", "deprivation") == sorted(values("deprivation", "deprivation"), reverse=True)
    assert len({tuple(codes(order)) for order in ORDERS}) == len(ORDERS)


CODES = {"category": ("walking", "dance"), "theme": ("move",), "day": ("tue", "weekend"), "time": ("evening",),
         "cost": ("free",), "access": ("step_free",)}


@given(st.builds(PlanQuery, measure=st.sampled_from(list(MEASURES)), within_m=st.sampled_from([400, 800]),
                 audience=st.sampled_from(["everyone", "older"]), supply=st.sampled_from(["groups", "hubs"]),
                 order=st.sampled_from(ORDERS),
                 **{name: st.lists(st.sampled_from(codes), unique=True).map(tuple) for name, codes in CODES.items()}))
def test_an_address_says_the_whole_choice(vocabulary_of_sample, query):
    given_: dict[str, list[str]] = {}
    for name, value in query.parameters():
        given_.setdefault(name, []).append(value)
    assert parse_plan_query(given_, vocabulary_of_sample) == query


@given(st.dictionaries(st.sampled_from(["measure", "within", "day", "category", "audience", "x", "order"]),
                       st.lists(st.text(max_size=12), max_size=3)))
def test_whatever_is_asked_is_understood_or_refused_with_a_sentence_for_each_name(vocabulary_of_sample, given_):
    try:
        parse_plan_query(given_, vocabulary_of_sample)
    except QueryRefused as refused:
        assert set(refused.errors) <= set(given_)
        assert all(sentence.endswith(".") for sentence in refused.errors.values())


@pytest.fixture(scope="module")
def vocabulary_of_sample(app):
    return app.extensions["assetmap"].current.get().vocabulary


def test_the_map_and_the_table_are_one_for_keyboard_and_eye(live_server, open_page, barriers):
    page = open_page(1440, 900)
    page.goto(live_server + "/plan/wards", wait_until="networkidle")
    page.wait_for_selector("path.ward-shape[aria-label]")
    page.locator("path.ward-shape[aria-label^=Kursaal]").focus()
    expect(page.locator("tr.is-lit")).to_contain_text("Kursaal")
    page.locator("tr[data-ward=E05002218] th").hover()
    expect(page.locator("path.ward-ring")).to_have_count(1)
    assert not barriers(page)


def test_paper_has_the_map_the_table_and_the_notes_without_the_form(live_server, open_page):
    page = open_page(1200, 900, java_script_enabled=False)
    page.goto(live_server + "/plan/wards")
    assert page.locator(".stand-in svg").is_visible() and page.locator("table").first.is_visible()
    page.emulate_media(media="print")
    assert page.locator(".stand-in svg").is_visible() and not page.locator(".plan-form").is_visible()


def test_the_glance_has_every_theme_in_every_ward(client, live_server, open_page, barriers):
    said = words(client.get("/plan"))
    assert re.search(r"\d+ groups in these wards", said) and "of people have a group within 800 m" in said
    page = open_page(1440, 900)
    page.goto(live_server + "/plan")
    assert page.locator("tbody tr").count() == 17 and page.locator("thead th").count() == 10
    assert not barriers(page)


def test_from_thirty_wards_on_it_says_whether_neighbours_go_together(place):
    rows = [(1_000, 100, 100, 10.0)] * 32
    groups = [group(f"g-{ward}-{number}", *spot(ward, (number + 1) / 12)) for ward in range(32)
              for number in range(1 + ward // 4)]
    said = words(place(rows, groups=groups).get("/plan/wards"))
    assert "Neighbouring wards are more alike than by chance (Moran’s I 0." in said
    assert "No ward stands out with its neighbours" in said, "two neighbours each are too few to tell of one ward"


def test_of_few_wards_no_pattern_is_looked_for(client):
    assert "Do neighbours go together" not in words(client.get("/plan/wards"))
