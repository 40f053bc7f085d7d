"""Programmes through forms and through the steward's pages of an import."""

from datetime import date

import pytest

from assetmap.domain.progress import ProgressEvent
from assetmap.importing.programmes.typed import Known, read_deployment, read_event, read_programme
from assetmap.store import programmes
from tests.importing_pages import Importing
from tests.loading import HUBS, Loader
from tests.planned import code, wards_document
from tests.test_programmes import PLAIN


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    loader.load("wards", wards_document(3), "wards.geojson")
    loader.load("hubs", HUBS)
    yield loader
    loader.database.dispose()


def test_a_form_says_what_is_wrong_beside_its_field_and_an_empty_field_takes_away(loader):
    loader.load("programmes", PLAIN)
    known = Known(wards=[code(1)], hubs=["leigh-library"], languages=["pl"])
    with loader.database.reading() as connection:
        deployment, _version = programmes.get(connection, "deployments", "street-friends-ward-1")
        programme, _version = programmes.get(connection, "programmes", "street-friends")
    event, today = ProgressEvent("", "", deployment.id, "", "", date(2026, 1, 1)), date(2026, 6, 1)
    wrong = read_event({"step": "dance", "what": "", "day": "31 June", "link": "javascript:x", "photo_alt": "",
                        "photo": "https://example.org/a.jpg"}, programme, event, today)
    assert wrong.record is None and set(wrong.errors) == {"step", "what", "day", "link", "photo_alt"}
    assert wrong.errors["what"] == "Choose one." and wrong.errors["day"].startswith("This is “31 June”, and")
    assert "still to come" in read_event({"step": "street-meal", "what": "reached", "day": "2026-06-02"}, programme,
                                         event, today).errors["day"]
    made = read_deployment({"name": "Ward 2", "wards": [code(1)], "hub_id": "leigh-library", "starts": "1 May 2026",
                            "lead": "Us", "status": "active", "roles": [
                                {"name": "Cook", "phone": "01632 960001", "consent": "yes"}, {"name": ""}]},
                           known, deployment).record
    assert (made.wards, made.hub_id, made.starts, made.lead) == ((code(1),), "leigh-library", date(2026, 5, 1), "Us")
    assert [(role.name, role.phone, role.consent) for role in made.roles] == [("Cook", "01632 960001", True)]
    emptied = read_deployment({"name": "Ward 2", "neighbourhood": "Here", "status": "active"}, known, made).record
    assert (emptied.wards, emptied.hub_id, emptied.lead, emptied.roles) == ((), "", "", ())
    texts = {"name": programme.name, "kind": "steps", "status": "active"}
    steps = [{"code": "street-meal", "name": "A meal in the street", "feedback_days": "10"}, {"name": "Слухати"},
             {"name": "Again"}, {"name": "again"}]
    read = read_programme(texts | {"steps": steps[:3]}, known, programme, {"street-meal"})
    assert [(step.code, step.feedback_days) for step in read.record.steps] == [
        ("street-meal", 10), ("step", None), ("again", None)]
    assert "above already" in read_programme(texts | {"steps": steps}, known, programme).errors["steps-3-name"]
    lost = read_programme(texts | {"steps": steps}, known, programme, {"knock-on-doors"})
    assert "has entries" in lost.errors["steps"]


def test_a_steward_loads_a_file_in_the_browser_sees_what_it_would_do_and_takes_it_back(steward_client):
    importing = Importing(steward_client)
    importing.upload("programmes", PLAIN.replace(",Ward 1,", ",all,"), "streets.csv").columns()
    importing.get("preview")
    assert importing.figures()["new"] == 6 and "New: 1 programme, 1 deployment" in importing.words
    assert "cannot be undone" not in importing.words
    importing.apply()
    assert importing.figures() == {"added": 6, "changed": 0, "left as they were": 0}
    importing.upload("programmes", PLAIN.replace(",Ward 1,", ",all,").replace(",38", ",40"), "streets.csv").columns()
    assert "Number 38 40" in importing.get("preview").words
    importing.apply()
    page = steward_client.get("/steward/programmes/street-friends/history")
    assert page.status_code == 200 and "Import of programmes from streets.csv" in page.text
    changes = steward_client.get("/steward/changes").text
    assert "Import of programmes from streets.csv" in changes and "6 added" in changes
