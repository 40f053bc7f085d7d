"""The store kept whole: migrations, backups, and the faults of disks and of other programs."""

import random
import resource
import shutil
import sqlite3
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from assetmap.domain.errors import AssetmapError, BadInput, Unavailable
from assetmap.store import database as store
from assetmap.store import plan_tables, relation_tables, steward_tables  # noqa: F401 - each adds its tables
from assetmap.store.backup import backup_to, restore_from
from assetmap.store.database import Database
from assetmap.store.tables import metadata
from tests.loading import Loader, assetmap

FIFTY = "name,summary\n" + "".join(f"Group {n},{'x' * 1_000}\n" for n in range(50))


@pytest.fixture
def loader(instance, tmp_path):
    loader = Loader(instance, tmp_path)
    yield loader
    loader.database.dispose()


def opened(file: Path, **options) -> Database:
    return Database(f"sqlite:///{file}", **options)


# Migrations

def test_migrating_an_empty_store_gives_exactly_todays_tables(tmp_path):
    database = opened(tmp_path / "new.db")
    database.migrate()
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    database.dispose()


def test_migrating_again_changes_nothing(loader):
    before = loader.state()
    loader.database.migrate()
    assert loader.state() == before


@pytest.fixture
def migrations(tmp_path, monkeypatch):
    folder = Path(shutil.copytree(store._MIGRATIONS, tmp_path / "migrations",
                                  ignore=shutil.ignore_patterns("__pycache__")))
    monkeypatch.setattr(store, "_MIGRATIONS", folder)

    def add(body: str):
        (folder / "versions" / "9999_a_step.py").write_text(
            f'from alembic import op\nimport sqlalchemy as sa\nrevision = "9999"\ndown_revision = "{newest}"\n\n\n'
            f"def upgrade():\n{body}")

    newest = store.latest_revision()
    return add


def test_survive_44_a_migration_that_fails_half_way_leaves_the_store_as_it_was(loader, migrations):
    loader.load("groups", FIFTY)
    before = loader.state()
    migrations('    op.add_column("groups", sa.Column("mood", sa.String()))\n'
               '    op.execute("UPDATE groups SET mood = \'good\'")\n    op.drop_table("history")\n'
               '    op.execute("INSERT INTO meta (key) VALUES (1)")\n')
    with pytest.raises(Unavailable) as failed:
        loader.database.migrate()
    assert "NOT NULL" in failed.value.message and "Nothing was changed" in failed.value.message
    assert loader.state() == before and loader.database.check_whole() == []
    with loader.database.reading() as connection:
        assert "mood" not in [row[1] for row in connection.execute(text("PRAGMA table_info(groups)"))]


def test_a_later_migration_builds_on_the_first(loader, migrations):
    migrations('    op.add_column("groups", sa.Column("mood", sa.String()))\n')
    loader.database.migrate()
    with loader.database.reading() as connection:
        assert "mood" in [row[1] for row in connection.execute(text("PRAGMA table_info(groups)"))]


def test_a_store_of_a_newer_version_is_left_alone_with_a_sentence(loader):
    with loader.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '7777'"))
    with pytest.raises(Unavailable, match="newer version of assetmap"):
        loader.database.migrate()


# Backups

def but_meta(state):
    return {name: rows for name, rows in state if name != "meta"}


def test_a_backup_made_while_somebody_saves_is_whole_and_restores(loader, tmp_path):
    loader.load("groups", FIFTY)
    copy = tmp_path / "copy.db"
    with loader.database.writing() as connection:
        connection.execute(text("UPDATE groups SET name = 'half done'"))
        backup_to(loader.database, copy)
        connection.rollback()
    before = but_meta(loader.state())
    loader.load("groups", "name\nAnother\n", "more.csv")
    newest = loader.database.version()
    loader.database.dispose()
    kept = restore_from(copy, loader.settings.database_file)
    assert but_meta(loader.state()) == before and kept.is_file()
    assert loader.database.version() > newest, "no page was made from this version"
    assert opened(kept).check_whole() == []


def test_what_was_there_before_a_restore_is_kept_with_its_newest_changes(loader, tmp_path):
    backup_to(loader.database, tmp_path / "empty.db")
    loader.load("groups", FIFTY)
    first = restore_from(tmp_path / "empty.db", loader.settings.database_file)
    second = restore_from(tmp_path / "empty.db", loader.settings.database_file)
    assert first != second and loader.count("groups") == 0
    with opened(first).reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM groups")).scalar() == 50


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + bytes(5_000), None, "other", "cut"])
def test_restoring_rubbish_is_refused_and_changes_nothing(loader, tmp_path, content):
    file = tmp_path / "rubbish.db"
    if content == "other":
        with sqlite3.connect(file) as other:
            other.execute("CREATE TABLE shopping (what)")
        other.close()
    elif content == "cut":
        backup_to(loader.database, file)
        file.write_bytes(file.read_bytes()[:-9_000])
    elif content is not None:
        file.write_bytes(content)
    loader.load("groups", FIFTY)
    before, beside = loader.state(), sorted(loader.settings.home.iterdir())
    with pytest.raises(Unavailable, match="Nothing was changed"):
        restore_from(file, loader.settings.database_file)
    assert loader.state() == before
    assert [p for p in sorted(loader.settings.home.iterdir()) if p.suffix not in {".db-wal", ".db-shm"}] == [
        p for p in beside if p.suffix not in {".db-wal", ".db-shm"}]


