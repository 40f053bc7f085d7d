"""Backups and restoring while the map runs."""

import os
import re
import sqlite3
import stat
import threading
from contextlib import closing

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from assetmap.cli import main
from assetmap.domain.errors import AssetmapError, Unavailable
from assetmap.store.backup import backup_to, last_backup, note_backup, restore_from
from assetmap.store.database import Database, latest_revision
from tests.conftest import csrf_of, sign_in
from tests.loading import Loader, assetmap
from tests.spoiling import spoil

FAULTS = (AssetmapError, SQLAlchemyError, sqlite3.Error)
FIFTY = "name,description\n" + "".join(f"Group {n},{'words ' * 200}\n" for n in range(50))


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    yield loader
    loader.database.dispose()


def mode_of(file):
    return stat.S_IMODE(os.stat(file).st_mode)


def whole(file):
    with closing(sqlite3.connect(file)) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return store.execute("SELECT count(*) FROM groups").fetchone()[0]


# Taking one

def test_a_backup_taken_while_others_save_without_end_is_whole_every_time(loader, tmp_path):
    """Each save adds ten rows in one transaction: a copy has a multiple of ten, never a part of a save."""
    stop, faults = threading.Event(), []

    def save():
        other = Database(loader.settings.database_address)
        number = 0
        while not stop.is_set():
            number += 1
            with other.writing() as connection:
                for n in range(10):
                    connection.execute(text("INSERT INTO search_counts VALUES (:day, '', '', 1, 1)"),
                                       {"day": f"{number}-{n}"})
        other.dispose()

    def run():
        try:
            save()
        except FAULTS as error:
            faults.append(error)

    loader.load("groups", FIFTY)
    thread = threading.Thread(target=run)
    thread.start()
    counts = []
    for number in range(6):
        backup_to(loader.database, tmp_path / f"{number}.db")
        assert whole(tmp_path / f"{number}.db") == 50
        with closing(sqlite3.connect(tmp_path / f"{number}.db")) as copy:
            counts.append(copy.execute("SELECT count(*) FROM search_counts").fetchone()[0])
    stop.set()
    thread.join()
    assert faults == [] and all(count % 10 == 0 for count in counts) and counts == sorted(counts)
    assert counts[-1] > 0 and list(tmp_path.glob("*.part*")) == []


def test_only_its_owner_may_read_a_backup_and_what_was_there_before(loader, tmp_path):
    copy = tmp_path / "copy.db"
    copy.write_text("an older one, open to all")
    copy.chmod(0o644)
    backup_to(loader.database, copy)
    kept = restore_from(copy, loader.settings.database_file)
    loader.settings.database_file.unlink()
    restore_from(copy, loader.settings.database_file)
    assert [mode_of(file) for file in (copy, kept, loader.settings.database_file)] == [0o600] * 3


@pytest.mark.parametrize("damage", ["middle", "rubbish"])
def test_survive_43_a_backup_of_a_damaged_store_says_so_and_keeps_the_last_good_one(loader, tmp_path, damage):
    loader.load("groups", FIFTY)
    good = tmp_path / "good.db"
    backup_to(loader.database, good)
    spoil(loader.settings.database_file, damage)
    with pytest.raises(Unavailable, match=r"The data file is damaged .*no backup was made.*assetmap restore FILE"):
        backup_to(loader.database, good)
    assert whole(good) == 50
    if damage == "middle":
        done = assetmap(loader.settings, "backup", tmp_path / "again.db")
        assert done.returncode == 1 and "damaged" in done.stderr and "Traceback" not in done.stderr
    restore_from(good, loader.settings.database_file)
    assert len(loader.all("groups")) == 50 and loader.database.check_whole() == []


def test_the_store_knows_when_it_was_last_copied(loader, tmp_path):
    with loader.database.reading() as connection:
        assert last_backup(connection) is None
    done = CliRunner().invoke(main, ["--home", str(loader.settings.home), "backup", str(tmp_path / "b.db")])
    assert "private details" in done.stdout
    with loader.database.reading() as connection:
        assert last_backup(connection) is not None


