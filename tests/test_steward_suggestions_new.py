"""Stewards decide on something new, on several suggestions together, and on what is hostile, hidden or merged."""

import re
from dataclasses import replace

import pytest

from assetmap.domain.contact import Contact
from assetmap.domain.suggestion import Purpose, State, document
from assetmap.store import suggestions
from tests.conftest import csrf_of, sign_in
from tests.evaluated import was_evaluated
from tests.made_up import group, hub
from tests.suggesting import (
    add,
    change,
    form_of,
    history_of,
    notice,
    press,
    private_link,
    quick,
    record,
    send,
    suggestion,
    told,
    waiting,
    would_change,
)

REPORT, HOME = "/groups/chess-club/report", "/steward/suggestions"


@pytest.fixture
def app_(own_app):
    quick(own_app)
    add(own_app, "hubs", hub("chalk-hall", 51.5413, 0.6784, name="Chalk Hall"))
    add(own_app, "groups", group("chess-club", name="Chess Club", times="Tuesdays 10am to 12", cost="paid",
                                 cost_note="£2", contact=Contact("01632 960001", "", "", False)))
    return own_app


@pytest.fixture
def resident(app_):
    return app_.test_client()


@pytest.fixture
def steward(app_):
    client = app_.test_client()
    sign_in(client)
    return client


def test_something_new_becomes_a_record(resident, steward, app_):
    number = told(resident, app_, "/suggest", name="Kites on the beach", what_happens="We fly kites.",
                  where="Chalk Hall", when="Sundays 2pm to 4", cost="free",
                  contact_point="hello@kites.example or 01632 960123, www.kites.example")
    link = f"{HOME}/{number}"
    assert "Kites on the beach" in steward.get(link).text
    assert press(steward, link, "accept").status_code == 303
    decided = suggestion(app_, number)
    made, _version = record(app_, "groups", decided.record_id)
    assert (made.name, made.description, made.times, made.cost) == (
        "Kites on the beach", "We fly kites.", "Sundays 2pm to 4", "free")
    assert made.hub_id == "chalk-hall" and len(made.meetings) == 1
    assert made.contact == Contact("01632 960123", "hello@kites.example", "https://www.kites.example", False)
    assert (made.source, made.status) == ("by hand", "active")
    app_.extensions["assetmap"].current.refresh()
    page = resident.get(f"/groups/{made.id}").text
    assert "Kites on the beach" in page and "960123" not in page  # nobody consented


def test_accepting_something_new_twice_makes_one_record(resident, steward, app_):
    number = told(resident, app_, "/suggest", name="Kites on the beach")
    form = form_of(steward, f"{HOME}/{number}") | {"do": "accept"}
    ids = set()
    for _time in range(3):
        assert steward.post(f"{HOME}/{number}", data=form).status_code == 303
        ids.add(suggestion(app_, number).record_id)
    assert ids == {"kites-on-the-beach"}
    from assetmap.domain.errors import NotFound

    with pytest.raises(NotFound):
        record(app_, "groups", "kites-on-the-beach-2")


def test_a_place_and_an_offer_become_records_too(resident, steward, app_):
    barn = told(resident, app_, "/suggest", name="The Barn", kind="place", where="Barn Lane, SS1 1BW", when="Daily 9-5")
    press(steward, f"{HOME}/{barn}", "accept")
    made = record(app_, "hubs", suggestion(app_, barn).record_id)[0]
    assert (made.address, made.postcode, made.opening_hours) == ("Barn Lane", "SS1 1BW", "Daily 9-5")
    offer = told(resident, app_, "/suggest", name="A lift to church", kind="ask", what_happens="On Sundays.")
    page = steward.get(f"{HOME}/{offer}").text
    assert "It cannot be kept as it is" in page  # of which kind it is, only a steward can say
    done = press(steward, f"{HOME}/{offer}/edit", "accept", kind="befriending")
    assert done.status_code == 303, re.findall(r'class="error".*?</p>', done.text, re.DOTALL)
    made = record(app_, "opportunities", suggestion(app_, offer).record_id)[0]
    assert (made.direction, made.kind, made.summary) == ("ask", "befriending", "On Sundays.")


