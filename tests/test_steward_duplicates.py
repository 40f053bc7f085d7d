"""The stewards' pages of duplicates: the list, two side by side, merging, remembering, undoing, and old addresses."""

import json
import re
import shutil
from html import unescape

import pytest

from assetmap.importing.instance import make_instance
from assetmap.importing.run import Options, load
from assetmap.store import history, likeness, records, undo
from assetmap.store.rows import LAYERS
from tests.conftest import app_over, csrf_of, settings_at, sign_in
from tests.evaluated import was_evaluated
from tests.loading import HUBS

TWINS = """id,name,kind,postcode,lat,lon,rooms,access,address
the-leigh-library,The Leigh Library,library,SS9 2DD,51.5419,0.6553,Two halls,step_free,Broadway
"""
GROUPS = """id,name,times,venue,cost
tea,Knit & Natter,Mondays 10am,leigh-library,
natter,The Knit and Natter Group,,leigh-library,free
cubs,1st Leigh Cubs,Mondays 6pm,the-leigh-library,
"""
HUB_PAIR = "/steward/duplicates/hubs/leigh-library/the-leigh-library"
GROUP_PAIR = "/steward/duplicates/groups/natter/tea"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The one instance with a hub and a group that are there twice, which the others are copies of."""
    folder = tmp_path_factory.mktemp("twice")
    settings = settings_at(folder / "instance")
    database = make_instance(settings, sample=False)
    for layer, text, name in (("hubs", HUBS, "ours"), ("hubs", TWINS, "theirs"), ("groups", GROUPS, "groups")):
        file = folder / f"{name}.csv"
        file.write_text(text)
        load(database, settings, layer, file, Options(source=name))
    database.dispose()
    return settings.home


@pytest.fixture
def filled(made, tmp_path):
    with app_over(settings_at(shutil.copytree(made, tmp_path / "instance"))) as app:
        yield app


@pytest.fixture
def steward(filled):
    client = filled.test_client()
    sign_in(client)
    return client


@pytest.fixture
def database(filled):
    return filled.extensions["assetmap"].database


def all_of(database, layer):
    with database.reading() as connection:
        return {row["id"]: records.record_of(LAYERS[layer], row) for row in records.rows(connection, LAYERS[layer])}


def text_of(response):
    body = response.text.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def fields_in(client, address) -> dict[str, str]:
    """What the form of a page would send as it stands."""
    page = client.get(address).text
    inputs = re.findall(r"<input ([^>]*)>", page)
    made = {}
    for found in inputs:
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', found))
        if given.get("type") == "hidden" or "checked" in found.split():
            made[given["name"]] = given["value"]
    return made


def send(client, address, follow=True, **fields):
    return client.post(address, data={"csrf": csrf_of(client), **fields}, follow_redirects=follow)


def merge(client, address=HUB_PAIR, **changed):
    response = send(client, address, **{**fields_in(client, address), "do": "merge", **changed})
    client.application.extensions["assetmap"].current.refresh()  # a slow machine would build it after the answer
    return response


def last_merge(database):
    with database.reading() as connection:
        return next(one for one in history.sets(connection) if one.kind == "merge")


def test_the_list_has_every_pair_with_its_reasons(steward):
    said = text_of(steward.get("/steward/duplicates"))
    assert "2 pairs look like the same thing twice." in said
    assert "The names differ by “The”; 11 m apart." in said
    assert "The names differ by “The”, “Group” and “and”/“&”; at the same point." in said
    assert "Almost certainly the same" in said
    assert "1st Leigh Cubs" not in said


def test_the_list_is_narrowed_by_kind(steward):
    said = text_of(steward.get("/steward/duplicates?layer=hubs"))
    assert "One pair looks like" in said and "Leigh Library" in said and "Natter" not in said
    assert "Nothing looks like a duplicate" in text_of(steward.get("/steward/duplicates?layer=organisations"))


@pytest.mark.parametrize("query", ["layer=nothing", "page=0", "page=x", "page=99999999", "sort=name"])
def test_survive_38_an_absurd_address_is_answered_with_a_sentence(steward, query):
    assert steward.get(f"/steward/duplicates?{query}").status_code == 400


def test_a_page_past_the_end_is_the_last_one(steward):
    assert "Leigh Library" in steward.get("/steward/duplicates?page=50").text


def test_two_are_shown_field_by_field_with_what_is_proposed_and_why(steward):
    said = text_of(steward.get(HUB_PAIR))
    assert "Are these two the same? The names differ by “The”; 11 m apart." in said
    assert "Rooms Proposed: the second. Only this one says it. First (empty) Second Two halls" in said
    assert "2 records name it: The Knit and Natter Group Knit & Natter" in said
    assert "One record names it: 1st Leigh Cubs" in said
    assert fields_in(steward, HUB_PAIR)["keep"] == "first"


def test_any_two_of_a_kind_can_be_compared_and_one_cannot(steward):
    assert "Nothing but you says" in steward.get("/steward/duplicates/groups/cubs/tea").text
    assert steward.get("/steward/duplicates/groups/tea/tea").status_code == 404
    assert steward.get("/steward/duplicates/groups/tea/nothing").status_code == 404


def test_a_merge_keeps_what_was_proposed_and_moves_what_named_the_other(steward, database):
    response = merge(steward)
    assert ("“The Leigh Library” is merged into “Leigh Library”, and its old address leads there. One record that "
            "named it moved over.") in text_of(response)
    hubs = all_of(database, "hubs")
    kept = hubs["leigh-library"]
    assert (kept.name, kept.rooms, kept.access, kept.address) == ("Leigh Library", "Two halls", ("step_free",),
                                                                 "Broadway")
    assert hubs["the-leigh-library"].status == "hidden"
    assert all_of(database, "groups")["cubs"].hub_id == "leigh-library"
    assert f'href="/steward/changes/{last_merge(database).id}/undo">Take it back</a>' in response.text
    assert "“The Leigh Library” into" in text_of(steward.get("/steward/duplicates"))


def test_what_the_steward_chooses_is_what_it_says(steward, database):
    merge(steward, keep="second", **{"field-name": "first", "field-rooms": "first"})
    hubs = all_of(database, "hubs")
    assert (hubs["the-leigh-library"].name, hubs["the-leigh-library"].rooms) == ("Leigh Library", "")
    assert hubs["leigh-library"].status == "hidden"
    assert all_of(database, "groups")["tea"].hub_id == "the-leigh-library"


def test_survive_36_a_merge_without_its_token_changes_nothing(steward, database):
    before = all_of(database, "hubs")
    assert steward.post(HUB_PAIR, data={**fields_in(steward, HUB_PAIR), "do": "merge", "csrf": "x"}).status_code == 400
    assert all_of(database, "hubs") == before


def test_survive_36_a_merge_sent_twice_is_done_once(steward, database):
    fields = fields_in(steward, HUB_PAIR) | {"do": "merge"}
    send(steward, HUB_PAIR, **fields)
    number = last_merge(database).id
    assert "These two were merged already. It was done once." in text_of(send(steward, HUB_PAIR, **fields))
    assert last_merge(database).id == number


def test_survive_39_a_merge_of_what_somebody_changed_since_is_shown_again_with_what_was_chosen(steward, database):
    fields = fields_in(steward, HUB_PAIR) | {"do": "merge", "field-rooms": "first", "keep": "second"}
    with database.writing() as connection:
        hub, version = records.get(connection, LAYERS["hubs"], "leigh-library")
        records.save_one(connection, LAYERS["hubs"], records.replace(hub, rooms="One room"), version=version, by="sam")
    response = send(steward, HUB_PAIR, **fields)
    assert response.status_code == 409
    assert "“Leigh Library” was changed while you were looking at the two." in text_of(response)
    assert all_of(database, "hubs")["the-leigh-library"].status == "active"
    assert re.search(r'name="field-rooms" value="first"[^>]* checked', response.text)
    assert re.search(r'name="keep" value="second"[^>]* checked', response.text) and "One room" in response.text


def test_what_was_sent_without_a_choice_or_of_a_hidden_one_is_answered_with_a_sentence(steward):
    fields = fields_in(steward, HUB_PAIR)
    assert "Choose whether to merge" in send(steward, HUB_PAIR, **fields).text
    assert "Choose whose address stays" in send(steward, HUB_PAIR, **{**fields, "do": "merge", "keep": "both"}).text
    merge(steward)
    assert "is hidden, so there is nothing to merge" in text_of(steward.get(HUB_PAIR))
    fresh = {**fields, "do": "merge", "once": "another"}
    late = send(steward, HUB_PAIR, **fresh)
    assert late.status_code == 409 and "there is nothing to merge" in text_of(late)


def test_not_the_same_is_remembered_listed_and_can_be_taken_back(steward):
    assert "Remembered: “The Knit and Natter Group” and “Knit & Natter” are not the same." in text_of(
        send(steward, GROUP_PAIR, do="not-same"))
    listed = text_of(steward.get("/steward/duplicates"))
    assert "One pair looks like" in listed and "One pair was said not to be the same" in listed
    assert "A steward said that these are not the same." in steward.get(GROUP_PAIR).text
    page = text_of(steward.get("/steward/duplicates/not-same"))
    assert "“The Knit and Natter Group” and “Knit & Natter”" in page and "steward@example.org" in page
    back = {"layer": "groups", "first": "natter", "second": "tea"}
    assert "Taken back." in text_of(send(steward, "/steward/duplicates/not-same", **back))
    assert "2 pairs look like" in text_of(steward.get("/steward/duplicates"))
    assert "taken back before" in text_of(send(steward, "/steward/duplicates/not-same", **back))
    assert "Nothing is remembered" in steward.get("/steward/duplicates/not-same").text


def ticks(steward):
    page = steward.get("/steward/duplicates").text
    return [value.replace("&#34;", '"') for value in re.findall(r'name="pair" value="([^"]*)"', page)]


def test_several_ticked_pairs_are_noted_as_not_the_same_at_once(steward, database):
    response = steward.post("/steward/duplicates", data={"csrf": csrf_of(steward), "pair": ticks(steward),
                                                         "do": "not-same"}, follow_redirects=True)
    assert "2 pairs are remembered as not the same." in text_of(response)
    with database.reading() as connection:
        assert len(likeness.said_not_same(connection)) == 2


def test_several_ticked_pairs_are_merged_at_once_where_nothing_is_lost_and_the_others_are_said(steward, database):
    with database.writing() as connection:
        hub, version = records.get(connection, LAYERS["hubs"], "leigh-library")
        records.save_one(connection, LAYERS["hubs"], records.replace(hub, rooms="One room"), version=version, by="sam")
    page = steward.get("/steward/duplicates").text
    assert page.count("Nothing that either says would be lost") == 1
    response = send(steward, "/steward/duplicates", pair=ticks(steward), do="merge", once="1")
    said = text_of(response)
    assert "One pair was merged." in said and "was left: the two say different things" in said
    assert f'href="/steward/changes/{last_merge(database).id}/undo">Take it back</a>' in response.text
    groups = all_of(database, "groups")
    assert (groups["tea"].status, groups["natter"].status) == ("hidden", "active")
    assert (groups["natter"].cost, groups["natter"].times) == ("free", "Mondays 10am")
    assert all_of(database, "hubs")["the-leigh-library"].status == "active"


def test_a_ticked_pair_that_was_changed_since_is_left(steward, database):
    held = ticks(steward)
    with database.writing() as connection:
        for hub_id in ("leigh-library", "the-leigh-library"):
            hub, version = records.get(connection, LAYERS["hubs"], hub_id)
            records.save_one(connection, LAYERS["hubs"], records.replace(hub, capacity=30), version=version, by="sam")
    response = steward.post("/steward/duplicates", data={"csrf": csrf_of(steward), "pair": held, "do": "merge"},
                            follow_redirects=True)
    assert "was changed while you were looking" in text_of(response)


@pytest.mark.parametrize("pair", ["", "[", "[1,2,3,4,5]", '["wards","a","b",1,1]', '["hubs","a"]', "null", "7"])
def test_a_ticked_pair_that_makes_no_sense_is_refused(steward, pair):
    response = send(steward, "/steward/duplicates", pair=pair, do="merge")
    assert response.status_code == 400 and "was not understood" in response.text


def test_ticking_nothing_or_choosing_nothing_is_said(steward):
    assert "No pair was ticked." in text_of(send(steward, "/steward/duplicates", do="merge"))
    assert send(steward, "/steward/duplicates", pair=ticks(steward)[0], do="x").status_code == 400


@pytest.mark.parametrize("ending", ["", ".json", ".ics", "/report"])
def test_the_old_address_leads_to_the_kept_one_and_stops_when_the_merge_is_undone(steward, database, ending):
    visitor = steward.application.test_client()
    assert visitor.get(f"/hubs/the-leigh-library{ending}").status_code == 200
    merge(steward)
    moved = visitor.get(f"/hubs/the-leigh-library{ending}?from=here")
    assert (moved.status_code, moved.location) == (301, f"/hubs/leigh-library{ending}?from=here")
    assert "no-cache" in moved.headers["Cache-Control"]
    with database.writing() as connection:
        undo.undo_set(connection, last_merge(database).id, by="jo")
    steward.application.extensions["assetmap"].current.refresh()
    assert visitor.get(f"/hubs/the-leigh-library{ending}").status_code == 200


def test_old_addresses_follow_a_chain_of_merges(steward):
    merge(steward)
    merge(steward, "/steward/duplicates/hubs/chalkwell-hall/leigh-library", keep="first")
    visitor = steward.application.test_client()
    assert visitor.get("/hubs/the-leigh-library").location == "/hubs/chalkwell-hall"
    assert visitor.get("/hubs/leigh-library").location == "/hubs/chalkwell-hall"


def test_an_address_whose_end_is_hidden_is_not_found(steward, database):
    merge(steward)
    with database.writing() as connection:
        records.hide(connection, LAYERS["hubs"], "leigh-library", by="jo")
    steward.application.extensions["assetmap"].current.refresh()
    assert steward.application.test_client().get("/hubs/the-leigh-library").status_code == 404


def test_a_resident_sees_one_place_with_all_its_groups_after_a_merge(steward):
    visitor = steward.application.test_client()
    assert "1st Leigh Cubs" not in visitor.get("/hubs/leigh-library").text
    merge(steward)
    page = visitor.get("/hubs/leigh-library").text
    assert "1st Leigh Cubs" in page and "Knit &amp; Natter" in page


@pytest.mark.parametrize("hostile", ["{{43*43}}", "{% off", "</script><script>alert(1)</script>", "${x}", "`x`"])
def test_survive_1_to_6_hostile_names_are_shown_as_they_are(steward, database, hostile):
    with database.writing() as connection:
        for group_id in ("tea", "natter"):
            group, version = records.get(connection, LAYERS["groups"], group_id)
            records.save_one(connection, LAYERS["groups"], records.replace(group, name=f"Knitters {hostile}"),
                             version=version, by="x")
    for address in ("/steward/duplicates", GROUP_PAIR):
        page = steward.get(address)
        assert page.status_code == 200 and "<script>alert" not in page.text and not was_evaluated(page.text)


def test_the_pages_are_for_stewards(filled):
    for address in ("/steward/duplicates", HUB_PAIR, "/steward/duplicates/not-same"):
        visitor, connector = filled.test_client(), filled.test_client()
        assert visitor.get(address).status_code == 303 and visitor.post(address).status_code == 401
        sign_in(connector, "connector")
        assert connector.get(address).status_code == 403


def test_the_value_of_a_tick_names_both_records_and_their_versions(steward):
    assert sorted(map(json.loads, ticks(steward))) == [["groups", "natter", "tea", 1, 1],
                                                       ["hubs", "leigh-library", "the-leigh-library", 1, 1]]


def test_survive_36_ticked_pairs_sent_twice_are_merged_once(steward, database):
    held = ticks(steward)
    said = text_of(send(steward, "/steward/duplicates", pair=held, do="merge", once="7"))
    assert "2 pairs were merged. See the changes, or take one back" in said
    number = last_merge(database).id
    assert "was done once" in text_of(send(steward, "/steward/duplicates", pair=held, do="merge", once="7"))
    again = text_of(send(steward, "/steward/duplicates", pair=held, do="merge", once="8"))
    assert "Nothing was merged." in again and "is hidden already" in again
    assert last_merge(database).id == number


def test_three_spellings_of_one_are_merged_with_two_ticks(steward, database):
    with database.writing() as connection:
        tea, _version = records.get(connection, LAYERS["groups"], "natter")
        records.add_one(connection, LAYERS["groups"], records.replace(tea, id="knit", name="Knit and Natter", source="",
                                                                      source_id="", cost=""), by="x")
    assert len([one for one in ticks(steward) if '"groups"' in one]) == 3
    send(steward, "/steward/duplicates", pair=ticks(steward), do="merge", once="7")
    for _again in range(2):
        send(steward, "/steward/duplicates", pair=ticks(steward), do="merge")
    assert [group.status for group_id, group in sorted(all_of(database, "groups").items()) if group_id != "cubs"].count(
        "hidden") == 2
    assert ticks(steward) == []
