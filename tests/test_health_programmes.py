"""What `assetmap check` and the page of health find in programmes: what is gone, past, or not heard of any more."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from assetmap.domain.programme import Deployment, Programme, Step
from assetmap.domain.programme_entries import DeploymentFigure, PlannedDate
from assetmap.domain.progress import ProgressEvent
from assetmap.importing.checkup import checkup
from assetmap.store import programmes, records
from assetmap.store.programme_rows import PROGRAMME_LAYERS
from assetmap.store.programme_tables import deployments
from assetmap.store.rows import LAYERS
from tests.loading import HUBS, Loader, assetmap
from tests.made_programmes import keep, shared, today_of
from tests.planned import code, wards_document
from tests.record_forms import sent_by

TODAY = date.today()
STEPS = (Step("dig", "Dig"), Step("sow", "Sow", "", 10), Step("reap", "Reap"))


def days(number: int) -> date:
    return TODAY + timedelta(number)


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    loader.load("wards", wards_document(2), "wards.geojson")
    loader.load("hubs", HUBS)
    add(loader, Programme("seeds", "Seeds", steps=STEPS),
        Deployment("plot", "The plot", "seeds", wards=(code(0),), hub_id="leigh-library", last_confirmed=days(-20)),
        ProgressEvent("e1", "", "plot", "dig", "reached", days(-30)))
    yield loader
    loader.database.dispose()


def add(loader, *entries):
    with loader.database.writing() as connection:
        return [programmes.add(connection, entry, by="jo") for entry in entries]


def change(loader, layer, record_id, **values):
    """As an older release might have left it: no rule is asked."""
    with loader.database.writing() as connection:
        record, version = programmes.get(connection, layer, record_id)
        records.save_one(connection, PROGRAMME_LAYERS[layer], replace(record, **values), version=version, by="jo")


def found(loader):
    """Code → (name, what is wrong) of each entry, of what is about programmes."""
    about = ("programme", "deployment", "progress", "date", "entry")
    return {one.code: [(entry.name, entry.note) for entry in one.entries]
            for one in checkup(loader.database, loader.settings) if one.code.startswith(about)}


def test_of_sound_programmes_nothing_is_found(loader):
    assert found(loader) == {}


def test_what_is_past_and_not_told_of_is_found_and_leads_to_its_form(loader):
    add(loader, *(PlannedDate(key, name, "plot", day, **more) for key, name, day, more in (
        ("d1", "Sowing day", days(-30), {"step": "sow"}), ("d2", "Told", days(-30), {"step": "sow",
                                                                                     "feedback_given": days(-25)}),
        ("d3", "Reaping due", days(-3), {"kind": "step_due", "step": "reap"}), ("d4", "Meeting", days(-2), {}),
        ("d5", "Done", days(-2), {"done": True}), ("d6", "To come", days(2), {}))),
        ProgressEvent("e2", "", "plot", "sow", "planned", days(-95)),
        ProgressEvent("e3", "", "plot", "reap", "planned", days(5)))
    change(loader, "deployments", "plot", ends=days(-1))
    assert found(loader) == {
        "date-feedback-overdue": [("The plot: Sowing day", f"held on {days(-30)}, feedback was due by {days(-20)}")],
        "date-step-overdue": [("The plot: Reaping due", f"due on {days(-3)}")],
        "date-past": [("The plot: Meeting", f"it was on {days(-2)}")],
        "progress-planned-past": [("The plot: Sow: planned", f"planned for {days(-95)}")],
        "deployment-over": [("The plot", f"its last day was {days(-1)}")]}
    add(loader, ProgressEvent("e4", "", "plot", "sow", "begun", days(-1)))
    assert "progress-planned-past" not in found(loader)
    change(loader, "deployments", "plot", status="ended")
    assert found(loader) == {}


def test_places_wards_and_steps_that_are_gone_are_found(loader):
    add(loader, PlannedDate("d1", "Fair", "plot", days(4), hub_id="chalkwell-hall", step="sow"))
    with loader.database.writing() as connection:
        records.hide(connection, LAYERS["hubs"], "leigh-library", by="jo")
        records.hide(connection, LAYERS["hubs"], "chalkwell-hall", by="jo")
    change(loader, "deployments", "plot", wards=("E05099999", code(0)))
    change(loader, "programmes", "seeds", steps=(STEPS[2],))
    assert found(loader) == {
        "deployment-ward-gone": [("The plot", "E05099999")],
        "deployment-hub-hidden": [("The plot", "Leigh Library (hidden)"),
                                  ("The plot: Fair", "Chalkwell Hall (hidden)")],
        "progress-step-gone": [("The plot: Dig: reached", "“dig”, which “Seeds” does not have"),
                               ("The plot: Fair", "“sow”, which “Seeds” does not have")]}
    change(loader, "deployments", "plot", hub_id="nowhere")
    assert found(loader)["deployment-hub-gone"] == [("The plot", "nowhere")]
    change(loader, "programmes", "seeds", steps=())
    assert found(loader)["programme-no-steps"] == [("Seeds", "")]
    with loader.database.writing() as connection:
        connection.execute(update(deployments).values(programme_id="weeds"))
    done = assetmap(loader.settings, "check")
    assert done.returncode == 1 and "a programme that is not in the data: 1 (plot)" in done.stdout


def test_an_area_that_nobody_has_heard_of_for_a_year_is_found_and_any_news_ends_that(loader):
    old = f"""record,programme,deployment,name,ward,step,day,value,last confirmed
