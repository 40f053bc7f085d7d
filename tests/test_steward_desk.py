"""The steward's first page: what waits, and what was done last."""

import re

from assetmap.store import suggestions
from tests.conftest import csrf_of, sign_in


def test_a_new_map_has_nothing_waiting_and_says_what_was_loaded(steward_client):
    page = steward_client.get("/steward").text
    assert "No suggestions wait." in page and "No letters wait." in page
    assert "Import of groups from sample_groups.csv" in page and "216 added" in page


def test_what_a_resident_sends_waits_on_the_first_page(own_app, steward_client):
    with own_app.extensions["assetmap"].database.writing() as connection:
        suggestions.add(connection, token="of a form", link="a private link", layer="groups", record_id="",
                        version=None, document={"purpose": "suggest", "name": "Chess"})
    assert re.search(r"<b>1</b> suggestion to decide on", steward_client.get("/steward").text)


def test_signing_out_ends_the_session_at_once(steward_client):
    assert steward_client.get("/steward").status_code == 200
    steward_client.post("/sign-out", data={"csrf": csrf_of(steward_client)})
    assert steward_client.get("/steward").status_code == 303


def test_an_empty_map_says_what_to_begin_with(empty_client):
    sign_in(empty_client)
    page = empty_client.get("/steward").text
    assert "To begin with" in page and "/steward/import?layer=wards" in page
    assert "Nothing needs to be confirmed." in page


def test_it_counts_what_the_work_list_holds(steward_client):
    number = re.search(r"<b>(\d+)</b> entries to confirm", steward_client.get("/steward").text).group(1)
    assert f"{number} entries to check" in steward_client.get("/steward/freshness").text
