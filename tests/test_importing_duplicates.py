"""Pairs of the store's records, records like a new one, rows of a file like records; and two brought together."""

from dataclasses import replace
from datetime import date

import pytest

from assetmap.domain.contact import Contact
from assetmap.domain.group import Group
from assetmap.domain.location import Location, LocationSource
from assetmap.domain.organisation import Organisation
from assetmap.domain.place import Place
from assetmap.importing import duplicates
from assetmap.importing.side_by_side import (
    BOTH,
    EXACT,
    FIRST,
    KEPT,
    MORE,
    NEWER,
    ONLY_ONE,
    PRIVATE,
    SECOND,
    brought_together,
    side_by_side,
)
from assetmap.settings import Settings
from assetmap.store import likeness, records
from assetmap.store.rows import LAYERS, content_of
from tests.loading import HUBS, Loader

GROUPS = """id,name,times,venue,phone,status
tea,Knit & Natter,Mondays 10am,leigh-library,01632 960123,
natter,The Knit and Natter Group,,leigh-library,,
cubs,1st Leigh Cubs,Mondays 6pm,leigh-library,,
beavers,1st Leigh Beavers,Mondays 5pm,leigh-library,,
far,Knit and Natter,,chalkwell-hall,,
over,Knit and Natter,,leigh-library,,ended
"""
HERE, THERE = Place(51.5418, 0.6553), Place(51.5413, 0.6784)


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    yield loader
    loader.database.dispose()


@pytest.fixture
def knitters(loader):
    loader.load("hubs", HUBS)
    loader.load("groups", GROUPS)
    return loader


def pairs(loader, layer="groups", settings=None):
    with loader.database.reading() as connection:
        return duplicates.pairs(connection, settings or loader.settings, layer)


def like(loader, record, layer="groups", **options):
    with loader.database.reading() as connection:
        return duplicates.like(connection, loader.settings, layer, record, **options)


def ids(found):
    return [(pair.first_id, pair.second_id) for pair in found]


def test_one_group_twice_at_a_hub_is_a_pair_with_its_reasons(knitters):
    (pair,) = pairs(knitters)
    assert (pair.layer, pair.first_id, pair.second_id) == ("groups", "natter", "tea")
    assert pair.sentence() == "the names differ by “The”, “Group” and “and”/“&”; at the same point"
    assert pair.metres == 0.0 and 0.8 < pair.score < 1


def test_hidden_and_ended_records_are_no_pairs(knitters):
    with knitters.database.writing() as connection:
        records.hide(connection, LAYERS["groups"], "natter", by="jo")
    assert pairs(knitters) == []


def test_what_is_said_not_to_be_the_same_is_remembered_and_can_be_taken_back(knitters):
    with knitters.database.writing() as connection:
        assert likeness.remember_not_same(connection, "groups", [("tea", "natter"), ("natter", "tea")], by="jo") == 1
        assert likeness.remember_not_same(connection, "groups", [("natter", "tea")], by="jo") == 0
    assert pairs(knitters) == []
    with knitters.database.reading() as connection:
        (row,) = likeness.said_not_same(connection)
    assert (row["first_id"], row["second_id"], row["by"]) == ("natter", "tea", "jo")
    with knitters.database.writing() as connection:
        assert likeness.forget_not_same(connection, "groups", ("tea", "natter"))
        assert not likeness.forget_not_same(connection, "groups", ("tea", "natter"))
    assert len(pairs(knitters)) == 1


def test_the_distance_is_a_setting(loader):
    loader.load("hubs", "id,name,lat,lon\na,Sea Hall,51.5418,0.6553\nb,The Sea Hall,51.5432,0.6553\n")
    assert pairs(loader, "hubs") == []
    wider = Settings(loader.settings.home, {"DUPLICATE_M": 200})
    (pair,) = pairs(loader, "hubs", wider)
    assert pair.metres == pytest.approx(156, abs=2) and "156 m apart" in pair.sentence()


