"""Sessions as an iCalendar feed (RFC 5545) that Google, Apple and Outlook calendars read.

What those need, beyond the standard: every DTSTART is a day of its own rule; UNTIL is in UTC beside a DTSTART with a
time zone; WKST is said; there is no RDATE (Outlook takes none beyond the EXDATEs), so a date outside the rule is an
event by itself. A session without a rule or a time of day is left out, all a calendar could show would be a guess;
unless it says that it is of the whole day.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import icalendar

from assetmap.domain.schedule import HORIZON_DAYS, Calendar, Rule, Session, describe, occurrences, occurs_on

PRODUCT = "-//assetmap//What is on//EN"
DOMAIN = "assetmap"
LONGEST_LINE, LONGEST_TEXT = 300, 5_000
LONDON = """BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
DTSTART:19700329T010000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
"""
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile("\r\n?|\u2028|\u2029|\x85")
_WEB_ADDRESS = re.compile(r"https?://[!-~]+")


class FeedEvent(NamedTuple):
    """One session of a group as a calendar entry. `uid` is stable and its own; `sequence` grows with each change.

    `times` are the words for when it meets; None: its own, in English. `all_day`: a date without a time of day.
    """

    uid: str
    title: str
    description: str
    location: str
    url: str
    lat: float | None
    lon: float | None
    session: Session
    sequence: int = 0
    times: str | None = None
    all_day: bool = False


def feed(
    events: Iterable[FeedEvent | tuple],
    *,
    name: str,
    now: datetime,
    timezone: str = "Europe/London",
    calendar: Calendar | None = None,
) -> bytes:
    """The feed of these events, from the first day of this month on; `now` without a time zone is local.

    `calendar` holds the terms and bank holidays: where a rule depends on them its dates end 400 days ahead, so that
    nothing is said about terms that nobody knows yet. Raises zoneinfo.ZoneInfoNotFoundError for an unknown zone.
    """
    zone = ZoneInfo(timezone)
    now = now.replace(tzinfo=zone) if now.tzinfo is None else now.astimezone(zone)
    since = now.date().replace(day=1)
    calendar = calendar or Calendar()
    written = icalendar.Calendar()
    written.add("prodid", PRODUCT)
    written.add("version", "2.0")
    written.add("calscale", "GREGORIAN")
    written.add("method", "PUBLISH")
    for key in ("name", "x-wr-calname"):
        written.add(key, _line(name))
    written.add("x-wr-timezone", timezone)
    written.add("refresh-interval", timedelta(hours=12), parameters={"value": "DURATION"})
    written.add("x-published-ttl", "PT12H")
    written.add_component(_zone_component(timezone, since))
    taken: set[str] = set()
    for given in events:
        event = FeedEvent(*given)
        for component in _components(event, since, zone, calendar):
            component["uid"] = icalendar.vText(_own_uid(str(component["uid"]), taken))
            component.add("dtstamp", now.astimezone(UTC))
            written.add_component(component)
    return written.to_ical()


def _zone_component(timezone: str, since: date) -> icalendar.Timezone:
    """The VTIMEZONE. London's is written out: icalendar's own begins summer time an hour late."""
    if timezone == "Europe/London":
        return icalendar.Timezone.from_ical(LONDON)
    return icalendar.Timezone.from_tzid(timezone, first_date=since, last_date=_later(since, 3650))


def _components(event: FeedEvent, since: date, zone: ZoneInfo, calendar: Calendar) -> Iterator[icalendar.Event]:
    """The VEVENT of a session's rule, and one for each date outside the rule."""
    session = event.session
    rule = session.rule
    if rule is None or not session.understood or (session.start_time is None and not event.all_day):
        return
    horizon = _later(since, HORIZON_DAYS)
    regular = replace(rule, extra_dates=())
    if rule.freq == "once" or (rule.month_days and rule.weekdays):
        # RRULE cannot say "the 15th, and the first Monday too".
        singles = occurrences(rule, since, horizon, calendar)
    else:
        days = occurrences(regular, since, horizon, calendar)
        first = next(days, None)
        if first is not None:
            yield _repeating(event, regular, [first, *days], zone)
        singles = (
            day for day in rule.extra_dates
            if since <= day and day not in rule.except_dates and not occurs_on(regular, day, calendar)
        )
    for day in singles:
        yield _entry(event, day, zone, f"-{day:%Y%m%d}")


