"""Signing in: nobody learns who has an account, nobody guesses for long, and what ended has ended."""

import re

import pytest
from sqlalchemy import func, select

from assetmap.store import accounts, passwords
from assetmap.store.steward_tables import sign_ins
from assetmap.web.signed_in import COOKIE
from tests.conftest import sign_in
from tests.evaluated import was_evaluated
from tests.signing_in import (
    PASSWORD,
    CountingHasher,
    ago,
    csrf_in,
    is_signed_in,
    make_account,
    make_link,
    send,
    set_all,
    sign_in_by_form,
    store_of,
)


@pytest.fixture(autouse=True)
def hasher(monkeypatch):
    cheap = CountingHasher()
    monkeypatch.setattr(passwords, "hasher", cheap)
    return cheap


@pytest.fixture
def client(empty_app):
    return empty_app.test_client()


# Signing in and out -----------------------------------------------------------------------------------------


def test_one_signs_in_and_goes_on_to_where_one_was_going(client):
    make_account(client)
    asked = client.get("/steward/groups?q=tea&page=2")
    assert asked.status_code == 303
    form = client.get(asked.location)
    answer = client.post("/sign-in", data={
        "csrf": csrf_in(form.text), "email": "  PAT@Example.org ", "password": PASSWORD,
        "next": re.search(r'name="next" value="([^"]*)"', form.text)[1].replace("&amp;", "&")})
    assert (answer.status_code, answer.location) == (303, "/steward/groups?q=tea&page=2")
    assert is_signed_in(client)


@pytest.mark.parametrize(("role", "first"), [("steward", "/steward"), ("planner", "/account"),
                                             ("connector", "/signpost")])
def test_without_a_way_to_go_each_role_comes_to_its_first_page(client, role, first):
    make_account(client, role=role)
    assert sign_in_by_form(client).location == first
    assert client.get("/sign-in").location == first


@pytest.mark.parametrize("elsewhere", [
    "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "javascript:x",
    "/\n/evil.example", " //evil.example", "http:evil.example", "evil.example", "/sign-in?next=/sign-in",
    "/" + "x" * 3000])
def test_one_is_never_sent_on_to_another_site(client, elsewhere):
    make_account(client)
    assert elsewhere not in client.get("/sign-in", query_string={"next": elsewhere}).text
    assert sign_in_by_form(client, next=elsewhere).location == "/steward"


def test_the_cookie_is_for_this_site_alone_and_no_script_reads_it(client):
    make_account(client)
    (cookie,) = [line for line in sign_in_by_form(client).headers.getlist("Set-Cookie") if line.startswith(COOKIE)]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie and "Domain" not in cookie


