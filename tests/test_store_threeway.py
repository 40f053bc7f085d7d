"""A feed is loaded again after people changed its records by hand: their edits win over its old news."""

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from assetmap.domain.group import Group
from assetmap.domain.location import Location, LocationSource
from assetmap.domain.place import Place
from assetmap.store import history, records, tables, undo
from assetmap.store.rows import LAYERS, load_meetings
from tests.loading import HUBS, Loader

GROUPS = LAYERS["groups"]
STEWARD = "steward@example.org"


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    yield loader
    loader.database.dispose()


def load(loader, **values):
    """The feed's one group, with what it says today."""
    values = {"id": "tea", "name": "Tea", **values}
    return loader.load("groups", ",".join(values) + "\n" + ",".join(values.values()) + "\n", "feed.csv")


def edit(loader, **values):
    with loader.database.writing() as connection:
        record, version = records.get(connection, GROUPS, "tea")
        assert records.save_one(connection, GROUPS, replace(record, **values), version=version, by=STEWARD)


def undo_newest(loader):
    with loader.database.writing() as connection:
        return undo.undo_set(connection, history.sets(connection)[0].id, by=STEWARD)


def tea(loader) -> Group:
    return loader.one("groups")


def lines(loader):
    with loader.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(tables.history)).scalar_one()


def test_a_hand_edit_stays_when_the_feed_says_what_it_said_before(loader):
    load(loader, summary="Old", organisation="Age Well")
    edit(loader, summary="By hand")
    before = loader.state()
    report = load(loader, summary="Old", organisation="Age Well")
    assert report.counts == {"added": 0, "changed": 0, "unchanged": 1} and loader.state() == before


def test_the_feeds_news_of_another_field_is_taken_and_the_hand_edit_stays(loader):
    load(loader, summary="Old", organisation="Age Well")
    edit(loader, summary="By hand")
    report = load(loader, summary="Old", organisation="Age Better")
    assert report.counts["changed"] == 1
    assert (tea(loader).summary, tea(loader).organisation) == ("By hand", "Age Better")


def test_the_feeds_news_of_the_field_itself_is_taken(loader):
    load(loader, summary="Old")
    edit(loader, summary="By hand")
    load(loader, summary="News")
    assert tea(loader).summary == "News"
    load(loader, summary="Later")
    assert tea(loader).summary == "Later", "the hand edit is over"


def test_a_field_that_the_feed_does_not_have_is_peoples_own(loader):
    load(loader, summary="Old")
    edit(loader, description="By hand")
    load(loader, summary="News")
    assert (tea(loader).summary, tea(loader).description) == ("News", "By hand")


def test_a_feed_that_follows_the_hand_edit_later_does_not_undo_the_next_one(loader):
    load(loader, summary="Old")
    edit(loader, summary="Better")
    before = lines(loader)
    assert load(loader, summary="Better").counts["unchanged"] == 1 and lines(loader) == before
    edit(loader, summary="Best")
    load(loader, summary="Better", organisation="News")
    assert (tea(loader).summary, tea(loader).organisation) == ("Best", "News")
    load(loader, summary="Best of all")
    assert tea(loader).summary == "Best of all"


def test_an_export_that_is_loaded_back_does_not_end_a_hand_edit(loader):
    load(loader, summary="Old")
    edit(loader, summary="By hand")
    load(loader, summary="By hand")
    load(loader, summary="Old")
    assert tea(loader).summary == "By hand"


def test_several_edits_and_several_loads_keep_the_last_edit(loader):
    load(loader, summary="Old")
    for text in ("One", "Two", "Three"):
        edit(loader, summary=text)
        load(loader, summary="Old")
        assert tea(loader).summary == text


def test_a_save_says_what_was_kept_and_what_gave_way(loader):
    load(loader, summary="Old", organisation="Age Well")
    edit(loader, summary="By hand", organisation="By hand")
    record = replace(tea(loader), summary="Old", organisation="News")
    with loader.database.writing() as connection:
        saved = records.save_feed(connection, GROUPS, [record], by="feed", start=lambda: 9)
    assert saved.kept_by_hand == [("tea", ["summary"])] and saved.overridden == [("tea", ["organisation"])]


