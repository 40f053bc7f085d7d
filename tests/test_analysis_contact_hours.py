"""Weekly contact hours of a table of sessions: the same as of each session by itself."""

from datetime import date, time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.analysis.occurrences import SessionTable
from assetmap.analysis.provision import weekly_hours
from assetmap.domain.schedule import Calendar, Rule, Session
from assetmap.domain.schedule import weekly_hours as of_one
from tests.schedule_strategies import calendars, days, sessions


@settings(max_examples=300, deadline=None)
@given(st.lists(sessions, max_size=8), calendars, st.none() | days)
def test_the_table_and_one_session_at_a_time_agree_on_the_hours(some, calendar, on):
    expected = [np.nan if (hours := of_one(session, on)) is None else hours for session in some]
    assert weekly_hours(SessionTable.from_sessions(some, calendar), on) == pytest.approx(expected, nan_ok=True)


def test_sessions_count_as_what_they_are():
    two_hours = time(19), time(21)
    hours = weekly_hours(SessionTable.from_sessions([
        Session(Rule("weekly", (1,)), *two_hours), Session(Rule("weekly", (1,), interval=2), *two_hours),
        Session(Rule("monthly", (1,), nth=(2,)), *two_hours), Session(Rule("weekly", (1,), term_time=True), *two_hours),
        Session(Rule("once", start=date(2026, 12, 5)), *two_hours), Session(Rule("weekly", (1,)), time(19)),
        Session(Rule("weekly"), *two_hours), Session(Rule("weekly", (1,)), *two_hours, understood=False)], Calendar()))
    assert hours == pytest.approx([2, 1, 24 / 52, 1.5, 0, np.nan, np.nan, np.nan], nan_ok=True)
