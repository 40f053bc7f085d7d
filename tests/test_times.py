"""What people write about when they meet, and what is made of it: a time that is right, or the text as written."""

import time as clock
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assetmap.domain import times
from assetmap.domain.schedule import Rule, Session, describe, from_json, to_json
from assetmap.domain.times import parse_times

TODAY = date(2026, 11, 22)  # a Sunday


def said(text):
    """Each session described, with its place and note as they are."""
    answer = []
    for session in parse_times(text, today=TODAY):
        words = describe(session) if session.understood else f"TEXT {session.text}"
        words += f" @ {session.place}" if session.place else ""
        answer.append(words + (f" [{session.note}]" if session.note else ""))
    return answer


UNDERSTOOD = [
    # As councils and charities wrote them.
    ("Thursday 10:30am - 12:30pm", "Thursdays 10.30am–12.30pm"),
    ("Monday 12noon - 2pm", "Mondays 12 noon–2pm"),
    ("Friday 10am - 12noon", "Fridays 10am–12 noon"),
    ("Friday 2 - 4.30pm", "Fridays 2–4.30pm"),
    ("Tuesdays, Wednesdays and Fridays, 10am-2pm", "Tuesdays, Wednesdays and Fridays 10am–2pm"),
    ("Monday to Friday, 9.30am-4pm", "Monday to Friday 9.30am–4pm"),
    # Days.
    ("Tuesdays 10am-12", "Tuesdays 10am–12 noon"),
    ("Mons 10-12", "Mondays 10am–12 noon"),
    ("MONDAY 10AM - 12PM", "Mondays 10am–12 noon"),
    ("mondays", "Mondays"),
    ("Mon—Fri 10—4", "Monday to Friday 10am–4pm"),
    ("Mon.-Fri. 9-5", "Monday to Friday 9am–5pm"),
    ("weekdays 9.30-12.30", "Monday to Friday 9.30am–12.30pm"),
    ("weekends 10am–4pm", "Saturdays and Sundays 10am–4pm"),
    ("daily 7am-11pm", "Every day 7am–11pm"),
    ("every day 10-4", "Every day 10am–4pm"),
    ("Every day except Sunday 9-5", "Monday to Saturday 9am–5pm"),
    ("Mon, Wed & Fri 10am to 12 noon", "Mondays, Wednesdays and Fridays 10am–12 noon"),
    ("Mon/Wed/Fri 19:00-21:00", "Mondays, Wednesdays and Fridays 7–9pm"),
    ("Mon Wed Fri 10am", "Mondays, Wednesdays and Fridays at 10am"),
    ("Wensday 10am\u00a0\u2013\u00a012", "Wednesdays 10am–12 noon"),
    # Times of day.
    ("Tuesdays 7pm", "Tuesdays at 7pm"),
    ("Tuesdays from 7pm", "Tuesdays at 7pm"),
    ("Tuesdays 7pm till late", "Tuesdays at 7pm"),
    ("Tuesdays 7-9pm", "Tuesdays 7–9pm"),
    ("Tuesdays 7-9", "Tuesdays 7–9pm [am or pm assumed]"),
    ("Tuesday evenings 7-9", "Tuesdays 7–9pm"),
    ("Breakfast club Tuesdays 7.30-9", "Tuesdays 7.30–9am"),
    ("Tuesdays 1-3", "Tuesdays 1–3pm"),
    ("Tuesdays 11.30-1", "Tuesdays 11.30am–1pm"),
    ("Tuesdays 12-2", "Tuesdays 12 noon–2pm"),
    ("Tuesdays 8.30-4.30", "Tuesdays 8.30am–4.30pm"),
    ("Tuesdays 1000-1200", "Tuesdays 10am–12 noon"),
    ("Tuesdays 1400-1600hrs", "Tuesdays 2–4pm"),
    ("Tuesdays 10.00 to 11.30", "Tuesdays 10–11.30am"),
    ("Tuesdays 7 p.m. - 9 p.m.", "Tuesdays 7–9pm"),
    ("Tuesdays 930am-1130am", "Tuesdays 9.30–11.30am"),
    ("Tuesdays half past 10 to 12", "Tuesdays 10.30am–12 noon"),
    ("Tuesdays 9-12pm", "Tuesdays 9am–12 noon"),
    ("Tuesdays 7pm - midnight", "Tuesdays 7pm–midnight"),
    ("Tuesdays 10pm-1am", "Tuesdays 10pm–1am"),
    ("Tuesdays 22:00-02:00", "Tuesdays 10pm–2am"),
    ("Tuesdays between 10 and 12", "Tuesdays 10am–12 noon"),
    ("Fridays, doors open 7pm, starts 7.30pm", "Fridays at 7.30pm"),
    ("Thursday mornings", "Thursdays [morning]"),
    # The month.
    ("1st & 3rd Thurs 7-9pm", "1st and 3rd Thursdays 7–9pm"),
    ("first Tuesday of the month", "1st Tuesday of the month"),
    ("last Friday of each month 7.30pm", "Last Friday of the month at 7.30pm"),
    ("2nd and 4th Weds 2pm-4pm", "2nd and 4th Wednesdays 2–4pm"),
    ("Tuesdays (2nd and 4th) 10-12", "2nd and 4th Tuesdays 10am–12 noon"),
    ("every 2nd Tuesday of the month 10-12", "2nd Tuesday of the month 10am–12 noon"),
    ("monthly on the 15th", "15th of the month"),
    ("15th of every month, 11am", "15th of the month at 11am"),
    ("Once a month on a Sunday", "Monthly on a Sunday (ask which week) [which week is not known]"),
    # Every so many weeks.
    ("every other Monday from 7 Sept", "Every other Monday, from 7 September 2026 [year assumed: 2026]"),
    ("Alternate Mondays from 30 November 2026 2pm", "Every other Monday at 2pm, from 30 November 2026"),
    ("alternate Wednesdays", "Every other Wednesday (ask which weeks) [which weeks is not known]"),
    (
        "fortnightly on Tuesdays 10-11.30am",
        "Every other Tuesday (ask which weeks) 10–11.30am [which weeks is not known]",
    ),
    (
        "every 3 weeks on Thursday 6pm-8pm from 3 Dec 2026",
        "Every three weeks on Thursday 6–8pm, from 3 December 2026",
    ),
    # Limits.
    ("Tuesdays 10-12 (term-time)", "Tuesdays 10am–12 noon, term time only"),
    ("Tuesdays 10-12 during term", "Tuesdays 10am–12 noon, term time only"),
    ("Tuesdays 10-12; term time only", "Tuesdays 10am–12 noon, term time only"),
    ("Tuesdays 10-12 closed in school holidays", "Tuesdays 10am–12 noon, term time only"),
    ("Tuesdays 10-3, school holidays only", "Tuesdays 10am–3pm, school holidays only"),
    ("Tuesdays 10-12 except August", "Tuesdays 10am–12 noon, except August"),
    ("Tuesdays 10-12. No meeting in August.", "Tuesdays 10am–12 noon, except August"),
    ("Tuesdays 2-4pm, not bank holidays", "Tuesdays 2–4pm, not on bank holidays"),
    ("Tuesdays 2-4pm (closed bank hols)", "Tuesdays 2–4pm, not on bank holidays"),
    ("Tuesdays 2-4pm September to July", "Tuesdays 2–4pm, except August"),
    ("Tuesdays in June, July and August 6pm", "Tuesdays at 6pm, in June, July and August"),
    (
        "Tuesdays 2-4pm from 5 Jan 2027 until 30 March 2027",
        "Tuesdays 2–4pm, from 5 January 2027, until 30 March 2027",
    ),
    ("Tuesdays 2pm until 30 March", "Tuesdays at 2pm, until 30 March 2027 [year assumed: 2027]"),
    ("Tuesdays 10-12 until 30 March 2027", "Tuesdays 10am–12 noon, until 30 March 2027"),
    ("Tuesdays 2-4pm until Easter", "Tuesdays 2–4pm, until 25 March 2027 [until Easter]"),
    ("Fridays 10-12, no session 25 December 2026", "Fridays 10am–12 noon, not on 25 December 2026"),
    ("Saturdays 10am not half term", "Saturdays at 10am, term time only [not in half term]"),
    ("Mondays 9-5 by appointment only", "Mondays 9am–5pm [by appointment]"),
    # Once.
    ("Saturday 5 December 2026, 2-4pm", "Saturday 5 December 2026 2–4pm"),
    ("5 Dec 2pm", "Saturday 5 December 2026 at 2pm [year assumed: 2026]"),
    ("Dec 5th 2pm", "Saturday 5 December 2026 at 2pm [year assumed: 2026]"),
    ("12/01/2027 14:00", "Tuesday 12 January 2027 at 2pm"),
    ("2026-12-05 14:00-16:00", "Saturday 5 December 2026 2–4pm"),
    ("Sat 5 and Sun 6 Dec 2026", "Saturday 5 December 2026 and Sunday 6 December 2026"),
    # Words around, and places.
    ("Drop in Tuesdays at 10am", "Tuesdays at 10am"),
    ("10am-12 Mondays", "Mondays 10am–12 noon"),
    ("Mondays 10-12 (ages 5-11, £2.50), call 01702 123456", "Mondays 10am–12 noon"),
    ("Mondays 10-12. No need to book", "Mondays 10am–12 noon"),
    ("Mondays 10-12 in the Sun Lounge", "Mondays 10am–12 noon"),
    ("Tuesdays @ 7pm @ the Library", "Tuesdays at 7pm @ the Library"),
    (
        "We meet every Thursday at 10.30 at the Army Hall, Station Road",
        "Thursdays at 10.30am @ the Army Hall, Station Road",
    ),
    ("Fridays 10am at Unit 4-6 Mill Lane, SS1 2AB", "Fridays at 10am @ Unit 4-6 Mill Lane, SS1 2AB"),
    ("Tuesdays 2pm at The Sun, Sunny Road", "Tuesdays at 2pm @ The Sun, Sunny Road"),
    ("Wednesdays at the May Street Hall 10-12", "Wednesdays 10am–12 noon @ the May Street Hall"),
    ("Tuesdays 10-12 at the Library (term time only)", "Tuesdays 10am–12 noon, term time only @ the Library"),
    ("Mondays 10am-12 at sunday-may-club-2", "Mondays 10am–12 noon @ sunday-may-club-2"),
]


