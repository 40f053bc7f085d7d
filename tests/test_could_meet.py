"""Who could meet: the sample's stories, the page, the lines on the map, and what machines get."""

import re

import pytest

from assetmap.atlas.matching import matches
from assetmap.store import records
from assetmap.store.rows import LAYERS
from assetmap.web import services

ALLOTMENT, GARDEN = "share-our-school-allotment", "untangle-an-overgrown-garden-together"
STORY = ("Both gardening and growing, 650 m apart, both free Saturday mornings, step-free at both, "
         "2 of the 3 hours asked for.")


def pairs_of(page: str) -> list[str]:
    return re.findall(r"<li class=\"card pair.*?</li>", page, re.DOTALL)


def line_between(lines: list[dict], *ids: str) -> dict:
    return next(line for line in lines
                if any({end["id"] for end in pair["ends"]} == set(ids) for pair in line["pairs"]))


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
        assert STORY in said and "Could meet at" in said and "(at most 650 m away)" in said
        [line] = client.get(f"/map/matches.json?of={mine}&show=").json["lines"][:1]
        assert {ALLOTMENT, GARDEN} == {end["id"] for end in line["pairs"][0]["ends"]}
    line = line_between(client.get("/map/matches.json").json["lines"], ALLOTMENT, GARDEN)
    assert line["points"][0] != line["points"][1]
    assert STORY.startswith(next(pair["sentence"] for pair in line["pairs"]))


def test_the_page_says_what_a_whole_area_could_do(client):
    page = client.get("/could-meet").text
    data = client.get("/could-meet.json?per_page=100").json
    shown = int(re.search(r"(\d+) pairs that could meet", page)[1])
    assert shown > data["total"] == len(data["pairs"]), "what individuals offer and ask for is on the page alone"
    assert len(pairs_of(page)) >= 20
    scores = [pair["score"] for pair in data["pairs"]]
    assert scores == sorted(scores, reverse=True) and all(0 < score <= 1 for score in scores)
    for words in ("The whole area at once", "pairs could meet at the same time", "Places that could hold them",
                  "Asks that wait for an offer", "Across ward borders"):
        assert words in page


def test_machines_get_a_page_of_pairs_with_their_parts(client):
    whole = client.get("/could-meet.json?per_page=100").json
    turned = [client.get(f"/could-meet.json?per_page=15&page={page}").json for page in (1, 2, 3)]
    assert [pair for data in turned for pair in data["pairs"]] == whole["pairs"]
    assert {data["pages"] for data in turned} == {3} and whole["query"]["show"] is None
    assert all(set(pair["parts"]) == {"kind", "topic", "near", "time", "language", "access", "hours"}
               for pair in whole["pairs"])
    assert client.get("/could-meet.json?per_page=15&page=4").status_code == 400
    assert client.get("/map/matches.json?of=nobody").status_code == 404


def test_the_most_at_once_is_a_list_of_its_own_that_every_choice_keeps(client):
    page = client.get("/could-meet?show=best").text
    shown = int(re.search(r"(\d+) pairs that could all meet at once", page)[1])
    ends = re.findall(r'data-pair="([^" ]+) ([^" ]+)"', client.get("/could-meet?show=best&per_page=100").text)
    assert shown == len(ends) == len({offer for offer, _ask in ends}) == len({ask for _offer, ask in ends}) >= 15
    assert "show=best" in re.search(r'"lines_url": *"([^"]+)"', page)[1]
    assert '<input type="hidden" name="show" value="best">' in page
    narrowed = client.get("/could-meet?show=best&category=gardening").text
    assert 'href="/could-meet?show=best"' in narrowed and 'href="/could-meet?category=gardening"' in narrowed


def test_the_wards_that_pairs_would_join_add_up(app):
    with app.test_request_context():
        found = matches(services.atlas(), services.now(), 3_000.0)
    assert sum(link.pairs for link in found.ward_links) == len(found.across_wards) > 0
    wards = found.layer.ward
    for link in found.ward_links:
        joined = [row for row in found.across_wards
                  if {*wards[list(found.ends(row))].tolist()} == {link.ward, link.other}]
        assert len(joined) == link.pairs and link.best in joined
        assert found.pairs.score[link.best] == found.pairs.score[joined].max()


