"""Scenarios: choices of the next places that a planner kept, with what came of them that day."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from assetmap.domain.errors import NotFound
from assetmap.store.other_changes import note_change
from assetmap.store.plan_tables import scenarios
from assetmap.store.records import now_utc

LAYER = "scenarios"
"""As history calls it."""
_LETTERS = "bcdfghjkmnpqrstvwxyz"  # no vowels: no words, and none to mistake for another in most hands
_LENGTH = 16  # 69 bits: nobody comes upon one by trying


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kept choice. `slug` is its address; who has it may read it. `at` is UTC, ISO 8601."""

    slug: str
    name: str
    document: dict
    at: str
    by: str
    data_version: int


def add(connection: Connection, name: str, document: Mapping, *, by: str) -> str:
    """Keep a choice as it came out; returns its slug. `document` has `data_version`."""
    slug = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    connection.execute(insert(scenarios).values(
        slug=slug, name=name, document=json.dumps(document, ensure_ascii=False), at=now_utc(), by=by,
        data_version=int(document["data_version"])))
    note_change(connection, LAYER, slug, "added", {"name": ["", name]}, by=by)
    return slug


def listed(connection: Connection) -> list[Scenario]:
    """All of them, the newest first."""
    rows = connection.execute(select(scenarios).order_by(scenarios.c.at.desc(), scenarios.c.id.desc())).mappings()
    return [_made(row) for row in rows]


def get(connection: Connection, slug: str) -> Scenario:
    """One scenario. Raises NotFound."""
    row = connection.execute(select(scenarios).where(scenarios.c.slug == slug[:100])).mappings().first()
    if row is None:
        raise NotFound("There is no scenario at this address. Whoever kept it may have taken it away.")
    return _made(row)


def remove(connection: Connection, slug: str, *, by: str) -> None:
    """Take a scenario away. Raises NotFound."""
    held = get(connection, slug)
    connection.execute(delete(scenarios).where(scenarios.c.slug == held.slug))
    note_change(connection, LAYER, held.slug, "removed", {"name": [held.name, ""]}, by=by)


def _made(row: Mapping) -> Scenario:
    return Scenario(row["slug"], row["name"], json.loads(row["document"]), row["at"], row["by"], row["data_version"])