def test_over_https_every_cookie_is_for_https_alone(client):
    make_account(client)
    at_https = {"base_url": "https://localhost"}
    form = client.get("/sign-in", **at_https)
    answer = client.post("/sign-in", data={"csrf": csrf_in(form.text), "email": "pat@example.org",
                                           "password": PASSWORD}, **at_https)
    cookies = [*form.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    assert len(cookies) == 3 and all("Secure" in cookie for cookie in cookies)


def test_signing_in_begins_a_new_session_and_ends_the_one_before(client):
    make_account(client)
    other = make_account(client, "kim@example.org")
    with store_of(client).writing() as connection:
        planted = accounts.sign_in(connection, other)
    set_all(client, sign_ins, seen_at=ago(hours=13))
    client.set_cookie(COOKIE, planted)
    sign_in_by_form(client)
    assert client.get_cookie(COOKIE).value != planted
    with store_of(client).reading() as connection:
        assert connection.execute(select(func.count()).select_from(sign_ins)).scalar() == 1


def test_the_store_holds_no_cookie_no_link_and_no_password(client):
    account = make_account(client)
    link = make_link(client, account)
    sign_in_by_form(client)
    kept = b"".join(path.read_bytes() for path in client.application.config["SETTINGS"].home.glob("assetmap.db*"))
    for secret in (client.get_cookie(COOKIE).value, link.removeprefix("/welcome/"), PASSWORD):
        assert secret.encode() not in kept
    assert b"$argon2id$" in kept


def test_signing_out_ends_the_session_itself(client):
    make_account(client)
    sign_in_by_form(client)
    cookie = client.get_cookie(COOKIE).value
    answer = send(client, "/sign-out", "/account")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client.get_cookie(COOKIE) is None
    assert "You are signed out" in client.get("/sign-in").text
    client.set_cookie(COOKIE, cookie)
    assert not is_signed_in(client)
    assert client.post("/sign-out").status_code == 303, "twice is no fault"


def test_a_form_from_elsewhere_signs_nobody_out(client):
    make_account(client)
    sign_in_by_form(client)
    assert client.post("/sign-out").status_code == 400
    assert is_signed_in(client)


def test_while_nobody_has_an_account_the_page_says_how_to_make_the_first(client):
    assert "assetmap user add" in client.get("/sign-in").text
    make_account(client)
    assert "assetmap user add" not in client.get("/sign-in").text


# Who may have an account stays unsaid --------------------------------------------------------------------------


def test_an_address_without_an_account_a_closed_one_and_one_without_password_answer_alike(client, hasher):
    closed = make_account(client, "closed@example.org")
    with store_of(client).writing() as connection:
        accounts.disable(connection, closed, by="the tests", even_the_last=True)
    make_account(client, "invited@example.org", password="")
    make_account(client)
    pages, work = set(), []
    for email in ("pat@example.org", "nobody@example.org", "closed@example.org", "invited@example.org"):
        hasher.verified.clear()
        answer = sign_in_by_form(client, email, "not the right one")
        plain = re.sub(r'name="csrf" value="[^"]+"|nonce="[^"]+"', "", answer.text.replace(email, "E"))
        pages.add((answer.status_code, plain, tuple(sorted(answer.headers.keys()))))
        work.append([kept.rsplit("$", 2)[0] for kept in hasher.verified])
    assert len(pages) == 1
    assert work == [work[0]] * 4 and len(work[0]) == 1, "one comparison at one cost for each"


def test_the_right_password_of_a_closed_account_does_not_sign_in(client):
    account = make_account(client)
    with store_of(client).writing() as connection:
        accounts.disable(connection, account, by="the tests", even_the_last=True)
    assert sign_in_by_form(client).status_code == 400
    assert not is_signed_in(client)


def test_an_empty_password_never_fits(client):
    make_account(client, password="")
    assert sign_in_by_form(client, password="").status_code == 400
    assert not passwords.is_right("", "")


@pytest.mark.parametrize("email", ["", "x" * 5000, "a\x00b@example.org", "{{43*43}}", "'; drop table accounts --"])
def test_whatever_is_typed_the_form_comes_back(client, email):
    answer = sign_in_by_form(client, email, "x" * 5000)
    assert answer.status_code == 400 and not was_evaluated(answer.text)


# Sessions end ------------------------------------------------------------------------------------------------


def test_survive_40_a_session_of_a_closed_account_ends_at_once(client):
    account = sign_in(client, "planner")
    assert is_signed_in(client)
    with store_of(client).writing() as connection:
        accounts.disable(connection, account, by="the tests")
    assert client.get("/account").status_code == 303
    with store_of(client).writing() as connection:
        accounts.enable(connection, account, by="the tests")
    assert not is_signed_in(client), "opening the account again does not bring the session back"


def test_a_session_that_is_not_used_ends(client):
    sign_in(client)
    set_all(client, sign_ins, seen_at=ago(hours=11, minutes=59))
    assert is_signed_in(client)
    set_all(client, sign_ins, seen_at=ago(hours=12, minutes=1))
    assert not is_signed_in(client)


def test_a_session_that_is_used_goes_on_but_not_for_ever(client):
    sign_in(client)
    set_all(client, sign_ins, seen_at=ago(hours=11))
    is_signed_in(client)
    with store_of(client).reading() as connection:
        assert connection.execute(select(sign_ins.c.seen_at)).scalar() > ago(minutes=1)
    set_all(client, sign_ins, created_at=ago(days=31))
    assert not is_signed_in(client)


def test_a_page_does_not_wait_for_somebody_who_is_saving(client):
    sign_in(client)
    set_all(client, sign_ins, seen_at=ago(hours=11))
    with store_of(client).writing():
        assert is_signed_in(client)


def test_a_change_of_role_ends_the_sessions(client):
    account = sign_in(client, "connector")
    with store_of(client).writing() as connection:
        accounts.change_role(connection, account, accounts.Role.STEWARD, by="the tests")
    assert not is_signed_in(client)


def test_a_cookie_that_is_made_up_is_nobody_s(client):
    for cookie in ("x", "x" * 4000, "é", "'; --"):
        client.set_cookie(COOKIE, cookie)
        assert client.get("/account").status_code == 303


# Forms from elsewhere ---------------------------------------------------------------------------------------------


def test_nobody_is_signed_in_by_a_form_of_somebody_else(client, empty_app):
    """An attacker has a token of ours, but not this browser's cookie; and cannot sign others in as themselves."""
    make_account(client)
    attackers = csrf_in(empty_app.test_client().get("/sign-in").text)
    sent = {"email": "pat@example.org", "password": PASSWORD}
    assert "cookie" in client.post("/sign-in", data=sent | {"csrf": attackers}).text, "before it has been here"
    client.get("/sign-in")
    for token in (attackers, "", "x.y", None):
        answer = client.post("/sign-in", data=sent | ({} if token is None else {"csrf": token}))
        assert answer.status_code == 400 and not is_signed_in(client)


def test_a_form_s_token_is_of_one_session_and_differs_each_time(client, empty_app):
    make_account(client)
    sign_in_by_form(client)
    tokens = {csrf_in(client.get("/account").text) for _ in range(3)}
    assert len(tokens) == 3, "so that nobody learns it from the size of compressed pages"
    elsewhere = empty_app.test_client()
    sign_in_by_form(elsewhere)
    for token in (csrf_in(elsewhere.get("/account").text), next(iter(tokens))[:-1] + "x", ".", ""):
        assert client.post("/account/sign-out-everywhere", data={"csrf": token}).status_code == 400
    assert is_signed_in(client)


def test_a_sign_in_form_in_a_second_tab_leads_on(client):
    make_account(client)
    second = csrf_in(client.get("/sign-in").text)
    sign_in_by_form(client)
    assert client.post("/sign-in", data={"csrf": second, "email": "x", "password": "y"}).location == "/steward"


def test_nobody_puts_these_pages_into_a_frame_or_keeps_a_copy(client):
    sign_in(client)
    for address in ("/account", "/steward", "/steward/people"):
        headers = client.get(address).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY" and headers["Cache-Control"] == "no-store"
    assert client.get("/about").headers["Cache-Control"] == "no-store", "it says who is signed in"
    client.delete_cookie(COOKIE)
    assert client.get("/about").headers["Cache-Control"] == "private, no-cache"
    assert client.get("/sign-in").headers["X-Frame-Options"] == "DENY"


def test_what_was_sent_without_a_session_was_not_done_and_says_so(client):
    answer = client.post("/account/password", data={"current": "x"})
    assert answer.status_code == 401 and "was not done" in answer.text and 'href="/sign-in"' in answer.text
    assert client.get("/steward/groups.csv").status_code == 401