def test_a_backup_that_cannot_be_noted_is_a_backup_all_the_same(loader, tmp_path):
    blocked = Database(loader.settings.database_address, busy_timeout_s=0.05)
    with loader.database.writing():
        backup_to(blocked, tmp_path / "b.db")
        note_backup(blocked)
    assert whole(tmp_path / "b.db") == 0


# Putting one back, under a server

def test_a_restore_under_a_running_server_is_seen_by_the_next_request(own_app, sample_home, tmp_path):
    client, database = own_app.test_client(), own_app.extensions["assetmap"].database
    current = own_app.extensions["assetmap"].current
    total = client.get("/find.json").json["total"]
    backup_to(database, tmp_path / "before.db")
    loader = Loader(own_app.extensions["assetmap"].settings, tmp_path)
    loader.load("groups", "name,lat,lon\nBrand new,51.54,0.7\n")
    current.refresh()
    assert client.get("/find.json").json["total"] == total + 1
    shown = client.get("/readyz").json["data_version"]
    restore_from(tmp_path / "before.db", sample_home / "assetmap.db")
    current.look_again()
    assert client.get("/find.json").json["total"] == total
    ready = client.get("/readyz").json
    assert ready["data_version"] > shown, "a version that went back could be taken for one already seen"
    assert current.refresh().version == ready["data_version"]
    loader.load("groups", "name,lat,lon\nOther new,51.54,0.7\n")
    current.refresh()
    assert client.get("/find.json").json["total"] == total + 1, "and it can be saved to"
    loader.database.dispose()


def test_a_server_notices_a_store_whose_version_went_back(own_app, sample_home, tmp_path):
    """Somebody copied a file over it, without asking us."""
    client, current = own_app.test_client(), own_app.extensions["assetmap"].current
    total = client.get("/find.json").json["total"]
    backup_to(own_app.extensions["assetmap"].database, tmp_path / "before.db")
    loader = Loader(own_app.extensions["assetmap"].settings, tmp_path)
    loader.load("groups", "name,lat,lon\nBrand new,51.54,0.7\n")
    loader.database.dispose()
    newest = current.refresh().version
    for ending in ("-wal", "-shm"):
        (sample_home / f"assetmap.db{ending}").unlink(missing_ok=True)
    os.replace(tmp_path / "before.db", sample_home / "assetmap.db")
    current.look_again()
    assert client.get("/find.json").json["total"] == total
    assert client.get("/readyz").json["data_version"] < newest


