"""Who could meet: the sample's stories, the page, the lines on the map, and what machines get."""

import re

import pytest

from assetmap.atlas.matching import matches
from assetmap.store import records
from assetmap.store.rows import LAYERS
from assetmap.web import services
from assetmap.web.relations import meeting_words

ALLOTMENT, GARDEN = "share-our-school-allotment", "untangle-an-overgrown-garden-together"


def pairs_of(page: str) -> list[str]:
    return re.findall(r"<li class=\"card pair\".*?</li>", page, re.DOTALL)


def change(app, record_id, **values):
    from dataclasses import replace

    with app.extensions["assetmap"].database.writing() as connection:
        record, version = records.get(connection, LAYERS["opportunities"], record_id)
        records.save_one(connection, LAYERS["opportunities"], replace(record, **values), version=version, by="t")
    app.extensions["assetmap"].current.refresh()


def test_the_school_with_an_allotment_and_the_family_with_a_garden_could_meet(client):
    for mine, other in ((ALLOTMENT, GARDEN), (GARDEN, ALLOTMENT)):
        page = client.get(f"/opportunities/{mine}").text
        said = re.search(rf'/opportunities/{other}">.{{1500}}', page, re.DOTALL)[0]
        assert ("Both gardening and growing, 650 m apart, both free Saturday mornings, "
                "2 of the 3 hours that are asked for.") in said
        assert "Could meet at" in said
    line = next(line for line in client.get("/map/matches.json").json["lines"]
                if {end["id"] for end in line["ends"]} == {ALLOTMENT, GARDEN})
    assert line["sentence"].startswith("Both gardening") and line["points"][0] != line["points"][1]


def test_the_page_says_what_a_whole_area_could_do(client):
    page = client.get("/could-meet").text
    data = client.get("/could-meet.json?per_page=100").json
    shown = int(re.search(r"(\d+) pairs that could meet", page)[1])
    assert shown > data["total"] == len(data["pairs"]), "what individuals offer and ask for is on the page alone"
    assert len(pairs_of(page)) >= 20
    second = client.get("/could-meet.json?per_page=7&page=2").json
    assert second["pairs"] == data["pairs"][7:14] and second["pages"] == -(-data["total"] // 7)
    assert client.get("/could-meet.json?page=900").status_code == 400
    scores = [pair["score"] for pair in data["pairs"]]
    assert scores == sorted(scores, reverse=True) and all(0 < score <= 1 for score in scores)
    for words in ("The whole area at once", "pairs could meet at the same time", "Places that could hold them",
                  "Wards with asks that nothing answers yet", "Across ward borders"):
        assert words in page


def test_the_best_pairing_takes_nobody_twice(app):
    with app.test_request_context():
        found = matches(services.atlas(), services.now(), 3_000.0)
        taken = found.pairs.take(found.best)
    assert 0 < len(taken) <= min(len(found.offers), len(found.asks))
    assert len(set(taken.left.tolist())) == len(set(taken.right.tolist())) == len(taken)


@pytest.mark.parametrize(("query", "status", "words"), [
    ("?category=gardening", 200, ALLOTMENT), ("?near=SS9+3PD&within=1000", 200, "within 1 km of SS9 3PD"),
    ("?q=nothinghasthis", 200, "No two here fit each other yet"), ("?near=SS1+2AO", 400, "SS1 2AO"),
    ("?page=900", 400, "There is no page 900"), ("?colour=red", 400, "colour")])
def test_the_list_is_narrowed_like_every_list(client, query, status, words):
    answer = client.get("/could-meet" + query)
    assert answer.status_code == status and words in answer.text


def test_what_is_closed_or_over_meets_nobody(own_app, own_client):
    assert own_client.get("/could-meet.json?per_page=100").text.count(ALLOTMENT) > 0
    change(own_app, ALLOTMENT, state="connected")
    assert ALLOTMENT not in own_client.get("/could-meet.json?per_page=100").text
    assert 'id="could-meet"' not in own_client.get(f"/opportunities/{ALLOTMENT}").text


def test_what_one_group_offers_and_asks_for_is_not_matched_with_itself(own_app, own_client):
    pair = own_client.get("/could-meet.json").json["pairs"][0]
    with own_app.extensions["assetmap"].database.reading() as connection:
        offer, _ = records.get(connection, LAYERS["opportunities"], pair["offer"]["id"])
    change(own_app, pair["ask"]["id"], giver=offer.giver, giver_kind=offer.giver_kind)
    left = {(p["offer"]["id"], p["ask"]["id"]) for p in own_client.get("/could-meet.json?per_page=100").json["pairs"]}
    assert (pair["offer"]["id"], pair["ask"]["id"]) not in left


@pytest.mark.parametrize(("slots", "words"), [
    (0, []), (1 << 15, ["Saturday mornings"]), (0b111, ["Mondays"]), (0b110 << 3, ["Tuesday afternoons",
                                                                                  "Tuesday evenings"])])
def test_times_that_both_have_are_said_as_people_say_them(slots, words):
    assert meeting_words.slot_names(slots) == words


@pytest.mark.parametrize(("words", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"),
                                             (["a", "b", "c"], "a, b and c")])
def test_several_things_are_joined_as_one_says_them(words, said):
    assert meeting_words.joined(words) == said


def test_a_line_is_reached_by_keyboard_and_opens_its_words(live_server, open_page, barriers):
    page = open_page(1440, 900)
    page.goto(f"{live_server}/could-meet?near=SS9+3PD&within=1000", wait_until="networkidle")
    line = page.locator(".meet-line[aria-label*='overgrown garden'][aria-label*='allotment']")
    line.wait_for(state="attached")
    line.focus()
    page.keyboard.press("Enter")
    popup = page.get_by_role("dialog", name="These two could meet")
    popup.wait_for()
    assert "Both gardening and growing, 650 m apart" in popup.inner_text() and popup.get_by_role("link").count() == 2
    page.keyboard.press("Escape")
    assert line.evaluate("path => document.activeElement === path")
    assert barriers(page) == []


def test_without_javascript_the_pairs_are_all_there(live_server, open_page):
    page = open_page(360, 740, java_script_enabled=False)
    page.goto(live_server + "/opportunities")
    page.get_by_role("link", name="Who could meet").click()
    assert page.locator("[data-pair]").count() >= 20
