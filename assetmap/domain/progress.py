"""How far a deployment has got: dated events, and the standing that follows from them on any day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assetmap.domain.programme import ELEMENTS, STATE, STEPS, Programme

PLANNED, BEGUN, REACHED, GONE_BACK = HAPPENINGS = ("planned", "begun", "reached", "gone_back")
NOT_BEGUN, UNDER_WAY, IN_PLACE = "not_begun", "under_way", "in_place"
CONDITIONS = (NOT_BEGUN, PLANNED, UNDER_WAY, IN_PLACE)
"""What a step or an element can be, from the least on."""
# Of one day: somebody went back to a step, and reached it again.
_ORDER = {word: number for number, word in enumerate((PLANNED, GONE_BACK, BEGUN, REACHED))}


@dataclass(frozen=True, slots=True)
class ProgressEvent:
    """What happened to a `step` (its code) on a day: one of HAPPENINGS; of PLANNED the day that it is planned for.
    `name` is what the entry is called in lists.

    Evidence is `evidence` (words), `link`, and `photo` (an address) with `photo_alt`. `note` is for everybody who may
    see the event; `public` is False for what only those who sign in see.
    """

    id: str
    name: str
    deployment_id: str
    step: str
    what: str
    day: date
    note: str = ""
    evidence: str = ""
    link: str = ""
    photo: str = ""
    photo_alt: str = ""
    public: bool = True
    status: str = "active"
    source: str = ""
    source_id: str = ""

    def is_early(self, today: date) -> bool:
        """Whether it is said to have happened on a day that is still to come. What is planned may be of any day."""
        return self.what != PLANNED and self.day > today


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a deployment stands at the end of `day`.

    `conditions` has one of CONDITIONS for each code, in the programme's order. `at` is the step or state that it is
    at, "" before the first has begun and for elements; `since` the day from which it has been so, without a break, of
    elements from which those that are in place have been. `back_on` are the days on which it went back.
    """

    day: date
    kind: str
    conditions: dict[str, str]
    at: str = ""
    since: date | None = None
    back_on: tuple[date, ...] = ()

    @property
    def condition(self) -> str:
        """Of the step or state that it is at; NOT_BEGUN when there is none."""
        return self.conditions.get(self.at, NOT_BEGUN)

    @property
    def in_place(self) -> int:
        """How many steps are reached, or elements in place."""
        return sum(condition == IN_PLACE for condition in self.conditions.values())

    @property
    def has_begun(self) -> bool:
        """Whether anything has, so that there is something to show."""
        return any(condition in (UNDER_WAY, IN_PLACE) for condition in self.conditions.values())

    @property
    def share(self) -> float | None:
        """How far it is, 0 to 1: reached steps or elements in place, one that is under way counting half.

        Of a state: its place among the states, the last being 1. None before anything has begun, and without steps.
        """
        if not self.has_begun:
            return None
        if self.kind == STATE:
            codes = list(self.conditions)
            return (codes.index(self.at) + 1) / len(codes)
        half = sum(condition == UNDER_WAY for condition in self.conditions.values()) / 2
        return (self.in_place + half) / len(self.conditions)


@dataclass(frozen=True, slots=True)
class Moment:
    """An event, and where the deployment stood after it. `back` says that this took it back."""

    event: ProgressEvent
    standing: Standing
    back: bool


def progress_on(programme: Programme, events: Iterable[ProgressEvent], day: date, *,
                with_plans: bool = False) -> Standing:
    """Where a deployment stood at the end of `day`, whatever order its events are given in; `with_plans`: with what is
    planned for later days, as whoever asks of today knows it.

    Events of one day count in the order planned, gone back, begun, reached, and of those alike in the order of the
    programme's steps. Events of steps that the programme does not have, hidden ones, and later ones do not count.

    Of steps, one that has begun or is reached takes those before it as reached; going back to a step puts it under way
    and those after it to not begun. An element has the condition that its last event gave it; what has gone back is
    not begun. Of states, the last that was begun, reached or gone back to holds.
    """
    moments = timeline(programme, known_on(events, day, with_plans=with_plans))
    if not moments:
        return Standing(day, programme.kind, {step.code: NOT_BEGUN for step in programme.steps})
    held = moments[-1].standing
    return Standing(day, held.kind, held.conditions, held.at, held.since, held.back_on)


def known_on(events: Iterable[ProgressEvent], day: date, *, with_plans: bool) -> Iterable[ProgressEvent]:
    """The events up to a day, and those plans for later days that count."""
    return (event for event in events if event.day <= day or (with_plans and event.what == PLANNED))