deployment,seeds,old,Old plot,Ward 2,,{days(-800)},,{days(-700)}
figure,seeds,old,Beds,,,{days(-500)},3,
deployment,seeds,new,New plot,all,,,,
"""
    loader.load("programmes", old)
    assert found(loader)["programme-stale"] == [("New plot", "nothing was ever noted"),
                                                ("Old plot", f"last heard of on {days(-500)}, 500 days ago")]
    add(loader, DeploymentFigure("f2", "Beds", "old", 4, days(-10)))
    change(loader, "deployments", "new", last_confirmed=TODAY)
    assert found(loader) == {}


def test_what_nobody_confirmed_for_years_is_still_shown_says_so_and_is_confirmed_by_a_tick(own_app, steward_client):
    today = today_of(own_app)
    keep(own_app, Programme("seeds", "Seeds", steps=STEPS),
         Deployment("plot", "The plot", "seeds", neighbourhood="Here", last_confirmed=today - timedelta(1_500)))
    url, form = "/programmes/seeds/plot", "/plan/programmes/edit/deployments/plot/change"
    page = own_app.test_client().get(url)
    assert page.status_code == 200 and "it may be out of date" in page.text
    sent = sent_by(steward_client.get(form).text)
    assert "checked_today" not in sent
    assert steward_client.post(form, data=sent | {"checked_today": "yes"}).status_code == 303
    assert "it may be out of date" not in own_app.test_client().get(url).text


def test_the_page_of_health_leads_to_the_form_of_each(own_app, steward_client):
    keep(own_app, Programme("seeds", "Seeds", steps=STEPS),
         Deployment("plot", "The <b>plot</b>", "seeds", ends=days(-9), neighbourhood="Here"))
    page = steward_client.get("/steward/health").text
    assert "Areas of programmes are past their last day" in page and "The &lt;b&gt;plot&lt;/b&gt;" in page
    assert steward_client.get("/plan/programmes/edit/deployments/plot/change").status_code == 200
    assert 'href="/plan/programmes/edit/deployments/plot/change"' in page
    listed = steward_client.get("/steward/health/deployment-over.csv").text
    assert "its last day was" in listed


def test_with_its_place_hidden_and_its_ward_gone_every_page_of_an_area_still_answers(own_app, steward_client):
    atlas = shared(own_app).current.get()
    hub = atlas.hubs.rows.value(0, "id")
    keep(own_app, Programme("seeds", "Seeds", steps=STEPS),
         Deployment("plot", "The plot", "seeds", wards=("E05099999",), hub_id=hub),
         PlannedDate("d1", "Fair", "plot", today_of(own_app) + timedelta(3), hub_id=hub))
    with shared(own_app).database.writing() as connection:
        records.hide(connection, LAYERS["hubs"], hub, by="jo")
    shared(own_app).current.renew()
    for url in ("/programmes/seeds", "/programmes/seeds/plot", "/programmes/seeds/plot.json", "/plan/programmes",
                "/plan/programmes.csv", "/plan/programmes/dates", "/programmes.geojson"):
        assert own_app.test_client().get(url).status_code == 200, url
    edit = "/plan/programmes/edit"
    for layer, key in (("deployments", "plot"), ("deployment-dates", "d1")):
        url = f"{edit}/{layer}/{key}/change"
        sent = sent_by(steward_client.get(url).text) | {"name": ["Another name"]}
        assert steward_client.post(url, data=sent).status_code == 303, layer
    with shared(own_app).database.reading() as connection:
        assert programmes.get(connection, "deployments", "plot")[0].hub_id == hub
        assert programmes.get(connection, "deployments", "plot")[0].wards == ("E05099999",)
    assert steward_client.get(f"{edit}/deployments/plot/history").status_code == 200