def _repeating(event: FeedEvent, rule: Rule, days: list[date], zone: ZoneInfo) -> icalendar.Event:
    """The VEVENT of a rule that falls on these days up to the horizon."""
    component = _entry(event, days[0], zone, "")
    plain = replace(rule, term_time=False, school_holidays=False, skip_bank_holidays=False, except_dates=())
    missed: set[date] = set()
    until = rule.until
    if replace(plain, except_dates=rule.except_dates) != rule:
        until = days[-1]
        missed = set(occurrences(plain, days[0], until, Calendar())) - set(days)
    for day in rule.except_dates:
        if day >= days[0] and (until is None or day <= until) and occurs_on(plain, day, Calendar()):
            missed.add(day)
    component.add("rrule", _recurrence(rule, None if until is None else _local(event, until, zone)))
    if missed:
        component.add("exdate", [_local(event, day, zone) for day in sorted(missed)])
    return component


def _recurrence(rule: Rule, until: datetime | None) -> icalendar.vRecur:
    parts: dict = {"freq": rule.freq.upper(), "interval": rule.interval}
    if rule.freq == "weekly":
        parts["byday"] = [WEEKDAYS[day] for day in rule.weekdays]
        parts["wkst"] = "MO"
    elif rule.month_days:
        parts["bymonthday"] = list(rule.month_days)
    else:
        parts["byday"] = [f"{nth}{WEEKDAYS[day]}" for nth in rule.nth for day in rule.weekdays]
    if rule.months:
        parts["bymonth"] = list(rule.months)
    if until is not None:
        parts["until"] = until.astimezone(UTC)
    if rule.interval == 1:
        del parts["interval"]
    return icalendar.vRecur(parts)


def _entry(event: FeedEvent, day: date, zone: ZoneInfo, ending: str) -> icalendar.Event:
    """The VEVENT of one day, without its repetition."""
    component = icalendar.Event()
    component.add("uid", re.sub(r"[^A-Za-z0-9._-]+", "-", event.uid)[:200] + ending)
    component.add("sequence", event.sequence)
    component.add("summary", _line(event.title) or "Untitled")
    if event.all_day:
        component.add("dtstart", day)
        component.add("transp", "TRANSPARENT")  # nobody is busy all day
    else:
        start = datetime.combine(day, event.session.start_time)
        component.add("dtstart", start.replace(tzinfo=zone))
        if event.session.duration is not None:
            component.add("dtend", (start + event.session.duration).replace(tzinfo=zone))
    times = describe(event.session) if event.times is None else event.times
    said = [event.description, times, event.session.note]
    component.add("description", _text("\n".join(words for words in said if words)))
    if event.location:
        component.add("location", _line(event.location))
    if _WEB_ADDRESS.fullmatch(event.url or ""):
        component.add("url", event.url)
    if _on_earth(event.lat, event.lon):
        component.add("geo", (round(event.lat, 6), round(event.lon, 6)))
    return component


def _local(event: FeedEvent, day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, event.session.start_time, zone)


def _own_uid(uid: str, taken: set[str]) -> str:
    """The UID with its domain; a second entry of the same id gets a number, since a calendar would merge them."""
    own, number = uid, 1
    while own in taken:
        number += 1
        own = f"{uid}-{number}"
    taken.add(own)
    return f"{own}@{DOMAIN}"


def _text(words: str) -> str:
    """Words that may have lines; control characters and lone surrogates are taken out, RFC 5545 allows none."""
    return _CONTROL.sub("", _BREAK.sub("\n", str(words)))[:LONGEST_TEXT]


def _line(words: str) -> str:
    return " ".join(_text(words).split())[:LONGEST_LINE]


def _on_earth(lat: float | None, lon: float | None) -> bool:
    if lat is None or lon is None or not (math.isfinite(lat) and math.isfinite(lon)):
        return False
    return -90 <= lat <= 90 and -180 <= lon <= 180


def _later(day: date, days: int) -> date:
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))
