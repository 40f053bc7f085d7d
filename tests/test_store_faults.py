"""SURVIVE 42 and 43 for a person with a form: a full disk, a store that another program holds."""

import sqlite3

import pytest
from sqlalchemy import event, text

from assetmap.domain.errors import Unavailable
from assetmap.store import history, records, undo
from assetmap.store.rows import LAYERS
from tests.conftest import csrf_of
from tests.loading import Loader

GROUPS = LAYERS["groups"]
MANY = "id,name,summary\n" + "".join(f"g{n},Group {n},{{word}} {'x' * 800}\n" for n in range(400))


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    yield loader
    loader.database.dispose()


def without_room(engine):
    """From now on the store may not grow by more than a page or two."""
    @event.listens_for(engine, "begin")
    def _limit(connection):
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")


def test_survive_42_an_undo_on_a_full_disk_is_a_sentence_and_changes_nothing(loader):
    loader.load("groups", MANY.format(word="old"))
    loader.load("groups", MANY.format(word="new"))
    before = loader.state()
    without_room(loader.database.engine)
    with pytest.raises(Unavailable, match="The disk is full. Nothing was changed"), \
            loader.database.writing() as connection:
        undo.undo_set(connection, history.sets(connection)[0].id, by="jo")
    assert loader.state() == before and loader.database.check_whole() == []


def test_survive_42_a_full_disk_in_the_browser_is_a_page_that_says_so(own_app, steward_client):
    database = own_app.extensions["assetmap"].database
    with database.reading() as connection:
        number = next(made.id for made in history.sets(connection) if made.layer == "groups")
        before = connection.execute(text("SELECT count(*) FROM history")).scalar_one()
    data = {"csrf": csrf_of(steward_client)}
    without_room(database.engine)
    answer = steward_client.post(f"/steward/changes/{number}/undo", data=data)
    assert answer.status_code == 503 and "The disk is full. Nothing was changed" in answer.get_data(as_text=True)
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM history")).scalar_one() == before
        assert {row["status"] for row in records.rows(connection, GROUPS)} != {"hidden"}


def test_survive_43_a_locked_store_in_the_browser_is_a_page_that_says_so_and_reading_goes_on(own_app, steward_client):
    held = own_app.extensions["assetmap"]
    with held.database.reading() as connection:
        number = next(made.id for made in history.sets(connection) if made.layer == "groups")

    @event.listens_for(held.database.engine, "connect")
    def _hurry(connection, _record):
        connection.execute("PRAGMA busy_timeout=50")

    data = {"csrf": csrf_of(steward_client)}
    other = sqlite3.connect(held.settings.database_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = steward_client.post(f"/steward/changes/{number}/undo", data=data)
    said = answer.get_data(as_text=True)
    assert answer.status_code == 503 and "Somebody else is saving just now. Nothing was changed" in said
    assert "database is locked" not in said
    assert own_app.test_client().get("/").status_code == 200
    assert steward_client.get(f"/steward/changes/{number}").status_code == 200
    other.execute("ROLLBACK")
    other.close()
    assert steward_client.post(f"/steward/changes/{number}/undo", data=data).status_code == 303


def test_survive_41_an_undo_that_is_cut_off_leaves_all_or_nothing(loader):
    loader.load("groups", MANY.format(word="old"))
    loader.load("groups", MANY.format(word="new"))
    before = loader.state()
    with pytest.raises(KeyboardInterrupt), loader.database.writing() as connection:
        undo.undo_set(connection, history.sets(connection)[0].id, by="jo")
        raise KeyboardInterrupt
    assert loader.state() == before
