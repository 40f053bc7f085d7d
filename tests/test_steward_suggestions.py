"""Stewards decide on what residents suggest: seen as a diff, in one transaction with the record's own change."""

from threading import Barrier, Thread

import pytest

from assetmap.domain.contact import Contact
from assetmap.domain.suggestion import Purpose, State, document
from assetmap.store import suggestions
from tests.conftest import csrf_of, sign_in
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


def test_what_waits_is_a_list_with_the_oldest_first_and_one_record_together(resident, steward, app_):
    told(resident, app_, detail="First words")
    told(resident, app_, "/suggest", name="Kites on the beach")
    told(resident, app_, times="Fridays 10am")
    page = steward.get(HOME)
    assert page.status_code == 200 and "3 wait for a decision." in page.text
    assert page.text.count('class="box suggestion"') == 2
    assert page.text.index("First words") < page.text.index("Corrects: Days and times") < page.text.index("Kites on")


@pytest.mark.parametrize(("query", "shown"), [
    ("layer=groups", "abd"), ("layer=hubs", "c"), ("what=suggest", "bc"), ("what=running", "d"), ("what=report", "a"),
    ("layer=hubs&what=report", "")])
def test_the_list_can_be_narrowed(query, shown, resident, steward, app_):
    numbers = {"a": told(resident, app_, detail="Wrong"), "b": told(resident, app_, "/suggest", name="Kites"),
               "c": told(resident, app_, "/suggest", name="A barn", kind="place")}
    private_link(send(resident, "/groups/chess-club", "/groups/chess-club/running", still="yes"))
    numbers["d"] = max(one.id for one in waiting(app_))
    page = steward.get(f"{HOME}?{query}").text
    assert {letter for letter, number in numbers.items() if f'href="{HOME}/{number}"' in page} == set(shown)


def test_a_long_list_has_pages(steward, app_):
    with app_.extensions["assetmap"].database.writing() as connection:
        for number in range(45):
            suggestions.add(connection, token=str(number), link=str(number), layer="groups", record_id="",
                            version=None, document=document(Purpose.NEW, fields={"name": f"Group number {number}."}))
    assert "Page 1 of 3" in steward.get(HOME).text
    last = steward.get(HOME + "?page=3").text
    assert "Group number 44." in last and "Group number 39." not in last
    assert steward.get(HOME + "?page=4").status_code == 404


@pytest.mark.parametrize("query", ["state=lost", "layer=wards", "what=x", "page=0", "page=x", "page=1e9"])
def test_a_filter_that_makes_no_sense_gets_a_sentence(query, steward):
    assert steward.get(f"{HOME}?{query}").status_code == 400


def test_an_empty_list_says_so(steward, app_):
    assert "Nothing waits" in steward.get(HOME).text
    assert "Nothing here" in steward.get(HOME + "?state=accepted").text


def test_a_correction_is_a_diff_against_what_is_there_and_accepting_it_changes_the_record(resident, steward, app_):
    number = told(resident, app_, times="Fridays 2pm to 4", cost="£3")
    page = steward.get(f"{HOME}/{number}").text
    assert {("Tuesdays 10am to 12", "Fridays 2pm to 4"), ("£2", "£3")} == set(would_change(page).values())
    answer = press(steward, f"{HOME}/{number}", "accept", answer="Thank you, we rang them.")
    assert (answer.status_code, answer.headers["Location"]) == (303, HOME)
    assert "Accepted: “Chess Club” was changed." in notice(steward)
    changed, _version = record(app_, "groups", "chess-club")
    assert (changed.times, changed.cost, changed.cost_note) == ("Fridays 2pm to 4", "paid", "£3")
    assert len(changed.meetings) == 1 and changed.contact.phone == "01632 960001"
    decided = suggestion(app_, number)
    assert (decided.state, decided.decided_by) == (State.ACCEPTED, "steward@example.org")
    assert history_of(app_)[0].by == "steward@example.org" and "times" in history_of(app_)[0].changes
    app_.extensions["assetmap"].current.refresh()
    assert resident.get("/groups/chess-club.json").json["times"] == "Fridays 2pm to 4"


def test_the_suggester_reads_the_answer(resident, steward, app_):
    link = private_link(send(resident, REPORT, detail="It is on Fridays."))
    press(steward, f"{HOME}/{waiting(app_)[0].id}", "decline", answer="We rang: it is still on Tuesdays.")
    page = resident.get(link).text
    assert "It was not taken up" in page and "still on Tuesdays" in page
    assert record(app_, "groups", "chess-club")[1] == 1


def test_it_has_closed_makes_the_group_ended(resident, steward, app_):
    number = told(resident, app_, closed="yes")
    press(steward, f"{HOME}/{number}", "accept")
    assert record(app_, "groups", "chess-club")[0].status == "ended"


