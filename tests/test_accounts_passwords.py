"""Passwords: of any letters, kept as argon2id, set by links that work once and are told to nobody."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from assetmap.store import accounts, passwords
from assetmap.store.steward_tables import account_links as link_table
from assetmap.store.steward_tables import accounts as account_table
from assetmap.store.tables import history
from assetmap.web.signed_in import COOKIE
from tests.signing_in import (
    PASSWORD,
    CountingHasher,
    ago,
    csrf_in,
    from_network,
    guesses,
    is_signed_in,
    make_account,
    make_link,
    send,
    set_all,
    sign_in_by_form,
    store_of,
)

OTHER = "seven green bicycles sing"


@pytest.fixture(autouse=True)
def hasher(monkeypatch):
    monkeypatch.setattr(passwords, "hasher", CountingHasher())


@pytest.fixture
def client(empty_app):
    return empty_app.test_client()


def lines_of(client, email: str = "pat@example.org") -> list:
    with store_of(client).reading() as connection:
        return connection.execute(select(history.c.action, history.c.changes, history.c.by).where(
            history.c.layer == "accounts", history.c.record_id == email).order_by(history.c.id)).all()


# Passwords ----------------------------------------------------------------------------------------------------


def test_changing_the_password_ends_every_other_session_and_begins_this_one_anew(client, empty_app):
    make_account(client)
    elsewhere = empty_app.test_client()
    for browser in (client, elsewhere):
        sign_in_by_form(browser)
    before = client.get_cookie(COOKIE).value
    answer = send(client, "/account/password", "/account", current=PASSWORD, password=OTHER, again=OTHER)
    assert answer.status_code == 303
    assert "Your password is changed" in client.get("/account").text
    assert client.get_cookie(COOKIE).value != before and not is_signed_in(elsewhere)
    assert sign_in_by_form(elsewhere).status_code == 400
    assert sign_in_by_form(elsewhere, password=OTHER).status_code == 303
    assert lines_of(client)[-1] == ("changed", '{"password": ["set", "set"]}', "pat@example.org")


@pytest.mark.parametrize(("fields", "said"), [
    ({"current": "not this one"}, "not the password that you sign in with"),
    ({"password": "short"}, "too short"), ({"password": "x" * 201}, "too long"),
    ({"password": "pat@example.org"}, "the e-mail address"), ({"password": "Password12345"}, "first passwords"),
    ({"again": "something else"}, "not the same")])
def test_a_password_that_cannot_be_taken_is_said_beside_its_field(client, fields, said):
    make_account(client)
    sign_in_by_form(client)
    sent = {"current": PASSWORD, "password": OTHER, "again": OTHER} | fields
    answer = send(client, "/account/password", "/account", **sent)
    assert answer.status_code == 400 and said in answer.text
    (field,) = set(fields)
    assert f'id="error-{field}"' in answer.text
    assert OTHER not in answer.text and PASSWORD not in answer.text, "no password is shown"
    client.delete_cookie(COOKIE)
    assert sign_in_by_form(client).status_code == 303, "the password of before stays"


def test_a_thief_of_a_session_cannot_guess_the_password_there(client):
    make_account(client)
    sign_in_by_form(client)
    answers = [send(client, "/account/password", "/account", current=f"guess {n}", password=OTHER, again=OTHER)
               for n in range(10)]
    assert [answer.status_code for answer in answers] == [400] * 8 + [429] * 2


@pytest.mark.parametrize("password", ["ﬁne ﬁgs and ﬁshes", "Ångström in the attic", "пять зелёных велосипедов",
                                      "🐢🐇🌳🌻🍄🦔🐝🌈⛵🎈🧦🪁", "  spaces at both ends  ", "y" * 150 + "z" * 50])
def test_passwords_are_of_any_letters_and_any_keyboard(client, password):
    make_account(client, password=password)
    assert sign_in_by_form(client, password=unicodedata.normalize("NFKD", password)[:200]).status_code == 303


def test_of_a_password_that_is_too_long_nothing_is_cut_off(client):
    make_account(client, password="y" * 200)
    assert sign_in_by_form(client, password="y" * 201).status_code == 400


def test_a_hash_of_another_cost_is_made_anew_when_the_password_is_there(client, monkeypatch):
    make_account(client)
    dearer = CountingHasher(time_cost=2)
    monkeypatch.setattr(passwords, "hasher", dearer)
    assert sign_in_by_form(client).status_code == 303
    with store_of(client).reading() as connection:
        kept = connection.execute(select(account_table.c.password)).scalar()
    assert "t=2" in kept and not dearer.check_needs_rehash(kept)
    client.delete_cookie(COOKIE)
    assert sign_in_by_form(client).status_code == 303


def test_the_real_hasher_is_argon2id_at_the_cost_of_the_standard(monkeypatch):
    monkeypatch.undo()
    kept = passwords.hashed(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.is_right(kept, PASSWORD) and not passwords.is_right(kept, OTHER)
    assert not passwords.is_right("nonsense", PASSWORD)


def test_signing_out_everywhere_ends_every_session(client, empty_app):
    make_account(client)
    elsewhere = empty_app.test_client()
    for browser in (client, elsewhere):
        sign_in_by_form(browser)
    assert "In 2 browsers" in client.get("/account").text
    send(client, "/account/sign-out-everywhere", "/account")
    assert not is_signed_in(client) and not is_signed_in(elsewhere)


# Links ---------------------------------------------------------------------------------------------------------


def test_an_invitation_sets_the_password_and_signs_in_once(client, empty_app):
    link = make_link(client, make_account(client, password=""))
    assert client.get(link).status_code == 200 and client.get(link).status_code == 200, "looking does not use it up"
    answer = send(client, link, password=OTHER, again=OTHER)
    assert (answer.status_code, answer.location) == (303, "/steward")
    assert is_signed_in(client)
    another = empty_app.test_client()
    assert another.get(link).status_code == 404
    assert send(another, link, "/sign-in", password=PASSWORD, again=PASSWORD).status_code == 404
    assert sign_in_by_form(another, password=OTHER).status_code == 303
    assert lines_of(client)[-1][1:] == ('{"password": ["", "set"]}', "pat@example.org")


def test_two_who_use_a_link_at_once_are_not_both_let_in(client, empty_app):
    link = make_link(client, make_account(client, password=""))
    browsers = [empty_app.test_client() for _ in range(4)]
    tokens = [csrf_in(browser.get(link).text) for browser in browsers]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda pair: pair[0].post(link, data={
            "csrf": pair[1], "password": OTHER, "again": OTHER}).status_code, zip(browsers, tokens, strict=True)))
    assert sorted(answers) == [303, 404, 404, 404]


def test_a_new_password_by_a_link_ends_the_sessions_and_the_other_links(client, empty_app):
    account = make_account(client)
    sign_in_by_form(client)
    first, second = make_link(client, account), make_link(client, account)
    another = empty_app.test_client()
    assert another.get(first).status_code == 404, "a new link ends those of before"
    send(another, second, password=OTHER, again=OTHER)
    assert is_signed_in(another) and not is_signed_in(client)


def test_a_link_opens_however_much_strangers_guess(client, empty_app):
    account = make_account(client)
    for number in range(6):
        guesses(empty_app.test_client(), "pat@example.org", 8, **from_network(f"203.0.113.{number}"))
    assert sign_in_by_form(client).status_code == 429
    assert send(client, make_link(client, account), password=OTHER, again=OTHER).status_code == 303
    assert is_signed_in(client)


def test_a_link_that_is_too_old_or_closed_or_made_up_says_so(client):
    account = make_account(client)
    link = make_link(client, account)
    set_all(client, link_table, expires_at=ago(minutes=1))
    assert "does not work any more" in client.get(link).text
    link = make_link(client, account)
    with store_of(client).writing() as connection:
        accounts.disable(connection, account, by="the tests", even_the_last=True)
        accounts.enable(connection, account, by="the tests")
    assert client.get(link).status_code == 404, "closing an account ends its links"
    assert client.get("/welcome/x").status_code == client.get("/welcome/" + "x" * 3000).status_code == 404


def test_a_link_tells_its_address_to_nobody(client):
    link = make_link(client, make_account(client, password=""))
    form = client.get(link)
    answers = [form, client.get("/welcome/made-up"), client.post(link, data={"password": "x"}),
               send(client, link, password=OTHER, again=OTHER)]
    for answer in answers:
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
    token = link.removeprefix("/welcome/")
    assert token not in form.text, "no link on the page leads on with it"


@pytest.mark.parametrize("fields", [{"password": "short", "again": "short"}, {"password": OTHER, "again": PASSWORD}])
def test_a_password_that_cannot_be_taken_leaves_the_link_open(client, fields):
    link = make_link(client, make_account(client, password=""))
    assert send(client, link, **fields).status_code == 400
    assert send(client, link, password=OTHER, again=OTHER).status_code == 303
