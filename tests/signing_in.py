"""What tests of accounts share: an account with a password, a browser that signs in by the form."""

import re
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from sqlalchemy import update

from assetmap.domain.account import Account, Role
from assetmap.store import account_links, accounts, passwords

PASSWORD = "a quiet river runs by"


class CountingHasher(PasswordHasher):
    """A cheap hasher that counts its work."""

    def __init__(self, **cost):
        super().__init__(**({"time_cost": 1, "memory_cost": 8, "parallelism": 1} | cost))
        self.verified: list[str] = []

    def verify(self, kept, password):
        self.verified.append(kept)
        return super().verify(kept, password)


def store_of(client):
    return client.application.extensions["assetmap"].database


def make_account(client, email: str = "pat@example.org", role: str = "steward", password: str = PASSWORD) -> Account:
    with store_of(client).writing() as connection:
        kept = passwords.hashed(password) if password else ""
        return accounts.add(connection, email, Role(role), by="the tests", password=kept)


def make_link(client, account: Account, days: int = 7) -> str:
    with store_of(client).writing() as connection:
        return "/welcome/" + account_links.make(connection, account, by="the tests", days=days)


def csrf_in(page: str) -> str:
    return re.search(r'name="csrf" value="([^"]+)"', page)[1]


def send(client, address: str, page: str | None = None, **fields):
    """Send a form of a page, by default of the page at the same address."""
    return client.post(address, data={"csrf": csrf_in(client.get(page or address).text), **fields})


def sign_in_by_form(client, email: str = "pat@example.org", password: str = PASSWORD, **fields):
    return send(client, "/sign-in", email=email, password=password, **fields)


def is_signed_in(client) -> bool:
    return client.get("/account").status_code == 200


def guesses(client, email: str, number: int, **options) -> list[int]:
    """The answers to wrong passwords, one after the other."""
    token = csrf_in(client.get("/sign-in").text)
    return [client.post("/sign-in", data={"csrf": token, "email": email, "password": "not the right one"},
                        **options).status_code for _ in range(number)]


def from_network(address: str) -> dict:
    """Options of a request that comes from a network address."""
    return {"environ_base": {"REMOTE_ADDR": address}}


def set_all(client, table, **values) -> None:
    """The same values in every row of a table."""
    with store_of(client).writing() as connection:
        connection.execute(update(table).values(**values))


def ago(**length) -> str:
    """A moment of before now, as the store keeps it."""
    return (datetime.now(UTC) - timedelta(**length)).isoformat(timespec="seconds")
