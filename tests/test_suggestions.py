"""What residents can put right, what they are shown, and the private link by which they follow it."""

import json
import re
from dataclasses import replace

import pytest

from assetmap.domain.contact import Contact
from assetmap.domain.location import Location
from assetmap.domain.suggestion import Purpose, State
from assetmap.store import suggestions
from tests.evaluated import was_evaluated
from tests.made_up import group, hub
from tests.suggesting import (
    add,
    change,
    form_in,
    form_of,
    private_link,
    quick,
    record,
    send,
    suggestion,
    waiting,
)

HOSTILE = {  # SURVIVE.md 1 to 9
    1: "{{43*43}}", 2: "{% off", 3: "${7*7}", 4: "`tick`", 5: "</script><script>alert(1)</script>",
    6: "javascript:alert(1)", 7: "lone \ud800 surrogate", 8: "nul \x00 bell \x07 escape \x1b[31m",
    9: "\u202egnp.exe 👩‍👩‍👧 n\u0303\u0323 \u2066hidden\u2069"}


@pytest.fixture
def app_(own_app):
    quick(own_app)
    add(own_app, "hubs", hub("chalk-hall", 51.5413, 0.6784, name="Chalk Hall"))
    add(own_app, "groups", group(
        "chess-club", name="Chess Club", description="Boards and tea.\n\nBeginners too.", times="Tuesdays 10am to 12",
        cost="paid", cost_note="£2", hub_id="chalk-hall", address="Upstairs, High Street", postcode="SS0 8NB",
        access=("step_free",), contact=Contact("01632 960001", "secretary@example.org", "https://chess.example")))
    return own_app


@pytest.fixture
def forms(app_):
    return app_.test_client()


REPORT = "/groups/chess-club/report"


def test_the_form_shows_what_the_public_page_shows(forms):
    form = form_of(forms, REPORT)
    assert form["name"] == "Chess Club" and form["times"] == "Tuesdays 10am to 12" and form["cost"] == "£2"
    assert form["venue"] == "Chalk Hall" and form["address"] == "Upstairs, High Street"
    assert form["description"] == "Boards and tea.\r\n\r\nBeginners too." and form["access"] == ["step_free"]
    assert form["website"] == "https://chess.example"


def test_contact_details_without_consent_are_not_shown(forms, app_):
    page = forms.get(REPORT).text
    assert "960001" not in page and "secretary@" not in page
    change(app_, "groups", "chess-club", contact=Contact("01632 960001", "secretary@example.org", "", True))
    form = form_of(forms, REPORT)
    assert form["phone"] == "01632 960001" and form["email"] == "secretary@example.org"


def test_an_untouched_form_says_nothing_and_asks_for_something(forms, app_):
    answer = send(forms, REPORT)
    assert answer.status_code == 400 and "tell us in a sentence" in answer.text
    assert waiting(app_) == []


def test_what_was_corrected_is_kept_with_what_was_shown_and_nothing_else(forms, app_):
    private_link(send(forms, REPORT, times="Wednesdays 10am to 12", phone="01632 960009"))
    (kept,) = waiting(app_)
    assert kept.purpose is Purpose.REPORT and kept.version == record(app_, "groups", "chess-club")[1]
    assert kept.fields == {"times": "Wednesdays 10am to 12", "phone": "01632 960009"}
    assert kept.shown == {"times": "Tuesdays 10am to 12"}  # of the telephone nothing was shown


def test_what_somebody_else_changed_meanwhile_is_not_taken_for_a_correction(forms, app_):
    form = form_of(forms, REPORT)
    change(app_, "groups", "chess-club", times="Fridays 10am to 12")
    forms.get("/")
    private_link(forms.post(REPORT, data=form | {"cost": "£3"}))
    (kept,) = waiting(app_)
    assert kept.fields == {"cost": "£3"}


def test_ticks_are_a_correction_only_when_they_differ(forms, app_):
    form = form_of(forms, REPORT)
    private_link(forms.post(REPORT, data=form | {"access": ["step_free", "hearing_loop"], "detail": "Both are there"}))
    (kept,) = waiting(app_)
    assert kept.fields == {"access": "hearing_loop;step_free"}


def test_every_tick_taken_away_is_a_correction(forms, app_):
    form = form_of(forms, REPORT)
    form.pop("access")
    private_link(forms.post(REPORT, data=form))
    assert waiting(app_)[0].fields == {"access": ""}


