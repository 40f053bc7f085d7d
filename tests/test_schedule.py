"""Rules and sessions: on which days, when next, how many hours, how kept and how said."""

import json
from datetime import date, datetime, time, timedelta

import pytest

from assetmap.domain.schedule import (
    Calendar,
    Rule,
    Session,
    describe,
    from_json,
    next_start,
    occurrences,
    occurs_on,
    to_json,
    weekly_hours,
)

TERMS = (
    (date(2026, 9, 2), date(2026, 10, 23)),
    (date(2026, 11, 2), date(2026, 12, 18)),
    (date(2027, 1, 4), date(2027, 2, 12)),
)
CALENDAR = Calendar(TERMS, frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)}))
TUESDAYS = Rule("weekly", (1,))


def days(rule, first, last):
    return [day.isoformat() for day in occurrences(rule, first, last, CALENDAR)]


def test_every_other_week_is_counted_from_the_week_of_its_first_date():
    rule = Rule("weekly", (0, 4), interval=2, start=date(2026, 9, 9))
    # Monday 7 September lies in the first week but before the start; the next such week begins on the 21st.
    assert days(rule, date(2026, 9, 1), date(2026, 10, 9)) == [
        "2026-09-11",
        "2026-09-21",
        "2026-09-25",
        "2026-10-05",
        "2026-10-09",
    ]


def test_every_other_week_of_unknown_start_claims_no_date():
    session = Session(Rule("weekly", (1,), interval=2), time(10), time(12))
    assert next_start(session, datetime(2026, 11, 22), CALENDAR) is None
    assert describe(session) == "Every other Tuesday (ask which weeks) 10am–12 noon"
    assert weekly_hours(session) == 1.0


def test_nth_weekdays_of_the_month_include_the_fifth_and_the_last():
    assert days(Rule("monthly", (3,), nth=(1, 3)), date(2026, 12, 1), date(2026, 12, 31)) == [
        "2026-12-03",
        "2026-12-17",
    ]
    assert days(Rule("monthly", (3,), nth=(5,)), date(2026, 11, 1), date(2027, 1, 31)) == ["2026-12-31"]
    assert days(Rule("monthly", (4,), nth=(-1,)), date(2026, 11, 1), date(2026, 12, 31)) == [
        "2026-11-27",
        "2026-12-25",
    ]


def test_days_of_the_month_may_be_the_last():
    assert days(Rule("monthly", month_days=(15, -1)), date(2027, 2, 1), date(2027, 3, 31)) == [
        "2027-02-15",
        "2027-02-28",
        "2027-03-15",
        "2027-03-31",
    ]


def test_every_other_month_is_counted_from_the_month_of_its_first_date():
    rule = Rule("monthly", (0,), nth=(1,), interval=2, start=date(2026, 11, 1))
    assert days(rule, date(2026, 10, 1), date(2027, 3, 31)) == ["2026-11-02", "2027-01-04", "2027-03-01"]


def test_term_time_leaves_out_holidays_bank_holidays_and_what_nobody_knows():
    rule = Rule("weekly", (4,), term_time=True)
    assert days(rule, date(2026, 12, 11), date(2027, 1, 8)) == ["2026-12-11", "2026-12-18", "2027-01-08"]
    assert days(rule, date(2027, 2, 13), date(2027, 12, 31)) == []


def test_school_holidays_are_the_days_between_known_terms():
    rule = Rule("weekly", (2,), school_holidays=True)
    assert days(rule, date(2026, 8, 1), date(2027, 3, 31)) == ["2026-10-28", "2026-12-23", "2026-12-30"]


def test_bank_holidays_are_left_out_only_where_the_group_says_so():
    assert "2026-12-28" in days(Rule("weekly", (0,)), date(2026, 12, 20), date(2026, 12, 31))
    rule = Rule("weekly", (0,), skip_bank_holidays=True)
    assert days(rule, date(2026, 12, 20), date(2026, 12, 31)) == ["2026-12-21"]


def test_every_other_tuesday_except_august_with_an_extra_and_a_missing_date():
    rule = Rule(
        "weekly",
        (1,),
        interval=2,
        start=date(2026, 7, 7),
        months=tuple(month for month in range(1, 13) if month != 8),
        except_dates=(date(2026, 7, 21),),
        extra_dates=(date(2026, 8, 12), date(2026, 7, 21)),
    )
    assert days(rule, date(2026, 7, 1), date(2026, 9, 15)) == [
        "2026-07-07",
        "2026-08-12",
        "2026-09-01",
        "2026-09-15",
    ]


def test_the_next_start_keeps_its_wall_time_when_the_clocks_change():
    session = Session(Rule("weekly", (6,)), time(10), time(12))
    assert next_start(session, datetime(2026, 10, 19), CALENDAR) == datetime(2026, 10, 25, 10)
    assert next_start(session, datetime(2027, 3, 22), CALENDAR) == datetime(2027, 3, 28, 10)


def test_the_next_start_is_never_before_the_moment_asked_about_unless_running_ones_count():
    session = Session(TUESDAYS, time(22), time(1))
    late = datetime(2026, 11, 25, 0, 59, 59)
    assert next_start(session, datetime(2026, 11, 24, 22), CALENDAR) == datetime(2026, 11, 24, 22)
    assert next_start(session, late, CALENDAR) == datetime(2026, 12, 1, 22)
    assert next_start(session, late, CALENDAR, include_running=True) == datetime(2026, 11, 24, 22)
    over = late + timedelta(seconds=1)
    assert next_start(session, over, CALENDAR, include_running=True) == datetime(2026, 12, 1, 22)


