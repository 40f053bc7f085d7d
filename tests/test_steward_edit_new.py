"""The forms of records: new ones, made once, whatever is typed into them."""

import shutil
from urllib.parse import urlencode

import pytest

from assetmap.domain.text import clean
from assetmap.store.rows import LAYERS
from tests.conftest import app_over, settings_at, sign_in
from tests.evaluated import was_evaluated
from tests.record_forms import GROUP, NEW, form_of, get, ids, lines, public, sent_by, url_of


@pytest.fixture(scope="module")
def app(made_sample, tmp_path_factory):
    """One for all of them: each makes records of its own."""
    with app_over(settings_at(shutil.copytree(made_sample, tmp_path_factory.mktemp("new") / "instance"))) as app:
        yield app


@pytest.fixture(scope="module")
def client(app):
    client = app.test_client()
    sign_in(client)
    return client


HOSTILE = {
    "1 a template's expression": "{{43*43}}", "2 a template's block": "50% {% off", "3 a dollar": "${alert(1)}",
    "4 a backtick": "tick ` tock", "5 a script's end": "</script><script>window.ran=1</script>",
    "6 a script address": "javascript:alert(1)", "7 a lone surrogate": "half \ud83d of it",
    "8 control characters": "bell\x07 and nul\x00 here", "9 reordering and combining marks":
    "abc \u202e desrever \u2066 \U0001f600 e\u0301\u0301"}


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


def send(client, url, data):
    """As a browser that sends bytes which are no characters: the test client would refuse to."""
    body = urlencode(data, doseq=True, encoding="utf-8", errors="surrogatepass")
    return client.post(url, data=body, content_type="application/x-www-form-urlencoded")


def harmless(html):
    return not was_evaluated(html) and "<script>window.ran" not in html


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
