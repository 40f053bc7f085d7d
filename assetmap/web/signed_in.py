"""Whose request it is: the sign-in cookie, and the account behind it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import current_app, g, request

from assetmap.domain.account import Account
from assetmap.store import accounts

COOKIE = "assetmap_account"
_LOOK_AGAIN = timedelta(minutes=5)


def current_account() -> Account | None:
    """Who sent this request; asked of the store once, and only when there is a cookie."""
    if "account" not in g:
        token = request.cookies.get(COOKIE, "")
        g.account = _signed_in(token) if token else None
    return g.account


def _signed_in(token: str) -> Account | None:
    shared = current_app.extensions["assetmap"]
    idle_hours = shared.settings.signed_in_hours
    with shared.database.reading() as connection:
        found = accounts.signed_in(connection, token, idle_hours)
        stale = found and accounts.seen_before(connection, token, datetime.now(UTC) - _LOOK_AGAIN)
    if stale:
        with shared.database.writing() as connection:
            accounts.seen(connection, token)
    return found