def test_no_next_start_where_the_time_of_day_or_the_rule_is_not_known():
    now = datetime(2026, 11, 22)
    assert next_start(Session(TUESDAYS), now, CALENDAR) is None
    assert next_start(Session(None, time(10), understood=False), now, CALENDAR) is None
    ended = Session(Rule("weekly", (1,), until=date(2026, 11, 1)), time(10))
    assert next_start(ended, now, CALENDAR) is None


def test_the_ends_of_time_are_no_error():
    session = Session(TUESDAYS, time(10), time(11))
    assert next_start(session, datetime.min, CALENDAR) == datetime(1, 1, 2, 10)
    assert next_start(session, datetime.max, CALENDAR, include_running=True) is None


@pytest.mark.parametrize(
    ("rule", "hours"),
    [
        (Rule("weekly", (1,)), 2),
        (Rule("weekly", (0, 1, 2, 3, 4)), 10),
        (Rule("weekly", (1,), interval=2), 1),
        (Rule("monthly", (3,), nth=(1, 3)), 2 * 2 * 12 / 52),
        (Rule("monthly", (3,), nth=(1, 2, 3, 4, 5)), 2),
        (Rule("monthly", month_days=(15,)), 2 * 12 / 52),
        (Rule("weekly", (1,), term_time=True), 2 * 39 / 52),
        (Rule("weekly", (1,), school_holidays=True), 2 * 13 / 52),
        (Rule("weekly", (1,), months=(6, 7, 8)), 2 * 3 / 12),
        (Rule("once", start=date(2026, 12, 5)), 0),
    ],
)
def test_weekly_hours_count_sessions_as_what_they_are(rule, hours):
    assert weekly_hours(Session(rule, time(10), time(12))) == pytest.approx(hours)


def test_weekly_hours_are_unknown_without_an_end_and_none_when_it_is_over():
    assert weekly_hours(Session(TUESDAYS, time(10))) is None
    assert weekly_hours(Session(None, understood=False)) is None
    assert weekly_hours(Session(TUESDAYS, time(22), time(1))) == 3
    ended = Session(Rule("weekly", (1,), until=date(2026, 1, 1)), time(10), time(12))
    assert weekly_hours(ended, on=date(2026, 11, 22)) == 0


@pytest.mark.parametrize(
    ("session", "said"),
    [
        (Session(TUESDAYS, time(10), time(12)), "Tuesdays 10am–12 noon"),
        (Session(Rule("monthly", (3,), nth=(3, 1)), time(19), time(21)), "1st and 3rd Thursdays 7–9pm"),
        (Session(Rule("monthly", (4,), nth=(-1,)), time(22), time(1)), "Last Friday of the month 10pm–1am"),
        (Session(Rule("weekly", tuple(range(5))), time(9, 30), time(16)), "Monday to Friday 9.30am–4pm"),
        (Session(Rule("weekly", tuple(range(7))), time(12), time(14)), "Every day 12 noon–2pm"),
        (Session(Rule("weekly", (0, 2, 4)), time(19)), "Mondays, Wednesdays and Fridays at 7pm"),
        (Session(Rule("once", start=date(2026, 12, 5)), time(14)), "Saturday 5 December 2026 at 2pm"),
        (Session(Rule("monthly", month_days=(15,))), "15th of the month"),
        (
            Session(Rule("weekly", (0,), term_time=True, skip_bank_holidays=True), time(10), time(11)),
            "Mondays 10–11am, term time only, not on bank holidays",
        ),
        (
            Session(Rule("weekly", (0,), months=(1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12)), time(0), time(2)),
            "Mondays midnight–2am, except August",
        ),
        (Session(None, text="when the moon is full", understood=False), "when the moon is full"),
    ],
)
def test_a_session_is_described_in_plain_words(session, said):
    assert describe(session) == said


def test_a_session_survives_json_and_equal_sessions_give_equal_json():
    rule = Rule(
        "weekly",
        (4, 1, 1),
        interval=3,
        start=date(2026, 9, 1),
        until=date(2027, 7, 1),
        months=(9, 1),
        term_time=True,
        skip_bank_holidays=True,
        school_holidays=True,
        except_dates=(date(2026, 9, 8),),
        extra_dates=(date(2026, 9, 9),),
    )
    session = Session(rule, time(9, 30), time(11), "leigh-library", "as written – \x00", True, "a note")
    again = from_json(json.loads(json.dumps(to_json(session))))
    assert again == session
    assert to_json(again) == to_json(session)
    assert rule.weekdays == (1, 4)
    assert from_json(to_json(Session(None, text="?", understood=False))) == Session(
        None, text="?", understood=False
    )


@pytest.mark.parametrize(
    "values",
    [
        {"freq": "secondly"},
        {"freq": "once"},
        {"freq": "weekly", "weekdays": (7,)},
        {"freq": "weekly", "weekdays": (1,), "interval": 0},
        {"freq": "monthly", "weekdays": (1,), "nth": (6,)},
        {"freq": "monthly", "month_days": (32,)},
        {"freq": "weekly", "weekdays": (1,), "months": (13,)},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(values):
    with pytest.raises(ValueError, match="A rule|A session|is no"):
        Rule(**values)


def test_a_day_without_terms_known_is_not_term_time():
    assert not occurs_on(Rule("weekly", (1,), term_time=True), date(2026, 11, 24), Calendar())
