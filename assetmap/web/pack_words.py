"""What a pack says, in the reader's language: days, times, distances, costs.

A pack is read on paper days later, so that nothing here is "today" or "tomorrow".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from assetmap.domain.group import Group
from assetmap.domain.opportunity import Opportunity
from assetmap.domain.schedule import Session, describe
from assetmap.domain.schedule_words import describe_times
from assetmap.settings import Settings
from assetmap.web import language, services, wording
from assetmap.web.language import gettext as _


def day(at: date) -> str:
    """"Tuesday 24 November"; with its year when that is not this one."""
    pattern = _("EEEE d MMMM") if at.year == services.now().year else _("EEEE d MMMM y")
    return format_date(at, pattern, locale=language.locale())


def long_date(at: date) -> str:
    """"24 November 2026"."""
    return format_date(at, _("d MMMM y"), locale=language.locale())


def hours(start: time | None, end: time | None) -> str:
    """"2–4.30pm", elsewhere "14:00–16:30"; "" when no start is known."""
    if start is None or language.spoken() == language.ENGLISH:
        return describe_times(start, end) if start else ""
    said = [format_time(at, "short", locale=language.locale()) for at in (start, end) if at is not None]
    return "–".join(said)


def usual(session: Session) -> tuple[str, bool]:
    """(when it usually is in a few words, whether that is English); ("", False) when only its dates can be said."""
    if language.spoken() == language.ENGLISH or session.rule is None or not session.understood:
        return describe(session), True
    rule = session.rule
    if rule.freq != "weekly" or rule.interval > 1 or rule.months or rule.term_time or rule.school_holidays:
        return "", False
    plurals = (_("Mondays"), _("Tuesdays"), _("Wednesdays"), _("Thursdays"), _("Fridays"), _("Saturdays"),
               _("Sundays"))
    days = _("Every day") if len(rule.weekdays) == 7 else listed(plurals[number] for number in rule.weekdays)
    times = hours(session.start_time, session.end_time)
    return f"{days}, {times}" if times else days, False


def listed(texts: Iterable[str]) -> str:
    """"a, b and c"."""
    return format_list(list(texts), locale=language.locale())


def distance(metres: int | None, settings: Settings) -> str:
    """"about 10 min walk (600 m)"; beyond an hour the kilometres alone."""
    if metres is None:
        return ""
    figure = metres if metres < 1_000 else metres / 1_000
    far = f"{format_decimal(figure, format='#,##0.#', locale=language.locale())} {'m' if metres < 1_000 else 'km'}"
    walk = wording.walk(metres, settings)
    return _("%(walk)s (up to %(distance)s)", walk=walk, distance=far) if walk else _("up to %(distance)s",
                                                                                    distance=far)


def term(kind: str, code: str) -> str:
    """A word of the vocabulary."""
    return _(services.atlas().vocabulary.get(kind, code).label)


def cost(record: Group | Opportunity) -> tuple[str, str]:
    """(the kind of cost in words, the amount as the group wrote it)."""
    if isinstance(record, Opportunity):
        return {"expenses": _("Expenses are paid"), "time_credits": _("You get time credits: an hour for an hour"),
                }.get(record.reward, ""), record.amount
    note = record.cost_note if record.cost_note.lower() != record.cost else ""
    return term("cost", record.cost) if record.cost else "" if note else _("Cost not given"), note


def tongues(codes: Iterable[str]) -> str:
    """The languages that are spoken there, besides English alone; "" for that."""
    held = list(codes)
    if set(held) <= {language.ENGLISH}:
        return ""
    names = language.locale().languages
    return listed(names.get(code) or term("language", code) for code in held)
