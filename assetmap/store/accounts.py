"""Accounts, and the sessions of those who are signed in. Of secrets only digests are kept.

Each change of an account is a line of history, in the layer "accounts" under its e-mail address.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from assetmap.domain.account import Account, Role
from assetmap.domain.errors import BadInput, Conflict, NotFound
from assetmap.store.other_changes import note_change
from assetmap.store.records import now_utc
from assetmap.store.steward_tables import account_links, accounts, sign_ins

# However often it is used: a browser that was forgotten somewhere does not stay signed in for ever.
LONGEST_SESSION = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Member:
    """An account as stewards see it; moments are UTC, empty when there is none."""

    account: Account
    created_at: str
    created_by: str
    disabled_at: str
    has_password: bool
    signed_in_at: str
    link_expires_at: str


def digest(token: str) -> str:
    """What the store keeps of a secret."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def add(connection: Connection, email: str, role: Role, *, by: str, password: str = "") -> Account:
    """A new account; `password` is its hash. Raises Conflict when the address has one."""
    if find(connection, email):
        raise Conflict(f"{email} has an account already.", "email")
    values = {"email": email, "role": str(role), "password": password, "created_at": now_utc(), "created_by": by,
              "disabled_at": "", "signed_in_at": ""}
    key = connection.execute(insert(accounts).values(**values)).inserted_primary_key[0]
    note_change(connection, "accounts", email, "added", {"role": ["", str(role)]}, by=by)
    return Account(key, email, role)


def find(connection: Connection, email: str) -> Account | None:
    """The account of an e-mail address in lower case."""
    row = connection.execute(select(accounts).where(accounts.c.email == email)).mappings().first()
    return row and _account(row)


def known(connection: Connection, email: str) -> Account:
    """As `find`. Raises NotFound."""
    found = find(connection, email)
    if found is None:
        raise NotFound(f"Nobody has an account with the address {email[:100]}.", "email")
    return found


def by_id(connection: Connection, account_id: int) -> Account:
    """An account by its number. Raises NotFound."""
    row = connection.execute(select(accounts).where(accounts.c.id == account_id)).mappings().first()
    if row is None:
        raise NotFound("There is no such account.")
    return _account(row)


def members(connection: Connection) -> list[Member]:
    """Every account, by e-mail address."""
    links = dict(connection.execute(
        select(account_links.c.account_id, func.max(account_links.c.expires_at))
        .where(account_links.c.used_at == "", account_links.c.expires_at > now_utc())
        .group_by(account_links.c.account_id)).all())
    return [Member(_account(row), row["created_at"], row["created_by"], row["disabled_at"], bool(row["password"]),
                   row["signed_in_at"], links.get(row["id"], ""))
            for row in connection.execute(select(accounts).order_by(accounts.c.email)).mappings()]


def change_role(connection: Connection, account: Account, role: Role, *, by: str) -> None:
    """Make an account for something else. It signs in anew: a session begun where little was at stake, on a shared
    computer perhaps, does not become a steward's. Raises BadInput for the last steward."""
    if role is account.role:
        return
    _keep_a_steward(connection, account)
    connection.execute(update(accounts).where(accounts.c.id == account.id).values(role=str(role)))
    end_sessions(connection, account)
    note_change(connection, "accounts", account.email, "changed", {"role": [str(account.role), str(role)]}, by=by)


def disable(connection: Connection, account: Account, *, by: str, even_the_last: bool = False) -> None:
    """Nobody signs in with it any more; its sessions and links end. Raises BadInput for the last steward."""
    if account.disabled:
        return
    if not even_the_last:
        _keep_a_steward(connection, account)
    moment = now_utc()
    connection.execute(update(accounts).where(accounts.c.id == account.id).values(disabled_at=moment))
    end_sessions(connection, account)
    connection.execute(delete(account_links).where(account_links.c.account_id == account.id))
    note_change(connection, "accounts", account.email, "changed", {"disabled_at": ["", moment]}, by=by)


def enable(connection: Connection, account: Account, *, by: str) -> None:
    """The account may sign in again, with the password that it had."""
    before = connection.execute(select(accounts.c.disabled_at).where(accounts.c.id == account.id)).scalar_one()
    if before:
        connection.execute(update(accounts).where(accounts.c.id == account.id).values(disabled_at=""))
        note_change(connection, "accounts", account.email, "changed", {"disabled_at": [before, ""]}, by=by)


def has_any(connection: Connection) -> bool:
    """Whether anybody has an account."""
    return connection.execute(select(accounts.c.id).limit(1)).first() is not None


