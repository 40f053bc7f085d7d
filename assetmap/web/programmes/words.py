"""Programmes in words: kinds of progress, what happened, where something stands, days and figures."""

from __future__ import annotations

from datetime import date

from assetmap.domain.initiatives import COMING, FEEDBACK_DUE, FEEDBACK_OVERDUE, OVERDUE
from assetmap.domain.programme import ELEMENTS, STATE, STEPS
from assetmap.domain.progress import BEGUN, GONE_BACK, IN_PLACE, NOT_BEGUN, PLANNED, REACHED, UNDER_WAY
from assetmap.web.language import gettext as _
from assetmap.web.wording import LONG_MONTHS

KINDS = {
    STEPS: (_("Steps, one after the other"), _("Each step builds on the one before it. It is possible to go back a "
                                               "step, and that is shown too.")),
    ELEMENTS: (_("Elements, in any order"), _("Each element can be there or not, whatever the others are.")),
    STATE: (_("One state at a time"), _("Each place is in one of these states.")),
}
PARTS = {STEPS: _("Steps"), ELEMENTS: _("Elements"), STATE: _("States")}
PART = {STEPS: _("Step"), ELEMENTS: _("Element"), STATE: _("State")}
HAPPENED = {PLANNED: _("Planned"), BEGUN: _("Begun"), REACHED: _("Reached"), GONE_BACK: _("Went back to")}
HAPPENED_TO_ELEMENT = HAPPENED | {REACHED: _("In place"), GONE_BACK: _("No longer in place")}
HAPPENED_TO_STATE = HAPPENED | {BEGUN: _("Became"), REACHED: _("Became")}
BACK_HINTS = {
    STEPS: _("If it went back: choose above the step that is under way again. Those after it no longer count."),
    ELEMENTS: _("What is no longer in place must have begun or been in place before."),
    STATE: _("If it went back: choose above the state that it is in again."),
}
CONDITIONS = {NOT_BEGUN: _("Not begun"), PLANNED: _("Planned"), UNDER_WAY: _("Under way"), IN_PLACE: _("Reached")}
ELEMENT_CONDITIONS = CONDITIONS | {IN_PLACE: _("In place")}
ICONS = {NOT_BEGUN: "minus", PLANNED: "calendar", UNDER_WAY: "hourglass", IN_PLACE: "check"}
HAPPENED_ICONS = {PLANNED: "calendar", BEGUN: "hourglass", REACHED: "check", GONE_BACK: "history"}
DATE_KINDS = {"event": _("Event"), "meeting": _("Meeting"), "step_due": _("A step is due"), "other": _("Other date")}
NEXT = {COMING: _("Coming"), OVERDUE: _("Past, and not said to be done"), FEEDBACK_DUE: _("Feedback due by"),
        FEEDBACK_OVERDUE: _("Feedback overdue since")}
STATUS = {"active": _("Going on"), "paused": _("Taking a break"), "ended": _("Has ended"), "hidden": _("Taken away")}


def happened(kind: str, what: str) -> str:
    """What happened to a step, an element or a state."""
    return {STEPS: HAPPENED, ELEMENTS: HAPPENED_TO_ELEMENT}.get(kind, HAPPENED_TO_STATE).get(what, what)


def condition(kind: str, code: str) -> str:
    """How a step, an element or a state stands."""
    if kind == STATE:
        return {IN_PLACE: _("It is so now"), PLANNED: _("Planned")}.get(code, _("Not so now"))
    return (CONDITIONS if kind == STEPS else ELEMENT_CONDITIONS)[code]


def day_said(day: date | None) -> str:
    """"3 May 2026"; "" for none."""
    return f"{day.day} {LONG_MONTHS[day.month - 1]} {day.year}" if day else ""


def span_said(first: date | None, last: date | None) -> str:
    """"1 May 2026 to 31 May 2026"; "" when neither is known."""
    if first and last and first != last:
        return _("%(first)s to %(last)s", first=day_said(first), last=day_said(last))
    if first:
        return day_said(first)
    return _("until %(last)s", last=day_said(last)) if last else ""


def running_said(first: date | None, last: date | None) -> str:
    """As `span_said`, of what goes on while it has no last day."""
    return _("since %(day)s", day=day_said(first)) if first and not last else span_said(first, last)


def amount(value: float, unit: str) -> str:
    """"£1,250", "12 hours", "37"."""
    number = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{unit}{number}" if unit in ("£", "€", "$") else f"{number} {unit}".strip()
