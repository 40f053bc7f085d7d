"""Since when each step, element or state of a deployment has been as it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from assetmap.domain.programme import Programme
from assetmap.domain.progress import NOT_BEGUN, ProgressEvent, known_on, timeline


def held_since(programme: Programme, events: Iterable[ProgressEvent], day: date, *,
               with_plans: bool = False) -> dict[str, date]:
    """Code → the day from which it has been in the condition that it has at the end of `day`; of what is planned the
    day that it is planned for. `with_plans` as in `progress_on`.

    What has been as it is from the start is not in it.
    """
    conditions = {step.code: NOT_BEGUN for step in programme.steps}
    since: dict[str, date] = {}
    for moment in timeline(programme, known_on(events, day, with_plans=with_plans)):
        since |= {code: moment.event.day for code, condition in moment.standing.conditions.items()
                  if condition != conditions[code]}
        conditions = moment.standing.conditions
    return since
