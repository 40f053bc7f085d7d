"""A form is read by the same checks as a file's rows, and gives back what it was filled in with."""

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies

from assetmap.importing.form import fields_of, read_form, record_with
from assetmap.store import records
from assetmap.store.database import Database
from assetmap.store.rows import LAYERS, content_of, record_of
from tests.conftest import settings_at
from tests.loading import HUBS, Loader

HOMES = {"hubs": 39, "groups": 216, "opportunities": 107}


@pytest.fixture(scope="module")
def sample(made_sample, tmp_path_factory):
    import shutil

    place = settings_at(shutil.copytree(made_sample, tmp_path_factory.mktemp("form") / "instance"))
    database = Database(place.database_address)
    with database.reading() as connection:
        yield connection, place
    database.dispose()


def every(connection, layer):
    return [record_of(LAYERS[layer], row) for row in records.rows(connection, LAYERS[layer])]


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    loader.load("hubs", HUBS)
    yield loader
    loader.database.dispose()


def read(loader, layer, fields, base=None):
    with loader.database.reading() as connection:
        return read_form(connection, loader.settings, layer, fields, base)


@pytest.mark.parametrize("layer", HOMES)
def test_every_record_of_the_sample_is_itself_again(sample, layer):
    connection, place = sample
    held = every(connection, layer)
    assert len(held) == HOMES[layer]
    for record in held:
        assert read_form(connection, place, layer, fields_of(connection, layer, record), record).record == record


@pytest.mark.parametrize("layer", HOMES)
def test_the_texts_alone_make_the_record_again_but_for_where_it_came_from(sample, layer):
    connection, place = sample
    for record in every(connection, layer)[::4]:
        made = read_form(connection, place, layer, fields_of(connection, layer, record)).record
        assert (made.source, made.source_id) == ("", "")
        assert replace(made, source=record.source, source_id=record.source_id) == record


@pytest.mark.parametrize("layer", HOMES)
def test_one_changed_field_changes_nothing_else(sample, layer):
    connection, place = sample
    for record in every(connection, layer)[::5]:
        made = read_form(connection, place, layer, {"notes": "Ask for Sam."}, record).record
        assert made == replace(record, notes="Ask for Sam.")


@pytest.mark.parametrize("layer", LAYERS)
def test_a_record_is_its_content_again(sample, layer):
    connection, _place = sample
    for record in every(connection, layer):
        assert record_with(layer, record.id, content_of(LAYERS[layer], record)) == record


@settings(max_examples=60)
@given(fields=strategies.dictionaries(
    strategies.sampled_from(["name", "summary", "times", "venue", "postcode", "lat", "lon", "phone", "website", "cost",
                             "age_min", "access", "categories", "last_confirmed", "notes", "position_from"]),
    strategies.text(max_size=60)))
def test_whatever_is_typed_there_is_a_record_or_a_sentence_for_each_fault(sample, fields):
    connection, place = sample
    base = every(connection, "groups")[0]
    for known in (None, base):
        made = read_form(connection, place, "groups", fields, known)
        assert (made.record is None) == bool(made.errors)
        for sentence in (*made.errors.values(), *made.notices):
            assert sentence[0] == sentence[0].upper() and sentence.endswith((".", "?"))
            assert "row" not in sentence.split("”")[-1].split() and "column" not in sentence.split("”")[-1].split()
        if made.record:
            assert (made.record.source, made.record.source_id) == ((base.source, base.source_id) if known else ("", ""))


@pytest.mark.parametrize(("field", "text", "sentence"), [
    ("name", "", "This is needed."), ("name", "\x00\x07", "This is needed."),
    ("postcode", "hello", "“hello” is not a postcode. A postcode looks like SS1 2AB."),
    ("lat", "536000", "This is 536000, and should be between -90 and 90."),
    ("phone", "12", "This is “12”, which is not a telephone number."),
    ("email", "nobody at home", "This is “nobody at home”, which is not one e-mail address."),
    ("website", "what?", "This is “what?”, which is not a web address."),
    ("website", "javascript:alert(1)", "This is “javascript:alert(1)”, and a web address starts with https:// or "
                                       "http://.")])
def test_a_fault_is_told_in_the_words_of_a_form(loader, field, text, sentence):
    fields = {"name": "Tea", field: text} | ({"lon": "0.7"} if field == "lat" else {})
    assert read(loader, "groups", fields).errors == {field: sentence}


@pytest.mark.parametrize(("lat", "lon", "faults"), [
    ("nan", "nan", {"lat": "This is “nan”, and should be a number such as 51.54.",
                    "lon": "This is “nan”, and should be a number such as 0.71."}),
    ("1e400", "0.7", {"lat": "This is “1e400”, and should be a number such as 51.54."}),
    ("51.5", "n/a", {"lon": "This is “n/a”, and should be a number such as 0.71."}),
    ("-", "", {"lat": "This is “-”, and should be a number such as 51.54."}),
    ("north", "0.7", {"lat": "This is “north”, and should be a number such as 51.54."}),
    ("0", "0.0", {"lat": "This point lies in the sea off Africa. Leave both empty if the place is not known."})])
