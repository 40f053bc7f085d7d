"""Programmes through forms and through the steward's pages of an import."""

from dataclasses import replace
from datetime import date

import pytest

from assetmap.domain.progress import ProgressEvent
from assetmap.importing.programmes.form import fields_of, read_form
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
    with loader.database.reading() as connection:
        def read(base, texts, **more):
            return read_form(connection, loader.settings, base, texts, **more)

        event = ProgressEvent("", "", "street-friends-ward-1", "", "", date(2026, 1, 1))
        wrong = read(event, {"step": "dance", "what": "", "day": "31 June", "link": "javascript:x", "public": "yes",
                             "photo": "https://example.org/a.jpg", "photo_alt": ""})
        assert wrong.record is None and set(wrong.errors) == {"step", "what", "day", "link", "photo_alt"}
        assert wrong.errors["what"] == "This is needed." and wrong.errors["day"].startswith("This is “31 June”, and")
        right = read(event, {"step": "2", "what": "begun", "day": "1 March 2026", "note": "At last", "public": "no"})
        assert right.record == replace(event, step="street-meal", what="begun", day=date(2026, 3, 1), note="At last",
                                       public=False)
        deployment, _version = programmes.get(connection, "deployments", "street-friends-ward-1")
        assert read(deployment, fields_of(deployment)).record == deployment
        made = read(deployment, {"ward": "Ward 2;Ward 3", "hub": "Leigh Library", "day": "2026-05-01", "lead": "Us"},
                    roles=[{"name": "Cook", "phone": "01632 960001", "contact_consent": "yes"}, {"name": ""}]).record
        assert (made.wards, made.hub_id, made.starts, made.lead) == ((code(1), code(2)), "leigh-library",
                                                                     date(2026, 5, 1), "Us")
        assert [(role.name, role.phone, role.consent) for role in made.roles] == [("Cook", "01632 960001", True)]
        assert read(made, {"ward": "", "hub": "", "lead": ""}).record == replace(made, wards=(), hub_id="", lead="")
        assert "until" in read(made, {"until": "2026-04-01"}).errors
        programme, _version = programmes.get(connection, "programmes", "street-friends")
        assert read(programme, fields_of(programme)).record == programme
        steps = [{"code": "street-meal", "name": "A meal in the street", "feedback_days": "10"}, {"name": "Again"}]
        assert [(step.code, step.feedback_days) for step in read(programme, {}, steps=steps).record.steps] == [
            ("street-meal", 10), ("again", None)]
        assert read(programme, {}, steps=[{"name": "Again"}, {"name": "again"}]).errors == {
            "steps-1-name": "Another one is called this already."}


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
