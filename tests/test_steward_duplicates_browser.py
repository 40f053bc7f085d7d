"""Duplicates in a browser: by mouse and keyboard, without JavaScript, on a narrow screen, and for axe."""

import pytest

from assetmap.domain.contact import Contact
from assetmap.store import records
from assetmap.store.rows import LAYERS
from tests.conftest import signed_in_as
from tests.live import serving

LAYER = LAYERS["hubs"]


@pytest.fixture
def twins(own_app):
    """(id, id of a second entry of it, its name) of a hub of the sample that now is there twice."""
    with own_app.extensions["assetmap"].database.writing() as connection:
        hub, _version = records.get(connection, LAYER, sorted(
            one for one, _, _, _ in records.identities(connection, LAYER))[0])
        twin = records.replace(hub, id="the-twin", name=f"The {hub.name} Ltd", summary="", source="", source_id="",
                               contact=Contact("01632 960123"), rooms="A hall, a kitchen and a garden room",
                               languages=("pl",), notes="A long word: " + "antidisestablishmentarianism" * 4)
        records.add_one(connection, LAYER, twin, by="the tests")
    return hub.id, "the-twin", hub.name


@pytest.fixture
def at(own_app):
    with serving(own_app) as address:
        yield address


def signed_in(app, page, address):
    from assetmap.web.signed_in import COOKIE

    _, token = signed_in_as(app, "steward", "steward@example.org")
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    return page


def hub_of(app, hub_id):
    with app.extensions["assetmap"].database.reading() as connection:
        return records.get(connection, LAYER, hub_id)[0]


def wider_than_the_screen(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(own_app, twins, at, open_page, barriers):
    page = signed_in(own_app, open_page(), at)
    pair = f"{at}/steward/duplicates/hubs/{twins[0]}/{twins[1]}"
    for address in (f"{at}/steward/duplicates", f"{at}/steward/duplicates?layer=organisations", pair):
        page.goto(address)
        assert barriers(page) == [], address
    page.get_by_role("button", name="They are not the same").click()
    page.wait_for_url("**/steward/duplicates?layer=hubs")
    assert barriers(page) == []
    page.goto(f"{at}/steward/duplicates/not-same")
    assert barriers(page) == []


def test_at_320_px_the_two_can_still_be_compared(own_app, twins, at, open_page):
    page = signed_in(own_app, open_page(320), at)
    page.goto(f"{at}/steward/duplicates/hubs/{twins[0]}/{twins[1]}")
    assert not wider_than_the_screen(page)
    for radio in page.get_by_role("radio").all()[:4]:
        box = radio.bounding_box()
        assert box["width"] >= 24 and box["height"] >= 24 and box["x"] + box["width"] <= 320


def test_two_are_merged_and_the_merge_is_undone(own_app, twins, at, open_page):
    page = signed_in(own_app, open_page(), at)
    page.goto(f"{at}/steward/duplicates")
    page.get_by_role("link", name="Look at the two").first.click()
    page.get_by_role("group", name="Rooms").get_by_role("radio", name="A hall, a kitchen").check()
    page.get_by_role("button", name="Merge the two").click()
    assert "is merged into" in page.locator(".note[role=status]").inner_text()
    kept = hub_of(own_app, twins[0])
    assert kept.rooms == "A hall, a kitchen and a garden room" and "pl" in kept.languages
    assert hub_of(own_app, twins[1]).status == "hidden"
    own_app.extensions["assetmap"].current.refresh()
    page.goto(f"{at}/hubs/the-twin")
    assert page.url == f"{at}/hubs/{twins[0]}"
    page.goto(f"{at}/steward/duplicates")
    page.get_by_role("link", name="See or undo").first.click()
    page.get_by_role("link", name="Undo the whole merge").click()
    page.get_by_role("button", name="Yes, undo it").click()
    page.wait_for_load_state()
    assert hub_of(own_app, twins[1]).status == "active" and hub_of(own_app, twins[0]).rooms != kept.rooms


def test_everything_works_by_keyboard(own_app, twins, at, open_page):
    page = signed_in(own_app, open_page(), at)
    page.goto(f"{at}/steward/duplicates/hubs/{twins[0]}/{twins[1]}")
    page.get_by_role("radio", name="/hubs/").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.value") == "second"
    for _step in range(60):
        if page.evaluate("document.activeElement.textContent.includes('Merge the two')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/steward/duplicates?layer=hubs")
    assert hub_of(own_app, twins[0]).status == "hidden" and hub_of(own_app, twins[1]).status == "active"


def test_without_javascript_pairs_are_ticked_remembered_and_taken_back(own_app, twins, at, open_page):
    page = signed_in(own_app, open_page(java_script_enabled=False), at)
    page.goto(f"{at}/steward/duplicates?layer=hubs")
    page.get_by_role("checkbox", name=f"The {twins[2]} Ltd").check()
    page.get_by_role("button", name="Are not the same").click()
    assert "One pair is remembered as not the same." in page.locator(".note[role=status]").inner_text()
    page.get_by_role("link", name="One pair was said not to be the same").click()
    page.get_by_role("button", name="Take back").click()
    assert "Taken back" in page.locator(".note[role=status]").inner_text()
    page.goto(f"{at}/steward/duplicates?layer=hubs")
    assert page.get_by_role("checkbox", name=f"The {twins[2]} Ltd").is_visible()
