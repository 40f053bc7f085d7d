"""Wards, and the figures that belong to them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from assetmap.domain.text import short
from assetmap.importing.health.finding import Entry, Finding, Level, finding
from assetmap.importing.health.held import Held

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def findings(held: Held) -> Iterator[Finding]:
    """Wards without a place to meet, and figures that do not fit the boundaries."""
    names = dict(zip(held.wards["code"], held.wards["name"], strict=True))
    years = dict(zip(held.wards["code"], held.wards["boundary_year"], strict=True))
    dates: dict[str, set[str]] = defaultdict(set)
    for row in held.figures:
        dates[row["ward_code"]].add(row["date"])
    hubs = held.ward_of["hubs"]
    served = set(np.unique(hubs[hubs >= 0]).tolist())
    yield finding("ward-no-hub", "wards have no place to meet", Level.LACKING,
                  [_ward(code, names[code]) for number, code in enumerate(names) if number not in served],
                  "Is there a hall, library or café that is not on the map yet?")
    strangers = sorted(set(dates) - set(names)) if names else []
    yield finding("figures-strange", "wards have figures and no boundary: is it another year's?", Level.MISLEADING,
                  [Entry("ward-figures", code, code, "/steward/import", "") for code in strangers],
                  "Load the boundaries and the figures of one year.")
    yield finding("figures-missing", "wards have no figures", Level.LACKING,
                  [_ward(code, names[code]) for code in sorted(set(names) - set(dates))],
                  "Load their figures: population by age, and deprivation.")
    yield finding("figures-year", "wards have figures of another year than their boundary", Level.LACKING,
                  [_ward(code, names[code], note) for code in sorted(names)
                   if (note := _other_year(years[code], dates.get(code, ())))],
                  "It may be the newest there is. If boundaries changed in between, load figures for today's wards.")


def _ward(code: str, name: str, note: str = "") -> Entry:
    return Entry("wards", code, name, f"/wards/{code}", note)


def _other_year(boundary: float | None, dates) -> str:
    """What the figures say of their year, when none of them names the boundary's; "" when nobody says."""
    if boundary is None or np.isnan(boundary):
        return ""
    wrong = [date for date in sorted(dates) if (years := _YEAR.findall(date)) and str(int(boundary)) not in years]
    return f"boundary of {int(boundary)}, figures of {short('; '.join(wrong), 120)}" if wrong else ""
