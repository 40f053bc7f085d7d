"""The progress of a deployment walked through day by day, for whoever asks of many days and adds to it on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import date

from assetmap.domain.programme import Programme
from assetmap.domain.progress import NOT_BEGUN, ProgressEvent, Standing, carry, in_order


class Course:
    """Where a deployment stands at the end of days that are asked for in their order, as `progress_on` has it, but for
    since when, and with the last day only of those on which it went back. What came before a day is read once, not once
    for every day.
    """

    def __init__(self, programme: Programme, events: Iterable[ProgressEvent]):
        self._programme = programme
        self._coming = deque(in_order(programme, events))
        self._conditions, self._at = {step.code: NOT_BEGUN for step in programme.steps}, ""
        self._back_on: tuple[date, ...] = ()
        self._day, self._of_day = date.min, []

    def note(self, event: ProgressEvent) -> None:
        """Add an event of the day that was asked for last."""
        self._of_day.append(event)

    def on(self, day: date) -> Standing:
        """At the end of a day, which is no earlier than the one before."""
        if day > self._day:
            self._at, self._back_on = self._carried(self._conditions, self._of_day)
            self._day, self._of_day = day, []
        while self._coming and self._coming[0].day <= day:
            event = self._coming.popleft()
            if event.day == day:
                self._of_day.append(event)
            else:
                self._at, self._back_on = self._carried(self._conditions, (event,))
        conditions = dict(self._conditions)
        at, back_on = self._carried(conditions, self._of_day)
        return Standing(day, self._programme.kind, conditions, at, None, back_on)

    def _carried(self, conditions: dict[str, str], events: Iterable[ProgressEvent]) -> tuple[str, tuple[date, ...]]:
        at, back_on = self._at, self._back_on
        for event in in_order(self._programme, events):
            at, back = carry(self._programme, conditions, at, event)
            back_on = (event.day,) if back else back_on
        return at, back_on
