"""What a steward takes out of sight is not shown once more, however long the next Atlas takes to build."""

import threading
from dataclasses import replace

import pytest

from assetmap.atlas import current as atlas_current
from assetmap.atlas.atlas import Atlas
from assetmap.store import merging, records
from assetmap.store.database import Database
from assetmap.store.rows import LAYERS
from tests.conftest import csrf_of
from tests.record_forms import GROUP, shared


@pytest.fixture
def slow_atlas(own_app, monkeypatch):
    """From now on an Atlas is built only when this is set."""
    ready = threading.Event()

    def built(*arguments):
        assert ready.wait(60)
        return Atlas(*arguments)

    current = shared(own_app).current
    current.get().prepare()
    current._patience_s = current._look_every_s = 0.0
    monkeypatch.setattr(atlas_current, "Atlas", built)
    yield ready
    ready.set()
    current.refresh()


def of_another_process(app, layer, record_id, **values):
    """Somebody else saves a record."""
    database = Database(shared(app).settings.database_address)
    with database.writing() as connection:
        record, version = records.get(connection, LAYERS[layer], record_id)
        if "contact" in values:
            values["contact"] = replace(record.contact, **values["contact"])
        records.save_one(connection, LAYERS[layer], replace(record, **values), version=version, by="another")
    database.dispose()


@pytest.mark.parametrize("ending", ["", ".json", ".ics", "/report", "/running"])
def test_a_record_hidden_by_another_process_is_not_shown_once_more(own_app, own_client, slow_atlas, ending):
    assert own_client.get(f"/groups/{GROUP}{ending}").status_code == 200
    of_another_process(own_app, "groups", GROUP, status="hidden")
    assert own_client.get(f"/groups/{GROUP}{ending}").status_code == 404
    assert GROUP in shared(own_app).current.get().groups.number_of, "the Atlas is the old one still"


@pytest.mark.parametrize("layer", ["hubs", "opportunities"])
def test_so_is_a_hub_or_an_opportunity(own_app, own_client, slow_atlas, layer):
    record_id = getattr(shared(own_app).current.get(), layer).rows[0]["id"]
    of_another_process(own_app, "groups", GROUP, summary="Other words.")
    assert own_client.get(f"/{layer}/{record_id}").status_code == 200, "what changed is another"
    of_another_process(own_app, layer, record_id, status="hidden")
    assert own_client.get(f"/{layer}/{record_id}").status_code == 404


@pytest.mark.parametrize("ending", ["", ".json", "/report"])
@pytest.mark.parametrize("less", [{"contact": {"consent": False}}, {"meets_in_home": True}])
def test_what_is_public_no_longer_is_not_told_once_more(own_app, own_client, slow_atlas, ending, less):
    slow_atlas.set()
    of_another_process(own_app, "groups", GROUP, contact={"phone": "01702 000111", "consent": True})
    shared(own_app).current.refresh()
    slow_atlas.clear()
    assert "01702 000111" in own_client.get(f"/groups/{GROUP}{ending}").get_data(as_text=True)
    of_another_process(own_app, "groups", GROUP, **less)
    answer = own_client.get(f"/groups/{GROUP}{ending}")
    assert answer.status_code == 503 and "01702 000111" not in answer.get_data(as_text=True)
    assert "Please try again in a moment" in answer.get_data(as_text=True)
    slow_atlas.set()
    shared(own_app).current.refresh()
    assert own_client.get(f"/groups/{GROUP}{ending}").status_code == 200


def test_one_that_was_merged_leads_on_at_once(own_app, own_client, slow_atlas):
    keep, lose = [row["id"] for row in list(shared(own_app).current.get().groups.rows)[:2]]
    database = shared(own_app).database
    with database.writing() as connection:
        kept, version = records.get(connection, LAYERS["groups"], keep)
        merging.merge(connection, LAYERS["groups"], kept, lose, version=version,
                      lose_version=records.get(connection, LAYERS["groups"], lose)[1], by="another")
    answer = own_client.get(f"/groups/{lose}")
    assert (answer.status_code, answer.location) == (301, f"/groups/{keep}")


def test_after_a_steward_hides_it_no_list_has_it(own_app, steward_client):
    """The answer to the press comes when the new Atlas answers: look_every_s has not passed."""
    current = shared(own_app).current
    current._look_every_s, current._patience_s = 3_600, 0.0
    assert GROUP in current.get().groups.number_of
    data = {"csrf": csrf_of(steward_client)}
    assert steward_client.post(f"/steward/groups/{GROUP}/status/hidden", data=data).status_code == 303
    assert GROUP not in current.get().groups.number_of


def test_a_large_map_is_not_waited_for(own_app, steward_client, slow_atlas, monkeypatch):
    monkeypatch.setattr(atlas_current, "_SMALL", 1)
    data = {"csrf": csrf_of(steward_client)}
    assert steward_client.post(f"/steward/groups/{GROUP}/status/hidden", data=data).status_code == 303
    assert not slow_atlas.is_set() and own_app.test_client().get(f"/groups/{GROUP}").status_code == 404


def test_an_older_atlas_that_is_finished_late_does_not_come_last(own_app, slow_atlas):
    current = shared(own_app).current
    of_another_process(own_app, "groups", GROUP, status="hidden")
    old = current.get()  # a thread begins to build
    fresh = threading.Thread(target=current.refresh)
    fresh.start()
    slow_atlas.set()
    fresh.join()
    assert GROUP in old.groups.number_of and GROUP not in current.get().groups.number_of
    assert not current._builder.is_alive()
