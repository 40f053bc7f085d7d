"""Suggestions in a browser: a resident's telephone, a steward's desk; by keyboard, without JavaScript, in the dark."""

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import signed_in_as
from tests.live import serving
from tests.made_up import group
from tests.suggesting import add, form_of, private_link, quick, record, send, waiting

HOME = "/steward/suggestions"


@pytest.fixture
def site(own_app):
    """(the app, its address): a group, and suggestions of every kind that wait."""
    quick(own_app)
    add(own_app, "groups", group("chess-club", None, name="Chess Club", times="Tuesdays 10am to 12", cost="paid",
                                 cost_note="£2", description="Boards and tea."))
    with serving(own_app) as address:
        yield own_app, address


@pytest.fixture
def told(site):
    """The private link of one of the suggestions that then wait, about times, cost, "closed", and something new."""
    client = site[0].test_client()
    link = private_link(send(client, "/groups/chess-club/report", times="Fridays 2pm to 4", detail="I was there."))
    private_link(send(client, "/groups/chess-club/report", cost="free"))
    private_link(send(client, "/groups/chess-club", "/groups/chess-club/running", still="closed"))
    private_link(send(client, "/suggest", name="The Chess Club", where="SS0 7JW", when="Sundays 2pm"))
    return link


@pytest.fixture
def desk(site, open_page):
    """A page for a steward, of any width."""
    from assetmap.web.signed_in import COOKIE

    def opened(width: int = 1440, height: int = 900, **options):
        page = open_page(width, height, **options)
        _, token = signed_in_as(site[0], "steward", "steward@example.org")
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": site[1]}])
        return page

    return opened


def overflows(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def public_pages(link: str) -> list[str]:
    return ["/groups/chess-club", "/groups/chess-club/report", "/groups/chess-club/report?what=contact",
            "/groups/chess-club/running", "/suggest", "/suggestions/thanks", link]


def steward_pages(app) -> list[str]:
    numbers = [one.id for one in waiting(app)]
    return [HOME, HOME + "?state=declined", HOME + "?layer=hubs", f"{HOME}/{numbers[0]}",
            f"{HOME}/{numbers[0]}?also={numbers[1]}&also={numbers[2]}", f"{HOME}/{numbers[3]}",
            f"{HOME}/{numbers[0]}/edit"]


def test_residents_pages_have_no_fault_of_accessibility(site, told, open_page, barriers):
    page = open_page()
    for path in public_pages(told):
        page.goto(site[1] + path)
        assert barriers(page) == [], path


def test_stewards_pages_have_no_fault_of_accessibility(site, told, desk, barriers):
    page = desk()
    for path in steward_pages(site[0]):
        page.goto(site[1] + path)
        assert barriers(page) == [], path


def test_pages_fit_320_pixels(site, told, open_page, desk):
    page = open_page(320, 640)
    for path in public_pages(told):
        page.goto(site[1] + path)
        assert not overflows(page), path
    page = desk(320, 640)
    for path in steward_pages(site[0]):
        page.goto(site[1] + path)
        assert not overflows(page), path


def test_a_form_with_faults_is_accessible_and_leads_to_the_field(site, open_page, watch, axe):
    watch.expect("status of 400")
    page = open_page(360, 740)
    page.goto(site[1] + "/groups/chess-club/report")
    page.get_by_text("How to get in touch").click()
    page.get_by_label("E-mail").fill("nobody")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("One thing to put right first")
    assert axe(page) == []
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("E-mail")).to_be_visible()
    described = page.get_by_label("E-mail").get_attribute("aria-describedby")
    assert "error-email" in described.split() and page.get_by_label("E-mail").input_value() == "nobody"


