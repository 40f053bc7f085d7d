"""The forms of records: make, change, conflict, hide and bring back, through the app over a real store."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from assetmap.domain.text import clean
from assetmap.store import history, records
from assetmap.store.rows import LAYERS
from tests.conftest import csrf_of, sign_in

GROUP = "albanian-families-saturday"
NEW = {"hubs": {"name": "Thorpe Bay Boathouse", "kind": "community_centre", "postcode": "SS1 3QF"},
       "groups": {"name": "Moonlight Rowers", "times": "Tuesdays 7-9pm", "categories": ["sport"]},
       "opportunities": {"name": "Learn to row", "kind": "skill", "direction": "offer"},
       "organisations": {"name": "Thorpe Bay Trust", "charity_number": "1234567"}}
HOSTILE = {
    "1 a template's expression": "{{43*43}}", "2 a template's block": "50% {% off", "3 a dollar": "${alert(1)}",
    "4 a backtick": "tick ` tock", "5 a script's end": "</script><script>window.ran=1</script>",
    "6 a script address": "javascript:alert(1)", "7 a lone surrogate": "half \ud83d of it",
    "8 control characters": "bell\x07 and nul\x00 here", "9 reordering and combining marks":
    "abc \u202e desrever \u2066 \U0001f600 e\u0301\u0301"}


def shared(app):
    return app.extensions["assetmap"]


def get(app, layer, record_id):
    with shared(app).database.reading() as connection:
        return records.get(connection, LAYERS[layer], record_id)


def lines(app, layer, record_id):
    with shared(app).database.reading() as connection:
        return history.of_record(connection, layer, record_id)


def form_of(client, url):
    """What a browser would send of a page's form if nothing were typed: name → value or list."""
    html = client.get(url).get_data(as_text=True)
    return sent_by(html)


def sent_by(html):
    html = html[html.index('<form class="edit-form"'):]
    html = html[: html.index("</form>")]
    data: dict = {}
    for tag in re.findall(r"<input\b[^>]*>", html):
        at = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if at.get("type") in ("checkbox", "radio") and not re.search(r"\schecked", tag):
            continue
        data.setdefault(unescape(at["name"]), []).append(unescape(at.get("value", "")))
    for name, text in re.findall(r'<textarea\b[^>]*\bname="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL):
        data[name] = [unescape(text)]
    for name, inside in re.findall(r'<select\b[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside) or re.search(r'value="([^"]*)"', inside)
        data[name] = [unescape(chosen[1])]
    return data


@pytest.fixture
def app(own_app):
    return own_app


@pytest.fixture
def client(steward_client):
    return steward_client


def url_of(layer, record_id):
    return f"/steward/{layer}/{record_id}"


def public(app, client, path):
    """A public page, once the Atlas has what was saved: on a busy machine that takes a moment."""
    shared(app).current.refresh()
    return client.get(path)


def ids(app, layer):
    with shared(app).database.reading() as connection:
        return [row[0] for row in records.identities(connection, LAYERS[layer])]


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
    ("age_min", "old", "should be a number"), ("age_max", "500", "should be from 0 to 120"),
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


def send(client, url, data):
    """As a browser that sends bytes which are no characters: the test client would refuse to."""
    body = urlencode(data, doseq=True, encoding="utf-8", errors="surrogatepass")
    return client.post(url, data=body, content_type="application/x-www-form-urlencoded")


def harmless(html):
    # 43 times 43, but for the tokens of forms
    return "1849" not in re.sub(r'value="[\w.-]{30,}"', "", html) and "<script>window.ran" not in html


