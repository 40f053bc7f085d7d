"""Making an instance: whole or not at all, for its owner's eyes, and never taken for another."""

import stat

import pytest

from assetmap.domain.errors import Unavailable
from assetmap.importing import instance as instances
from assetmap.settings import Settings, SettingsRefused
from tests.conftest import settings_at


def test_an_instance_whose_making_was_cut_off_is_made_again(tmp_path, monkeypatch):
    settings = settings_at(tmp_path / "instance")
    with monkeypatch.context() as patch:
        patch.setattr(instances, "SAMPLE", instances.SAMPLE[:2] + (("hubs", "there-is-no-such-file.csv"),))
        with pytest.raises(Exception, match="There is no file"):
            instances.make_instance(settings, sample=True)
    assert not instances.exists(settings)
    instances.make_instance(settings, sample=True).dispose()
    assert instances.exists(settings)


def test_a_data_file_cut_to_nothing_is_not_taken_for_a_new_one(instance):
    instance.database_file.write_bytes(b"")
    for beside in ("-wal", "-shm"):
        instance.database_file.with_name(instance.database_file.name + beside).unlink(missing_ok=True)
    with pytest.raises(Unavailable, match="Restore a backup"):
        instances.open_instance(instance)


def test_only_its_owner_may_read_the_store_and_the_key(instance):
    for file in (instance.database_file, instance.home / "secret_key"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_that_was_never_written_is_made_again(instance):
    (instance.home / "secret_key").write_text("")
    instances.make_folder(instance)
    assert len(instances.secret_key(instance)) == 64


@pytest.mark.parametrize(("name", "value"), [
    ("TIMEZONE", "Mars/Phobos"), ("TIMEZONE", "../../etc/passwd"), ("LOCAL_CRS", "foo"), ("LOCAL_CRS", "EPSG:4326"),
    ("DATABASE_URL", "rubbish"), ("DATABASE_URL", "mysql://x"), ("TILE_URL", "javascript:alert(1)"), ("TILE_URL", "{x"),
    ("TILE_URL", "http://[::1/{z}/{x}/{y}"), ("THREADS", "0"), ("WITHIN_M", "0"), ("WITHIN_M", "50001"),
    ("WALK_M_PER_MIN", "0"), ("MAX_FILE_MB", "many"), ("COUNT_SEARCHES", "perhaps"), ("SITE_URL", "example")])
def test_a_setting_without_sense_is_named(name, value, tmp_path):
    with pytest.raises(SettingsRefused, match=name):
        Settings.load(home=tmp_path, environ={f"ASSETMAP_{name}": value})


@pytest.mark.parametrize(("name", "value"), [
    ("TILE_URL", "none"), ("TILE_URL", "/tiles/{z}/{x}/{y}.png"), ("TILE_URL", "https://{s}.example.org/{z}/{x}/{y}.png"),
    ("DATABASE_URL", "postgresql+psycopg://u:p@localhost/assetmap"), ("TIMEZONE", "Europe/Paris"),
    ("LOCAL_CRS", "EPSG:2154"), ("SITE_URL", "https://map.example.org")])
def test_a_setting_with_sense_is_taken(name, value, tmp_path):
    assert getattr(Settings.load(home=tmp_path, environ={f"ASSETMAP_{name}": value}), name.lower()) == value


def test_a_settings_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "settings.toml").write_text("area_name = [1, 2]\n")
    with pytest.raises(SettingsRefused, match="AREA_NAME"):
        Settings.load(home=tmp_path, environ={})
    (tmp_path / "settings.toml").write_text("area_name = \n")
    with pytest.raises(SettingsRefused, match="settings.toml"):
        Settings.load(home=tmp_path, environ={})