def test_what_a_person_gave_to_be_reached_by_never_comes_into_an_offer_or_its_history(resident, steward, app_):
    ask = told(resident, app_, "/suggest", name="A lift to church", kind="ask",
               contact_point="Jo Marker, 01632 960555, jo.marker@example.org")
    assert "They do not go into the entry" in steward.get(f"{HOME}/{ask}").text
    assert press(steward, f"{HOME}/{ask}/edit", "accept", kind="befriending").status_code == 303
    made = record(app_, "opportunities", suggestion(app_, ask).record_id)[0]
    assert (made.contact.phone, made.contact.email) == ("", "")
    with app_.extensions["assetmap"].database.reading() as connection:
        held = connection.exec_driver_sql("SELECT * FROM history").all()
        assert "960555" not in repr(held) and "jo.marker" not in repr(held)


def test_something_new_that_is_there_already_is_offered_and_can_become_a_correction(resident, steward, app_):
    number = told(resident, app_, "/suggest", name="The Chess Club", when="Fridays 2pm to 4")
    page = steward.get(f"{HOME}/{number}").text
    assert "Is it one of these?" in page and "None of these: add it" in page and 'value="chess-club"' in page
    answer = steward.post(f"{HOME}/{number}", data={"csrf": csrf_of(steward), "do": "same", "same_as": "chess-club"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{HOME}/{number}")
    page = steward.get(f"{HOME}/{number}").text
    assert ("Tuesdays 10am to 12", "Fridays 2pm to 4") in would_change(page).values()
    press(steward, f"{HOME}/{number}", "accept")
    assert record(app_, "groups", "chess-club")[0].times == "Fridays 2pm to 4"


def test_one_of_the_very_same_name_is_offered_too(resident, steward, app_):
    number = told(resident, app_, "/suggest", name="Chess Club")
    assert 'value="chess-club"' in steward.get(f"{HOME}/{number}").text


# Several together


def test_several_about_one_record_are_looked_at_and_decided_together(resident, steward, app_):
    first = told(resident, app_, times="Fridays 2pm to 4")
    second = told(resident, app_, cost="free", detail="It costs nothing now.")
    page = steward.get(f"{HOME}/{first}").text
    assert "Others say of the same" in page and "It costs nothing now." in page
    both = would_change(steward.get(f"{HOME}/{first}?also={second}").text)
    assert {"Fridays 2pm to 4", "Free"} <= {after for _before, after in both.values()}
    press(steward, f"{HOME}/{first}?also={second}", "accept", answer="Both right.", also=str(second))
    changed = record(app_, "groups", "chess-club")[0]
    assert (changed.times, changed.cost) == ("Fridays 2pm to 4", "free")
    assert [suggestion(app_, n).answer for n in (first, second)] == ["Both right."] * 2
    assert len(history_of(app_)) == 2


def test_those_that_do_not_agree_are_said_not_to(resident, steward, app_):
    first = told(resident, app_, times="Fridays 2pm to 4")
    second = told(resident, app_, times="Thursdays 2pm to 4")
    page = steward.get(f"{HOME}/{first}?also={second}").text
    assert "They do not agree about: Days and times" in page
    assert ("Tuesdays 10am to 12", "Thursdays 2pm to 4") in would_change(page).values()


def test_something_new_without_a_place_is_said_to_be_in_the_list_and_to_lack_one(resident, steward, app_):
    number = told(resident, app_, "/suggest", name="Kites somewhere")
    press(steward, f"{HOME}/{number}", "accept")
    said = notice(steward)
    assert "“Kites somewhere” is in the list now. It has no place on the map yet" in said
    assert "on the map now" not in said
    number = told(resident, app_, "/suggest", name="Kites at the hall", where="Chalk Hall")
    press(steward, f"{HOME}/{number}", "accept")
    assert "“Kites at the hall” is on the map now" in notice(steward)
    row = re.sub(r"\s+", " ", steward.get("/steward/groups?q=Kites+somewhere").text)
    assert "Not on the map" in row and ">Shown<" in row and ">On the map<" not in row


def test_a_cards_heading_leads_to_the_decision(resident, steward, app_):
    number = told(resident, app_, REPORT, detail="It is on Mondays.")
    page = steward.get(HOME).text
    assert f'<a href="{HOME}/{number}">Chess Club</a></h2>' in page and "Look and decide" in page
    assert 'href="/groups/chess-club"' in page


def test_another_records_suggestion_cannot_be_drawn_in(resident, steward, app_):
    first = told(resident, app_, times="Fridays 2pm to 4")
    other = told(resident, app_, "/suggest", name="Kites")
    press(steward, f"{HOME}/{first}", "accept", also=[str(other), "x", "9" * 30])
    assert suggestion(app_, other).waits and not suggestion(app_, first).waits


def test_rubbish_is_put_away_many_at_once_without_an_answer(resident, steward, app_):
    numbers = [told(resident, app_, "/suggest", name=f"Buy {what}") for what in ("gold", "pills", "land")]
    form = form_of(steward, HOME)
    answer = steward.post(HOME, data=form | {"number": [str(n) for n in numbers[:2]], "do": "spam"})
    assert answer.status_code == 303 and "2 suggestions were put away" in notice(steward)
    assert [suggestion(app_, n).state for n in numbers] == [State.DECLINED, State.DECLINED, State.WAITING]
    again = steward.post(HOME, data=form | {"number": [str(n) for n in numbers], "do": "spam"})
    assert again.status_code == 303 and "2 were decided before" in notice(steward)
    steward.post(HOME, data=form)
    assert "Nothing was ticked" in notice(steward)


# What it must survive


def test_a_suggestion_about_a_record_that_was_hidden_can_still_be_decided(resident, steward, app_):
    number = told(resident, app_, times="Fridays 2pm to 4")
    change(app_, "groups", "chess-club", status="hidden")
    assert "hidden from the public" in steward.get(f"{HOME}/{number}").text
    assert press(steward, f"{HOME}/{number}", "decline").status_code == 303
    assert steward.get(HOME + "?state=declined").status_code == 200


@pytest.mark.parametrize("number", ["0", "999999", str(10**12), str(10**40)])
def test_a_suggestion_that_there_is_not_is_not_found(number, steward):
    for path in (f"{HOME}/{number}", f"{HOME}/{number}/edit"):
        assert steward.get(path).status_code == 404
        assert steward.post(path, data={"csrf": csrf_of(steward), "do": "accept"}).status_code in (404, 405)


@pytest.mark.parametrize("words", ["{{43*43}}", "{% off", "${7*7}", "`tick`", "</script><script>alert(1)</script>",
                                   "javascript:alert(1)", "lone \ud800", "nul \x00 \x1b[31m",
                                   "\u202egnp.exe 👩‍👩‍👧 n\u0303", "=1+1", "<img src=x onerror=alert(1)>"])
def test_survive_1_to_9_a_steward_sees_and_keeps_hostile_words_as_words(words, resident, steward, app_):
    sent = words.encode("utf-8", "surrogatepass")
    numbers = [told(resident, app_, times=sent, detail=sent, address=sent),
               told(resident, app_, "/suggest", name=b"A " + sent, where=sent, when=sent, contact_point=sent)]
    for number in numbers:
        for path in (HOME, f"{HOME}/{number}", f"{HOME}/{number}/edit"):
            page = steward.get(path)
            assert page.status_code == 200
            assert not was_evaluated(page.text)
            for sign in ("<script>alert", "<img src=x", 'href="javascript:', "\u202e", "\x1b"):
                assert sign not in page.text.lower()
        done = press(steward, f"{HOME}/{number}", "accept", answer=sent)
        assert done.status_code == 303, re.findall(r'class="error".*?</p>', done.text, re.DOTALL)
        app_.extensions["assetmap"].current.refresh()
        assert resident.get(f"/groups/{suggestion(app_, number).record_id}").status_code == 200


def test_only_stewards_see_what_waits(resident, app_):
    number = told(resident, app_, detail="Between us: Xyzzy")
    for role in ("connector", "planner"):
        client = app_.test_client()
        sign_in(client, role)
        for path in (HOME, f"{HOME}/{number}", f"{HOME}/{number}/edit"):
            answer = client.get(path)
            assert answer.status_code == 403 and "Xyzzy" not in answer.text
    for path in (HOME, f"{HOME}/{number}"):
        assert resident.get(path).status_code == 303 and resident.post(path).status_code == 401
    assert suggestion(app_, number).waits


def test_a_groups_own_word_by_its_link_is_decided_on_here_too(steward, app_):
    with app_.extensions["assetmap"].database.writing() as connection:
        suggestions.add(connection, token="t", link="l", layer="groups", record_id="chess-club", version=1,
                        document=document(Purpose.GROUP, fields={"times": "Fridays 2pm to 4", "contact_consent": "yes"},
                                          shown={"times": "Tuesdays 10am to 12", "contact_consent": "no"}))
    number = waiting(app_)[0].id
    assert "From the group itself" in steward.get(f"{HOME}/{number}").text
    press(steward, f"{HOME}/{number}", "accept")
    held = record(app_, "groups", "chess-club")[0]
    assert held.contact.consent and held.confirmed_by == "the group" and held.times == "Fridays 2pm to 4"


def test_an_organisations_own_word_is_decided_on_here_too(steward, app_):
    from assetmap.domain.organisation import Organisation

    add(app_, "organisations", Organisation("helpers", "The Helpers"))
    with app_.extensions["assetmap"].database.writing() as connection:
        suggestions.add(connection, token="t", link="l", layer="organisations", record_id="helpers", version=1,
                        document=document(Purpose.GROUP, fields={"contact_consent": "yes"}, detail="We moved.",
                                          shown={"contact_consent": "no"}))
    number = waiting(app_)[0].id
    assert "The Helpers" in steward.get(HOME).text and "We moved." in steward.get(f"{HOME}/{number}").text
    assert steward.get(f"{HOME}/{number}/edit").status_code == 200
    press(steward, f"{HOME}/{number}", "accept")
    assert record(app_, "organisations", "helpers")[0].contact.consent


def test_a_group_that_meets_in_a_home_can_be_corrected_without_its_door_being_lost(resident, steward, app_):
    add(app_, "groups", replace(group("whisper"), meets_in_home=True, address="17 Secret Crescent", postcode="SS2 6ER",
                                times="Mondays 10am"))
    number = told(resident, app_, "/groups/whisper/report", times="Tuesdays 10am", detail="Now on Tuesdays")
    press(steward, f"{HOME}/{number}", "accept")
    held = record(app_, "groups", "whisper")[0]
    assert (held.times, held.address, held.postcode) == ("Tuesdays 10am", "17 Secret Crescent", "SS2 6ER")


def test_a_suggestion_about_a_record_that_was_merged_is_about_what_it_became_part_of(resident, steward, app_):
    from assetmap.store import merging
    from assetmap.store.rows import LAYERS

    add(app_, "groups", group("chess-circle", name="Chess Circle", times="Mondays 10am"))
    link = private_link(send(resident, REPORT, times="Fridays 2pm to 4"))
    number = waiting(app_)[0].id
    with app_.extensions["assetmap"].database.writing() as connection:
        kept, version = record(app_, "groups", "chess-circle")
        merging.merge(connection, LAYERS["groups"], kept, "chess-club", version=version,
                      lose_version=record(app_, "groups", "chess-club")[1], by="steward@example.org")
    app_.extensions["assetmap"].current.refresh()
    page = steward.get(f"{HOME}/{number}").text
    assert "became part of “Chess Circle”" in page
    assert ("Mondays 10am", "Fridays 2pm to 4") in would_change(page).values()
    assert press(steward, f"{HOME}/{number}", "accept").status_code == 303
    assert record(app_, "groups", "chess-circle")[0].times == "Fridays 2pm to 4"
    assert 'href="/groups/chess-circle"' in resident.get(link).text
