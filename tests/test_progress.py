"""How far a deployment has got on any day, worked out by hand and at random."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assetmap.domain.going_back import why_not_back
from assetmap.domain.initiatives import Initiatives
from assetmap.domain.programme import KINDS, Deployment, Programme, Step
from assetmap.domain.programme_days import Held, held_since, implied_by
from assetmap.domain.programme_entries import PlannedDate
from assetmap.domain.progress import CONDITIONS, HAPPENINGS, ProgressEvent, progress_on, timeline

FIRST = date(2026, 1, 1)
CODES = ("one", "two", "three", "four")


def programme(kind: str = "steps", **of_steps) -> Programme:
    return Programme("p", "P", kind=kind, steps=tuple(Step(code, code.title(), **of_steps) for code in CODES))


def happened(*said: str) -> list[ProgressEvent]:
    """"5 reached two": on the fifth day."""
    made = []
    for number, text in enumerate(said):
        day, what, step = text.split()
        made.append(ProgressEvent(str(number), "", "d", step, what, FIRST + timedelta(int(day) - 1)))
    return made


def on(day: int, kind: str, events):
    return progress_on(programme(kind), events, FIRST + timedelta(day - 1))


def told(day: int, kind: str, events) -> str:
    """The conditions by their first letters: not begun, planned, under way, in place."""
    return "".join(condition[0] for condition in on(day, kind, events).conditions.values())


def test_steps_are_reached_one_after_another_and_every_past_day_can_be_shown():
    events = happened("2 planned one", "3 begun one", "5 reached one", "9 begun three", "20 gone_back two",
                      "30 reached two", "31 planned four")
    assert [told(day, "steps", events) for day in (1, 2, 3, 5, 8, 9, 19, 20, 30, 31)] == [
        "nnnn", "pnnn", "unnn", "innn", "innn", "iiun", "iiun", "iunn", "iinn", "iinp"]
    standing = on(25, "steps", events)
    assert (standing.at, standing.condition, standing.since.day, [day.day for day in standing.back_on]) == (
        "two", "under_way", 20, [20])
    assert on(25, "steps", events).share == 1.5 / 4 and on(2, "steps", events).share is None
    assert [moment.event.id for moment in timeline(programme(), events) if moment.back] == ["4"]
    assert on(19, "steps", events).back_on == (), "what came later is not known on a past day"


def test_what_was_reached_is_not_begun_again_and_nobody_goes_back_to_what_has_not_come():
    events = happened("1 reached three", "2 begun two", "3 reached one", "4 gone_back four")
    assert told(9, "steps", events) == "iiin" and on(9, "steps", events).since == FIRST
    assert on(9, "steps", events).back_on == ()


def test_elements_each_have_a_condition_of_their_own():
    events = happened("1 reached two", "2 begun four", "3 planned one", "4 gone_back two", "5 planned four")
    assert [told(day, "elements", events) for day in (1, 2, 3, 4, 5)] == ["ninn", "ninu", "pinu", "pnnu", "pnnu"]
    assert [day.day for day in on(5, "elements", events).back_on] == [4]
    assert on(3, "elements", events).share == 1.5 / 4


def test_of_states_the_last_one_holds():
    events = happened("1 begun one", "3 planned three", "4 reached three", "8 gone_back two")
    assert [on(day, "state", events).at for day in (0, 1, 3, 4, 8)] == ["", "one", "one", "three", "two"]
    assert told(3, "state", events) == "inpn" and on(8, "state", events).back_on == (FIRST + timedelta(7),)


@given(st.sampled_from(KINDS), st.data())
def test_any_events_in_any_order_give_one_standing_that_only_a_going_back_makes_less(kind, data):
    one = st.builds(lambda day, what, step: f"{day} {what} {step}", st.integers(1, 9), st.sampled_from(HAPPENINGS),
                    st.sampled_from((*CODES, "unknown")))
    events = happened(*data.draw(st.lists(one, max_size=12)))
    shuffled = data.draw(st.permutations(events))
    for day in range(11):
        standing = on(day, kind, events)
        assert standing == on(day, kind, shuffled)
        assert standing == on(day, kind, [event for event in events if event.day <= standing.day])
        assert set(standing.conditions) == set(CODES) and set(standing.conditions.values()) <= set(CONDITIONS)
        assert standing.since is None or standing.since <= standing.day
        assert standing.share is None or 0 < standing.share <= 1
    for moment in timeline(programme(kind), events):
        if kind == "steps" and moment.back:
            assert moment.event.what == "gone_back"
    last = on(10, "steps", events)
    if last.at:
        before = list(last.conditions.values())[:CODES.index(last.at)]
        assert set(before) <= {"in_place"}, "the steps before the one it is at are reached"


def test_feedback_is_due_within_the_days_of_the_step_and_is_told_when_it_is_late():
    known = programme(feedback_days=10)
    dates = (PlannedDate("talk", "Listening", "d", FIRST, step="two"),
             PlannedDate("meal", "Meal", "d", FIRST, step="two", feedback_days=0, done=True),
             PlannedDate("told", "Heard", "d", FIRST, step="two", feedback_given=FIRST + timedelta(5)),
             PlannedDate("soon", "Next", "d", FIRST + timedelta(40), time="19:30"))
    held = Initiatives.of([known], [Deployment("d", "D", "p")], (), (), dates)
    due = FIRST + timedelta(10)
    assert dates[0].feedback_due(known) == due and not dates[0].feedback_overdue(known, due)
    assert [(one.kind, one.entry.id) for one in held.next_dates(due)] == [
        ("feedback_due", "talk"), ("coming", "soon")]
    assert held.next_dates(due + timedelta(1))[0].kind == "feedback_overdue"


def test_who_asks_today_sees_what_is_planned_for_days_to_come_and_who_asks_of_a_past_day_does_not():
    elements = programme("elements")
    events = happened("1 begun one", "3 reached one", "50 planned two", "60 planned one")
    today = FIRST + timedelta(10)
    standing = progress_on(elements, events, today, with_plans=True)
    assert standing.conditions["two"] == "planned" and standing.conditions["one"] == "in_place"
    assert standing.since == events[1].day, "a plan is not how long it has been so"
    assert held_since(elements, events, today, with_plans=True)["two"] == Held(events[2].day)
    assert progress_on(elements, events, today).conditions["two"] == "not_begun"


def test_a_step_that_a_later_one_took_with_it_is_reached_by_then_and_not_noted_until_somebody_says_when():
    events = happened("1 reached one", "9 begun four", "20 gone_back three")

    def since(*more, day=30):
        held = held_since(programme(), [*events, *happened(*more)], FIRST + timedelta(day - 1))
        return [(one.day.day, one.noted) for one in held.values()]

    assert since() == [(1, True), (9, False), (20, True), (20, True)], "of going back its day is that of both"
    assert since(day=9) == [(1, True), (9, False), (9, False), (9, True)]
    assert since("5 reached two", day=9)[1] == (5, True)
    assert since("12 reached two", day=9)[1] == (9, False) and since("12 reached two", day=12)[1] == (12, True)
    assert [step.code for step in implied_by(programme(), events, events[1])] == ["two", "three"]
    noted = happened("9 begun four", "1 reached one", "8 reached two", "9 reached three")
    assert implied_by(programme(), noted, noted[0]) == [] == implied_by(programme("elements"), events, events[1])


def test_only_to_what_was_there_before_does_anything_go_back():
    def refused(kind, *said):
        *events, event = happened(*said)
        return why_not_back(programme(kind), events, event)

    assert "had not begun before that day" in refused("steps", "5 gone_back one")
    assert "comes after step 2, “Two”" in refused("steps", "1 begun two", "9 reached four", "5 gone_back three")
    assert "was under way before that day already" in refused("steps", "1 begun two", "5 gone_back two")
    assert "had not begun" in refused("steps", "5 reached two", "5 gone_back one"), "of one day it is first"
    for said in ("5 gone_back one", "5 gone_back two", "5 begun one"):
        assert refused("steps", "1 reached two", said) == ""
    assert "cannot have gone" in refused("elements", "1 reached one", "2 planned two", "5 gone_back two")
    assert refused("elements", "1 begun two", "5 gone_back two") == ""
    assert "first state that is noted" in refused("state", "5 gone_back one")
    assert "comes after “Two”" in refused("state", "1 reached two", "5 gone_back three")
    assert "already" in refused("state", "1 reached two", "5 gone_back two")
    assert refused("state", "1 reached two", "5 gone_back one") == ""
