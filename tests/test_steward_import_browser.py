"""Import in a browser: by keyboard, without JavaScript, on a narrow screen; and through a crash."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from assetmap.importing import draft_work
from assetmap.store import records
from assetmap.store.rows import LAYERS
from tests.conftest import sign_in, signed_in_as
from tests.importing_pages import Importing

CLUBS = ("Club name,Post Code,Ref,Web,Colour\nChess,SS1 2AB,1,example.org/chess,red\nBridge,SS0 8NB,2,,blue\n"
         "Darts,SS9 2DD,3,,\nBowls,SSO 8NB,4,,\n")
STEPS = ("start", "columns", "columns-with-errors", "preview", "result", "template")


@pytest.fixture
def clubs(tmp_path) -> Path:
    path = tmp_path / "clubs.csv"
    path.write_text(CLUBS)
    return path


@pytest.fixture
def steward_at(own_app, open_page):
    """steward_at(width=…, …) -> (page, address), signed in."""
    from assetmap.web.signed_in import COOKIE
    from tests.live import serving

    with serving(own_app) as address:
        def opened(**options):
            page = open_page(**options)
            _, token = signed_in_as(own_app, "steward", "steward@example.org")
            page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
            return page, address

        yield opened


def go_through(page, address, clubs, look=lambda step: None):
    """Every step of an import, one after the other; `look` is called on each page."""
    page.goto(f"{address}/steward/import")
    look("start")
    page.select_option("#layer", "groups")
    page.set_input_files("#file", clubs)
    page.get_by_role("button", name="Upload").click()
    page.locator("#column-0").wait_for()
    look("columns")
    page.select_option("#column-4", "name")
    page.get_by_role("button", name="See what it would change").click()
    page.get_by_role("alert").wait_for()
    look("columns-with-errors")
    page.select_option("#column-4", "notes")
    page.get_by_role("button", name="See what it would change").click()
    page.locator("dl.figures").wait_for()
    look("preview")
    page.get_by_role("button", name="Load the 3 good rows").click()
    page.get_by_role("heading", name="Done").wait_for()
    look("result")
    page.goto(f"{address}/steward/import/templates/groups")
    look("template")


def test_every_page_of_an_import_passes_axe_and_fits_the_screen(steward_at, barriers, watch, clubs):
    watch.expect("status of 400")
    page, address = steward_at()
    found, seen = {}, []

    def look(step):
        seen.append(step)
        found[step] = barriers(page)

    go_through(page, address, clubs, look)
    assert {step: faults for step, faults in found.items() if faults} == {} and tuple(seen) == STEPS


def test_an_import_needs_no_javascript(steward_at, watch, clubs):
    watch.expect("status of 400")
    page, address = steward_at(java_script_enabled=False)
    go_through(page, address, clubs)
    page.goto(f"{address}/groups/chess")
    assert page.get_by_role("heading", name="Chess").is_visible()


def test_an_import_can_be_done_by_keyboard_alone(steward_at, clubs):
    page, address = steward_at()
    page.goto(f"{address}/steward/import")
    page.set_input_files("#file", clubs)  # the system's own dialogue is not ours

    def press_on(name):
        for _ in range(120):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent").strip().startswith(name):
                page.keyboard.press("Enter")
                return
        raise AssertionError(f"“{name}” cannot be reached by the keyboard")

    press_on("Upload")
    page.locator("#column-0").wait_for()
    press_on("See what it would change")
    page.locator("dl.figures").wait_for()
    press_on("Load the 3 good rows")
    page.get_by_role("heading", name="Done: clubs.csv is loaded").wait_for()


def test_a_file_that_is_too_large_is_told_before_it_is_sent(steward_at, own_app, tmp_path):
    own_app.extensions["assetmap"].settings.max_upload_mb = 1
    page, address = steward_at()
    page.goto(f"{address}/steward/import")
    (tmp_path / "large.csv").write_bytes(b"name\n" + b"x" * 1_200_000)
    page.set_input_files("#file", tmp_path / "large.csv")
    page.get_by_role("button", name="Upload").click()
    assert page.get_by_text("This file is larger than 1 MB. Split it").is_visible()
    assert page.evaluate("document.activeElement.id") == "file" and page.url.endswith("/steward/import")


def test_long_work_shows_its_progress_and_leads_on_by_itself(steward_at, own_app, clubs, monkeypatch):
    page, address = steward_at()
    page.goto(f"{address}/steward/import")
    page.set_input_files("#file", clubs)
    page.get_by_role("button", name="Upload").click()
    page.locator("#column-0").wait_for()
    monkeypatch.setattr(draft_work, "DIRECT_S", 0.0)
    from assetmap.importing import drafts

    really = drafts.try_it

    def slowly(database, settings, draft, progress):
        for done in range(0, 2_000, 500):
            progress("Writing", done, 2_000)
            time.sleep(0.6)
        really(database, settings, draft, progress)

    monkeypatch.setattr(drafts, "try_it", slowly)
    page.get_by_role("button", name="See what it would change").click()
    page.locator("progress").wait_for()
    page.get_by_text("Writing the entries: ").wait_for()
    page.get_by_text("Faults to put right").wait_for()


CRASH = """
import sys, time
from pathlib import Path
from assetmap.importing import drafts
from assetmap.importing.options import no_progress
from assetmap.settings import Settings
from assetmap.store import drafts as store
from assetmap.store.database import Database
settings = Settings.load(home=Path(sys.argv[1]), environ={})
database = Database(settings.database_address)
with database.reading() as connection:
    draft = store.get(connection, sys.argv[2])