@pytest.mark.parametrize(("text", "expected"), UNDERSTOOD)
def test_ways_people_write_a_time_are_understood(text, expected):
    assert said(text) == [expected]
    assert parse_times(text, today=TODAY)[0].text == text.strip() or ";" in text


SEVERAL = [
    ("Tues 11am - 2pm, Fri 11.30am -1.30pm", ["Tuesdays 11am–2pm", "Fridays 11.30am–1.30pm"]),
    (
        "Mondays, Tuesdays and Thursdays, 9.30am-4pm; Wednesdays, 9.30am-6pm; Fridays, 9.30am-1pm",
        ["Mondays, Tuesdays and Thursdays 9.30am–4pm", "Wednesdays 9.30am–6pm", "Fridays 9.30am–1pm"],
    ),
    (
        "Monday to Thursdays, 9-5pm for calls; 10am-2pm for food collections and deliveries",
        ["Monday to Thursday 9am–5pm", "Monday to Thursday 10am–2pm"],
    ),
    (
        "Mondays 10am-12 at leigh-library; Wednesdays 2-4pm at chalkwell-hall",
        ["Mondays 10am–12 noon @ leigh-library", "Wednesdays 2–4pm @ chalkwell-hall"],
    ),
    (
        "Tuesday 10am to 12pm at Chalkwell Hall, Friday 1pm to 3pm at Leigh Library",
        ["Tuesdays 10am–12 noon @ Chalkwell Hall", "Fridays 1–3pm @ Leigh Library"],
    ),
    ("Mon 10-12 and Wed 2-4", ["Mondays 10am–12 noon", "Wednesdays 2–4pm"]),
    ("10am-12 Mondays, 2-4pm Wednesdays", ["Mondays 10am–12 noon", "Wednesdays 2–4pm"]),
    ("Mondays: 10-12 toddlers\n1-3pm seniors", ["Mondays 10am–12 noon", "Mondays 1–3pm"]),
    ("Sundays 10.30am & 6.30pm", ["Sundays at 10.30am", "Sundays at 6.30pm"]),
    ("1st Monday & 3rd Wednesday 2pm", ["1st Monday of the month at 2pm", "3rd Wednesday of the month at 2pm"]),
    ("Closed Mondays; daily 10-4", ["Tuesday to Sunday 10am–4pm"]),
    ("Mon-Sat 9am-5pm, Sun closed", ["Monday to Saturday 9am–5pm"]),
    (
        "Tuesdays 10-12 & Fridays 2-4, term time only",
        ["Tuesdays 10am–12 noon, term time only", "Fridays 2–4pm, term time only"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), SEVERAL)
def test_several_clauses_become_several_sessions(text, expected):
    assert said(text) == expected


DOUBTFUL = [
    "by appointment",
    "TBC",
    "term time only",
    "24/7",
    "10am",
    "Tuesdays 8-10",
    "Tuesdays 8-12pm",
    "Tuesdays 12am-2pm",
    "Tuesdays 10am-9.30am",
    "Tuesdays 25:00",
    "Tuesdays 02:00-04:00",
    "Tuesdays or Thursdays 10-12",
    "7pm for 7.30pm Tuesdays",
    "every second Tuesday 10-12",
    "alternate Tuesdays and Thursdays 10-12",
    "Mondays & every other Tuesday 10-12",
    "Every other Monday from 8 Sept 2026",
    "Tuesdays and 1st Saturday 10-12",
    "Every Tuesday 10-12 except the first Tuesday of the month",
    "Sundays 11am (except first Sunday when 10am)",
    "Tuesday 10-12 closed for lunch",
    "Mondays 10-12 (closed)",
    "Mondays 10-12; closed until further notice",
    "Mondays 10am (term time), 2pm (holidays)",
    "Tues 10-12 (school holidays too)",
    "Tuesdays 10-12 for 6 weeks",
    "Mondays 4pm to 6pm (Years 7 to 9)",
    "Friday Club: Tuesdays 10-12",
    "Saturday 5th 2-4pm",
    "Saturday 6 December 2026 2pm",
    "31/02/2027 2pm",
    "5/12 2pm",
    "5 Dec - 10 Jan 10am-4pm",
    "Sundays after mass",
    "Bank holiday Mondays 11am",
    "Not Mondays",
    "M-F 9-5",
    "\ud800 \x00 ☃",
]


@pytest.mark.parametrize("text", DOUBTFUL)
def test_what_could_mean_two_things_stays_text_and_is_flagged(text):
    assert parse_times(text, today=TODAY) == [Session(None, text=text.strip(), understood=False)]


def test_a_clause_not_understood_does_not_take_the_others_with_it():
    assert said("Mondays 10-12; Tuesdays 8-10") == ["Mondays 10am–12 noon", "TEXT Tuesdays 8-10"]


def test_words_without_a_time_are_kept_as_a_note():
    assert said("Mondays 10-12; everyone welcome") == ["Mondays 10am–12 noon [everyone welcome]"]


def test_nothing_written_is_no_session():
    assert parse_times("", today=TODAY) == parse_times(" \n\t ", today=TODAY) == []


@pytest.mark.parametrize(
    ("today", "year"), [(date(2026, 8, 1), 2026), (date(2027, 3, 1), 2026), (date(2027, 3, 12), 2027)]
)
def test_a_date_without_a_year_is_the_first_from_about_six_months_ago(today, year):
    (session,) = parse_times("Mondays 2pm from 7 September", today=today)
    assert session.rule.start == date(year, 9, 7)
    assert session.note == f"year assumed: {year}"


def test_a_named_weekday_chooses_the_year():
    (session,) = parse_times("Friday 13 August 2pm", today=TODAY)
    assert session.rule == Rule("once", start=date(2027, 8, 13))


def test_christmas_and_easter_are_left_out_of_the_dates():
    (session,) = parse_times("Fridays 2pm except Christmas and Easter", today=TODAY)
    assert {date(2026, 12, 25), date(2027, 1, 1), date(2027, 3, 26)} <= set(session.rule.except_dates)


AT_HUBS = [
    "Mondays 10am-12 at leigh-library; Wednesdays 2-4pm at chalkwell-hall",
    "Mondays 10-12 and Wednesdays 2-4 at leigh-library",
    "Mondays 10-12, term time only at leigh-library; Wednesdays 2-4 at leigh-library",
    "Mondays 10-12 and 1-3 at leigh-library",
    "term time only at leigh-library; Mondays 2pm at leigh-library",
    "Mondays 8-10 at leigh-library; 2-4 at chalkwell-hall",
    "Mondays 10-12 at leigh-library; Mondays 10-12 at chalkwell-hall",
    "1st Sunday 10-12 @ sunday-school",
]


@pytest.mark.parametrize("text", AT_HUBS)
def test_the_quick_way_for_hubs_says_what_the_full_reading_says(text):
    assert parse_times(text, today=TODAY) == list(times._parse(text, TODAY))


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "Mondays Tue Fri weekdays 1st last every other 10 10-12 2pm 7.30pm - to and , ; at from until except not "
            "August 5 Dec 2026 12/01/2027 term-time bank holidays monthly fortnightly of the month ( ) @ Hall "
            "closed only half term Christmas 0 99 31st noon evening doors between or 7 days 24:00".split(" ")
        ),
        max_size=14,
    ).map(" ".join)
    | st.text(max_size=60),
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
)
@example("1st " * 70, TODAY)
@example("5 Dec 10000", TODAY)
def test_no_text_raises_and_none_is_lost(text, today):
    sessions = parse_times(text, today=today)
    assert bool(sessions) == bool(text.strip())
    for session in sessions:
        assert session.understood == (session.rule is not None)
        assert from_json(to_json(session)) == session
        if not session.understood:
            assert session.text.strip() in text