def test_a_backup_into_no_folder_or_over_the_store_is_refused(loader, tmp_path):
    with pytest.raises(Unavailable, match="could not be written"):
        backup_to(loader.database, tmp_path / "nowhere" / "copy.db")
    for target in (loader.settings.database_file, loader.settings.home / "." / "assetmap.db"):
        with pytest.raises(BadInput, match="is the store itself"):
            backup_to(loader.database, target)
    with pytest.raises(BadInput, match="is the store itself"):
        restore_from(loader.settings.database_file, loader.settings.database_file)
    assert loader.database.check_whole() == []


# Faults

def test_survive_42_a_full_disk_is_a_sentence_and_changes_nothing(loader):
    before = loader.state()
    original = Database.writing

    class Full(Database):
        def writing(self):
            return _with_little_room(original, self)

    loader.database = Full(loader.settings.database_address)
    with pytest.raises(Unavailable, match="The disk is full. Nothing was changed"):
        loader.load("groups", FIFTY)
    assert loader.state() == before and loader.database.check_whole() == []


def _with_little_room(writing, database):
    from contextlib import contextmanager

    @contextmanager
    def limited():
        with writing(database) as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar()
            connection.execute(text(f"PRAGMA max_page_count = {pages + 2}"))
            yield connection

    return limited()


def test_survive_42_a_file_that_may_not_grow_is_a_sentence_and_changes_nothing(loader):
    file = loader.file("name,summary\n" + "".join(f"Group {n},{'x' * 1_900}\n" for n in range(2_000)), "many.csv")
    before = loader.state()
    limit = loader.settings.database_file.stat().st_size + 500_000
    done = assetmap(loader.settings, "load", "groups", file,
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert done.returncode == 1 and "Traceback" not in done.stderr and "Nothing was changed" in done.stderr
    assert loader.state() == before and loader.database.check_whole() == []


def test_survive_43_a_store_that_another_program_holds_is_a_sentence(loader):
    other = sqlite3.connect(loader.settings.database_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    before = loader.state()
    loader.database = Database(loader.settings.database_address, busy_timeout_s=0.1)
    with pytest.raises(Unavailable, match="Somebody else is saving just now. Nothing was changed"):
        loader.load("groups", FIFTY)
    assert loader.state() == before, "reading goes on meanwhile"
    other.execute("ROLLBACK")
    other.close()
    assert loader.load("groups", FIFTY).applied


@pytest.mark.parametrize("damage", ["rubbish", "middle", "short"])
def test_survive_43_a_corrupt_store_is_a_sentence_and_exit_code_1(loader, damage):
    loader.load("groups", FIFTY)
    loader.database.dispose()
    file = loader.settings.database_file
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray(file.read_bytes())
    if damage == "rubbish":
        data = bytearray(random.Random(43).randbytes(len(data)))
    elif damage == "middle":
        data[4096:] = random.Random(43).randbytes(len(data) - 4096)
    else:
        del data[len(data) // 2:]
    file.write_bytes(data)
    for command in (["check"], ["load", "groups", loader.file(FIFTY, "groups.csv")]):
        done = assetmap(loader.settings, *command)
        assert done.returncode == 1, (command, done)
        assert "Traceback" not in done.stderr and "estore a backup" in done.stderr + done.stdout


def test_survive_46_neither_clock_nor_time_zone_changes_what_is_kept(loader, monkeypatch):
    rows = "name,last_confirmed,times\nChess,2026-03-29,Sundays 1-2am\nGo,2026-10-25,Sundays 1-2am\n"
    loader.load("groups", rows)
    groups = dict(loader.state())["groups"]
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/London"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert loader.load("groups", rows).counts["unchanged"] == 2
        assert dict(loader.state())["groups"] == groups
        loader.load("hubs", f"name\n{zone}\n")
    monkeypatch.undo()
    time.tzset()
    at = [row[1] for row in dict(loader.state())["history"]]
    assert all(moment.endswith("+00:00") for moment in at), "history is in UTC"


def test_a_store_in_no_folder_is_a_sentence(tmp_path):
    with pytest.raises(AssetmapError, match="cannot be opened"):
        opened(tmp_path / "nowhere" / "assetmap.db").migrate()


def test_the_version_moves_with_every_change_and_only_then(loader):
    first = loader.database.version()
    loader.load("groups", FIFTY)
    loader.load("groups", FIFTY)
    assert loader.database.version() == first + 1
