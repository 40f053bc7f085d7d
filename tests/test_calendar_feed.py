"""The feed opens in calendars, says the same dates as we do, and nothing typed by anybody gets out of its field."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assetmap.domain.schedule import Calendar, Rule, Session, occurrences
from assetmap.web.calendar_feed import FeedEvent, feed
from tests.schedule_strategies import calendars, rules

NOW = datetime(2026, 11, 22, 9, 30)
LONDON = ZoneInfo("Europe/London")
CALENDAR = Calendar(
    ((date(2026, 9, 2), date(2026, 12, 18)), (date(2027, 1, 4), date(2027, 2, 12))),
    frozenset({date(2026, 12, 25), date(2026, 12, 28)}),
)
TUESDAYS = Session(Rule("weekly", (1,)), time(10), time(12))


def event(session=TUESDAYS, uid="knit-and-natter-1", **changes):
    return FeedEvent(uid, "Knit and natter", "", "", "", None, None, session)._replace(**changes)


def written(*events, calendar=CALENDAR, now=NOW):
    return feed(events, name="What is on", now=now, calendar=calendar)


def expanded(content, first, last):
    """The local starts that a calendar program shows from the first day to the last."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(content)).between(
        datetime.combine(first, time(0), LONDON), datetime.combine(last, time(23, 59), LONDON)
    )
    return sorted(entry["DTSTART"].dt.replace(tzinfo=None) for entry in found)


@settings(max_examples=150, deadline=None)
@given(rules, calendars, st.dates(date(2026, 6, 1), date(2027, 3, 31)))
def test_a_calendar_program_shows_the_dates_that_we_say(rule, calendar, today):
    first = today.replace(day=1)
    last = first + timedelta(days=365)
    content = written(
        event(Session(rule, time(10), time(12))), calendar=calendar, now=datetime.combine(today, time(12))
    )
    expected = [datetime.combine(day, time(10)) for day in occurrences(rule, first, last, calendar)]
    assert expanded(content, first, last) == expected


@settings(max_examples=60, deadline=None)
@given(rules)
def test_the_first_day_of_a_repeating_event_belongs_to_its_rule(rule):
    assume(rule.freq != "once")
    parsed = icalendar.Calendar.from_ical(written(event(Session(rule, time(19)))))
    for entry in parsed.walk("VEVENT"):
        day = entry["DTSTART"].dt.date()
        assert list(occurrences(rule, day, day, CALENDAR)) == [day]


def test_a_meeting_keeps_its_wall_time_when_the_clocks_change():
    session = Session(Rule("weekly", (6,)), time(10), time(12))
    starts = expanded(written(event(session)), date(2027, 3, 20), date(2027, 4, 5))
    assert [start.time() for start in starts] == [time(10)] * 3
    entry = recurring_ical_events.of(icalendar.Calendar.from_ical(written(event(session)))).at((2027, 3, 28))[0]
    assert entry["DTSTART"].dt.astimezone(UTC).time() == time(9)
    assert entry["DTEND"].dt - entry["DTSTART"].dt == timedelta(hours=2)


def test_the_time_zone_is_described_with_the_clocks_at_one_in_the_morning_gmt():
    zone = next(iter(icalendar.Calendar.from_ical(written(event())).walk("VTIMEZONE")))
    assert zone["TZID"] == "Europe/London"
    summer = zone.to_tz()
    assert datetime(2027, 3, 28, 0, 59, tzinfo=summer).utcoffset() == timedelta(0)
    assert datetime(2027, 3, 28, 2, 0, tzinfo=summer).utcoffset() == timedelta(hours=1)
    assert datetime(2027, 10, 31, 2, 30, tzinfo=summer).utcoffset() == timedelta(0)


def test_a_rule_is_written_as_calendars_expect_it():
    monthly = Rule("monthly", (3,), nth=(1, 3), until=date(2027, 6, 30), months=(1, 6, 12))
    lines = written(event(Session(monthly, time(19), time(21)))).decode().split("\r\n")
    assert "DTSTART;TZID=Europe/London:20261203T190000" in lines
    assert "RRULE:FREQ=MONTHLY;UNTIL=20270630T180000Z;BYDAY=1TH,3TH;BYMONTH=1,6,12" in lines
    fortnightly = Rule("weekly", (0,), interval=2, start=date(2026, 11, 23), except_dates=(date(2026, 12, 7),))
    lines = written(event(Session(fortnightly, time(19)))).decode().split("\r\n")
    assert "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=MO" in lines
    assert "EXDATE;TZID=Europe/London:20261207T190000" in lines
    assert not any(line.startswith("DTEND") for line in lines)
    last_friday = Session(Rule("monthly", (4,), nth=(-1,)), time(14))
    assert b"RRULE:FREQ=MONTHLY;BYDAY=-1FR\r\n" in written(event(last_friday))
    on_the_15th = Session(Rule("monthly", month_days=(15,)), time(14))
    assert b"RRULE:FREQ=MONTHLY;BYMONTHDAY=15\r\n" in written(event(on_the_15th))


