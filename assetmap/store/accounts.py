"""Accounts and the sessions of those who are signed in. Only digests of cookies are kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from assetmap.domain.account import Account, Role
from assetmap.domain.errors import Conflict
from assetmap.store.records import now_utc
from assetmap.store.steward_tables import accounts, sign_ins


def digest(token: str) -> str:
    """What the store keeps of a secret."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def add(connection: Connection, email: str, role: Role, *, by: str, password: str = "") -> Account:
    """A new account; `password` is its hash. Raises Conflict when the address has one."""
    if find(connection, email):
        raise Conflict(f"{email} has an account already.", "email")
    values = {"email": email, "role": str(role), "password": password, "created_at": now_utc(), "created_by": by,
              "disabled_at": ""}
    key = connection.execute(insert(accounts).values(**values)).inserted_primary_key[0]
    return Account(key, email, role)


def find(connection: Connection, email: str) -> Account | None:
    """The account of an e-mail address in lower case."""
    row = connection.execute(select(accounts).where(accounts.c.email == email)).mappings().first()
    return row and _account(row)


def sign_in(connection: Connection, account: Account) -> str:
    """Begin a session and return the cookie's token, which is kept nowhere else."""
    token, now = secrets.token_urlsafe(32), now_utc()
    connection.execute(insert(sign_ins).values(token=digest(token), account_id=account.id, created_at=now,
                                               seen_at=now))
    return token


def signed_in(connection: Connection, token: str, idle_hours: int) -> Account | None:
    """Whose session a cookie is; None when it has ended, or the account is disabled."""
    oldest = (datetime.now(UTC) - timedelta(hours=idle_hours)).isoformat(timespec="seconds")
    found = connection.execute(
        select(accounts).join(sign_ins, sign_ins.c.account_id == accounts.c.id)
        .where(sign_ins.c.token == digest(token), sign_ins.c.seen_at >= oldest, accounts.c.disabled_at == "")
    ).mappings().first()
    return found and _account(found)


def seen_before(connection: Connection, token: str, moment: datetime) -> bool:
    """Whether a session was last used before `moment` (UTC)."""
    last = connection.execute(select(sign_ins.c.seen_at).where(sign_ins.c.token == digest(token))).scalar() or ""
    return last < moment.isoformat(timespec="seconds")


def seen(connection: Connection, token: str) -> None:
    """Note that a session was used just now."""
    connection.execute(update(sign_ins).where(sign_ins.c.token == digest(token)).values(seen_at=now_utc()))


def sign_out(connection: Connection, token: str) -> None:
    """End one session."""
    connection.execute(delete(sign_ins).where(sign_ins.c.token == digest(token)))


def _account(row) -> Account:
    return Account(row["id"], row["email"], Role(row["role"]), bool(row["disabled_at"]))
