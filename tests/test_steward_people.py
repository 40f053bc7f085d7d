"""People: stewards invite, change and close accounts, and never lock everybody out."""

import html
import json
import re

import pytest
from sqlalchemy import func, select

from assetmap.domain.errors import BadInput
from assetmap.store import accounts, passwords
from assetmap.store.steward_tables import accounts as account_table
from assetmap.store.steward_tables import messages
from assetmap.store.tables import history
from assetmap.web import mail
from tests.conftest import app_over, csrf_of, sign_in
from tests.live import serving
from tests.signing_in import (
    PASSWORD,
    CountingHasher,
    is_signed_in,
    make_account,
    send,
    sign_in_by_form,
    store_of,
)


@pytest.fixture(autouse=True)
def hasher(monkeypatch):
    monkeypatch.setattr(passwords, "hasher", CountingHasher())


@pytest.fixture
def client(empty_app):
    client = empty_app.test_client()
    make_account(client, "me@example.org")
    sign_in_by_form(client, "me@example.org")
    return client


def post(client, address: str, **fields):
    return client.post(address, data={"csrf": csrf_of(client), **fields})


def role_of(client, email: str) -> tuple[str, bool]:
    with store_of(client).reading() as connection:
        account = accounts.find(connection, email)
        return str(account.role), account.disabled


def changes_of(client, email: str) -> list[tuple[str, dict]]:
    with store_of(client).reading() as connection:
        return [(line.by, json.loads(line.changes)) for line in connection.execute(
            select(history).where(history.c.layer == "accounts", history.c.record_id == email).order_by(history.c.id))]


def link_on(page: str) -> str:
    found = re.search(r'id="link" value="http://localhost(/welcome/[^"]+)"', page)
    return html.unescape(found[1]) if found else ""


def test_an_invitation_shows_its_link_once_and_the_link_works(client, empty_app):
    answer = send(client, "/steward/people", email=" Kim@Example.org ", role="planner")
    assert answer.status_code == 303 and "welcome" not in answer.location, "no address has the link in it"
    page = client.get(answer.location)
    link = link_on(page.text)
    assert link and "kim@example.org is invited" in page.text and page.headers["Cache-Control"] == "no-store"
    assert not link_on(client.get(answer.location).text), "shown once"
    kim = empty_app.test_client()
    assert send(kim, link, password=PASSWORD, again=PASSWORD).location == "/account"
    assert role_of(client, "kim@example.org") == ("planner", False)
    added, linked, password = changes_of(client, "kim@example.org")
    assert added == ("me@example.org", {"role": ["", "planner"]})
    assert linked[0] == "me@example.org" and password == ("kim@example.org", {"password": ["", "set"]})


def test_survive_36_an_invitation_sent_twice_is_one(client):
    page = client.get("/steward/people").text
    once = re.search(r'name="once" value="([^"]+)"', page)[1]
    answers = [post(client, "/steward/people", email="kim@example.org", role="planner", once=once) for _ in range(2)]
    assert answers[0].location == answers[1].location
    with store_of(client).reading() as connection:
        assert connection.execute(select(func.count()).select_from(account_table)).scalar() == 2


@pytest.mark.parametrize(("email", "role", "status", "said"), [
    ("nonsense", "planner", 400, "is not an e-mail address"), ("", "planner", 400, "The e-mail address is missing"),
    ("kim@example.org", "king", 400, "choose what the account is for"),
    ("ME@example.org", "planner", 409, "me@example.org has an account already")])
def test_what_cannot_be_invited_is_said_beside_its_field(client, email, role, status, said):
    answer = send(client, "/steward/people", email=email, role=role)
    assert answer.status_code == status and said in answer.text
    assert f'value="{email}"' in answer.text, "what was typed stays"


def test_the_list_says_who_may_sign_in(client):
    make_account(client, "invited@example.org", "planner", password="")
    send(client, "/steward/people", email="new@example.org", role="connector")
    closed = make_account(client, "closed@example.org", "connector")
    post(client, f"/steward/people/{closed.id}/disable")
    rows = re.findall(r'<th scope="row".*?</tr>', client.get("/steward/people").text, re.DOTALL)
    states = {re.search(r"[\w.]+@example.org", row)[0]: re.search(r'state-\w+">([^<]+)', row)[1] for row in rows}
    assert states == {"me@example.org": "Can sign in", "invited@example.org": "Needs a new link",
                      "new@example.org": "Invited", "closed@example.org": "Closed"}


def test_a_role_is_changed_and_holds_at_once(client, empty_app):
    kim = empty_app.test_client()
    account = sign_in(kim, "connector", "kim@example.org")
    answer = post(client, f"/steward/people/{account.id}/role", role="planner", was="connector")
    assert answer.status_code == 303 and role_of(client, "kim@example.org") == ("planner", False)
    assert not is_signed_in(kim)
    assert changes_of(client, "kim@example.org")[-1] == ("me@example.org", {"role": ["connector", "planner"]})


def test_a_role_that_somebody_else_changed_first_is_told(client):
    account = make_account(client, "kim@example.org", "planner")
    answer = post(client, f"/steward/people/{account.id}/role", role="steward", was="connector")
    assert answer.status_code == 409 and "Somebody else changed this account" in answer.text
    assert role_of(client, "kim@example.org") == ("planner", False)