FREE = {"summary", "description", "notes", "address", "rooms", "opening_hours", "times", "cost_note", "organisation",
        "giver", "amount", "venue", "access_other", "languages_other", "categories_other", "topics_other",
        "audiences_other"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("layer", LAYERS)
def test_hostile_text_is_kept_as_text_where_text_may_stand(app, client, layer, text):
    """SURVIVE 1 to 9."""
    fields = form_of(client, f"/steward/{layer}/new") | NEW[layer]
    hostile = dict.fromkeys(FREE & set(fields), text) | {"name": f"A new {text}"}
    answer = send(client, f"/steward/{layer}/new", fields | hostile | {"another": "yes"})
    assert answer.status_code == 303
    record = get(app, layer, answer.location.rsplit("/", 1)[1])[0]
    html = client.get(answer.location).get_data(as_text=True)
    assert harmless(html) and sent_by(html)["name"] == [record.name]
    kept = clean(text.replace("\ud83d", "%ED%A0%BD"))  # bytes that are no character stay as they were sent
    assert record.summary == " ".join(kept.split()) and record.name.startswith("A new ")


@pytest.mark.parametrize("layer", LAYERS)
def test_hostile_text_in_any_one_field_is_kept_or_refused_beside_that_field(app, client, layer):
    """SURVIVE 1 to 9: never an error page, never half a record."""
    fields = form_of(client, f"/steward/{layer}/new") | NEW[layer]
    everything = " ".join(HOSTILE.values())
    for field in set(fields) - {"csrf", "once"}:
        answer = send(client, f"/steward/{layer}/new",
                      fields | {"another": "yes", field: everything, "once": f"once-{field}"})
        html = answer.get_data(as_text=True)
        assert answer.status_code == 303 or answer.status_code == 400 and 'class="error"' in html, field
        assert harmless(html), field


@pytest.mark.parametrize("layer", LAYERS)
def test_a_field_of_a_megabyte_is_refused_with_a_sentence(app, client, layer):
    """SURVIVE 9."""
    data = form_of(client, f"/steward/{layer}/new") | {"name": "Long", "kind": "skill", "notes": "é" * 1_000_000}
    answer = client.post(f"/steward/{layer}/new", data=data)
    assert answer.status_code == 400 and "1,000,000 characters long" in answer.get_data(as_text=True)
    assert client.post(f"/steward/{layer}/new", data=data | {"notes": "é" * 2_000_000}).status_code == 413


def test_a_description_as_long_as_a_file_may_bring_can_be_edited(app, client):
    data = form_of(client, url_of("groups", GROUP)) | {"description": "ł" * 20_000}
    assert client.post(url_of("groups", GROUP), data=data).status_code == 303
    assert get(app, "groups", GROUP)[0].description == "ł" * 20_000


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


# New ones -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("layer", LAYERS)
def test_a_new_record_is_made_once_however_often_its_form_is_sent(app, client, layer):
    """SURVIVE 36."""
    data = form_of(client, f"/steward/{layer}/new") | NEW[layer] | {"checked_today": "yes"}
    before = set(ids(app, layer))
    answers = [client.post(f"/steward/{layer}/new", data=data) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    (made,) = set(ids(app, layer)) - before
    assert {answer.location for answer in answers} == {url_of(layer, made)}
    record = get(app, layer, made)[0]
    assert (record.source, record.confirmed_by, record.status) == ("by hand", "a steward", "active")
    assert lines(app, layer, made)[0].by == "steward@example.org"
    if layer != "organisations":
        assert public(app, client, f"/{layer}/{made}").status_code == 200


def test_what_may_be_the_same_is_shown_before_a_new_one_is_made(app, client):
    known = get(app, "groups", GROUP)[0]
    before = set(ids(app, "groups"))
    data = form_of(client, "/steward/groups/new") | {"name": f"The {known.name}",
                                                      "venue": "Queensway Neighbourhood Hub"}
    answer = client.post("/steward/groups/new", data=data)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "Is it one of these?" in html and url_of("groups", GROUP) in html
    assert set(ids(app, "groups")) == before
    answer = client.post("/steward/groups/new", data=sent_by(html) | {"another": "yes"})
    assert answer.status_code == 303 and len(ids(app, "groups")) == len(before) + 1


def test_a_record_whose_id_is_new_can_be_edited(app, client):
    data = form_of(client, "/steward/groups/new") | {"name": "New"}
    answer = client.post("/steward/groups/new", data=data)
    assert answer.location == "/steward/groups/new/edit"
    assert sent_by(client.get(answer.location).get_data(as_text=True))["name"] == ["New"]


# Times, places ------------------------------------------------------------------------------------------------------

def test_times_as_people_say_them_are_read_and_the_next_six_dates_shown(client):
    told = client.get("/steward/times?text=Tuesdays+10am-12").json
    assert len(told["dates"]) == 6 and all("Tue" in date or "To" in date for date in told["dates"])
    assert told["sessions"] == [{"text": "Tuesdays 10am–12 noon", "note": "", "understood": True}]
    moon = client.get("/steward/times?text=when+the+moon+is+full").json
    assert moon["dates"] == [] and not moon["sessions"][0]["understood"]
    assert "as it is written" in moon["sessions"][0]["note"]
    assert client.get("/steward/times").json["sessions"] == []


def test_the_dates_are_shown_without_javascript_and_what_was_typed_is_kept(app, client):
    data = form_of(client, url_of("groups", GROUP)) | {"times": "Fridays 2-4pm", "name": "Typed", "do": "dates"}
    answer = client.post(url_of("groups", GROUP), data=data)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "Fridays 2–4pm" in html and html.count("<li>Fri ") >= 4
    assert sent_by(html)["name"] == ["Typed"] and get(app, "groups", GROUP)[1] == 1


def test_a_group_can_meet_at_several_hubs(app, client):
    data = form_of(client, url_of("groups", GROUP)) | {"venue": ["Leigh Community Centre", "Cambridge Town Library"]}
    hubs = {name: hub_id for hub_id, name, *_ in _identities(app, "hubs")}
    wanted = list(hubs)[:2]
    assert client.post(url_of("groups", GROUP), data=data | {"venue": wanted}).status_code == 303
    record = get(app, "groups", GROUP)[0]
    assert {record.hub_id, *(m.hub_id for m in record.meetings)} == {hubs[name] for name in wanted}
    again = form_of(client, url_of("groups", GROUP))
    assert [text for text in again["venue"] if text] == wanted


def _identities(app, layer):
    with shared(app).database.reading() as connection:
        return records.identities(connection, LAYERS[layer])


def test_a_place_that_nobody_knows_becomes_part_of_the_address_and_the_page_says_so(app, client):
    data = form_of(client, url_of("groups", GROUP)) | {"venue": "The Old Boathouse"}
    answer = client.post(url_of("groups", GROUP), data=data)
    assert get(app, "groups", GROUP)[0].address == "The Old Boathouse"
    assert "kept as part of the address" in client.get(answer.location).get_data(as_text=True)


HUB = "cambridge-town-library"


def test_a_point_placed_on_the_map_is_kept_and_far_from_its_postcode_it_says_so(app, client):
    data = form_of(client, url_of("hubs", HUB)) | {"position_from": "given", "lat": "51.5418", "lon": "0.7140"}
    answer = client.post(url_of("hubs", HUB), data=data)
    record = get(app, "hubs", HUB)[0]
    assert (record.location.place.lat, record.location.place.lon, record.location.source) == (51.5418, 0.714, "given")
    assert "from the postcode SS3 9QP" in client.get(answer.location).get_data(as_text=True)


def test_coordinates_that_were_typed_count_whatever_choice_was_left_standing(app, client):
    data = form_of(client, url_of("hubs", HUB))
    assert data["position_from"] == ["auto"]
    assert client.post(url_of("hubs", HUB), data=data | {"lat": "51.5318", "lon": "0.7870"}).status_code == 303
    assert get(app, "hubs", HUB)[0].location.source == "given"


def test_another_postcode_moves_the_place_and_the_postcodes_place_can_be_taken_again(app, client):
    placed = get(app, "hubs", HUB)[0].location
    data = form_of(client, url_of("hubs", HUB)) | {"postcode": "SS1 2AB"}
    client.post(url_of("hubs", HUB), data=data)
    moved = get(app, "hubs", HUB)[0].location
    assert moved != placed and moved.source == "postcode"
    client.post(url_of("hubs", HUB), data=form_of(client, url_of("hubs", HUB)) | {
        "position_from": "given", "lat": "51.5418", "lon": "0.7140"})
    client.post(url_of("hubs", HUB), data=form_of(client, url_of("hubs", HUB)) | {"position_from": "auto"})
    assert get(app, "hubs", HUB)[0].location == moved


def test_a_point_outside_every_ward_is_told(client):
    told = client.get("/steward/place?position_from=given&lat=55&lon=-3").json
    assert any("outside every ward" in line["text"] for line in told["lines"])
    told = client.get("/steward/place?postcode=ss39qp").json
    assert told["lat"] and any("ward" in line["text"] and line["level"] == "plain" for line in told["lines"])


@pytest.mark.parametrize("query", ["lat=x&lon=y&position_from=given", "lat=nan&lon=1e400&position_from=given",
                                   "postcode=%00", "postcode=" + "x" * 500, ""])
def test_a_place_that_makes_no_sense_is_no_error(client, query):
    """SURVIVE 38."""
    assert client.get(f"/steward/place?{query}").json["lat"] is None


def test_the_postcodes_place_can_be_looked_up_without_javascript(client):
    data = form_of(client, url_of("hubs", HUB)) | {"postcode": "SS1 2AB", "do": "place", "lat": "1", "lon": "1"}
    html = client.post(url_of("hubs", HUB), data=data).get_data(as_text=True)
    assert "ward." in html and sent_by(html)["position_from"] == ["auto"] and sent_by(html)["lat"] == [""]


# Choices ------------------------------------------------------------------------------------------------------------

def test_the_first_category_stays_the_first_when_another_is_added(app, client):
    first = get(app, "groups", GROUP)[0].categories
    data = form_of(client, url_of("groups", GROUP))
    data["categories"] = [*data["categories"], "walking"]
    client.post(url_of("groups", GROUP), data=data)
    assert get(app, "groups", GROUP)[0].categories == (*first, "walking")


def test_words_that_the_vocabulary_does_not_know_stay_and_are_shown_again(app, client):
    data = form_of(client, url_of("groups", GROUP)) | {"categories_other": "moon gazing; kites"}
    answer = client.post(url_of("groups", GROUP), data=data)
    assert get(app, "groups", GROUP)[0].other_categories == ("moon gazing", "kites")
    html = client.get(answer.location).get_data(as_text=True)
    assert "vocabulary does not know" in html and sent_by(html)["categories_other"] == ["moon gazing; kites"]


def test_i_checked_this_today_confirms_it_by_a_steward(app, client):
    client.post(url_of("groups", GROUP), data=form_of(client, url_of("groups", GROUP)) | {"checked_today": "yes"})
    record = get(app, "groups", GROUP)[0]
    assert record.confirmed_by == "a steward" and record.last_confirmed.isoformat() in str(
        lines(app, "groups", GROUP)[0].changes["last_confirmed"])


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
