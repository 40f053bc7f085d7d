"""Many rules as numpy columns, and their days: the same answers as domain.schedule, all at once."""

from __future__ import annotations

import calendar as month_calendar
from collections.abc import Sequence
from datetime import date

import numpy as np

from assetmap.domain.schedule import Calendar, Rule

ONCE, WEEKLY, MONTHLY = 1, 2, 3
ALL_MONTHS = 0b1_1111_1111_1110
"""Bits 1…12."""
LAST = 0
"""Bit of "the last" among the bits 1…5 of nth weekdays and 1…31 of month days."""
COLUMNS = (
    ("freq", np.int8), ("weekdays", np.uint8), ("interval", np.int32), ("nth", np.uint8),
    ("month_days", np.uint32), ("start", np.int32), ("until", np.int32),
    ("anchor_week", np.int32), ("anchor_month", np.int32),
    ("months", np.uint16), ("term_time", np.bool_), ("school_holidays", np.bool_), ("skip_bank", np.bool_),
)  # fmt: skip
Days = dict[int, np.ndarray]
EARLIEST, LATEST = 0, date.max.toordinal() + 1


class RuleTable:
    """Columns of rules; `calendar` holds the terms and bank holidays that apply to all of them.

    Days inside are ordinals (date.toordinal). `extra` and `left_out`: from an ordinal to the rules with that
    date added or left out.
    """

    def __init__(self, columns: dict[str, np.ndarray], extra: Days, left_out: Days, calendar: Calendar):
        self.columns = columns
        self.extra = extra
        self.left_out = left_out
        self.calendar = calendar
        self.last_extra = np.full(len(self), EARLIEST, np.int32)
        for ordinal, rules in sorted(extra.items()):
            self.last_extra[rules] = ordinal
        self.possible_weekdays = self._possible_weekdays()

    @classmethod
    def from_rules(cls, rules: Sequence[Rule], calendar: Calendar) -> RuleTable:
        """The table of these rules, in their order."""
        rows = [_row(rule) for rule in rules]
        by_column = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
        columns = {
            name: np.array(values, dtype=kind)
            for (name, kind), values in zip(COLUMNS, by_column, strict=True)
        }
        extra: dict[int, list[int]] = {}
        left_out: dict[int, list[int]] = {}
        for number, rule in enumerate(rules):
            for day in rule.extra_dates:
                extra.setdefault(day.toordinal(), []).append(number)
            for day in rule.except_dates:
                left_out.setdefault(day.toordinal(), []).append(number)
        return cls(
            columns,
            {day: np.array(numbers) for day, numbers in extra.items()},
            {day: np.array(numbers) for day, numbers in left_out.items()},
            calendar,
        )

    def __len__(self) -> int:
        return len(self.columns["freq"])

    def occurs_on(self, day: date) -> np.ndarray:
        """Which rules certainly fall on that day: bool array of n rules."""
        ordinal = day.toordinal()
        falls = self._falls(day, self.columns)
        for dates, value in ((self.extra, True), (self.left_out, False)):
            if ordinal in dates:
                falls[dates[ordinal]] = value
        return falls

    def next_day(self, first: date, horizon: int) -> np.ndarray:
        """The first day from `first` to `horizon` days later that each rule falls on: datetime64[D], or NaT.

        Day by day, each time only on the rules still without an answer and with a day left to come.
        """
        answer = np.full(len(self), np.datetime64("NaT", "D"))
        begin = first.toordinal()
        open_rules = np.flatnonzero(
            np.maximum(np.where(self._certain(), self.columns["until"], EARLIEST), self.last_extra) >= begin
        )
        part = {name: values[open_rules] for name, values in self.columns.items()}
        for ordinal in range(begin, min(begin + horizon + 1, LATEST)):
            if not len(open_rules):
                break
            day = date.fromordinal(ordinal)
            falls = self._falls(day, part)
            for dates, value in ((self.extra, True), (self.left_out, False)):
                if ordinal in dates:
                    falls[np.isin(open_rules, dates[ordinal])] = value
            if falls.any():
                answer[open_rules[falls]] = np.datetime64(day, "D")
                open_rules = open_rules[~falls]
                part = {name: values[~falls] for name, values in part.items()}
        return answer

    def _falls(self, day: date, columns: dict[str, np.ndarray]) -> np.ndarray:
        """As occurs_on, extra and left-out dates aside, for the rules in these columns."""
        ordinal = day.toordinal()
        freq, interval = columns["freq"], columns["interval"]
        weekly = (freq == WEEKLY) & ((ordinal - 1) // 7 % interval == columns["anchor_week"])
        monthly = (freq == MONTHLY) & ((day.year * 12 + day.month) % interval == columns["anchor_month"])
        on_weekday = columns["weekdays"] & np.uint8(1 << day.weekday()) != 0
        days_in_month = month_calendar.monthrange(day.year, day.month)[1]
        nth_bits = (1 << ((day.day - 1) // 7 + 1)) | (1 << LAST if day.day + 7 > days_in_month else 0)
        date_bits = (1 << day.day) | (1 << LAST if day.day == days_in_month else 0)
        in_month = on_weekday & (columns["nth"] & np.uint8(nth_bits) != 0)
        in_month |= columns["month_days"] & np.uint32(date_bits) != 0
        # `until` of a rule held once is its start, so the limits below leave that day alone.
        falls = (freq == ONCE) | (weekly & on_weekday) | (monthly & in_month)
        falls &= (columns["start"] <= ordinal) & (columns["until"] >= ordinal)
        falls &= columns["months"] & np.uint16(1 << day.month) != 0
        if day in self.calendar.bank_holidays:
            falls &= ~columns["skip_bank"]
        if not self.calendar.in_term(day):
            falls &= ~columns["term_time"]
        if not self.calendar.in_school_holidays(day):
            falls &= ~columns["school_holidays"]
        return falls

    def _certain(self) -> np.ndarray:
        return self.columns["anchor_week"] >= 0

    def _possible_weekdays(self) -> np.ndarray:
        columns = self.columns
        bits = columns["weekdays"].copy()
        bits[columns["month_days"] != 0] = 0b111_1111
        once = columns["freq"] == ONCE
        bits[once] = np.left_shift(1, (columns["start"][once] - 1) % 7).astype(np.uint8)
        for ordinal, rules in self.extra.items():
            bits[rules] |= np.uint8(1 << (ordinal - 1) % 7)
        return bits


def _row(rule: Rule) -> tuple:
    """The rule's values in the order of COLUMNS. One whose dates are not certain gets an anchor never met."""
    start = EARLIEST if rule.start is None else rule.start.toordinal()
    until = LATEST if rule.until is None else rule.until.toordinal()
    week = month = -1
    if rule.certain:
        week = (start - 1) // 7 % rule.interval if rule.start else 0
        month = (rule.start.year * 12 + rule.start.month) % rule.interval if rule.start else 0
    if rule.freq == "once":
        freq, until = ONCE, min(start, until)
    else:
        freq = WEEKLY if rule.freq == "weekly" else MONTHLY
    return (
        freq, _bits(rule.weekdays), rule.interval, _bits_with_last(rule.nth),
        _bits_with_last(rule.month_days), start, until, week, month, _bits(rule.months) or ALL_MONTHS,
        rule.term_time, rule.school_holidays, rule.skip_bank_holidays,
    )  # fmt: skip


def _bits(numbers: tuple[int, ...]) -> int:
    bits = 0
    for number in numbers:
        bits |= 1 << number
    return bits


def _bits_with_last(numbers: tuple[int, ...]) -> int:
    bits = 0
    for number in numbers:
        bits |= 1 << max(number, 0)
    return bits
