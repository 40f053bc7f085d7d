"""Rows of a file that name a photo of ours: it must be kept here, or be named by an entry already."""

from __future__ import annotations

from collections.abc import Sequence

from assetmap.domain.photo import PREFIX
from assetmap.domain.text import short
from assetmap.importing.programmes.fields import Row
from assetmap.importing.sheet import Sheet
from assetmap.store import photos
from assetmap.store.database import Connection


def must_be_kept(connection: Connection, sheet: Sheet, rows: Sequence[Row]) -> None:
    """Refuse the rows whose photo there is not; faults go to the sheet."""
    naming = [row for row in rows if str(row.get("photo")).startswith(PREFIX)]
    known = photos.may_be_named(connection) if naming else set()
    for row in naming:
        if row.get("photo") not in known:
            sheet.fault(row.index, "photo", f"is “{short(str(row.get('photo')), 80)}”, and no such photo is kept here; "
                                            "give the web address of one elsewhere, or choose the photo in the form of "
                                            "the entry")
