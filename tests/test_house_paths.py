"""Where templates, static files and data are found."""

import pytest

from assetmap import paths
from tests.source import ROOT


def test_a_checkout_has_its_folders_beside_the_package():
    assert [paths.templates(), paths.static(), paths.geodata()] == [
        ROOT / "templates", ROOT / "static", ROOT / "geodata"]


def test_a_wheel_has_its_folders_inside_the_package(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "assetmap"
    for folder in (package / "static", package.parent / "static"):
        folder.mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", package)
    assert paths.static() == package / "static"


def test_an_incomplete_installation_says_what_is_missing_and_where_it_looked(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "assetmap")
    with pytest.raises(FileNotFoundError, match=f"no folder 'geodata'.*{tmp_path / 'assetmap' / 'geodata'}"):
        paths.geodata()