@pytest.mark.parametrize(("field", "text"), [("postcode", "SS1"), ("email", "nobody"), ("phone", "12"), ("name", ""),
                                             ("website", "javascript:alert(1)"), ("times", "x" * 3000)])
def test_a_correction_that_cannot_be_is_said_beside_its_field_which_stands_open(field, text, forms, app_):
    answer = send(forms, REPORT, **{field: text})
    assert answer.status_code == 400 and f'id="error-{field}"' in answer.text
    topic = re.search(rf'<details class="opens" open>(?:(?!</details>).)*id="{field}"', answer.text, re.DOTALL)
    assert topic and (text in answer.text)
    assert waiting(app_) == []


def test_it_has_closed_is_enough(forms, app_):
    private_link(send(forms, REPORT, closed="yes"))
    assert waiting(app_)[0].closed


@pytest.mark.parametrize("layer", ["hubs", "opportunities"])
def test_places_and_offers_can_be_put_right_too(layer, forms, app_):
    url = forms.get(f"/{layer}.json").json["results"][0]["url"]
    assert f'href="{url}/report"' in forms.get(url).text
    private_link(send(forms, url + "/report", name="Another name", detail="The sign says so."))
    (kept,) = waiting(app_)
    assert (kept.layer, kept.fields) == (layer, {"name": "Another name"})


def test_a_home_keeps_its_door_to_itself(forms, app_):
    add(app_, "groups", replace(group("whisper"), meets_in_home=True, address="17 Secret Crescent", postcode="SS2 6ER",
                                times="Mondays 10am at 17 Secret Crescent"))
    page = forms.get("/groups/whisper/report").text
    assert "Secret" not in page and "SS2 6ER" not in page and 'name="address"' not in page
    assert "in somebody’s home" in page
    link = private_link(send(forms, "/groups/whisper/report", detail="Now on Fridays", address="17 Secret Crescent"))
    assert waiting(app_)[0].fields == {} and "Secret" not in forms.get(link).text


def test_survive_37_a_hidden_record_cannot_be_reported_on(forms, app_):
    form = form_of(forms, REPORT)
    token = form_of(forms, "/groups/chess-club", "/groups/chess-club/running")["token"]
    change(app_, "groups", "chess-club", status="hidden")
    for path in (REPORT, "/groups/chess-club/running", "/groups/no-such/report", "/groups/no-such/running"):
        assert forms.get(path).status_code == 404
        answer = forms.post(path, data=form | {"still": "yes", "token": token, "detail": "Hello"})
        assert answer.status_code == 404 and "Chess Club" not in answer.text
    assert waiting(app_) == []


@pytest.mark.parametrize("still", ["yes", "closed"])
def test_is_this_still_running_is_one_press_on_the_groups_page(still, forms, app_):
    link = private_link(send(forms, "/groups/chess-club", "/groups/chess-club/running", still=still))
    (kept,) = waiting(app_)
    assert kept.purpose is Purpose.RUNNING and kept.closed == (still == "closed")
    assert "Thank you" in forms.get(link).text
    assert record(app_, "groups", "chess-club")[0].last_confirmed is None  # a yes is a signal, no confirmation


def test_it_has_changed_leads_to_what_can_be_put_right(forms, app_):
    answer = send(forms, "/groups/chess-club", "/groups/chess-club/running", still="changed")
    assert (answer.status_code, answer.headers["Location"]) == (303, REPORT)
    assert waiting(app_) == []


def test_a_refused_press_says_what_to_do_and_what_was_pressed(forms, app_):
    answer = forms.post("/groups/chess-club/running", data={"still": "yes"})
    assert answer.status_code == 400
    assert "did not come from this site" in answer.text and "Yes, I was there lately" in answer.text
    again = forms.post("/groups/chess-club/running",
                       data=form_in(answer.text, "/groups/chess-club/running") | {"still": "yes"})
    assert private_link(again)
    assert forms.post("/groups/chess-club/running", data={"still": "maybe"}).status_code == 400


def test_the_same_press_by_somebody_else_on_the_same_day_is_kept_once(forms, app_):
    private_link(send(forms, "/groups/chess-club", "/groups/chess-club/running", still="yes"))
    answer = send(forms, "/groups/chess-club", "/groups/chess-club/running", still="yes")
    assert answer.headers["Location"] == "/suggestions/thanks"
    assert len(waiting(app_)) == 1


@pytest.mark.parametrize(("kind", "layer", "direction"), [
    ("group", "groups", None), ("place", "hubs", None), ("offer", "opportunities", "offer"),
    ("ask", "opportunities", "ask"), ("nonsense", "groups", None)])
