"""Since when each step, element or state of a deployment has been as it is, and whether that was noted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assetmap.domain.programme import Programme, Step
from assetmap.domain.progress import IN_PLACE, NOT_BEGUN, REACHED, ProgressEvent, known_on, timeline, with_event


@dataclass(frozen=True, slots=True)
class Held:
    """`day` is the one from which it has been so. Not `noted`: it only follows from what was noted of a later step on
    that day, so that it was reached by then, and nobody said when.
    """

    day: date
    noted: bool = True


def held_since(programme: Programme, events: Iterable[ProgressEvent], day: date, *,
               with_plans: bool = False) -> dict[str, Held]:
    """Code → since when it has been in the condition that it has at the end of `day`; of what is planned the day that
    it is planned for. `with_plans` as in `progress_on`.

    What has been as it is from the start is not in it.
    """
    conditions = {step.code: NOT_BEGUN for step in programme.steps}
    since: dict[str, Held] = {}
    for moment in timeline(programme, known_on(events, day, with_plans=with_plans)):
        event, after = moment.event, moment.standing.conditions
        since |= {code: Held(event.day, code == event.step or condition != IN_PLACE)
                  for code, condition in after.items() if condition != conditions[code]}
        if event.what == REACHED and after[event.step] == IN_PLACE and not since[event.step].noted:
            since[event.step] = Held(event.day)  # noted after a later step was: its day is what somebody said
        conditions = after
    return since


def implied_by(programme: Programme, events: Iterable[ProgressEvent], event: ProgressEvent) -> list[Step]:
    """The steps that count as reached because of an event of a later one, and of which no day is noted by then;
    `events` are those of its deployment, with it or without it.
    """
    events, before = with_event(events, event), {step.code: NOT_BEGUN for step in programme.steps}
    for moment in timeline(programme, events):
        after = moment.standing.conditions
        if moment.event is event:
            held = held_since(programme, events, event.day)
            return [step for step in programme.steps if after[step.code] == IN_PLACE != before[step.code]
                    and not held[step.code].noted]
        before = after
    return []
