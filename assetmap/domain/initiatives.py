"""Programmes with their deployments, and what is noted of each: all there is, or what the public may see of it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from assetmap.domain.programme import Deployment, Programme
from assetmap.domain.programme_entries import GATHERINGS, DeploymentFigure, PlannedDate
from assetmap.domain.progress import ProgressEvent, Standing, progress_on


@dataclass(frozen=True, slots=True)
class NextDate:
    """A date of a deployment, and why it is listed: `kind`, one of NEXT_KINDS. `day` is what it is listed by."""

    kind: str
    day: date
    entry: PlannedDate
    deployment: Deployment
    programme: Programme


COMING, OVERDUE, FEEDBACK_DUE, FEEDBACK_OVERDUE = NEXT_KINDS = ("coming", "overdue", "feedback_due", "feedback_overdue")


@dataclass(frozen=True, slots=True)
class Initiatives:
    """By public id; entries by the deployment's id, oldest first. Deployments of no known programme are not in it."""

    programmes: Mapping[str, Programme] = field(default_factory=dict)
    deployments: Mapping[str, Deployment] = field(default_factory=dict)
    progress: Mapping[str, tuple[ProgressEvent, ...]] = field(default_factory=dict)
    figures: Mapping[str, tuple[DeploymentFigure, ...]] = field(default_factory=dict)
    dates: Mapping[str, tuple[PlannedDate, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, programmes: Iterable[Programme], deployments: Iterable[Deployment], progress: Iterable[ProgressEvent],
           figures: Iterable[DeploymentFigure], dates: Iterable[PlannedDate]) -> Initiatives:
        """What is hidden, and what belongs to it, is left out."""
        known = {one.id: one for one in programmes if one.status != "hidden"}
        there = {one.id: one for one in deployments if one.status != "hidden" and one.programme_id in known}
        return cls(known, there, *(_by_deployment(entries, there) for entries in (progress, figures, dates)))

    def public(self, places: Container[str]) -> Initiatives:
        """What anyone may see: nothing that is marked internal, no notes, of roles what they agreed to, and of places
        only those of `places`, the ids that the public map shows.
        """
        known = [replace(one, notes="") for one in self.programmes.values() if one.public]
        there = [replace(one, notes="", roles=tuple(role.public() for role in one.roles), hub_id=_shown(one, places))
                 for one in self.deployments.values() if one.public]
        progress, figures, dates = ([one for of_one in held.values() for one in of_one if one.public]
                                    for held in (self.progress, self.figures, self.dates))
        return Initiatives.of(known, there, progress, figures,
                              [replace(one, hub_id=_shown(one, places)) for one in dates])

    def of_programme(self, programme_id: str) -> list[Deployment]:
        """Its deployments, by name."""
        found = (one for one in self.deployments.values() if one.programme_id == programme_id)
        return sorted(found, key=lambda one: (one.name, one.id))

    def only(self, deployment_id: str) -> Initiatives:
        """The same with one deployment alone. Raises KeyError."""
        return replace(self, deployments={deployment_id: self.deployments[deployment_id]})

    def programme_of(self, deployment_id: str) -> Programme:
        """The programme of a deployment. Raises KeyError."""
        return self.programmes[self.deployments[deployment_id].programme_id]

    def standing(self, deployment_id: str, day: date, *, with_plans: bool = False) -> Standing:
        """Where a deployment stood at the end of a day (see `progress_on`). Raises KeyError."""
        return progress_on(self.programme_of(deployment_id), self.progress.get(deployment_id, ()), day,
                           with_plans=with_plans)

    def last_heard(self, deployment: Deployment, today: date) -> date | None:
        """The last day on which something is known of it: it began, it was confirmed, or something was noted of it."""
        noted = (entry.day for entries in (self.progress, self.figures, self.dates)
                 for entry in entries.get(deployment.id, ()))
        days = (day for day in (deployment.starts, deployment.last_confirmed, *noted) if day and day <= today)
        return max(days, default=None)

    def next_dates(self, today: date, until: date | None = None) -> list[NextDate]:
        """What comes, what is past and not done, and whose feedback is due or late; the earliest first.

        `day` is the date's own, of feedback the last day for it. What lies after `until` is left out.
        """
        found = []
        for deployment_id, entries in self.dates.items():
            deployment, programme = self.deployments[deployment_id], self.programme_of(deployment_id)
            for entry in entries:
                found += [NextDate(kind, day, entry, deployment, programme)
                          for kind, day in _reasons(entry, programme, today) if until is None or day <= until]
        return sorted(found, key=lambda one: (one.day, one.entry.time, one.entry.id))

    def gatherings(self) -> list[NextDate]:
        """Events and meetings that anyone could come to, past days too, the earliest first: of programmes and areas
        that go on or are about to, and neither done nor called off.
        """
        found = [NextDate(COMING, entry.day, entry, deployment, self.programmes[deployment.programme_id])
                 for deployment in self.deployments.values() for entry in self.dates.get(deployment.id, ())
                 if entry.kind in GATHERINGS and entry.status == "active" and not entry.done
                 and _goes_on(deployment, self.programmes[deployment.programme_id], entry.day)]
        return sorted(found, key=lambda one: (one.day, one.entry.time, one.entry.id))


def _goes_on(deployment: Deployment, programme: Programme, day: date) -> bool:
    """Whether neither is paused nor over by that day. It need not have begun: people meet before something begins."""
    return programme.status == deployment.status == "active" and (deployment.ends is None or day <= deployment.ends)


def _shown(one: Deployment | PlannedDate, places: Container[str]) -> str:
    return one.hub_id if one.hub_id in places else ""


def _reasons(entry: PlannedDate, programme: Programme, today: date) -> Iterable[tuple[str, date]]:
    if entry.status != "active":
        return
    due = entry.feedback_due(programme)
    if entry.day >= today and not entry.done:
        yield COMING, entry.day
    elif entry.overdue(today) and due is None:
        yield OVERDUE, entry.day  # of an event that owes feedback, that is what is asked
    if due is not None and entry.feedback_given is None and entry.day <= today:
        yield (FEEDBACK_OVERDUE if today > due else FEEDBACK_DUE), due


def _by_deployment(entries: Iterable, there: Mapping[str, Deployment]) -> dict[str, tuple]:
    made: dict[str, list] = {}
    for entry in entries:
        if entry.status != "hidden" and entry.deployment_id in there:
            made.setdefault(entry.deployment_id, []).append(entry)
    return {key: tuple(sorted(held, key=lambda one: (one.day, one.id))) for key, held in made.items()}
