"""Packs: kept until their link ends. Of the link only the digest; a lost one is replaced by a new one."""

from __future__ import annotations

import json
import secrets
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


def add(connection: Connection, items: tuple[Item, ...], *, by: str, language: str, heading: str, days: int,
        signpost_id: int | None) -> tuple[str, str]:
    """(the pack's id, its link's token). The token is kept nowhere else."""
    token, pack_id = secrets.token_urlsafe(16), secrets.token_hex(8)
    connection.execute(insert(packs).values(
        token=digest(token), id=pack_id, created_at=now_utc(), by=by, expires_at=_in(days), language=language,
        document=json.dumps(document_of(items, heading=heading), ensure_ascii=False), signpost_id=signpost_id))
    return pack_id, token


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


def new_link(connection: Connection, pack_id: str, days: int) -> str:
    """Another link, for as long again; the one of before ends."""
    token = secrets.token_urlsafe(16)
    connection.execute(update(packs).where(packs.c.id == pack_id).values(token=digest(token), expires_at=_in(days)))
    return token


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
