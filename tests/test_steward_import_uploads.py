"""Uploads: under what name they lie, what cannot be read, how long they stay, and work that is interrupted."""

import json
import re
import stat

import pytest

from assetmap.importing import draft_work, drafts
from assetmap.store import records
from assetmap.store.rows import LAYERS
from tests.conftest import csrf_of, sign_in
from tests.importing_pages import Importing

CLUBS = ("Club name,Post Code,Ref,Web,Colour\nChess,SS1 2AB,1,example.org/chess,red\nBridge,SS0 8NB,2,,blue\n"
         "Darts,SS9 2DD,3,,\n")
BAD = CLUBS + "Bowls,SSO 8NB,4,,\nQuoits,SS1 2AO,5,,\n"


@pytest.fixture
def importing(steward_client):
    return Importing(steward_client)


@pytest.fixture
def shared(own_app):
    return own_app.extensions["assetmap"]


@pytest.fixture
def groups(shared):
    """groups() -> name: website of the groups of the feed `groups`."""

    def read() -> dict[str, str]:
        with shared.database.reading() as connection:
            return {row["name"]: row["website"] for row in records.rows(connection, LAYERS["groups"])
                    if row["source"] == "groups"}

    return read


def uploads(shared) -> list:
    return sorted((shared.settings.home / "uploads").glob("*"))


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "..\\..\\evil.csv", "a/b\x00c.csv", "'; rm -rf ~;'.csv",
                                  "=cmd|' /C calc'!A0.csv", "\u202egnp.csv", "x" * 400 + ".csv"])
def test_survive_30_an_odd_file_name_is_only_ever_text(importing, shared, name):
    importing.upload("groups", CLUBS, name)
    assert importing.page.status_code in (303, 400)
    for folder in uploads(shared):
        assert re.fullmatch("[0-9a-f]{16}", folder.name) and stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {file.name for file in folder.iterdir()} <= {"upload.csv", "work.json", "columns.json"}
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    if importing.page.status_code == 303:
        assert importing.get("columns").page.status_code == 200


@pytest.mark.parametrize("draft_id", ["../secret_key", "..%2f..%2fsecret_key", "0" * 16, "x", "templates"])
@pytest.mark.parametrize("step", ["", "/columns", "/preview", "/result", "/progress.json", "/rejected.csv"])
def test_an_upload_that_there_is_not_is_not_found(steward_client, draft_id, step):
    assert steward_client.get(f"/steward/import/{draft_id}{step}").status_code == 404


@pytest.mark.parametrize(("layer", "name", "text", "said"), [
    ("groups", "clubs.doc", "x", "It should end in .csv, .tsv"),
    ("wards", "wards.csv", "x", "It should end in .geojson"),
    ("groups", "clubs.csv", "", "This file is empty"), ("groups", "clubs.csv", "%PDF-1.4", "This is a PDF document"),
    ("trees", "clubs.csv", CLUBS, "Choose what the file holds."),
    ("wards", "wards.geojson", '{"type": "FeatureCollection", "features": []}', "file"),
    ("postcodes", "codes.csv", "a,b\n1,2\n", "This is not a postcode directory")])
def test_a_file_that_cannot_be_read_is_refused_beside_the_field_and_leaves_nothing(importing, shared, layer, name, text,
                                                                                  said):
    before = shared.database.version()
    importing.upload(layer, text, name)
    assert importing.page.status_code == 400 and said in importing.words
    assert uploads(shared) == [] and shared.database.version() == before


def test_a_form_whose_file_was_refused_can_be_sent_again_with_another(importing):
    assert importing.upload("groups", "%PDF-1.4", once="abc").page.status_code == 400
    assert importing.upload("groups", CLUBS, once="abc").page.status_code == 303
    assert importing.get("columns").page.status_code == 200


def test_a_corrected_file_takes_the_place_of_the_upload_only_when_it_can_be_read(importing, shared):
    importing.upload("groups", BAD).columns(column_4="notes")
    earlier = importing.address.rpartition("/")[2]
    importing.upload("groups", "%PDF-1.4", again=earlier)
    assert [folder.name for folder in uploads(shared)] == [earlier]
    importing.upload("groups", CLUBS, again=earlier)
    assert [folder.name for folder in uploads(shared)] == [importing.address.rpartition("/")[2]] != [earlier]
    assert importing.form()["column-4"] == "notes"
    assert importing.client.get(importing.address).headers["Location"].endswith("/columns")


def test_no_file_at_all_is_said(steward_client):
    importing = Importing(steward_client).upload("groups", b"", "")
    importing.page = steward_client.post("/steward/import", data={"csrf": csrf_of(steward_client), "layer": "groups"})
    assert importing.page.status_code == 400 and "Choose a file." in importing.words


def test_a_file_that_is_too_large_is_told_how_large_it_may_be(importing, shared):
    shared.settings.max_upload_mb = 1
    importing.upload("groups", b"name\n" + b"x" * 2_000_000)
    assert importing.page.status_code == 413 and "larger than 1 MB" in importing.text and uploads(shared) == []
    assert importing.upload("groups", b"name,notes\nx," + b"y " * 40_000).page.status_code == 303


def test_only_stewards_may_import(own_app):
    client = own_app.test_client()
    assert client.get("/steward/import").status_code == 303 and client.post("/steward/import").status_code == 401
    sign_in(client, "planner")
    assert Importing(client).upload("groups", CLUBS).page.status_code == 403


