"""The records of when a group meets: rule, session, and the calendar of school terms and bank holidays."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta

FREQUENCIES = ("weekly", "monthly", "once")


@dataclass(frozen=True)
class Rule:
    """On which days something happens. Weekdays are 0 = Monday … 6 = Sunday.

    weekly: `weekdays`, every `interval` weeks counted from the week of `start`.
    monthly: the `nth` (1…5, -1 = last) of each of `weekdays`, or the `month_days` (1…31, -1 = last day),
    every `interval` months counted from the month of `start`.
    once: `start`. `extra_dates` are added to any of them, whatever the other limits; `except_dates` always
    win. `months` (1…12) limits it to those months, () means all. `term_time` leaves bank holidays out too.
    Raises ValueError for a value that makes no sense.
    """

    freq: str
    weekdays: tuple[int, ...] = ()
    interval: int = 1
    nth: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    start: date | None = None
    until: date | None = None
    months: tuple[int, ...] = ()
    term_time: bool = False
    skip_bank_holidays: bool = False
    except_dates: tuple[date, ...] = ()
    extra_dates: tuple[date, ...] = ()
    school_holidays: bool = False

    def __post_init__(self) -> None:
        for name in ("weekdays", "nth", "month_days", "months", "except_dates", "extra_dates"):
            values = getattr(self, name)
            if values:
                object.__setattr__(self, name, tuple(sorted(set(values))))
        if self.freq not in FREQUENCIES:
            raise ValueError(f"A rule is weekly, monthly or once, not {self.freq!r}.")
        if self.interval < 1:
            raise ValueError(f"A rule repeats every 1 or more weeks or months, not every {self.interval}.")
        if self.freq == "once" and self.start is None:
            raise ValueError("A session held once needs its date as the start of the rule.")
        _check_range("weekday", self.weekdays, range(7))
        _check_range("week of the month", self.nth, (1, 2, 3, 4, 5, -1))
        _check_range("day of the month", self.month_days, (*range(1, 32), -1))
        _check_range("month", self.months, range(1, 13))

    @property
    def certain(self) -> bool:
        """False when the dates cannot be known: every other week of unknown start, "monthly on a Tuesday"."""
        if self.freq == "once":
            return True
        if self.interval > 1 and self.start is None:
            return False
        return bool(self.weekdays and (self.freq == "weekly" or self.nth)) or bool(self.month_days)


@dataclass(frozen=True)
class Session:
    """One meeting pattern of a group: rule, times of day, where, and the words it was read from.

    `rule` None or `understood` False: only `text` is to be trusted. An `end_time` before `start_time` is on
    the next day. `place` is the hub's id or name as written after "at", or "".
    """

    rule: Rule | None
    start_time: time | None = None
    end_time: time | None = None
    place: str = ""
    text: str = ""
    understood: bool = True
    note: str = ""

    @property
    def duration(self) -> timedelta | None:
        """Length of one meeting, past midnight included; None when an end is not known."""
        if self.start_time is None or self.end_time is None or self.start_time == self.end_time:
            return None
        minutes = minute_of_day(self.end_time) - minute_of_day(self.start_time)
        return timedelta(minutes=minutes % (24 * 60))


@dataclass(frozen=True)
class Calendar:
    """The school terms (first and last day, both included) and bank holidays of the area."""

    terms: tuple[tuple[date, date], ...] = ()
    bank_holidays: frozenset[date] = field(default_factory=frozenset)

    def in_term(self, day: date) -> bool:
        """Whether schools are open that day, as far as is known; weekends inside a term count as term."""
        return day not in self.bank_holidays and any(first <= day <= last for first, last in self.terms)

    def in_school_holidays(self, day: date) -> bool:
        """Whether that day lies between two known terms. Before the first and after the last nobody knows."""
        if not self.terms or any(first <= day <= last for first, last in self.terms):
            return False
        return min(first for first, _ in self.terms) <= day <= max(last for _, last in self.terms)


def minute_of_day(at: time) -> int:
    """Minutes since midnight, 0…1439."""
    return at.hour * 60 + at.minute


def _check_range(what: str, values: tuple[int, ...], allowed) -> None:
    for value in values:
        if value not in allowed:
            raise ValueError(f"{value!r} is no {what}; it would be one of {', '.join(map(str, allowed))}.")
