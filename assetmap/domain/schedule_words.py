"""A session said in plain English: "1st and 3rd Thursdays 7–9pm"."""

from __future__ import annotations

from datetime import date, time

from assetmap.domain.recurrence import Rule, Session

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = tuple(
    "January February March April May June July August September October November December".split(),
)
COUNTS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def describe(session: Session) -> str:
    """Days and times of a session in a few words; the text as written when it was not understood."""
    rule = session.rule
    if rule is None or not session.understood:
        return session.text
    parts = [_days(rule)]
    clock = describe_times(session.start_time, session.end_time)
    if clock:
        parts.append(clock)
    said = " ".join(parts)
    limits = _limits(rule)
    return f"{said}, {', '.join(limits)}" if limits else said


def describe_times(start: time | None, end: time | None) -> str:
    """Times of day as people write them, "" when none is known.

    >>> describe_times(time(14, 0), time(16, 30))
    '2–4.30pm'
    """
    if start is None:
        return "" if end is None else f"until {_clock(end)}"
    if end is None:
        return f"at {_clock(start)}"
    if _half(start) == _half(end) and start < end and time(0) != start != time(12):
        return f"{_clock(start)[:-2]}–{_clock(end)}"
    return f"{_clock(start)}–{_clock(end)}"


def say_date(day: date) -> str:
    """A date as people write it: 5 December 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _clock(at: time) -> str:
    if at == time(12):
        return "12 noon"
    if at == time(0):
        return "midnight"
    hour = at.hour % 12 or 12
    return f"{hour}.{at.minute:02d}{_half(at)}" if at.minute else f"{hour}{_half(at)}"


def _half(at: time) -> str:
    return "" if at in (time(0), time(12)) else ("am" if at.hour < 12 else "pm")


def _days(rule: Rule) -> str:
    if rule.freq == "once":
        dates = sorted({rule.start, *rule.extra_dates} - set(rule.except_dates)) or [rule.start]
        return _join([f"{DAYS[day.weekday()]} {say_date(day)}" for day in dates])
    if rule.freq == "weekly":
        return _weekly(rule)
    return _monthly(rule)


def _weekly(rule: Rule) -> str:
    if rule.interval == 1:
        return _plural_days(rule.weekdays)
    days = _join([DAYS[day] for day in rule.weekdays])
    said = f"Every other {days}" if rule.interval == 2 else f"Every {_count(rule.interval)} weeks on {days}"
    return f"{said} (ask which weeks)" if rule.start is None else said


def _monthly(rule: Rule) -> str:
    days = _join([DAYS[day] for day in rule.weekdays])
    if rule.month_days:
        said = f"{_join([_ordinal(day) for day in _last_at_end(rule.month_days)])} of the month"
    elif not rule.nth:
        return f"Monthly on a {days} (ask which week)"
    else:
        which = _join([_ordinal(nth) for nth in _last_at_end(rule.nth)])
        several = len(rule.nth) > 1
        said = f"{which} {_plural_days(rule.weekdays)}" if several else f"{which} {days} of the month"
    said = said[0].upper() + said[1:]
    if rule.interval > 1:
        every = "every other month" if rule.interval == 2 else f"every {_count(rule.interval)} months"
        said += f", {every}" + (" (ask which)" if rule.start is None else "")
    return said


def _limits(rule: Rule) -> list[str]:
    limits = []
    if rule.freq != "once":
        limits += [f"from {say_date(rule.start)}"] if rule.start else []
        limits += [f"until {say_date(rule.until)}"] if rule.until else []
        if rule.extra_dates:
            limits.append(f"also {_join([say_date(day) for day in rule.extra_dates])}")
    if rule.months:
        left_out = [month for month in range(1, 13) if month not in rule.months]
        if len(left_out) <= 3:
            limits.append("except " + _join([MONTHS[month - 1] for month in left_out]))
        else:
            limits.append("in " + _join([MONTHS[month - 1] for month in rule.months]))
    if rule.term_time:
        limits.append("term time only")
    if rule.school_holidays:
        limits.append("school holidays only")
    if rule.skip_bank_holidays:
        limits.append("not on bank holidays")
    if 0 < len(rule.except_dates) <= 6:
        limits.append(f"not on {_join([say_date(day) for day in rule.except_dates])}")
    elif rule.except_dates:
        limits.append("with breaks")
    return limits


def _plural_days(weekdays: tuple[int, ...]) -> str:
    if len(weekdays) == 7:
        return "Every day"
    if len(weekdays) > 2 and weekdays[-1] - weekdays[0] == len(weekdays) - 1:
        return f"{DAYS[weekdays[0]]} to {DAYS[weekdays[-1]]}"
    return _join([DAYS[day] + "s" for day in weekdays])


def _last_at_end(numbers: tuple[int, ...]) -> list[int]:
    return sorted(numbers, key=lambda number: (number < 0, number))


def _ordinal(number: int) -> str:
    if number == -1:
        return "last"
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _count(number: int) -> str:
    return COUNTS.get(number, str(number))


def _join(words: list[str]) -> str:
    return "".join(words) if len(words) < 2 else f"{', '.join(words[:-1])} and {words[-1]}"
