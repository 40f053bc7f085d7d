"""Progress walked through day by day stands where progress read anew stands."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assetmap.domain.going_back import why_none_went_back, why_not_back
from assetmap.domain.programme import KINDS, Programme, Step
from assetmap.domain.progress import HAPPENINGS, ProgressEvent, progress_on
from assetmap.domain.progress_course import Course

FIRST, CODES = date(2026, 1, 1), ("one", "two", "three")
EVENTS = st.lists(st.builds(
    lambda step, what, day, status: ProgressEvent("", "", "d", step, what, FIRST + timedelta(day), status=status),
    st.sampled_from((*CODES, "lost")), st.sampled_from(HAPPENINGS), st.integers(0, 6),
    st.sampled_from(("active", "active", "hidden"))), max_size=12)


@given(st.sampled_from(KINDS), EVENTS, EVENTS)
def test_a_course_stands_where_progress_read_anew_stands_whatever_is_added_on_its_way(kind, there, added):
    programme = Programme("p", "P", kind=kind, steps=tuple(Step(code, code) for code in CODES))
    course, known = Course(programme, there), list(there)
    for event in sorted(added, key=lambda event: event.day):
        for day in (event.day, event.day):
            standing = progress_on(programme, known, day)
            walked = course.on(day)
            assert (walked.conditions, walked.at, walked.back_on) == (
                standing.conditions, standing.at, standing.back_on[-1:])
        course.note(event)
        known.append(event)
    last = FIRST + timedelta(9)
    standing = progress_on(programme, known, last)
    assert (course.on(last).conditions, course.on(last).at) == (standing.conditions, standing.at)


@given(st.sampled_from(KINDS), EVENTS)
def test_asked_of_many_at_once_going_back_makes_sense_where_it_does_one_by_one(kind, there):
    programme = Programme("p", "P", kind=kind, steps=tuple(Step(code, code) for code in CODES))
    # two that say the same on one day are one entry in a file and in the store
    alike = {(event.day, event.what, event.step): replace(event, id=str(number)) for number, event in enumerate(there)}
    events = list(alike.values())
    one_by_one = {event.id: why for event in events if (why := why_not_back(programme, events, event))}
    assert why_none_went_back(programme, events, {event.id for event in events}) == one_by_one