def test_two_at_one_place_are_a_line_of_no_length_and_pairs_between_the_same_places_are_one_line(own_app, own_client):
    with own_app.extensions["assetmap"].database.reading() as connection:
        hub = records.get(connection, LAYERS["opportunities"], ALLOTMENT)[0].hub_id
    change(own_app, GARDEN, hub_id=hub)
    lines = own_client.get("/map/matches.json").json
    line = line_between(lines["lines"], ALLOTMENT, GARDEN)
    assert line["points"][0] == line["points"][1] and "both at Saltmarsh Primary School" in line["pairs"][0]["sentence"]
    assert sum(len(line["pairs"]) for line in lines["lines"]) == lines["total"] >= len(lines["lines"])
    assert len({tuple(sorted(map(tuple, line["points"]))) for line in lines["lines"]}) == len(lines["lines"])


def test_a_map_without_any_offers_invites_the_first(empty_client):
    page = empty_client.get("/could-meet").text
    assert "Be the first to offer or ask" in page and "The whole area at once" not in page
    assert empty_client.get("/map/matches.json").json == {"total": 0, "lines": []}


def test_the_best_pairing_takes_nobody_twice(app):
    with app.test_request_context():
        found = matches(services.atlas(), services.now(), 3_000.0)
        taken = found.pairs.take(found.best)
    assert 0 < len(taken) <= min(len(found.offers), len(found.asks))
    assert len(set(taken.left.tolist())) == len(set(taken.right.tolist())) == len(taken)


@pytest.mark.parametrize(("query", "status", "words"), [
    ("?category=gardening", 200, ALLOTMENT), ("?near=SS9+3PD&within=1000", 200, "within 1 km of SS9 3PD"),
    ("?q=nothinghasthis", 200, "No two here fit each other yet"), ("?near=SS1+2AO", 400, "SS1 2AO"),
    ("?page=900", 400, "so there is no page 900"),
    ("?colour=red", 400, "colour"), ("?show=worst", 400, "can only be “best”"),
    ("?kind=volunteering&direction=ask", 200, GARDEN), ("?ward=E05002222", 200, "ward"),
    ("?ward=E05002212&kind=volunteering", 200, "See the 3 offers and asks here")])
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


def test_a_line_is_reached_by_keyboard_and_opens_its_words(live_server, open_page, barriers):
    page = open_page(1440, 900)
    page.goto(f"{live_server}/could-meet?near=SS9+3PD&within=1000", wait_until="networkidle")
    line = page.locator(".meet-line[aria-label*='overgrown garden'][aria-label*='allotment']")
    line.wait_for(state="attached")
    line.focus()
    page.keyboard.press("Enter")
    popup = page.get_by_role("dialog", name="These two could meet")
    popup.wait_for()
    assert STORY in popup.inner_text() and popup.get_by_role("link").count() == 2
    page.keyboard.press("Escape")
    assert line.evaluate("path => document.activeElement === path")
    card = page.locator(f"[data-pair='{ALLOTMENT} {GARDEN}']")
    assert "is-lit" in card.get_attribute("class")
    line.blur()
    card.hover()
    assert page.locator(".meet-line-under.is-lit").count() == 1
    assert page.locator(".meet-line").count() <= page.locator("[data-pair]").count(), "the list has every line"
    assert barriers(page) == []


def test_without_javascript_the_pairs_are_all_there(live_server, open_page):
    page = open_page(360, 740, java_script_enabled=False)
    page.goto(live_server + "/opportunities")
    page.get_by_role("link", name="Who could meet").click()
    assert page.locator("[data-pair]").count() >= 20


def test_the_lines_are_switched_on_on_every_map(live_server, open_page):
    page = open_page(1440, 900)
    page.goto(f"{live_server}/?near=SS9+3PD&within=1000&cost=free", wait_until="networkidle")
    assert page.locator(".meet-line").count() == 0
    page.get_by_role("button", name="What the map shows").click()
    page.get_by_label("Who could meet").check()
    page.locator(".meet-line").first.wait_for(state="attached")
    page.get_by_text("pairs that could meet.").wait_for(state="attached")
    page.get_by_label("Who could meet").uncheck()
    page.wait_for_function("() => !document.querySelector('.meet-line')")


def test_the_places_that_could_hold_most_pairs_are_those_that_each_pair_names_first(app):
    with app.test_request_context():
        found = matches(services.atlas(), services.now(), 3_000.0)
        named = [hub for one in found.top(found.best) for hub, _metres in found.hubs_for(one, 1)]
    assert len(named) >= 10
    assert dict(found.busiest_hubs) == {hub: named.count(hub) for hub in named}
