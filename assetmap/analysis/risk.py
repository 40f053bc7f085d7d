"""What to check first: points for how old an entry is, and for what people would lose if it were wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from assetmap.domain.freshness import Freshness
from assetmap.domain.recurrence import Rule

OFTEN_A_WEEK = 3
MANY_SEARCHES = 10
WEEKS_A_MONTH = 52 / 12


class Reason(StrEnum):
    """Why an entry should be checked."""

    CLOSED = "closed"
    WRONG = "wrong"
    HIDDEN = "hidden"
    STALE = "stale"
    NEVER = "never"
    DUE = "due"
    PEOPLE = "people"
    OFTEN = "often"
    WEEKLY = "weekly"
    SEARCHED = "searched"
    SILENT_LIST = "silent_list"
    UNREACHABLE = "unreachable"


# The whole of the sum. A page explains each line in words.
POINTS = {
    Reason.CLOSED: 5, Reason.HIDDEN: 4, Reason.STALE: 3, Reason.NEVER: 3, Reason.DUE: 1, Reason.WRONG: 2,
    Reason.PEOPLE: 2, Reason.OFTEN: 2, Reason.WEEKLY: 1, Reason.SEARCHED: 1, Reason.SILENT_LIST: 1,
    Reason.UNREACHABLE: 1,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one entry. `says_closed` and `says_wrong` are residents' reports that wait for a decision.

    `for_many` says that it is for children or older people, or about food or health; `a_week` how many sessions it
    has in a week; `searches` how often its kind of thing was searched for lately; `list_is_silent` that the list it
    came from has not come for long; `reachable` that a telephone number, an e-mail address or a website is known.
    """

    state: Freshness
    ever_confirmed: bool = True
    says_closed: bool = False
    says_wrong: bool = False
    for_many: bool = False
    a_week: float = 0.0
    searches: int = 0
    list_is_silent: bool = False
    reachable: bool = True


def reasons(facts: Facts) -> tuple[Reason, ...]:
    """Every reason that holds, the weightiest first; of age and of how often it meets one each."""
    age = Reason.NEVER if not facts.ever_confirmed else {
        Freshness.HIDDEN: Reason.HIDDEN, Freshness.STALE: Reason.STALE, Freshness.DUE: Reason.DUE}.get(facts.state)
    often = Reason.OFTEN if facts.a_week >= OFTEN_A_WEEK else Reason.WEEKLY if facts.a_week >= 1 else None
    held = (Reason.CLOSED if facts.says_closed else None, Reason.WRONG if facts.says_wrong else None, age,
            Reason.PEOPLE if facts.for_many else None, often,
            Reason.SEARCHED if facts.searches >= MANY_SEARCHES else None,
            Reason.SILENT_LIST if facts.list_is_silent else None,
            None if facts.reachable else Reason.UNREACHABLE)
    return tuple(sorted(filter(None, held), key=lambda reason: -POINTS[reason]))


def points(held: Iterable[Reason]) -> int:
    """The sum.

    >>> points((Reason.STALE, Reason.PEOPLE, Reason.WEEKLY))
    6
    """
    return sum(POINTS[reason] for reason in held)


def a_week(rules: Iterable[Rule | None]) -> float:
    """How many sessions a week the rules make, holidays aside; what is not known or is on one day only counts nothing.

    >>> a_week([Rule("weekly", weekdays=(1, 3)), Rule("weekly", weekdays=(0,), interval=2)])
    2.5
    """
    total = 0.0
    for rule in rules:
        if rule is None or rule.freq == "once":
            continue
        if rule.freq == "weekly":
            total += max(1, len(rule.weekdays)) / rule.interval
        else:
            days = len(rule.month_days) + len(rule.nth or (1,)) * len(rule.weekdays)
            total += max(1, days) / rule.interval / WEEKS_A_MONTH
    return total
