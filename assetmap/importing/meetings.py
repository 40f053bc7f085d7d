"""The times and the venues of each row become meetings: sessions, each with the hub it is held in."""

from __future__ import annotations

import re
from functools import lru_cache

from assetmap.domain.group import Meeting
from assetmap.domain.schedule import Session
from assetmap.domain.text import one_line
from assetmap.domain.times import parse_times
from assetmap.importing import cells
from assetmap.importing.context import Context, Known
from assetmap.importing.sheet import Sheet

LONGEST_TIMES = 20_000


def read_meetings(sheet: Sheet, context: Context) -> tuple[list[str], list[tuple[Meeting, ...]], list[str]]:
    """For each row its first hub's id, its meetings, and venue words that no hub is known by.

    What cannot be understood stays as text in a meeting, with a notice; nothing is dropped.
    """
    hub_ids, all_meetings, elsewhere = [], [], []
    sessions_of = lru_cache(maxsize=100_000)(lambda text: tuple(parse_times(text, today=context.today)))
    hub_of = lru_cache(maxsize=100_000)(lambda text: context.directory.find("hubs", text, context.source))
    rows = zip(sheet.raw("times"), sheet.raw("venue"), strict=True)
    for index, (times, venue) in enumerate(rows):
        hubs, unknown = _venues(sheet, index, venue, hub_of)
        sessions = () if cells.is_missing(times) else sessions_of(times[:LONGEST_TIMES])
        meetings = _meetings(sheet, index, sessions, hubs, hub_of)
        hub_ids.append(hubs[0].id if hubs else next((m.hub_id for m in meetings if m.hub_id), ""))
        all_meetings.append(meetings)
        elsewhere.append(unknown)
    return hub_ids, all_meetings, elsewhere


def _venues(sheet: Sheet, index: int, raw: str, hub_of) -> tuple[list[Known], str]:
    if cells.is_missing(raw):
        return [], ""
    whole = one_line(raw)[:500]
    found = hub_of(whole)
    if found:
        return [found], ""
    hubs, unknown = [], []
    for part in re.split(r"[;|]", whole):
        hub = hub_of(part.strip())
        if hub:
            hubs.append(hub)
        elif part.strip():
            unknown.append(part.strip())
    if unknown:
        sheet.fault(index, "venue", f"no hub is called “{unknown[0][:60]}”; it is kept as part of the address", "notice")
    return hubs, ", ".join(unknown)


def _meetings(sheet: Sheet, index: int, sessions: tuple[Session, ...], hubs: list[Known], hub_of) -> tuple[Meeting, ...]:
    made = []
    for session in sessions:
        hub = hub_of(session.place) if session.place else None
        if session.place and hub is None:
            sheet.fault(index, "times", f"no hub is called “{session.place[:60]}”; the place is shown as written", "notice")
        if not session.understood:
            sheet.fault(index, "times", f"“{session.text[:80]}” is not a time that can be understood; "
                                        "it is shown as written", "notice")
        own = hub or (hubs[0] if hubs and not session.place else None)
        made.append(Meeting(session, own.id if own else ""))
    used = {meeting.hub_id for meeting in made} | ({hubs[0].id} if hubs else set())
    for hub in hubs:
        if hub.id not in used:
            made.append(Meeting(Session(rule=None, text=f"Also at {hub.name}: ask when", understood=False), hub.id))
    return tuple(made)
