"""What a person relies on in a real browser: every page, by keyboard, without JavaScript, without tiles."""

import re

import pytest
from playwright.sync_api import expect

NEAR = "/?near=SS1+2AB&within=2000"


@pytest.fixture(scope="session")
def addresses(app) -> dict[str, str]:
    """A page of each kind of the sample."""
    client = app.test_client()
    group = next(r for r in client.get("/find.json?near=SS1+2AB").json["results"] if r["hub_id"])
    chance = client.get("/opportunities.json").json["results"][0]
    return {"start": "/", "found": NEAR, "filtered": NEAR + "&category=walking&day=tue&cost=free",
            "nothing": "/?near=SS3+9AQ&within=500&category=bereavement&day=sun", "refused": "/?near=SS1+2AO",
            "group": group["url"], "hub": f"/hubs/{group['hub_id']}", "ward": f"/wards/{group['ward_code']}",
            "opportunity": chance["url"], "wards": "/wards", "what's on": "/whats-on",
            "opportunities": "/opportunities", "report": group["url"] + "/report", "suggest": "/suggest",
            "open data": "/data", "about": "/about", "missing": "/groups/there-is-none"}


KINDS = ("start", "found", "filtered", "nothing", "refused", "group", "hub", "ward", "opportunity", "wards",
         "what's on", "opportunities", "report", "suggest", "open data", "about", "missing")
_EXPECTED = {"refused": "status of 400", "missing": "status of 404"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_passes_axe_narrow_wide_and_dark_and_breaks_no_policy(kind, addresses, live_server, open_page, watch,
                                                                         barriers):
    if kind in _EXPECTED:
        watch.expect(_EXPECTED[kind])
    page = open_page(1440, 900)
    page.goto(live_server + addresses[kind], wait_until="networkidle")
    assert page.locator("h1").count() == 1
    assert barriers(page) == []


@pytest.mark.parametrize("kind", ("start", "found", "group", "hub", "ward", "what's on"))
def test_pages_opened_on_a_phone_pass_axe_and_fit_320_px(kind, addresses, live_server, open_page, axe):
    """Where there is a map, it is another page than one that a wide window was made narrow for."""
    page = open_page(360, 740)
    page.goto(live_server + addresses[kind], wait_until="networkidle")
    assert axe(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("kind", ("found", "ward"))
def test_pages_opened_in_the_dark_pass_axe(kind, addresses, live_server, open_page, axe):
    page = open_page(1440, 900, color_scheme="dark")
    page.goto(live_server + addresses[kind], wait_until="networkidle")
    assert axe(page) == []


def test_without_javascript_a_postcode_leads_to_a_group_one_can_walk_into(live_server, open_page):
    page = open_page(360, 740, java_script_enabled=False)
    page.goto(live_server + "/")
    page.get_by_label("Postcode or place").fill("ss12ab")
    page.get_by_role("button", name="Search").first.click()
    assert re.search(r"\d+ groups within", page.locator("h1").inner_text())
    page.locator(".card-name a").first.click()
    text = page.locator("main").inner_text()
    for words in ("When", "Cost", "Getting in"):
        assert words in text


def test_with_tiles_blocked_the_map_still_shows_places_and_says_so(live_server, open_page, watch):
    watch.tiles_blocked = True
    page = open_page(1440, 900)
    page.goto(live_server + NEAR, wait_until="networkidle")
    expect(page.locator(".leaflet-marker-icon").nth(3)).to_be_visible()


def test_by_keyboard_from_postcode_to_a_group_on_the_map_and_back(live_server, open_page):
    page = open_page(1440, 900)
    page.goto(live_server + "/", wait_until="networkidle")
    page.get_by_label("Postcode or place").focus()
    page.keyboard.type("SS1 2AB")
    page.keyboard.press("Enter")
    page.wait_for_url("**near=SS1**")
    page.wait_for_selector(".leaflet-marker-icon")
    marker = page.locator(".leaflet-marker-icon[tabindex='0']").last
    marker.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(600)
    dialog = page.locator("[role=dialog]")
    if dialog.count() == 0:  # a cluster: it opened up; take a single one now
        single = page.locator(".leaflet-marker-icon:not([class*=cluster])").first
        single.focus()
        page.keyboard.press("Enter")
        dialog.first.wait_for()
    assert page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert page.locator("[role=dialog]").count() == 0
    assert page.evaluate("document.activeElement.classList.contains('leaflet-marker-icon')")


def test_every_control_of_the_finder_is_reached_by_tab_and_shows_its_focus(live_server, open_page):
    page = open_page(1440, 900)
    page.goto(live_server + NEAR, wait_until="networkidle")
    seen = []
    for _step in range(25):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("""() => { const e = document.activeElement; const s = getComputedStyle(e);
            return [e.tagName, (e.getAttribute('aria-label') || e.innerText || e.name || '').slice(0, 40),
                    s.outlineStyle !== 'none' || s.boxShadow !== 'none'] }"""))
    assert any("near" in name.lower() for _tag, name, _shown in seen)
    assert [entry for entry in seen if not entry[2] and entry[0] != "BODY"] == []


def test_changing_a_filter_changes_the_list_the_address_and_the_map_without_leaving_the_page(live_server, open_page):
    page = open_page(1440, 900)
    page.goto(live_server + NEAR, wait_until="networkidle")
    before = page.locator("h1").inner_text()
    page.evaluate("window.stayed = true")
    page.locator("summary", has_text="Cost").first.click()
    page.get_by_role("checkbox", name=re.compile("Free")).check()
    page.wait_for_url("**cost=free**")
    page.wait_for_function("before => document.querySelector('h1').innerText !== before", arg=before)
    assert page.evaluate("window.stayed === true")
    page.go_back()
    page.wait_for_function("before => document.querySelector('h1').innerText === before", arg=before)


def test_the_map_and_the_list_show_the_same_groups(live_server, open_page, client):
    listed = client.get(NEAR.replace("/?", "/find.json?") + "&per_page=100").json
    shown = client.get(NEAR.replace("/?", "/map/points.json?") + "&zoom=18").json
    ids = {item["id"] for feature in shown["features"] for item in feature.get("items", [feature]) if "id" in item}
    assert ids == {result["id"] for result in listed["results"]}