def test_an_old_fingerprint_alone_is_no_change(loader):
    load(loader, summary="Old")
    with loader.database.writing() as connection:
        connection.execute(tables.groups.update().values(fingerprint="of an older release"))
    version, before = loader.database.version(), lines(loader)
    assert load(loader, summary="Old").counts["unchanged"] == 1
    assert (loader.database.version(), lines(loader)) == (version, before)
    with loader.database.reading() as connection:
        assert connection.execute(select(tables.groups.c.fingerprint)).scalar_one() != "of an older release"


# What goes together

def test_a_pin_moved_by_hand_stays_while_the_feeds_postcode_does(loader):
    load(loader, postcode="SS1 1NE")
    edit(loader, location=Location(Place(51.5, 0.7), LocationSource.GIVEN))
    load(loader, postcode="SS1 1NE", summary="News")
    assert tea(loader).location.place == Place(51.5, 0.7) and tea(loader).summary == "News"


def test_a_pin_moved_by_hand_stays_when_a_newer_list_of_postcodes_moves_the_postcode(loader):
    load(loader, postcode="SS1 1NE")
    edit(loader, location=Location(Place(51.5, 0.7), LocationSource.GIVEN))
    loader.load("postcodes", "pcds,lat,long\nSS1 1NE,51.999,0.999\n")
    load(loader, postcode="SS1 1NE")
    assert tea(loader).location.place == Place(51.5, 0.7)


def test_a_pin_that_only_people_gave_stays_when_its_postcode_is_found_at_last(loader):
    loader.load("postcodes", "pcds,lat,long\nSS1 1NE,99.999999,0\n")
    load(loader, postcode="SS1 1NE")
    assert tea(loader).location.place is None
    edit(loader, location=Location(Place(51.5, 0.7), LocationSource.GIVEN))
    loader.load("postcodes", "pcds,lat,long\nSS1 1NE,51.53,0.71\n", "later.csv")
    load(loader, postcode="SS1 1NE")
    assert tea(loader).location.place == Place(51.5, 0.7)


def test_a_new_postcode_in_the_feed_moves_a_pin_that_was_moved_by_hand(loader):
    load(loader, postcode="SS1 1NE")
    edit(loader, location=Location(Place(51.5, 0.7), LocationSource.GIVEN))
    load(loader, postcode="SS9 2DD")
    found = tea(loader)
    assert found.location.source == LocationSource.POSTCODE and found.location.place.lon < 0.68


def test_the_feeds_new_coordinates_move_a_pin_whole(loader):
    load(loader, lat="51.5", lon="0.7")
    edit(loader, location=Location(Place(51.5, 0.8), LocationSource.GIVEN))
    load(loader, lat="51.5", lon="0.7")
    assert tea(loader).location.place == Place(51.5, 0.8)
    load(loader, lat="51.6", lon="0.7")
    assert tea(loader).location.place == Place(51.6, 0.7), "never the latitude of one and the longitude of the other"


def retime(loader, times):
    """An edit of the times as a form makes it: what is understood of them goes with them."""
    meetings = json.dumps([{"rule": {"freq": "weekly", "weekdays": [1]}, "text": times}])
    edit(loader, times=times, meetings=load_meetings(meetings))


def test_times_by_hand_stay_whole_when_a_newer_program_reads_the_feeds_words_otherwise(loader):
    load(loader, times="Mondays 2pm")
    retime(loader, "Tuesdays")
    held = tea(loader).meetings
    record = replace(tea(loader), times="Mondays 2pm", meetings=())
    with loader.database.writing() as connection:
        records.save_feed(connection, GROUPS, [record], by="feed", start=lambda: 9)
    assert tea(loader).times == "Tuesdays" and tea(loader).meetings == held


def test_new_times_in_the_feed_replace_times_and_meetings_by_hand(loader):
    load(loader, times="Mondays 2pm")
    retime(loader, "Tuesdays")
    load(loader, times="Fridays 3pm")
    found = tea(loader)
    assert found.times == "Fridays 3pm" and found.meetings[0].session.text == "Fridays 3pm"


def test_times_by_hand_move_with_the_feed_to_another_hub(loader):
    loader.load("hubs", HUBS)
    load(loader, times="Mondays 2pm", venue="leigh-library")
    retime_at_hub(loader, "Tuesdays", "leigh-library")
    load(loader, times="Mondays 2pm", venue="chalkwell-hall")
    found = tea(loader)
    assert found.times == "Tuesdays" and found.hub_id == "chalkwell-hall"
    assert {meeting.hub_id for meeting in found.meetings} == {"chalkwell-hall"}


