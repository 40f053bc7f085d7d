"""Links to set a password with: an invitation, or a way back in. Each works once, for some days."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from assetmap.domain.account import Account
from assetmap.store.accounts import by_id, digest
from assetmap.store.other_changes import note_change
from assetmap.store.records import now_utc
from assetmap.store.steward_tables import account_links


def make(connection: Connection, account: Account, *, by: str, days: int) -> str:
    """The token of a new link, which is kept nowhere else; links of before that are still open end."""
    token = secrets.token_urlsafe(32)
    connection.execute(delete(account_links).where(account_links.c.account_id == account.id,
                                                   account_links.c.used_at == ""))
    expires = (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")
    connection.execute(insert(account_links).values(
        token=digest(token), account_id=account.id, created_at=now_utc(), created_by=by, expires_at=expires,
        used_at=""))
    note_change(connection, "accounts", account.email, "changed", {"link": ["", f"until {expires[:10]}"]}, by=by)
    return token


def account_of(connection: Connection, token: str) -> Account | None:
    """Whose link it is, while it is open. Looking does not use it up: mail programs look at links too."""
    found = connection.execute(select(account_links.c.account_id).where(
        account_links.c.token == digest(token), account_links.c.used_at == "",
        account_links.c.expires_at > now_utc())).scalar()
    account = None if found is None else by_id(connection, found)
    return None if account is None or account.disabled else account


def use(connection: Connection, token: str) -> Account | None:
    """As `account_of`, and the link is used up."""
    account = account_of(connection, token)
    if account:
        connection.execute(update(account_links).where(account_links.c.token == digest(token))
                           .values(used_at=now_utc()))
    return account
