"""The next time of one session that suits the days and the parts of the day that somebody asked for."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from assetmap.domain.query import DAYS, FindQuery
from assetmap.domain.schedule import Calendar, Session, next_start

_MOST_TRIED = 40  # a daily session reaches any weekday in 7; a monthly one is given up after three years
_WEEKDAYS = {**{name: (number,) for number, name in enumerate(DAYS)}, "weekday": range(5), "weekend": (5, 6)}
_PARTS = {"morning": (0, 12), "afternoon": (12, 17), "evening": (17, 24)}


def next_fitting(session: Session, query: FindQuery, now: datetime, calendar: Calendar) -> datetime | None:
    """When it next starts on such a day and in such a part of it; None when it never does, or nobody knows."""
    if not _can_fit(session, query):
        return None
    soon = set(query.day) <= {"today", "tomorrow"} and bool(query.day)
    after, first = now, True
    for _number in range(_MOST_TRIED):
        start = next_start(session, after, calendar, include_running=first)
        if start is None or soon and start.date() > now.date() + timedelta(days=1):
            return None
        if _day_fits(start, query.day, now):
            return start
        after, first = max(start, now) + timedelta(minutes=1), False
    return None


def fits_on(session: Session, day: date, query: FindQuery, now: datetime) -> bool:
    """Whether that day, and the session's time on it, are among those asked for. Without a known time it is in no part
    of the day.
    """
    if query.time and (session.start_time is None or not _time_fits(session, query.time)):
        return False
    return _day_fits(datetime.combine(day, session.start_time or time.min), query.day, now)


def _can_fit(session: Session, query: FindQuery) -> bool:
    """Whether looking at dates is worth it: the time of day is always the same, and so are a week's days."""
    rule = session.rule
    if rule is None or session.start_time is None or not _time_fits(session, query.time):
        return False
    asked = {weekday for day in query.day for weekday in _WEEKDAYS.get(day, range(7))}
    return not query.day or not rule.weekdays or bool(rule.extra_dates) or bool(asked & set(rule.weekdays))


def _day_fits(start: datetime, days: tuple[str, ...], now: datetime) -> bool:
    names = {DAYS[start.weekday()], "weekend" if start.weekday() > 4 else "weekday"}
    names |= {"today"} if start.date() == now.date() else set()
    names |= {"tomorrow"} if start.date() == now.date() + timedelta(days=1) else set()
    return not days or bool(names & set(days))


def _time_fits(session: Session, times: tuple[str, ...]) -> bool:
    begins = session.start_time.hour + session.start_time.minute / 60
    ends = begins + (session.duration or timedelta(minutes=1)).total_seconds() / 3600
    return not times or any(begins < last and ends > first for first, last in (_PARTS[time] for time in times))
