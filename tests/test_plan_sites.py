"""Where next: the places are the best that there are, the figures can be counted by hand, and a choice can be kept."""

import csv
import io
import itertools
import json
import re
from html import unescape
from threading import Event, Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from assetmap.atlas.planning import Planning, planning_of
from assetmap.domain.query import QueryRefused
from assetmap.domain.sites_query import parse_sites_query
from assetmap.store.database import bump_version
from assetmap.store.tables import hubs
from assetmap.web.signed_in import COOKIE
from tests.conftest import app_over, csrf_of, sign_in, signed_in_as
from tests.live import serving
from tests.made_up import hub
from tests.planned import council, spot

THREE = [(1_000, 200, 100, 5.0), (1_000, 200, 100, 40.0), (1_100, 200, 50, 6.0)]


def words(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text.split("<main", 1)[1])).split())


def at(*wards):
    """The middles of wards, as points of a choice."""
    return "&".join(f"at={lat:.6f},{lon:.6f}" for lat, lon in (spot(ward) for ward in wards))


@pytest.fixture
def place(tmp_path):
    """place(rows of figures, **layers) -> a client of that council."""
    def made(rows, **layers):
        with app_over(council(tmp_path / "place", rows, **layers)) as app:
            return app.test_client()
    return made


def test_who_is_reached_already_counts_nothing_and_the_fullest_ward_comes_first(place):
    client = place(THREE, hubs=[hub("hall", *spot(0))])
    asked = f"/plan/sites.json?of=hubs&within=400&{at(0, 1, 2)}&places="
    made = client.get(f"{asked}1").json
    near = client.get("/plan/wards.json?measure=within&of=hubs&within=400").json
    first = next(ward for ward in near["wards"] if ward["name"] == "Ward 1")
    assert made["people"]["before"] == pytest.approx(first["numerator"]) == near["area"]["numerator"]
    assert [site["ward"] for site in made["sites"]] == ["Ward 3"] and made["proof"]["proved"]
    assert made["people"]["newly"] == pytest.approx(first["numerator"] * 1.1, abs=0.1), "as many of a tenth more people"
    assert [ward["after"] - ward["before"] > 1 for ward in made["wards"]] == [False, False, True]
    all_three = client.get(f"{asked}3").json
    assert len(all_three["sites"]) == 2, "there is a hall in the middle of the first ward"
    page = words(client.get(f"/plan/sites?of=hubs&within=400&{at(0, 1, 2)}&places=3"))
    assert "More than 2 places would reach nobody new." in page and "Straight lines: real walks are longer" in page
    assert "assumes people are spread evenly" in page and "Lowest ward now: Ward 2, Ward 3 with 0 %" in page


@pytest.mark.parametrize(("choice", "ward"), [("", "Ward 3"), ("&audience=older", "Ward 2"),
                                              ("&weight=deprivation", "Ward 2")])
def test_who_counts_decides_and_it_is_said(place, choice, ward):
    client = place(THREE, hubs=[hub("hall", *spot(0))])
    asked = f"of=hubs&within=400&places=1&{at(1, 2)}{choice}"
    assert [site["ward"] for site in client.get(f"/plan/sites.json?{asked}").json["sites"]] == [ward]
    assert ("counts 2 times as much" in words(client.get(f"/plan/sites?{asked}"))) is ("deprivation" in choice)


def test_no_two_hubs_of_the_sample_would_reach_more_than_those_that_are_chosen(client, app):
    made = client.get("/plan/sites.json?of=groups&category=walking&candidates=hubs&places=2").json
    with app.app_context():
        planning = planning_of(app.extensions["assetmap"].current.get())
    points, spots = planning.points, planning.atlas.hubs.spots
    listed = planning.listed(planning.atlas.hubs)[spots.owner]
    walks = planning.atlas.groups.facet("category").any_of(np.arange(len(planning.atlas.groups)), ("walking",))
    walks &= planning.listed(planning.atlas.groups)
    there = planning.atlas.groups.spots
    kept = walks[there.owner]

    def near(x, y):
        return np.hypot(points.x[:, None] - x, points.y[:, None] - y) <= 800

    people = np.where(near(there.x[kept], there.y[kept]).any(axis=1), 0, points.people)
    reached = near(spots.x[listed], spots.y[listed])
    best = max(people[reached[:, a] | reached[:, b]].sum() for a, b in itertools.combinations(range(listed.sum()), 2))
    assert made["people"]["newly"] == pytest.approx(best, abs=0.2) and made["proof"]["proved"]
    assert sum(site["adds"] for site in made["sites"]) == pytest.approx(best, abs=0.3)
    assert all(tie["people"] <= best + 0.2 for tie in made["ties"]) and len(made["curve"]) == 10


