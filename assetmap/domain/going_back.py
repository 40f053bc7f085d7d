"""Going back: whether what was noted before makes sense of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from assetmap.domain.programme import ELEMENTS, STATE, STEPS, Programme
from assetmap.domain.progress import (
    GONE_BACK,
    NOT_BEGUN,
    ProgressEvent,
    Standing,
    carry,
    in_order,
    timeline,
    with_event,
)
from assetmap.domain.text import short


def why_not_back(programme: Programme, events: Iterable[ProgressEvent], event: ProgressEvent) -> str:
    """What is wrong with an event that says that something went back, as the end of a sentence about its step; "" when
    it makes sense, and for every other event. `events` are those of its deployment, with it or without it.
    """
    if event.what != GONE_BACK or event.status == "hidden" or programme.step(event.step) is None:
        return ""
    before = None
    for moment in timeline(programme, with_event(events, event)):
        if moment.event is event:
            return "" if moment.back else _WHY[programme.kind](programme, before, event.step)
        before = moment.standing
    return ""


def why_none_went_back(programme: Programme, events: Iterable[ProgressEvent], asked: Collection[str]) -> dict[str, str]:
    """As `why_not_back`, of those of a deployment's events whose ids are asked for, in one walk: id → what is wrong."""
    made: dict[str, str] = {}
    conditions, at = {step.code: NOT_BEGUN for step in programme.steps}, ""
    for event in in_order(programme, events):
        was_at = at
        at, back = carry(programme, conditions, at, event)
        if event.what == GONE_BACK and not back and event.id in asked:
            before = Standing(event.day, programme.kind, conditions, was_at)
            made[event.id] = _WHY[programme.kind](programme, before, event.step)
    return made


def _step(programme: Programme, before: Standing | None, code: str) -> str:
    if before is None or not before.at:
        return "had not begun before that day, so there is no going back to it; say begun or reached instead"
    if before.at == code:
        return "was under way before that day already, so there is no going back to it"
    return (f"comes after {_named(programme, before.at)}, which is how far it had got before that day; choose the step "
            "that is under way again")


def _element(_programme: Programme, _before: Standing | None, _code: str) -> str:
    return "had not begun before that day, so it cannot have gone again"


def _state(programme: Programme, before: Standing | None, code: str) -> str:
    if before is None or not before.at:
        return "is the first state that is noted, so there is no going back to it; say that it became so instead"
    if before.at == code:
        return "is what it was before that day already, so there is no going back to it"
    return (f"comes after {_named(programme, before.at)}, as it was before that day, so that was no going back; say "
            "that it became so instead")


def _named(programme: Programme, code: str) -> str:
    number, name = programme.number(code), programme.step(code).name
    return f"step {number}, “{short(name, 80)}”" if programme.kind == STEPS else f"“{short(name, 80)}”"


_WHY = {STEPS: _step, ELEMENTS: _element, STATE: _state}
