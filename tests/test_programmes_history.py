"""The history of programmes: all of it, in pages, and what an undo may and may not do."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from assetmap.domain.errors import BadInput
from assetmap.domain.programme import Step
from assetmap.domain.progress import ProgressEvent
from assetmap.store import history, programmes, undo
from tests.conftest import sign_in
from tests.made_programmes import AREA, EDIT, STEPS, keep, make_listening, send, shared, text_of, today_of
from tests.record_forms import sent_by

CHANGE = f"{EDIT}/programmes/street/change"


@pytest.fixture
def planner(own_app):
    client = own_app.test_client()
    sign_in(client, "planner")
    return client


def steps_of(app) -> list[str]:
    with shared(app).database.reading() as connection:
        return [step.code for step in programmes.get(connection, "programmes", "street")[0].steps]


def change_steps(app, *steps):
    with shared(app).database.writing() as connection:
        record, version = programmes.get(connection, "programmes", "street")
        programmes.save(connection, replace(record, steps=steps), version=version, by="jo@example.org")
        return history.newest(connection, "programmes", "street").id


def undone(app, line_id):
    with shared(app).database.writing() as connection:
        undo.undo_line(connection, line_id, by="jo@example.org")
        return history.newest(connection, history.line(connection, line_id).layer,
                              history.line(connection, line_id).record_id).id


def test_every_change_is_in_the_history_a_page_at_a_time(own_app, planner):
    make_listening(own_app)
    with shared(own_app).database.writing() as connection:
        for number in range(40):
            record, version = programmes.get(connection, "deployments", AREA)
            programmes.save(connection, replace(record, lead=f"Lead {number}"), version=version, by="jo@example.org")
    url = f"{EDIT}/deployments/{AREA}/history"
    first, second = planner.get(url).text, planner.get(f"{url}?page=2").text
    assert "51 changes, newest first" in first and "Page 1 of 2" in first and f'href="{url}?page=2"' in first
    first_said, second_said = text_of(first), text_of(second)
    assert "Lead 39" in first_said and "Lead 3 Lead 4" not in first_said
    assert "Lead 3 Lead 4" in second_said and "People attending" in second_said
    assert first.count('class="box" id="change-') == 30 and second.count('class="box" id="change-') == 21
    assert planner.get(f"{url}?page=x").status_code == 400 and planner.get(f"{url}?page=9").status_code == 200


def test_an_undo_is_undone_by_the_same_button_and_that_too(own_app, planner):
    url = make_listening(own_app)
    form = f"{EDIT}/deployments/{AREA}/change"
    planner.post(form, data=sent_by(planner.get(form).text) | {"lead": ["New lead"]})
    page = f"{EDIT}/deployments/{AREA}/history"
    for said in ("Milton Trust", "New lead", "Milton Trust"):
        newest = planner.get(page).text.partition("/plan/programmes/edit/changes/")[2].partition("/")[0]
        answer = send(planner, f"{EDIT}/changes/{newest}/undo")
        assert answer.status_code == 303 and said in planner.get(url).text, said


def test_no_undo_takes_a_step_away_that_progress_names_or_brings_progress_back_without_its_step(own_app, planner):
    make_listening(own_app)
    with pytest.raises(BadInput, match="“Monthly meetings” would be lost"):
        change_steps(own_app, STEPS[0], STEPS[2])
    added = change_steps(own_app, *STEPS, Step("feast", "A feast"))
    (event,) = keep(own_app, ProgressEvent("fe", "", AREA, "feast", "planned", today_of(own_app) + timedelta(9)))
    answer = send(planner, f"{EDIT}/changes/{added}/undo")
    assert answer.status_code == 400 and "“A feast” would be lost, and progress or a date names it." in answer.text
    assert steps_of(own_app)[-1] == "feast"
    with shared(own_app).database.writing() as connection:
        programmes.hide(connection, "deployment-progress", event, by="jo@example.org")
        hidden = history.newest(connection, "deployment-progress", event).id
    back = undone(own_app, added)
    assert steps_of(own_app) == [step.code for step in STEPS]
    with pytest.raises(BadInput, match="“Street by street” does not have that step any more"):
        undone(own_app, hidden)
    undone(own_app, back)
    undone(own_app, hidden)
    with shared(own_app).database.reading() as connection:
        assert programmes.get(connection, "deployment-progress", event)[0].status == "active"


def test_a_renamed_step_keeps_its_code_and_its_progress(own_app, planner):
    url = make_listening(own_app)
    sent = sent_by(planner.get(CHANGE).text)
    assert planner.post(CHANGE, data=sent | {"steps-0-name": ["Ask everybody"]}).status_code == 303
    assert steps_of(own_app) == ["listen", "meet", "stand"] and "Step 1 of 3: Ask everybody" in planner.get(url).text
    lost = planner.post(CHANGE, data=sent_by(planner.get(CHANGE).text) | {"steps-0-name": [""], "steps-0-meaning": [""],
                                                                           "steps-0-feedback_days": [""]})
    assert lost.status_code == 400 and "“Ask everybody” has entries of progress, so it stays" in lost.text


def test_an_area_that_was_taken_away_is_found_and_brought_back_by_the_programme_s_history(own_app, planner):
    make_listening(own_app)
    assert send(planner, f"{EDIT}/deployments/{AREA}/away").status_code == 303
    page = planner.get(f"{EDIT}/programmes/street/history").text
    assert "Area: Street by street in Milton" in page and f"{EDIT}/deployments/{AREA}/history" in page
    assert "Taken away" in page and "Hidden from the public" not in page
    line = re.search(rf"{EDIT}/changes/\d+/undo", page)[0]
    send(planner, line)
    assert "Street by street in Milton" in planner.get("/programmes/street").text


def test_the_history_says_what_an_entry_held_when_it_was_added(own_app, planner):
    make_listening(own_app)
    with shared(own_app).database.writing() as connection:
        record, version = programmes.get(connection, "deployment-figures", "f1")
        programmes.save(connection, replace(record, value=41.0), version=version, by="jo@example.org")
    said = text_of(planner.get(f"{EDIT}/deployments/{AREA}/history").text)
    assert "The hall was shut." in said and "Number (empty) 40" in said and "Number 40 41" in said
