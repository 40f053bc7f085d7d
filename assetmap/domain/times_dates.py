"""Dates as people write them, and the year they leave out."""

from __future__ import annotations

import calendar as month_calendar
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.easter import easter

from assetmap.domain.times_tokens import Token

BACK = 183
"""A date without a year is the first one from about six months ago on."""
LONG_SPAN = 62
NUMBERED = ("number", "ordinal")


class Dates(NamedTuple):
    """Dates read from the tokens before `then`: each of them, or all from the first to the last (`span`)."""

    days: tuple[date, ...]
    span: bool
    assumed: bool
    then: int


class _Written(NamedTuple):
    """A date with what was left out as None; `weekday` is the day named before it."""

    weekday: int | None
    day: int
    month: int | None
    year: int | None
    then: int


def read_dates(tokens: Sequence[Token], at: int, today: date) -> Dates | None:
    """The dates that begin at token `at`, or None where none do: "Sat 5 Dec", "5, 12 and 19 March 2027",

    "September 7th", "5 Jan - 30 March", "12/01/2027". A named weekday that does not fit leaves `days` empty.
    """
    written = []
    span = False
    while (found := _one(tokens, at)) is not None:
        written.append(found)
        at = found.then
        joint, after = _joint(tokens, at)
        if joint is None or span or (joint == "span" and len(written) > 1) or _one(tokens, after) is None:
            break
        span = joint == "span"
        at = after
    # "10-12, 5 December" begins with a time, "5 December, 2-4pm" ends with one: numbers without a month.
    while written and written[-1].month is None:
        written.pop()
        span = False
    if not written:
        return None
    then = written[-1].then
    days, assumed = _filled(written, span, today)
    return Dates(days, span, assumed, then)


def choose_year(month: int, day: int, weekday: int | None, today: date) -> date | None:
    """The likeliest such day: the first from six months before `today` on that falls on `weekday`, if given;

    None when there is none within about a year of today.
    """
    fits = []
    for year in range(max(today.year - 2, 1), min(today.year + 3, 9999)):
        if day > month_calendar.monthrange(year, month)[1]:
            continue
        found = date(year, month, day)
        if weekday is None or found.weekday() == weekday:
            fits.append(found)
    later = [found for found in fits if found >= half_a_year_before(today)]
    if weekday is None:
        return later[0] if later else None
    near = [found for found in later if found.toordinal() <= today.toordinal() + 400]
    return near[0] if near else None


def half_a_year_before(today: date) -> date:
    """The day from which on a date without a year is looked for."""
    return date.fromordinal(max(today.toordinal() - BACK, 1))


def every_day(first: date, last: date) -> tuple[date, ...]:
    """All days from the first to the last, or none when that is backwards or longer than two months."""
    length = (last - first).days
    if not 0 <= length <= LONG_SPAN:
        return ()
    return tuple(first + timedelta(days=number) for number in range(length + 1))


def end_of_month(year: int, month: int) -> date:
    """The last day of that month."""
    return date(year, month, month_calendar.monthrange(year, month)[1])


def festival_days(name: str, today: date) -> tuple[date, ...]:
    """The days of the next Christmases (24 December to 1 January) or Easters (Good Friday to Monday)."""
    days: list[date] = []
    for year in range(today.year - 1, min(today.year + 3, 9998)):
        first, last = date(year, 12, 24), date(year + 1, 1, 1)
        if name == "easter":
            sunday = easter(max(year, 1583))
            first, last = sunday - timedelta(days=2), sunday + timedelta(days=1)
        if first >= half_a_year_before(today):
            days += every_day(first, last)
    return tuple(days)


def _joint(tokens: Sequence[Token], at: int) -> tuple[str | None, int]:
    """What joins a date to the next: "span" for a dash or "to", "list" for commas and "and"."""
    kind = tokens[at].kind if at < len(tokens) else ""
    if kind in ("dash", "to", "until"):
        return "span", at + 1
    if kind != "and":
        return None, at
    while at < len(tokens) and tokens[at].kind == "and":
        at += 1
    return "list", at


def _one(tokens: Sequence[Token], at: int) -> _Written | None:
    weekday = None
    if _kind(tokens, at) == "day":
        weekday = tokens[at].value[0]
        at += 1
        while _kind(tokens, at) in ("and", "filler", "stop") and at < len(tokens):
            at += 1
    kind = _kind(tokens, at)
    if kind == "date":
        day = tokens[at].value
        return _Written(weekday, day.day, day.month, day.year, at + 1)
    if kind in NUMBERED:
        return _day_first(tokens, at, weekday)
    if kind == "month" and _kind(tokens, at + 1) in NUMBERED:
        return _month_first(tokens, at, weekday)
    return None


def _day_first(tokens: Sequence[Token], at: int, weekday: int | None) -> _Written | None:
    day = _day_number(tokens[at])
    if day is None:
        return None
    at += 1
    month_at = at + 1 if _kind(tokens, at) == "filler" else at
    if _kind(tokens, month_at) not in ("month", "small_month"):
        return _Written(weekday, day, None, None, at)
    year, then = _year(tokens, month_at + 1)
    return _Written(weekday, day, tokens[month_at].value, year, then)


def _month_first(tokens: Sequence[Token], at: int, weekday: int | None) -> _Written | None:
    """ "September 7th"; but "August 10-12" is a month and a time, and "March 2027" has no day."""
    day = _day_number(tokens[at + 1])
    if day is None or (_kind(tokens, at + 2) in ("dash", "to", "until") and tokens[at + 1].kind == "number"):
        return None
    year, then = _year(tokens, at + 2)
    return _Written(weekday, day, tokens[at].value, year, then)


def _day_number(token: Token) -> int | None:
    if token.kind == "ordinal":
        return token.value if 1 <= token.value <= 31 else None
    return int(token.value) if len(token.value) in (1, 2) and 1 <= int(token.value) <= 31 else None


def _year(tokens: Sequence[Token], at: int) -> tuple[int | None, int]:
    year_at = at + 1 if _kind(tokens, at) == "and" else at
    if _kind(tokens, year_at) == "number" and is_year(tokens[year_at].value):
        return int(tokens[year_at].value), year_at + 1
    return None, at


def is_year(written: str) -> bool:
    """Whether a number is a year that a date in a listing can have."""
    return len(written) == 4 and "1990" <= written <= "2099"


def _filled(written: list[_Written], span: bool, today: date) -> tuple[tuple[date, ...], bool]:
    """The days with month and year taken from the date after, or the year chosen; () when none fits."""
    days: list[date] = []
    month = year = None
    assumed = False
    for one in reversed(written):
        month = one.month or month
        year = one.year or year
        if year is None:
            day = choose_year(month, one.day, one.weekday, today)
            assumed = True
        else:
            day = _real(year, month, one.day)
            if span and day and days and day > days[0]:
                day = _real(year - 1, month, one.day)  # "5 Nov - 30 March 2027" begins the year before
        if day is None or (one.weekday is not None and day.weekday() != one.weekday):
            return (), assumed
        days.insert(0, day)
    if span and days[0] > days[-1]:
        later = _real(days[-1].year + 1, days[-1].month, days[-1].day)
        days[-1:] = [later] if later and assumed else []
    return tuple(days), assumed


def _real(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if day <= month_calendar.monthrange(year, month)[1] else None


def _kind(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].kind if at < len(tokens) else ""