@pytest.mark.parametrize("script", [True, False])
def test_a_resident_corrects_and_a_steward_accepts_with_and_without_javascript(script, site, open_page, desk):
    app, address = site
    phone = open_page(360, 740, java_script_enabled=script)
    phone.goto(address + "/groups/chess-club")
    phone.get_by_role("link", name=re.compile("Tell us if it is|Do you know better")).first.click()
    phone.locator("summary", has_text="Days and times").click()
    phone.locator("#times").fill("Fridays 2pm to 4")
    phone.get_by_role("button", name="Send", exact=True).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    link = phone.url

    page = desk(java_script_enabled=script)
    page.goto(address + HOME)
    page.get_by_role("link", name=re.compile("Corrects: Days and times")).click()
    expect(page.locator("table.diff td")).to_have_text(["Tuesdays 10am to 12", "Fridays 2pm to 4"])
    page.get_by_label("What you say to whoever sent it").fill("Thank you!")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("status").first).to_contain_text("“Chess Club” was changed")
    assert record(app, "groups", "chess-club")[0].times == "Fridays 2pm to 4"

    phone.goto(link)
    expect(phone.get_by_role("heading", level=1)).to_have_text("It was taken up")
    expect(phone.locator("main")).to_contain_text("Thank you!")


def test_one_press_on_the_groups_page_and_a_change_of_mind(site, open_page):
    app, address = site
    page = open_page(360, 740)
    page.goto(address + "/groups/chess-club")
    page.get_by_role("button", name="Yes, I was there lately").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert len(waiting(app)) == 1
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You took it back")
    assert waiting(app) == []


def test_the_fields_fit_a_keyboard_alone(site, open_page):
    app, address = site
    page = open_page(1280, 800)
    page.goto(address + "/groups/chess-club/report")
    page.locator("summary", has_text="What it costs").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "cost"
    page.keyboard.press("Control+A")
    page.keyboard.type("Free")
    for _number in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "closed":
            break
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "detail"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    (kept,) = waiting(app)
    assert kept.fields == {"cost": "Free"} and kept.closed


def test_a_steward_decides_by_keyboard_alone(site, told, desk):
    app, address = site
    page = desk()
    page.goto(f"{address}{HOME}/{waiting(app)[0].id}")
    page.locator("#answer").focus()
    page.keyboard.type("We rang them.")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "accept"
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Accepted")


def test_rubbish_is_ticked_and_put_away_by_keyboard(site, told, desk):
    app, address = site
    page = desk(360, 740)
    page.goto(address + HOME)
    page.get_by_role("checkbox").first.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Put the ticked ones away").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("put away without an answer")
    assert len(waiting(app)) == 3


def test_something_new_is_edited_with_the_dates_seen_and_then_added(site, told, desk):
    app, address = site
    number = waiting(app)[-1].id
    page = desk()
    page.goto(f"{address}{HOME}/{number}")
    expect(page.get_by_role("heading", name="Is it one of these?")).to_be_visible()
    page.get_by_role("link", name="Edit it first").click()
    page.locator("#name").fill("Sunday Chess")
    page.get_by_role("button", name="Save and accept").last.click()
    expect(page.get_by_role("status").first).to_contain_text("“Sunday Chess” is on the map now")
    assert record(app, "groups", "sunday-chess")[0].postcode == "SS0 7JW"


def test_hostile_words_do_nothing_in_a_browser(site, open_page, desk):
    app, address = site
    words = "</script><script>document.title='bad'</script><img src=x onerror=\"document.title='bad'\"> {{7*7}} ${7*7}"
    client = app.test_client()
    link = private_link(send(client, "/groups/chess-club/report", times=words, detail=words))
    private_link(send(client, "/suggest", name=words[:100], what_happens=words))
    page = open_page(360, 740)
    page.goto(address + link)
    assert page.title() != "bad"
    page = desk()
    for path in [HOME, *(f"{HOME}/{one.id}" for one in waiting(app)), f"{HOME}/{waiting(app)[0].id}/edit"]:
        page.goto(address + path)
        assert page.title() != "bad" and page.locator("img[src=x]").count() == 0


def test_the_forms_are_in_the_page_as_a_browser_without_javascript_gets_it(site):
    client = site[0].test_client()
    assert form_of(client, "/groups/chess-club", "/groups/chess-club/running")["token"]
    assert "<details" in client.get("/groups/chess-club/report").text
