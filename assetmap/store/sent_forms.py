"""Forms that make something: one that is sent twice is done once."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from assetmap.store.records import now_utc
from assetmap.store.steward_tables import sent_forms


def result_of(connection: Connection, token: str) -> str:
    """The address that the form's first sending led to; "" when this is the first."""
    return connection.execute(select(sent_forms.c.result).where(sent_forms.c.token == token[:100])).scalar() or ""


def keep(connection: Connection, token: str, result: str) -> None:
    """Note that the form was done, within the transaction that does it."""
    if token:
        connection.execute(insert(sent_forms).values(token=token[:100], at=now_utc(), result=result))


def forget(connection: Connection, token: str) -> None:
    """What the form asked for could not be done after all; it may be sent again."""
    connection.execute(delete(sent_forms).where(sent_forms.c.token == token[:100]))


def forget_before(connection: Connection, moment: str) -> None:
    """Take out what was sent before `moment` (UTC, ISO 8601)."""
    connection.execute(delete(sent_forms).where(sent_forms.c.at < moment))
