"""What one clause says, as read: groups of days with times and place, and limits that hold for all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from assetmap.domain.times_clock import Clock


@dataclass
class DaysAndTimes:
    """Days with their times: "every other Tuesday and Thursday 10am-12 at the library".

    `patterns` are pairs of nths of the month (() = every week) and weekdays.
    """

    patterns: list[tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=list)
    month_days: tuple[int, ...] = ()
    dates: tuple[date, ...] = ()
    weeks_apart: int = 1
    months_apart: int = 0  # 0 = nothing monthly was said
    alternate: bool = False
    times: list[tuple[Clock, Clock | None]] = field(default_factory=list)
    doors: list[tuple[Clock, Clock | None]] = field(default_factory=list)
    part: str | None = None
    place: str = ""
    closed: bool = False
    begin: int = 0
    end: int = 0

    @property
    def has_days(self) -> bool:
        """Whether any day, date or day of the month has been read."""
        return bool(self.patterns or self.month_days or self.dates)

    @property
    def has_times(self) -> bool:
        """Whether a time of day, or a part of the day, has been read."""
        return bool(self.times or self.doors or self.part)

    def same_days(self) -> DaysAndTimes:
        """These days again, for other times or another place."""
        return replace(self, times=[], doors=[], part=None, place="", patterns=list(self.patterns))


@dataclass
class Limits:
    """What narrows the days: term time, months, first and last dates, exceptions; and notes to pass on."""

    start: date | None = None
    until: date | None = None
    span: tuple[date, date] | None = None
    year_assumed: bool = False
    months: frozenset[int] | None = None
    term_time: bool = False
    school_holidays: bool = False
    skip_bank_holidays: bool = False
    except_dates: tuple[date, ...] = ()
    closed_days: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def note(self, words: str) -> None:
        """Passes these words on to the reader, once."""
        if words not in self.notes:
            self.notes = (*self.notes, words)

    def only_months(self, months: frozenset[int]) -> None:
        """Narrows to those months."""
        self.months = months if self.months is None else self.months & months

    def add(self, other: Limits) -> None:
        """Takes on the limits of another clause, such as "term time only" after a semicolon."""
        self.start = other.start or self.start
        self.until = other.until or self.until
        self.span = other.span or self.span
        self.year_assumed |= other.year_assumed
        if other.months is not None:
            self.only_months(other.months)
        self.term_time |= other.term_time
        self.school_holidays |= other.school_holidays
        self.skip_bank_holidays |= other.skip_bank_holidays
        self.except_dates += other.except_dates
        self.closed_days += other.closed_days
        for words in other.notes:
            self.note(words)

    @property
    def empty(self) -> bool:
        """Whether nothing has been said."""
        return self == Limits()


@dataclass
class Clause:
    """A clause as read. `doubt` names the first thing nothing could be made of; then only its text counts."""

    text: str
    groups: list[DaysAndTimes] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)
    doubt: str = ""
    festival: bool = False
    words: int = 0

    @property
    def about_days(self) -> bool:
        """Whether it names days or times of its own."""
        return any(group.has_days or group.has_times for group in self.groups)
