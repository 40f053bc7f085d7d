"""The timebank's rules: an hour given is an hour received, whoever gives it and whatever it is.

A member earns minutes by giving time and spends them by receiving it. Every booking is entries that sum to zero;
what a member has is the sum of their entries and is kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assetmap.domain.errors import BadInput
from assetmap.domain.text import one_line, short

MOST_MINUTES = 24 * 60
MOST_HANDED_ON = 1_000 * 60
MOST_RECEIVERS = 60


class Kind(StrEnum):
    """What a booking is: time for time, time given on to somebody, or the taking back of another booking."""

    EXCHANGE = "exchange"
    GIFT = "gift"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Member:
    """`kind` is person, group, hub, organisation or pot; `name` is "" when their details were deleted."""

    id: int
    kind: str
    name: str
    person_id: int | None
    record_id: str
    ward_code: str
    joined_at: str
    left_at: str
    minutes: int


KINDS = ("person", "group", "hub", "organisation", "pot")
LAYER_OF = {"group": "groups", "hub": "hubs", "organisation": "organisations"}
LONGEST_LABEL = 80
_WORDS = {"half": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
          "eight": 8}
_NUMBER = r"(\d+(?:[.,]\d+)?|" + "|".join(_WORDS) + ")"
_SIGNS = {"½": "5", "¼": "25", "¾": "75"}
_SIGN = re.compile(r"(\d*) ?([½¼¾])")
_EITHER = re.compile(r"(\d+)[.,]([0-5]\d)(?: ?(?:h|hrs?|hours?))?")
_HOURS = re.compile(rf"{_NUMBER} ?(?:h|hrs?|hours?)?")
_HOURS_MINUTES = re.compile(r"(\d+) ?(?:h|hrs?|hours?|:)(?: ?and)? ?(\d{1,2}) ?(?:m|mins?|minutes?)?")
_MINUTES = re.compile(r"(\d+) ?(?:m|mins?|minutes?)")
_AND_A_HALF = re.compile(rf"{_NUMBER} hours? and a half|{_NUMBER} and a half(?: hours?)?")
_PARTS = {"half an hour": 30.0, "half hour": 30.0, "a half hour": 30.0, "half a hour": 30.0,
          "a quarter of an hour": 15.0, "quarter of an hour": 15.0, "three quarters of an hour": 45.0}


def minutes_of(text: str, most: int = MOST_MINUTES) -> int:
    """Minutes from hours as people write them: "1.5", "1h30", "90 min", "an hour and a half". Raises BadInput."""
    said = _SIGN.sub(lambda found: f"{found[1] or 0}.{_SIGNS[found[2]]}", one_line(text[:60]).lower())
    either = _EITHER.fullmatch(said)
    if either and int(either[2]) % 25:
        whole, rest = int(either[1]), int(either[2])
        raise BadInput(f"“{short(text, 30)}” could be {whole} hours and {rest} minutes, or a part of an hour. "
                       f"Write {whole}h{rest:02}, or the minutes.", "hours")
    minutes = _read(said)
    if minutes is None:
        raise BadInput(f"“{short(text, 30)}” is not a time. Write 2, 1.5, 1h30 or 45 min.", "hours")
    if minutes != int(minutes):
        raise BadInput("Time is counted in whole minutes, such as 1h20.", "hours")
    if not 0 < minutes <= most:
        raise BadInput(f"This should be more than nothing, and {most // 60:,} hours at most.", "hours")
    return int(minutes)


def _read(said: str) -> float | None:
    if said in _PARTS:
        return _PARTS[said]
    if found := _AND_A_HALF.fullmatch(said):
        return (_number(found[1] or found[2]) + 0.5) * 60
    if found := _MINUTES.fullmatch(said):
        return float(found[1])
    if found := _HOURS_MINUTES.fullmatch(said):
        return int(found[1]) * 60 + int(found[2]) if int(found[2]) < 60 else None
    if found := _HOURS.fullmatch(said):
        return round(_number(found[1]) * 60, 6)
    return None


def _number(text: str) -> float:
    return _WORDS[text] if text in _WORDS else float(text.replace(",", "."))


def entries_of(giver: int, receivers: Sequence[int], minutes: int, *, shared: bool, pot: int) -> dict[int, int]:
    """Member → minutes of one booking. Raises BadInput.

    Of several receivers each has received the whole time, and what they spend beyond what the giver earns goes to the
    pot; or with `shared` they spend it between them. Who gives to themselves gives nothing.
    """
    if not receivers:
        raise BadInput("Choose who received the time.", "receivers")
    if len(set(receivers)) != len(receivers) or giver in receivers:
        raise BadInput("Somebody is named twice. Nobody can give time to themselves.", "receivers")
    if len(receivers) > MOST_RECEIVERS:
        raise BadInput(f"At most {MOST_RECEIVERS} people can be booked at once.", "receivers")
    if shared and minutes < len(receivers):
        raise BadInput("There are more people than minutes to share.", "hours")
    made = {giver: minutes}
    for number, receiver in enumerate(receivers):
        part = minutes // len(receivers) + (number < minutes % len(receivers)) if shared else minutes
        made[receiver] = made.get(receiver, 0) - part
    rest = -sum(made.values())
    if rest:
        made[pot] = made.get(pot, 0) + rest
    return check({member: part for member, part in made.items() if part})


def gift_of(giver: int, receiver: int, minutes: int) -> dict[int, int]:
    """Entries of hours that were earned before and are handed on. Raises BadInput."""
    if giver == receiver:
        raise BadInput("Choose two: nobody can hand hours on to themselves.", "receiver")
    return check({giver: -minutes, receiver: minutes})


def check(entries: Mapping[int, int]) -> dict[int, int]:
    """The entries, when they are a booking: two at least, none of nothing, and in all nothing. Raises BadInput."""
    if not all(isinstance(minutes, int) for minutes in entries.values()):
        raise BadInput("Time is counted in whole minutes.")
    if len(entries) < 2 or sum(entries.values()) or not all(entries.values()):
        raise BadInput("A booking needs one who gives and one who receives, and what is given is what is received.")
    return dict(entries)


def said(minutes: int) -> str:
    """Minutes as hours: "2 h", "1 h 30 min", "−45 min"."""
    hours, rest = divmod(abs(minutes), 60)
    text = " ".join(filter(None, (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "")))
    return f"−{text}" if minutes < 0 else text
