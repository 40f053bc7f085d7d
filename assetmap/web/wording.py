"""Figures as people say them: distances, dates, costs, ages, freshness."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from assetmap.domain.freshness import BY_GROUP, BY_LIST, BY_STEWARD, Freshness, state_of
from assetmap.domain.group import Group
from assetmap.domain.query import DAY_NAMES
from assetmap.domain.schedule import describe
from assetmap.domain.vocabulary import Vocabulary
from assetmap.settings import Settings
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
               "November", "December")
DETOUR = 4 / 3  # real walks are longer than straight lines; about a third, in towns


def distance(metres: float | None) -> str:
    """"under 50 m", "600 m", "1.2 km", "3 km"; "" for None. Rounded as one would say it: postcodes are not exact."""
    if metres is None:
        return ""
    rounded = round(metres / 50) * 50
    if rounded < 50:
        return _("under 50 m")
    if rounded < 1000:
        return f"{rounded} m"
    return f"{metres / 1000:.1f}".removesuffix(".0") + " km" if metres < 9_950 else f"{metres / 1000:.0f} km"


def walk(metres: float | None, settings: Settings) -> str:
    """"about 8 min walk"; "" beyond an hour or without a distance."""
    if metres is None or not settings.walk_m_per_min:
        return ""
    minutes = max(1, round(metres * DETOUR / settings.walk_m_per_min))
    return _("about %(minutes)s min walk", minutes=minutes) if minutes <= 60 else ""


def hours(number: float) -> str:
    """"30 minutes", "1 hour", "2.5 hours"."""
    if number < 1:
        return ngettext("%(num)s minute", "%(num)s minutes", round(number * 60))
    return ngettext("%(num)s hour", "%(num)s hours", 1 if number == 1 else 2, num=f"{number:g}")


def clock(at: datetime) -> str:
    """"14:00"."""
    return f"{at:%H:%M}"


def day_name(day: date, today: date) -> str:
    """"Today", "Tomorrow", "Tue 24 Nov", and with its year when that is another."""
    if day == today:
        return _("Today")
    if day == today + timedelta(days=1):
        return _("Tomorrow")
    year = f" {day.year}" if day.year != today.year else ""
    return f"{DAY_NAMES[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1]}{year}"


def long_day(day: date, today: date) -> str:
    """"Today, Sunday 22 November"."""
    text = f"{DAY_NAMES[day.weekday()]} {day.day} {LONG_MONTHS[day.month - 1]}"
    if day.year != today.year:
        text += f" {day.year}"
    near = {0: _("Today"), 1: _("Tomorrow")}.get((day - today).days)
    return f"{near}, {text}" if near else text


def moment(start: datetime, now: datetime) -> str:
    """When a session starts: "Today 14:00", "Tue 24 Nov, 10:00", "On now, since 14:00"."""
    if start <= now:
        return _("On now, since %(time)s", time=clock(start))
    name = day_name(start.date(), now.date())
    return f"{name} {clock(start)}" if (start.date() - now.date()).days < 2 else f"{name}, {clock(start)}"


def cost(code: str, note: str, vocabulary: Vocabulary) -> str:
    """The cost in words: the amount when it is known, else the kind."""
    if note and code != "free":
        return note
    if code:
        label = vocabulary.get("cost", code).label
        return f"{label}: {note}" if note and note.lower() != label.lower() else label
    return _("Cost not given")


def ages(low: int | None, high: int | None) -> str:
    """"Ages 8 to 12", "50 and over", "Under 5s"; "" for everybody."""
    if low and high is not None:
        return _("Ages %(low)s to %(high)s", low=low, high=high)
    if low:
        return _("%(low)s and over", low=low)
    if high is not None:
        return _("Up to %(high)s", high=high)
    return ""


def confirmed(day: date | None, by: str, kind: str, today: date, settings: Settings) -> dict[str, str]:
    """How recently somebody said that a record is right, and who: a card's `text`, and `state`, for its looks.

    `advice` is what to do about it, for the record's own page; "" when there is nothing to do.
    """
    if day is None:
        return {"text": _("Nobody has confirmed this yet"), "state": "unknown",
                "advice": _("It may be right or wrong: ask before you go.")}
    state = state_of(day, today, settings.due_days, settings.stale_days, settings.hide_days)
    who = confirmed_by(by, kind)
    if state in (Freshness.FRESH, Freshness.DUE):
        says = _(", says the list it came from") if by == BY_LIST else _(" by %(who)s", who=who) if who else ""
        advice = _("That is a while ago: if it matters to you, ask before you go.") if state is Freshness.DUE else ""
        return {"text": _("Confirmed %(ago)s%(by)s", ago=ago((today - day).days), by=says), "state": str(state),
                "advice": advice}
    month = f"{LONG_MONTHS[day.month - 1]} {day.year}"
    says = _(" (by %(who)s)", who=who) if who else ""
    return {"text": _("Not confirmed since %(month)s%(by)s: check before you go", month=month, by=says),
            "state": "stale",
            "advice": _("A lot can change in that time. Ask before you go, and tell us what you find.")}


def confirmed_by(by: str, kind: str) -> str:
    """Who confirmed a group, hub, opportunity or organisation. A private person who is named in a file is not said."""
    if by == BY_GROUP:
        return {"hub": _("the people there"), "opportunity": _("the people behind it"),
                "organisation": _("the organisation")}.get(kind, _("the group"))
    return {BY_STEWARD: _("a steward"), BY_LIST: _("the list it came from")}.get(by, "")


def ago(days: int) -> str:
    """"today", "5 days ago", "3 months ago"."""
    if days <= 0:
        return _("today")
    if days < 14:
        return ngettext("%(num)s day ago", "%(num)s days ago", days)
    if days < 60:
        return ngettext("%(num)s week ago", "%(num)s weeks ago", days // 7)
    return ngettext("%(num)s month ago", "%(num)s months ago", round(days / 30.4))


def usual_times(group: Group) -> str:
    """All sessions in words, for when no next date is known."""
    said = [describe(meeting.session) for meeting in group.meetings]
    return "; ".join(text for text in said if text)


def address_lines(address: str, postcode: str) -> list[str]:
    """An address cut at its commas, the postcode last and once."""
    lines = [line.strip() for line in address.replace("\n", ",").split(",") if line.strip()]
    lines = [line for line in lines if line.upper().replace(" ", "") != postcode.replace(" ", "")]
    return [*lines, postcode] if postcode else lines


def source_words(source: str) -> str:
    """Where a figure comes from; a single word is only the name of the file that it was loaded from."""
    if not source or " " in source:
        return source
    return _("from the file “%(name)s”, which does not say its source", name=source)
