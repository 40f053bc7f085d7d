"""What the wards have, by connected theme: groups, places, offers and asks, and programmes."""

import csv
import io
import json
import re
from html import unescape

import pytest

from assetmap.domain.opportunity import Opportunity
from tests.conftest import app_over, sign_in
from tests.deployed import deployed, programme, store_programmes
from tests.live import serving
from tests.made_up import at, group, hub
from tests.planned import code, council, spot

PEOPLE = (1_000, 100, 200, 10.0)
PAGE = "/plan/programmes/themes"
COLUMNS = ("groups", "places", "offers_and_asks", "programmes", "total")


def chance(id, *place, **values):
    return Opportunity(id, id.title(), "skill", "offer", location=at(*place), source="test", source_id=id,
                       **values)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """Three wards, the last with nothing: what is hidden, ended or elsewhere, and an internal programme, besides."""
    people, both = ("people",), ("people", "services")
    settings = council(tmp_path_factory.mktemp("themes"), [PEOPLE] * 3, groups=[
        group("a", *spot(0), connected_themes=people), group("b", *spot(0), connected_themes=both),
        group("c", *spot(1), connected_themes=("services",)), group("quiet", *spot(0)),
        group("gone", *spot(0), connected_themes=people, status="ended"),
        group("hush", *spot(0), connected_themes=people, status="hidden"),
        group("far", 52.5, 0.7, connected_themes=people)],
        hubs=[hub("hall", *spot(1), connected_themes=("neighbourhoods",)), hub("plain", *spot(1))],
        opportunities=[chance("teach", *spot(0), connected_themes=people),
                       chance("over", *spot(0), connected_themes=people, state="closed")])
    hushed = programme("hush-hush", themes=people, public=False)
    store_programmes(settings, programmes=[programme("c2", themes=both), hushed],
                     deployments=[deployed("c2", 0, 1), deployed("hush-hush", 1)])
    with app_over(settings) as app:
        yield app


@pytest.fixture
def client(app):
    return app.test_client()


def table(client, query=""):
    """(ward, theme) → (groups, places, offers and asks, programmes, in all) as the file has them; noughts left out."""
    rows = csv.DictReader(io.StringIO(client.get(f"{PAGE}.csv{query}").text.lstrip("\ufeff")))
    made = {(row["ward"], row["theme_code"]): tuple(int(row[name]) for name in COLUMNS) for row in rows}
    assert len(made) == 15, "noughts are lines too"
    return {key: counts for key, counts in made.items() if any(counts)}


def said(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_each_ward_has_its_numbers_of_each_theme(client):
    assert table(client) == {
        ("Ward 1", "people"): (2, 0, 1, 1, 4), ("Ward 1", "services"): (1, 0, 0, 1, 2),
        ("Ward 2", "people"): (0, 0, 0, 1, 1), ("Ward 2", "services"): (1, 0, 0, 1, 2),
        ("Ward 2", "neighbourhoods"): (0, 1, 0, 0, 1)}
    machines = client.get(f"{PAGE}.json").json
    assert machines["wards_by_theme"][0] == {
        "ward_code": code(0), "ward": "Ward 1", "theme_code": "people", "theme": "People", "groups": 2, "places": 0,
        "offers_and_asks": 1, "programmes": 1, "total": 4}
    assert "Hush" not in json.dumps(machines)
    assert client.get(f"{PAGE}.xlsx").data[:2] == b"PK"


def test_the_page_tells_the_strengths_first_and_every_number_leads_to_its_list(client):
    page = client.get(PAGE).text
    assert "Most is there for “People”: 3 groups, 1 offer or ask and 1 programme." in page
    assert "2 of 3 wards have some for “Services”." in page and "0 of 3 wards have some for “Decision making”." in page
    row = re.search(r'<th scope="row"><a href="/wards/[^"]+">Ward 1</a>.*?</tr>', page, re.S)[0]
    assert said(re.sub(r'<span class="visually-hidden">.*?</span>', "", row)) == (
        "Ward 1 4 2 groups 1 offer or ask 1 programme 2 1 group 1 programme none yet none yet none yet")
    assert "1 offer or ask : Ward 1, People" in said(row), "a link says out of context where it leads"
    links = [unescape(link) for link in re.findall(r'href="([^"]*connected=[^"]*)"', page)]
    assert len(links) == 5
    for link in links:
        path, query = link.split("?")
        count = client.get(f"{'/find' if path == '/' else path}.json?{query}").json["total"]
        assert f'href="{link.replace("&", "&amp;")}">{count} ' in page, link
    assert "The last row also counts 1 that is in no ward of this map." in page
    assert "No theme is said of 1 group and 1 place" in page, "what says nothing is counted too"
    assert f'href="{PAGE}"' in client.get("/plan/programmes").text


def test_what_is_internal_counts_for_planners_alone(app, client):
    planner = app.test_client()
    sign_in(planner, "planner", "planner@themes.example.org")
    assert table(planner)["Ward 2", "people"] == (0, 0, 0, 2, 2) and table(client)["Ward 2", "people"][3] == 1
    assert "no-store" in planner.get(f"{PAGE}.csv").headers["Cache-Control"]


def test_wards_with_most_of_a_theme_come_first_when_that_is_asked(client):
    page = client.get(f"{PAGE}?order=neighbourhoods").text
    assert re.findall(r">(Ward \d)</a>", page) == ["Ward 2", "Ward 1", "Ward 3"]
    assert re.search(r'aria-sort="descending"><a [^>]*>Neighbourhoods', page)
    for query, sentence in (("order=fish", "“fish” is not an order that is known"), ("size=3", "can be asked for"),
                            ("order=name&order=people", "“order” is given 2 times")):
        for ending in ("", ".csv"):
            refused = client.get(f"{PAGE}{ending}?{query}")
            assert refused.status_code == 400 and sentence in unescape(refused.text), query


def test_an_area_without_wards_or_themes_says_what_is_missing(empty_client):
    page = empty_client.get(PAGE)
    assert page.status_code == 200 and "assetmap load wards FILE" in page.text


def test_the_table_has_no_barriers_and_fits_a_telephone(app, open_page, barriers):
    with serving(app) as url:
        page = open_page()
        page.goto(f"{url}{PAGE}")
        assert page.locator("thead th[scope=col]").count() == 6 and page.locator("tbody th[scope=row]").count() == 3
        assert barriers(page) == []
