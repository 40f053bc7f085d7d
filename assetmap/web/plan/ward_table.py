"""One measure by ward, as rows for the page and for files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assetmap.analysis.provision import dispersion
from assetmap.atlas import unmet
from assetmap.atlas.measuring import Measured, measured
from assetmap.atlas.planning import People, Planning, planning_of
from assetmap.domain.measure import MEASURES, Kind, Measure
from assetmap.domain.plan_query import PlanQuery
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan.measure_words import Words, in_words, number, whole, words_of

FLAGS = {
    ("high", True): _("far more than chance"), ("high", False): _("more than chance"),
    ("low", True): _("far fewer than chance"), ("low", False): _("fewer than chance")}


@dataclass(frozen=True)
class WardTable:
    """A choice and what it gives. `planning` is of the request's Atlas."""

    query: PlanQuery
    planning: Planning
    figures: Measured

    @property
    def measure(self) -> Measure:
        return MEASURES[self.query.measure]

    @property
    def words(self) -> Words:
        return words_of(self.query)

    @cached_property
    def people(self) -> People:
        return self.planning.people(self.query.audience if self.measure.by_age else "everyone")

    @cached_property
    def order(self) -> list[int]:
        """The wards' numbers in the order that was asked for; without a figure last."""
        atlas, value = self.planning.atlas, self.figures.value
        names = np.argsort(np.argsort(np.array(atlas.ward_names, dtype=str), kind="stable"), kind="stable")
        keys: dict[str, Callable[[], np.ndarray]] = {
            "value": lambda: -value, "lowest": lambda: value, "name": lambda: names.astype(float),
            "deprivation": lambda: -self.planning.deprivation[0], "population": lambda: -self.people.number}
        key = keys[self.query.order]()
        return np.lexsort((names, np.where(np.isnan(key), np.inf, key))).tolist()

    def rows(self) -> list[dict]:
        """A row for each ward, in order, with everything in words."""
        return [self.row(ward) for ward in self.order]

    def row(self, ward: int) -> dict:
        """One ward's figures in words; "" for no data."""
        atlas, made, kind = self.planning.atlas, self.figures, self.figures.kind
        deprivation = self.planning.deprivation[0][ward]
        code = atlas.ward_codes[ward]
        return {
            "code": code, "name": atlas.ward_names[ward], "url": f"/wards/{code}#figures",
            "value": number(kind, made.value[ward]), "top": self.people_said(made.numerator[ward]),
            "bottom": whole(made.denominator[ward]), "known": self._known(ward),
            "range": self._range(ward), "flag": self.flag(ward),
            "few": bool(made.few[ward]), "deprivation": "" if np.isnan(deprivation) else f"{deprivation:.1f}",
            "outside": self.people_said(made.more["outside"][ward]) if "outside" in made.more else "",
            "said": in_words(self.query, made.value[ward])}

    @property
    def estimated(self) -> bool:
        """Whether the figures rest on where people are assumed to live."""
        return self.measure.reaching and self.planning.points.estimated

    def people_said(self, number_: float) -> str:
        """What is counted, in tens where it is estimated: nobody knows it to the person."""
        if self.measure.code == "hours":
            return "" if np.isnan(number_) else f"{number_:,.1f}"
        return whole(round(number_, -1) if self.estimated and np.isfinite(number_) else number_)

    def _known(self, ward: int) -> str:
        """Of how many groups the times are known, of measures that rest on them."""
        more = self.figures.more
        if "known_times" not in more:
            return ""
        return _("times known of %(known)s of %(all)s groups", known=whole(more["known_times"][ward]),
                 all=whole(more["all_groups"][ward]))

    def flag(self, ward: int) -> str:
        """In words, whether the ward is outside the funnel; "" when it is not."""
        return FLAGS.get((self.figures.flag[ward], bool(self.figures.far[ward])), "")

    def _range(self, ward: int) -> str:
        low, high, kind = self.figures.low[ward], self.figures.high[ward], self.figures.kind
        if np.isnan(low) or np.isnan(high):
            return ""
        return _("%(low)s to %(high)s", low=number(kind, low), high=number(kind, high))

    @property
    def has_range(self) -> bool:
        """Whether it is said of any ward what its figure could be by chance."""
        return bool(np.isfinite(self.figures.low).any())

    @property
    def has_funnel(self) -> bool:
        """Whether it is told which wards are beyond chance."""
        return self.has_range and self.measure.code in ("groups", "opportunities")

    @cached_property
    def dispersion(self) -> float:
        """How many times as much the wards differ as by chance."""
        return dispersion(self.figures.numerator, self.people.number)

    @property
    def average(self) -> str:
        """The whole area's figure, in words."""
        known = self.figures.kind is not Kind.COUNT and np.isfinite(self.figures.average)
        return in_words(self.query, self.figures.average) if known else ""

    @property
    def headline(self) -> str:
        """The whole area's figure as a sentence; "" where there is none."""
        if not self.average:
            return ""
        if self.figures.kind is Kind.SHARE:
            return _("In the whole area, %(figure)s.", figure=self.average)
        return _("The whole area has %(figure)s.", figure=self.average)

    @property
    def outside(self) -> str:
        """How many people nothing is near, as a sentence; "" where that is not what is measured."""
        if "outside" not in self.figures.more or not np.isfinite(self.figures.average):
            return ""
        number_ = self.people_said(float(np.nansum(self.figures.more["outside"])))
        return (_("About %(number)s have none so near.", number=number_) if self.estimated else
                _("%(number)s have none so near.", number=number_))

    def flagged(self) -> dict[str, list[str]]:
        """The names of the wards outside the funnel: `high` and `low`."""
        names = self.planning.atlas.ward_names
        return {side: [names[ward] for ward in np.flatnonzero(self.figures.flag == side)] for side in ("high", "low")}

    def unknown(self) -> str:
        """How many wards have no figure, as a sentence; "" for none."""
        missing = int(np.isnan(self.figures.value).sum())
        if not missing:
            return ""
        return ngettext("%(num)s ward has no data: it is hatched on the map, and in no average.",
                        "%(num)s wards have no data: they are hatched on the map, and in no average.", missing)


def ward_table(query: PlanQuery) -> WardTable:
    """One measure by ward for this request's Atlas."""
    planning = planning_of(services.atlas())
    figures = unmet.measured(planning) if query.measure == "unmet" else measured(planning, query)
    return WardTable(query, planning, figures)
