"""A ward among the others of its council: the average, the lowest and the highest, and who is beyond chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assetmap.analysis.provision import funnel_flags
from assetmap.atlas.atlas import Atlas
from assetmap.atlas.measuring import Measured
from assetmap.domain.measure import Kind

_FUNNELS = ("groups", "opportunities")
"""Measures that count each thing in one ward, so that chance can be told."""


@dataclass(frozen=True, slots=True)
class Peers:
    """The wards of one council, a given one too: `among` (w,) bool. `council` is "" when the ward names none."""

    council: str
    among: np.ndarray

    @property
    def count(self) -> int:
        return int(self.among.sum())


@dataclass(frozen=True, slots=True)
class Compared:
    """`average` of all the wards that have a figure, NaN where that cannot be said; `lowest` and `highest` the wards
    with that figure, none when no ward has one. `flag` and `far` are of one ward, as in `Measured`.
    """

    average: float
    lowest: tuple[int, ...]
    highest: tuple[int, ...]
    known: int
    flag: str = ""
    far: str = ""


def peers_of(atlas: Atlas, ward: int) -> Peers:
    """The wards of the ward's council by its code, else by its name; of none, all those that name none."""
    code, name = (atlas.wards[column].to_numpy() for column in ("council_code", "council_name"))
    among = (code == code[ward]) if code[ward] else (code == "") & (name == name[ward])
    return Peers(name[ward], among)


def compare(made: Measured, ward: int, among: np.ndarray) -> Compared:
    """A measure's figure of one ward against those of the wards `among` (w,) bool."""
    return spread(made.value, among, _average(made, among), *_flags(made, ward, among))


def spread(value: np.ndarray, among: np.ndarray, average: float, flag: str = "", far: str = "") -> Compared:
    """The lowest and the highest of a figure (w,), NaN for none."""
    known = np.flatnonzero(among & np.isfinite(value))
    if not len(known):
        return Compared(np.nan, (), (), 0, flag, far)
    lowest, highest = (tuple(known[value[known] == edge].tolist()) for edge in (value[known].min(), value[known].max()))
    return Compared(average, lowest, highest, len(known), flag, far)


def _average(made: Measured, among: np.ndarray) -> float:
    """Of rates and shares what all wards have together; of counts the mean, if every ward's is known."""
    if made.kind is Kind.COUNT:
        return float(made.value[among].mean()) if np.isfinite(made.value[among]).all() else np.nan
    known = among & np.isfinite(made.numerator) & (made.denominator > 0)
    if not known.any():
        return np.nan
    by = 1_000 if made.kind is Kind.RATE else 1
    return float(by * made.numerator[known].sum() / made.denominator[known].sum())


def _flags(made: Measured, ward: int, among: np.ndarray) -> tuple[str, str]:
    """Whether the ward is outside the funnel around the average of these wards; "" where the measure has no funnel."""
    if made.code not in _FUNNELS:
        return "", ""
    people = np.where(made.denominator > 0, made.denominator, np.nan)[among]
    count = made.numerator[among]
    at = int(among[:ward].sum())
    return tuple(str(funnel_flags(count, people, level)[at]) for level in (0.95, 0.998))
