"""The Atlas is swapped whole: while data is loaded, damaged or away, a request sees one version from end to end."""

import threading

import pytest

from assetmap.atlas.current import CurrentAtlas
from assetmap.domain.errors import Unavailable
from assetmap.store.database import Database
from tests.made_up import group, hub, store


@pytest.fixture
def database(instance):
    opened = Database(instance.database_address)
    yield opened
    opened.dispose()


def test_a_change_is_seen_by_the_next_request(instance, database):
    current = CurrentAtlas(database, instance, look_every_s=0.0, patience_s=30)
    before = current.get()
    store(instance, groups=[group("new")])
    after = current.get()
    assert ("new" in before.groups.number_of, "new" in after.groups.number_of) == (False, True)
    assert after.version > before.version
    assert current.get() is after


def test_it_is_not_asked_for_more_often_than_was_said(instance, database):
    current = CurrentAtlas(database, instance, look_every_s=3_600)
    before = current.get()
    store(instance, groups=[group("new")])
    assert current.get() is before
    assert "new" in current.refresh().groups.number_of


def test_every_request_during_loads_sees_one_whole_version(instance, database):
    """Each load adds a hub and then, in a later version, its group: no Atlas has the group without the hub."""
    current = CurrentAtlas(database, instance, look_every_s=0.0, patience_s=0.01)
    current.get()
    seen, over, faults = set(), threading.Event(), []

    def ask():
        while not over.is_set():
            atlas = current.get()
            seen.add(atlas.version)
            for number in range(len(atlas.groups)):
                if atlas.groups.rows.value(number, "hub_id") not in atlas.hubs.number_of:
                    faults.append(atlas.version)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    for number in range(8):
        store(instance, hubs=[hub(f"hall-{number}", 51.54, 0.71)],
              groups=[group(f"group-{number}", None, hub_id=f"hall-{number}")])
    over.set()
    for asker in askers:
        asker.join()
    assert faults == []
    assert len(current.refresh().groups) == 8
    assert len(seen) > 1


def test_a_store_that_cannot_be_read_leaves_the_old_atlas_answering(instance, database):
    store(instance, groups=[group("kept")])
    current = CurrentAtlas(database, instance, look_every_s=0.0)
    before = current.get()
    instance.database_file.write_bytes(b"this is not a database " * 500)
    assert current.get() is before
    with pytest.raises(Unavailable):
        CurrentAtlas(database, instance).get()


def test_the_page_answers_and_readyz_says_503_when_the_store_is_damaged(own_app, sample_home):
    client = own_app.test_client()
    assert client.get("/readyz").status_code == 200
    total = client.get("/find.json").json["total"]
    (sample_home / "assetmap.db").write_bytes(b"nothing of use " * 1_000)
    for ending in ("-wal", "-shm"):
        (sample_home / f"assetmap.db{ending}").unlink(missing_ok=True)
    own_app.extensions["assetmap"].current._looked = 0.0
    assert client.get("/find.json").json["total"] == total
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (503, "unavailable")
    assert client.get("/healthz").status_code == 200


def test_a_store_that_is_gone_leaves_the_old_atlas_answering(own_app, sample_home):
    client = own_app.test_client()
    total = client.get("/find.json").json["total"]
    for file in sample_home.glob("assetmap.db*"):
        file.unlink()
    own_app.extensions["assetmap"].current._looked = 0.0
    assert client.get("/find.json").json["total"] == total
    assert client.get("/readyz").status_code == 503
