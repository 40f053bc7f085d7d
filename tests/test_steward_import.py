"""Import in the browser: upload, columns, preview, apply; nothing is written to the records before the last."""

import json
import re

import pytest
from sqlalchemy import select

from assetmap.importing.drafts import UNMAPPED, UPLOADED_LAYERS
from assetmap.store import merging, records, tables
from assetmap.store.rows import LAYERS
from tests.conftest import csrf_of
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


def test_a_file_goes_from_upload_to_apply_and_nothing_is_written_before(importing, groups, shared):
    importing.upload("groups", CLUBS)
    assert importing.page.status_code == 303 and importing.address.startswith("/steward/import/")
    assert "Which column is what?" in importing.get("columns").words
    importing.columns()
    importing.get("preview")
    assert importing.figures() == {"new": 3, "to change": 0, "as they are": 0, "rows with faults": 0}
    assert all(name in importing.words for name in ("Chess", "Bridge", "Darts")) and groups() == {}
    importing.apply()
    assert importing.figures() == {"added": 3, "changed": 0, "left as they were": 0}
    assert groups() == {"Chess": "https://example.org/chess", "Bridge": "", "Darts": ""}
    with shared.database.reading() as connection:
        (kept,) = connection.execute(select(tables.imports).where(tables.imports.c.source == "groups")).mappings()
    assert f'href="/steward/changes/{kept["id"]}"' in importing.text
    assert (kept["by"], kept["file"], kept["draft_id"]) == (
        "steward@example.org", "groups.csv", importing.address.rpartition("/")[2])


def test_the_page_of_columns_shows_headings_values_and_the_guess(importing):
    importing.upload("groups", CLUBS)
    form = importing.form()
    assert [form[f"column-{index}"] for index in range(5)] == ["name", "postcode", "source_id", "website", ""]
    assert form["source"] == "groups"
    assert all(said in importing.words for said in ("Club name", "SS9 2DD", "not used", "(needed)"))


def test_the_same_feed_again_changes_nothing_and_a_corrected_one_only_what_differs(importing, groups):
    importing.upload("groups", CLUBS).columns()
    importing.apply()
    again = importing.upload("groups", CLUBS)
    again.columns()
    again.get("preview")
    assert again.figures() == {"new": 0, "to change": 0, "as they are": 3, "rows with faults": 0}
    assert "There is nothing to do" in again.words
    assert "Nothing had to be changed" in again.apply().words
    again.upload("groups", CLUBS.replace("SS0 8NB,2,", "SS0 8NB,2,example.org/bridge"))
    again.columns()
    assert again.get("preview").figures()["to change"] == 1
    assert "Bridge Website (empty) https://example.org/bridge" in again.words
    again.apply()
    assert groups()["Bridge"] == "https://example.org/bridge"


def test_a_guess_is_corrected_and_said_once_for_every_row(importing, shared):
    importing.upload("groups", CLUBS).columns(column_4="notes", same_categories="Games and cards", same_cost="free")
    importing.get("preview").apply()
    with shared.database.reading() as connection:
        held = {row["name"]: (row["notes"], row["categories"], row["cost"])
                for row in records.rows(connection, LAYERS["groups"]) if row["source"] == "groups"}
    assert held["Chess"] == ("red", '["games-cards"]', "free") and held["Darts"][0] == ""


@pytest.mark.parametrize(("changed", "said"), [
    ({"column_0": ""}, "Say which column is “Name of the group”"),
    ({"column_4": "name"}, "“Club name” is “Name of the group” already"),
    ({"column_4": "shoe"}, "Choose one of the list."), ({"source": " "}, "Say which list this is."),
    ({"column_4": "lat"}, "“Latitude” is of no use without “Longitude”"),
    ({"same_last_confirmed": "lately"}, "“Last confirmed” is “lately”, and should be a date such as")])
def test_columns_that_cannot_be_are_said_beside_the_field_and_what_was_typed_stays(importing, changed, said):
    importing.upload("groups", CLUBS).columns(**changed, same_organisation="Leisure Trust")
    assert importing.page.status_code == 400 and said in importing.words
    assert 'value="Leisure Trust"' in importing.text and 'id="error-' in importing.text