def test_the_same_choice_is_rows_and_points_with_its_sources(client):
    asked = "of=hubs&places=2&spacing=1000"
    rows = list(csv.DictReader(io.StringIO(client.get(f"/plan/sites.csv?{asked}").text.lstrip("\ufeff"))))
    made = client.get(f"/plan/sites.json?{asked}").json
    assert [float(row["adds"]) for row in rows] == [site["adds"] for site in made["sites"]]
    assert all("ONS" in row["people_source"] and "spacing=1000" in row["chosen"] for row in rows)
    shapes = json.loads(client.get(f"/plan/sites.geojson?{asked}").text)["features"]
    assert [one["geometry"]["coordinates"] for one in shapes] == [[site["lon"], site["lat"]] for site in made["sites"]]
    assert len(client.get(f"/plan/sites/wards.csv?{asked}").text.splitlines()) == 18


@pytest.mark.parametrize(("query", "sentence"), [
    ("places=11", "“11” is not one of the places"), ("candidates=hubs&of=hubs", "cannot be where one is already"),
    ("at=ZZ1 1ZZ", "There is no postcode ZZ1 1ZZ"), ("at=0,0", "is far outside these wards"),
    ("candidates=chosen", "at least one postcode"),
    ("colour=red", "“colour” is not something"), ("measure=groups", "“measure” is not something"),
    ("within=900&at=SS1 2AB", "“900” is not a within"), ("at=" + "x" * 90, "too long for a postcode")])
def test_what_makes_no_sense_is_said_beside_what_was_typed(client, query, sentence):
    page = client.get(f"/plan/sites?audience=older&{query}")
    assert page.status_code == 400 and sentence in words(page)
    assert '<option value="older" selected>' in page.text, "the rest of the choice is kept"
    if "at=" in query:
        assert query.split("at=")[1] in page.text
    assert client.get(f"/plan/sites.json?{query}").status_code == 400


_KNOWN = ("", "hubs", "grid", "chosen", "3", "0", "250", "800", "older", "deprivation", "SS1 2AB")
_VALUES = st.lists(st.sampled_from(_KNOWN) | st.text(max_size=90), max_size=3)
_NAMES = st.sampled_from(["of", "within", "audience", "places", "candidates", "spacing", "weight", "at", "day", "x"])


@settings(max_examples=60)
@given(st.dictionaries(_NAMES, _VALUES, max_size=6))
def test_any_address_is_a_choice_that_says_itself_again_or_a_sentence(vocabulary, asked):
    try:
        query = parse_sites_query(asked, vocabulary)
    except QueryRefused as fault:
        assert all(len(sentence) > 10 for sentence in fault.errors.values())
        return
    again = {}
    for name, value in query.parameters():
        again.setdefault(name, []).append(value)
    assert parse_sites_query(again, vocabulary).parameters() == query.parameters()


@pytest.fixture(scope="module")
def vocabulary(app):
    return app.extensions["assetmap"].current.get().vocabulary


@pytest.mark.parametrize("rows", [[], [(None, None, None, None)], [(0, 0, 0, 1.0)], [(900, 100, 90, None)]],
                         ids=["no ward", "nobody known", "nobody there", "one ward"])
def test_a_place_of_which_little_is_known_is_told_truthfully(place, empty_client, rows):
    client = place(rows) if rows else empty_client
    for address in ("/plan/sites", "/plan/sites?weight=deprivation", "/plan/fairness", "/plan/fairness?measure=groups"):
        page = client.get(address)
        assert page.status_code == 200 and not {"nan", "inf", "none"} & set(words(page).lower().split()), address
    assert client.get("/plan/sites.json").json["sites"] == [] or rows[0][0]


def send(client, path, **fields):
    return client.post(path, data={"csrf": csrf_of(client), **fields})


