"""Times that are over, and times that nobody understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

import numpy as np

from assetmap.analysis.occurrences import SessionTable
from assetmap.atlas.assets import ENDLESS, last_day_of
from assetmap.domain.schedule import HORIZON_DAYS, Calendar, Session
from assetmap.domain.text import short
from assetmap.importing.health.finding import Entry, Finding, Level, finding
from assetmap.importing.health.held import Held, entry_of
from assetmap.store.rows import load_meetings

_NOT_UNDERSTOOD = '"understood": false'


def findings(held: Held, calendar: Calendar, now: datetime) -> Iterator[Finding]:
    """The times of groups, offers and asks."""
    yield finding("group-times", "groups have times that are not understood or not known", Level.MISLEADING,
                  held.entries("groups", lambda row: _no_times(row) or _not_understood(row)),
                  "Say it in words such as “Tuesdays 10am to 12 noon”. The form shows the next dates at once.")
    yield finding("opportunity-times", "offers and asks have times that are not understood", Level.MISLEADING,
                  held.entries("opportunities", _not_understood),
                  "Say it in words such as “Tuesdays 10am to 12 noon”. The form shows the next dates at once.")
    for layer, one, many in (("groups", "group", "groups"), ("opportunities", "opportunity", "offers and asks")):
        over, partly = _over(layer, held.live[layer], calendar, now)
        if layer == "opportunities":
            over += _expired(held)
        yield finding(f"{one}-over", f"{many} have no more sessions to come", Level.MISLEADING, over,
                      "Ask for the new times, or give the status as ended. Readers no longer see it in lists.")
        yield finding(f"{one}-session-over", f"{many} have some times that are over", Level.LACKING, partly,
                      "Take out the times that have passed, or ask for new ones.")


def _no_times(row: Mapping) -> str:
    if row["meetings"] != "[]":
        return ""
    return f"“{short(row['times'], 160)}” is not understood" if row["times"] else "No times given"


def _not_understood(row: Mapping) -> str:
    if _NOT_UNDERSTOOD not in row["meetings"]:
        return ""
    said = [meeting.session.text for meeting in load_meetings(row["meetings"]) if not meeting.session.understood]
    return f"“{short('; '.join(filter(None, said)) or row['times'], 160)}” is not understood"


def _over(layer: str, rows: Sequence[Mapping], calendar: Calendar, now: datetime) -> tuple[list[Entry], list[Entry]]:
    """Entries of those none of whose times has a date to come, and of those some of whose times have none."""
    sessions: list[Session] = []
    owner: list[int] = []
    for number, row in enumerate(rows):
        for meeting in load_meetings(row["meetings"]) if row["meetings"] != "[]" else ():
            sessions.append(meeting.session)
            owner.append(number)
    if not sessions:
        return [], []
    last = np.array([last_day_of(session.rule) for session in sessions], dtype=np.int64)
    starts = SessionTable.from_sessions(sessions, calendar).next_start(now, include_running=True)
    today = now.date().toordinal()
    # a date beyond the horizon is not looked for, and is no reason to say that there is none
    ended = (last < today) | ((last < today + HORIZON_DAYS) & (last != ENDLESS) & np.isnat(starts))
    owners = np.array(owner)
    of_each = np.bincount(owners, minlength=len(rows))
    ended_of_each = np.bincount(owners, weights=ended, minlength=len(rows)).astype(int)
    over, partly = [], []
    for number in np.flatnonzero(ended_of_each).tolist():
        mine = np.flatnonzero(owners == number)
        note = _note([sessions[index] for index in mine if ended[index]], [last[index] for index in mine])
        (over if ended_of_each[number] == of_each[number] else partly).append(entry_of(layer, rows[number], note))
    return over, partly


def _note(sessions: Sequence[Session], last: Sequence[int]) -> str:
    said = short("; ".join(filter(None, (session.text for session in sessions))), 120)
    newest = max((day for day in last if day != ENDLESS and day > 0), default=0)
    when = f"the last was on {date.fromordinal(int(newest))}" if newest else "without a date"
    return f"“{said}”, {when}" if said else when


def _expired(held: Held) -> list[Entry]:
    """Open offers and asks whose day is past: they are no longer live, and nobody closed them."""
    return [entry_of("opportunities", row, f"it was open until {row['expires']}")
            for row in held.all_rows["opportunities"].values()
            if row["status"] in ("active", "paused") and row["state"] == "open"
            and row["expires"] is not None and row["expires"] < held.today]
