"""History of what is not a record of a layer: accounts and words."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, insert

from assetmap.store.records import now_utc
from assetmap.store.tables import history


def note_change(connection: Connection, layer: str, record_id: str, action: str, changes: Mapping[str, list], *,
                by: str) -> None:
    """A line of history; `changes` are {field: [from, to]}."""
    connection.execute(insert(history).values(at=now_utc(), by=by, layer=layer, record_id=record_id, action=action,
                                              changes=json.dumps(dict(changes), ensure_ascii=False)))
