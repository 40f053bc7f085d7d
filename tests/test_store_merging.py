"""Two records become one, with all that named the other; the old address leads on; and all of it can be undone."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from assetmap.domain.errors import BadInput, Conflict, NotFound
from assetmap.store import history, merging, programmes, records, undo
from assetmap.store.rows import LAYERS
from tests.loading import HUBS, Loader

TWINS = HUBS + "the-leigh-library,The Leigh Library,library,SS9 2DD,51.5419,0.6553\n"
GROUPS = """id,name,times,venue
tea,Tea,Mondays 10am,the-leigh-library
chess,Chess,Mondays 2pm at the-leigh-library; Tuesdays 2pm at chalkwell-hall,
choir,Choir,Fridays 7pm,leigh-library
"""
OFFERS = """id,name,kind,from,venue
lend-a-room,A room to lend,room,the-leigh-library,the-leigh-library
teach,Teach chess,skill,chess,
"""


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    loader.load("hubs", TWINS)
    loader.load("groups", GROUPS)
    loader.load("opportunities", OFFERS)
    yield loader
    loader.database.dispose()


def merge(loader, layer, keep_id, lose_id, by="jo@example.org", **content):
    with loader.database.writing() as connection:
        keep, version = records.get(connection, LAYERS[layer], keep_id)
        _, lose_version = records.get(connection, LAYERS[layer], lose_id)
        return merging.merge(connection, LAYERS[layer], replace(keep, **content), lose_id, version=version,
                             lose_version=lose_version, by=by)


def leads_to(loader, layer, old_id):
    with loader.database.reading() as connection:
        return merging.new_address(connection, layer, old_id)


def lines_of(loader, number):
    with loader.database.reading() as connection:
        return history.of_set(connection, number)


def test_the_kept_one_takes_what_was_chosen_and_the_other_is_hidden(loader):
    merge(loader, "hubs", "leigh-library", "the-leigh-library", rooms="Two halls")
    hubs = loader.all("hubs")
    assert (hubs["leigh-library"].rooms, hubs["leigh-library"].status) == ("Two halls", "active")
    assert hubs["the-leigh-library"].status == "hidden"


def test_groups_sessions_and_offers_move_to_the_kept_hub(loader):
    merge(loader, "hubs", "leigh-library", "the-leigh-library")
    groups, offers = loader.all("groups"), loader.all("opportunities")
    assert groups["tea"].hub_id == "leigh-library"
    assert [meeting.hub_id for meeting in groups["tea"].meetings] == ["leigh-library"]
    assert [meeting.hub_id for meeting in groups["chess"].meetings] == ["leigh-library", "chalkwell-hall"]
    assert groups["choir"].hub_id == "leigh-library"
    assert (offers["lend-a-room"].hub_id, offers["lend-a-room"].giver) == ("leigh-library", "leigh-library")


def test_a_hub_whose_id_begins_like_the_merged_one_keeps_its_groups(loader):
    loader.load("hubs", "id,name\nthe-leigh-library-annexe,Annexe\n", "more.csv")
    loader.load("groups", "id,name,times,venue\nknit,Knit,Mondays 1pm,the-leigh-library-annexe\n", "other.csv")
    merge(loader, "hubs", "leigh-library", "the-leigh-library")
    assert loader.all("groups")["knit"].hub_id == "the-leigh-library-annexe"


def test_offers_of_a_merged_group_are_the_kept_ones(loader):
    merge(loader, "groups", "choir", "chess")
    offer = loader.all("opportunities")["teach"]
    assert (offer.giver, offer.giver_kind) == ("choir", "groups")


def test_groups_and_offers_name_the_kept_organisation(loader):
    loader.load("organisations", "id,name\nage-well,Age Well\nagewell,AgeWell Ltd\n")
    loader.load("groups", "id,name,organisation\nlunch,Lunch,AGEWELL LTD\nwalk,Walk,Somebody else\n", "more.csv")
    loader.load("opportunities", "id,name,kind,from\ndrive,Drive,volunteering,AgeWell Ltd\n", "others.csv")
    merge(loader, "organisations", "age-well", "agewell")
    groups = loader.all("groups")
    assert (groups["lunch"].organisation, groups["walk"].organisation) == ("Age Well", "Somebody else")
    assert loader.all("opportunities")["drive"].giver == "Age Well"


def test_every_record_that_a_merge_touched_has_a_line_of_history_in_one_set(loader):
    number = merge(loader, "hubs", "leigh-library", "the-leigh-library", rooms="Two halls")
    assert {(line.layer, line.record_id) for line in lines_of(loader, number)} == {
        ("hubs", "leigh-library"), ("hubs", "the-leigh-library"), ("groups", "tea"), ("groups", "chess"),
        ("opportunities", "lend-a-room")}
    with loader.database.reading() as connection:
        made = history.one_set(connection, number)
    assert (made.kind, made.by, made.counts) == ("merge", "jo@example.org", {"merged": 1, "changed": 3})


def test_the_old_address_leads_on_through_later_merges(loader):
    merge(loader, "hubs", "leigh-library", "the-leigh-library")
    assert leads_to(loader, "hubs", "the-leigh-library") == "leigh-library"
    merge(loader, "hubs", "chalkwell-hall", "leigh-library")
    assert leads_to(loader, "hubs", "the-leigh-library") == "chalkwell-hall"
    assert leads_to(loader, "groups", "the-leigh-library") is None and leads_to(loader, "hubs", "nothing") is None
    with loader.database.reading() as connection:
        assert merging.moved(connection) == {("hubs", "the-leigh-library"): "chalkwell-hall",
                                             ("hubs", "leigh-library"): "chalkwell-hall"}


def test_a_merge_undone_gives_both_back_and_what_named_them(loader):
    before = {layer: loader.all(layer) for layer in ("hubs", "groups", "opportunities")}
    number = merge(loader, "hubs", "leigh-library", "the-leigh-library", rooms="Two halls")
    with loader.database.writing() as connection:
        undone = undo.undo_set(connection, number, by="jo")
    assert {layer: loader.all(layer) for layer in before} == before and undone.left == []
    assert leads_to(loader, "hubs", "the-leigh-library") is None


def test_a_merge_can_be_undone_and_done_the_other_way_round(loader):
    number = merge(loader, "hubs", "leigh-library", "the-leigh-library")
    with loader.database.writing() as connection:
        undo.undo_set(connection, number, by="jo")
    merge(loader, "hubs", "the-leigh-library", "leigh-library")
    assert leads_to(loader, "hubs", "leigh-library") == "the-leigh-library"
    assert leads_to(loader, "hubs", "the-leigh-library") is None


@pytest.mark.parametrize("which", ["version", "lose_version"])
def test_survive_39_a_merge_of_what_was_changed_since_is_a_conflict_and_changes_nothing(loader, which):
    with loader.database.writing() as connection:
        keep, version = records.get(connection, LAYERS["hubs"], "leigh-library")
        lose, lose_version = records.get(connection, LAYERS["hubs"], "the-leigh-library")
        changed = keep if which == "version" else lose
        records.save_one(connection, LAYERS["hubs"], replace(changed, rooms="One"), version=1, by="somebody")
    before = loader.state()
    with pytest.raises(Conflict, match="was changed while you were looking"), loader.database.writing() as connection:
        merging.merge(connection, LAYERS["hubs"], keep, lose.id, version=version, lose_version=lose_version, by="jo")
    assert loader.state() == before


def test_what_is_merged_already_or_is_not_there_or_is_itself_cannot_be_merged(loader):
    merge(loader, "hubs", "leigh-library", "the-leigh-library")
    before = loader.state()
    for keep_id, lose_id, fault, says in (("leigh-library", "the-leigh-library", BadInput, "hidden already"),
                                          ("leigh-library", "leigh-library", BadInput, "with itself"),
                                          ("leigh-library", "nothing", NotFound, "There is no hub")):
        with pytest.raises(fault, match=says):
            merge(loader, "hubs", keep_id, lose_id)
    assert loader.state() == before


def test_an_error_in_the_middle_of_a_merge_leaves_nothing(loader):
    before = loader.state()
    with pytest.raises(ZeroDivisionError), loader.database.writing() as connection:
        keep, version = records.get(connection, LAYERS["hubs"], "leigh-library")
        merging.merge(connection, LAYERS["hubs"], replace(keep, rooms="X"), "the-leigh-library", version=version,
                      lose_version=1, by="jo")
        raise ZeroDivisionError
    assert loader.state() == before


def test_the_next_import_of_its_feed_leaves_a_merged_record_hidden_and_the_merge_as_it_is(loader):
    merge(loader, "hubs", "leigh-library", "the-leigh-library", rooms="Two halls")
    after = {layer: loader.all(layer) for layer in ("hubs", "groups", "opportunities")}
    for layer, text in (("hubs", TWINS), ("groups", GROUPS), ("opportunities", OFFERS)):
        assert loader.load(layer, text).counts["changed"] == 0
    assert {layer: loader.all(layer) for layer in after} == after


def test_the_next_import_finds_the_kept_record_by_the_merged_ones_id_and_name(loader):
    merge(loader, "hubs", "leigh-library", "the-leigh-library")
    loader.load("groups", "id,name,times,venue\nbook,Books,Mondays 1pm,the-leigh-library\n"
                          "sing,Singing,Mondays 3pm,The Leigh Library\n", "more.csv")
    groups = loader.all("groups")
    assert (groups["book"].hub_id, groups["sing"].hub_id) == ("leigh-library", "leigh-library")


def test_two_hubs_of_one_name_are_told_apart_again_once_they_are_merged(loader):
    loader.load("hubs", "id,name,postcode\nleigh-library-2,Leigh Library,SS9 2DD\n", "more.csv")
    more = "id,name,times,venue\nbook,Books,Mondays 1pm,Leigh Library\n"
    assert "more than one place to meet is called “Leigh Library”" in " ".join(
        [loader.load("groups", more, "more.csv"), loader.notices()][1])
    merge(loader, "hubs", "leigh-library", "leigh-library-2")
    loader.load("groups", more.replace("book,", "book-2,"), "others.csv")
    assert loader.all("groups")["book-2"].hub_id == "leigh-library"


def test_a_merged_record_that_is_shown_again_by_hand_stands_for_itself(loader):
    merge(loader, "hubs", "leigh-library", "the-leigh-library")
    with loader.database.writing() as connection:
        hub, version = records.get(connection, LAYERS["hubs"], "the-leigh-library")
        records.save_one(connection, LAYERS["hubs"], replace(hub, status="active"), version=version, by="jo")
    with loader.database.reading() as connection:
        assert merging.moved(connection) == {}


def test_referring_tells_what_would_move(loader):
    with loader.database.reading() as connection:
        hub, _ = records.get(connection, LAYERS["hubs"], "the-leigh-library")
        found = merging.referring(connection, "hubs", hub)
    assert [(one.layer, one.id) for one in found] == [("groups", "chess"), ("groups", "tea"),
                                                      ("opportunities", "lend-a-room")]


def test_the_data_version_moves_with_a_merge(loader):
    before = loader.database.version()
    number = merge(loader, "hubs", "leigh-library", "the-leigh-library")
    assert loader.database.version() > before
    with loader.database.reading() as connection:
        rows = connection.execute(select(merging.redirects)).mappings().all()
    assert [(row["old_id"], row["new_id"], row["import_id"]) for row in rows] == [
        ("the-leigh-library", "leigh-library", number)]
    assert json.loads(json.dumps(dict(rows[0])))["ended_at"] == ""


PROGRAMMES = """record,programme,deployment,name,kind,hub,lead,day,ward
programme,Seeds,,,steps,,The Trust,,
deployment,Seeds,plot,The plot,,the-leigh-library,the trust,,
deployment,Seeds,other,Other plot,,leigh-library,Somebody,,
date,Seeds,plot,Fair,,The Leigh Library,,2027-05-08,
date,Seeds,plot,Meal,,chalkwell-hall,,2027-05-09,
"""


def named_in_programmes(loader):
    with loader.database.reading() as connection:
        held = programmes.read(connection)
    return ([one.hub_id for one in held.deployments.values()], [one.hub_id for one in held.dates["plot"]],
            [one.lead for one in (*held.programmes.values(), *held.deployments.values())])


def test_areas_and_dates_of_programmes_move_to_the_kept_hub_and_back_with_the_undo(loader):
    loader.load("programmes", PROGRAMMES)
    before = named_in_programmes(loader)
    number = merge(loader, "hubs", "leigh-library", "the-leigh-library")
    hubs, dates, _leads = named_in_programmes(loader)
    assert set(hubs) == {"leigh-library"} and dates == ["leigh-library", "chalkwell-hall"]
    assert {line.layer for line in lines_of(loader, number)} >= {"deployments", "deployment-dates"}
    assert not loader.load("programmes", PROGRAMMES).counts["changed"], "the file's old name leads to the kept hub"
    with loader.database.writing() as connection:
        undo.undo_set(connection, number, by="jo@example.org")
    assert named_in_programmes(loader) == before


def test_programmes_that_a_merged_organisation_leads_are_the_kept_ones(loader):
    loader.load("programmes", PROGRAMMES)
    loader.load("organisations", "id,name\nthe-trust,The Trust\nleigh-trust,Leigh Community Trust\n")
    merge(loader, "organisations", "leigh-trust", "the-trust")
    assert named_in_programmes(loader)[2] == ["Leigh Community Trust", "Somebody", "Leigh Community Trust"]
