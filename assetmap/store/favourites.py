"""Favourites: a hub's or surgery's own page of what it points people to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from assetmap.domain.errors import Conflict, NotFound
from assetmap.domain.pack import Item, document_of, items_from
from assetmap.domain.text import slug
from assetmap.store.other_changes import note_change
from assetmap.store.records import now_utc
from assetmap.store.relation_tables import favourites

LAYER = "favourites"
"""As history calls it."""
_RESERVED = ("new", "add")


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


def of_hub(connection: Connection, hub_id: str) -> list[Favourites]:
    """The pages of one hub that the public may see, by title."""
    rows = connection.execute(select(favourites).where(
        favourites.c.hub_id == hub_id, ~favourites.c.hidden).order_by(favourites.c.title)).mappings()
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
    if wanted in _RESERVED:
        wanted += "-favourites"
    page_id = wanted
    while connection.execute(select(favourites.c.id).where(favourites.c.id == page_id)).first():
        number += 1
        page_id = f"{wanted}-{number}"
    now = now_utc()
    connection.execute(insert(favourites).values(
        id=page_id, title=title, hub_id=hub_id, document=_document(lead, items), created_at=now, by=by, changed_at=now,
        version=1, hidden=False))
    made = get(connection, page_id)
    note_change(connection, LAYER, page_id, "added", {name: ["", said] for name, said in _words(made).items() if said},
                by=by)
    return page_id


def change(connection: Connection, page: Favourites, *, by: str) -> None:
    """The page anew. Raises Conflict when somebody changed it since `page.version`."""
    before = _words(get(connection, page.id))
    done = connection.execute(update(favourites).where(
        favourites.c.id == page.id, favourites.c.version == page.version).values(
        title=page.title, hub_id=page.hub_id, document=_document(page.lead, page.items), by=by, changed_at=now_utc(),
        version=page.version + 1, hidden=page.hidden))
    if not done.rowcount:
        raise Conflict("Somebody else changed this page while you were editing it. Look at it again and redo yours.")
    after = _words(page)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changes:
        note_change(connection, LAYER, page.id, "changed", changes, by=by)


def _words(page: Favourites) -> dict[str, str]:
    """A page as history keeps it: text by field."""
    items = "\n".join(f"{item.key} {item.line}".strip() for item in page.items)
    return {"title": page.title, "hub_id": page.hub_id, "lead": page.lead, "items": items,
            "hidden": "yes" if page.hidden else ""}


def _document(lead: str, items: tuple[Item, ...]) -> str:
    return json.dumps(document_of(items, lead=lead), ensure_ascii=False)


def _made(row: Mapping) -> Favourites:
    document = json.loads(row["document"])
    kept = {name: row[name] for name in ("id", "title", "hub_id", "changed_at", "by", "version", "hidden")}
    return Favourites(**kept, lead=document.get("lead", ""), items=items_from(document))
