"""The forms of records: change, conflict, rename, hide and bring back, through the app over a real store."""

import re
from html import unescape

import pytest

from tests.conftest import csrf_of, sign_in
from tests.record_forms import GROUP, form_of, get, ids, lines, public, sent_by, url_of


@pytest.fixture
def app(own_app):
    return own_app


@pytest.fixture
def client(steward_client):
    return steward_client


@pytest.mark.parametrize("layer", ["hubs", "groups", "opportunities"])
def test_saving_a_form_as_it_came_changes_nothing(app, client, layer):
    for record_id in ids(app, layer)[::7]:
        before = get(app, layer, record_id)
        answer = client.post(url_of(layer, record_id), data=form_of(client, url_of(layer, record_id)))
        assert (answer.status_code, get(app, layer, record_id)) == (303, before), record_id
    assert all(line.action == "added" for line in lines(app, layer, record_id))


def test_a_change_is_saved_with_who_and_what_and_the_public_page_says_it(app, client):
    data = form_of(client, url_of("groups", GROUP)) | {"summary": "Tea and byrek"}
    answer = client.post(url_of("groups", GROUP), data=data)
    assert answer.status_code == 303 and answer.location == url_of("groups", GROUP)
    record, version = get(app, "groups", GROUP)
    assert (record.summary, version) == ("Tea and byrek", 2)
    line = lines(app, "groups", GROUP)[0]
    assert (line.by, line.changes["summary"][1], set(line.changes)) == ("steward@example.org", "Tea and byrek",
                                                                       {"summary"})
    assert "Tea and byrek" in public(app, client, f"/groups/{GROUP}").get_data(as_text=True)
    assert "Saved." in client.get(answer.location).get_data(as_text=True)


def test_a_form_sent_twice_is_one_change(app, client):
    """SURVIVE 36."""
    data = form_of(client, url_of("groups", GROUP)) | {"website": "example.org/tea", "access_other": "a ramp"}
    for _time in range(2):
        assert client.post(url_of("groups", GROUP), data=data).status_code == 303
    assert get(app, "groups", GROUP)[1] == 2 and len(lines(app, "groups", GROUP)) == 2


def test_a_form_without_its_token_is_refused_and_changes_nothing(app, client):
    """SURVIVE 36."""
    before = get(app, "groups", GROUP)
    data = form_of(client, url_of("groups", GROUP)) | {"summary": "other"}
    for csrf in ([], ["nonsense"]):
        answer = client.post(url_of("groups", GROUP), data=data | {"csrf": csrf})
        assert answer.status_code == 400 and "Nothing was changed" in answer.get_data(as_text=True)
    assert get(app, "groups", GROUP) == before


@pytest.mark.parametrize("path", ["/steward/groups", "/steward/groups/new", f"/steward/groups/{GROUP}",
                                  f"/steward/groups/{GROUP}/status/hidden", "/steward/times?text=x",
                                  "/steward/place?postcode=SS1+2AB"])
def test_only_stewards_see_forms_and_lists(app, path):
    anyone, planner = app.test_client(), app.test_client()
    sign_in(planner, "planner")
    assert anyone.get(path).status_code == 303 and "/sign-in" in anyone.get(path).location
    assert planner.get(path).status_code == 403


@pytest.mark.parametrize(("field", "text", "said"), [
    ("name", "", "This is needed"), ("postcode", "SS1 1ZZ", "There is no postcode SS1 1ZZ"),
    ("postcode", "hello", "is not a postcode"), ("phone", "12", "is not a telephone number"),
    ("email", "nobody", "is not one e-mail address"), ("website", "javascript:alert(1)", "starts with https://"),
    ("age_min", "old", "should be a whole number"), ("age_max", "500", "should be from 0 to 120"),
    ("last_confirmed", "31/31/2026", "should be a date"), ("last_confirmed", "2031-01-01", "has not come yet"),
    ("summary", "x" * 2001, "at most 2,000 fit"), ("address", "x" * 501, "at most 500 fit")])
def test_a_fault_is_told_beside_its_field_with_everything_kept_and_nothing_saved(app, client, field, text, said):
    before = get(app, "groups", GROUP)
    data = form_of(client, url_of("groups", GROUP)) | {"notes": "keep me", field: text}
    answer = client.post(url_of("groups", GROUP), data=data)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400 and get(app, "groups", GROUP) == before
    beside = re.search(rf'id="error-{field}">.*?</p>', html, re.DOTALL)
    assert beside and said in unescape(beside[0])
    assert re.search(rf'id="{field}"[^>]*aria-describedby="[^"]*error-{field}', html)
    assert f'href="#{field}"' in html  # the summary on top leads there
    kept = sent_by(html)
    assert kept["notes"] == ["keep me"] and kept[field] == [text]


# Who saves second ---------------------------------------------------------------------------------------------------

@pytest.fixture
def other(app):
    client = app.test_client()
    sign_in(client, "steward", "other@example.org")
    return client


