"""The measures of wards as they are today, in the shape in which they are kept for later."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np

from assetmap import __version__
from assetmap.atlas import unmet
from assetmap.atlas.measuring import Measured, measured
from assetmap.atlas.planning import Planning
from assetmap.domain.measure import Kind
from assetmap.domain.snapshot import AREA, KEPT, PEOPLE, Dated, Ground, Snapshot


def snapshot_of(planning: Planning, taken: date, measures: Iterable[str] = tuple(KEPT)) -> Snapshot:
    """The day's figures of `measures`, and of the people always, as they were worked out on the day `taken`."""
    chosen = dict.fromkeys((PEOPLE, *measures))
    figures = {code: _people(planning) if code == PEOPLE else _figures(planning, code) for code in chosen}
    return Snapshot(planning.day.isoformat(), _ground(planning, taken), figures)


def _ground(planning: Planning, taken: date) -> Ground:
    atlas, people, points = planning.atlas, planning.people(), planning.points
    return Ground(taken.isoformat(), atlas.version, __version__, tuple(atlas.boundary_years), people.sources,
                  points.label, dict(zip(atlas.ward_codes, atlas.ward_names, strict=True)), people.estimate)


def _people(planning: Planning) -> dict[str, Dated]:
    people = planning.people().number
    made = {code: Dated(_known(number), _known(number))
            for code, number in zip(planning.atlas.ward_codes, people, strict=True)}
    total = _known(np.nansum(people) if np.isfinite(people).any() else math.nan)
    return made | {AREA: Dated(total, total)}


def _figures(planning: Planning, code: str) -> Mapping[str, Dated]:
    """A measure of each ward and of the whole area."""
    query = KEPT[code]
    made = unmet.measured(planning) if query.measure == "unmet" else measured(planning, query)
    held_back = query.measure == "unmet"
    figures = {
        ward: Dated(_known(value), _known(numerator), _known(denominator), held_back and math.isnan(value))
        for ward, value, numerator, denominator in zip(
            planning.atlas.ward_codes, made.value, made.numerator, made.denominator, strict=True)}
    if held_back:
        total = unmet.unmet_of(planning).shown.total  # of searches for no ward of this map too
        number = None if total is None else float(total)
        return figures | {AREA: Dated(number, number, None, number is None)}
    return figures | {AREA: _area(made)}


def _area(made: Measured) -> Dated:
    """The whole area's figure: of a count the sum, of a rate or share what all wards with data have together."""
    if made.kind is Kind.COUNT:
        total = _known(made.average * len(made.value))
        of = _known(np.nansum(made.denominator)) if np.isfinite(made.denominator).any() else None
        total = None if total is None else float(round(total))
        return Dated(total, total, of)
    if math.isnan(made.average):
        return Dated(None)
    both = np.isfinite(made.numerator) & (made.denominator > 0)
    return Dated(_known(made.average), _known(made.numerator[both].sum()), _known(made.denominator[both].sum()))


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