def test_an_offer_and_an_ask_of_one_title_are_two(loader):
    loader.load("opportunities", "id,name,kind,direction,postcode\na,Chess lessons,skill,offer,SS9 2DD\n"
                                 "b,Chess lessons,skill,ask,SS9 2DD\nc,Chess Lessons,skill,ask,SS9 2DD\n")
    assert ids(pairs(loader, "opportunities")) == [("b", "c")]


def test_organisations_with_one_charity_number_are_a_pair_wherever_they_are(loader):
    loader.load("organisations", "id,name,charity_number\na,Harbour Carers,1123456\nb,Quayside Support,1123456\n"
                                 "c,Third Party,99\n")
    assert ids(pairs(loader, "organisations")) == [("a", "b")]


def test_a_new_record_is_compared_with_what_is_there(knitters):
    new = Group("", "Knit and Natter", hub_id="leigh-library")
    found = like(knitters, new)
    assert {one.id for one in found} == {"tea", "natter"} and found[0].score >= found[1].score
    assert like(knitters, new, most=1)[0].id == found[0].id
    assert like(knitters, replace(new, name="1st Leigh Scouts")) == []


def test_a_record_is_not_like_itself_nor_like_one_that_it_was_said_not_to_be(knitters):
    with knitters.database.writing() as connection:
        tea, _ = records.get(connection, LAYERS["groups"], "tea")
        likeness.remember_not_same(connection, "groups", [("tea", "natter")], by="jo")
    assert like(knitters, tea) == []


def test_a_new_record_with_the_telephone_number_of_a_far_one_is_like_it(knitters):
    new = Group("", "Knit and Natter Leigh", location=Location(THERE), contact=Contact(phone="+44 1632 960123"))
    found = {one.id: one.sentence() for one in like(knitters, new)}
    assert "the same telephone number" not in found.get("far", "")
    new = replace(new, name="Knit & Natter")
    assert "the same telephone number" in {one.id: one.sentence() for one in like(knitters, new)}["tea"]


def test_like_an_organisation_of_another_name_with_the_same_number(loader):
    loader.load("organisations", "id,name,charity_number\na,Harbour Carers,1123456\n")
    (found,) = like(loader, Organisation("", "Quayside", charity_number="1123456"), "organisations")
    assert found.id == "a"


def test_rows_of_a_file_are_compared_with_what_is_there_and_known_rows_are_not(knitters):
    rows = [Group("", "Choir", source="new", source_id="1", hub_id="leigh-library"),
            Group("", "KNIT AND NATTER", source="new", source_id="2", hub_id="leigh-library"),
            Group("", "Knit & Natter", source="groups", source_id="tea", hub_id="leigh-library"),
            Group("", "1st Leigh Cubs Pack", source="new", source_id="3", hub_id="leigh-library")]
    contents = [content_of(LAYERS["groups"], row) for row in rows]
    with knitters.database.reading() as connection:
        found = duplicates.like_rows(connection, knitters.settings, "groups", contents)
        assert duplicates.like_rows(connection, knitters.settings, "groups", []) == {}
    assert {position: {one.id for one in likes} for position, likes in found.items()} == {1: {"tea", "natter"}}


def test_an_empty_store_is_like_nothing(loader):
    assert like(loader, Group("", "Tea")) == [] and pairs(loader) == []


FULL = Group("full", "Knit & Natter", summary="A cuppa", categories=("sewing-knitting",), languages=("en",),
             hub_id="leigh-library", postcode="SS9 2DD", location=Location(HERE, LocationSource.GIVEN), notes="One",
             contact=Contact("01632 960123", "", "https://example.org", True), last_confirmed=date(2026, 5, 3),
             source="ours", source_id="1")
OTHER = Group("other", "The Knit and Natter Group", source="theirs", source_id="9")


def proposals(first, second, **options):
    return {one.name: (one.proposed, one.why) for one in side_by_side("groups", first, second, **options).differences}


