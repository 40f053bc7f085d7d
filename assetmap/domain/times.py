"""From what people write about when they meet to sessions: "Tuesdays 10am-12", "1st & 3rd Thurs 7-9pm".

A wrong time sends somebody to a locked door, so a clause in which anything about days or times is left over,
or could mean two things, becomes a session that is only text, with `understood` False. Nothing is dropped.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from assetmap.domain.schedule import Rule, Session
from assetmap.domain.times_clause import Clause, DaysAndTimes, Limits
from assetmap.domain.times_clock import ASSUMED, Span, span_of
from assetmap.domain.times_reading import read_clause
from assetmap.domain.times_words import WORDS

LONGEST_TEXT = 2_000
"""Longer than this is a description, not a time; it is kept whole as text."""
MOST_CLAUSES = 60
_CLAUSES = re.compile(r"[;\n\r|•]+")
_AT_A_HUB = re.compile(r"\s(?:at|@)\s+(([a-z]+)(?:-[a-z0-9]+)+)\s*$")
_BULLET = re.compile(r"^[\s*·\-–—]+")


def parse_times(text: str, *, today: date) -> list[Session]:
    """The sessions that a text names, clause by clause; "" or blank gives none.

    A clause ends at a semicolon, a new line, or where a new day follows a time. It may end in " at <place>".
    Dates without a year are the first from about six months before `today` on, which the note says. A clause
    that is not understood comes back as Session(rule=None, understood=False, text=clause). Never raises.
    """
    if not text.strip():
        return []
    if len(text) > LONGEST_TEXT:
        return [_only_text(text)]
    return _timetable(text, today) or _with_hubs(text, today) or list(_parse(text, today))


def _timetable(text: str, today: date) -> list[Session] | None:
    """As _parse, for clauses with semicolons between them that each stand alone, and are well known; None for others.

    "Mondays 10am-12; Fridays 2-4pm": there are more timetables than can be remembered, made of few clauses.
    """
    if ";" not in text or "|" in text or "•" in text or "@" in text or not text.isprintable():
        return None
    clauses = text.split(";")
    if len(clauses) > MOST_CLAUSES:
        return None
    found: list[Session] = []
    for clause in clauses:
        clause = clause.strip()
        sessions = _by_itself(clause, today) if clause[:1].isalnum() else ()
        if not sessions:
            return None
        found += sessions
    return found


def _with_hubs(text: str, today: date) -> list[Session] | None:
    """As _parse, for "Mondays 10am-12 at leigh-library; Fridays 2-4pm at chalkwell-hall"; None for others.

    Only the times are parsed and remembered: a file has thousands of pairs of time and hub, but few times.
    """
    heads, hubs, clauses = [], [], text.split(";")
    for clause in clauses:
        found = _AT_A_HUB.search(clause)
        if found is None or found[2] in WORDS or len(clauses) > MOST_CLAUSES:
            return None
        heads.append(clause[: found.start()].strip())
        hubs.append(clause[found.start(1) : found.end(1)])
    sessions = _parse(";".join(heads), today)
    answer: list[Session] = []
    number = 0
    for session in sessions:
        if number + 1 < len(heads) and session.text == heads[number + 1]:
            number += 1
        if session.text != heads[number] or not session.understood or session.place:
            return None
        place, words = hubs[number], clauses[number].strip()
        answer.append(
            Session(session.rule, session.start_time, session.end_time, place, words, True, session.note)
        )
    return answer if number + 1 == len(heads) and len(set(heads)) == len(heads) else None


@lru_cache(maxsize=8_192)
def _parse(text: str, today: date) -> tuple[Session, ...]:
    written = [_BULLET.sub("", part).strip() for part in _CLAUSES.split(text)]
    written = [part for part in written if part.strip(" .,-")]
    if not written or len(written) > MOST_CLAUSES:
        return (_only_text(text),)
    clauses = [read_clause(part, today) for part in written]
    everywhere = Limits()
    for clause in clauses:
        if clause.about_days:
            continue
        if clause.doubt:
            # "Closed until further notice": it is about all the other clauses, and nobody knows what it says.
            return (_only_text(text),)
        if clause.limits.empty:
            clause.limits.note(clause.text)
        everywhere.add(clause.limits)
    sessions: list[Session] = []
    before: DaysAndTimes | None = None
    for clause in clauses:
        if not clause.about_days:
            continue
        clause.limits.add(everywhere)
        before = _inherit(clause, before)
        sessions += _sessions(clause)
    return tuple(sessions) or (_only_text(text),)


@lru_cache(maxsize=16_384)  # timetables are put together from fewer clauses than there are timetables
def _by_itself(text: str, today: date) -> tuple[Session, ...]:
    """The sessions of a clause that neither takes days from others nor limits them; () for other clauses."""
    clause = read_clause(text, today)
    if not clause.about_days or clause.doubt or not all(group.has_days for group in clause.groups):
        return ()
    return tuple(_sessions(clause))


def _inherit(clause: Clause, before: DaysAndTimes | None) -> DaysAndTimes | None:
    """Gives times without days the days of the clause before: "Mondays: 10-12 toddlers; 1-3pm seniors"."""
    for group in clause.groups:
        if group.has_times and not group.has_days and before is not None and not clause.doubt:
            group.patterns, group.month_days = list(before.patterns), before.month_days
            group.dates, group.weeks_apart = before.dates, before.weeks_apart
            group.months_apart, group.alternate = before.months_apart, before.alternate
    return clause.groups[-1] if clause.groups[-1].has_days and not clause.doubt else None


def _sessions(clause: Clause) -> list[Session]:
    groups = [group for group in clause.groups if group.has_days or group.has_times]
    closed = {day for group in groups if group.closed for _, days in group.patterns for day in days}
    clause.limits.closed_days += tuple(closed)
    open_groups = [group for group in groups if not group.closed]
    found: list[Session] = []
    for group in open_groups:
        rules = None if clause.doubt else _rules(group, clause)
        spans = _spans(group)
        if not rules or spans is None:
            return [_only_text(clause.text)]
        words = clause.text if len(open_groups) == 1 else clause.text[group.begin : group.end].strip(" ,.&")
        notes = [*clause.limits.notes, *_notes(group, clause.limits, rules)]
        for rule in rules:
            for span in spans or [None]:
                found.append(_session(rule, span, group, words, notes))
    return found


def _session(rule: Rule, span: Span | None, group: DaysAndTimes, words: str, notes: list[str]) -> Session:
    if span is None:
        if group.part:
            notes = [*notes, "morning" if group.part == "am" else "afternoon or evening"]
        return Session(rule, place=group.place, text=words, note="; ".join(notes))
    if span.assumed:
        notes = [*notes, ASSUMED]
    return Session(rule, span.start, span.end, group.place, words, note="; ".join(notes))


def _spans(group: DaysAndTimes) -> list[Span] | None:
    """The times of a group; None when one of them is not safe to say."""
    spans = [span_of(start, end, group.part) for start, end in group.times or group.doors]
    if None in spans or len(set(spans)) != len(spans):
        return None
    return spans


def _notes(group: DaysAndTimes, limits: Limits, rules: list[Rule]) -> list[str]:
    notes = []
    if limits.year_assumed:
        day = rules[0].start or rules[0].until or (limits.except_dates or (None,))[0]
        notes.append(f"year assumed: {day.year}" if day else "year assumed")
    if any(not rule.certain for rule in rules):
        notes.append("which week is not known" if rules[0].freq == "monthly" else "which weeks is not known")
    return notes


def _rules(group: DaysAndTimes, clause: Clause) -> list[Rule] | None:
    """The rules of a group under the clause's limits; None when they do not go together."""
    limits = clause.limits
    if clause.festival and not group.dates:
        return None
    if group.dates or (limits.span and not group.has_days):
        return _once(group, limits)
    if not group.has_days or (limits.term_time and limits.school_holidays):
        return None
    limits = replace(limits)
    if limits.span:
        limits.start, limits.until = limits.start or limits.span[0], limits.until or limits.span[1]
    if limits.start and limits.until and limits.start > limits.until:
        return None
    if limits.months is not None and not limits.months:
        return None
    return _monthly(group, limits) if _is_monthly(group) else _weekly(group, limits)


