"""Planners' page of connections: its words, its figures, its files and its map; and what it never says."""

import csv
import re
from io import StringIO

import pytest

from assetmap.analysis.mixing import Mixing
from assetmap.web.plan.connections_words import across, percent
from assetmap.web.signed_in import COOKIE
from tests.conftest import sign_in, signed_in_as
from tests.live import serving
from tests.packing import said

PATH = "/plan/connections"


@pytest.fixture
def planner(own_app):
    client = own_app.test_client()
    sign_in(client, "planner")
    return client


def rows_of(client, address: str) -> list[dict]:
    return list(csv.DictReader(StringIO(client.get(address).text.removeprefix("\ufeff"))))


def test_the_page_says_what_the_files_count(planner):
    page, data = planner.get(PATH), planner.get(f"{PATH}.json").json
    words = said(page.text)
    unlinked, groups = data["groups_without_recorded_link"], data["records"]["group"]
    assert f"{unlinked} of {groups} groups ({round(100 * unlinked / groups)} %) have no recorded link." in words
    records, wards = rows_of(planner, f"{PATH}.csv"), rows_of(planner, f"{PATH}.csv?by=wards")
    assert sum(row["kind"] == "group" and row["links"] == "0" for row in records) == unlinked
    assert sum(int(row["no_recorded_link"]) for row in wards) <= unlinked < groups
    assert sum(int(row["groups"]) for row in wards) <= groups == sum(row["kind"] == "group" for row in records)
    assert [row["ward"] for row in wards] == [ward["name"] for ward in data["wards"]]
    largest = [row for row in records if row["set"] == "1"]
    assert len(largest) == data["largest_set"]["records"] == int(largest[0]["set_size"])
    first = data["linchpins"][0]
    [row] = [row for row in records if row["id"] == first["id"]]
    assert (row["groups_cut_off"], row["records_cut_off"]) == (str(first["groups"]), str(first["records"]))
    assert first["name"] in words and data["introductions"][0]["second"]["name"] in words


def test_it_never_calls_anybody_isolated_and_names_no_individuals_offer(planner, own_app):
    atlas = own_app.extensions["assetmap"].current.get()
    theirs = [atlas.opportunities.rows.value(number, "id")
              for number in atlas.opportunities.is_individuals.nonzero()[0].tolist()]
    everything = " ".join(planner.get(address).text for address in (
        PATH, f"{PATH}.json", f"{PATH}.csv", f"{PATH}/lines.json"))
    assert theirs and not [record_id for record_id in theirs if record_id in everything]
    assert not re.search("isolat|lonel|deprived", said(planner.get(PATH).text), re.IGNORECASE)
    assert f"{len(theirs)} offers and asks of single people are left out" in said(planner.get(PATH).text)


def test_only_the_kinds_of_link_that_are_chosen_count(planner):
    some = planner.get(f"{PATH}.json?link=meets_at").json
    every = planner.get(f"{PATH}.json").json
    assert list(some["links"]) == ["meets_at"] and some["links"]["meets_at"] == every["links"]["meets_at"]
    assert some["groups_without_recorded_link"] > every["groups_without_recorded_link"]
    page = planner.get(f"{PATH}?link=meets_at")
    assert "Only the kinds of link that you chose count here." in said(page.text)
    assert f'href="{PATH}.csv?by=wards&amp;link=meets_at"' in page.text
    assert re.findall(r'name="link" value="(\w+)" checked', page.text) == ["meets_at"]


@pytest.mark.parametrize("ending", ["", ".json", ".csv", "/lines.json"])
def test_a_kind_of_link_that_there_is_not_is_refused_with_a_sentence(planner, ending):
    answer = planner.get(f"{PATH}{ending}?link=rumours")
    assert answer.status_code == 400 and "is no kind of link" in answer.text
    assert planner.get(f"{PATH}.csv?by=hair").status_code == 400
    answer = planner.get(f"{PATH}{ending}?fish=1")
    assert answer.status_code == 400 and "“fish” is not something this page can be asked for." in answer.text