def test_readers_and_savers_during_restores_meet_no_fault_and_no_half_of_either(loader, tmp_path):
    """Both stores are whole ones; whoever looks sees 50 groups or 10, and what is saved is kept or refused."""
    loader.load("groups", FIFTY)
    backup_to(loader.database, tmp_path / "fifty.db")
    with loader.database.writing() as connection:
        connection.execute(text("DELETE FROM groups WHERE id NOT LIKE 'group-4%'"))
    backup_to(loader.database, tmp_path / "few.db")
    few = whole(tmp_path / "few.db")
    stop, seen, faults = threading.Event(), set(), []

    def watch():
        mine = Database(loader.settings.database_address)
        while not stop.is_set():
            try:
                with mine.reading() as connection:
                    seen.add(connection.execute(text("SELECT count(*) FROM groups")).scalar())
                with mine.writing() as connection:
                    connection.execute(text("INSERT INTO search_counts VALUES (hex(randomblob(8)), '', '', 1, 1)"))
            except FAULTS as error:
                faults.append(error)
        mine.dispose()

    threads = [threading.Thread(target=watch) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        for name in ("fifty", "few"):
            restore_from(tmp_path / f"{name}.db", loader.settings.database_file)
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == [] and seen <= {50, few} and loader.database.check_whole() == []


def test_a_restore_while_somebody_holds_the_pen_is_refused_and_changes_nothing(loader, tmp_path, monkeypatch):
    monkeypatch.setattr("assetmap.store.backup._PATIENCE_S", 0.2)
    backup_to(loader.database, tmp_path / "empty.db")
    loader.load("groups", FIFTY)
    before = loader.state()
    with loader.database.writing(), pytest.raises(Unavailable, match="Somebody else is saving"):
        restore_from(tmp_path / "empty.db", loader.settings.database_file)
    assert loader.state() == before


def test_an_older_backup_is_brought_to_todays_shape_and_a_newer_one_is_refused(loader, tmp_path):
    backup_to(loader.database, tmp_path / "newer.db")
    with closing(sqlite3.connect(tmp_path / "newer.db")) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '7777'")
        newer.commit()
    before = loader.state()
    with pytest.raises(Unavailable, match="newer version of assetmap"):
        restore_from(tmp_path / "newer.db", loader.settings.database_file)
    assert loader.state() == before
    older = Database(f"sqlite:///{tmp_path / 'older.db'}")
    migrate_to(older, "0001")
    older.dispose()
    restore_from(tmp_path / "older.db", loader.settings.database_file)
    assert loader.database.revision() == latest_revision() and loader.count("organisations") == 0


def migrate_to(database, revision):
    from alembic import command
    from alembic.config import Config

    from assetmap.store.database import _MIGRATIONS, _make_file

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    _make_file(database.engine.url.database)
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_after_a_restore_everybody_signs_in_again(own_app, sample_home, tmp_path):
    """A session that was ended since the backup must not come back to life."""
    client = own_app.test_client()
    sign_in(client)
    assert client.get("/steward/export").status_code == 200
    backup_to(own_app.extensions["assetmap"].database, tmp_path / "b.db")
    restore_from(tmp_path / "b.db", sample_home / "assetmap.db")
    assert client.get("/steward/export").status_code == 303


# In the browser

def test_a_steward_downloads_a_whole_backup_and_is_told_what_is_in_it(steward_client, tmp_path):
    page = steward_client.get("/steward/export").text
    assert 'action="/steward/backup"' in page and "private details" in page and "password" in page
    answer = steward_client.post("/steward/backup", data={"csrf": csrf_of(steward_client)})
    assert answer.status_code == 200 and answer.mimetype == "application/vnd.sqlite3"
    named = answer.headers["Content-Disposition"]
    assert re.search(r'attachment; filename="?assetmap-\d{4}-\d\d-\d\d-\d{4}\.db', named)
    assert answer.headers["Cache-Control"] == "no-store"
    (tmp_path / "b.db").write_bytes(answer.data)
    answer.close()
    assert whole(tmp_path / "b.db") > 0
    home = steward_client.application.extensions["assetmap"].settings.home
    assert list(home.glob("*backup*")) == [], "no copy stays behind"
    with steward_client.application.extensions["assetmap"].database.reading() as connection:
        assert last_backup(connection) is not None


def test_a_backup_is_for_stewards_who_mean_it(steward_client, own_app):
    assert steward_client.post("/steward/backup").status_code == 400, "without the form's token"
    assert own_app.test_client().post("/steward/backup").status_code == 401
    planner = own_app.test_client()
    sign_in(planner, "planner")
    assert planner.post("/steward/backup", data={"csrf": csrf_of(planner)}).status_code == 403
    assert steward_client.get("/steward/backup").status_code == 303


def test_a_backup_of_a_damaged_store_is_told_to_the_steward(steward_client, sample_home, monkeypatch):
    def damaged(*arguments):
        raise Unavailable("The data file is damaged (page 3), so no backup was made of it.")

    monkeypatch.setattr("assetmap.web.steward.exports.backup_to", damaged)
    answer = steward_client.post("/steward/backup", data={"csrf": csrf_of(steward_client)})
    assert answer.status_code == 503 and "damaged" in answer.text
