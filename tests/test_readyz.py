"""/readyz reads the data from the disk every time it is asked, and says what is wrong with it."""

import os
import re
import shutil
import sqlite3
import stat
from contextlib import closing, contextmanager

import pytest

from assetmap.domain.errors import Unavailable
from assetmap.store.readiness import read_through
from tests.spoiling import spoil


@pytest.fixture
def served(own_app, sample_home):
    client = own_app.test_client()
    assert client.get("/readyz").status_code == 200 and client.get("/find.json").status_code == 200
    return client, sample_home / "assetmap.db"


def refused(client):
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.json["status"] == "unavailable"
    assert answer.headers["Cache-Control"] == "no-store" and re.fullmatch(r"[A-Z].*\.", answer.json["reason"])
    assert "sqlite" not in answer.json["reason"].lower()
    assert client.get("/find.json").status_code == 200, "pages answer from what the process remembers"
    return answer.json["reason"]


@pytest.mark.parametrize("damage", ["middle", "rubbish", "cut"])
def test_survive_43_readyz_tells_of_a_damaged_file(served, damage):
    client, file = served
    spoil(file, damage)
    assert re.search("damaged|not a database|cannot be read", refused(client))


def test_survive_43_readyz_tells_of_a_file_that_is_gone_and_nothing_takes_its_place(served):
    client, file = served
    shutil.move(file, file.with_suffix(".away"))
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    assert "gone" in refused(client)
    client.application.extensions["assetmap"].current.look_again()
    assert client.get("/").status_code == 200 and not file.exists()
    shutil.move(file.with_suffix(".away"), file)
    assert client.get("/readyz").status_code == 200, "and when it is back, it says so"


def test_survive_43_readyz_tells_of_an_empty_file(served):
    client, file = served
    file.write_bytes(b"")
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    assert "empty" in refused(client)


def test_survive_43_readyz_tells_of_a_file_that_another_program_locks(served, monkeypatch):
    monkeypatch.setattr("assetmap.store.readiness._PATIENCE_S", 0.1)
    client, file = served
    with closing(sqlite3.connect(file)) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        store.execute("PRAGMA locking_mode=EXCLUSIVE")
        store.execute("BEGIN EXCLUSIVE")
        store.execute("UPDATE meta SET value = value")
        answer = client.get("/readyz")
        assert answer.status_code == 503 and "saving just now" in answer.json["reason"]
    assert client.get("/readyz").status_code == 200


def test_somebody_who_is_saving_does_not_make_the_data_unreadable(served):
    client, _file = served
    with client.application.extensions["assetmap"].database.writing():
        answer = client.get("/readyz")
        assert answer.status_code == 200 and answer.json["writable"] is False
    assert client.get("/readyz").json["writable"] is True


@pytest.mark.parametrize(("revision", "said"), [("7777", "newer version"), ("0001", "older version")])
def test_survive_43_readyz_tells_of_data_of_another_version(served, revision, said):
    client, file = served
    with closing(sqlite3.connect(file)) as store:
        store.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        store.commit()
    assert said in refused(client)


@contextmanager
def as_nobody():
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_survive_43_readyz_tells_of_a_file_that_may_not_be_read(instance):
    file = instance.database_file
    assert read_through(instance.database_address) >= 0
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    folders = [folder for folder in file.parents if folder.stat().st_uid == os.geteuid() and folder.name != "tmp"]
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [*folders, file]}
    try:
        for folder in folders[:-1]:
            folder.chmod(0o755)
        file.chmod(0o000)
        with as_nobody(), pytest.raises(Unavailable, match="may this program read it|gone"):
            read_through(instance.database_address)
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
    assert read_through(instance.database_address) >= 0
