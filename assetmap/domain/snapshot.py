"""The measures of wards as they were on a day, and what they rested on then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assetmap.domain.measure import MEASURES, WALKS_M, Kind
from assetmap.domain.plan_query import PlanQuery

PEOPLE = "people"
"""Kept beside the measures: how many people live in each ward."""
HELD_BACK = "held back"
"""The note of a figure that is too small to be kept."""
AREA = ""
"""In the place of a ward's code: the whole area."""
LAST_AGE_DAYS = 40
"""A last snapshot older than this is one that was forgotten."""

KEPT: dict[str, PlanQuery | None] = {
    PEOPLE: None,
    **{code: PlanQuery(measure=code) for code in MEASURES if code != "within"},
    **{f"within-{metres}": PlanQuery(measure="within", within_m=metres) for metres in WALKS_M},
}
"""What a snapshot holds: a code that never changes its meaning → the choice that it is of, None for the people."""


def kind_of(code: str) -> Kind:
    """The kind of number that a kept measure is."""
    query = KEPT[code]
    return Kind.COUNT if query is None else MEASURES[query.measure].kind


@dataclass(frozen=True, slots=True)
class Dated:
    """One figure on a day; None where there was none, `held_back` where it was too small to be kept."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    held_back: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What the figures of a day rest on.

    `taken` is the day on which they were worked out, `data_version` and `program` of what; `names` are the wards by
    code, `people` the (source, date) pairs of how many live there, `homes` how it is known where.
    """

    taken: str
    data_version: int
    program: str
    boundary_years: tuple[int, ...]
    people: tuple[tuple[str, str], ...]
    homes: str
    names: Mapping[str, str]
    estimate: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`figures`: measure → ward's code, or `AREA` → the figure. `day` is ISO."""

    day: str
    ground: Ground
    figures: Mapping[str, Mapping[str, Dated]] = field(default_factory=dict)

    @property
    def month(self) -> str:
        """Such as 2026-11: one is kept for each."""
        return self.day[:7]

    def of(self, measure: str, ward_code: str) -> Dated:
        """One figure, none where it is not kept."""
        return self.figures.get(measure, {}).get(ward_code, Dated(None))
