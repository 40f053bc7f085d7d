"""Signposts: that somebody in a ward was told of something, and what came of it. Nothing about the person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, or_, select, update

from assetmap.domain.errors import NotFound
from assetmap.store.relation_tables import signposts
from assetmap.store.rows import load_list
from assetmap.store.tables import opportunities

OUTCOMES = ("went", "did_not", "unknown")


@dataclass(frozen=True, slots=True)
class Unmet:
    """What nobody offered: a ward's code or "", and codes of categories."""

    number: int
    day: str
    ward_code: str
    interests: tuple[str, ...]


def add(connection: Connection, *, day: str, ward_code: str, interests: Iterable[str],
        suggested: Iterable[tuple[str, str]], unmet: bool = False) -> int:
    """Count one signpost, or with `unmet` that nothing suitable was there; its number."""
    return connection.execute(insert(signposts).values(
        day=day, ward_code=ward_code, interests=json.dumps(sorted(set(interests))),
        suggested=json.dumps([list(pair) for pair in suggested]), unmet=unmet, outcome="",
        outcome_day="")).inserted_primary_key[0]


def unmet(connection: Connection, number: int) -> Unmet:
    """One that nothing suitable was there for. Raises NotFound."""
    row = connection.execute(select(signposts).where(signposts.c.id == number, signposts.c.unmet)).mappings().first()
    if row is None:
        raise NotFound("There is no such request.")
    return Unmet(number, row["day"], row["ward_code"], tuple(json.loads(row["interests"])))


def open_asks(connection: Connection, kind: str, ward_code: str, today: date) -> list[tuple[str, str, tuple[str, ...]]]:
    """(id, name, topics) of the asks of a kind in a ward that are open, the oldest address first."""
    table = opportunities.c
    chosen = select(table.id, table.name, table.topics).where(
        table.kind == kind, table.direction == "ask", table.state == "open", table.status == "active",
        table.ward_code == ward_code, or_(table.expires.is_(None), table.expires >= today)).order_by(table.id)
    return [(record_id, name, load_list(topics)) for record_id, name, topics in connection.execute(chosen)]


def unmet_requests(connection: Connection, since: str) -> Counter:
    """How many requests nothing suitable was there for since a day, by (ward code or "", category or ""). One for
    several categories is counted once for each. Exact: who shows them suppresses small ones.
    """
    table = signposts.c
    made: Counter = Counter()
    for ward_code, interests in connection.execute(
            select(table.ward_code, table.interests).where(table.unmet, table.day >= since)):
        made.update((ward_code, category) for category in json.loads(interests) or [""])
    return made


def settle(connection: Connection, number: int, outcome: str, day: str) -> None:
    """What came of it: went, did_not or unknown."""
    connection.execute(update(signposts).where(signposts.c.id == number).values(outcome=outcome, outcome_day=day))


def outcome_of(connection: Connection, number: int) -> str:
    """What came of one; "" when nobody said yet."""
    return connection.execute(select(signposts.c.outcome).where(signposts.c.id == number)).scalar() or ""


def counts(connection: Connection, since: str) -> dict[str, Counter]:
    """How many signposts since a day, by `ward`, `category`, `month` and `outcome`; and how many requests that nothing
    was there for, by `unmet_ward` and `unmet_category`.

    A signpost has one ward (or ""), month and outcome (or ""), and any number of categories. Exact: who shows them
    suppresses small ones.
    """
    names = ("ward", "category", "month", "outcome", "unmet_ward", "unmet_category")
    made: dict[str, Counter] = {name: Counter() for name in names}
    table = signposts.c
    for day, ward_code, interests, unmet, outcome in connection.execute(
            select(table.day, table.ward_code, table.interests, table.unmet, table.outcome).where(table.day >= since)):
        categories = json.loads(interests)
        if unmet:
            made["unmet_ward"][ward_code] += 1
            made["unmet_category"].update(categories)
            continue
        made["ward"][ward_code] += 1
        made["month"][day[:7]] += 1
        made["outcome"][outcome] += 1
        made["category"].update(categories)
    return made
