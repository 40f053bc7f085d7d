"""A record saved while another process holds the store's pen: what was typed stays, and is saved a moment later."""

import sqlite3

import pytest
from sqlalchemy import event

from assetmap.store import programmes
from tests.conftest import csrf_of
from tests.made_programmes import make_listening
from tests.record_forms import GROUP, NEW, form_of, get, ids, sent_by, shared, url_of


@pytest.fixture
def held(own_app, monkeypatch):
    """The pen is another's until this is called."""
    monkeypatch.setattr("assetmap.web.steward.editing._PATIENCE_S", 0.05)
    monkeypatch.setattr("assetmap.web.programmes.editing._PATIENCE_S", 0.05)

    @event.listens_for(shared(own_app).database.engine, "connect")
    def _hurry(connection, _record):
        connection.execute("PRAGMA busy_timeout=50")

    other = sqlite3.connect(shared(own_app).settings.database_file, isolation_level=None)

    def hold():
        other.execute("BEGIN IMMEDIATE")
        return lambda: other.execute("ROLLBACK")

    yield hold
    other.close()


def not_saved(answer):
    html = answer.get_data(as_text=True)
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    assert "Not saved yet." in html and "Somebody else is saving just now" in html and "still here" in html
    return sent_by(html)


def test_an_edit_while_another_saves_comes_back_as_it_was_typed(own_app, steward_client, held, caplog):
    url = url_of("groups", GROUP)
    data = form_of(steward_client, url) | {"summary": ["Tea, byrek & <talk>"], "description": ["One\n\nTwo"]}
    let_go = held()
    back = not_saved(steward_client.post(url, data=data))
    assert back["summary"] == data["summary"] and back["description"] == data["description"]
    assert back["once"] == data["once"] and back["version"] == data["version"]
    assert not [line for line in caplog.records if line.exc_info]
    let_go()
    assert steward_client.post(url, data=back).status_code == 303
    assert get(own_app, "groups", GROUP)[0].summary == "Tea, byrek & <talk>"


def test_a_new_record_while_another_saves_comes_back_and_is_made_once(own_app, steward_client, held):
    url = url_of("groups", "new")
    before = set(ids(own_app, "groups"))
    data = form_of(steward_client, url) | NEW["groups"]
    let_go = held()
    back = not_saved(steward_client.post(url, data=data))
    assert back["name"] == [NEW["groups"]["name"]]
    let_go()
    for _time in range(2):
        assert steward_client.post(url, data=back).status_code == 303
    assert len(set(ids(own_app, "groups")) - before) == 1


def test_what_was_chosen_between_two_versions_stays_chosen(own_app, steward_client, held):
    url = url_of("groups", GROUP)
    mine = form_of(steward_client, url) | {"summary": "Mine"}
    theirs = form_of(steward_client, url) | {"summary": "Theirs"}
    assert steward_client.post(url, data=theirs).status_code == 303
    asked = steward_client.post(url, data=mine)
    assert asked.status_code == 409
    let_go = held()
    back = not_saved(steward_client.post(url, data=sent_by(asked.get_data(as_text=True)) | {"keep-summary": "theirs"}))
    let_go()
    steward_client.post(url, data=back)
    assert get(own_app, "groups", GROUP)[0].summary == "Theirs"


def test_forms_of_programmes_come_back_as_they_were_typed_too(own_app, steward_client, held):
    make_listening(own_app)
    new = "/plan/programmes/edit/deployment-figures/new?of=street-milton"
    change = "/plan/programmes/edit/programmes/street/change"
    data = sent_by(steward_client.get(new).text) | {"name": ["Beds & <pots>"], "value": ["7"]}
    edited = sent_by(steward_client.get(change).text) | {"steps-1-name": ["Meet <often>"], "purpose": ["One\n\nTwo"]}
    let_go = held()
    back, changed = not_saved(steward_client.post(new, data=data)), not_saved(steward_client.post(change, data=edited))
    assert (back["name"], back["value"], back["once"]) == (["Beds & <pots>"], ["7"], data["once"])
    assert (changed["steps-1-name"], changed["purpose"]) == (["Meet <often>"], ["One\n\nTwo"])
    let_go()
    for url, sent in ((new, back), (new, back), (change, changed)):
        assert steward_client.post(url, data=sent).status_code == 303
    with shared(own_app).database.reading() as connection:
        assert [one.value for one in programmes.every(connection, "deployment-figures").values()
                if one.name == "Beds & <pots>"] == [7.0]
        assert programmes.get(connection, "programmes", "street")[0].steps[1].name == "Meet <often>"


def test_elsewhere_it_is_one_line_in_the_log_and_nobody_can_forge_another(own_app, steward_client, held, caplog):
    data = {"csrf": csrf_of(steward_client)}
    let_go = held()
    answer = steward_client.post(f"/steward/groups/{GROUP}/status/hidden", data=data)
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    let_go()
    (line,) = [line for line in caplog.records if "Somebody else is saving" in line.getMessage()]
    assert line.levelname == "WARNING" and not line.exc_info and "\n" not in line.getMessage()


def test_an_address_with_a_line_end_makes_no_line_in_the_log(own_app, caplog):
    own_app.config["TESTING"] = own_app.config["PROPAGATE_EXCEPTIONS"] = False
    own_app.add_url_rule("/broken/<rest>", view_func=lambda rest: 1 // 0, endpoint="broken")
    assert own_app.test_client().get("/broken/a%0A2026-01-01 ERROR forged").status_code == 500
    (line,) = [line for line in caplog.records if "Unexpected fault" in line.getMessage()]
    assert "\n" not in line.getMessage()