def _once(group: DaysAndTimes, limits: Limits) -> list[Rule] | None:
    days = set(group.dates)
    if limits.span and not days:
        first, last = limits.span
        if (last - first).days > 7:
            return None  # an exhibition of three weeks: on which of those days is it open?
        days = {first + timedelta(days=number) for number in range((last - first).days + 1)}
    days -= set(limits.except_dates)
    if limits.start or limits.until or group.weeks_apart > 1 or group.months_apart or not days:
        return None
    if limits.closed_days or limits.months is not None:
        return None
    first, *others = sorted(days)
    return [Rule("once", start=first, extra_dates=tuple(others))]


def _is_monthly(group: DaysAndTimes) -> bool:
    return bool(group.month_days or group.months_apart or any(nths for nths, _ in group.patterns))


def _weekly(group: DaysAndTimes, limits: Limits) -> list[Rule] | None:
    days = {day for _, some in group.patterns for day in some} - set(limits.closed_days)
    if not days or (group.alternate and len(days) > 1):
        return None
    if group.weeks_apart > 1 and limits.start and limits.start.weekday() not in days:
        return None  # counted from a Wednesday, is the first Tuesday six days later or thirteen?
    return [Rule("weekly", tuple(days), interval=group.weeks_apart, **_common(limits))]


def _monthly(group: DaysAndTimes, limits: Limits) -> list[Rule] | None:
    apart = group.months_apart or 1
    if group.weeks_apart > 1:
        return None
    if group.month_days:
        if group.patterns or limits.closed_days:
            return None
        return [Rule("monthly", month_days=group.month_days, interval=apart, **_common(limits))]
    by_nth: dict[tuple[int, ...], set[int]] = {}
    for nths, days in group.patterns:
        by_nth.setdefault(tuple(sorted(nths)), set()).update(set(days) - set(limits.closed_days))
    if () in by_nth and len(by_nth) > 1:
        return None  # "Mondays and 1st Thursday": one every week, the other once a month
    return [
        Rule("monthly", tuple(days), nth=nths, interval=apart, **_common(limits))
        for nths, days in by_nth.items()
        if days
    ]


def _common(limits: Limits) -> dict:
    return {
        "start": limits.start,
        "until": limits.until,
        "months": tuple(limits.months or ()),
        "term_time": limits.term_time,
        "skip_bank_holidays": limits.skip_bank_holidays,
        "school_holidays": limits.school_holidays,
        "except_dates": limits.except_dates,
    }


def _only_text(text: str) -> Session:
    return Session(None, text=text, understood=False)
