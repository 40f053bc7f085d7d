"""Reading the tokens of one clause from left to right."""

from __future__ import annotations

from assetmap.domain.times_clause import Clause, DaysAndTimes
from assetmap.domain.times_cursor import DAY_KINDS, MONTH_KINDS, SPAN_KINDS
from assetmap.domain.times_limits import LimitsReading
from assetmap.domain.times_place import read_place
from assetmap.domain.times_tokens import tokens_of
from assetmap.domain.times_words import COUNTED

MANY_WORDS = 40
MANY_TOKENS = 300


def read_clause(text: str, today) -> Clause:
    """What the clause says. Never raises; what nothing can be made of is its `doubt`."""
    return _Reading(text, today).read()


class _Reading(LimitsReading):
    """The clause so far; `begun` is the token at which the thing now being read began."""

    def __init__(self, text: str, today) -> None:
        super().__init__(text, tokens_of(text), today)
        self.times_first: bool | None = None
        self.begun = 0

    def read(self) -> Clause:
        if len(self.tokens) > MANY_TOKENS:
            self.doubt("more than a time")
        while self.at < len(self.tokens) and not self.clause.doubt:
            self.begun = self.at
            self._step(self.tokens[self.at].kind)
            if self.at == self.begun:
                self.at += 1
            else:
                self.group.end = self.tokens[self.at - 1].end
        if self.clause.words > MANY_WORDS:
            self.doubt("more words than a time needs")
        return self.clause

    def _step(self, kind: str) -> None:
        """Reads what begins at the current token; a token no one takes is passed over."""
        if kind in ("day", "number", "date", "month", "ordinal") and self._event_dates():
            return
        if kind in DAY_KINDS:
            self._days(())
        elif kind == "ordinal":
            self._ordinals()
        elif kind in ("clock", "number"):
            self._times()
        elif kind == "other":
            self._apart(2, alternate=self.value() == "alternate")
        elif kind == "weekly":
            self._apart(self.value())
        elif kind == "monthly":
            self._monthly(self.value())
        elif kind == "part":
            self._part(self.value())
        elif kind == "at":
            self._place()
        elif kind == "date":
            self.doubt("a date")
        elif kind in ("word", "small_month"):
            self.clause.words += 1
        else:
            self.limit(kind)

    # Which group the next thing belongs to.

    def _begin_group(self, group: DaysAndTimes) -> None:
        group.begin = self.tokens[self.begun].begin
        group.end = group.begin
        self.group = group
        self.clause.groups.append(group)

    def _group_for_days(self) -> DaysAndTimes:
        group = self.group
        if self.times_first is None:
            self.times_first = bool(group.times)
        if group.has_days and not self.times_first and (group.has_times or group.place or group.closed):
            self._begin_group(DaysAndTimes())
        return self.group

    def _group_for_times(self) -> DaysAndTimes:
        group = self.group
        if self.times_first is None:
            self.times_first = not group.has_days
        if self.times_first and group.has_days:
            self._begin_group(DaysAndTimes())
        elif group.place and group.times:
            self._begin_group(group.same_days())
        return self.group

    # Days.

    def _days(self, nths: tuple[int, ...]) -> None:
        group = self._group_for_days()
        weekdays, at, several = self.day_list(self.at)
        if nths and several:
            self.doubt("which of these days")
        if group.dates or group.month_days:
            self.doubt("days and dates")
        if group.patterns and not self._joined():
            self.doubt("which of these days")  # "The Friday Club meets Tuesdays"
        self.at = at
        group.patterns.append((nths, weekdays))

    def _joined(self) -> bool:
        before = self.begun - 1
        while before > 0 and self.kind(before) in ("filler", "every"):
            before -= 1
        return self.kind(before) == "and"

    def _ordinals(self) -> None:
        """ "1st and 3rd Thursday", "15th of the month", "Tuesdays (2nd and 4th)"."""
        numbers, at = [self.value()], self.at + 1
        while True:
            after = self.skip(at, ("and", "filler"))
            if after == at or self.kind(after) != "ordinal" or self.kind(after + 1) == "month":
                break
            numbers.append(self.tokens[after].value)
            at = after + 1
        nths = tuple(numbers) if all(number in (1, 2, 3, 4, 5, -1) for number in numbers) else ()
        after = self.skip(at, ("filler", "stop"))
        monthly = self.kind(after) == "monthly" or self.group.months_apart
        only_weekly = len(self.group.patterns) == 1 and not self.group.patterns[0][0]
        if self.kind(after) in DAY_KINDS and nths:
            self._every_second(numbers)
            self.at = after
            self._days(nths)
        elif only_weekly and nths and (monthly or numbers[1:]):
            self.group.patterns = [(nths, self.group.patterns[0][1])]
            self.at = at
        elif monthly and not self.group.patterns:
            if min(numbers) < 1 or max(numbers) > 31:
                self.doubt("which day of the month")
            self._group_for_days().month_days = tuple(numbers)
            self.at = at
        else:
            self.doubt("which week or date")

    def _every_second(self, numbers: list[int]) -> None:
        """ "Every second Tuesday" may be every other or the 2nd of the month, unless the month is named."""
        if self.at and self.kind(self.at - 1) == "every" and numbers != [1] and numbers != [-1]:
            if not any(token.kind == "monthly" for token in self.tokens):
                self.doubt("every second week, or the second of the month")

    def _apart(self, weeks: int, *, alternate: bool = False) -> None:
        """ "Every other", "fortnightly", "every 3 weeks": before its days, or after them."""
        after = self.skip(self.at + 1, ("filler", "and", "open"))
        if weeks > 1:
            if self.kind(after) in DAY_KINDS:
                if self._group_for_days().has_days:
                    self.doubt("which days are every other week")
            self.group.weeks_apart = weeks
            self.group.alternate = alternate
        elif self.kind(after) in DAY_KINDS:
            self._group_for_days()
        self.at += 1

    def _monthly(self, months: int) -> None:
        after = self.skip(self.at + 1, ("filler", "and", "open"))
        if self.kind(after) in (*DAY_KINDS, "ordinal"):
            self._group_for_days()
        self.group.months_apart = max(months, self.group.months_apart)
        self.at += 1

    def _event_dates(self) -> bool:
        """Dates on which it happens: "Sat 5 Dec"; a span of dates limits the days named with it."""
        dates = self.dates(self.at)
        if dates is None:
            return False
        if not dates.days:
            self.doubt("a date that does not exist, or is no such day of the week")
        elif dates.span:
            self.limits.span = (dates.days[0], dates.days[-1])
        else:
            group = self._group_for_days()
            if group.patterns or group.month_days:
                self.doubt("days and dates")
            group.dates += dates.days
        self.limits.year_assumed |= dates.assumed
        self.at = dates.then
        return True

    # Times of day.

    def _times(self) -> None:
        start = self.clock(self.at)
        end_at = self.at + 2
        joined = self.kind(self.at + 1) in SPAN_KINDS and not self._a_date(end_at)
        if self.kind(self.at + 1) == "and" and self._between():
            joined = True
        end = self.clock(end_at) if joined else None
        before = self.kind(self.at - 1) if self.at else ""
        if end is None and self.kind(self.at) == "number" and before not in ("at", "from"):
            start = None
        if start is None or (joined and end is None and self.kind(end_at) in ("number", "doubt")):
            self.doubt("a number that is no time")
            return
        if end is None and self.kind(self.at + 1) == "for" and self.clock(self.at + 2):
            self.doubt("one time for another")
            return
        if self._counts_something(end_at):
            self.doubt("a number that may be no time")
        doors = any(self.kind(at) == "doors" for at in range(max(self.at - 4, 0), self.at))
        group = self._group_for_times()
        (group.doors if doors else group.times).append((start, end))
        self.at = self.at + 1 if end is None else end_at + 1
        if joined and end is None and self.kind(end_at) == "late":
            self.at = end_at + 1

    def _a_date(self, at: int) -> bool:
        """Whether "2pm until" goes on with a date: 30 March; not "10-12 until 19 December", nor "10-12, 5 March"."""
        after = self.skip(at + 1, ("filler",))
        return self.kind(at) == "date" or (self.kind(after) in MONTH_KINDS and self.dates(at) is not None)

    def _counts_something(self, end_at: int) -> bool:
        """ "Years 7 to 9", "6-8 people": two bare numbers that are no times."""
        if self.kind(self.at) != "number" or self.kind(end_at) != "number":
            return False
        before = self.value(self.at - 1) if self.at and self.kind(self.at - 1) == "word" else None
        after = self.value(end_at + 1) if self.kind(end_at + 1) == "word" else None
        if self.group.times and (before or after):
            return True
        return before in COUNTED or after in COUNTED

    def _between(self) -> bool:
        begin = self.tokens[self.at - 1].begin if self.at else 0
        return self.clause.text[begin : begin + 7].lower() == "between"

    def until_clock(self) -> bool:
        """ "Starts at 7pm, ends 9pm": gives the last time its end."""
        at = self.skip(self.at + 1, ("at", "filler"))
        end = self.clock(at)
        if end is None:
            return False
        if not self.group.times or self.group.times[-1][1] is not None:
            self.doubt("until when, but not from when")
        else:
            self.group.times[-1] = (self.group.times[-1][0], end)
        self.at = at + 1
        return True

    def _part(self, part: str) -> None:
        if self.group.part and self.group.part != part and not self.group.times:
            part = None  # "mornings and afternoons"
        self.group.part = part
        self.at += 1

    def _place(self) -> None:
        found = read_place(self, self.at)
        if found is None:
            self.at += 1
            return
        place, self.at = found
        if self.group.place:
            self._begin_group(self.group.same_days())
        self.group.place = place
