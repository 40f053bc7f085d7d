"""The times and the venues of each row become meetings: sessions, each with the hub it is held in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from assetmap.domain.group import Meeting
from assetmap.domain.schedule import Session
from assetmap.domain.text import clean, one_line, short
from assetmap.domain.times import parse_times
from assetmap.importing import cells
from assetmap.importing.context import Context, Known
from assetmap.importing.sheet import Sheet

LONGEST_TIMES = 20_000


class Held(NamedTuple):
    """What one pair of times and venue means. `elsewhere` is venue words that no hub is known by."""

    hub_id: str = ""
    meetings: tuple[Meeting, ...] = ()
    elsewhere: str = ""
    notices: tuple[tuple[str, str], ...] = ()  # (field, message)


def read_meetings(sheet: Sheet, context: Context, venues: Sequence[str]) -> list[Held]:
    """What the times and the venue of each row mean.

    What cannot be understood stays as text in a meeting, with a notice; nothing is dropped.
    """
    pairs = list(zip(sheet.raw("times"), venues, strict=True))
    meeting_of = _Meetings()
    held = {pair: _held(context, *pair, meeting_of) for pair in set(pairs)}
    if any(entry.notices for entry in held.values()):
        for index, pair in enumerate(pairs):
            for field, message in held[pair].notices:
                sheet.fault(index, field, message, "notice")
    return [held[pair] for pair in pairs]


class _Meetings(dict):
    """One Meeting for each session and hub: a file has many timetables, made of few sessions."""

    def __call__(self, session: Session, hub_id: str) -> Meeting:
        key = (id(session), hub_id)
        found = self.get(key)
        if found is None:
            found = self[key] = Meeting(session, hub_id)  # which keeps the session, and so its id, in being
        return found


def _held(context: Context, times: str, venue: str, meeting_of: _Meetings) -> Held:
    notices: list[tuple[str, str]] = []
    hubs, elsewhere = ([], "") if cells.is_missing(venue) else _venues(context, one_line(venue)[:500], notices)
    times = clean(times[:LONGEST_TIMES])  # as it is kept: what cannot be seen is no time
    sessions = () if cells.is_missing(times) else parse_times(times, today=context.today)
    meetings = _meetings(context, sessions, hubs, notices, meeting_of) if sessions or hubs else ()
    first = hubs[0].id if hubs else next((meeting.hub_id for meeting in meetings if meeting.hub_id), "")
    return Held(first, meetings, elsewhere, tuple(notices))


def _venues(context: Context, written: str, notices: list[tuple[str, str]]) -> tuple[list[Known], str]:
    whole = context.directory.find("hubs", written, context.source)
    if whole:
        return [whole], ""
    hubs, unknown = [], []
    for part in filter(None, map(str.strip, re.split(r"[;|]", written))):
        hub = context.directory.find("hubs", part, context.source)
        if hub:
            hubs.append(hub)
        else:
            unknown.append(part)
            notices.append(("venue", f"{_no_hub(context, part)}; it is kept as part of the address"))
    return hubs, ", ".join(unknown)


def _no_hub(context: Context, text: str) -> str:
    if context.directory.is_ambiguous("hubs", text):
        return f"more than one place to meet is called “{short(text)}”, so give the id of the one that is meant"
    return f"no place to meet is called “{short(text)}”"


def _meetings(context: Context, sessions: Sequence[Session], hubs: list[Known],
              notices: list[tuple[str, str]], meeting_of: _Meetings) -> tuple[Meeting, ...]:
    if not hubs and all(session.understood and not session.place for session in sessions):
        return tuple([meeting_of(session, "") for session in sessions])
    made = []
    for session in sessions:
        hub = context.directory.find("hubs", session.place, context.source) if session.place else None
        if session.place and hub is None:
            notices.append(("times", f"{_no_hub(context, session.place)}; the place is shown as written"))
        if not session.understood:
            notices.append(("times", f"“{short(session.text, 80)}” is not a time that can be understood; "
                                     "it is shown as written"))
        own = hub or (hubs[0] if hubs and not session.place else None)
        made.append(meeting_of(session, own.id if own else ""))
    used = {meeting.hub_id for meeting in made}
    used.update(hub.id for hub in hubs[:1])
    for hub in hubs:
        if hub.id not in used:
            made.append(Meeting(Session(rule=None, text=f"Also at {hub.name}: ask when", understood=False), hub.id))
    return tuple(made)
