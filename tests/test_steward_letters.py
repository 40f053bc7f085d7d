"""Letters that wait, sent by hand or by a mail server; and every page of freshness and letters in a browser."""

import email
import email.policy
import re
from urllib.parse import unquote

import pytest

from assetmap.store import messages, steward_tables, tables
from assetmap.web.signed_in import COOKIE
from assetmap.web.steward import letters as letter_pages
from tests.conftest import csrf_of, signed_in_as
from tests.freshness_desk import HERE, Desk, days_ago, desks, groups, reachable
from tests.live import serving
from tests.mail_server import mail_server


@pytest.fixture
def make_desk(instance):
    with desks(instance) as made:
        yield made


# Letters -----------------------------------------------------------------------------------------

@pytest.fixture
def asked(make_desk):
    desk = make_desk(groups=groups(contact=reachable(email="chess@example.org")))
    desk.do("ask", desk.value("stale"))
    return desk


def settle(desk, number, action):
    return desk.client.post(f"/steward/letters/{number}", data={"csrf": csrf_of(desk.client), "action": action})


def test_a_waiting_letter_is_ready_to_copy_or_to_open_in_a_mail_program(asked):
    page = asked.page("/steward/letters")
    (letter,) = asked.letters()
    link = re.search(r"http\S*/confirm/[\w-]+", letter.body)[0]
    assert link in page and "chess@example.org" in page and "No mail server is set" in page
    url = re.search(r'href="(mailto:[^"]+)"', page)[1].replace("&amp;", "&")
    assert url.startswith("mailto:chess@example.org?subject=")
    assert unquote(url.split("&body=")[1]).replace("\r\n", "\n") == letter.body


def test_a_letter_too_long_for_an_address_opens_without_its_text():
    letter = messages.Letter(1, "", "", "a@example.org", "Hi & bye", "x" * 5_000, "", "", "queued", "", 0, "")
    assert letter_pages.mailto(letter) == "mailto:a@example.org?subject=Hi%20%26%20bye"


@pytest.mark.parametrize("action, state, words", [("by_hand", "by_hand", "you sent the letter"),
                                                  ("dropped", "dropped", "will not be sent")])
def test_a_letter_is_settled_once(action, state, words, asked):
    (letter,) = asked.letters()
    assert words in asked.said(settle(asked, letter.id, action))
    assert asked.letters()[0].state == state
    assert "No letter waits" in asked.page("/steward/letters")
    over = asked.page("/steward/letters?show=over")
    assert "chess@example.org" in over and not re.search(r"/confirm/[\w-]{20}", over)
    assert "before" in asked.said(settle(asked, letter.id, "by_hand"))
    assert asked.letters()[0].state == state


def test_trying_again_without_a_mail_server_says_so(asked):
    (letter,) = asked.letters()
    answer = settle(asked, letter.id, "again")
    assert answer.status_code == 400 and "SMTP_HOST" in answer.get_data(as_text=True)
    assert settle(asked, letter.id, "burn").status_code == 400
    assert settle(asked, 9_999, "by_hand").status_code == 404


def test_with_a_mail_server_it_is_sent_and_one_that_failed_is_tried_again(make_desk):
    with mail_server() as server:
        server.refuse["RCPT"] = "450 later"
        desk = make_desk({"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": "none",
                          "mail_from": "map@example.org", "site_url": "https://map.example.org"},
                         groups=groups(contact=reachable(email="chess@example.org")))
        postman = lambda: desk.app.extensions["assetmap_postman"].wait(30)  # noqa: E731
        assert desk.said(desk.do("ask", desk.value("stale"))) == "A letter to “Stale” is on its way."
        postman()
        page = desk.page("/steward/letters")
        assert "refused the address" in page and "Tried once" in page
        server.refuse.clear()
        settle(desk, desk.letters()[0].id, "again")
        postman()
        assert desk.letters()[0].state == "sent" and len(server.received) == 1
        text = email.message_from_bytes(server.received[0].data, policy=email.policy.default).get_content()
        link = re.search(r"https://map\.example\.org(/confirm/[\w-]+)", text)[1]
        assert desk.app.test_client().get(link).status_code == 200


def test_one_that_was_cut_off_while_it_was_sent_says_that_it_may_have_arrived(asked):
    (letter,) = asked.letters()
    with asked.database.writing() as connection:
        assert messages.claim(connection, letter.id)
        assert messages.claim(connection, letter.id) is None
        connection.execute(steward_tables.messages.update().values(sent_at="2026-01-01T00:00:00+00:00"))
    assert "It may have arrived" in asked.page("/steward/letters")
    with asked.database.writing() as connection:
        assert messages.claim(connection, letter.id)


# In a browser ------------------------------------------------------------------------------------

@pytest.fixture
def old_sample(own_app):
    """The sample, of which the groups with a to c are old, with a letter that waits."""
    desk = Desk(own_app)
    with desk.database.writing() as connection:
        connection.execute(tables.groups.update().values(
            last_confirmed=days_ago(1), email="chess@example.org", phone="01632 960333"))
        connection.execute(tables.groups.update().where(tables.groups.c.id < "d").values(last_confirmed=days_ago(500)))
    name = re.search(r'name="record" value="([^"]+)"', desk.page(f"{HERE}?layer=groups"))[1]
    desk.do("ask", name)
    return desk


def test_every_page_of_it_is_accessible(old_sample, steward_page, barriers):
    page, address = steward_page
    for path in (HERE, f"{HERE}?state=never&layer=organisations", f"{HERE}/print?layer=groups", "/steward/letters",
                 "/steward/letters?show=over"):
        page.goto(address + path)
        for closed in page.locator(".desk-main details:not([open]) > summary").all()[:2]:
            closed.click()
        assert barriers(page) == [], path
    page.wait_for_load_state("networkidle")


def test_a_steward_works_through_it_by_keyboard_without_javascript(old_sample, own_app, open_page):
    with serving(own_app) as address:
        page = open_page(1280, 900, java_script_enabled=False)
        _account, token = signed_in_as(own_app, "steward", "steward@example.org")
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        page.goto(f"{address}{HERE}?layer=groups")
        names = page.locator(".work h3").all_inner_texts()[:2]
        for name in names:
            page.get_by_label(f"Tick {name}", exact=True).focus()
            page.keyboard.press("Space")
        page.get_by_label("With all that are ticked").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # nothing is chosen, so nothing is done
        page.get_by_text("Choose what to do").wait_for()
        for name in names:
            page.get_by_label(f"Tick {name}", exact=True).check()
        page.get_by_label("With all that are ticked").select_option("right")
        page.get_by_role("button", name="Do it").press("Enter")
        page.get_by_text("2 entries are confirmed today").wait_for()
        assert not set(names) & set(page.locator(".work h3").all_inner_texts())
        page.goto(f"{address}/steward/letters")
        page.get_by_role("button", name="I sent it").first.press("Enter")
        page.get_by_text("you sent the letter").wait_for()
        page.wait_for_load_state("networkidle")
