"""Guessing passwords: stopped for the stranger, for accounts that are there and not, and never for the steward."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from assetmap.store import passwords, sign_in_tries
from assetmap.store.steward_tables import sign_in_failures
from assetmap.web import sign_in_guard
from assetmap.web.signed_in import COOKIE
from tests.conftest import app_over
from tests.signing_in import (
    CountingHasher,
    ago,
    from_network,
    guesses,
    make_account,
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


def test_survive_40_guessing_is_stopped_alike_for_accounts_that_are_there_and_not(client, hasher):
    make_account(client)
    most = sign_in_guard.FROM_ONE_NETWORK_FOR_ONE_EMAIL
    expected = [400] * most + [429] * 3
    assert guesses(client, "pat@example.org", most + 3) == expected
    assert guesses(client, "nobody@example.org", most + 3) == expected
    assert len(hasher.verified) == 2 * most, "who has to wait costs no work"


def test_who_has_to_wait_is_told_for_how_long(client):
    make_account(client)
    guesses(client, "pat@example.org", 8)
    answer = sign_in_by_form(client)
    assert answer.status_code == 429 and "Please wait 15 minutes" in answer.text
    assert 800 < int(answer.headers["Retry-After"]) <= 901
    assert "pat@example.org" in answer.text, "what was typed stays"


def test_waiting_always_helps(client):
    make_account(client)
    guesses(client, "pat@example.org", 20)
    set_all(client, sign_in_failures, at=ago(minutes=16))
    assert sign_in_by_form(client).status_code == 303


def test_a_stranger_who_guesses_does_not_keep_the_steward_out(client, empty_app):
    make_account(client)
    stranger = empty_app.test_client()
    assert guesses(stranger, "pat@example.org", 50, **from_network("203.0.113.9"))[-1] == 429
    assert sign_in_by_form(client).status_code == 303


def test_strangers_on_many_machines_are_stopped_but_not_a_browser_that_is_known(client, empty_app):
    make_account(client)
    sign_in_by_form(client)
    send(client, "/sign-out", "/account")
    answers = [guesses(empty_app.test_client(), "pat@example.org", 8, **from_network(f"203.0.113.{number}"))
               for number in range(6)]
    assert answers[0] == [400] * 8 and answers[-1] == [429] * 8
    assert sign_in_by_form(empty_app.test_client()).status_code == 429, "a browser that nobody knows waits"
    assert sign_in_by_form(client).status_code == 303


def test_a_known_browser_is_no_way_around(client):
    make_account(client)
    sign_in_by_form(client)
    send(client, "/sign-out", "/account")
    assert guesses(client, "pat@example.org", 20).count(400) == sign_in_guard.FROM_A_KNOWN_BROWSER
    assert guesses(client, "kim@example.org", 20).count(400) == sign_in_guard.FROM_ONE_NETWORK_FOR_ONE_EMAIL


def test_one_password_tried_on_many_addresses_is_stopped(client):
    answers = [guesses(client, f"name{number}@example.org", 1)[0] for number in range(40)]
    assert answers == [400] * sign_in_guard.FROM_ONE_NETWORK + [429] * (40 - sign_in_guard.FROM_ONE_NETWORK)


def test_a_network_of_the_new_kind_is_counted_as_one(client):
    answers = [guesses(client, "pat@example.org", 1, **from_network(f"2001:db8:0:7::{number:x}"))[0]
               for number in range(1, 13)]
    assert answers == [400] * 8 + [429] * 4
    assert guesses(client, "pat@example.org", 1, **from_network("2001:db8:0:8::1")) == [400]


def test_a_right_password_is_no_guess(client):
    make_account(client)
    for _ in range(2 * sign_in_guard.FROM_ONE_NETWORK_FOR_ONE_EMAIL):
        assert sign_in_by_form(client).status_code == 303
        client.delete_cookie(COOKIE)
    with store_of(client).reading() as connection:
        assert connection.execute(select(func.count()).select_from(sign_in_failures)).scalar() == 0


def test_the_count_holds_over_processes(client, instance):
    guesses(client, "pat@example.org", 8)
    with app_over(instance) as another:
        assert guesses(another.test_client(), "pat@example.org", 1) == [429]


def test_many_guesses_at_once_are_no_way_around(client, empty_app, hasher):
    make_account(client)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: guesses(empty_app.test_client(), "pat@example.org", 4), range(6)))
    assert sum(answers, []).count(400) == sign_in_guard.FROM_ONE_NETWORK_FOR_ONE_EMAIL == len(hasher.verified)


def test_survive_46_what_seems_to_come_from_the_future_holds_nobody_up(client):
    make_account(client)
    guesses(client, "pat@example.org", 8)
    with store_of(client).reading() as connection:
        keys = [sign_in_tries.Limit(key, 8) for key in
                connection.execute(select(sign_in_failures.c.key).distinct()).scalars()]
        assert sign_in_tries.wait_s(connection, keys) > 0
        assert sign_in_tries.wait_s(connection, keys, datetime.now(UTC) - timedelta(days=2)) == 0


def test_the_store_does_not_name_who_was_guessed_at_or_from_where(client):
    guesses(client, "pat@example.org", 3, **from_network("203.0.113.9"))
    with store_of(client).reading() as connection:
        keys = connection.execute(select(sign_in_failures.c.key)).scalars().all()
    assert len(keys) == 9 and all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)
