"""Dates of many sessions at once: which of 100,000 meet on a day, and when each meets next.

Many groups share a rule ("Tuesdays"), so dates are worked out once for each different rule, in columns, and
then handed to the rows. A table never changes; its answers for the last few days asked about are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import numpy as np

from assetmap.analysis.rule_table import RuleTable
from assetmap.domain.schedule import HORIZON_DAYS, Calendar, Rule, Session, minute_of_day

MORNING, AFTERNOON, EVENING = 1, 2, 4
"""Bits of `part_of_day`: before 12 noon, from then to 5pm, from 5pm on."""
NOON, FIVE, DAY = 12 * 60, 17 * 60, 24 * 60
UNKNOWN = -1
NEVER = np.datetime64("NaT", "m")


class SessionTable:
    """Columns of sessions, one row each, in the order given.

    `rule_of_row` int32: the row's rule in `rules`, -1 where it has none; `start_minute` int16: minutes after
    midnight, -1 unknown; `minutes` int16: length, -1 unknown.
    """

    def __init__(self, rules: RuleTable, rule_of_row, start_minute, minutes) -> None:
        self.rules = rules
        self.rule_of_row = np.asarray(rule_of_row, dtype=np.int32)
        self.start_minute = np.asarray(start_minute, dtype=np.int16)
        self.minutes = np.asarray(minutes, dtype=np.int16)
        self._next_day_kept: dict[int, np.ndarray] = {}

    @classmethod
    def from_sessions(cls, sessions: Iterable[Session], calendar: Calendar) -> SessionTable:
        """The table of sessions, one row for each; those without a rule get a row that never occurs."""
        known: dict[Rule, int] = {}
        by_identity: dict[int, int] = {}  # hashing a rule costs more than looking up the same object again
        kept_alive: list[Rule] = []
        rule_of_row, starts, lengths = [], [], []
        for session in sessions:
            rule = session.rule
            if rule is None or not session.understood:
                rule_of_row.append(UNKNOWN)
            else:
                number = by_identity.get(id(rule))
                if number is None:
                    number = by_identity[id(rule)] = known.setdefault(rule, len(known))
                    kept_alive.append(rule)
                rule_of_row.append(number)
            start, end = session.start_time, session.end_time
            if start is None:
                starts.append(UNKNOWN)
                lengths.append(UNKNOWN)
                continue
            minute = minute_of_day(start)
            starts.append(minute)
            lengths.append(UNKNOWN if end is None or end == start else (minute_of_day(end) - minute) % DAY)
        return cls(RuleTable.from_rules(list(known), calendar), rule_of_row, starts, lengths)

    def __len__(self) -> int:
        return len(self.rule_of_row)

    def occurs_on(self, day: date) -> np.ndarray:
        """Which rows certainly meet on that day: bool array of n rows."""
        return self._to_rows(self.rules.occurs_on(day), False)

    def occurrences(self, first: date, last: date) -> tuple[np.ndarray, np.ndarray]:
        """Every meeting from `first` to `last`, both included: row numbers (int) and days (datetime64[D]),

        sorted by day, then by time of day (unknown first), then by row.
        """
        rows, days = [np.empty(0, np.int64)], [np.empty(0, "datetime64[D]")]
        by_time = np.argsort(self.start_minute, kind="stable")
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            found = by_time[self.occurs_on(day)[by_time]]
            rows.append(found)
            days.append(np.full(len(found), np.datetime64(day, "D")))
        return np.concatenate(rows), np.concatenate(days)

    def next_start(self, after: datetime, *, include_running: bool = False) -> np.ndarray:
        """When each row next starts, at or after `after` (naive local time): datetime64[m] of n rows.

        NaT: not within 400 days, not certain, no rule, or time of day not known. With `include_running` a
        meeting under way counts, its start then lies before `after`; with no known end it counts as over.
        """
        # A start is a whole minute, so 10:00:01 is after a 10:00 start and before one at 10:01.
        minute = after.hour * 60 + after.minute + bool(after.second or after.microsecond)
        today = after.date()
        timed = self.start_minute >= 0
        still_today = timed & self.occurs_on(today) & (self.start_minute >= minute)
        if include_running:
            began = self.start_minute.astype(np.int32)
            still_today |= timed & self.occurs_on(today) & self._ends_after(began, after, minute)
        days = self._to_rows(self._next_day(today + timedelta(days=1)), np.datetime64("NaT", "D"))
        days[days > np.datetime64(today, "D") + HORIZON_DAYS] = np.datetime64("NaT", "D")  # it looked from tomorrow on
        days[still_today] = np.datetime64(today, "D")
        if include_running:
            yesterday = today - timedelta(days=1)
            running = timed & self.occurs_on(yesterday) & self._ends_after(began - DAY, after, minute)
            days[running] = np.datetime64(yesterday, "D")
        days[~timed] = np.datetime64("NaT", "D")
        return days.astype("datetime64[m]") + self.start_minute.astype("timedelta64[m]")

    def next_day(self, first: date) -> np.ndarray:
        """The first day from `first` on that each row meets, timed or not: datetime64[D], NaT if none."""
        return self._to_rows(self._next_day(first), np.datetime64("NaT", "D"))

    def weekdays(self) -> np.ndarray:
        """On which weekdays each row can meet: uint8, bit 0 Monday … bit 6 Sunday; 0 not known."""
        return self._to_rows(self.rules.possible_weekdays, np.uint8(0))

    def part_of_day(self) -> np.ndarray:
        """In which parts of the day each row meets: uint8 of MORNING | AFTERNOON | EVENING, 0 not known.

        A meeting counts in each part it overlaps; the small hours after an evening are still that evening.
        """
        start = self.start_minute.astype(np.int32)
        end = start + np.maximum(self.minutes, 1)
        parts = np.zeros(len(self), np.uint8)
        parts[(start >= 0) & (start < NOON)] |= MORNING
        parts[(start >= 0) & (start < FIVE) & (end > NOON)] |= AFTERNOON
        parts[(start >= 0) & (end > FIVE)] |= EVENING
        return parts

    def _ends_after(self, began: np.ndarray, after: datetime, minute: int) -> np.ndarray:
        ends = began + self.minutes
        # The instant `after` itself must come before the end: rounding it up gave the next whole minute.
        exact = after.hour * 60 + after.minute
        return (self.minutes > 0) & (began < minute) & (ends > exact)

    def _next_day(self, first: date) -> np.ndarray:
        """By rule, the first day it falls on from `first` to the horizon: datetime64[D]."""
        kept = self._next_day_kept.get(first.toordinal())
        if kept is None:
            kept = self.rules.next_day(first, HORIZON_DAYS)
            # Requests ask for today; a few days are enough, and a fresh dict is safe between threads.
            recent = list(self._next_day_kept.items())[-3:]
            self._next_day_kept = dict([*recent, (first.toordinal(), kept)])
        return kept

    def _to_rows(self, by_rule: np.ndarray, missing) -> np.ndarray:
        # Row -1 (no rule) picks the value put at the end.
        return np.append(by_rule, np.asarray([missing], dtype=by_rule.dtype))[self.rule_of_row]


def soonest(starts: np.ndarray, owner_of_row: Sequence[int], owners: int) -> np.ndarray:
    """The earliest start of each owner (a group of several sessions): datetime64[m] of `owners`, or NaT.

    >>> starts = np.array(["2026-11-24T10:00", "NaT", "2026-11-23T19:00"], "datetime64[m]")
    >>> soonest(starts, [0, 1, 0], 2)
    array(['2026-11-23T19:00',              'NaT'], dtype='datetime64[m]')
    """
    late = np.iinfo(np.int64).max
    numbers = np.where(np.isnat(starts), late, starts.astype(np.int64))
    earliest = np.full(owners, late)
    np.minimum.at(earliest, np.asarray(owner_of_row, dtype=np.int64), numbers)
    answer = np.where(earliest == late, 0, earliest).astype("datetime64[m]")
    answer[earliest == late] = NEVER
    return answer
