"""What keeps introductions safe and kind: limits, reports, an end for those who want one, and a word some weeks on."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from assetmap.domain.introduction import MOST_A_DAY, MOST_UNANSWERED, Message, Side, State, is_enough, is_unanswered
from assetmap.settings import Settings
from assetmap.store import confirmations, introductions, merging, messages, people, records, tidying
from assetmap.web import mail
from assetmap.web.relations import after_care
from assetmap.web.signed_in import COOKIE
from tests.conftest import app_over, csrf_of, sign_in, signed_in_as
from tests.introducing import (
    GARDEN,
    KIM,
    LAYER,
    OWNER,
    WORDS,
    answer,
    begin,
    chance,
    change,
    database,
    dump,
    form_of,
    history_of,
    letters,
    link_in,
    only,
    prepared,
    press,
    somebodys,
    weeks_go_by,
)
from tests.mail_server import mail_server

STEWARD = "/steward/introductions"


@pytest.fixture
def app_(own_app):
    return prepared(own_app)


@pytest.fixture
def public(app_):
    return app_.test_client()


@pytest.fixture
def steward(app_):
    client = app_.test_client()
    sign_in(client)
    return client


def decide(steward, number, do):
    return steward.post(f"{STEWARD}/{number}", data={"csrf": csrf_of(steward), "do": do}, follow_redirects=True).text


def at_night(app, **values):
    return Settings(app.extensions["assetmap"].settings.home, {"site_url": "https://map.example.org", **values})


def test_with_a_mail_server_both_are_written_to_and_no_letter_or_page_holds_the_others_address(sample_home):
    with mail_server() as server:
        settings = Settings(sample_home, {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": "none",
                                          "mail_from": "map@example.org", "site_url": "https://map.example.org"})
        with app_over(settings) as app:
            public = prepared(app).test_client()

            def arrived():
                with app.app_context():
                    mail.postman().wait(30)
                return [(one.recipients, email.message_from_bytes(one.data, policy=email.policy.default).get_content())
                        for one in server.received]

            theirs = answer(public).location
            owners = next(re.search(r"https://map.example.org(/introductions/\w+)", text)[1]
                          for to, text in arrived() if to == [OWNER])
            press(public, owners, do="say", message="Come on Saturday.")
            arrived()
            press(public, theirs, do="say", message="I bring the fork.")
            arrived()
            press(public, owners, do="met", then="connected")
            assert sorted(to[0] for to, _text in arrived()) == [KIM, KIM, OWNER, OWNER]
            for to, text in arrived():
                assert {KIM: OWNER, OWNER: KIM}[to[0]] not in text
            for link in (theirs, owners):
                page = public.get(link).text
                assert "Come on Saturday." in page and KIM not in page and OWNER not in page
            assert chance(app).state == "connected"
            # what went is in the mail; those who look after the letters cannot read it
            with database(app).reading() as connection:
                assert [letter.body for letter in messages.listed(connection, messages.OVER)] == [""] * 4


def test_a_button_pressed_twice_says_it_once_and_other_words_from_the_same_page_are_not_lost(public, app_):
    theirs, _owners = begin(public, app_)
    page = form_of(public, theirs) | {"do": "say"}
    for words in ("And a hat.", "And a hat.", "And boots."):
        assert public.post(theirs, data=page | {"message": words}).status_code == 303
    with database(app_).reading() as connection:
        said = [line.body for line in introductions.talk(connection, only(app_).id)]
    assert said == [WORDS["message"], "And a hat.", "And boots."]
    assert len(letters(app_, OWNER)) == 3


def test_nobody_is_written_to_again_and_again(public, app_):
    theirs, owners = begin(public, app_)
    for number in range(MOST_UNANSWERED - 1):
        assert press(public, theirs, do="say", message=f"Hello {number}?").status_code == 303
    more = public.post(theirs, data=form_of(public, theirs) | {"do": "say", "message": "HELLO?"})
    assert more.status_code == 400 and "Please wait until they answer" in more.text and "HELLO?" in more.text
    assert "Write to them" not in public.get(theirs).text
    press(public, owners, do="say", message="Sorry, I was away.")
    assert press(public, theirs, do="say", message="No matter.").status_code == 303
    for number in range(MOST_A_DAY - 1):
        press(public, owners, do="say", message=f"And {number}")
    more = press(public, owners, do="say", message="And so on")
    assert more.status_code == 400 and "a lot for one day" in more.text


def test_a_day_later_there_is_room_again():
    said = [Message("2026-05-01T10:00:00", Side.OWNER, "")] * MOST_A_DAY
    assert is_enough(said, Side.OWNER, "2026-05-01T09:00:00") and not is_enough(said, Side.OWNER, "2026-05-01T11:00:00")
    assert not is_enough(said, Side.ANSWERER, "2026-05-01T09:00:00")
    assert is_unanswered(said, Side.OWNER) and not is_unanswered([*said, Message("", Side.ANSWERER, "")], Side.OWNER)


def test_what_is_reported_is_read_by_a_steward_and_stopped_for_good(public, steward, app_):
    theirs, owners = begin(public, app_)
    assert "Nothing is reported" in steward.get(STEWARD).text and "two hands" not in steward.get(STEWARD).text
    assert "Something is wrong" not in public.get(theirs).text, "nobody wrote to Kim yet"
    assert press(public, owners, do="report", why="<b>He is rude.").status_code == 303
    assert "1</b> introduction that was reported" in steward.get("/steward").text
    desk = steward.get(STEWARD).text
    assert "two hands and a fork" in desk and "&lt;b&gt;He is rude." in desk and KIM not in desk and OWNER not in desk
    # until then nobody writes, and the proof stays
    for link in (theirs, owners):
        assert "Somebody looks at this" in public.get(link).text and "He is rude" not in public.get(link).text
    page = form_of(public, owners)
    for do in ("say", "stop", "met"):
        assert public.post(theirs, data=page | {"do": do, "message": "Me?"}).status_code == 400
    number = only(app_).id
    assert "It is stopped" in decide(steward, number, "stop") and "Somebody decided" in decide(steward, number, "go_on")
    assert only(app_).state is State.STOPPED and "This was stopped" in public.get(theirs).text
    again = answer(public, message="Me again.")
    assert again.status_code == 429 and "could not be passed on" in again.text
    assert answer(public, email="other@example.org").status_code == 303
    assert "two hands and a fork" not in steward.get(STEWARD).text


@pytest.mark.parametrize(("before", "after"), [("", State.WAITING), ("say", State.TALKING), ("decline", State.ENDED)])
def test_what_is_no_harm_goes_on_as_it_was(public, steward, app_, before, after):
    _theirs, owners = begin(public, app_)
    if before:
        press(public, owners, do=before, message="Hello Kim.")
    press(public, owners, do="report")
    decide(steward, only(app_).id, "go_on")
    assert only(app_).state is after
    assert answer(public, message="Another garden?").status_code == 303


def test_an_owner_who_is_reported_does_not_shut_out_who_answered(public, steward, app_):
    theirs, owners = begin(public, app_)
    press(public, owners, do="say", message="Bring money.")
    assert press(public, theirs, do="report", why="He wants money.").status_code == 303
    decide(steward, only(app_).id, "stop")
    assert answer(public).status_code == 303


def test_those_who_run_the_map_hear_of_a_report_by_letter(sample_home):
    settings = Settings(sample_home, {"smtp_host": "127.0.0.1", "smtp_port": 9, "mail_from": "map@example.org",
                                      "contact_email": "desk@example.org", "site_url": "https://map.example.org"})
    with app_over(settings) as app:
        public = prepared(app).test_client()
        _theirs, owners = begin(public, app)
        press(public, owners, do="report", why="Rude.")
        (letter,) = letters(app, "desk@example.org")
        assert f"https://map.example.org{STEWARD}" in letter.body and "two hands" not in letter.body
        with app.app_context():
            mail.postman().wait(30)


def test_one_person_has_everything_deleted_that_the_site_knows_of_them(public, app_):
    number = somebodys(app_, name="Ada Marker", email=OWNER)
    _theirs, owners = begin(public, app_)
    press(public, owners, do="say", message="I live at 12 Marker Road.")
    assert press(public, owners, do="leave").status_code == 400 and chance(app_).state == "open"
    assert press(public, owners, do="leave", sure="yes").status_code == 303
    assert chance(app_).state == "closed" and history_of(app_)[0].by == "its own people (introduction link)"
    with database(app_).reading() as connection:
        assert people.get(connection, number).forgotten_at
    assert not any(word in dump(app_) for word in ("Ada Marker", "Marker Road", "two hands and a fork", KIM))
    assert "This is over" in public.get(owners).text


def test_a_group_has_no_button_that_deletes_a_person(public, app_):
    _theirs, owners = begin(public, app_)
    assert "Delete everything about me" not in public.get(owners).text
    assert press(public, owners, do="leave", sure="yes").status_code == 400 and chance(app_).state == "open"


def test_who_is_forgotten_by_a_connector_leaves_no_open_link_behind(public, app_):
    number = somebodys(app_, name="Ada", email=OWNER)
    theirs, owners = begin(public, app_)
    connector = app_.test_client()
    sign_in(connector, "connector")
    connector.post(f"/signpost/people/{number}/forget", data={"csrf": csrf_of(connector), "sure": "yes"})
    for link in (theirs, owners):
        assert "This is over" in public.get(link).text
    assert "two hands and a fork" not in dump(app_)


def test_who_answered_may_think_better_of_it_and_the_others_hear_it(public, app_):
    theirs, owners = begin(public, app_)
    press(public, theirs, do="decline")
    assert "is not for them" in letters(app_, OWNER)[-1].body and "It did not work out" in public.get(owners).text


def test_some_weeks_on_who_was_not_answered_and_who_did_not_answer_are_told_so(public, app_):
    theirs, owners = begin(public, app_)
    weeks_go_by(app_)
    with database(app_).writing() as connection:
        assert after_care.ask_what_came_of_it(connection, at_night(app_), app_.secret_key) == 1
    reminder, news = letters(app_, OWNER)[-1], letters(app_, KIM)[-1]
    assert "has not heard from you yet" in reminder.body and link_in(reminder) == owners
    assert "have not answered you yet" in news.body and link_in(news) == theirs


def test_who_has_not_met_yet_is_asked_again_later(public, app_):
    _theirs, owners = begin(public, app_)
    press(public, owners, do="say", message="Soon!")
    for _round in range(2):
        weeks_go_by(app_)
        with database(app_).writing() as connection:
            assert after_care.ask_what_came_of_it(connection, at_night(app_), app_.secret_key) == 1
        assert press(public, owners, do="not_yet").status_code == 303
    assert only(app_).state is State.TALKING
    assert sum("Did you meet" in letter.body for letter in letters(app_, OWNER)) == 2


def test_a_renewal_is_asked_for_once_whatever_is_said_and_keeps_no_persons_address(public, app_):
    somebodys(app_, name="Ada", email=OWNER)
    change(app_, expires=date.today() - timedelta(days=1))
    settings = at_night(app_)
    with database(app_).writing() as connection:
        after_care.ask_to_renew(connection, settings, date.today())
    (letter,) = letters(app_, OWNER)
    assert "has left it now" in letter.body and "it leaves the map by itself" not in letter.body
    link = re.search(r"/confirm/[\w-]+", letter.body)[0]
    assert OWNER not in public.get(link).text and "Ada" not in public.get(link).text
    assert 'name="phone"' not in public.get(f"{link}/change").text, "no way for details into a suggestion"
    with database(app_).writing() as connection:
        assert confirmations.find(connection, link.split("/")[2]).email == ""
        assert confirmations.use(connection, link.split("/")[2], "closed")
        after_care.ask_to_renew(connection, settings, date.today())
    assert len(letters(app_, OWNER)) == 1


def test_what_is_long_over_is_emptied_and_what_is_open_stays(public, app_):
    begin(public, app_)
    with database(app_).writing() as connection:
        assert introductions.forget(connection, "2020-01-01T00:00:00+00:00") == 0
    weeks_go_by(app_, "2020-01-01T00:00:00+00:00")
    tidied = tidying.tidy(database(app_), app_.extensions["assetmap"].settings)
    assert tidied.introductions == 1 and only(app_).email == "" and "two hands and a fork" not in dump(app_)


def test_an_offer_that_closes_while_somebody_writes_takes_no_answer(public, app_):
    page = form_of(public, f"/opportunities/{GARDEN}/answer")
    with database(app_).writing() as connection:  # by another process: this one's Atlas does not know yet
        record, version = records.get(connection, LAYER, GARDEN)
        records.save_one(connection, LAYER, replace(record, state="introduced"), version=version, by="t")
    late = public.post(f"/opportunities/{GARDEN}/answer", data=page | WORDS)
    assert late.status_code in (404, 409) and letters(app_) == []


def test_the_connector_who_knows_somebody_without_an_address_gets_a_letter(sample_home):
    settings = Settings(sample_home, {"smtp_host": "127.0.0.1", "smtp_port": 9, "mail_from": "map@example.org",
                                      "contact_email": "desk@example.org", "site_url": "https://map.example.org"})
    with app_over(settings) as app:
        public = prepared(app).test_client()
        somebodys(app, name="Ada", phone="01632 960123")
        answer(public)
        (letter,) = letters(app, "desk@example.org")
        assert "/signpost/introductions" in letter.body and "Ada" not in letter.body and "two hands" not in letter.body
        signed_in_as(app, "connector", "connector@example.org")
        answer(public, email="lee@example.org")
        assert len(letters(app, "connector@example.org")) == 1 and len(letters(app, "desk@example.org")) == 1
        with app.app_context():
            mail.postman().wait(30)


def test_what_was_merged_into_another_entry_goes_on_about_that_one(public, app_):
    _theirs, owners = begin(public, app_)
    other = "share-our-school-allotment"
    with database(app_).writing() as connection:
        keep, version = records.get(connection, LAYER, other)
        merging.merge(connection, LAYER, keep, GARDEN, version=version, by="t",
                      lose_version=records.get(connection, LAYER, GARDEN)[1])
    press(public, owners, do="state", state="introduced")
    with database(app_).reading() as connection:
        assert records.get(connection, LAYER, other)[0].state == "introduced"


def test_an_offer_that_a_steward_makes_ends_some_day(steward, app_):
    made = steward.post("/steward/opportunities/new", data={
        "csrf": csrf_of(steward), "once": "1", "name": "Walk my dog", "direction": "ask", "kind": "volunteering"})
    assert made.status_code == 303, re.findall(r'class="error".*?</p>', made.text, re.DOTALL)
    with database(app_).reading() as connection:
        assert records.get(connection, LAYER, "walk-my-dog")[0].expires == date.today() + timedelta(days=180)


def test_the_pages_of_reports_and_telephone_rounds_hold_no_barrier(app_, public, open_page, barriers, watch):
    from tests.live import serving

    theirs, owners = begin(public, app_)
    press(public, owners, do="say", message="verylongword" * 30)
    press(public, theirs, do="report", why="verylongword" * 30)
    somebodys(app_, name="Ada " + "verylongname" * 5, phone="01632 960123")
    answer(public, name="verylongname" * 6, message="verylongword" * 30)
    with serving(app_) as address:
        page = open_page()
        _account, token = signed_in_as(app_, "steward", "steward@example.org")
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        for path in (STEWARD, "/signpost/introductions", "/steward", theirs, owners):
            page.goto(address + path)
            assert barriers(page) == [], path
        page.goto(address + STEWARD)
        page.get_by_role("button", name="Let it go on").click()
        assert page.get_by_text("They can write to each other again").is_visible()
        page.goto(address + owners)
        page.locator("summary", has_text="Stop, and delete it").press("Enter")
        watch.expect("status of 400")
        page.get_by_role("button", name="Delete everything about me").click()
        assert page.get_by_role("link", name="Please tick that you are sure").is_visible()