def test_a_page_of_favourites_is_a_link_at_once(planner, own_app):
    from assetmap.domain.pack import Item
    from assetmap.store import favourites

    before = planner.get(f"{PATH}.json").json
    [alone] = [row for row in rows_of(planner, f"{PATH}.csv") if row["kind"] == "group" and row["links"] == "0"][:1]
    with own_app.extensions["assetmap"].database.writing() as connection:
        favourites.add(connection, "Ours", hub_id="estuary-house", lead="", by="test",
                       items=(Item("groups", alone["id"].removeprefix("groups:")),))
    after = planner.get(f"{PATH}.json").json
    assert after["groups_without_recorded_link"] == before["groups_without_recorded_link"] - 1
    assert after["links"]["points_to"] == before["links"]["points_to"] + 1


def test_lines_join_two_places_and_say_what_they_are(planner):
    made = planner.get(f"{PATH}/lines.json").json
    assert made["total"] > 0 and "The map shows" in made["said"]
    for line in made["lines"]:
        assert line["points"][0] != line["points"][1] or line["label"].startswith("Introduce")
        assert line["label"] and all(len(pair["ends"]) == 2 and pair["sentence"] for pair in line["pairs"])
    through = [pair["sentence"] for line in made["lines"] for pair in line["pairs"] if "Through" in pair["sentence"]]
    assert through, "an organisation has no place, so that what it runs is joined"


def test_an_empty_map_has_a_page_that_says_so(empty_app):
    client = empty_app.test_client()
    sign_in(client, "planner")
    page = client.get(PATH)
    assert page.status_code == 200
    assert "There are no groups on this map yet" in said(page.text)
    assert client.get(f"{PATH}.json").json["share_without_recorded_link"] is None
    assert client.get(f"{PATH}/lines.json").json["lines"] == []


def test_shares_are_said_as_people_say_them():
    assert [percent(share) for share in (0.0, 0.004, 0.145, 0.995, 1.0, float("nan"))] == [
        "0 %", "under 1 %", "14 %", "over 99 %", "100 %", "no data"]
    few = Mixing(40, 3, 4, 0.1, -0.8, 0.6, 0.5, 0.7)
    assert across(few) == (
        "4 of 40 recorded links between records that are in a ward (10 %) join two wards. That is fewer than by "
        "chance. If the wards were shuffled among the records, it would be about 80 % (in 95 of 100 shuffles 75 % to "
        "85 %).")
    assert across(Mixing(0, 3, 0, *[float("nan")] * 5)) == ""


def test_the_page_keeps_nobody_out_and_its_lines_open_by_keyboard(own_app, open_page, barriers):
    with serving(own_app) as address:
        page = open_page()
        _, token = signed_in_as(own_app, "planner", "planner@example.org")
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        page.goto(f"{address}{PATH}")
        page.locator("path.meet-line").first.wait_for(state="attached")
        assert barriers(page) == []
        line = page.locator('path.meet-line[aria-label^="Introduce"]').first
        line.focus()
        page.keyboard.press("Enter")
        popup = page.get_by_role("dialog")
        assert popup.get_by_role("heading").inner_text().startswith("Introduce ")
        assert popup.get_by_role("link").count() == 2


def test_what_hangs_on_whom_is_told_to_planners_only(planner, own_app):
    anyone = own_app.test_client()
    sign_in(connector := own_app.test_client(), "connector", "connector@example.org")
    names = [one["name"] for one in planner.get(f"{PATH}.json").json["linchpins"]]
    assert names and all(name in said(planner.get(PATH).text) for name in names[:3])
    for reader in (anyone, connector):
        data = reader.get(f"{PATH}.json").json
        assert data["linchpins"] is None and data["bridges"] is None and data["introductions"]
        page = said(reader.get(PATH).text)
        assert "for planners only" in page and "Records cut off" not in page
        assert not any(row["groups_cut_off"] for row in rows_of(reader, f"{PATH}.csv"))
