"""In which parts of the week something can be, as far as its words say: "a few Saturday mornings", "any afternoon".

For what `domain.times` keeps as text, because no calendar could be made of it. A part of the week is a bit,
`3 * weekday + part`, Monday morning first; morning ends at noon, afternoon at 5pm. A day at a time that nobody said has
all three of its parts, and its bit of `TIME_UNSAID` beside them. `OTHER_TIMES` stands for times that are not known.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assetmap.domain.times_tokens import lowered
from assetmap.domain.times_words import WORDS

MORNING, AFTERNOON, EVENING = 0, 1, 2
SLOTS = 21
WEEK = (1 << SLOTS) - 1
TIME_UNSAID = 0b1111111 << SLOTS
OTHER_TIMES = 1 << SLOTS + 7
_NOON, _FIVE, _DAY = 12 * 60, 17 * 60, 24 * 60
_LONGEST = 500  # characters
_PARTS = {
    **dict.fromkeys(("morning", "mornings", "breakfast", "breakfasts"), (MORNING,)),
    **dict.fromkeys(("afternoon", "afternoons", "lunch", "lunchtime", "lunchtimes", "teatime"), (AFTERNOON,)),
    **dict.fromkeys(("evening", "evenings", "night", "nights", "eve"), (EVENING,)),
    "daytime": (MORNING, AFTERNOON), "daytimes": (MORNING, AFTERNOON),
}
_BUT = frozenset("not no never except excluding excl closed unless but until till before".split())
_BY_AGREEMENT = frozenset(
    "arrange arranged arrangement appointment appointments flexible suit suits choose anytime vary varies".split())
_FROM = frozenset(("after", "from"))
_PIECE = re.compile(
    r"after\s+(?P<after>school|work)\b"
    r"|(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?P<half>am|pm)\b"
    r"|(?P<word>[a-z']+)|(?P<or>;)|(?P<dash>-)")


@lru_cache(maxsize=4_096)
def parts_of_week(text: str) -> int:
    """The parts of the week that a text names, as bits; 0 when it names none, or says when it is not.

    Times of a clock count when no part is named with them.

    >>> parts_of_week("A few Saturday mornings this winter") == 1 << 15
    True
    """
    reading = _Reading()
    for piece in _PIECE.finditer(lowered(text[:_LONGEST])):
        if piece["word"] in _BUT:
            return 0
        reading.add(piece)
    reading.close()
    return reading.bits


class _Reading:
    """Days and parts gathered until others begin: "Tuesday mornings", "mornings, Tuesday and Friday". Parts without any
    day are of every day.
    """

    def __init__(self) -> None:
        self.bits = 0
        self._begin()

    def _begin(self) -> None:
        self.days: list[int] = []
        self.parts: set[int] = set()
        self.clocks: list[int] = []
        self.to = self.open = self.parts_first = False

    def add(self, piece: re.Match) -> None:
        word = piece["word"] or ""
        kind, value = WORDS.get(word, ("", None))
        if kind in ("day", "days"):
            self._add_days(value)
        elif piece["after"]:
            self._add_parts(AFTERNOON if piece["after"] == "school" else EVENING)
        elif word in _PARTS:
            self._add_parts(*_PARTS[word])
        elif word in _BY_AGREEMENT:
            self.bits |= OTHER_TIMES
        elif piece["half"]:
            self._add_parts()
            self.clocks.append(int(piece["hour"]) % 12 * 60 + int(piece["minute"] or 0) + 720 * (piece["half"] == "pm"))
        elif (piece["or"] or word == "or") and self._has_parts:
            self.close()
        self.to = bool(piece["dash"]) or word in ("to", "till")
        self.open |= word in _FROM

    @property
    def _has_parts(self) -> bool:
        return bool(self.parts or self.clocks)

    def _add_parts(self, *parts: int) -> None:
        if self.parts_first and self.days:
            self.close()
        self.parts.update(parts)

    def _add_days(self, days: tuple[int, ...]) -> None:
        if not self.days:
            self.parts_first = self._has_parts
        elif self._has_parts and not self.parts_first:
            self.close()
        if self.to and self.days and len(days) == 1:
            days = tuple((self.days[-1] + step) % 7 for step in range((days[0] - self.days[-1]) % 7 + 1))
        self.days.extend(days)

    def close(self) -> None:
        """What was gathered is said; another may begin."""
        parts = self.parts or self._of_clocks()
        if self.days or parts:
            for day in self.days or range(7):
                for part in parts or range(3):
                    self.bits |= 1 << (3 * day + part)
                if not parts:
                    self.bits |= 1 << SLOTS + day
        self._begin()

    def _of_clocks(self) -> set[int]:
        if not self.clocks:
            return set()
        first, last = min(self.clocks), max(self.clocks)
        last = _DAY if self.open and first == last else max(last, first + 1)
        spans = ((MORNING, 0, _NOON), (AFTERNOON, _NOON, _FIVE), (EVENING, _FIVE, _DAY))
        return {part for part, begin, end in spans if first < end and last > begin}
