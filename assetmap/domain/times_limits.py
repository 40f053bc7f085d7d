"""Reading what limits the days of a clause: term time, months, from and until, exceptions."""

from __future__ import annotations

from datetime import date, timedelta

from assetmap.domain.times_cursor import MONTH_KINDS, Cursor
from assetmap.domain.times_dates import (
    choose_year,
    end_of_month,
    every_day,
    festival_days,
    half_a_year_before,
)
from assetmap.domain.times_words import STREETS

ALL_MONTHS = frozenset(range(1, 13))
SMALL = ("filler", "for", "every", "in", "from", "at", "open")


class LimitsReading(Cursor):
    """A clause being read, and what its words about limits say."""

    def limit(self, kind: str) -> None:
        """Reads a limit that begins at the current token; a token that says nothing is passed over."""
        if kind == "from":
            self._from()
        elif kind in ("until", "end_of"):
            self._until(kind)
        elif kind in ("in", "month"):
            self._in_months()
        elif kind == "except":
            self._except(self.value())
        elif kind == "term":
            self.limits.term_time = True
        elif kind == "holidays" and self._only_holidays():
            self.limits.school_holidays = True
        elif kind == "note":
            self.limits.note(self.value())
        elif kind == "festival":
            self.clause.festival = True
        elif kind == "to" and self.kind(self.at + 1) in ("day", "days", "month", "number", "clock", "date"):
            self.doubt("to when")
        elif kind in ("doubt", "holidays", "some_holidays", "half_term", "bank_holidays"):
            self.doubt(str(self.value() or kind))

    def _only_holidays(self) -> bool:
        """ "School holidays only", "during school holidays", "(school holidays)"; not "+ school holidays"."""
        if self.value() != "school":
            return False
        before = self.at - 1
        while before >= 0 and self.kind(before) == "filler":
            before -= 1
        after = self.kind(self.at + 1)
        if before < 0 or self.kind(before) == "in" or (self.kind(before) == "open" and after == "close"):
            return True
        return after == "word" and self.value(self.at + 1) == "only"

    def _from(self) -> None:
        at = self.skip(self.at + 1, ("filler", "from", "at"))
        dates = self.dates(at)
        if dates is not None:
            if not dates.days or (len(dates.days) > 1 and not dates.span):
                self.doubt("from which date")
                return
            self.limits.start = dates.days[0]
            self.limits.until = dates.days[-1] if dates.span else self.limits.until
            self.limits.year_assumed |= dates.assumed
            self.at = dates.then
        elif self.kind(at) == "month":
            self.at = at
            self._in_months(beginning=True)
        else:
            self.at += 1

    def _until(self, kind: str) -> None:
        at = self.skip(self.at + 1, ("filler", "for", "until", "to"))
        whole_month = kind == "end_of"
        if self.kind(at) == "end_of":
            at, whole_month = at + 1, True
        dates = self.dates(at)
        if dates is not None and dates.days:
            self.limits.until = dates.days[0]
            self.limits.year_assumed |= dates.assumed
            self.at = dates.then
        elif self.kind(at) == "month":
            self._until_month(at, whole_month)
        elif self.kind(at) == "festival":
            name = self.tokens[at].value
            self.limits.until = festival_days(name, self.today)[0] - timedelta(days=1)
            self.limits.note(f"until {str(name).capitalize()}")
            self.at = at + 1
        elif not self.until_clock():
            self.doubt("until when")

    def until_clock(self) -> bool:
        """Whether "until" was followed by a time of day, which then has been taken."""
        raise NotImplementedError

    def _until_month(self, at: int, whole_month: bool) -> None:
        """ "Until July" may or may not take July in: it does not, to be safe; "the end of July" does."""
        month = self.tokens[at].value
        year, self.at = self.year_after(at + 1)
        if year is None:
            found = choose_year(month, 1, None, self.today)
            self.limits.year_assumed = True
            year = found.year
        first = date(year, month, 1)
        self.limits.until = end_of_month(year, month) if whole_month else first - timedelta(days=1)

    def _month_list(self, at: int) -> tuple[list[tuple[int, int | None]], bool, int]:
        """Months with their years from token `at`, whether it is first to last, and the next token."""
        months: list[tuple[int, int | None]] = []
        span = False
        while self.kind(at) in MONTH_KINDS and self.dates(at) is None:
            year, then = self.year_after(at + 1)
            months.append((self.tokens[at].value, year))
            joint = self.kind(then)
            at = self.skip(then, ("and",)) if joint == "and" else then + 1
            if (joint not in ("and", "dash", "to", "until")) or span or self.kind(at) not in MONTH_KINDS:
                return months, span, then
            if joint != "and":
                span = True
        return months, span, at

    def _in_months(self, *, beginning: bool = False) -> None:
        if self.kind(self.at) == "in":
            at = self.skip(self.at + 1, ("filler",))
            if self.kind(at) not in MONTH_KINDS:
                self.at += 1
                return
            self.at = at
        if self.kind(self.at + 1) == "word" and self.value(self.at + 1) in STREETS:
            self.at += 2
            return
        months, span, self.at = self._month_list(self.at)
        if not months or (span and len(months) != 2):
            self.doubt("which months")
            return
        (first, first_year), (last, last_year) = months[0], months[-1]
        if last_year is not None and (span or len(months) == 1):
            first_year = first_year or (last_year if first <= last else last_year - 1)
            self.limits.start = date(first_year, first, 1)
            if span or not beginning:
                self.limits.until = end_of_month(last_year, last)
        elif first_year or last_year:
            self.doubt("which year")
        elif beginning and not span:
            found = choose_year(first, 1, None, self.today)
            self.limits.start, self.limits.year_assumed = found, True
        else:
            self.limits.only_months(_months_of(months, span))

    # Exceptions.

    def _except(self, word: str) -> None:
        at = self.skip(self.at + 1, SMALL)
        taken = 0
        while (then := self._exception(at)) is not None:
            taken += 1
            after = then
            while self.kind(after) == "and" or (self.kind(after) == "doubt" and self.value(after) == "or"):
                after += 1
            after = self.skip(after, SMALL) if after > then else after
            self.at = then
            if after == then:
                break
            if self.kind(after) == "ordinal" and self.dates(after) is None:
                self.doubt("except when")
            at = after
        if taken:
            return
        group = self.group
        if word == "closed" and group.has_days and not group.has_times:
            group.closed = True
            self.at += 1
        else:
            self.doubt(f"{word} what")

    def _exception(self, at: int) -> int | None:
        """Takes what begins at token `at` as an exception; the next token, or None when it is none."""
        limits, kind = self.limits, self.kind(at)
        dates = self.dates(at)
        if dates is not None:
            days = every_day(dates.days[0], dates.days[-1]) if dates.span and dates.days else dates.days
            if not days:
                self.doubt("except which dates")
            limits.except_dates += days
            return dates.then
        if kind in ("day", "days"):
            days, then, _ = self.day_list(at)
            limits.closed_days += days
            if self.group.times and self.clock(then):
                self.doubt("other times on some days")
            return then
        if kind in MONTH_KINDS:
            months, span, then = self._month_list(at)
            if any(year for _, year in months) or not months:
                self.doubt("except which months")
            limits.only_months(ALL_MONTHS - _months_of(months, span))
            return then
        return self._holiday_exception(at, kind)

    def _holiday_exception(self, at: int, kind: str) -> int | None:
        limits = self.limits
        if kind == "term":
            limits.school_holidays = True
        elif kind in ("holidays", "some_holidays", "half_term"):
            # Leaving out all school holidays claims too little rather than too much.
            limits.term_time = True
            if kind == "half_term":
                limits.note("not in half term")
            if kind == "some_holidays":
                begin, end = self.tokens[at].begin, self.tokens[at].end
                limits.note(f"not in the {' '.join(self.clause.text[begin:end].split())}")
        elif kind == "bank_holidays":
            limits.skip_bank_holidays = True
        elif kind == "festival":
            limits.except_dates += festival_days(self.tokens[at].value, half_a_year_before(self.today))
        else:
            return None
        return at + 1


def _months_of(months: list[tuple[int, int | None]], span: bool) -> frozenset[int]:
    if not span:
        return frozenset(month for month, _ in months)
    first, last = months[0][0], months[-1][0]
    return frozenset((first - 1 + step) % 12 + 1 for step in range((last - first) % 12 + 1))