def test_faults_are_shown_by_row_and_column_and_the_good_rows_can_be_loaded_without_them(importing, groups):
    importing.upload("groups", BAD).columns()
    importing.get("preview")
    assert importing.figures()["rows with faults"] == 2
    assert "5 Post Code SSO 8NB “SSO 8NB” is not a postcode. Did you mean SS0 8NB?" in importing.words
    token = importing.token
    assert importing.post("apply", token=token, rows="all").page.status_code == 400 and groups() == {}
    assert "left out" in importing.words
    rejected = importing.get("rejected.csv").text
    assert rejected.lstrip("\ufeff").splitlines()[0] == "Club name,Post Code,Ref,Web,Colour,reason"
    assert len(rejected.splitlines()) == 3 and 'filename=groups.rejected.csv' in importing.page.headers[
        "Content-Disposition"]
    assert importing.apply("good").figures() == {"added": 3, "changed": 0, "left as they were": 0, "rows left out": 2}
    assert set(groups()) == {"Chess", "Bridge", "Darts"}


def test_the_rows_that_were_left_out_are_put_right_and_belong_to_the_same_feed(importing, groups):
    importing.upload("groups", BAD).columns(same_cost="free")
    importing.apply("good")
    earlier = importing.address.rpartition("/")[2]
    fixed = importing.get("rejected.csv").page.data.replace(b"SSO 8NB", b"SS0 8NB").replace(b"SS1 2AO", b"SS1 2AB")
    importing.upload("groups", fixed, "groups.rejected.csv", again=earlier)
    form = importing.form()
    assert (form["source"], form["column-0"], form["same-cost"]) == ("groups", "name", "free")
    importing.columns()
    assert importing.apply().figures() == {"added": 2, "changed": 0, "left as they were": 0}
    assert set(groups()) == {"Chess", "Bridge", "Darts", "Bowls", "Quoits"}


def test_columns_are_remembered_for_the_next_file_of_the_feed(importing):
    importing.upload("groups", CLUBS, "clubs_2026-01.csv").columns(column_4="notes", same_cost="free", remember="yes")
    importing.apply()
    importing.upload("groups", CLUBS, "clubs_2026-02.csv")
    form = importing.form()
    assert (form["source"], form["column-4"], form["same-cost"]) == ("clubs", "notes", "free")
    assert "The columns are as steward@example.org kept them for “clubs”" in importing.words
    assert "This list is known: it brought 3 entries" in importing.words


def test_a_feed_that_is_known_is_offered_to_a_file_of_another_name(importing):
    importing.upload("groups", CLUBS, "clubs.csv").columns(column_4="notes", remember="yes")
    importing.apply()
    importing.upload("groups", CLUBS, "Copy of something.csv")
    assert "This list is new here" in importing.get("columns").words
    assert f'href="{importing.address}/columns?feed=clubs"' in importing.text
    importing.get("columns?feed=clubs")
    assert 'name="source" type="text" value="clubs"' in importing.text
    assert '<option value="notes" selected>' in importing.text


def test_columns_are_not_remembered_when_nobody_asked_or_the_upload_was_dropped(importing, own_app):
    importing.upload("groups", CLUBS, "one.csv").columns(column_4="notes")
    importing.apply()
    importing.upload("groups", CLUBS, "two.csv").columns(column_4="notes", remember="yes")
    importing.post("drop")
    for name in ("one.csv", "two.csv"):
        assert importing.upload("groups", CLUBS, name).form()["column-4"] == ""


def test_an_upload_is_applied_once_however_often_the_form_is_sent(importing, shared):
    importing.upload("groups", CLUBS).columns()
    token = importing.get("preview").token
    before = shared.database.version()
    for _ in range(3):
        assert importing.post("apply", token=token, rows="all").page.headers["Location"].endswith("/result")
    assert shared.database.version() == before + 1
    assert importing.get("preview").page.request.path.endswith("/result")
    assert importing.get("columns").page.request.path.endswith("/result")


def test_an_upload_form_that_is_sent_twice_is_one_upload(importing, shared):
    first = importing.upload("groups", CLUBS, once="abc").address
    assert importing.upload("groups", CLUBS, once="abc").address == first
    assert len(list((shared.settings.home / "uploads").glob("*"))) == 1


