"""The tests find a browser, or fetch one, or stop and say so."""

from pathlib import Path

import pytest

from tests import find_chromium


@pytest.fixture
def programs(tmp_path, monkeypatch) -> Path:
    """An empty folder that is all of the PATH; no $CHROMIUM, no browser of Playwright's."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(find_chromium, "from_playwright", lambda: None)
    return tmp_path


def program(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_the_one_that_is_named_comes_first(programs, monkeypatch):
    program(programs / "chromium", "exit 0")
    named = program(programs / "mine", "exit 0")
    monkeypatch.setenv("CHROMIUM", named)
    assert find_chromium.find() == named


def test_a_name_where_no_browser_starts_is_told_and_not_passed_over(programs, monkeypatch):
    program(programs / "chromium", "exit 0")
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(SystemExit, match="CHROMIUM is /nowhere/chromium, and no browser starts there"):
        find_chromium.find()


def test_a_wrapper_of_a_browser_that_is_not_installed_is_passed_over(programs):
    program(programs / "chromium", "echo 'please install the snap'; exit 1")
    chrome = program(programs / "google-chrome", "exit 0")
    assert find_chromium.find() == chrome


def test_root_installs_the_system_package(programs, monkeypatch):
    monkeypatch.setattr(find_chromium.os, "geteuid", lambda: 0)
    program(programs / "apt-get", f"""echo "$@" >> {programs}/asked
        case "$*" in *install*) echo '#!/bin/sh' > {programs}/chromium; /bin/chmod +x {programs}/chromium; esac""")
    assert find_chromium.find() == str(programs / "chromium")
    assert (programs / "asked").read_text().splitlines() == ["update -q", "install -q -y chromium"]


def test_without_any_browser_it_stops_and_says_what_to_do(programs, monkeypatch):
    monkeypatch.setattr(find_chromium.os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match="need Chromium and none could be found or installed.*CHROMIUM=/path"):
        find_chromium.find()
