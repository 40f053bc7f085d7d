"""The table of many sessions gives the same dates as one session at a time, and fast."""

import random
import time as clock
from datetime import date, datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.analysis.occurrences import AFTERNOON, EVENING, MORNING, SessionTable, soonest
from assetmap.domain.schedule import Calendar, Rule, Session, next_start, occurs_on
from tests.schedule_strategies import calendars, days, sessions

CALENDAR = Calendar(((date(2026, 9, 2), date(2026, 12, 18)),), frozenset({date(2026, 12, 25)}))


def as_datetimes(starts):
    return [None if np.isnat(start) else start.astype(datetime) for start in starts]


@settings(max_examples=300, deadline=None)
@given(st.lists(sessions, max_size=8), calendars, st.lists(days, min_size=1, max_size=40))
def test_the_table_and_one_rule_at_a_time_agree_on_every_day(some, calendar, when):
    table = SessionTable.from_sessions(some, calendar)
    for day in when:
        expected = [bool(s.rule and s.understood and occurs_on(s.rule, day, calendar)) for s in some]
        assert table.occurs_on(day).tolist() == expected
        possible = table.weekdays()
        assert all(possible[row] & (1 << day.weekday()) for row, met in enumerate(expected) if met)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(sessions, max_size=5),
    calendars,
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.booleans(),
)
def test_the_table_and_one_session_at_a_time_agree_on_the_next_start(some, calendar, after, running):
    table = SessionTable.from_sessions(some, calendar)
    expected = [next_start(session, after, calendar, include_running=running) for session in some]
    assert as_datetimes(table.next_start(after, include_running=running)) == expected


def test_the_last_day_that_is_looked_at_is_four_hundred_days_away():
    for ahead, there in ((400, True), (401, False)):
        after = datetime(2026, 7, 28)
        far = Session(Rule("once", start=(after + timedelta(days=ahead)).date()), time(9), time(10))
        assert (next_start(far, after, CALENDAR) is not None) is there
        assert np.isnat(SessionTable.from_sessions([far], CALENDAR).next_start(after)[0]) == (not there)


def test_an_empty_table_answers_with_nothing():
    table = SessionTable.from_sessions([], CALENDAR)
    assert len(table.next_start(datetime(2026, 11, 22))) == 0
    assert len(table.weekdays()) == len(table.part_of_day()) == 0


def test_what_is_on_is_listed_by_day_and_time():
    tuesday = Rule("weekly", (1,))
    table = SessionTable.from_sessions(
        [
            Session(tuesday, time(19), time(21)),
            Session(None, understood=False),
            Session(Rule("weekly", (0, 1)), time(10)),
            Session(tuesday),
        ],
        CALENDAR,
    )
    rows, when = table.occurrences(date(2026, 11, 23), date(2026, 11, 24))
    assert rows.tolist() == [2, 3, 2, 0]
    assert when.astype(str).tolist() == ["2026-11-23", "2026-11-24", "2026-11-24", "2026-11-24"]


def test_a_meeting_without_a_time_has_a_next_day_but_no_next_start():
    table = SessionTable.from_sessions([Session(Rule("weekly", (1,)))], CALENDAR)
    assert np.isnat(table.next_start(datetime(2026, 11, 22)))[0]
    assert str(table.next_day(date(2026, 11, 22))[0]) == "2026-11-24"


def test_a_meeting_counts_in_every_part_of_the_day_it_overlaps():
    rule = Rule("weekly", (1,))
    times = [
        (time(10), time(12), MORNING),
        (time(10), time(14), MORNING | AFTERNOON),
        (time(9), time(18), MORNING | AFTERNOON | EVENING),
        (time(12), time(17), AFTERNOON),
        (time(16, 59), None, AFTERNOON),
        (time(17), None, EVENING),
        (time(22), time(1), EVENING),
        (None, None, 0),
    ]
    table = SessionTable.from_sessions([Session(rule, start, end) for start, end, _ in times], CALENDAR)
    assert table.part_of_day().tolist() == [part for _, _, part in times]


def test_a_group_starts_when_the_first_of_its_sessions_does():
    table = SessionTable.from_sessions(
        [Session(Rule("weekly", (day,)), time(10)) for day in (3, 1, 2)] + [Session(None)], CALENDAR
    )
    starts = soonest(table.next_start(datetime(2026, 11, 22)), [0, 0, 2, 1], 3)
    assert [str(start) for start in starts] == ["2026-11-24T10:00", "NaT", "2026-11-25T10:00"]


def test_asking_for_other_days_does_not_disturb_what_was_asked_before():
    table = SessionTable.from_sessions([Session(Rule("weekly", (1,)), time(10))], CALENDAR)
    for days_on in (0, 30, 3, 400, 1, 0, 30):
        after = datetime(2026, 11, 22) + timedelta(days=days_on)
        expected = next_start(Session(Rule("weekly", (1,)), time(10)), after, CALENDAR)
        assert as_datetimes(table.next_start(after)) == [expected]


def many_sessions(count, seed=4):
    chance = random.Random(seed)
    for number in range(count):
        start = date(2026, 1, 1) + timedelta(days=chance.randrange(300)) if number % 2 else None
        yield Session(
            Rule(
                chance.choice(["weekly", "weekly", "monthly"]),
                (chance.randrange(7),),
                interval=1 if start is None else chance.randrange(1, 4),
                nth=(chance.choice([1, 2, 3, 4, -1]),),
                start=start,
                term_time=chance.random() < 0.3,
            ),
            time(chance.randrange(8, 20)),
            time(chance.randrange(20, 24)),
        )


@pytest.mark.timeout(60)
def test_a_hundred_thousand_sessions_are_built_and_asked_quickly():
    some = list(many_sessions(100_000))
    began = clock.process_time()
    table = SessionTable.from_sessions(some, CALENDAR)
    built = clock.process_time()
    table.next_start(datetime(2026, 11, 22, 9))
    asked = clock.process_time()
    # Alone on one core: about 0.4 s and 0.05 s; the bounds leave room for a busy machine.
    assert built - began < 2.5
    assert asked - built < 0.6
