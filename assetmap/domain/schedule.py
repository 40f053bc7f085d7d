"""When a group meets: on which days, when next, how many hours a week, and how it is kept and said.

Every time here is naive local wall time (Europe/London): a group that meets at 10am meets at 10am before and
after the clocks change. Weeks begin on Monday. Where a rule does not say enough to be sure of a date (a
fortnightly group whose first date nobody gave), no date is claimed: a wrong one sends a person to a locked
door.
"""

from __future__ import annotations

import calendar as month_calendar
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from assetmap.domain.recurrence import FREQUENCIES, Calendar, Rule, Session, minute_of_day
from assetmap.domain.schedule_words import describe

__all__ = [
    "FREQUENCIES",
    "HORIZON_DAYS",
    "Calendar",
    "Rule",
    "Session",
    "describe",
    "from_json",
    "minute_of_day",
    "next_start",
    "occurrences",
    "occurs_on",
    "to_json",
    "weekly_hours",
]

HORIZON_DAYS = 400
"""How far ahead a next date is looked for: a yearly event is found, an ended one is given up."""

TERM_WEEKS, WEEKS, MONTHS = 39, 52, 12
"""An English school year has 39 weeks of term; a month counts as 12/52 of a week's worth (MEASURES)."""


def occurs_on(rule: Rule, day: date, calendar: Calendar) -> bool:
    """Whether the rule certainly falls on that day."""
    if day in rule.except_dates:
        return False
    if day in rule.extra_dates:
        return True
    if (rule.start and day < rule.start) or (rule.until and day > rule.until):
        return False
    if rule.months and day.month not in rule.months:
        return False
    if not _in_pattern(rule, day):
        return False
    if rule.skip_bank_holidays and day in calendar.bank_holidays:
        return False
    if rule.term_time and not calendar.in_term(day):
        return False
    return not (rule.school_holidays and not calendar.in_school_holidays(day))