def timeline(programme: Programme, events: Iterable[ProgressEvent]) -> list[Moment]:
    """Every event that counts, oldest first, with where the deployment stood after it."""
    return list(_moments(programme, events))


def in_order(programme: Programme, events: Iterable[ProgressEvent]) -> list[ProgressEvent]:
    """The events that count, in the order in which they do."""
    place = {step.code: number for number, step in enumerate(programme.steps)}
    counted = (event for event in events if event.step in place and event.what in _ORDER and event.status != "hidden")
    return sorted(counted, key=lambda event: (event.day, _ORDER[event.what], place[event.step]))


def with_event(events: Iterable[ProgressEvent], event: ProgressEvent) -> list[ProgressEvent]:
    """The events of a deployment with one that is new, or changed, among them."""
    return [*(one for one in events if one.id != event.id), event]


def carry(programme: Programme, conditions: dict[str, str], at: str, event: ProgressEvent) -> tuple[str, bool]:
    """Change the conditions by what happened next; the step or state that it is at then, and whether it went back."""
    before, was_at = dict(conditions), at
    at = _APPLY[programme.kind](conditions, at, event)
    return at, _is_back(programme.kind, before, was_at, conditions, at)


def _moments(programme: Programme, events: Iterable[ProgressEvent]):
    conditions = {step.code: NOT_BEGUN for step in programme.steps}
    at, since, back_on = "", None, ()
    for event in in_order(programme, events):
        before = dict(conditions), at
        at, back = carry(programme, conditions, at, event)
        if back and event.day not in back_on:
            back_on = (*back_on, event.day)
        if (before[1], before[0].get(before[1])) != (at, conditions.get(at)):
            since = event.day
        elif programme.kind == ELEMENTS and _there(before[0]) != _there(conditions):
            since = event.day
        yield Moment(event, Standing(event.day, programme.kind, dict(conditions), at, since, back_on), back)


def _there(conditions: dict[str, str]) -> dict[str, str]:
    """The elements that are in place; while there is none, those that have begun."""
    return ({code: condition for code, condition in conditions.items() if condition == IN_PLACE}
            or {code: condition for code, condition in conditions.items() if condition == UNDER_WAY})


def _step(conditions: dict[str, str], at: str, event: ProgressEvent) -> str:
    codes = list(conditions)
    here, now = codes.index(event.step), codes.index(at) if at else -1
    if event.what == PLANNED:
        if conditions[event.step] == NOT_BEGUN:
            conditions[event.step] = PLANNED
        return at
    if event.what == GONE_BACK:
        if here > now:
            return at  # nobody goes back to what has not come yet
        conditions[event.step] = UNDER_WAY
        conditions.update(dict.fromkeys(codes[here + 1:], NOT_BEGUN))
        return event.step
    if here < now or here == now and conditions[event.step] == IN_PLACE:
        return at  # reached before
    conditions.update(dict.fromkeys(codes[:here], IN_PLACE))
    conditions[event.step] = UNDER_WAY if event.what == BEGUN else IN_PLACE
    return event.step


_ELEMENT = {PLANNED: PLANNED, BEGUN: UNDER_WAY, REACHED: IN_PLACE, GONE_BACK: NOT_BEGUN}


def _element(conditions: dict[str, str], at: str, event: ProgressEvent) -> str:
    if event.what != PLANNED or conditions[event.step] == NOT_BEGUN:
        conditions[event.step] = _ELEMENT[event.what]
    return at


def _state(conditions: dict[str, str], at: str, event: ProgressEvent) -> str:
    if event.what == PLANNED:
        if conditions[event.step] == NOT_BEGUN:
            conditions[event.step] = PLANNED
        return at
    if at:
        conditions[at] = NOT_BEGUN
    conditions[event.step] = IN_PLACE
    return event.step


_APPLY = {STEPS: _step, ELEMENTS: _element, STATE: _state}


def _is_back(kind: str, before: dict[str, str], was_at: str, after: dict[str, str], at: str) -> bool:
    """Whether something is less than it was: a step or an element that had begun, or an earlier state."""
    if kind == STATE:
        codes = list(after)
        return bool(was_at) and codes.index(at) < codes.index(was_at)
    rank = CONDITIONS.index
    return any(rank(after[code]) < rank(was) for code, was in before.items() if was in (UNDER_WAY, IN_PLACE))
