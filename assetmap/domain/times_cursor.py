"""Where the reading of a clause is: its tokens, and the questions asked of them on the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assetmap.domain.times_clause import Clause, DaysAndTimes, Limits
from assetmap.domain.times_clock import Clock
from assetmap.domain.times_dates import Dates, is_year, read_dates
from assetmap.domain.times_tokens import Token

DAY_KINDS = ("day", "days")
MONTH_KINDS = ("month", "small_month")
SPAN_KINDS = ("dash", "to", "until")


class Cursor:
    """The clause being read: where the reading is, and what the words about limits say."""

    def __init__(self, text: str, tokens: Sequence[Token], today: date) -> None:
        self.clause = Clause(text)
        self.tokens = tokens
        self.today = today
        self.at = 0
        self.group = DaysAndTimes()
        """The group of days and times now being read."""
        self.clause.groups.append(self.group)

    @property
    def limits(self) -> Limits:
        """The limits of the clause so far."""
        return self.clause.limits

    def doubt(self, what: str) -> None:
        """Nothing safe can be made of this clause."""
        self.clause.doubt = self.clause.doubt or what

    def kind(self, at: int) -> str:
        """The kind of token number `at`, "" past the end."""
        return self.tokens[at].kind if at < len(self.tokens) else ""

    def value(self, at: int | None = None):
        """What token number `at`, the current one if None, stands for."""
        return self.tokens[self.at if at is None else at].value

    def skip(self, at: int, kinds: tuple[str, ...]) -> int:
        """The number of the first token from `at` on that is of none of the kinds."""
        while self.kind(at) in kinds:
            at += 1
        return at

    def clock(self, at: int) -> Clock | None:
        """The time of day that token number `at` can be read as."""
        kind = self.kind(at)
        if kind == "clock":
            return self.tokens[at].value
        if kind != "number":
            return None
        written = self.tokens[at].value
        if len(written) in (1, 2):
            return int(written), 0, None
        if len(written) == 4 and int(written[2:]) < 60 and int(written[:2]) < 25:
            return int(written[:2]), int(written[2:]), "24"
        return None

    def dates(self, at: int) -> Dates | None:
        """The dates that begin at token number `at`."""
        return read_dates(self.tokens, at, self.today)

    def day_list(self, at: int) -> tuple[tuple[int, ...], int, bool]:
        """Weekdays from "Mon-Fri", "Tuesdays, Wednesdays and Fridays"; the next token; whether several."""
        days, several = list(self.tokens[at].value), False
        first, at = days, at + 1
        while True:
            after = self.skip(at, ("stop",))
            if self.kind(after) in SPAN_KINDS and self.kind(after + 1) in DAY_KINDS:
                begin, last = first[-1], self.tokens[after + 1].value[-1]
                days += [(begin + step) % 7 for step in range(1, (last - begin) % 7 + 1)]
                at, several = after + 2, True
                continue
            joined = self.skip(after, ("and", "filler", "every"))
            # "Mon Wed Fri" is a list, "Monday on Tuesday" is none.
            joint = joined == at or any(self.kind(number) == "and" for number in range(after, joined))
            if not joint or self.kind(joined) not in DAY_KINDS or self.dates(joined):
                return tuple(dict.fromkeys(days)), at, several
            first, several = self.tokens[joined].value, True
            days += first
            at = joined + 1

    def year_after(self, at: int) -> tuple[int | None, int]:
        """The year that token number `at` is, None when it is none, and the next token."""
        if self.kind(at) == "number" and is_year(self.tokens[at].value):
            return int(self.tokens[at].value), at + 1
        return None, at
