"""Residents' words are kept once, unseen by the public, and without an account."""

import re

import pytest

from assetmap.store.database import Database
from assetmap.store.reference import pending_suggestions


@pytest.fixture
def kept(own_app):
    def read():
        database: Database = own_app.extensions["assetmap"].database
        with database.reading() as connection:
            return pending_suggestions(connection)

    return read


def token_of(client, path: str) -> str:
    return re.search(r'name="token" value="([^"]+)"', client.get(path).get_data(as_text=True))[1]


def a_group(client) -> str:
    return client.get("/find.json").json["results"][0]["url"]


def test_a_report_is_kept_for_a_steward_and_changes_nothing(own_client, kept):
    path = a_group(own_client) + "/report"
    before = own_client.get("/find.json").json
    answer = own_client.post(path, data={"token": token_of(own_client, path), "what": "wrong",
                                         "detail": "It starts at 2 now."})
    assert answer.status_code == 200
    assert [row["record_id"] for row in kept()] == [path.split("/")[2]]
    assert own_client.get("/find.json").json == before


def test_a_form_sent_twice_is_kept_once(own_client, kept):
    form = {"token": token_of(own_client, "/suggest"), "name": "Chess in the park"}
    for _time in range(2):
        assert own_client.post("/suggest", data=form).status_code == 200
    assert len(kept()) == 1


def test_a_form_without_a_token_of_ours_is_not_kept(own_client, kept):
    for token in ("", "made-up", None):
        form = {"name": "Chess"} | ({} if token is None else {"token": token})
        answer = own_client.post("/suggest", data=form)
        assert answer.status_code == 400 and "did not come from this site" in answer.get_data(as_text=True)
    assert kept() == []


def test_a_robot_that_fills_in_everything_is_thanked_and_not_kept(own_client, kept):
    form = {"token": token_of(own_client, "/suggest"), "name": "Buy now", "website2": "https://spam.example"}
    assert own_client.post("/suggest", data=form).status_code == 200
    assert kept() == []


@pytest.mark.parametrize("form", [{"name": ""}, {"name": "x" * 201}, {"name": "Chess", "what_happens": "y" * 2001}])
def test_what_is_missing_or_too_long_is_said_beside_its_field(form, own_client, kept):
    answer = own_client.post("/suggest", data=form | {"token": token_of(own_client, "/suggest")})
    assert answer.status_code == 400
    assert kept() == []


def test_flooding_is_stopped_with_a_sentence(own_client, kept):
    for _number in range(20):
        own_client.post("/suggest", data={"token": token_of(own_client, "/suggest"), "name": "Again"})
    answer = own_client.post("/suggest", data={"token": token_of(own_client, "/suggest"), "name": "Again"})
    assert answer.status_code == 429 and "wait" in answer.get_data(as_text=True)
    assert own_client.get("/suggest").status_code == 200
    assert len(kept()) == 20
