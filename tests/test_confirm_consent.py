"""A group's own people say beside “still right” whether the map may show how to reach them."""

from dataclasses import replace

import pytest

from assetmap.domain.contact import Contact
from assetmap.store import undo
from tests.confirming import Desk, answer, as_it_is, hidden_fields

PHONE, EMAIL = "01632 960111", "chess@example.org"


@pytest.fixture
def desk(own_app):
    made = Desk(own_app)
    made.save(contact=Contact(PHONE, EMAIL, "", False))
    return made


def page_of(desk, client):
    desk.app.extensions["assetmap"].current.refresh()
    return client.get(f"/groups/{desk.group}").get_data(as_text=True)


@pytest.mark.parametrize("before", [False, True])
def test_they_give_or_withdraw_it_themselves_and_history_says_so(desk, own_client, before):
    desk.save(contact=Contact(PHONE, EMAIL, "", before))
    token = desk.link()
    fields = as_it_is(own_client.get(f"/confirm/{token}")) | {"choice": "right"}
    assert ("contact_consent" in fields) == before == (PHONE in page_of(desk, own_client))
    fields = {name: text for name, text in fields.items() if name != "contact_consent"}
    done = own_client.post(f"/confirm/{token}", data=fields | ({} if before else {"contact_consent": "yes"}),
                           follow_redirects=True).get_data(as_text=True)
    assert ("It does not show your telephone number" in done) == before != ("It shows how to reach you" in done)
    assert desk.record()[0].contact == Contact(PHONE, EMAIL, "", not before)
    line = desk.history()[0]
    assert (line.by, line.changes["consent"]) == ("the group (confirmation link)", [before, not before])
    assert "last_confirmed" in line.changes and desk.suggestions() == []
    assert (PHONE in page_of(desk, own_client)) == (EMAIL in page_of(desk, own_client)) == (not before)
    with desk.database.writing() as connection:
        undo.undo_line(connection, line.id, by="steward@example.org")
    assert desk.record()[0].contact.consent is before


@pytest.mark.parametrize("consent", [False, True])
def test_still_right_alone_leaves_it_as_it_stands(desk, own_client, consent):
    desk.save(contact=Contact(PHONE, "", "", consent))
    assert answer(own_client, desk.link(), "right").status_code == 303
    assert desk.record()[0].contact.consent is consent and "consent" not in desk.history()[0].changes


def test_nobody_is_asked_about_details_that_are_not_held_and_nobody_agrees_to_them(desk, own_client):
    desk.save(contact=Contact("", "", "https://example.org", False))
    token = desk.link()
    assert "contact_consent" not in own_client.get(f"/confirm/{token}").get_data(as_text=True)
    assert answer(own_client, token, "right", consent_shown="no", contact_consent="yes").status_code == 303
    assert desk.record()[0].contact.consent is False and desk.record()[0].confirmed_by == "the group"


def test_a_form_without_the_question_does_not_take_it_away(desk, own_client):
    desk.save(contact=Contact(PHONE, EMAIL, "", True))
    fields = as_it_is(own_client.get(f"/confirm/{desk.link()}"))
    kept = {name: fields[name] for name in ("token", "version")}
    assert own_client.post(f"/confirm/{desk.link()}", data=kept | {"choice": "right"}).status_code == 303
    assert desk.record()[0].contact.consent is True


def test_details_that_changed_meanwhile_are_shown_before_anybody_agrees_to_them(desk, own_client):
    token = desk.link()
    fields = as_it_is(own_client.get(f"/confirm/{token}")) | {"choice": "right", "contact_consent": "yes"}
    desk.save(contact=Contact("01632 960999", EMAIL, "", False))
    reply = own_client.post(f"/confirm/{token}", data=fields)
    page = reply.get_data(as_text=True)
    assert reply.status_code == 409 and "01632 960999" in page and desk.record()[0].contact.consent is False
    again = as_it_is(reply)
    assert again["contact_consent"] == "yes" and again["consent_shown"] == "no"  # what they ticked is kept
    assert own_client.post(f"/confirm/{token}", data=again | {"choice": "right"}).status_code == 303
    assert desk.record()[0].contact == Contact("01632 960999", EMAIL, "", True)


def test_who_did_not_touch_the_tick_is_shown_what_a_steward_set_meanwhile(desk, own_client):
    desk.save(contact=Contact(PHONE, EMAIL, "", True))
    token = desk.link()
    fields = as_it_is(own_client.get(f"/confirm/{token}")) | {"choice": "right"}
    desk.save(contact=replace(desk.record()[0].contact, consent=False))
    assert "contact_consent" not in as_it_is(own_client.post(f"/confirm/{token}", data=fields))


def test_the_first_of_two_answers_counts_and_the_second_is_shown_what_it_was(desk, own_client):
    """SURVIVE 36."""
    token = desk.link()
    fields = as_it_is(own_client.get(f"/confirm/{token}")) | {"choice": "right"}
    for consent in ({"contact_consent": "yes"}, {}, {"contact_consent": "yes"}):
        page = own_client.post(f"/confirm/{token}", data=fields | consent, follow_redirects=True).get_data(as_text=True)
        assert "It shows how to reach you" in page
    theirs = [line for line in desk.history() if line.by.startswith("the group")]
    assert [line.changes.get("consent") for line in theirs] == [[False, True]]
    assert "consent_shown" not in hidden_fields(page)


def test_closing_says_nothing_about_it(desk, own_client):
    desk.save(contact=Contact(PHONE, EMAIL, "", True))
    before = desk.record()
    assert answer(own_client, desk.link(), "closed").status_code == 303
    assert desk.record() == before and "contact_consent" not in desk.suggestions()[0].fields