def test_a_preview_of_other_columns_is_not_applied(importing, groups):
    importing.upload("groups", CLUBS).columns()
    token = importing.get("preview").token
    importing.columns(column_4="notes")
    assert importing.post("apply", token=token, rows="all").page.status_code == 409
    assert "Look at the preview once more" in importing.text and groups() == {}


def test_when_the_data_moved_since_the_preview_the_result_states_the_true_counts(importing, steward_client):
    importing.upload("groups", CLUBS).columns()
    importing.get("preview")
    other = Importing(steward_client).upload("groups", CLUBS)
    other.columns()
    other.apply()
    importing.apply()
    assert importing.figures() == {"added": 0, "changed": 0, "left as they were": 3}
    assert "the preview said 3 added, 0 changed" in importing.words


def test_hand_edits_that_stay_and_those_that_give_way_are_shown_before(importing, shared):
    importing.upload("groups", CLUBS).columns()
    importing.apply()
    with shared.database.writing() as connection:
        for record_id in ("chess", "bridge"):
            record, version = records.get(connection, LAYERS["groups"], record_id)
            fields = {"summary": record.summary, "notes": record.notes}
            changed = type(record)(**{name: getattr(record, name) for name in record.__dataclass_fields__}
                                   | {**fields, "name": f"{record.name} Club"})
            records.save_one(connection, LAYERS["groups"], changed, version=version, by="a steward")
    importing.upload("groups", CLUBS.replace("Bridge", "Bridge and Whist")).columns()
    importing.get("preview")
    assert "Chess Club Name of the group stays as you wrote it" in importing.words
    assert "Bridge Club Name of the group the file's news takes its place" in importing.words


def _undo_last(importing):
    """Take the applied upload back by the button of its result page."""
    number = re.search(r'href="/steward/changes/(\d+)/undo">(?:<svg.*?</svg>)?Take it back</a>', importing.text)[1]
    sent = {"csrf": csrf_of(importing.client)}
    assert importing.client.post(f"/steward/changes/{number}/undo", data=sent).status_code == 303


def test_the_preview_says_that_the_file_was_loaded_and_undone_before(importing):
    importing.upload("groups", CLUBS, "clubs.csv").columns()
    assert "was loaded" not in importing.get("preview").words
    importing.apply()
    _undo_last(importing)
    importing.upload("groups", CLUBS, "clubs.csv").columns()
    assert re.search(r"“clubs.csv” was loaded before, on \d+ \w+ \d{4}, \d\d:\d\d by steward@example.org, and that was "
                     r"undone on .* by steward@example.org. What it says again comes back if you apply it. See that",
                     importing.get("preview").words)
    importing.upload("groups", CLUBS, "clubs-2026-11.csv", source="clubs").columns()
    assert "The last file of this list, “clubs.csv”, was loaded on" in importing.get("preview").words
    importing.upload("groups", CLUBS, "clubs.csv", source="another list").columns()
    assert "was loaded" not in importing.get("preview").words
    importing.upload("groups", CLUBS, "clubs.csv").columns()
    importing.apply()
    importing.upload("groups", CLUBS.replace("Bridge", "Bridge and Whist"), "clubs.csv").columns()
    assert "was loaded" not in importing.get("preview").words  # it was loaded once more, and that stands


def test_news_of_a_merged_entry_leads_to_the_hidden_one_and_to_the_one_that_people_see(importing, shared):
    importing.upload("groups", CLUBS).columns()
    importing.apply()
    with shared.database.writing() as connection:
        kept, version = records.get(connection, LAYERS["groups"], "chess")
        merging.merge(connection, LAYERS["groups"], kept, "bridge", version=version, lose_version=1, by="a steward")
    importing.upload("groups", CLUBS.replace("2,,blue", "2,example.org/bridge,blue")).columns()
    importing.get("preview")
    for step in ("preview", "result"):
        if step == "result":
            importing.apply()
        assert "News of merged entries" in importing.words and "1 row belongs to an entry" in importing.words
        assert 'href="/steward/groups/bridge/history"' in importing.text
        assert '<a class="row-link" href="/steward/groups/chess">Chess</a>' in importing.text
    assert "example.org/bridge" in importing.client.get("/steward/groups/bridge/history").text