def test_a_scenario_is_kept_once_read_by_its_link_set_beside_another_and_taken_away(own_app):
    planner, other, anyone = (own_app.test_client() for _ in range(3))
    sign_in(planner, "planner", "kim@example.org")
    sign_in(other, "planner", "jo@example.org")
    asked = {"query": "of=hubs&places=2&spacing=1000", "name": "Two halls", "once": "1"}
    nameless = send(planner, "/plan/scenarios/keep", **asked | {"name": " "})
    assert nameless.status_code == 400 and "A name is needed" in words(nameless)
    link = send(planner, "/plan/scenarios/keep", **asked).location
    assert send(planner, "/plan/scenarios/keep", **asked).location == link, "sent twice, it is kept once"
    third = send(planner, "/plan/scenarios/keep", **asked | {"query": "of=hubs&places=3", "once": "2", "name": "Three"})
    assert re.fullmatch(r"/plan/scenarios/[a-z]{16}", link)
    page = anyone.get(link)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow" and "kim@example.org" not in page.text
    assert "Two halls" in words(page) and "The data changed since" not in words(page)
    assert "Two halls" not in anyone.get("/plan/scenarios").text and "Two halls" in other.get("/plan/scenarios").text

    slugs = [address.rpartition("/")[2] for address in (link, third.location)]
    both = words(anyone.get(f"/plan/scenarios/compare?a={slugs[0]}&b={slugs[1]}"))
    assert "Two halls" in both and "2 more places to meet" in both and "3 more places to meet" in both
    missing = anyone.get(f"/plan/scenarios/compare?a={slugs[0]}&b=nothing")
    assert missing.status_code == 404 and "Choose two scenarios" in words(missing)

    shared = own_app.extensions["assetmap"]
    with shared.database.writing() as connection:
        connection.execute(update(hubs).where(hubs.c.id != "nothing").values(status="hidden"))
        bump_version(connection)
    shared.current.renew()
    now = words(anyone.get(link))
    assert "The data changed since. Worked out today: " in now and "Two halls" in now

    assert send(other, "/plan/scenarios/remove", slug=slugs[0]).status_code == 403
    assert send(planner, "/plan/scenarios/remove", slug=slugs[0]).status_code == 303
    assert anyone.get(link).status_code == 404
    sign_in(steward := own_app.test_client(), "steward")
    assert send(steward, "/plan/scenarios/remove", slug=slugs[1]).status_code == 303
    assert "Taken out" in words(steward.get(f"/steward/scenarios/{slugs[1]}/history"))


def test_who_asks_for_something_else_does_not_wait_for_a_long_answer(app):
    with app.app_context():
        planning = Planning(app.extensions["assetmap"].current.get())
    begun, may_end, made, got = Event(), Event(), [], []

    def slow():
        begun.set()
        made.append(may_end.wait(20))
        return "slow"

    both = [Thread(target=lambda: got.append(planning.keep("slow", slow))) for _ in range(2)]
    for thread in both:
        thread.start()
    assert begun.wait(20) and planning.keep("quick", lambda: "quick") == "quick", "while the slow one is not there yet"
    may_end.set()
    for thread in both:
        thread.join(20)
    assert got == ["slow", "slow"] and made == [True], "two who ask for the same have it made once"
    with pytest.raises(ZeroDivisionError):
        planning.keep("faulty", lambda: 1 // 0)
    assert planning.keep("faulty", lambda: "mended") == "mended"


def test_the_pages_keep_nobody_out_and_number_the_places_on_the_map(own_app, open_page, barriers):
    _account, token = signed_in_as(own_app, "planner", "kim@example.org")
    with serving(own_app) as address:
        page = open_page()
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        page.goto(f"{address}/plan/sites?of=hubs&places=2&spacing=1000")
        page.wait_for_selector(".is-drawn")
        assert page.locator(".point-mark").all_inner_texts() == ["1", "2"]
        assert barriers(page) == []
        for name in ("One", "Another"):
            page.goto(f"{address}/plan/sites?of=hubs&places=2&spacing=1000")
            page.fill("#name", name)
            page.get_by_role("button", name="Keep it").click()
            page.wait_for_selector("text=The scenario is kept")
        assert barriers(page) == []
        page.goto(f"{address}/plan/scenarios")
        assert barriers(page) == []
        page.get_by_role("button", name="Set side by side").click()
        page.wait_for_selector("h1:has-text('side by side')")
        assert barriers(page) == []
        page.goto(f"{address}/plan/fairness")
        assert barriers(page) == []
