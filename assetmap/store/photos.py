"""Photos of entries of progress: kept with everything else, so that a backup has them, and deleted once unused."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Connection, delete, func, insert, select, update

from assetmap.domain.errors import BadInput, NotFound
from assetmap.domain.photo import PREFIX, Photo, address_of, id_in
from assetmap.store import programmes
from assetmap.store.programme_rows import PROGRESS
from assetmap.store.programme_tables import photos, progress
from assetmap.store.records import now_utc


def keep(connection: Connection, photo: Photo, *, by: str, most_bytes: int) -> None:
    """Keep a photo that no entry uses yet; one that is there already stays. Raises BadInput when there is no room."""
    there = connection.execute(select(photos.c.unused_since).where(photos.c.id == photo.id)).scalar()
    now = now_utc()
    if there is not None:
        if there:
            connection.execute(update(photos).where(photos.c.id == photo.id).values(unused_since=now))
        return
    held = connection.execute(select(func.sum(photos.c.size))).scalar() or 0
    if held + len(photo.data) > most_bytes:
        raise BadInput("There is no more room for photos. Whoever runs this site can make more (PHOTOS_MB).")
    connection.execute(insert(photos).values(
        id=photo.id, at=now, by=by, unused_since=now, width=photo.width, height=photo.height, size=len(photo.data),
        data=photo.data))


def get(connection: Connection, photo_id: str) -> Photo | None:
    """A photo by its id; None when it is not kept, or not any more."""
    found = connection.execute(select(photos.c.data, photos.c.width, photos.c.height).where(
        photos.c.id == photo_id)).first()
    return found and Photo(*found)


def sizes(connection: Connection, addresses: Collection[str]) -> dict[str, tuple[int, int]]:
    """Address → (width, height) of those addresses that are of photos kept here."""
    ids = {id_in(address): address for address in addresses}
    found = connection.execute(select(photos.c.id, photos.c.width, photos.c.height).where(
        photos.c.id.in_(ids.keys() - {""})))
    return {ids[photo_id]: (width, height) for photo_id, width, height in found}


def may_be_named(connection: Connection) -> set[str]:
    """The addresses of all that is kept, and those that entries name already, kept or not."""
    named = connection.execute(select(progress.c.photo).where(progress.c.photo.like(f"{PREFIX}%"))).scalars()
    return {f"{PREFIX}{photo_id}.webp" for photo_id in connection.execute(select(photos.c.id)).scalars()} | set(named)


def delete_for_good(connection: Connection, photo_id: str, *, by: str) -> int:
    """Delete a photo now, when somebody on it does not agree any more: no undo brings it back. Entries that use it, out
    of sight or not, lose it and its words; how many. Raises NotFound.
    """
    if not connection.execute(delete(photos).where(photos.c.id == photo_id)).rowcount:
        raise NotFound("There is no such photo here.")
    entries = connection.execute(select(progress.c.id).where(progress.c.photo == address_of(photo_id))).scalars().all()
    for entry_id in entries:
        entry, version = programmes.get(connection, PROGRESS, entry_id)
        programmes.save(connection, replace(entry, photo="", photo_alt=""), version=version, by=by)
    return len(entries)


def forget(connection: Connection, before: str) -> int:
    """Delete those that no entry in sight has used since `before` (UTC, ISO 8601); how many.

    Until then an undo brings one back. How long that is counts from the first time that this finds it unused.
    """
    used = {id_in(address) for address in connection.execute(select(progress.c.photo).where(
        progress.c.photo.like(f"{PREFIX}%"), progress.c.status != "hidden")).scalars()}
    gone = 0
    for photo_id, since in connection.execute(select(photos.c.id, photos.c.unused_since)).all():
        one = photos.c.id == photo_id
        if photo_id in used:
            if since:
                connection.execute(update(photos).where(one).values(unused_since=""))
        elif not since:
            connection.execute(update(photos).where(one).values(unused_since=now_utc()))
        elif since < before:
            gone += connection.execute(delete(photos).where(one)).rowcount
    return gone
