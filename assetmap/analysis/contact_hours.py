"""Weekly contact hours of many sessions at once: the same as domain.schedule says of each."""

from __future__ import annotations

from datetime import date

import numpy as np

from assetmap.analysis.occurrences import SessionTable
from assetmap.analysis.rule_table import ALL_MONTHS, MONTHLY, ONCE, RuleTable
from assetmap.domain.schedule import MONTHS, TERM_WEEKS, WEEKS

_FIFTH, _THIRTIETH, _THIRTY_FIRST = 1 << 5, 1 << 30, 1 << 31


def weekly_hours(table: SessionTable, on: date | None = None) -> np.ndarray:
    """Hours in an average week of each row: (n,) float.

    NaN where the rule or an end of the session is not known, or it is on no day that is told. A fortnightly session
    counts half, each nth weekday of a month 12/52, term time 39/52 of the weeks. One held once counts 0: it is no offer
    that one can rely on, and it is not unknown either. With `on` given, so does one that has ended by then or has not
    begun. Whose group has paused is for the caller to leave out.
    """
    times = times_a_week(table.rules)
    if on is not None:
        ordinal, columns = on.toordinal(), table.rules.columns
        times[(columns["until"] < ordinal) | (columns["start"] > ordinal)] = 0.0
    of_row = np.append(times, np.nan)[table.rule_of_row]
    return np.where(table.minutes >= 0, of_row * table.minutes / 60, np.nan)


def times_a_week(rules: RuleTable) -> np.ndarray:
    """How often each rule falls in an average week: float of n rules, NaN for one that is on no day.

    Dates added and left out, and bank holidays, are too few to count.
    """
    columns = rules.columns
    weekdays, days = np.bitwise_count(columns["weekdays"]).astype(float), columns["month_days"]
    nths = columns["nth"]
    # A fifth Monday comes about four times a year (52 - 4 × 12); a 31st seven times, a 30th eleven times.
    by_nth = np.where(nths == 0, MONTHS, MONTHS * np.bitwise_count(nths & ~np.uint8(_FIFTH)) + 4 * (nths & _FIFTH > 0))
    by_date = (MONTHS * np.bitwise_count(days & np.uint32(~(_THIRTIETH | _THIRTY_FIRST) & 0xFFFF_FFFF))
               + 11.0 * (days & np.uint32(_THIRTIETH) > 0) + 7.0 * (days & np.uint32(_THIRTY_FIRST) > 0))
    monthly = (weekdays * by_nth + by_date) / WEEKS
    times = np.where(columns["freq"] == MONTHLY, monthly, weekdays)
    times[times == 0] = np.nan
    times *= np.bitwise_count(columns["months"] & np.uint16(ALL_MONTHS)) / MONTHS
    times[columns["term_time"]] *= TERM_WEEKS / WEEKS
    times[columns["school_holidays"]] *= (WEEKS - TERM_WEEKS) / WEEKS
    times /= columns["interval"]
    times[columns["freq"] == ONCE] = 0.0
    return times