def test_an_extra_date_is_an_event_of_its_own_and_the_past_is_left_out():
    rule = Rule("weekly", (1,), extra_dates=(date(2026, 12, 12), date(2026, 12, 15), date(2020, 1, 1)))
    parsed = icalendar.Calendar.from_ical(written(event(Session(rule, time(10)))))
    assert [str(entry["UID"]) for entry in parsed.walk("VEVENT")] == [
        "knit-and-natter-1@assetmap",
        "knit-and-natter-1-20261212@assetmap",
    ]
    assert b"RDATE" not in written(event(Session(rule, time(10))))


def test_a_session_that_ends_after_midnight_ends_on_the_next_day():
    content = written(event(Session(Rule("weekly", (4,)), time(22), time(1))))
    assert b"DTSTART;TZID=Europe/London:20261106T220000\r\nDTEND;TZID=Europe/London:20261107T010000" in content


@pytest.mark.parametrize(
    "session",
    [
        Session(None, text="when the moon is full", understood=False),
        Session(Rule("weekly", (1,))),
        Session(Rule("weekly", (1,), interval=2), time(10)),
        Session(Rule("once", start=date(2025, 1, 1)), time(10)),
        Session(Rule("weekly", (1,), until=date(2026, 10, 1)), time(10)),
    ],
)
def test_what_has_no_certain_date_and_time_ahead_is_left_out(session):
    assert b"VEVENT" not in written(event(session))


HOSTILE = [
    "Tea\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:owned",
    "a\nATTENDEE:mailto:x@example.org",
    "\rBEGIN:VALARM",
    "back\\slash; comma, semi; \\n quote \"",
    "\x00\x07\x1b[31m nul",
    "\ud800 lone",
    "line\u2028separator\u0085next",
    "{{7*7}} {% x %} </script>",
    "ünïcödé 🎉 " * 40,
    "\u202egnp.exe",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_its_field(text):
    content = written(event(uid=text, title=text, description=text, location=text, url="https://x.org/" + text))
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines) and b"\r" not in b"".join(lines)
    assert not any(byte < 32 for line in lines for byte in line)
    parsed = icalendar.Calendar.from_ical(content)
    assert [part.name for part in parsed.subcomponents] == ["VTIMEZONE", "VEVENT"]
    (entry,) = parsed.walk("VEVENT")
    assert not entry.errors and not entry.subcomponents
    assert set(entry) == {
        "UID", "SEQUENCE", "SUMMARY", "DTSTART", "DTEND", "RRULE", "DESCRIPTION", "LOCATION", "DTSTAMP",
    }  # fmt: skip


def test_only_web_addresses_and_places_on_earth_are_written():
    assert b"URL:https://example.org/a?b=1\r\n" in written(event(url="https://example.org/a?b=1"))
    assert b"URL" not in written(event(url="javascript:alert(1)"))
    assert b"GEO:51.5;0.7\r\n" in written(event(lat=51.5, lon=0.7))
    for lat, lon in [(float("nan"), 0.7), (5100.0, 0.7), (None, 0.7), (51.5, float("inf"))]:
        assert b"GEO" not in written(event(lat=lat, lon=lon))


def test_entries_have_uids_that_stay_and_differ():
    first, again = written(event(), event()), written(event(), event(), now=NOW + timedelta(hours=5))
    uids = [str(entry["UID"]) for entry in icalendar.Calendar.from_ical(first).walk("VEVENT")]
    assert uids == ["knit-and-natter-1@assetmap", "knit-and-natter-1-2@assetmap"]
    assert [str(entry["UID"]) for entry in icalendar.Calendar.from_ical(again).walk("VEVENT")] == uids


def test_the_feed_says_when_it_was_written_and_which_version_it_is():
    content = written(event(sequence=7))
    assert b"SEQUENCE:7\r\n" in content
    assert b"DTSTAMP:20261122T093000Z\r\n" in content
    assert content.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert b"X-WR-CALNAME:What is on\r\n" in content


def test_a_feed_of_nothing_is_still_a_calendar():
    assert icalendar.Calendar.from_ical(written()).walk("VEVENT") == []