def test_wards_are_loaded_through_the_same_pages_without_a_choice_of_columns(importing, shared):
    square = {"type": "Polygon", "coordinates": [[[0.6, 51.5], [0.7, 51.5], [0.7, 51.6], [0.6, 51.6], [0.6, 51.5]]]}
    wards = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": square, "properties": {"WD25CD": "E05000001", "WD25NM": "Newly Drawn"}}]}
    importing.upload("wards", json.dumps(wards), "wards.geojson")
    assert importing.page.headers["Location"].endswith("/preview")
    assert importing.get("preview").figures()["new"] == 1
    assert "does not name the council" in importing.words
    importing.apply()
    assert importing.figures() == {"added": 1, "changed": 0, "left as they were": 0}


@pytest.mark.parametrize("layer", UPLOADED_LAYERS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_template_with_its_example_loads_without_correction(importing, layer, kind):
    answer = importing.client.get(f"/steward/import/templates/{layer}.{kind}")
    if layer == "wards" or (layer, kind) == ("postcodes", "xlsx"):
        assert answer.status_code == 404
        return
    assert answer.status_code == 200 and f"{layer}-template.{kind}" in answer.headers["Content-Disposition"]
    importing.upload(layer, answer.data, f"{layer}.{kind}")
    if layer not in UNMAPPED:
        importing.columns()
    importing.get("preview")
    figures = importing.figures()
    assert figures["rows with faults"] == 0 and figures["new"] + figures["to change"] >= 1
    assert "Columns that are not used" not in importing.words and "is kept as it is written" not in importing.words


@pytest.mark.parametrize("layer", UPLOADED_LAYERS)
def test_each_layer_says_what_its_columns_mean(importing, layer):
    page = importing.client.get(f"/steward/import/templates/{layer}").get_data(as_text=True)
    assert "What it is" in page or layer == "wards"
    assert importing.client.get("/steward/import/templates/trees").status_code == 404


def test_of_wards_too_it_is_told_which_would_change_and_which_would_go(importing, shared):
    square = {"type": "Polygon", "coordinates": [[[0.6, 51.5], [0.7, 51.5], [0.7, 51.6], [0.6, 51.6], [0.6, 51.5]]]}

    def wards(*names):
        return json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "geometry": square, "properties": {
                "WD25CD": code, "WD25NM": name, "LAD25CD": "E06000001", "LAD25NM": "Hartlepool"}}
            for code, name in names]})

    importing.upload("wards", wards(("E05000001", "One")), "wards.geojson").apply()
    importing.upload("wards", wards(("E05000002", "Two")), "wards.geojson").get("preview")
    assert importing.figures() == {"new": 1, "to change": 0, "to take out": 1, "as they are": 0, "rows with faults": 0}
    assert "One (E05000001) Taken out" in importing.words and "Two (E05000002)" in importing.words
    importing.upload("wards", wards(("E05000001", "Uno")), "wards.geojson").get("preview")
    assert "Uno (E05000001) Name One Uno" in importing.words


def test_groups_that_say_nothing_of_what_they_are_about_are_counted_before(importing):
    importing.upload("groups", CLUBS)
    assert '<details class="box" open id="same">' in importing.get("columns").text
    importing.columns()
    assert ("3 rows say nothing about what they are about: choose categories under “The same for every row”"
            in importing.get("preview").words)
    importing.columns(same_categories="Games and cards")
    assert "say nothing about" not in importing.get("preview").words


def test_the_days_of_a_list_that_is_known_are_in_words(importing, steward_client):
    importing.upload("groups", "name,categories\nChess,Games and cards\n", "clubs.csv").columns(remember="yes")
    importing.apply()
    again = importing.upload("groups", "name,categories\nChess,Games and cards\n", "clubs.csv").get("columns")
    assert "clubs.csv, one row." in again.words and '<details class="box" id="same">' in again.text
    assert re.search(r"it brought one entry, the last time on \d{1,2} [A-Z][a-z]+ \d{4}\.", again.words)
    assert re.search(r"kept them for “clubs” on \d{1,2} [A-Z][a-z]+ \d{4}\.", again.words)
    start = steward_client.get("/steward/import").text
    assert re.search(r'data-label="Last file">\d{1,2} [A-Z][a-z]+ \d{4}</td>', start)