def test_a_yes_confirms_the_group_only_when_a_steward_accepts_it(resident, steward, app_):
    private_link(send(resident, "/groups/chess-club", "/groups/chess-club/running", still="yes"))
    assert record(app_, "groups", "chess-club")[0].last_confirmed is None
    press(steward, f"{HOME}/{waiting(app_)[0].id}", "accept")
    confirmed = record(app_, "groups", "chess-club")[0]
    assert confirmed.last_confirmed is not None and confirmed.confirmed_by == "a steward"


def test_a_yes_never_sets_a_later_confirmation_back(resident, steward, app_):
    from datetime import date, timedelta

    private_link(send(resident, "/groups/chess-club", "/groups/chess-club/running", still="yes"))
    later = date.today() + timedelta(days=1)
    change(app_, "groups", "chess-club", last_confirmed=later, confirmed_by="the group")
    press(steward, f"{HOME}/{waiting(app_)[0].id}", "accept")
    held = record(app_, "groups", "chess-club")[0]
    assert (held.last_confirmed, held.confirmed_by) == (later, "the group")


def test_a_sentence_alone_changes_nothing_when_it_is_accepted(resident, steward, app_):
    number = told(resident, app_, detail="The door is red.")
    assert "Accept: nothing to change" in steward.get(f"{HOME}/{number}").text
    press(steward, f"{HOME}/{number}", "accept")
    assert suggestion(app_, number).state is State.ACCEPTED and record(app_, "groups", "chess-club")[1] == 1


def test_a_new_postcode_moves_the_point_on_the_map(resident, steward, app_):
    number = told(resident, app_, postcode="SS1 1BW")
    press(steward, f"{HOME}/{number}", "accept")
    moved = record(app_, "groups", "chess-club")[0]
    assert moved.postcode == "SS1 1BW" and moved.location.source == "postcode"


def test_a_building_that_is_on_the_map_is_known_by_its_name(resident, steward, app_):
    number = told(resident, app_, venue="chalk hall")
    press(steward, f"{HOME}/{number}", "accept")
    moved = record(app_, "groups", "chess-club")[0]
    assert moved.hub_id == "chalk-hall" and moved.location.place is None


def test_contact_details_from_a_resident_come_with_a_warning_and_stay_unpublished(resident, steward, app_):
    number = told(resident, app_, phone="01632 960777")
    assert "does not see them until the group agrees" in steward.get(f"{HOME}/{number}").text
    press(steward, f"{HOME}/{number}", "accept")
    assert record(app_, "groups", "chess-club")[0].contact == Contact("01632 960777", "", "", False)
    app_.extensions["assetmap"].current.refresh()
    assert "960777" not in resident.get("/groups/chess-club").text
    change(app_, "groups", "chess-club", contact=Contact("01632 960777", "", "", True))
    number = told(resident, app_, phone="01632 960888")
    assert "would see them at once" in steward.get(f"{HOME}/{number}").text


def test_what_cannot_be_kept_as_it_is_has_to_be_edited_first(resident, steward, app_):
    number = told(resident, app_, postcode="SS9 9ZZ")  # a postcode by its form, and there is none like it
    page = steward.get(f"{HOME}/{number}")
    assert "It cannot be kept as it is" in page.text and "no postcode SS9 9ZZ" in page.text
    assert 'value="accept"' not in page.text
    forced = steward.post(f"{HOME}/{number}", data={"csrf": csrf_of(steward), "do": "accept", "version": "1"})
    assert forced.status_code == 400 and "Edit it first" in forced.text
    form = steward.get(f"{HOME}/{number}/edit")
    assert 'value="SS9 9ZZ"' in form.text and 'id="error-postcode"' in form.text
    done = press(steward, f"{HOME}/{number}/edit", "accept", postcode="SS1 1BW", answer="It was another postcode.")
    assert done.status_code == 303
    assert record(app_, "groups", "chess-club")[0].postcode == "SS1 1BW"
    assert suggestion(app_, number).answer == "It was another postcode."


def test_the_edit_form_holds_the_record_with_what_was_suggested_and_saves_only_that(resident, steward, app_):
    number = told(resident, app_, times="Fridays 2pm to 4")
    form = form_of(steward, f"{HOME}/{number}/edit")
    assert form["times"] == "Fridays 2pm to 4" and form["name"] == "Chess Club" and form["phone"] == "01632 960001"
    steward.post(f"{HOME}/{number}/edit", data=form | {"do": "accept", "name": "Chess Circle"})
    assert set(history_of(app_)[0].changes) == {"name", "times", "meetings"}


def test_faults_of_the_edit_form_are_beside_their_fields_and_nothing_is_saved(resident, steward, app_):
    number = told(resident, app_, times="Fridays 2pm to 4")
    answer = press(steward, f"{HOME}/{number}/edit", "accept", name="", age_min="old", answer="y" * 1001)
    assert answer.status_code == 400
    for field in ("name", "age_min", "answer"):
        assert f'id="error-{field}"' in answer.text
    assert suggestion(app_, number).waits and record(app_, "groups", "chess-club")[1] == 1


# Two at once


