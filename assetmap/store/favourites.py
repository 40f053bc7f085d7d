"""Favourites: a hub's or surgery's own page of what it points people to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from assetmap.domain.errors import Conflict, NotFound
from assetmap.domain.pack import Item, document_of, items_from
from assetmap.domain.text import slug
from assetmap.store.records import now_utc
from assetmap.store.relation_tables import favourites


@dataclass(frozen=True, slots=True)
class Favourites:
    """One page. `hub_id` is empty for a place that is not on the map."""

    id: str
    title: str
    hub_id: str
    lead: str
    items: tuple[Item, ...]
    changed_at: str
    by: str
    version: int
    hidden: bool


def listed(connection: Connection) -> list[Favourites]:
    """All pages, by title."""
    rows = connection.execute(select(favourites).order_by(favourites.c.title, favourites.c.id)).mappings()
    return [_made(row) for row in rows]


def get(connection: Connection, page_id: str) -> Favourites:
    """One page. Raises NotFound."""
    row = connection.execute(select(favourites).where(favourites.c.id == page_id)).mappings().first()
    if row is None:
        raise NotFound("There is no page of favourites at this address.")
    return _made(row)


def add(connection: Connection, title: str, *, hub_id: str, lead: str, items: tuple[Item, ...], by: str) -> str:
    """A new page; its address is made from its title, and never changes."""
    wanted, number = slug(title) or "favourites", 1
    page_id = wanted
    while connection.execute(select(favourites.c.id).where(favourites.c.id == page_id)).first():
        number += 1
        page_id = f"{wanted}-{number}"
    now = now_utc()
    connection.execute(insert(favourites).values(
        id=page_id, title=title, hub_id=hub_id, document=_document(lead, items), created_at=now, by=by, changed_at=now,
        version=1, hidden=False))
    return page_id


def change(connection: Connection, page: Favourites, *, by: str) -> None:
    """The page anew. Raises Conflict when somebody changed it since `page.version`."""
    done = connection.execute(update(favourites).where(
        favourites.c.id == page.id, favourites.c.version == page.version).values(
        title=page.title, hub_id=page.hub_id, document=_document(page.lead, page.items), by=by, changed_at=now_utc(),
        version=page.version + 1, hidden=page.hidden))
    if not done.rowcount:
        raise Conflict("Somebody else changed this page while you were editing it. Look at it again and redo yours.")


def _document(lead: str, items: tuple[Item, ...]) -> str:
    return json.dumps(document_of(items, lead=lead), ensure_ascii=False)


def _made(row: Mapping) -> Favourites:
    document = json.loads(row["document"])
    kept = {name: row[name] for name in ("id", "title", "hub_id", "changed_at", "by", "version", "hidden")}
    return Favourites(**kept, lead=document.get("lead", ""), items=items_from(document))