def occurrences(rule: Rule, first: date, last: date, calendar: Calendar) -> Iterator[date]:
    """The days from `first` to `last`, both included, on which the rule falls, in order."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if occurs_on(rule, day, calendar):
            yield day


def next_start(
    session: Session, after: datetime, calendar: Calendar, *, include_running: bool = False
) -> datetime | None:
    """The first start at or after `after` within 400 days; None: none, not certain, or time of day not known.

    With `include_running` a meeting that began earlier and has not ended yet counts; where its end is not
    known it counts as ended.
    """
    if session.rule is None or session.start_time is None or not session.understood:
        return None
    earliest = after
    if include_running and session.duration:
        earliest = after - session.duration + timedelta(microseconds=1)
    for ahead in range(-1, HORIZON_DAYS + 1):
        ordinal = after.toordinal() + ahead
        if not 1 <= ordinal <= date.max.toordinal():
            continue
        day = date.fromordinal(ordinal)
        start = datetime.combine(day, session.start_time)
        if start >= earliest and occurs_on(session.rule, day, calendar):
            return start
    return None


def weekly_hours(session: Session, on: date | None = None) -> float | None:
    """Hours in an average week: fortnightly half, each nth weekday of a month 12/52, term time × 39/52.

    None when the rule or an end of the session is not known, or on no day that is told; 0 for a one-off and, with `on`
    given, for a session that has ended by then or has not begun.
    """
    rule, duration = session.rule, session.duration
    if rule is None or duration is None or not session.understood:
        return None
    if on and ((rule.until and on > rule.until) or (rule.start and on < rule.start)):
        return 0.0
    if rule.freq == "once":
        return 0.0
    if not rule.weekdays and (rule.freq == "weekly" or not rule.month_days):
        return None
    if rule.freq == "weekly":
        times_a_week = float(len(rule.weekdays))
    else:
        # A fifth Monday comes about four times a year (52 - 4 × 12); a 31st seven times.
        by_weekday = len(rule.weekdays) * sum(4 if nth == 5 else MONTHS for nth in rule.nth or (1,))
        by_date = sum({31: 7, 30: 11}.get(day, MONTHS) for day in rule.month_days)
        times_a_week = (by_weekday + by_date) / WEEKS
    if rule.months:
        times_a_week *= len(rule.months) / MONTHS
    if rule.term_time:
        times_a_week *= TERM_WEEKS / WEEKS
    if rule.school_holidays:
        times_a_week *= (WEEKS - TERM_WEEKS) / WEEKS
    return times_a_week / rule.interval * duration.total_seconds() / 3600


def _in_pattern(rule: Rule, day: date) -> bool:
    if rule.freq == "once":
        return day == rule.start
    if not rule.certain:
        return False
    if rule.freq == "weekly":
        if day.weekday() not in rule.weekdays:
            return False
        return rule.interval == 1 or _weeks_apart(rule, day) % rule.interval == 0
    if rule.interval > 1 and _months_apart(rule, day) % rule.interval:
        return False
    days_in_month = month_calendar.monthrange(day.year, day.month)[1]
    if day.day in rule.month_days or (-1 in rule.month_days and day.day == days_in_month):
        return True
    if day.weekday() not in rule.weekdays:
        return False
    return (day.day - 1) // 7 + 1 in rule.nth or (-1 in rule.nth and day.day + 7 > days_in_month)


def _weeks_apart(rule: Rule, day: date) -> int:
    return (day.toordinal() - 1) // 7 - (rule.start.toordinal() - 1) // 7  # ordinal 1 was a Monday


def _months_apart(rule: Rule, day: date) -> int:
    return (day.year - rule.start.year) * 12 + day.month - rule.start.month


def to_json(session: Session) -> dict:
    """The session as a small JSON-able dict; equal sessions give equal dicts, defaults are left out."""
    answer: dict = {}
    if session.rule is not None:
        answer["rule"] = _rule_to_json(session.rule)
    for name in ("start_time", "end_time"):
        if getattr(session, name) is not None:
            answer[name] = getattr(session, name).isoformat("minutes")
    for name in ("place", "text", "note"):
        if getattr(session, name):
            answer[name] = getattr(session, name)
    if not session.understood:
        answer["understood"] = False
    return answer


def from_json(kept: dict) -> Session:
    """The session that `to_json` wrote. ValueError or TypeError for a dict it cannot have written."""
    rule = kept.get("rule")
    start, end = kept.get("start_time"), kept.get("end_time")
    return Session(
        rule=None if rule is None else _rule_from_json(rule),
        start_time=None if start is None else time.fromisoformat(start),
        end_time=None if end is None else time.fromisoformat(end),
        place=kept.get("place", ""),
        text=kept.get("text", ""),
        understood=kept.get("understood", True),
        note=kept.get("note", ""),
    )


def _rule_to_json(rule: Rule) -> dict:
    answer: dict = {"freq": rule.freq}
    for name in _NUMBERS:
        if getattr(rule, name):
            answer[name] = list(getattr(rule, name))
    for name in _DATES:
        if getattr(rule, name):
            answer[name] = [day.isoformat() for day in getattr(rule, name)]
    for name in ("start", "until"):
        if getattr(rule, name) is not None:
            answer[name] = getattr(rule, name).isoformat()
    for name in ("term_time", "skip_bank_holidays", "school_holidays"):
        if getattr(rule, name):
            answer[name] = True
    if rule.interval != 1:
        answer["interval"] = rule.interval
    return answer


def _rule_from_json(kept: dict) -> Rule:
    return _rule_from(
        tuple([(name, tuple(value) if isinstance(value, list) else value) for name, value in kept.items()])
    )


@lru_cache(maxsize=20_000)  # most groups share a rule with others: one object for all of them
def _rule_from(kept: tuple) -> Rule:
    values: dict = dict(kept)
    for name in _DATES:
        if name in values:
            values[name] = tuple(map(date.fromisoformat, values[name]))
    for name in ("start", "until"):
        if name in values:
            values[name] = date.fromisoformat(values[name])
    return Rule(**values)


_NUMBERS = ("weekdays", "nth", "month_days", "months")
_DATES = ("except_dates", "extra_dates")
