"""Since when each step, element or state of a deployment has been as it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from assetmap.domain.programme import Programme
from assetmap.domain.progress import NOT_BEGUN, ProgressEvent, timeline


def held_since(programme: Programme, events: Iterable[ProgressEvent], day: date) -> dict[str, date]:
    """Code → the day from which it has been in the condition that it has at the end of `day`.

    What has been as it is from the start is not in it.
    """
    conditions = {step.code: NOT_BEGUN for step in programme.steps}
    since: dict[str, date] = {}
    for moment in timeline(programme, (event for event in events if event.day <= day)):
        since |= {code: moment.event.day for code, condition in moment.standing.conditions.items()
                  if condition != conditions[code]}
        conditions = moment.standing.conditions
    return since
