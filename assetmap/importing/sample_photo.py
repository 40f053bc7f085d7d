"""The sample place's photo: a drawing, so that a newcomer sees how an entry with one looks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from assetmap.domain.photo import Photo
from assetmap.settings import Settings
from assetmap.store import photos, programmes
from assetmap.store.database import Database
from assetmap.store.programme_rows import PROGRESS

BY = "assetmap init"
_OF = ("c2-southchurch", "engage", "begun")
_SIZE = (960, 640)
_SHOWS = ("A drawing instead of a photo: eleven people sit round a long table with mugs of tea, between shelves of "
          "books, under bunting")


def add_photo(database: Database, settings: Settings, file: Path) -> None:
    """Put it with its entry, unless that was changed before. Nothing happens in an instance without the entry."""
    photo = Photo(file.read_bytes(), *_SIZE)
    with database.writing() as connection:
        every = programmes.every(connection, PROGRESS).values()
        event = next((one for one in every if (one.deployment_id, one.step, one.what) == _OF), None)
        version = programmes.versions(connection, PROGRESS)[event.id] if event else 0
        if version == 1:
            photos.keep(connection, photo, by=BY, most_bytes=settings.photos_mb * 1_000_000)
            programmes.save(connection, replace(event, photo=photo.address, photo_alt=_SHOWS), version=1, by=BY)
