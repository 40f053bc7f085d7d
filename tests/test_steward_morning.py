"""A steward's whole morning in a browser: sign in, import, put right, merge, accept, undo."""

import re

import pytest

from assetmap.domain.account import Role
from assetmap.store import accounts, passwords, records
from assetmap.store.rows import LAYERS
from tests.live import serving

EMAIL, PASSWORD = "jo@example.org", "seven brass teapots"
FILE = """ref,Club name,When,Postcode,Run by
1,Walking Chess,Mondays 10am-12,SS1 1NE,Chess for All
2,The Tea & Talk Circle,Tuesdays 2pm-4pm,SS0 8NB,Chalkwell Friends
3,Tea and Talk Circle,Tuesdays 2pm,SS0 8NB,Chalkwell Friends
4,Pier Painters,Fridays 1pm-3pm,SSO 8NB,Pier Painters
"""


@pytest.fixture
def app(own_app):
    """The sample place with an account that has a password."""
    with own_app.extensions["assetmap"].database.writing() as connection:
        accounts.add(connection, EMAIL, Role.STEWARD, by="the tests", password=passwords.hashed(PASSWORD))
    return own_app


def group(app, name: str):
    with app.extensions["assetmap"].database.reading() as connection:
        for row in records.rows(connection, LAYERS["groups"]):
            if row["name"] == name:
                return row
    raise AssertionError(f"there is no group called {name}")


def test_a_stewards_morning(app, open_page, tmp_path):
    file = tmp_path / "clubs.csv"
    file.write_text(FILE, "utf-8")
    with serving(app) as address:
        resident, steward = open_page(width=360, height=740), open_page()
        _a_resident_writes(resident, address)
        _signs_in(steward, address)
        _imports(steward, address, file)
        assert group(app, "Walking Chess")["status"] == "active"
        _puts_right(app, steward, address)
        assert "Wednesdays 10am-12" in group(app, "Walking Chess")["times"]
        _merges(app, steward, address)
        _accepts(steward, address)
        assert group(app, "Sea Shanty Singers")["status"] == "active"
        _the_resident_looks_again(resident, address)
        _undoes_the_import(steward, address)
        hidden = [group(app, name)["status"] for name in ("Walking Chess", "Tea and Talk Circle")]
        assert hidden == ["hidden", "hidden"]
        assert group(app, "Sea Shanty Singers")["status"] == "active"


def _a_resident_writes(page, address):
    page.goto(f"{address}/suggest")
    page.fill("[name=name]", "Sea Shanty Singers")
    page.wait_for_timeout(4_000)  # people take a moment; robots do not
    page.get_by_role("button", name="Send").click()
    page.wait_for_selector("h1:has-text('Thank you')")
    page.link = page.locator("a[href*='/suggestions/']").first.get_attribute("href")


def _signs_in(page, address):
    page.goto(f"{address}/steward")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("h1:has-text('Today')")
    assert "1 suggestion" in re.sub(r"\s+", " ", page.locator("main").inner_text())


def _imports(page, address, file):
    page.get_by_role("link", name="Import a file").click()
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="See what it would change").click()
    page.get_by_text("Did you mean SS0 8NB?").wait_for()
    page.get_by_role("button", name="Load the 3 good rows, leave the others out").click()
    page.wait_for_selector("h1:has-text('Done')")


def _puts_right(app, page, address):
    record_id = group(app, "Walking Chess")["id"]
    page.goto(f"{address}/steward/groups/{record_id}")
    page.fill("[name=times]", "Wednesdays 10am-12")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.locator(".note.good").wait_for()
    page.goto(f"{address}/steward/groups/{record_id}/history")
    assert "Mondays" in page.locator("main").inner_text() and EMAIL in page.locator("main").inner_text()


def _merges(app, page, address):
    kept = group(app, "Tea and Talk Circle")["id"]
    other = group(app, "The Tea & Talk Circle")["id"]
    page.goto(f"{address}/steward/duplicates")
    pair = page.locator("li, article, section").filter(has_text="Tea & Talk")
    pair.get_by_role("link", name="Look at the two").first.click()
    page.get_by_role("button", name="Merge the two").click()
    page.locator(".note.good").wait_for()
    both = {name: page.request.get(f"{address}/groups/{name}", max_redirects=0).status for name in (kept, other)}
    assert sorted(both.values()) == [200, 301]


def _accepts(page, address):
    page.goto(f"{address}/steward/suggestions")
    page.locator(".suggestion", has_text="Sea Shanty Singers").locator(".row-link").click()
    page.get_by_role("button", name=re.compile("[Aa]dd it")).first.click()
    page.locator(".note.good").wait_for()


def _the_resident_looks_again(page, address):
    page.goto(page.link if page.link.startswith("http") else address + page.link)
    assert "Sea Shanty Singers" in page.locator("main").inner_text()
    page.goto(f"{address}/?q=shanty")
    page.locator(".card-name", has_text="Sea Shanty Singers").wait_for()


def _undoes_the_import(page, address):
    page.goto(f"{address}/steward/changes")
    page.get_by_role("link", name="Import of groups from clubs.csv").first.click()
    page.get_by_role("link", name=re.compile("Undo the whole import")).click()
    page.get_by_role("button", name="Yes, undo it").click()
    page.locator(".note").first.wait_for()
