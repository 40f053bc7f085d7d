"""Accounts as the command line makes and closes them. Each step answers with what it did, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from assetmap.domain.account import Role, email_of
from assetmap.domain.errors import BadInput
from assetmap.domain.password import password_fault
from assetmap.importing.instance import open_instance
from assetmap.settings import Settings
from assetmap.store import account_links, accounts, passwords
from assetmap.store.database import Connection

BY = "assetmap user"
_USUAL_ADDRESS = "http://127.0.0.1:8000"


def add(settings: Settings, email: str, role: str, password: str | None = None) -> list[str]:
    """A new account: with a password, or with a link to set one. Raises BadInput or Conflict."""
    email = email_of(email)
    fault = "" if password is None else password_fault(password, email)
    if fault:
        raise BadInput(fault, "password")
    kept = "" if password is None else passwords.hashed(password)
    with _store(settings) as connection:
        account = accounts.add(connection, email, Role(role), by=BY, password=kept)
        made = f"{email} is a {role} now."
        return [made] if kept else [made, *_link(connection, settings, account)]


def listed(settings: Settings) -> list[str]:
    """Everybody who has an account: e-mail address, role, and what keeps them from signing in."""
    with _store(settings) as connection:
        members = accounts.members(connection)
    width = max((len(member.account.email) for member in members), default=0)
    return [f"{member.account.email:<{width}}  {member.account.role:<9}  {_state(member)}"
            for member in members] or ["Nobody has an account yet. Make one with `assetmap user add EMAIL --role "
                                       "steward`."]


def _state(member: accounts.Member) -> str:
    return "disabled" if member.account.disabled else "active" if member.has_password else "no password yet"


def disable(settings: Settings, email: str) -> list[str]:
    """Close an account, the last steward's too. Raises BadInput or NotFound."""
    with _store(settings) as connection:
        account = accounts.known(connection, email_of(email))
        accounts.disable(connection, account, by=BY, even_the_last=True)
        nobody = account.role is Role.STEWARD and not accounts.stewards(connection)
    said = [f"{account.email} cannot sign in any more, and is signed out everywhere."]
    return said + ["Note: no steward who can sign in is left."] * nobody


def enable(settings: Settings, email: str) -> list[str]:
    """Open an account again. Raises BadInput or NotFound."""
    with _store(settings) as connection:
        account = accounts.known(connection, email_of(email))
        accounts.enable(connection, account, by=BY)
    return [f"{account.email} may sign in again."]


def link(settings: Settings, email: str) -> list[str]:
    """A new link to set a password with; those of before end. Raises BadInput or NotFound."""
    with _store(settings) as connection:
        account = accounts.known(connection, email_of(email))
        if account.disabled:
            raise BadInput(f"{account.email} is disabled. Open the account first: assetmap user enable {account.email}")
        return _link(connection, settings, account)


def _link(connection: Connection, settings: Settings, account: accounts.Account) -> list[str]:
    days = settings.invitation_days
    token = account_links.make(connection, account, by=BY, days=days)
    return ["Give this link to them, and to nobody else: with it they choose a password. "
            f"It works once, for {'a day' if days == 1 else f'{days} days'}.",
            f"{(settings.site_url or _USUAL_ADDRESS).rstrip('/')}/welcome/{token}"]


@contextmanager
def _store(settings: Settings) -> Iterator[Connection]:
    """A transaction over the instance's store."""
    database = open_instance(settings)
    try:
        with database.writing() as connection:
            yield connection
    finally:
        database.dispose()