def test_what_only_one_says_is_proposed_and_nothing_is_lost():
    sides = side_by_side("groups", FULL, OTHER)
    assert sides.kept == FIRST and sides.is_contained
    assert {one.why for one in sides.differences} == {ONLY_ONE, KEPT}
    assert brought_together(sides, {}) == FULL
    back = side_by_side("groups", OTHER, FULL)
    assert back.kept == SECOND and brought_together(back, {}) == FULL


def test_the_one_is_kept_that_more_others_name():
    assert side_by_side("groups", FULL, OTHER, named_by=(0, 2)).kept == SECOND
    assert side_by_side("groups", FULL, OTHER, kept=FIRST, named_by=(0, 2)).kept == FIRST


def test_gaps_of_the_kept_one_are_filled_from_the_other():
    other = replace(OTHER, cost="free", age_min=50, notes="Two", languages=("pl",))
    sides = side_by_side("groups", FULL, other)
    made = brought_together(sides, {})
    assert sides.is_contained
    assert (made.cost, made.age_min, made.notes, made.languages) == ("free", 50, "One\nTwo", ("en", "pl"))
    assert (made.id, made.source, made.source_id) == ("full", "ours", "1")


def test_of_two_that_say_different_things_the_newer_or_the_fuller_is_proposed_and_it_is_a_clash():
    newer = replace(OTHER, summary="A cuppa and wool", last_confirmed=date(2026, 6, 1))
    assert proposals(FULL, newer)["summary"] == (SECOND, NEWER)
    assert proposals(replace(FULL, last_confirmed=None), replace(newer, last_confirmed=None))["summary"] == (SECOND,
                                                                                                             MORE)
    assert not side_by_side("groups", FULL, newer).is_contained
    assert proposals(FULL, replace(OTHER, cost="free", name="Wool"))["name"] == (FIRST, NEWER)


def test_what_was_chosen_is_taken_and_what_cannot_be_is_not():
    other = replace(OTHER, summary="Wool", languages=("pl",))
    sides = side_by_side("groups", FULL, other)
    made = brought_together(sides, {"summary": SECOND, "languages": FIRST, "name": BOTH, "nothing": FIRST})
    assert (made.summary, made.languages, made.name) == ("Wool", ("en",), "Knit & Natter")
    assert brought_together(sides, {"name": SECOND}).name == other.name


def test_a_position_comes_whole_and_the_more_exact_is_proposed():
    near = replace(OTHER, location=Location(Place(51.5419, 0.6554), LocationSource.POSTCODE))
    assert proposals(near, FULL, kept=FIRST)["position"] == (SECOND, EXACT)
    assert side_by_side("groups", near, FULL).is_contained
    away = replace(near, location=Location(THERE, LocationSource.POSTCODE))
    sides = side_by_side("groups", FULL, away)
    assert not sides.is_contained and brought_together(sides, {"position": SECOND}).location == away.location


def test_a_telephone_number_never_takes_another_ones_consent_to_be_published():
    private = replace(OTHER, contact=Contact("01632 960999", "b@example.org"))
    sides = side_by_side("groups", FULL, private)
    assert brought_together(sides, {"contact": SECOND}).contact == replace(private.contact, website="https://example.org")
    mail = replace(OTHER, contact=Contact("", "b@example.org"))
    assert "contact" in {one.name for one in side_by_side("groups", FULL, mail).differences if not one.can_join}
    agreed = replace(OTHER, contact=Contact("", "b@example.org", "", True))
    assert brought_together(side_by_side("groups", FULL, agreed), {}).contact == Contact(
        "01632 960123", "b@example.org", "https://example.org", True)
    same = replace(OTHER, contact=Contact("01632 960123"))
    assert proposals(FULL, same)["contact"] == (SECOND, PRIVATE)


def test_records_that_say_the_same_differ_in_nothing():
    twin = replace(FULL, id="twin", source="theirs", source_id="2")
    sides = side_by_side("groups", FULL, twin)
    assert sides.differences == () and sides.is_contained and "summary" in sides.same and "cost" not in sides.same
