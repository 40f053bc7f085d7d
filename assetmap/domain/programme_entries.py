"""What is noted of a deployment besides its progress: figures, and dates to come with the feedback they owe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from assetmap.domain.programme import Programme

DATE_KINDS = ("event", "meeting", "step_due", "other")
GATHERINGS = ("event", "meeting")
"""The kinds of dates that people come together on."""


@dataclass(frozen=True, slots=True)
class DeploymentFigure:
    """A number of a day, or of the days from `day` to `until`: sessions held, people attending, grants awarded.

    `name` is free words, `unit` such as "hours" or "£", `origin` where the number is from. A `stock` stays until the
    next count of it (volunteers, days open a week); others are flows, which add up (people attending).
    """

    id: str
    name: str
    deployment_id: str
    value: float
    day: date
    until: date | None = None
    unit: str = ""
    stock: bool = False
    origin: str = ""
    note: str = ""
    public: bool = True
    status: str = "active"
    source: str = ""
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class PlannedDate:
    """What comes next: `name` is its title, `kind` one of DATE_KINDS, `time` as "19:30" or "" for none.

    An event that took place may owe feedback to those who came, `feedback_days` after it (None: as its step says; 0:
    none); `feedback_given` is the day they got it. `done` is also said of a step that was due and is reached.
    `attended` is how many came, None when nobody counted.
    """

    id: str
    name: str
    deployment_id: str
    day: date
    time: str = ""
    kind: str = "event"
    hub_id: str = ""
    place: str = ""
    step: str = ""
    done: bool = False
    attended: int | None = None
    feedback_days: int | None = None
    feedback_given: date | None = None
    note: str = ""
    public: bool = True
    status: str = "active"
    source: str = ""
    source_id: str = ""

    def feedback_due(self, programme: Programme) -> date | None:
        """The last day for feedback on it; None when it owes none."""
        days = self.feedback_days
        if days is None and self.kind == "event":
            step = programme.step(self.step)
            days = step.feedback_days if step else None
        return self.day + timedelta(days=days) if days and self.status == "active" else None

    def feedback_overdue(self, programme: Programme, today: date) -> bool:
        """Whether those who came have waited too long."""
        due = self.feedback_due(programme)
        return due is not None and self.feedback_given is None and today > due

    def overdue(self, today: date) -> bool:
        """Whether it is past and nobody has said that it is done."""
        return not self.done and self.status == "active" and self.day < today
