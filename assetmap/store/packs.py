"""Packs: kept until their link ends. Of the link only the digest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from assetmap.domain.errors import NotFound
from assetmap.domain.pack import Item, document_of, items_from
from assetmap.store.accounts import digest
from assetmap.store.records import now_utc
from assetmap.store.relation_tables import packs


@dataclass(frozen=True, slots=True)
class Pack:
    """`id` is for its connector, `by` their account; `heading` may be empty. Moments are UTC."""

    id: str
    created_at: str
    by: str
    expires_at: str
    language: str
    heading: str
    items: tuple[Item, ...]
    signpost_id: int | None

    @property
    def is_open(self) -> bool:
        """Whether its link works."""
        return self.expires_at > now_utc()


def add(connection: Connection, pack_id: str, token: str, items: tuple[Item, ...], *, by: str, language: str,
        heading: str, days: int, signpost_id: int | None) -> None:
    """Keep a pack under its connector's number of it, and the token of its link."""
    connection.execute(insert(packs).values(
        token=digest(token), id=pack_id, created_at=now_utc(), by=by, expires_at=_in(days), language=language,
        document=json.dumps(document_of(items, heading=heading), ensure_ascii=False), signpost_id=signpost_id))


def by_token(connection: Connection, token: str) -> Pack | None:
    """The pack of a link, whether it still works or not."""
    row = connection.execute(select(packs).where(packs.c.token == digest(token))).mappings().first()
    return row and _made(row)


def get(connection: Connection, pack_id: str) -> Pack:
    """By the connector's own number of it. Raises NotFound."""
    row = connection.execute(select(packs).where(packs.c.id == pack_id)).mappings().first()
    if row is None:
        raise NotFound("There is no pack at this address. It may have ended.")
    return _made(row)


def recent(connection: Connection, by: str, most: int = 30) -> list[Pack]:
    """A connector's own, the newest first."""
    rows = connection.execute(select(packs).where(packs.c.by == by).order_by(packs.c.created_at.desc()).limit(most))
    return [_made(row) for row in rows.mappings()]


def extend(connection: Connection, pack_id: str, days: int) -> None:
    """Its link works for as long again from now."""
    connection.execute(update(packs).where(packs.c.id == pack_id).values(expires_at=_in(days)))


def end(connection: Connection, pack_id: str) -> None:
    """Take a pack out, with every line in it."""
    connection.execute(delete(packs).where(packs.c.id == pack_id))


def forget(connection: Connection) -> int:
    """Take out those whose link has ended; how many."""
    return connection.execute(delete(packs).where(packs.c.expires_at <= now_utc())).rowcount


def _in(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")


def _made(row: Mapping) -> Pack:
    document = json.loads(row["document"])
    return Pack(row["id"], row["created_at"], row["by"], row["expires_at"], row["language"],
                document.get("heading", ""), items_from(document), row["signpost_id"])
