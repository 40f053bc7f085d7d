"""Times of day as written: which half of the day a bare "7" means, and when it is not safe to say."""

from __future__ import annotations

from datetime import time
from typing import NamedTuple

Clock = tuple[int, int, str | None]
"""Hour and minute as written, and the half: "am", "pm", "24" (24-hour clock), "noon", "midnight", None."""

DAY = 24 * 60
NOON = 12 * 60
EARLY, EVENING = 5 * 60, 17 * 60
LONGEST = 16 * 60
LONGEST_NIGHT = 14 * 60
IN_THE_PM = (12, *range(1, 10))
ASSUMED = "am or pm assumed"


class Span(NamedTuple):
    """From when to when; the end None where none was given. `assumed`: may be the other half of the day."""

    start: time
    end: time | None
    assumed: bool = False


def span_of(start: Clock, end: Clock | None, part: str | None) -> Span | None:
    """The times meant, or None when it is not safe to say. `part` "am" or "pm": "morning", "evening" said."""
    if not _possible(start) or (end is not None and not _possible(end)):
        return None
    begin_at, end_at = _minutes(start), None if end is None else _minutes(end)
    if end is None:
        return _single(start, begin_at, part)
    if (begin_at is None or end_at is None) and (start[0] > 12 or end[0] > 12 or "24" in (start[2], end[2])):
        # One end on the 24-hour clock puts the other on it too, unless that one says am or pm.
        begin_at = start[0] * 60 + start[1] if begin_at is None else begin_at
        end_at = end[0] * 60 + end[1] if end_at is None else end_at
    if begin_at is not None and end_at is not None:
        return _checked(begin_at, end_at, end)
    if begin_at is not None:
        return _checked(begin_at, _first_after(begin_at, end), end)
    if end_at is not None:
        return None if end[0] == 12 and end[2] == "am" else _start_before(start, end_at, end)
    return _both_bare(start, end, part)


def _possible(clock: Clock) -> bool:
    hour, minute, half = clock
    if half == "noon" or half == "midnight":
        return hour == 12 and minute == 0
    if half == "am":
        return 1 <= hour <= 12 and minute < 60
    return hour <= 24 and minute < 60 and (hour < 24 or minute == 0)


def _minutes(clock: Clock) -> int | None:
    """Minutes since midnight; None when it could be either half of the day."""
    hour, minute, half = clock
    if half == "noon":
        return NOON
    if half == "midnight":
        return 0
    if half == "24" or hour > 12 or hour == 0:
        return hour * 60 + minute
    if half is None:
        return None
    return (hour % 12 + (12 if half == "pm" else 0)) * 60 + minute


def _single(clock: Clock, at: int | None, part: str | None) -> Span | None:
    if at is not None:
        # "02:00" and "12am" alone are more often slips for the afternoon than meetings in the night.
        early = at < EARLY and clock[2] != "midnight"
        return None if early else Span(_time(at), None)
    hour, minute, _ = clock
    morning = hour % 12 * 60 + minute
    if part == "am":
        return Span(_time(morning), None) if 6 <= hour <= 11 else None
    if part == "pm":
        return Span(_time(morning + NOON), None) if hour in IN_THE_PM else None
    if 9 <= hour <= 11:
        return Span(_time(morning), None)
    return None if hour == 8 else Span(_time(morning + NOON), None, 5 <= hour <= 7)


def _both_bare(start: Clock, end: Clock, part: str | None) -> Span | None:
    """Neither end says which half. Community groups: 10-12 in the morning, 2-4 afternoon, 7-9 evening."""
    hour = start[0]
    morning = hour % 12 * 60 + start[1]
    if part == "am":
        return _checked(morning, _first_after(morning, end), end) if 6 <= hour <= 11 else None
    if part == "pm":
        return _checked(morning + NOON, _first_after(morning + NOON, end), end) if hour in IN_THE_PM else None
    if 9 <= hour <= 11:
        return _checked(morning, _first_after(morning, end), end)
    over_noon = end[0] % 12 < hour % 12
    if hour in (7, 8) and over_noon and 2 <= end[0] <= 6:
        return _checked(morning, _first_after(morning, end), end)  # 8.30-4.30
    if hour == 8 or over_noon:
        return None  # 8-10 could be either; 4-2 is nothing
    evening = _checked(morning + NOON, _first_after(morning + NOON, end), end)
    return None if evening is None else evening._replace(assumed=5 <= hour <= 7)


def _first_after(begin: int, end: Clock) -> int:
    at = end[0] % 12 * 60 + end[1]
    while at <= begin:
        at += NOON
    return at


def _start_before(start: Clock, end: int, written_end: Clock) -> Span | None:
    """2-4.30pm is from 2pm, 9-5pm from 9am: the latest start before the end."""
    if written_end[:3] == (12, 0, "pm") and start[0] < 9:
        return None  # 8-12pm: until noon, or an evening until midnight
    at = start[0] % 12 * 60 + start[1]
    before = [begin for begin in (at + NOON, at) if begin < (end or DAY)]
    if not before and end <= 4 * 60:
        before = [at + NOON]  # 10-1am begins the evening before
    if not before or before[0] < EARLY:
        return None
    return _checked(before[0], end, written_end)


def _checked(begin: int, end: int, written_end: Clock) -> Span | None:
    """The span if people could meet then: not backwards, not round the clock, nights begin in the evening."""
    length = (end - begin) % DAY
    if length == 0 or begin >= DAY:
        return None
    said_midnight = end % DAY == 0 and written_end[2] in ("midnight", "24")
    if begin + length < DAY or said_midnight:
        plausible = length <= LONGEST and begin >= EARLY
    else:
        # "10am-12am" is more often a slip for noon than an opening until midnight.
        plausible = length <= LONGEST_NIGHT and begin >= EVENING
    return Span(_time(begin), _time(end)) if plausible else None


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