def test_who_saves_second_sees_both_and_chooses_field_by_field(app, client, other):
    """SURVIVE 39."""
    mine, theirs = form_of(client, url_of("groups", GROUP)), form_of(other, url_of("groups", GROUP))
    assert other.post(url_of("groups", GROUP), data=theirs | {
        "name": "Theirs", "summary": "theirs", "phone": "01632 960111"}).status_code == 303
    answer = client.post(url_of("groups", GROUP), data=mine | {"name": "Mine", "summary": "mine", "notes": "mine"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "other@example.org" in html
    assert get(app, "groups", GROUP)[0].name == "Theirs"
    again = sent_by(html)
    # what only one of the two changed is chosen already
    assert {name: again[f"keep-{name}"] for name in ("name", "summary", "notes", "phone")} == {
        "name": ["mine"], "summary": ["mine"], "notes": ["mine"], "phone": ["theirs"]}
    answer = client.post(url_of("groups", GROUP), data=again | {"keep-summary": "theirs"})
    assert answer.status_code == 303
    record = get(app, "groups", GROUP)[0]
    assert (record.name, record.summary, record.notes, record.contact.phone) == ("Mine", "theirs", "mine",
                                                                                "01632 960111")


def test_a_third_who_saves_meanwhile_is_shown_too(app, client, other):
    mine = form_of(client, url_of("groups", GROUP)) | {"name": "Mine"}
    for number, name in enumerate(("First", "Second")):
        theirs = form_of(other, url_of("groups", GROUP)) | {"name": name}
        assert other.post(url_of("groups", GROUP), data=theirs).status_code == 303
        answer = client.post(url_of("groups", GROUP), data=mine)
        assert answer.status_code == 409 and name in answer.get_data(as_text=True), number
        mine = sent_by(answer.get_data(as_text=True))
    assert client.post(url_of("groups", GROUP), data=mine).status_code == 303
    assert get(app, "groups", GROUP)[0].name == "Mine"


def test_who_writes_the_same_as_somebody_else_is_told_and_nothing_is_written_twice(app, client, other):
    data = form_of(client, url_of("groups", GROUP)) | {"summary": "same"}
    theirs = form_of(other, url_of("groups", GROUP)) | {"summary": "same"}
    assert other.post(url_of("groups", GROUP), data=theirs).status_code == 303
    answer = client.post(url_of("groups", GROUP), data=data)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "other@example.org" in html and "nothing left to save" in html
    assert get(app, "groups", GROUP)[1] == 2


@pytest.mark.parametrize("version", ["", "x", "-1", "1" * 30])
def test_a_form_without_its_version_is_refused(app, client, version):
    data = form_of(client, url_of("groups", GROUP)) | {"version": version, "name": "No"}
    assert client.post(url_of("groups", GROUP), data=data).status_code == 400
    assert get(app, "groups", GROUP)[1] == 1


# Organisations ------------------------------------------------------------------------------------------------------

def test_renaming_an_organisation_renames_it_in_its_groups_with_a_line_of_history_each(app, client):
    data = form_of(client, "/steward/organisations/new") | {"name": "Drita Families", "another": "yes"}
    place = client.post("/steward/organisations/new", data=data).location
    client.post(place, data=form_of(client, place) | {"name": "Drita and Friends"})
    assert get(app, "groups", GROUP)[0].organisation == "Drita and Friends"
    assert lines(app, "groups", GROUP)[0].changes == {"organisation": ["Drita Families", "Drita and Friends"]}
    assert "new name too" in client.get(place).get_data(as_text=True)
    assert '<option value="Drita and Friends">' in client.get(url_of("groups", GROUP)).get_data(as_text=True)


# States -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("status", ["hidden", "ended"])
def test_a_record_is_taken_off_after_a_question_and_can_be_brought_back(app, client, status):
    ask = f"/steward/groups/{GROUP}/status/{status}"
    assert client.get(ask).status_code == 200 and get(app, "groups", GROUP)[0].status == "active"
    for _time in range(2):
        assert client.post(ask, data={"csrf": csrf_of(client)}).status_code == 303
    assert get(app, "groups", GROUP)[0].status == status and get(app, "groups", GROUP)[1] == 2
    assert public(app, client, f"/groups/{GROUP}").status_code == (404 if status == "hidden" else 200)
    back = f"/steward/groups/{GROUP}/status/active"
    assert back in client.get(url_of("groups", GROUP)).get_data(as_text=True)
    client.post(back, data={"csrf": csrf_of(client)})
    assert public(app, client, f"/groups/{GROUP}").status_code == 200


@pytest.mark.parametrize("path", ["groups/no-such-group", "hubs/none", "groups/no-such-group/status/hidden",
                                  f"groups/{GROUP}/status/gone", "wards/x"])
def test_what_there_is_not_is_told_in_a_sentence(client, path):
    answer = client.get(f"/steward/{path}")
    assert answer.status_code == 404 and "Traceback" not in answer.get_data(as_text=True)
