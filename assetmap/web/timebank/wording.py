"""The timebank in words: what members are called, and what a booking or a line of a statement says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import quote

from assetmap.domain.ledger import LAYER_OF, Kind, Member, said
from assetmap.store.ledger import Booking, Line
from assetmap.web import services, wording
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext

KINDS = {"person": _("Person"), "group": _("Group"), "hub": _("Place"), "organisation": _("Organisation"),
         "pot": _("Pot")}
_MOST_NAMED = 4
_NOT_PUBLIC = ("person",)


def called(held: Iterable[Member]) -> dict[int, str]:
    """Member → name; those whose details were deleted by their number."""
    return {one.id: one.name or _("Former member %(number)s", number=one.id) for one in held}


def told_apart(held: Iterable[Member]) -> dict[int, str]:
    """The same for choosing from: those of one name with their ward, and when that is one too with their number."""
    members = list(held)
    names = called(members)
    for more in (lambda one: ward_of(one.ward_code) or KINDS[one.kind],
                 lambda one: _("number %(number)s", number=one.id)):
        often = Counter(name.casefold() for name in names.values())
        names = {one.id: f"{names[one.id]}, {more(one)}" if often[names[one.id].casefold()] > 1 else names[one.id]
                 for one in members}
    return names


def ward_of(code: str) -> str:
    """A ward's name; "" when it is none of this map."""
    number = services.atlas().ward_number.get(code)
    return services.atlas().ward_names[number] if number is not None else ""


def page_of(one: Member) -> str:
    """The address of who it is elsewhere on this site; "" for a pot, and for whom nothing is known any more."""
    if one.kind == "person":
        return f"/signpost/people/{one.person_id}" if one.name else ""
    return f"/{LAYER_OF[one.kind]}/{quote(one.record_id)}" if one.kind in ("group", "hub") else ""


def topic_of(code: str) -> str:
    """What an exchange was about; "" when nobody said."""
    return services.atlas().vocabulary.get("category", code).label if code else ""


def booking(one: Booking, members: Mapping[int, Member]) -> dict:
    """A booking as a sentence, with what is known of it."""
    names, sign = called(members.values()), -1 if one.kind in (Kind.GIFT, Kind.REVERSAL) else 1
    givers, receivers = _sides({member: sign * minutes for member, minutes in one.entries.items()}, members)
    hours = said(abs(one.entries[givers[0]])) if givers else said(one.minutes)
    values = {"gave": _list(names, givers), "hours": hours, "got": _list(names, receivers)}
    sentence = (_("%(gave)s handed %(hours)s on to %(got)s", **values) if one.kind is Kind.GIFT else
                _("%(gave)s gave %(hours)s to %(got)s", **values))
    if one.kind is Kind.REVERSAL:
        sentence = _("%(hours)s between %(gave)s and %(got)s were taken back", **values)
    return {"number": one.number, "sentence": sentence, "day": day_of(one.day), "topic": topic_of(one.topic),
            "reversed": one.reversed_by is not None, "can_reverse": one.can_be_reversed, "hours": hours,
            "by": one.by, "chance": _chance(one.opportunity_id), "over": _over(one, givers, receivers, members)}


def _sides(entries: Mapping[int, int], members: Mapping[int, Member]) -> tuple[list[int], list[int]]:
    """(who gave, who received): the pot is named only where nobody else is."""
    sides = ([], [])
    for member, minutes in entries.items():
        sides[minutes < 0].append(member)
    return tuple([member for member in side if members[member].kind != "pot"] or side for side in sides)


def _over(one: Booking, givers: list[int], receivers: list[int], members: Mapping[int, Member]) -> str:
    """What is to be said of several who received at once."""
    if one.kind is not Kind.EXCHANGE or len(receivers) < 2:
        return ""
    rest = sum(minutes for member, minutes in one.entries.items() if member not in (*givers, *receivers))
    return (_("Each received it all; %(hours)s went to the pot.", hours=said(rest)) if rest and members else
            _("They shared it."))


def _list(names: Mapping[int, str], numbers: list[int]) -> str:
    shown = ", ".join(names[number] for number in numbers[:_MOST_NAMED])
    rest = len(numbers) - _MOST_NAMED
    return ngettext("%(names)s and one more", "%(names)s and %(num)s more", rest, names=shown) if rest > 0 else shown


def _chance(opportunity_id: str) -> dict | None:
    number = services.atlas().opportunities.number_of.get(opportunity_id)
    return None if number is None else {"url": f"/opportunities/{quote(opportunity_id)}",
                                        "name": services.atlas().opportunities.rows.value(number, "name")}


def day_of(text: str) -> str:
    """A day as the ledger keeps it, in words."""
    return wording.day_name(date.fromisoformat(text), services.now().date())


def lines(held: Iterable[Line], number: int, members: Mapping[int, Member], *, own: bool = False) -> list[dict]:
    """The lines of a member's statement. `own`: as that member sees it, where other people are not named."""
    return [_line(line, number, members, own) for line in held]


def _line(line: Line, number: int, members: Mapping[int, Member], own: bool) -> dict:
    one = line.booking
    across = {member: minutes for member, minutes in one.entries.items() if minutes * line.minutes < 0}
    others = _sides(across, members)[line.minutes > 0]
    return {"number": one.number, "iso": one.day, "day": day_of(one.day), "minutes": line.minutes,
            "balance_minutes": line.balance, "hours": ("+" if line.minutes > 0 else "") + said(line.minutes),
            "balance": said(line.balance), "with": _with(others, members, own), "what": _what(one, line.minutes),
            "topic": topic_of(one.topic), "chance": _chance(one.opportunity_id), "by": one.by,
            "reversed": one.reversed_by is not None, "can_reverse": one.can_be_reversed}


def _with(others: list[int], members: Mapping[int, Member], own: bool) -> str:
    private = [number for number in others if own and members[number].kind in _NOT_PUBLIC]
    names = _list(called(members.values()), [number for number in others if number not in private])
    return ", ".join(filter(None, (names, private and ngettext("a neighbour", "%(num)s neighbours", len(private)))))


def _what(one: Booking, minutes: int) -> str:
    if one.kind is Kind.REVERSAL:
        return _("Taken back")
    if one.kind is Kind.GIFT:
        return _("Was handed hours") if minutes > 0 else _("Handed hours on")
    return _("Gave time") if minutes > 0 else _("Received time")