def retime_at_hub(loader, times, hub):
    meetings = json.dumps([{"hub": hub, "rule": {"freq": "weekly", "weekdays": [1]}, "text": times}])
    edit(loader, times=times, meetings=load_meetings(meetings), hub_id=hub)


def test_new_times_in_the_feed_are_at_the_hub_that_people_gave(loader):
    loader.load("hubs", HUBS)
    load(loader, times="Mondays 2pm", venue="leigh-library")
    held = tea(loader).meetings
    edit(loader, hub_id="chalkwell-hall",
         meetings=tuple(replace(meeting, hub_id="chalkwell-hall") for meeting in held))
    load(loader, times="Fridays 3pm", venue="leigh-library")
    found = tea(loader)
    assert found.times == "Fridays 3pm" and found.hub_id == "chalkwell-hall"
    assert {meeting.hub_id for meeting in found.meetings} == {"chalkwell-hall"}


def test_an_earlier_confirmation_in_the_feed_does_not_replace_a_later_one_by_hand(loader):
    load(loader, last_confirmed="2025-01-01", confirmed_by="the list")
    edit(loader, last_confirmed=date(2026, 6, 1), confirmed_by="steward@example.org")
    load(loader, last_confirmed="2025-09-09", confirmed_by="the list")
    assert (tea(loader).last_confirmed, tea(loader).confirmed_by) == (date(2026, 6, 1), "steward@example.org")
    load(loader, last_confirmed="2026-07-01", confirmed_by="the list")
    assert (tea(loader).last_confirmed, tea(loader).confirmed_by) == (date(2026, 7, 1), "the list")


# What is hidden

def test_what_a_steward_hid_stays_hidden_whatever_its_feed_says(loader):
    load(loader, status="active")
    with loader.database.writing() as connection:
        records.hide(connection, GROUPS, "tea", by=STEWARD)
    for status in ("active", "paused", "active"):
        load(loader, status=status, summary=status)
        assert tea(loader).status == "hidden" and tea(loader).summary == status


def test_what_was_merged_into_another_stays_hidden(loader):
    load(loader)
    with loader.database.writing() as connection:
        number = records.start_import(connection, by=STEWARD, layer="groups", file="", source="", kind="merge")
        record, version = records.get(connection, GROUPS, "tea")
        records.save_one(connection, GROUPS, replace(record, status="hidden"), version=version, by=STEWARD,
                         import_id=number)
    load(loader, summary="News")
    assert tea(loader).status == "hidden"
    with loader.database.writing() as connection:
        undo.undo_set(connection, number, by=STEWARD)
    assert load(loader, summary="News").counts["unchanged"] == 1 and tea(loader).status == "active"


def test_what_an_undone_import_added_comes_back_with_its_feed(loader):
    load(loader, summary="Old")
    undo_newest(loader)
    assert tea(loader).status == "hidden"
    assert load(loader, summary="Old").counts["changed"] == 1
    assert tea(loader).status == "active"


def test_what_a_steward_ended_is_opened_again_only_by_news(loader):
    load(loader, status="active")
    edit(loader, status="ended")
    load(loader, status="active", summary="News")
    assert tea(loader).status == "ended"
    load(loader, status="paused")
    assert tea(loader).status == "paused"


# Undone

def test_an_import_that_was_undone_can_be_loaded_again(loader):
    load(loader, summary="Old")
    load(loader, summary="News")
    undo_newest(loader)
    assert tea(loader).summary == "Old"
    load(loader, summary="News")
    assert tea(loader).summary == "News"


def test_a_hand_edit_that_an_undo_brought_back_is_a_hand_edit_again(loader):
    load(loader, summary="Old")
    edit(loader, summary="By hand")
    load(loader, summary="News")
    undo_newest(loader)
    assert tea(loader).summary == "By hand"
    load(loader, summary="Old")
    assert tea(loader).summary == "By hand", "as before the import that was undone"
    load(loader, summary="News")
    assert tea(loader).summary == "News", "loading that file again is asking for it again"


def test_an_undone_hand_edit_leaves_the_feeds_word_and_its_news(loader):
    load(loader, summary="Old")
    edit(loader, summary="By hand")
    with loader.database.writing() as connection:
        undo.undo_line(connection, history.of_record(connection, "groups", "tea")[0].id, by=STEWARD)
    assert load(loader, summary="Old").counts["unchanged"] == 1
    load(loader, summary="News")
    assert tea(loader).summary == "News"
