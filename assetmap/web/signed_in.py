"""Whose request it is: the sign-in cookie, and the account behind it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from flask import current_app, g, request

from assetmap.domain.account import Account
from assetmap.domain.errors import Unavailable
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
    with shared.database.reading() as connection:
        found, seen_at = accounts.signed_in(connection, token, shared.settings.signed_in_hours)
    if found and seen_at < (datetime.now(UTC) - _LOOK_AGAIN).isoformat(timespec="seconds"):
        # reading a page does not wait for somebody who is saving; the next page notes it
        with suppress(Unavailable), shared.database.writing(patience_s=0.1) as connection:
            accounts.seen(connection, token)
    return found