def test_an_account_is_closed_and_opened_again(client, empty_app):
    kim = empty_app.test_client()
    account = make_account(kim, "kim@example.org", "planner")
    sign_in_by_form(kim, "kim@example.org")
    post(client, f"/steward/people/{account.id}/disable")
    assert not is_signed_in(kim) and sign_in_by_form(kim, "kim@example.org").status_code == 400
    assert post(client, f"/steward/people/{account.id}/link").status_code == 400
    post(client, f"/steward/people/{account.id}/enable")
    assert sign_in_by_form(kim, "kim@example.org").status_code == 303
    (_by, closed), (_by, opened) = changes_of(client, "kim@example.org")[-2:]
    assert closed["disabled_at"][0] == "" and opened["disabled_at"] == closed["disabled_at"][::-1]


def test_a_new_link_is_shown_once_and_ends_those_of_before(client, empty_app):
    account = make_account(client, "kim@example.org", "planner")
    pages = [client.get(post(client, f"/steward/people/{account.id}/link").location).text for _ in range(2)]
    first, second = map(link_on, pages)
    assert empty_app.test_client().get(first).status_code == 404
    assert empty_app.test_client().get(second).status_code == 200


@pytest.mark.parametrize(("step", "fields"), [("disable", {}), ("role", {"role": "connector", "was": "steward"})])
def test_nobody_locks_themselves_out(client, step, fields):
    make_account(client, "another@example.org")
    with store_of(client).reading() as connection:
        me = accounts.find(connection, "me@example.org")
    answer = post(client, f"/steward/people/{me.id}/{step}", **fields)
    assert answer.status_code == 400 and "Ask another steward" in answer.text
    assert role_of(client, "me@example.org") == ("steward", False) and is_signed_in(client)


def test_two_stewards_who_close_each_other_at_once_leave_one(client):
    """What the second one's page could not know, the store does."""
    me, other = (make_account(client, f"{name}@example.org") for name in ("one", "two"))
    with store_of(client).writing() as connection:
        accounts.disable(connection, accounts.known(connection, "me@example.org"), by="the tests")
        accounts.disable(connection, other, by=me.email)
        for step in (accounts.disable, lambda *given, **named: accounts.change_role(*given, accounts.Role.PLANNER,
                                                                                     **named)):
            with pytest.raises(BadInput, match="no other steward who can sign in"):
                step(connection, me, by=other.email)


def test_a_steward_who_cannot_sign_in_is_no_other_steward(client):
    make_account(client, "invited@example.org", password="")
    with store_of(client).writing() as connection:
        me = accounts.known(connection, "me@example.org")
        with pytest.raises(BadInput, match="no other steward who can sign in"):
            accounts.disable(connection, me, by="the tests")


def test_nobody_has_that_number(client):
    assert client.get("/steward/people/999").status_code == 404
    for step in ("link", "role", "disable", "enable"):
        assert post(client, f"/steward/people/999/{step}", role="planner").status_code == 404


def test_with_a_mail_server_the_invitation_goes_by_mail_too(instance, monkeypatch):
    sent = []
    monkeypatch.setattr(mail, "deliver", lambda settings, message, timeout_s=0: sent.append(message))
    instance.smtp_host, instance.mail_from = "mail.example.org", "map@example.org"
    with app_over(instance) as app:
        client = app.test_client()
        sign_in(client)
        answer = send(client, "/steward/people", email="kim@example.org", role="planner")
        page = client.get(answer.location).text
        with app.app_context():
            mail.postman().wait(10)
        with store_of(client).reading() as connection:
            kept = connection.execute(select(messages.c.body, messages.c.state)).one()
    link = link_on(page)
    (letter,) = sent
    assert letter["To"] == "kim@example.org" and link and link in letter.get_content()
    assert kept.state == "sent" and link not in kept.body, "what was sent is kept without its secret"


def test_the_pages_of_accounts_hold_no_barrier(open_page, watch, barriers, empty_app):
    watch.expect("status of 400")
    client = empty_app.test_client()
    account = make_account(client)
    make_account(client, "a.very.long.name.of.somebody@partnership-of-many-words.example.org", "connector", password="")
    with serving(empty_app) as address:
        page = open_page()
        page.goto(f"{address}/sign-in?next=/account")
        assert barriers(page) == []
        page.keyboard.press("Tab")
        page.get_by_label("E-mail address").fill(account.email)
        page.get_by_label("Password", exact=True).fill("wrong")
        page.keyboard.press("Enter")
        page.get_by_text("do not fit together").first.wait_for()
        assert barriers(page) == []
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/account")
        for path in ("/account", "/steward/people", f"/steward/people/{account.id + 1}"):
            page.goto(address + path)
            assert barriers(page) == []
        page.get_by_role("button", name="Make a new link").press("Enter")
        assert "/welcome/" in page.get_by_label("Copy it now").input_value()
        assert barriers(page) == []


def test_without_javascript_somebody_is_invited_chooses_a_password_and_signs_out(open_page, watch, empty_app):
    client = empty_app.test_client()
    make_account(client)
    watch.expect("status of 400")
    with serving(empty_app) as address:
        page = open_page(java_script_enabled=False)
        page.goto(address + "/steward/people")
        page.get_by_label("E-mail address").fill("pat@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("E-mail address").fill("kim@example.org")
        page.get_by_label("Connector").check()
        page.get_by_role("button", name="Invite").click()
        link = page.get_by_label("Copy it now").input_value()
        kim = open_page(java_script_enabled=False, width=360)
        kim.goto(link)
        kim.get_by_label("New password").fill("short")
        kim.get_by_role("button", name="Keep it").click()
        assert kim.get_by_text("too short").count()
        kim.get_by_label("New password").fill(PASSWORD)
        kim.get_by_label("The same once more").fill(PASSWORD)
        kim.get_by_role("button", name="Keep it").click()
        assert kim.get_by_role("heading", name="My account").count() and kim.url == address + "/account"
        kim.get_by_role("button", name="Sign out", exact=True).click()
        assert kim.get_by_text("You are signed out").count()
