"""Random rules, sessions and calendars for the property tests of dates."""

from datetime import date, time, timedelta

from hypothesis import strategies as st

from assetmap.domain.schedule import Calendar, Rule, Session

days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def subsets(values, max_size):
    return st.lists(st.sampled_from(values), max_size=max_size).map(tuple)


maybe_day = st.none() | days
flags = st.sampled_from([False, False, True])
LIMITS = {
    "start": maybe_day,
    "until": st.none() | days,
    "months": st.just(()) | subsets(range(1, 13), 12),
    "term_time": flags,
    "skip_bank_holidays": flags,
    "school_holidays": flags,
    "except_dates": subsets([date(2026, 1, 1) + timedelta(days=7 * n) for n in range(100)], 4),
    "extra_dates": st.lists(days, max_size=3).map(tuple),
}
weekly = st.builds(
    Rule, freq=st.just("weekly"), weekdays=subsets(range(7), 5), interval=st.integers(1, 4), **LIMITS
)
monthly = st.builds(
    Rule,
    freq=st.just("monthly"),
    weekdays=subsets(range(7), 3),
    nth=subsets((1, 2, 3, 4, 5, -1), 3),
    month_days=st.just(()) | subsets((*range(1, 32), -1), 3),
    interval=st.integers(1, 3),
    **LIMITS,
)
once = st.builds(Rule, freq=st.just("once"), **{**LIMITS, "start": days})
rules = weekly | monthly | once
minutes = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))
sessions = st.builds(
    Session,
    st.none() | rules,
    st.none() | minutes,
    st.none() | minutes,
    understood=st.sampled_from([True, True, True, False]),
)
calendars = st.builds(
    Calendar,
    st.lists(days, max_size=4).map(lambda starts: tuple((day, day + timedelta(days=40)) for day in starts)),
    st.lists(days, max_size=10).map(frozenset),
)