def stewards(connection: Connection, *, besides: Account | None = None) -> int:
    """How many stewards can sign in, one account left out."""
    return connection.execute(select(func.count()).select_from(accounts).where(
        accounts.c.role == str(Role.STEWARD), accounts.c.disabled_at == "", accounts.c.password != "",
        accounts.c.id != (besides.id if besides else 0))).scalar_one()


def _keep_a_steward(connection: Connection, account: Account) -> None:
    """Raises BadInput when without this account nobody could let anybody in."""
    if account.role is Role.STEWARD and not stewards(connection, besides=account):
        raise BadInput("There is no other steward who can sign in. Make another one first.", "role")


def password_of(connection: Connection, account: Account | None) -> str:
    """The hash to compare a password with; "" when there is none that could be right."""
    if account is None or account.disabled:
        return ""
    return connection.execute(select(accounts.c.password).where(accounts.c.id == account.id)).scalar() or ""


def set_password(connection: Connection, account: Account, password: str, *, by: str) -> None:
    """Keep a password's hash; every session ends, and every link that is still open."""
    had = bool(connection.execute(select(accounts.c.password).where(accounts.c.id == account.id)).scalar())
    connection.execute(update(accounts).where(accounts.c.id == account.id).values(password=password))
    end_sessions(connection, account)
    connection.execute(delete(account_links).where(account_links.c.account_id == account.id,
                                                   account_links.c.used_at == ""))
    # what it was and is stays unsaid
    note_change(connection, "accounts", account.email, "changed", {"password": ["set" if had else "", "set"]}, by=by)


def sign_in_checked(connection: Connection, account: Account, kept: str, rehashed: str = "") -> str:
    """As `sign_in`, if the account still has the hash that a password was compared with; else ""."""
    now_kept = password_of(connection, find(connection, account.email))
    if not kept or now_kept != kept:
        return ""
    if rehashed:
        connection.execute(update(accounts).where(accounts.c.id == account.id).values(password=rehashed))
    return sign_in(connection, account)


def sign_in(connection: Connection, account: Account) -> str:
    """Begin a session and return the cookie's token, which is kept nowhere else."""
    token, now = secrets.token_urlsafe(32), now_utc()
    connection.execute(delete(sign_ins).where(sign_ins.c.created_at < _before(LONGEST_SESSION)))
    connection.execute(insert(sign_ins).values(token=digest(token), account_id=account.id, created_at=now,
                                               seen_at=now))
    connection.execute(update(accounts).where(accounts.c.id == account.id).values(signed_in_at=now))
    return token


def signed_in(connection: Connection, token: str, idle_hours: int) -> tuple[Account | None, str]:
    """Whose session a cookie is, and when it was last used; None when it has ended, or the account is disabled."""
    found = connection.execute(
        select(accounts, sign_ins.c.seen_at).join(sign_ins, sign_ins.c.account_id == accounts.c.id)
        .where(sign_ins.c.token == digest(token), sign_ins.c.seen_at >= _before(timedelta(hours=idle_hours)),
               sign_ins.c.created_at >= _before(LONGEST_SESSION), accounts.c.disabled_at == "")
    ).mappings().first()
    return (_account(found), found["seen_at"]) if found else (None, "")


def seen(connection: Connection, token: str) -> None:
    """Note that a session was used just now."""
    connection.execute(update(sign_ins).where(sign_ins.c.token == digest(token)).values(seen_at=now_utc()))


def sign_out(connection: Connection, token: str) -> None:
    """End one session."""
    connection.execute(delete(sign_ins).where(sign_ins.c.token == digest(token)))


def end_sessions(connection: Connection, account: Account) -> int:
    """End every session of an account; how many there were."""
    return connection.execute(delete(sign_ins).where(sign_ins.c.account_id == account.id)).rowcount


def sessions(connection: Connection, account: Account, idle_hours: int) -> int:
    """In how many browsers an account is signed in."""
    return connection.execute(select(func.count()).select_from(sign_ins).where(
        sign_ins.c.account_id == account.id, sign_ins.c.seen_at >= _before(timedelta(hours=idle_hours)),
        sign_ins.c.created_at >= _before(LONGEST_SESSION))).scalar_one()


def _before(length: timedelta) -> str:
    return (datetime.now(UTC) - length).isoformat(timespec="seconds")


def _account(row: RowMapping) -> Account:
    return Account(row["id"], row["email"], Role(row["role"]), bool(row["disabled_at"]))