def test_a_position_that_is_none_is_a_fault_beside_its_field(loader, lat, lon, faults):
    position = {"position_from": "given", "lat": lat, "lon": lon}
    assert read(loader, "groups", {"name": "Tea", **position}).errors == faults
    there = loader.all("hubs")["leigh-library"]
    assert read(loader, "hubs", position, there).errors == faults
    assert read(loader, "hubs", {"lat": "51.5", "lon": "0"}, there).record.location.place.lon == 0


def test_a_file_may_write_no_position_as_not_a_number_or_as_0_0(loader):
    loader.load("groups", "name,lat,lon\nTea,nan,nan\nChess,0,0\nDarts,n/a,-\n")
    assert loader.report.applied and not loader.report.problems
    assert all(group.location.place is None for group in loader.all("groups").values())


def test_metres_in_the_degrees_fields_are_told(loader):
    said = read(loader, "groups", {"name": "Tea", "lat": "185000", "lon": "536000"}).errors["lat"]
    assert "British National Grid" in said and "column" not in said


def test_an_opportunity_needs_its_kind(loader):
    assert read(loader, "opportunities", {"name": "Tea"}).errors == {"kind": "Choose one."}


def test_what_is_not_understood_stays_as_text_and_the_notices_say_so(loader):
    made = read(loader, "groups", {"name": "Tea", "times": "when the moon is full", "venue": "The Boathouse",
                                   "access": "step_free;a ramp", "categories": "kites", "cost": "a song"})
    record = made.record
    assert record.meetings[0].session.text == "when the moon is full" and record.address == "The Boathouse"
    assert record.access == ("step_free",) and "a ramp" in record.notes and record.other_categories == ("kites",)
    assert record.cost_note == "a song" and len(made.notices) == 5


def test_a_venue_is_known_by_its_name_as_by_its_id(loader):
    for venue in ("leigh-library", "Leigh Library", " leigh  library "):
        assert read(loader, "groups", {"name": "Tea", "times": "Mondays 2-4pm", "venue": venue}).record.hub_id == \
            "leigh-library"
    both = read(loader, "groups", {"name": "Tea", "venue": "Leigh Library; Chalkwell Hall"}).record
    assert {meeting.hub_id for meeting in both.meetings} | {both.hub_id} == {"leigh-library", "chalkwell-hall"}


def test_another_name_for_the_same_venue_is_no_change(loader):
    loader.load("groups", "name,times,venue\nTea,Mondays 2-4pm,leigh-library\n")
    tea = loader.one("groups")
    assert read(loader, "groups", {"venue": "Leigh Library"}, tea).record is tea


def test_times_once_understood_are_not_read_again(loader):
    """A date without a year meant the year in which it was written."""
    loader.load("groups", "name,times\nFair,5 December 10am-2pm\n")
    fair = loader.one("groups")
    old = replace(fair, meetings=tuple(replace(m, session=replace(m.session, note="year assumed: 2020"))
                                       for m in fair.meetings))
    assert read(loader, "groups", {"times": "5 December 10am-2pm ", "summary": "x"}, old).record.meetings == \
        old.meetings


def test_a_postcode_that_is_no_longer_known_does_not_stand_in_the_way_of_another_field(loader):
    loader.load("groups", "name,postcode\nTea,SS1 2AB\n")
    tea = replace(loader.one("groups"), postcode="ZZ1 1ZZ")
    made = read(loader, "groups", {"summary": "New"}, tea)
    assert (made.record.summary, made.record.postcode, made.record.location) == ("New", "ZZ1 1ZZ", tea.location)


def test_a_code_that_the_vocabulary_lost_stays(loader):
    loader.load("groups", "name,categories\nTea,walking\n")
    tea = replace(loader.one("groups"), categories=("gone", "walking"), access=("lost",))
    made = read(loader, "groups", {"summary": "New"}, tea).record
    assert (made.categories, made.access, made.notes) == (("gone", "walking"), ("lost",), "")


def test_an_unknown_field_and_the_bookkeeping_are_not_taken_from_a_form(loader):
    loader.load("groups", "name,source_id\nTea,7\n")
    tea = loader.one("groups")
    made = read(loader, "groups", {"source": "x", "source_id": "y", "id": "z", "nonsense": "?"}, tea)
    assert made.record is tea and not made.errors


def test_a_new_record_gets_the_id_of_its_name(loader):
    assert read(loader, "groups", {"name": "Tea & Chat"}).record.id == "tea-chat"
    assert read(loader, "groups", {"name": "Tea & Chat", "id": "tea"}).record.id == "tea"


def test_lines_of_a_browser_are_not_a_change(loader):
    loader.load("groups", 'name,description\nTea,"one\ntwo"\n')
    tea = loader.one("groups")
    assert read(loader, "groups", {"description": "one\r\ntwo"}, tea).record is tea
