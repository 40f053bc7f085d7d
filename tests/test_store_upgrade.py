"""A store that an older release filled is brought to today's shape, with everything that was in it."""

import json
import sqlite3
from contextlib import closing

import pytest

from assetmap.atlas.atlas import Atlas
from assetmap.atlas.programmes import programmes_of
from assetmap.store.database import Database, latest_revision
from assetmap.store.reference import load_vocabulary
from tests.conftest import settings_at
from tests.test_backup import migrate_to

LATER = ("programmes", "deployments", "deployment-progress", "deployment-figures", "deployment-dates")


@pytest.fixture
def older(sample_home, tmp_path):
    """A function that fills a store of an older revision with what it could hold of the sample."""

    def make(revision: str) -> Database:
        home = tmp_path / revision
        home.mkdir()
        database = Database(settings_at(home).database_address)
        migrate_to(database, revision)
        database.dispose()
        with closing(sqlite3.connect(settings_at(home).database_file)) as store:
            store.execute("ATTACH ? AS sample", (str(settings_at(sample_home).database_file),))
            for name, columns in columns_of(store).items():
                listed = ", ".join(f'"{column}"' for column in columns)
                store.execute(f"DELETE FROM main.{name}")
                store.execute(f"INSERT INTO main.{name} ({listed}) SELECT {listed} FROM sample.{name}")
            if revision < "0005":
                store.execute("DELETE FROM main.terms WHERE kind = 'connected_theme'")
                marks = ", ".join("?" * len(LATER))
                store.execute(f"DELETE FROM main.history WHERE layer IN ({marks})", LATER)
            store.commit()
        return database

    return make


def columns_of(store) -> dict[str, list[str]]:
    tables = [name for (name,) in store.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "AND name != 'alembic_version'")]
    return {name: [row[1] for row in store.execute(f"PRAGMA main.table_info({name})")] for name in tables}


def rows_of(database, columns) -> dict[str, list]:
    """Every row of these columns, by table, in the order of its text."""
    made = {}
    with closing(sqlite3.connect(database.engine.url.database)) as store:
        for name, names in columns.items():
            listed = ", ".join(f'"{one}"' for one in names)
            made[name] = sorted(store.execute(f"SELECT {listed} FROM {name}"), key=repr)
    return made


def shape_of(database) -> dict[str, list[str]]:
    with closing(sqlite3.connect(database.engine.url.database)) as store:
        return columns_of(store)


def test_a_store_from_before_planners_and_programmes_keeps_every_row_and_gets_the_themes_once(older, tmp_path):
    database = older("0003")
    shape = shape_of(database)
    before = rows_of(database, shape)
    assert len(before["groups"]) > 200 and before["history"] and before["terms"] and "programmes" not in shape
    database.migrate()
    after = rows_of(database, shape)
    assert database.revision() == latest_revision() and database.check_whole() == []
    themes = [row for row in after["terms"] if "connected_theme" in row]
    assert len(themes) == 5
    after["terms"] = [row for row in after["terms"] if row not in themes]
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
    added = {name: columns for name, columns in shape_of(database).items() if name not in shape}
    assert not any(rows_of(database, added).values()), "nothing is made up"
    with database.reading() as connection:
        assert [term.label for term in load_vocabulary(connection).of("connected_theme").values()][:2] == [
            "People", "Services"]
    database.migrate()
    assert rows_of(database, {"terms": shape["terms"]})["terms"] == sorted([*after["terms"], *themes], key=repr)
    atlas = Atlas(database, settings_at(tmp_path / "0003"))
    assert len(atlas.groups.rows) == len(before["groups"]) and not programmes_of(atlas).all.programmes
    database.dispose()


def test_programmes_of_the_release_before_keep_every_row_and_their_figures_add_up_as_they_did(older):
    database = older("0005")
    shape = shape_of(database)
    before = rows_of(database, shape)
    assert before["deployment_progress"] and before["deployment_dates"] and "stock" not in shape["deployment_figures"]
    database.migrate()
    assert rows_of(database, shape) == before
    new = rows_of(database, {"deployment_figures": ["stock"], "deployment_dates": ["attended"]})
    assert set(new["deployment_figures"]) == {(0,)} and set(new["deployment_dates"]) == {(None,)}
    assert all(json.loads(row[0]) for row in rows_of(database, {"programmes": ["steps"]})["programmes"])
    database.dispose()