from assetmap.importing import draft_work
marked = store.mark_applied
def mark(connection, *given, **named):
    marked(connection, *given, **named)
    print("written", flush=True)
    time.sleep(60)
drafts.drafts.mark_applied = mark
draft_work.start(drafts.folder_of(settings, draft.id), "apply", lambda progress: drafts.apply(
    database, settings, draft, progress, skip_bad_rows=True, done=lambda: None), 90)
"""


def test_survive_41_an_apply_that_is_killed_at_its_last_moment_leaves_nothing_and_can_be_tried_again(steward_client):
    importing = Importing(steward_client).upload("groups", CLUBS)
    importing.columns()
    importing.get("preview")
    shared = steward_client.application.extensions["assetmap"]
    before = shared.database.version()
    process = subprocess.Popen([sys.executable, "-c", CRASH, str(shared.settings.home),
                                importing.address.rpartition("/")[2]], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "written\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    folder = shared.settings.home / "uploads" / importing.address.rpartition("/")[2]
    state = json.loads((folder / "work.json").read_text())
    assert not state["ended"] and shared.database.version() == before
    draft_work.write(folder, "work.json", state | {"at": 1.0})
    assert "was interrupted before its end. Nothing was changed" in importing.get("result").words
    importing.post("again")
    assert importing.apply("good").figures()["added"] == 3 and shared.database.version() == before + 1


def test_a_preview_with_everything_in_it_passes_axe_and_fits_the_screen(steward_at, own_app, barriers):
    client = own_app.test_client()
    sign_in(client)
    rows = "".join(f"Chess {number},SS1 2AB,{number},\n" for number in range(60))
    Importing(client).upload("groups", "name,postcode,ref,website\n" + rows, "clubs.csv").columns().apply()
    with own_app.extensions["assetmap"].database.writing() as connection:
        for record_id in ("chess-1", "chess-2"):
            record, version = records.get(connection, LAYERS["groups"], record_id)
            records.save_one(connection, LAYERS["groups"], replace(record, name=f"{record.name} Club"), version=version,
                             by="a steward")
    rows = rows.replace(",\n", f",https://example.org/{'x' * 200}\n").replace("Chess 2,", "Whist 2,")
    rows += "".join(f"Darts {number},SSO 8NB,9{number},\n" for number in range(60))
    rows += "".join(f"The Chess {number},SS1 2AB,8{number},\n" for number in range(60))
    importing = Importing(client).upload("groups", "name,postcode,ref,website\n" + rows, "clubs.csv").columns()
    importing.get("preview")
    page, address = steward_at()
    page.goto(f"{address}{importing.address}/preview")
    for part in ("faults", "look", "alike", "hand", "changed", "added"):
        assert page.locator(f"#{part}").is_visible()
    assert barriers(page) == []
    page.get_by_role("navigation", name="Pages of faults").get_by_role("link", name="Next").click()
    page.get_by_text("Page 2 of 3").first.wait_for()
    assert "faults=2" in page.url
