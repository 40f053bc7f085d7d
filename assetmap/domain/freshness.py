"""How recently somebody said that a record is right, who that was, and what follows from it."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

BY_GROUP = "the group"
BY_STEWARD = "a steward"
BY_LIST = "the list it came from"


class Freshness(StrEnum):
    """FRESH: right, as far as anyone knows. DUE: ask again. STALE: may be wrong, and its page says so.
    HIDDEN: so old that the public no longer sees it.
    """

    FRESH = "fresh"
    DUE = "due"
    STALE = "stale"
    HIDDEN = "hidden"


def state_of(last_confirmed: date | None, today: date, due_days: int, stale_days: int, hide_days: int) -> Freshness:
    """The state by age: each number is how many days a record stays in the state before. `hide_days` 0: never hidden.

    What nobody ever confirmed is stale, and is never hidden by age: its page says that nobody has confirmed it yet.

    >>> state_of(date(2026, 1, 1), date(2026, 6, 30), due_days=180, stale_days=365, hide_days=1095)
    <Freshness.FRESH: 'fresh'>
    """
    if last_confirmed is None:
        return Freshness.STALE
    age = (today - last_confirmed).days
    if hide_days and age > hide_days:
        return Freshness.HIDDEN
    if age > stale_days:
        return Freshness.STALE
    return Freshness.DUE if age > due_days else Freshness.FRESH


def day_over(days: int, today: date) -> date:
    """The last day that is more than `days` days ago: what was confirmed on it or before is in the next state."""
    return today - timedelta(days=days + 1)


def who_confirmed(last_confirmed: date | None, said: str) -> str:
    """Who confirmed a record of a file: what the file says, else the list itself when it has a day."""
    return said or (BY_LIST if last_confirmed else "")
