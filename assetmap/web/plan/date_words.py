"""A date of a programme: what it is, why it is listed, where, and as an entry of a calendar."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from assetmap.domain.initiatives import COMING, FEEDBACK_DUE, FEEDBACK_OVERDUE, OVERDUE, NextDate
from assetmap.domain.programme_entries import PlannedDate
from assetmap.domain.schedule import Rule, Session
from assetmap.web import services
from assetmap.web.calendar_feed import FeedEvent
from assetmap.web.language import gettext as _
from assetmap.web.plan import programme_data
from assetmap.web.programmes.words import DATE_KINDS, day_said

REASONS = {COMING: _("coming"), OVERDUE: _("past, and not noted as done"), FEEDBACK_DUE: _("feedback due"),
           FEEDBACK_OVERDUE: _("feedback overdue")}
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_LATE = (OVERDUE, FEEDBACK_OVERDUE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: what, when, why it is listed, where, and of which deployment."""

    found: NextDate
    what: str
    why: str
    place: str
    wards: tuple[str, ...]
    internal: bool
    url: str

    @property
    def late(self) -> bool:
        """Whether it should have been done or told before today."""
        return self.found.kind in _LATE


def entry_of(found: NextDate, wards: Sequence[int]) -> Entry:
    """A date as the list tells it; `wards` are the rows of the Atlas's wards that its deployment is in."""
    atlas, entry = services.atlas(), found.entry
    step = found.programme.step(entry.step)
    what = DATE_KINDS.get(entry.kind, DATE_KINDS["other"])
    if step:
        what = _("%(what)s, step “%(step)s”", what=what, step=step.name)
    hub = atlas.hubs.number_of.get(entry.hub_id) if entry.hub_id else None
    named = "" if hub is None else atlas.hubs.rows[hub]["name"]
    why = REASONS[found.kind]
    if found.kind in (FEEDBACK_DUE, FEEDBACK_OVERDUE):
        why = (_("feedback on it was due by %(day)s", day=day_said(found.day)) if found.kind == FEEDBACK_OVERDUE
               else _("feedback on it is due by %(day)s", day=day_said(found.day)))
    internal = not (entry.public and found.deployment.public and found.programme.public)
    return Entry(found, what, why, ", ".join(filter(None, (named, entry.place))),
                 tuple(atlas.ward_names[ward] for ward in wards), internal,
                 programme_data.deployment_url(found.deployment))


def event_of(entry: Entry) -> FeedEvent:
    """A calendar entry; without a time of day, and for feedback, one of the whole day."""
    found = entry.found
    is_feedback = found.kind == FEEDBACK_DUE
    at = None if is_feedback else clock(found.entry.time)
    title = _("Feedback due: %(what)s", what=found.entry.name) if is_feedback else found.entry.name
    session = Session(Rule("once", start=found.day), at)
    return FeedEvent(
        uid=f"programme-date-{found.entry.id}-{found.kind}", title=title, location=entry.place, lat=None, lon=None,
        description="\n".join(filter(None, (f"{found.programme.name}: {found.deployment.name}", entry.what,
                                            found.entry.note))),
        url=services.root() + entry.url, session=session, times="", all_day=at is None)


def clock(text: str) -> time | None:
    """"19:30" as a time of day; None for anything else."""
    found = _CLOCK.fullmatch(text.strip())
    return time(int(found[1]), int(found[2])) if found else None


def session_of(entry: PlannedDate) -> Session:
    """A date as a session that is once; without a time of day when none is known."""
    return Session(Rule("once", start=entry.day), clock(entry.time))