def test_drafts_are_listed_resumed_and_dropped_with_their_files(importing, shared, groups):
    importing.upload("groups", CLUBS, "mine.csv").columns()
    start = importing.client.get("/steward/import").get_data(as_text=True)
    assert "Not finished yet" in start and "mine.csv" in start
    assert importing.client.get(importing.address).headers["Location"].endswith("/preview")
    importing.post("drop")
    assert importing.page.status_code == 303 and uploads(shared) == [] and groups() == {}
    assert importing.client.get(importing.address).status_code == 404
    assert "Not finished yet" not in importing.client.get("/steward/import").get_data(as_text=True)


def test_drafts_are_thrown_away_after_a_week(importing, shared):
    importing.upload("groups", CLUBS)
    with shared.database.writing() as connection:
        from assetmap.store.steward_tables import drafts as table

        connection.execute(table.update().values(at="2026-01-01T00:00:00+00:00"))
    drafts.tidy(shared.database, shared.settings)
    assert uploads(shared) == [] and importing.client.get(importing.address).status_code == 404


def test_the_file_itself_is_thrown_away_when_it_was_applied(importing, shared):
    importing.upload("groups", BAD).columns()
    importing.apply("good")
    (folder,) = uploads(shared)
    assert {file.name for file in folder.iterdir()} & {"upload.csv", "upload.rejected.csv"} == {"upload.rejected.csv"}


def test_work_that_takes_long_shows_how_far_it_is_and_then_what_came_of_it(importing, monkeypatch):
    monkeypatch.setattr(draft_work, "DIRECT_S", 0.0)
    importing.upload("groups", CLUBS).columns()
    importing.get("preview")
    assert importing.figures()["new"] == 3
    found = importing.client.get(f"{importing.address}/progress.json").get_json()
    assert found["state"] == "done" and found["url"].endswith("/preview")
    assert importing.apply().figures()["added"] == 3


def test_the_page_of_work_refreshes_itself_without_javascript(importing, shared):
    importing.upload("groups", CLUBS).columns()
    folder = uploads(shared)[0]
    state = json.loads((folder / "work.json").read_text()) | {"ended": False, "kind": "apply", "stage": "Writing",
                                                              "done": 10_000, "total": 20_000}
    draft_work.write(folder, "work.json", state)
    page = importing.client.get(f"{importing.address}/preview").get_data(as_text=True)
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert "Writing the entries: 10,000 of 20,000" in page and 'max="20000" value="10000"' in page


@pytest.mark.parametrize("kind", ["read", "check", "apply"])
def test_work_that_was_interrupted_says_so_and_can_be_tried_again(importing, shared, groups, kind):
    importing.upload("groups", CLUBS)
    if kind != "read":
        importing.columns()
    folder = uploads(shared)[0]
    (folder / ("columns.json" if kind == "read" else "preview.json")).unlink(missing_ok=kind == "apply")
    state = json.loads((folder / "work.json").read_text()) | {"ended": False, "kind": kind, "at": 1.0}
    draft_work.write(folder, "work.json", state)
    step = {"read": "columns", "check": "preview", "apply": "result"}[kind]
    assert "was interrupted before its end. Nothing was changed" in importing.get(step).words
    assert importing.client.get(f"{importing.address}/progress.json").get_json()["state"] == "interrupted"
    importing.post("again")
    if kind == "read":
        importing.columns()
    assert importing.get("preview").apply().figures()["added"] == 3 and len(groups()) == 3


def test_an_upload_that_was_applied_says_so_although_the_process_died_right_after(importing, shared):
    importing.upload("groups", CLUBS).columns()
    importing.apply()
    folder = uploads(shared)[0]
    (folder / "result.json").unlink()
    state = json.loads((folder / "work.json").read_text()) | {"ended": False, "at": 1.0}
    draft_work.write(folder, "work.json", state)
    assert "is loaded" in importing.get("result").words and "/steward/changes/" in importing.text
    drafts.remove(shared.settings, folder.name)
    assert "is loaded" in importing.get("result").words


def test_a_fault_while_applying_leaves_nothing_and_is_told(importing, shared, groups, monkeypatch):
    importing.upload("groups", CLUBS).columns()
    token = importing.get("preview").token
    monkeypatch.setattr(drafts.drafts, "mark_applied", lambda *a, **k: 1 / 0)
    importing.post("apply", token=token, rows="all")
    assert "Nothing was changed" in importing.get("result").words and groups() == {}


@pytest.mark.parametrize("number", ["NaN", "1e400"])
def test_survive_19_20_a_coordinate_that_is_no_number_is_refused_by_row(importing, shared, groups, number):
    shape = ('{"type": "Feature", "properties": {"name": "%s"}, '
             '"geometry": {"type": "Point", "coordinates": [%s, 51.5]}}')
    features = ", ".join([shape % ("Chess", "0.7"), shape % ("Bridge", number)])
    before = shared.database.version()
    importing.upload("groups", f'{{"type": "FeatureCollection", "features": [{features}]}}', "groups.geojson").columns()
    page = importing.get("preview")
    assert page.page.status_code == 200
    assert re.search(r" 3 geometry .*Feature 2: A coordinate is not a number that can be used", page.words)
    assert groups() == {} and shared.database.version() == before
    importing.apply("all", token=page.token)
    assert groups() == {} and shared.database.version() == before
