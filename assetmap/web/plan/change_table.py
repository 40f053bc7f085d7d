"""A measure on two days, ward by ward: both figures, what changed, and whether chance could have done it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assetmap.analysis.change import rate_ratio_interval, share_difference_interval
from assetmap.domain.measure import Kind
from assetmap.domain.snapshot import AREA, KEPT, PEOPLE, Dated, Snapshot, kind_of
from assetmap.web.language import gettext as _
from assetmap.web.plan import measure_words
from assetmap.web.plan.measure_words import number, whole

_COUNTED = {"groups", "near", "opportunities"}  # rates of whole things: their counts can be compared
_SHARED = {"confirmed"}
_SAYS = {"more": _("up by more than chance"), "fewer": _("down by more than chance"), "chance": _("could be chance"),
         "": ""}


def label_of(code: str) -> str:
    """What a kept measure is called."""
    query = KEPT[code]
    if query is None:
        return _("People who live there")
    if query.measure == "within":
        return _("People within %(metres)s m of a group", metres=f"{query.within_m:,}")
    return measure_words.label_of(query.measure)


def unit_of(code: str) -> str:
    """What its numbers are."""
    query = KEPT[code]
    return _("people") if query is None else measure_words.words_of(query).unit


def signed(kind: Kind, value: float) -> str:
    """A difference with its sign, a share's in percentage points; "" for no data."""
    if math.isnan(value):
        return ""
    said = _("%(number)s points", number=f"{abs(value) * 100:.1f}") if kind is Kind.SHARE else number(kind, abs(value))
    if said == (_("%(number)s points", number="0.0") if kind is Kind.SHARE else number(kind, 0.0)):
        return said
    return f"+{said}" if value > 0 else f"−{said}"


@dataclass(frozen=True)
class ChangeTable:
    """`first` and `second` hold the measure. `codes` are the wards of both days, by their names; `withheld` is why
    nothing may be compared, "" when it may.
    """

    measure: str
    first: Snapshot
    second: Snapshot

    @property
    def kind(self) -> Kind:
        return kind_of(self.measure)

    @property
    def has_chance(self) -> bool:
        """Whether it can be said what chance would do."""
        return self.measure in _COUNTED | _SHARED

    @property
    def withheld(self) -> str:
        """Searches of one month are never set against each other: the few between two days would show."""
        if self.measure == "unmet" and self.first.month == self.second.month:
            return _("Searches are counted over twelve months, and two days of one month have the same ones but for a "
                     "few. So few are not shown: choose days of two months.")
        return ""

    @cached_property
    def codes(self) -> list[str]:
        names = self.second.ground.names
        return sorted(set(names) & set(self.first.ground.names), key=lambda code: (names[code], code))

    @cached_property
    def only_first(self) -> list[str]:
        """The wards, with their codes, that are there no more."""
        return _strangers(self.first, self.second)

    @cached_property
    def only_second(self) -> list[str]:
        """The wards, with their codes, that were not there then."""
        return _strangers(self.second, self.first)

    @cached_property
    def change(self) -> np.ndarray:
        """The second figure less the first of each of `codes`, NaN where either is not there."""
        before, after = (self._column(snapshot, "value", self.codes) for snapshot in (self.first, self.second))
        return np.full(len(self.codes), np.nan) if self.withheld else after - before

    @cached_property
    def says(self) -> list[str]:
        """Of each of `codes`: more, fewer, chance, or "" where that is not said."""
        return self._says(self.codes, self.change)

    def _says(self, codes: Sequence[str], changes: Sequence[float]) -> list[str]:
        if not self.has_chance or not codes:
            return [""] * len(codes)
        given = [self._column(snapshot, name, codes) for snapshot in (self.second, self.first)
                 for name in ("numerator", "denominator")]
        low, high = (rate_ratio_interval if self.measure in _COUNTED else share_difference_interval)(*given)
        same = 1.0 if self.measure in _COUNTED else 0.0
        return ["" if math.isnan(change) or change == 0 else "more" if least > same else "fewer" if most < same
                else "chance" for change, least, most in zip(changes, low, high, strict=True)]

    def order(self, by: str) -> list[int]:
        """The wards' places among `codes`; those without a change last."""
        if by == "name":
            return list(range(len(self.codes)))
        key = self.change if by == "fall" else -self.change
        return np.argsort(np.where(np.isnan(key), np.inf, key), kind="stable").tolist()

    def row(self, place: int) -> dict:
        """One ward in words; "" for no data."""
        code = self.codes[place]
        before, after = self.first.of(self.measure, code), self.second.of(self.measure, code)
        return {"code": code, "name": self.second.ground.names[code], "before": self.said(before),
                "after": self.said(after), "before_of": self.of(before), "after_of": self.of(after),
                "change": signed(self.kind, self.change[place]), "says": _SAYS[self.says[place]]}

    def area(self) -> dict:
        """The same of the whole area, as it was on each day."""
        before, after = (snapshot.of(self.measure, AREA) for snapshot in (self.first, self.second))
        return {"before": self.said(before), "after": self.said(after), "before_of": self.of(before),
                "after_of": self.of(after), "change": signed(self.kind, self.area_change),
                "says": _SAYS[self._says([AREA], [self.area_change])[0]]}

    @property
    def area_change(self) -> float:
        before, after = (snapshot.of(self.measure, AREA).value for snapshot in (self.first, self.second))
        return math.nan if before is None or after is None or self.withheld else after - before

    def said(self, figure: Dated) -> str:
        """A figure as people read it."""
        if figure.held_back:
            return _("held back")
        return "" if figure.value is None else number(self.kind, figure.value)

    def of(self, figure: Dated) -> str:
        """Numerator and denominator, such as “9 of 10,020”; "" where the figure itself is all."""
        if figure.numerator is None or figure.denominator is None:
            return ""
        top = f"{figure.numerator:,.1f}" if self.measure in ("hours", "access") else whole(figure.numerator)
        return _("%(count)s of %(whole)s", count=top, whole=whole(figure.denominator)) if self.kind is not Kind.RATE \
            else _("%(count)s for %(people)s", count=top, people=whole(figure.denominator))

    def _column(self, snapshot: Snapshot, name: str, codes: Sequence[str]) -> np.ndarray:
        held = [getattr(snapshot.of(self.measure, code), name) for code in codes]
        return np.array([np.nan if value is None else value for value in held], dtype=float)


def _strangers(snapshot: Snapshot, other: Snapshot) -> list[str]:
    names = snapshot.ground.names
    return [f"{names[code]} ({code})" for code in sorted(set(names) - set(other.ground.names), key=names.__getitem__)]


MEASURES_OF_CHANGE = (*(code for code in KEPT if code != PEOPLE), PEOPLE)
"""The order in which they are offered."""
