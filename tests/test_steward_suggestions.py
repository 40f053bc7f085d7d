"""Stewards decide on what residents suggest: seen as a diff, in one transaction with the record's own change."""

import re
from dataclasses import replace
from threading import Barrier, Thread

import pytest

from assetmap.domain.contact import Contact
from assetmap.domain.suggestion import Purpose, State, document
from assetmap.store import history, suggestions
from tests.conftest import csrf_of, sign_in
from tests.made_up import group, hub
from tests.suggesting import add, change, form_of, private_link, quick, record, send, suggestion, waiting

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


def told(resident, app_, path=REPORT, **typed) -> int:
    """The number of a new suggestion."""
    before = {one.id for one in waiting(app_)}
    private_link(send(resident, path, **typed))
    (new,) = {one.id for one in waiting(app_)} - before
    return new


def press(steward, path: str, do: str, **typed):
    """Open a steward's page and press one of its buttons."""
    return steward.post(path.split("?")[0], data=form_of(steward, path, path.split("?")[0]) | {"do": do} | typed)


def history_of(app_, record_id="chess-club"):
    with app_.extensions["assetmap"].database.reading() as connection:
        return history.of_record(connection, "groups", record_id)


def notice(steward) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", steward.get(HOME).text.partition('role="status">')[2].partition("</div>")[0])


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
    assert "<del>Tuesdays 10am to 12</del>" in page and "<ins>Fridays 2pm to 4</ins>" in page
    assert "<del>£2</del>" in page and "<ins>£3</ins>" in page
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
    assert "<del>Mondays 9am</del>" in page


def test_survive_39_a_record_changed_while_a_steward_looks_is_a_conflict_with_the_fresh_diff(resident, steward, app_):
    number = told(resident, app_, times="Fridays 2pm to 4")
    form = form_of(steward, f"{HOME}/{number}")
    change(app_, "groups", "chess-club", times="Mondays 9am", by="other@example.org")
    answer = steward.post(f"{HOME}/{number}", data=form | {"do": "accept", "answer": "Thanks!"})
    assert answer.status_code == 409 and "while you were looking" in answer.text
    assert "<del>Mondays 9am</del>" in answer.text and "Thanks!" in answer.text
    assert record(app_, "groups", "chess-club")[0].times == "Mondays 9am" and suggestion(app_, number).waits
    assert press(steward, f"{HOME}/{number}", "accept").status_code == 303
    assert record(app_, "groups", "chess-club")[0].times == "Fridays 2pm to 4"


def test_survive_39_a_record_changed_while_a_steward_edits_keeps_what_was_typed(resident, steward, app_):
    number = told(resident, app_, times="Fridays 2pm to 4")
    form = form_of(steward, f"{HOME}/{number}/edit")
    change(app_, "groups", "chess-club", name="Chess and Go", by="other@example.org")
    answer = steward.post(f"{HOME}/{number}/edit", data=form | {"do": "accept", "summary": "Boards and tea"})
    assert answer.status_code == 409 and "while you were editing" in answer.text and "Boards and tea" in answer.text
    assert "<del>Chess and Go</del>" in answer.text
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


# Something new


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


def test_something_new_that_is_there_already_is_offered_and_can_become_a_correction(resident, steward, app_):
    number = told(resident, app_, "/suggest", name="The Chess Club", when="Fridays 2pm to 4")
    page = steward.get(f"{HOME}/{number}").text
    assert "Is it one of these?" in page and "None of these: add it" in page and 'value="chess-club"' in page
    answer = steward.post(f"{HOME}/{number}", data={"csrf": csrf_of(steward), "do": "same", "same_as": "chess-club"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{HOME}/{number}")
    page = steward.get(f"{HOME}/{number}").text
    assert "<del>Tuesdays 10am to 12</del>" in page and "<ins>Fridays 2pm to 4</ins>" in page
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
    both = steward.get(f"{HOME}/{first}?also={second}").text
    assert "<ins>Fridays 2pm to 4</ins>" in both and "<ins>Free</ins>" in both
    press(steward, f"{HOME}/{first}?also={second}", "accept", answer="Both right.", also=str(second))
    changed = record(app_, "groups", "chess-club")[0]
    assert (changed.times, changed.cost) == ("Fridays 2pm to 4", "free")
    assert [suggestion(app_, n).answer for n in (first, second)] == ["Both right."] * 2
    assert len(history_of(app_)) == 2


def test_those_that_do_not_agree_are_said_not_to(resident, steward, app_):
    first = told(resident, app_, times="Fridays 2pm to 4")
    second = told(resident, app_, times="Thursdays 2pm to 4")
    page = steward.get(f"{HOME}/{first}?also={second}").text
    assert "They do not agree about: Days and times" in page and "<ins>Thursdays 2pm to 4</ins>" in page


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
        assert steward.post(path, data={"csrf": csrf_of(steward), "do": "accept"}).status_code == 404


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
            for sign in ("1849", "<script>alert", "<img src=x", 'href="javascript:', "\u202e", "\x1b"):
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


def test_a_group_that_meets_in_a_home_can_be_corrected_without_its_door_being_lost(resident, steward, app_):
    add(app_, "groups", replace(group("whisper"), meets_in_home=True, address="17 Secret Crescent", postcode="SS2 6ER",
                                times="Mondays 10am"))
    number = told(resident, app_, "/groups/whisper/report", times="Tuesdays 10am", detail="Now on Tuesdays")
    press(steward, f"{HOME}/{number}", "accept")
    held = record(app_, "groups", "whisper")[0]
    assert (held.times, held.address, held.postcode) == ("Tuesdays 10am", "17 Secret Crescent", "SS2 6ER")
