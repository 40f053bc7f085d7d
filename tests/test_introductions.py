"""Somebody answers an offer or ask, and the two write to each other without seeing an address."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from assetmap.domain.introduction import State
from assetmap.store import confirmations
from assetmap.web.relations import after_care
from tests.conftest import csrf_of, sign_in
from tests.introducing import (
    GARDEN,
    KIM,
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


@pytest.fixture
def app_(own_app):
    return prepared(own_app)


@pytest.fixture
def public(app_):
    return app_.test_client()


def test_an_answer_goes_to_the_people_behind_it_and_shows_nobodys_address(public, app_):
    page = public.get(f"/opportunities/{GARDEN}").text
    assert "I can help" in page and OWNER not in page
    theirs, owners = begin(public, app_)
    (letter,), (copy,) = letters(app_, OWNER), letters(app_, KIM)
    assert "Kim answers" in letter.body and "two hands and a fork" in letter.body
    assert KIM not in letter.body and KIM not in letter.subject
    # the address may be another person's: nothing that was typed goes there
    assert link_in(copy) == theirs and not any(word in copy.body for word in (OWNER, "Kim", "two hands"))
    for link in (theirs, owners):
        page = public.get(link)
        assert "two hands and a fork" in page.text and KIM not in page.text and OWNER not in page.text
        assert page.headers["Cache-Control"] == "no-store" and page.headers["Referrer-Policy"] == "no-referrer"
    assert only(app_).state is State.WAITING and only(app_).email == KIM


def test_the_two_write_to_each_other_and_say_that_they_have_met(public, app_):
    theirs, owners = begin(public, app_)
    assert press(public, owners, do="say", message="Saturday at ten?").status_code == 303
    reply = letters(app_)[-1]
    assert reply.recipient == KIM and "Saturday at ten?" in reply.body and OWNER not in reply.body
    assert link_in(reply) == theirs and only(app_).state is State.TALKING
    press(public, theirs, do="say", message="Yes!")
    assert letters(app_)[-1].recipient == OWNER and "Yes!" in public.get(owners).text
    press(public, owners, do="met", then="connected")
    assert only(app_).state is State.CONNECTED and chance(app_).state == "connected"
    assert "You have met" in public.get(theirs).text and GARDEN not in public.get("/opportunities.json").text
    assert history_of(app_)[0].by == "its own people (introduction link)"


def test_what_goes_on_for_others_stays_on_the_map(public, app_):
    _theirs, owners = begin(public, app_)
    press(public, owners, do="met", then="open")
    assert only(app_).state is State.CONNECTED and chance(app_).state == "open"
    press(public, owners, do="state", state="introduced")
    assert chance(app_).state == "introduced" and public.get(f"/opportunities/{GARDEN}/answer").status_code == 404


def test_only_the_people_behind_it_change_the_map(public, app_):
    theirs, _owners = begin(public, app_)
    assert press(public, theirs, do="state", state="closed").status_code == 400
    press(public, theirs, do="met", then="connected")
    assert chance(app_).state == "open"


def test_no_is_an_answer_too(public, app_):
    theirs, owners = begin(public, app_)
    press(public, owners, do="decline")
    assert letters(app_)[-1].recipient == KIM and "does not work out" in letters(app_)[-1].body
    assert "It did not work out" in public.get(theirs).text
    assert press(public, theirs, do="say", message="But why?").status_code == 400


@pytest.mark.parametrize("who", [0, 1])
def test_either_side_stops_and_everything_is_deleted(public, app_, who):
    links = begin(public, app_)
    open_elsewhere = form_of(public, links[who])
    press(public, links[who], do="stop")
    for link in links:
        page = public.get(link).text
        assert "This is over" in page and "two hands" not in page and "Kim" not in page
    assert letters(app_) == []
    assert "two hands and a fork" not in dump(app_) and KIM not in dump(app_)
    for do in ("say", "met", "state", "report", "leave"):
        late = public.post(links[who], data=open_elsewhere | {"do": do, "message": "Hello?", "state": "closed"})
        assert late.status_code == 400 and "come to an end" in late.text
    assert chance(app_).state == "open" and "Hello?" not in dump(app_)


@pytest.mark.parametrize(("fields", "field", "words"), [
    ({"name": ""}, "name", "first name is enough"), ({"email": "kim"}, "email", "e-mail address"),
    ({"message": ""}, "message", "a few words"), ({"consent": ""}, "consent", "tick this"),
    ({"message": "x" * 2_001}, "message", "too long"),
    ({"message": "www.a.uk www.b.uk www.c.uk"}, "message", "leave out"),
    ({"token": "made up"}, "token", "did not come from this site")])
def test_what_cannot_be_sent_comes_back_as_it_was_typed(public, app_, fields, field, words):
    sent = answer(public, **fields)
    assert sent.status_code == 400 and words in unescape(sent.text) and f'href="#{field}"' in sent.text
    assert letters(app_) == [] and ("message" in fields or "two hands and a fork" in sent.text)


def test_a_form_sent_twice_is_one_answer(public, app_):
    path = f"/opportunities/{GARDEN}/answer"
    data = form_of(public, path) | WORDS
    first, again = public.post(path, data=data), public.post(path, data=data)
    assert first.status_code == again.status_code == 303 and first.location == again.location
    assert len(letters(app_, OWNER)) == len(letters(app_, KIM)) == 1 and only(app_)


def test_robots_and_floods_are_kept_out(public, app_):
    assert answer(public, website2="http://spam").status_code == 303 and letters(app_) == []
    for number in range(5):
        assert answer(public, message=f"Hello {number}").status_code == 303
    many = answer(public, message="Hello again")
    assert many.status_code == 429 and "send it tomorrow" in many.text and "Hello again" in many.text
    for number in range(20):
        last = answer(public, email=f"kim{number}@example.org")
    assert last.status_code == 429 and "your network" in last.text


@pytest.mark.parametrize("link", ["/introductions/x", "/introductions/" + "0" * 64, "/introductions/%00",
                                  "/introductions/none form"])
def test_a_link_that_nobody_was_given_opens_nothing(public, app_, link):
    begin(public, app_)
    assert public.get(link).status_code == 404


def test_somebody_without_an_address_is_rung_by_a_connector(public, app_):
    somebodys(app_, name="Ada", phone="01632 960123")
    sent = answer(public)
    assert "no e-mail address" in public.get(sent.location).text and [x.recipient for x in letters(app_)] == [KIM]
    connector = app_.test_client()
    sign_in(connector, "connector")
    page = connector.get("/signpost/introductions").text
    assert "Ring Ada 01632 960123." in page and "two hands and a fork" in page and KIM not in page
    done = connector.post(f"/signpost/introductions/{only(app_).id}",
                          data={"csrf": csrf_of(connector), "message": "She would love that."})
    assert done.status_code == 303 and letters(app_)[-1].recipient == KIM
    assert "She would love that." in public.get(sent.location).text
    assert "two hands and a fork" not in connector.get("/signpost/introductions").text
    # and what Kim writes then is passed on too
    assert press(public, sent.location, do="say", message="Saturday at ten?").status_code == 303
    page = connector.get("/signpost/introductions").text
    assert "Saturday at ten?" in page and "two hands and a fork" not in page


def test_some_weeks_on_both_are_asked_once_what_came_of_it(public, app_):
    theirs, owners = begin(public, app_)
    press(public, owners, do="say", message="Saturday?")
    settings = replace_settings(app_, site_url="https://map.example.org/", follow_up_days=1)
    with database(app_).writing() as connection:
        assert after_care.ask_what_came_of_it(connection, settings, app_.secret_key) == 0
    weeks_go_by(app_)
    with database(app_).writing() as connection:
        assert after_care.ask_what_came_of_it(connection, settings, app_.secret_key) == 1
        assert after_care.ask_what_came_of_it(connection, settings, app_.secret_key) == 0
    asked = {letter.recipient: link_in(letter) for letter in letters(app_) if "Did you meet" in letter.body}
    assert asked == {OWNER: owners, KIM: theirs}


def replace_settings(app, **values):
    from assetmap.settings import Settings

    return Settings(app.extensions["assetmap"].settings.home, values)


def test_what_ends_soon_is_asked_once_and_goes_on_by_one_press(public, app_):
    today = date.today()
    change(app_, expires=today + timedelta(days=5))
    settings = replace_settings(app_, site_url="https://map.example.org")
    with database(app_).writing() as connection:
        first = after_care.ask_to_renew(connection, settings, today)
        assert first >= 1 and after_care.ask_to_renew(connection, settings, today) == 0
    letter = next(letter for letter in letters(app_) if letter.recipient == OWNER)
    link = re.search(r"/confirm/[\w-]+", letter.body)[0]
    page = public.get(link).text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert public.post(link, data=fields | {"choice": "right"}).status_code == 303
    assert chance(app_).expires == today + timedelta(days=180)
    with database(app_).reading() as connection:
        assert ("opportunities", GARDEN) not in confirmations.asked(connection)


def test_hostile_words_are_words(public, app_):
    hostile = "{{43*43}} </script><script>alert(1)</script> ${x} ` <img src=x onerror=alert(1)>"
    sent = answer(public, name=hostile[:40], message=hostile)
    for link in (sent.location, link_in(letters(app_, OWNER)[-1])):
        page = public.get(link).text
        assert "{{43*43}}" in page and "<script>alert" not in page and "<img src=x" not in page


def test_the_pages_hold_no_barrier_and_work_without_javascript(app_, open_page, barriers):
    from tests.live import serving

    with serving(app_) as address:
        page = open_page(java_script_enabled=False)
        page.goto(f"{address}/opportunities/{GARDEN}")
        page.get_by_role("link", name="I can help").click()
        page.get_by_label("What may they call you?").fill("Kim")
        page.get_by_label("Your e-mail address").fill(KIM)
        page.get_by_label("Your message").fill("I have two hands and a fork." + "verylongword" * 20)
        page.get_by_label("may be passed on").check()
        page.get_by_role("button", name="Send it").click()
        assert page.get_by_role("heading", name="Your message has gone").is_visible()
        looking, theirs = open_page(), page.url.removeprefix(address)
        for path in (f"/opportunities/{GARDEN}/answer", link_in(letters(app_, OWNER)[-1]), theirs):
            looking.goto(address + path)
            assert barriers(looking) == [], path