def test_something_new_of_each_kind_is_kept(kind, layer, direction, forms, app_):
    private_link(send(forms, "/suggest", kind=kind, name="Kites on the beach", when="Sundays 2pm"))
    (kept,) = waiting(app_)
    assert (kept.layer, kept.record_id, kept.fields.get("direction")) == (layer, "", direction)
    assert kept.fields["when"] == "Sundays 2pm"


# The private link


def test_the_link_tells_what_was_said_and_that_it_waits(forms, app_):
    link = private_link(send(forms, REPORT, times="Wednesdays 10am", detail="The poster says so."))
    answer = forms.get(link)
    assert answer.status_code == 200
    for words in ("Wednesdays 10am", "Tuesdays 10am to 12", "The poster says so.", "Keep this link", link,
                  "Take it back"):
        assert words in answer.text
    assert "noindex" in answer.headers["X-Robots-Tag"] and answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("state", "words"), [(State.ACCEPTED, "It was taken up"),
                                              (State.DECLINED, "It was not taken up")])
def test_the_link_tells_what_was_decided_and_the_answer(state, words, forms, app_):
    link = private_link(send(forms, REPORT, detail="It is on Fridays."))
    (kept,) = waiting(app_)
    with app_.extensions["assetmap"].database.writing() as connection:
        suggestions.decide(connection, [kept.id], state=state, by="steward@example.org",
                           answer="We rang them.\nThanks.")
    page = forms.get(link).text
    assert words in page and "We rang them." in page
    assert "Take it back" not in page and "steward@example.org" not in page


def test_what_waits_can_be_taken_back_and_then_its_words_are_gone(forms, app_):
    link = private_link(send(forms, REPORT, detail="My neighbour Zebedee says so."))
    (kept,) = waiting(app_)
    assert forms.post(link, data={"do": "take-back"}).status_code == 400  # not from our form
    assert len(waiting(app_)) == 1
    assert send(forms, link, do="take-back").status_code == 303
    page = forms.get(link).text
    assert "You took it back" in page and "Zebedee" not in page
    assert waiting(app_) == [] and suggestion(app_, kept.id).state is State.TAKEN_BACK
    with app_.extensions["assetmap"].database.reading() as connection:
        assert "Zebedee" not in "\n".join(connection.connection.driver_connection.iterdump())


def test_what_was_decided_meanwhile_cannot_be_taken_back(forms, app_):
    link = private_link(send(forms, REPORT, detail="It is on Fridays."))
    form = form_of(forms, link)
    with app_.extensions["assetmap"].database.writing() as connection:
        suggestions.decide(connection, [waiting(app_)[0].id], state=State.ACCEPTED, by="s@example.org")
    assert forms.post(link, data=form | {"do": "take-back"}).status_code == 303
    assert "It was taken up" in forms.get(link).text


def test_what_was_decided_is_forgotten_in_time_and_what_waits_is_not(forms, app_):
    said = {"name": "Kites", "contact_point": "Jo Marker, 01632 960555"}
    link = private_link(send(forms, "/suggest", **said))
    private_link(send(forms, "/suggest", **said | {"name": "Drums"}))
    decided, waits = waiting(app_)
    with app_.extensions["assetmap"].database.writing() as connection:
        suggestions.decide(connection, [decided.id], state=State.DECLINED, by="a steward", answer="Sorry, Jo.")
        assert suggestions.forget_details(connection, "2020-01-01") == 0
        assert suggestions.forget_details(connection, "2999-01-01") == 1
        assert suggestions.forget_details(connection, "2999-01-01") == 0
        kept = suggestions.get(connection, decided.id)
        assert (kept.fields, kept.detail, kept.answer) == ({}, "", "") and kept.state is State.DECLINED
        assert kept.purpose is Purpose.NEW and suggestions.get(connection, waits.id) == waits
    page = forms.get(link)
    assert page.status_code == 200 and "Marker" not in page.text


@pytest.mark.parametrize("made_up", ["x", "A" * 40, "thanks-", "%00", "{{43*43}}", "%ff%fe"])
def test_a_link_that_nobody_was_given_is_not_found(made_up, forms):
    answer = forms.get(f"/suggestions/{made_up}")
    assert answer.status_code == 404 and "whole" in answer.text


