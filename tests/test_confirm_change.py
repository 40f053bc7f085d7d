"""What a group's own people change by their link waits for a steward, with what differs and no more."""

import re
from dataclasses import replace

import pytest

from assetmap.domain.organisation import Organisation
from assetmap.domain.suggestion import Purpose
from assetmap.store import records
from assetmap.store.rows import LAYERS
from tests.confirming import Desk, answer, open_form
from tests.conftest import csrf_of, sign_in
from tests.live import serving


@pytest.fixture
def desk(own_app):
    return Desk(own_app)


def test_a_change_waits_for_a_steward_with_only_what_differs(desk, own_client):
    token, before = desk.link(), desk.record()
    form = open_form(own_client, token)
    reply = own_client.post(f"/confirm/{token}/change", data=form | {"times": "Fridays 6pm to 8pm", "detail": ""})
    assert reply.status_code == 303
    (told,) = desk.suggestions()
    assert told.purpose is Purpose.GROUP and dict(told.fields) == {"times": "Fridays 6pm to 8pm"}
    assert set(told.shown) == {"times"} and told.version == before[1]
    assert desk.record() == before and desk.found(token).outcome == "change"


def test_whether_contact_details_may_be_shown_is_theirs_to_say(desk, own_client):
    record, _version = desk.record()
    desk.save(contact=replace(record.contact, phone="01632 960111", consent=False))
    token = desk.link()
    form = open_form(own_client, token)
    assert form["phone"] == "01632 960111" and "contact_consent" not in form
    own_client.post(f"/confirm/{token}/change", data=form | {"contact_consent": "yes"})
    assert dict(desk.suggestions()[0].fields) == {"contact_consent": "yes"}


def test_a_form_without_a_change_is_shown_again(desk, own_client):
    token = desk.link()
    reply = own_client.post(f"/confirm/{token}/change", data=open_form(own_client, token))
    assert reply.status_code == 400 and "Nothing is changed yet" in reply.get_data(as_text=True)
    assert desk.found(token).is_open and desk.suggestions() == []


def test_what_was_typed_stays_beside_its_fault(desk, own_client):
    token = desk.link()
    form = open_form(own_client, token) | {"email": "not an address", "detail": "x" * 2_001}
    page = own_client.post(f"/confirm/{token}/change", data=form).get_data(as_text=True)
    assert "not an address" in page and "This is too long" in page and 'aria-invalid="true"' in page
    assert desk.suggestions() == []


def test_an_organisation_is_confirmed_too(desk, own_client):
    with desk.database.writing() as connection:
        made = records.add_one(connection, LAYERS["organisations"], Organisation("trust", "The Trust"), by="s@e.org")
    token = desk.link(record_id=made, layer="organisations")
    form = open_form(own_client, token)
    assert own_client.post(f"/confirm/{token}/change", data=form | {"detail": "We moved"}).status_code == 303
    assert desk.suggestions()[0].detail == "We moved"


def decide(app, number):
    """A steward reads a suggestion and accepts it."""
    steward = app.test_client()
    sign_in(steward)
    page = steward.get(f"/steward/suggestions/{number}").get_data(as_text=True)
    assert "From the group itself" in page
    data = {"do": "accept", "csrf": csrf_of(steward), "version": re.search(r'name="version" value="(\d+)"', page)[1]}
    assert steward.post(f"/steward/suggestions/{number}", data=data).status_code == 303


def test_what_a_group_changed_is_on_the_map_once_a_steward_accepts_it(desk, own_app, own_client):
    token = desk.link()
    form = open_form(own_client, token) | {"times": "Fridays 6pm to 8pm", "phone": "01632 960444", "cost": "£2.50",
                                           "contact_consent": "yes", "access": ["step_free", "parking"]}
    assert own_client.post(f"/confirm/{token}/change", data=form).status_code == 303
    decide(own_app, desk.suggestions()[0].id)
    record, _version = desk.record()
    assert (record.times, record.contact.phone, record.contact.consent) == ("Fridays 6pm to 8pm", "01632 960444", True)
    assert record.cost_note == "£2.50" and record.access == ("parking", "step_free") and record.meetings
    assert record.confirmed_by == "the group"
    thanks = own_client.get(f"/confirm/{token}").get_data(as_text=True)
    follow = re.search(r'href="(/suggestions/\w+)"', thanks)[1]
    assert own_client.get(follow).status_code == 200


def test_a_group_that_closed_has_ended_once_a_steward_accepts_it(desk, own_app, own_client):
    answer(own_client, desk.link(), "closed", detail="Try the Tuesday club")
    decide(own_app, desk.suggestions()[0].id)
    assert desk.record()[0].status == "ended"


@pytest.mark.parametrize("width", [360, 1440])
def test_the_pages_are_accessible(width, own_app, desk, open_page, axe, watch):
    watch.expect("status of 4(04|10)")
    first, second = desk.link(), desk.link()
    with serving(own_app) as address:
        page = open_page(width, 900)
        for path in (second, second + "/change", first, "nonsense"):
            page.goto(f"{address}/confirm/{path}")
            assert axe(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_all_three_answers_work_by_keyboard_without_javascript(own_app, desk, open_page):
    with serving(own_app) as address:
        page = open_page(360, 740, java_script_enabled=False)
        page.goto(f"{address}/confirm/{desk.link()}")
        page.get_by_role("button", name="Still right").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Thank you: you said that it is still right").wait_for()

        page.goto(f"{address}/confirm/{desk.link()}")
        page.get_by_role("link", name="Change this").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Is there anything else").focus()
        page.keyboard.type("We have a new room")
        page.get_by_role("button", name="Send the changes").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Thank you: you sent us changes").wait_for()
        page.wait_for_load_state("networkidle")
    assert [told.detail for told in desk.suggestions()] == ["We have a new room"]