HUGE = ["a", "1", "1 ", "Mon ", "Mondays 10am-12, ", "5 Dec and ", "\x00", "😀", ";", "(", "every ", " "]


@pytest.mark.parametrize("piece", HUGE)
@pytest.mark.parametrize("size", [1_990, 1_000_000])
def test_a_huge_text_is_kept_whole_and_costs_little(piece, size):
    text = (piece * (size // len(piece) + 1))[:size] + "."
    began = clock.process_time()
    sessions = parse_times(text, today=TODAY)
    assert clock.process_time() - began < 1
    if size > 2_000:
        assert sessions == [Session(None, text=text, understood=False)]


def test_a_hundred_thousand_short_texts_take_seconds_not_minutes():
    days = "Mondays Tuesdays Wednesdays Thursdays Fridays".split()
    began = clock.process_time()
    for number in range(100_000):
        when = f"{days[number % 5]} {9 + number % 3}.{number % 4 * 15:02d}am-{1 + number % 5}pm"
        parse_times(f"{when} at hub-{number}" if number % 2 else when, today=TODAY)
    # Alone on one core: under 1 s; the bound leaves room for a busy machine.
    assert clock.process_time() - began < 5


def test_todays_dates_do_not_leak_from_one_day_to_the_next():
    first = parse_times("5 Dec 2pm", today=TODAY)
    later = parse_times("5 Dec 2pm", today=TODAY + timedelta(days=365))
    assert first[0].rule.start.year + 1 == later[0].rule.start.year
