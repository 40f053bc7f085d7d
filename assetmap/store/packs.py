"""Packs: kept until their link ends.

A link's token follows from the instance's secret, the pack and a number of its own, so that its connector can print
the pack again; kept of it is only the digest.
"""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import urlsafe_b64encode
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
    link_number: str
    link_digest: str

    @property
    def is_open(self) -> bool:
        """Whether its link works."""
        return self.expires_at > now_utc()


def add(connection: Connection, items: tuple[Item, ...], *, by: str, language: str, heading: str, days: int,
        signpost_id: int | None, secret: str) -> str:
    """The new pack's id. `secret` is the instance's, from which its links follow."""
    pack_id, number = secrets.token_hex(8), secrets.token_hex(8)
    connection.execute(insert(packs).values(
        token=digest(_token(secret, pack_id, number)), id=pack_id, created_at=now_utc(), by=by, expires_at=_in(days),
        language=language, signpost_id=signpost_id, document=_document(items, heading, number)))
    return pack_id


def token_of(pack: Pack, secret: str) -> str:
    """The token of its link; "" when the secret is not the one that it was made with."""
    token = _token(secret, pack.id, pack.link_number)
    return token if digest(token) == pack.link_digest else ""


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


def new_link(connection: Connection, pack: Pack, days: int, secret: str) -> None:
    """Another link, for as long again; the one of before ends."""
    number = secrets.token_hex(8)
    connection.execute(update(packs).where(packs.c.id == pack.id).values(
        token=digest(_token(secret, pack.id, number)), expires_at=_in(days),
        document=_document(pack.items, pack.heading, number)))


def extend(connection: Connection, pack_id: str, days: int) -> None:
    """The same link works for as long again from now."""
    connection.execute(update(packs).where(packs.c.id == pack_id).values(expires_at=_in(days)))


def end(connection: Connection, pack_id: str) -> None:
    """Take a pack out, with every line in it; what was counted of it stays."""
    connection.execute(delete(packs).where(packs.c.id == pack_id))


def forget(connection: Connection) -> int:
    """Take out those whose link has ended; how many."""
    return connection.execute(delete(packs).where(packs.c.expires_at <= now_utc())).rowcount


def _in(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")


def _token(secret: str, pack_id: str, number: str) -> str:
    """128 bits that nobody can guess, in 22 letters: short enough to be typed from paper."""
    made = hmac.digest(secret.encode(), f"pack {pack_id} {number}".encode(), "sha256")
    return urlsafe_b64encode(made[:16]).decode().rstrip("=")


def _document(items: tuple[Item, ...], heading: str, number: str) -> str:
    return json.dumps(document_of(items, heading=heading, link=number), ensure_ascii=False)


def _made(row: Mapping) -> Pack:
    document = json.loads(row["document"])
    return Pack(row["id"], row["created_at"], row["by"], row["expires_at"], row["language"],
                document.get("heading", ""), items_from(document), row["signpost_id"], document.get("link", ""),
                row["token"])
