"""Signposts: that somebody in a ward was told of something, and what came of it. Nothing about the person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, insert, select, update

from assetmap.store.relation_tables import signposts

OUTCOMES = ("went", "did_not", "unknown")


def add(connection: Connection, *, day: str, ward_code: str, interests: Iterable[str],
        suggested: Iterable[tuple[str, str]], unmet: bool = False) -> int:
    """Count one signpost, or with `unmet` that nothing suitable was there; its number."""
    return connection.execute(insert(signposts).values(
        day=day, ward_code=ward_code, interests=json.dumps(sorted(set(interests))),
        suggested=json.dumps([list(pair) for pair in suggested]), unmet=unmet, outcome="",
        outcome_day="")).inserted_primary_key[0]


def settle(connection: Connection, number: int, outcome: str, day: str) -> None:
    """What came of it: went, did_not or unknown."""
    connection.execute(update(signposts).where(signposts.c.id == number).values(outcome=outcome, outcome_day=day))


def outcome_of(connection: Connection, number: int) -> str:
    """What came of one; "" when nobody said yet."""
    return connection.execute(select(signposts.c.outcome).where(signposts.c.id == number)).scalar() or ""


def counts(connection: Connection, since: str) -> dict[str, Counter]:
    """How many signposts since a day, by `ward`, `category`, `month` and `outcome`, and `unmet` by (ward, category).

    Exact: who shows them suppresses small ones.
    """
    made: dict[str, Counter] = {name: Counter() for name in ("ward", "category", "month", "outcome", "unmet")}
    table = signposts.c
    for day, ward_code, interests, unmet, outcome in connection.execute(
            select(table.day, table.ward_code, table.interests, table.unmet, table.outcome).where(table.day >= since)):
        categories = json.loads(interests)
        if unmet:
            made["unmet"].update((ward_code, category) for category in categories or [""])
            continue
        made["ward"][ward_code] += 1
        made["month"][day[:7]] += 1
        made["outcome"][outcome] += 1
        made["category"].update(categories)
    return made
