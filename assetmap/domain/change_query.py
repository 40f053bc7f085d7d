"""What somebody asks of change: one measure, two days, and the wards whose course is drawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from assetmap.domain.errors import BadInput
from assetmap.domain.query import MOST_FAULTS, QueryRefused
from assetmap.domain.snapshot import KEPT
from assetmap.domain.text import short

TODAY = "today"
MOST_WARDS = 4
"""Wards in one chart: with the whole area five lines."""
ORDERS = ("rise", "fall", "name")
_YEAR = 300  # days: from so long ago on, a day is a year before
_NAMES = ("measure", "from", "to", "ward", "order")


@dataclass(frozen=True, slots=True)
class ChangeQuery:
    """A checked choice. `first` and `second` are days of snapshots, or `TODAY`; "" when there is nothing to choose."""

    measure: str = "groups"
    first: str = ""
    second: str = TODAY
    wards: tuple[str, ...] = ()
    order: str = "rise"

    def address(self, path: str, **changes) -> str:
        """`path` with the choice behind it, with `changes` by field name."""
        held = replace(self, **changes)
        pairs = [("measure", held.measure), ("from", held.first), ("to", held.second),
                 *(("ward", code) for code in held.wards)]
        pairs += [("order", held.order)] if held.order != ORDERS[0] else []
        return f"{path}?{urlencode([pair for pair in pairs if pair[1]])}"


def parse_change_query(given: Mapping[str, Sequence[str]], days: Sequence[str], today: date,
                       wards: Collection[str]) -> ChangeQuery:
    """From a query string's values by name; `days` are those of snapshots, the oldest first, `wards` known codes.

    Without dates it is today against about a year before, or against the oldest there is.
    Raises QueryRefused with a sentence for each value that makes no sense.
    """
    errors: dict[str, str] = {}
    values = {name: [text.strip() for text in texts if text.strip()] for name, texts in given.items()}
    for name in list(values)[:MOST_FAULTS]:
        if name not in _NAMES:
            errors[name[:60]] = (f"“{short(name, 40)}” is not something this page can be asked for. "
                                 f"There are: {', '.join(_NAMES)}.")
    made = {}
    known = {"measure": tuple(KEPT), "from": (*days, TODAY), "to": (*days, TODAY), "order": ORDERS}
    for name, codes in known.items():
        try:
            made[name] = _one(name, values.get(name, []), codes)
        except BadInput as error:
            errors[name] = error.message
    chosen = tuple(dict.fromkeys(values.get("ward", [])))
    if strange := [code for code in chosen if code not in wards]:
        errors["ward"] = f"There is no ward “{short(strange[0], 40)}” on this map."
    elif len(chosen) > MOST_WARDS:
        errors["ward"] = f"Choose at most {MOST_WARDS} wards: more lines could not be told apart."
    second = made.get("to") or TODAY
    first = made.get("from") or _before(days, second, today)
    if not errors and first and _day(first, today) >= _day(second, today) and (made["from"] or made["to"]):
        errors["from"] = "The first day must be before the second."
    if errors:
        raise QueryRefused(errors)
    return ChangeQuery(made["measure"] or "groups", first, second, chosen, made["order"] or ORDERS[0])


def _before(days: Sequence[str], second: str, today: date) -> str:
    """The newest day at least about a year before, else the oldest; "" for none."""
    end = _day(second, today)
    earlier = [day for day in days if day < end] or list(days)
    old = [day for day in earlier if (date.fromisoformat(end) - date.fromisoformat(day)).days >= _YEAR]
    return old[-1] if old else earlier[0] if earlier else ""


def _day(code: str, today: date) -> str:
    return today.isoformat() if code == TODAY else code


def _one(name: str, texts: Sequence[str], known: Sequence[str]) -> str:
    if len(texts) > 1:
        raise BadInput(f"“{name}” is given {len(texts)} times, and only one can be used.")
    if texts and texts[0] not in known:
        raise BadInput(f"“{short(texts[0], 40)}” is not a {'day that was kept' if name in ('from', 'to') else name} "
                       f"that is known. There are: {', '.join(known)}.")
    return texts[0] if texts else ""