def test_a_record_changed_since_it_was_suggested_is_said_to_be_so(resident, steward, app_):
    number = told(resident, app_, times="Fridays 2pm to 4", cost="£3")
    change(app_, "groups", "chess-club", times="Mondays 9am")
    page = steward.get(f"{HOME}/{number}").text
    assert "was changed since this was suggested" in page
    assert "it said “Tuesdays 10am to 12” then, and says “Mondays 9am” now" in page
    assert ("Mondays 9am", "Fridays 2pm to 4") in would_change(page).values()


def test_survive_39_a_record_changed_while_a_steward_looks_is_a_conflict_with_the_fresh_diff(resident, steward, app_):
    number = told(resident, app_, times="Fridays 2pm to 4")
    form = form_of(steward, f"{HOME}/{number}")
    change(app_, "groups", "chess-club", times="Mondays 9am", by="other@example.org")
    answer = steward.post(f"{HOME}/{number}", data=form | {"do": "accept", "answer": "Thanks!"})
    assert answer.status_code == 409 and "while you were looking" in answer.text
    assert ("Mondays 9am", "Fridays 2pm to 4") in would_change(answer.text).values() and "Thanks!" in answer.text
    assert record(app_, "groups", "chess-club")[0].times == "Mondays 9am" and suggestion(app_, number).waits
    assert press(steward, f"{HOME}/{number}", "accept").status_code == 303
    assert record(app_, "groups", "chess-club")[0].times == "Fridays 2pm to 4"


def test_survive_39_a_record_changed_while_a_steward_edits_keeps_what_was_typed(resident, steward, app_):
    number = told(resident, app_, times="Fridays 2pm to 4")
    form = form_of(steward, f"{HOME}/{number}/edit")
    change(app_, "groups", "chess-club", name="Chess and Go", by="other@example.org")
    answer = steward.post(f"{HOME}/{number}/edit", data=form | {"do": "accept", "summary": "Boards and tea"})
    assert answer.status_code == 409 and "while you were editing" in answer.text and "Boards and tea" in answer.text
    assert ("Chess and Go", "Chess Club") in would_change(answer.text).values()
    assert suggestion(app_, number).waits


def test_survive_39_of_two_stewards_the_second_is_told(resident, steward, app_):
    number = told(resident, app_, times="Fridays 2pm to 4")
    second = app_.test_client()
    sign_in(second, email="second@example.org")
    form = form_of(second, f"{HOME}/{number}")
    press(steward, f"{HOME}/{number}", "accept")
    for do in ("accept", "decline", "spam"):
        answer = second.post(f"{HOME}/{number}", data=form | {"do": do})
        assert answer.status_code == 409 and "accepted by steward@example.org" in answer.text
    assert suggestion(app_, number).decided_by == "steward@example.org" and len(history_of(app_)) == 2


def test_survive_39_of_two_stewards_at_the_same_moment_one_decides(resident, app_):
    number = told(resident, app_, times="Fridays 2pm to 4")
    clients, barrier, answers = [], Barrier(2), {}
    for name in ("one", "two"):
        client = app_.test_client()
        sign_in(client, email=f"{name}@example.org")
        clients.append((name, client, form_of(client, f"{HOME}/{number}")))

    def decide(name, client, form):
        barrier.wait()
        do = "accept" if name == "one" else "decline"
        answers[name] = client.post(f"{HOME}/{number}", data=form | {"do": do}).status_code

    threads = [Thread(target=decide, args=each) for each in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers.values()) == [303, 409]
    decided = suggestion(app_, number)
    accepted = decided.state is State.ACCEPTED
    assert decided.decided_by == ("one@example.org" if accepted else "two@example.org")
    assert (record(app_, "groups", "chess-club")[1] == 2) == accepted


def test_survive_36_a_decision_sent_twice_is_one_and_one_without_a_token_is_none(resident, steward, app_):
    number = told(resident, app_, times="Fridays 2pm to 4")
    form = form_of(steward, f"{HOME}/{number}") | {"do": "accept"}
    for path in (f"{HOME}/{number}", f"{HOME}/{number}/edit", HOME):
        assert steward.post(path, data=form | {"csrf": "x", "number": str(number)}).status_code == 400
    assert suggestion(app_, number).waits
    for _time in range(2):
        assert steward.post(f"{HOME}/{number}", data=form).status_code == 303
    assert "This was done already" in notice(steward)
    assert len(history_of(app_)) == 2  # added, changed


def test_what_was_taken_back_meanwhile_cannot_be_accepted(resident, steward, app_):
    link = private_link(send(resident, REPORT, times="Fridays 2pm to 4"))
    number = waiting(app_)[0].id
    form = form_of(steward, f"{HOME}/{number}")
    send(resident, link, do="take-back")
    answer = steward.post(f"{HOME}/{number}", data=form | {"do": "accept"})
    assert answer.status_code == 409 and "took it back" in answer.text
    assert record(app_, "groups", "chess-club")[1] == 1
    assert "no longer here" in steward.get(f"{HOME}/{number}").text
    assert "Taken back" in steward.get(HOME + "?state=withdrawn").text
