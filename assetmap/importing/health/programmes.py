"""Programmes: what they name that is not there any more, what is past and not told of, and where nothing is heard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import quote

from assetmap.domain.initiatives import Initiatives
from assetmap.domain.programme import Deployment, Programme
from assetmap.domain.programme_entries import PlannedDate
from assetmap.domain.progress import PLANNED
from assetmap.importing.health.finding import Entry, Finding, Level, finding
from assetmap.importing.health.held import Held
from assetmap.store import programmes as store
from assetmap.store.database import Connection
from assetmap.store.programme_rows import DATES, DEPLOYMENTS, FIGURES, PROGRAMMES, PROGRESS
from assetmap.store.programmes import Kept

_GOING_ON = ("active", "paused")
_PLAN_DAYS = 90  # a plan slips; and of some only the day is known on which it was made


@dataclass(frozen=True)
class _Looked:
    """Every record by layer and public id, hidden ones too; `shown` without those."""

    held: Held
    every: Mapping[str, Mapping[str, Kept]]
    shown: Initiatives

    @classmethod
    def at(cls, connection: Connection, held: Held) -> _Looked:
        every = {name: store.every(connection, name) for name in (PROGRAMMES, DEPLOYMENTS, PROGRESS, FIGURES, DATES)}
        return cls(held, every, Initiatives.of(*(one.values() for one in every.values())))

    @property
    def today(self) -> date:
        return self.held.today

    @cached_property
    def running(self) -> list[tuple[Deployment, Programme]]:
        """Deployments that go on, of programmes that do."""
        made = ((one, self.shown.programme_of(one.id)) for one in self.shown.deployments.values())
        return [(one, programme) for one, programme in made
                if one.status in _GOING_ON and programme.status in _GOING_ON]

    def dates(self) -> Iterator[tuple[PlannedDate, Deployment, Programme]]:
        """The dates of all that goes on."""
        for deployment, programme in self.running:
            for entry in self.shown.dates.get(deployment.id, ()):
                yield entry, deployment, programme


def findings(connection: Connection, held: Held) -> Iterator[Finding]:
    """All of it; `held` has the wards and the hubs."""
    looked = _Looked.at(connection, held)
    yield from _gone(looked)
    yield from _places(looked)
    yield from _past(looked)
    yield finding("programme-no-steps", "programmes have no step, element or state", Level.LACKING,
                  [_entry(PROGRAMMES, one) for one in looked.shown.programmes.values()
                   if one.status in _GOING_ON and not one.steps],
                  "Write down what it goes through: without that no progress can be noted.")
    yield finding("programme-stale", f"areas of programmes have had no news for over {held.settings.stale_days} days",
                  Level.MISLEADING, list(_quiet(looked)),
                  "Ask how it goes there. Note what is new, or say in its form that you checked it or that it has "
                  "ended.")


def _gone(looked: _Looked) -> Iterator[Finding]:
    programmes, deployments = looked.every[PROGRAMMES], looked.every[DEPLOYMENTS]
    yield finding("deployment-programme-gone", "areas belong to a programme that is not in the data", Level.SERIOUS,
                  [_entry(DEPLOYMENTS, one, note=one.programme_id) for one in deployments.values()
                   if one.status != "hidden" and one.programme_id not in programmes],
                  "Restore a backup, or load the programme again.")
    yield finding("entry-deployment-gone", "entries belong to an area of a programme that is not in the data",
                  Level.SERIOUS, [_entry(name, one, note=one.deployment_id) for name in (PROGRESS, FIGURES, DATES)
                                  for one in looked.every[name].values()
                                  if one.status != "hidden" and one.deployment_id not in deployments],
                  "Restore a backup, or load the area again.")
    lost = [_entry(name, one, looked.shown.deployments[key], f"“{one.step}”, which “{programme.name}” does not have")
            for name, held in ((PROGRESS, looked.shown.progress), (DATES, looked.shown.dates))
            for key, entries in held.items() for programme in (looked.shown.programme_of(key),)
            for one in entries if one.step and not programme.step(one.step)]
    yield finding("progress-step-gone", "entries of progress or dates name a step that their programme does not have",
                  Level.MISLEADING, lost, "They do not count. Give the step back to the programme, or choose another.")


def _places(looked: _Looked) -> Iterator[Finding]:
    wards, hubs = set(looked.held.wards["code"]), looked.held.all_rows["hubs"]
    yield finding("deployment-ward-gone", "areas of programmes name wards that are not loaded", Level.MISLEADING,
                  [_entry(DEPLOYMENTS, one, note=", ".join(strange)) for one, _programme in looked.running
                   if wards and (strange := [code for code in one.wards if code not in wards])],
                  "Choose the wards by their names of today, or load their boundaries.")
    named = [(DEPLOYMENTS, one, None) for one, _programme in looked.running] + [
        (DATES, one, deployment) for one, deployment, _programme in looked.dates() if one.day >= looked.today]
    named = [(name, one, deployment) for name, one, deployment in named if one.hub_id]
    yield finding("deployment-hub-gone", "areas and dates of programmes name a place that is not in the data",
                  Level.SERIOUS, [_entry(name, one, of, one.hub_id) for name, one, of in named
                                  if one.hub_id not in hubs], "Choose another place.")
    yield finding("deployment-hub-hidden", "areas and dates of programmes name a place that is hidden or has ended",
                  Level.MISLEADING, [_entry(name, one, of, f"{hub['name']} ({hub['status']})")
                                     for name, one, of in named if (hub := hubs.get(one.hub_id)) is not None
                                     and hub["status"] in ("hidden", "ended")],
                  "Ask where it is at home now, or show the place again.")


def _past(looked: _Looked) -> Iterator[Finding]:
    today, dates = looked.today, list(looked.dates())
    yield finding("deployment-over", "areas of programmes are past their last day and still said to go on",
                  Level.MISLEADING, [_entry(DEPLOYMENTS, one, note=f"its last day was {one.ends}")
                                     for one, _programme in looked.running if one.ends and one.ends < today],
                  "Say that it has ended, or give it another last day.")
    yield finding("date-feedback-overdue", "events owe feedback to those who came", Level.WAITING,
                  [_entry(DATES, one, of, f"held on {one.day}, feedback was due by {one.feedback_due(programme)}")
                   for one, of, programme in dates if one.feedback_overdue(programme, today)],
                  "Tell them what came of it, and note the day.")
    late = [(one, of) for one, of, programme in dates if one.overdue(today) and one.feedback_due(programme) is None]
    yield finding("date-step-overdue", "steps were due and are not said to be done", Level.WAITING,
                  [_entry(DATES, one, of, f"due on {one.day}") for one, of in late if one.kind == "step_due"],
                  "Note the progress and say that it is done, or give it another day.")
    yield finding("date-past", "dates are past and not said to be done", Level.LACKING,
                  [_entry(DATES, one, of, f"it was on {one.day}") for one, of in late if one.kind != "step_due"],
                  "Say that it is done and how many came, or take it away.")
    yield finding("progress-planned-past",
                  f"steps were planned for a day more than {_PLAN_DAYS} days ago, and have not begun", Level.WAITING,
                  list(_still_planned(looked)), "Note that it has begun, or give the plan another day.")


def _still_planned(looked: _Looked) -> Iterator[Entry]:
    for deployment, _programme in looked.running:
        conditions = looked.shown.standing(deployment.id, looked.today).conditions
        newest = {event.step: event for event in looked.shown.progress.get(deployment.id, ()) if event.what == PLANNED}
        for event in newest.values():
            if (looked.today - event.day).days > _PLAN_DAYS and conditions.get(event.step) == PLANNED:
                yield _entry(PROGRESS, event, deployment, f"planned for {event.day}")


def _quiet(looked: _Looked) -> Iterator[Entry]:
    for deployment, _programme in looked.running:
        heard = looked.shown.last_heard(deployment, looked.today)
        days = (looked.today - heard).days if heard else None
        if days is None or days > looked.held.settings.stale_days:
            yield _entry(DEPLOYMENTS, deployment, note=f"last heard of on {heard}, {days:,} days ago" if heard else
                         "nothing was ever noted")


def _entry(layer_name: str, record: Kept, of: Deployment | None = None, note: str = "") -> Entry:
    name = f"{of.name}: {record.name}" if of else record.name
    return Entry(layer_name, record.id, name, f"/plan/programmes/edit/{layer_name}/{quote(record.id, '')}/change", note,
                 record.source)
