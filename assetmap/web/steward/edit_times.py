"""What is understood of times as people say them, and the next dates: shown while a form is filled in."""

from __future__ import annotations

from datetime import datetime, timedelta

from assetmap.domain.schedule import Session, describe, next_start
from assetmap.domain.times import LONGEST_TEXT, parse_times
from assetmap.web import services, wording
from assetmap.web.language import gettext as _
from assetmap.web.steward import shown

NEXT_DATES = 6


def understood(text: str) -> dict:
    """`sessions` as {text, note, understood}, the next six `dates` as texts, and a `sentence` about them.

    Never raises: what cannot be understood comes back as it was written, and says so.
    """
    sessions = parse_times(text, today=services.now().date())
    dates = _dates(sessions)
    return {"sessions": [_told(session) for session in sessions], "dates": [wording.moment(at, services.now())
                                                                          for at in dates],
            "sentence": _sentence(text, sessions, dates)}


def _dates(sessions: list[Session]) -> list[datetime]:
    calendar, found = services.atlas().groups.calendar, set()
    for session in sessions:
        after = services.now()
        for _number in range(NEXT_DATES):
            start = next_start(session, after, calendar)
            if start is None:
                break
            found.add(start)
            after = start + timedelta(minutes=1)
    return sorted(found)[:NEXT_DATES]


def _told(session: Session) -> dict:
    notes = [session.note] if session.note else []
    if not session.understood:
        notes.append(_("This is not a time that can be worked out. It will be shown as it is written."))
    elif session.place:
        notes.append(_place(session.place))
    return {"text": describe(session) if session.understood else session.text, "note": "; ".join(notes),
            "understood": session.understood}


def _place(written: str) -> str:
    name = shown.hub_name(written)
    if name != written or shown.is_only_name("hubs", written):
        return _("at %(place)s", place=name)
    if shown.is_name("hubs", written):
        return _("More than one place is called “%(place)s”; it will be shown as it is written.", place=written)
    return _("No place is called “%(place)s”; it will be shown as it is written.", place=written)


def _sentence(text: str, sessions: list[Session], dates: list[datetime]) -> str:
    if not text.strip():
        return _("Nothing is said yet about when it meets.")
    if len(text) > LONGEST_TEXT:
        return _("This is too long to be read as times: at most %(most)s letters are. It will be shown as it is "
                 "written.", most=f"{LONGEST_TEXT:,}")
    if dates:
        return _("The next dates are:")
    if any(session.understood for session in sessions):
        return _("No date in the coming year can be worked out from this. Has it ended, or is a time missing?")
    return _("No dates can be worked out from this.")
