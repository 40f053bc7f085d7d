"""Lists, their maps and their links hold together; what a filter asks for is what a card tells."""

import csv
import io
import re
from datetime import datetime

import pytest

from assetmap.importing.run import load

NEAR = "near=SS1+2AB&within=800"


def links(client, path: str) -> set[str]:
    page = client.get(path).get_data(as_text=True)
    return {address.replace("&amp;", "&") for address in re.findall(r'href="(/[^"]*)"', page)}


@pytest.mark.parametrize("path", [f"/?{NEAR}&day=tue", "/?near=SS3+9AQ&within=500&category=bereavement&day=sun",
                                  "/hubs?access=step_free", "/opportunities?category=gardening", "/whats-on?cost=free",
                                  "/wards", "/data", "/about"])
def test_every_link_of_a_page_leads_somewhere(path, client):
    dead = []
    for link in links(client, path):
        with client.get(link, follow_redirects=True) as answer:
            dead += [link] if answer.status_code != 200 else []
    assert dead == []


@pytest.mark.parametrize(("layer", "path", "query"), [
    ("hubs", "/hubs.json", NEAR), ("opportunities", "/opportunities.json", NEAR),
    ("opportunities", "/opportunities.json", f"{NEAR}&category=gardening"),
    ("opportunities", "/opportunities.json", "direction=ask&kind=volunteering&kind=mentoring"),
    ("groups", "/find.json", f"{NEAR}&day=tue")])
def test_the_map_shows_of_each_layer_what_its_list_has(layer, path, query, client):
    listed = client.get(f"{path}?{query}&per_page=100").json
    shown = client.get(f"/map/points.json?{query}&layer={layer}&zoom=19").json["features"]
    ids = {item["id"] for feature in shown for item in feature.get("items", [feature])}
    assert ids == {result["id"] for result in listed["results"]}


def test_offers_and_asks_are_narrowed_by_which_they_are_by_kind_and_by_ward(client):
    everything = client.get("/opportunities.csv").text
    rows = list(csv.DictReader(io.StringIO(everything.removeprefix("\ufeff"))))
    for query, directions, kinds in (("direction=ask", ("ask",), ()), ("kind=room&kind=skill", (), ("room", "skill")),
                                     ("direction=offer&kind=room", ("offer",), ("room",))):
        found = client.get(f"/opportunities.csv?{query}").text.removeprefix("\ufeff")
        ids = {row["id"] for row in csv.DictReader(io.StringIO(found))}
        assert ids and ids == {row["id"] for row in rows if row["direction"] in (directions or row["direction"])
                               and row["opportunity_kind"] in (kinds or row["opportunity_kind"])}, query
    page = client.get("/opportunities?direction=ask&kind=volunteering").text
    counted = r'name="(direction|kind)" value="(\w+)".{0,400}?class="count">\((\d+)\)'
    for name, code, count in re.findall(counted, page, re.DOTALL):
        other = "kind=volunteering" if name == "direction" else "direction=ask"
        assert f"<h2 id=\"results-heading\">{count} offer" in client.get(f"/opportunities?{other}&{name}={code}").text
    code, count = re.search(r'name="ward" value="(E\w+)".{0,400}?class="count">\((\d+)\)', page, re.DOTALL).groups()
    assert f">{count} offer" in client.get(f"/opportunities?direction=ask&kind=volunteering&ward={code}").text


@pytest.mark.parametrize(("path", "words"), [
    ("/find.json?direction=ask", "not something this page can filter by"), ("/hubs.json?kind=library", "filter by"),
    ("/opportunities.json?direction=up", "There are: offer, ask"), ("/opportunities.json?kind=gold", "There are:")])
def test_what_only_offers_and_asks_have_narrows_nothing_else(path, words, client):
    answer = client.get(path)
    assert answer.status_code == 400 and words in answer.json["error"]


def test_the_next_time_on_a_card_is_one_that_was_asked_for(client):
    for day, weekday in (("tue", 1), ("thu", 3)):
        for result in client.get(f"/find.json?near=SS1+2AB&day={day}&time=morning").json["results"]:
            if result["next_session"]:
                at = datetime.fromisoformat(result["next_session"])
                assert (at.weekday(), at.hour < 12) == (weekday, True), result["name"]


def test_a_spreadsheet_has_what_somebody_on_the_telephone_needs(client):
    text = client.get(f"/find.csv?{NEAR}").get_data(as_text=True).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows and all(row["url"].startswith("http") for row in rows)
    assert any(row["times"] for row in rows) and any(row["phone"] for row in rows)


def test_a_link_that_was_shared_with_trackers_on_it_still_opens(client):
    assert client.get("/?near=SS1+2AB&fbclid=abc&utm_source=x").status_code == 200


HOME = {"name": "Scrabble at mine", "times": "Tuesdays 2pm-4pm at 12 Acacia Avenue; whenever, at 12 Acacia Avenue",
        "address": "12 Acacia Avenue", "postcode": "SS1 2AB", "meets_in_home": "yes"}


def test_the_words_of_a_home_groups_times_do_not_give_its_door_away(own_app, tmp_path):
    services = own_app.extensions["assetmap"]
    file = tmp_path / "home.csv"
    file.write_text(",".join(HOME) + "\n" + ",".join(f'"{value}"' for value in HOME.values()) + "\n", "utf-8")
    assert load(services.database, services.settings, "groups", file).applied
    services.current.refresh()
    client = own_app.test_client()
    for path in ("/groups/scrabble-at-mine", "/groups/scrabble-at-mine.json", "/groups/scrabble-at-mine.ics",
                 "/find.csv?q=scrabble", "/find.json?q=scrabble", "/?q=scrabble", "/find.geojson?q=scrabble",
                 "/map/points.json?q=scrabble&zoom=19", "/find.ics?q=scrabble"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Acacia" not in answer.get_data(as_text=True), path
        assert "SS1 2AB" not in answer.get_data(as_text=True), path
    assert "Ask the group when" in client.get("/groups/scrabble-at-mine").get_data(as_text=True)


def test_absurd_zooms_are_told_apart_from_zooms(client):
    for zoom in ("00099999999", "0" * 200 + "9" * 5000, "23", "-1", "x"):
        assert client.get(f"/map/points.json?zoom={zoom}").status_code == 400


def test_thousands_of_unknown_parameters_make_a_short_page(client):
    answer = client.get("/?" + "&".join(f"x{number}=1" for number in range(3000)))
    assert answer.status_code == 400 and len(answer.data) < 200_000


def test_a_missing_file_is_not_kept_for_a_year(client):
    with client.get("/static/nope.js?v=1") as answer:
        assert answer.status_code == 404 and "immutable" not in answer.headers.get("Cache-Control", "")


def test_an_empty_map_speaks_of_your_area(empty_client):
    for path in ("/", "/wards", "/hubs", "/whats-on", "/opportunities", "/data", "/about", "/?near=SS1+2AB"):
        page = empty_client.get(path)
        assert page.status_code == 200
        title = re.search(r"<title>(.*?)</title>", page.get_data(as_text=True))[1]
        assert not title.rstrip("?").endswith(("in ", "of ", "· ")), title