def test_reading_a_link_changes_nothing(forms, app_):
    link = private_link(send(forms, REPORT, detail="It is on Fridays."))
    before = waiting(app_)
    for _time in range(3):
        forms.get(link), forms.head(link), forms.get(REPORT), forms.get("/suggest?name=x")
    assert waiting(app_) == before


# What it must survive


@pytest.mark.parametrize("line", HOSTILE)
def test_survive_1_to_9_hostile_words_are_kept_as_words(line, forms, app_):
    words = HOSTILE[line]
    sent = words.encode("utf-8", "surrogatepass")
    link = private_link(send(forms, REPORT, detail=sent, times=sent))
    (kept,) = waiting(app_)
    assert kept.detail and not re.search("[\x00-\x08\x0e-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", kept.detail)
    page = forms.get(link).text
    assert not was_evaluated(page) and "<script>alert" not in page
    assert 'href="javascript:' not in page.lower()
    private_link(send(forms, "/suggest", name=sent if line != 6 else "Kites", contact_point=sent))
    json.dumps([kept.detail for kept in waiting(app_)]).encode()


def test_survive_9_a_megabyte_in_a_field_is_answered_with_a_sentence(forms, app_):
    answer = send(forms, REPORT, detail="x" * 1_000_000)
    assert answer.status_code == 413 and "larger than this page takes" in answer.text
    assert waiting(app_) == []


def test_survive_36_a_form_without_its_token_is_not_kept_and_one_sent_twice_is_kept_once(forms, app_):
    form = form_of(forms, REPORT) | {"detail": "It is on Fridays."}
    for token in ("", "x", form_of(forms, "/suggest")["token"]):  # nor is another form's
        answer = forms.post(REPORT, data=form | {"token": token})
        assert answer.status_code == 400 and "It is on Fridays." in answer.text
    assert waiting(app_) == []
    assert private_link(forms.post(REPORT, data=form)) == private_link(forms.post(REPORT, data=form))
    assert len(waiting(app_)) == 1


PUBLIC = ("/", "/?q=xyzzy", "/find.json?per_page=100", "/find.json?q=xyzzy", "/find.geojson", "/find.csv", "/find.ics",
          "/whats-on", "/whats-on.ics", "/hubs", "/hubs.json", "/hubs.csv", "/opportunities", "/opportunities.json",
          "/opportunities.csv", "/opportunities.geojson", "/wards", "/data", "/about", "/suggest",
          "/groups/chess-club", "/groups/chess-club.json", "/groups/chess-club.ics", REPORT, "/hubs/chalk-hall",
          "/hubs/chalk-hall.json", "/map/points.json?bbox=0.4,51.4,1.0,51.7&zoom=16", "/healthz", "/readyz",
          "/groups/chess-club/running", "/suggestions/thanks")


def test_survive_37_what_waits_is_in_no_page_feed_or_export(forms, app_, tmp_path):
    from assetmap.importing.export import export_layer

    send(forms, REPORT, times="Xyzzy days", detail="Xyzzy", name="Xyzzy Club")
    send(forms, "/suggest", name="Xyzzy Circle", where="Xyzzy Lane")
    assert len(waiting(app_)) == 2
    for address in PUBLIC:
        answer = forms.get(address)
        told = answer.text.replace("q=xyzzy", "").replace('value="xyzzy"', "")
        assert "Xyzzy" not in told, address
    held = app_.extensions["assetmap"]
    for layer in ("groups", "hubs", "opportunities", "organisations"):
        for ending in ("csv", "geojson"):
            file = tmp_path / f"{layer}.{ending}"
            export_layer(held.database, held.settings, layer, file)
            assert b"Xyzzy" not in file.read_bytes()


def test_the_documents_of_the_first_version_are_still_read(app_):
    from assetmap.domain.suggestion import read_document

    assert read_document({"purpose": "report", "what": "closed", "detail": "Gone."}) == {
        "purpose": Purpose.REPORT, "fields": {}, "shown": {}, "closed": True, "detail": "Gone."}
    old = {"purpose": "suggest", "name": "Kites", "what_happens": "", "where": "Beach", "when": "", "contact_point": ""}
    assert read_document(old)["fields"] == {"name": "Kites", "where": "Beach"}


def test_a_correction_of_a_group_without_a_position_or_times_can_be_sent(forms, app_):
    add(app_, "groups", replace(group("bare"), location=Location()))
    private_link(send(forms, "/groups/bare/report", times="Mondays 7pm", postcode="SS1 1BW"))
    assert waiting(app_)[0].fields == {"times": "Mondays 7pm", "postcode": "SS1 1BW"}
