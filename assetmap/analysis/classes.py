"""Which class each ward has on a shaded map, and what the key may truthfully say of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FIFTHS_FROM = 15
"""So many wards it takes for fifths; of fewer, round numbers say more."""
NO_DATA = -1
_AT_MOST, _MANY_NOUGHTS = 5, 0.2


@dataclass(frozen=True, slots=True)
class ValueClass:
    """One class: every value in it is at least `low` and at most `high`, as shown with the decimals of its Classes.

    `low` is None for “below all thresholds”, `high` for “the last threshold and more”. `wards`: how many are in it.
    """

    low: float | None
    high: float | None
    wards: int


@dataclass(frozen=True, slots=True)
class Classes:
    """`of_ward` (n,) int: the number of each one's class in `classes`, lowest first; NO_DATA (-1) for NaN and infinite.

    `kind`: "fifths", "round", "thresholds", "one" (all the same), or "none" (no ward has data). `decimals`: with so
    many the values are to be shown; they were rounded to them before they were put into classes, so that the table
    beside the map never seems to say otherwise.
    """

    of_ward: np.ndarray
    classes: tuple[ValueClass, ...]
    kind: str
    decimals: int

    def labels(self) -> list[str]:
        """Each class in figures alone: “0”, “1–4”, “≤ 1.9”, “≥ 10”."""
        return [_label(one, self.decimals) for one in self.classes]


def classify(values, *, thresholds: Sequence[float] | None = None, decimals: int | None = None) -> Classes:
    """Classes for a map of the values (n,), of which NaN is “no data”.

    With `thresholds`, a standard's: from each of them on a new class begins; all are in the key, wards in them or not.
    Else all the same are one class. Else fifths of the wards, when there are 15 with data or more; a value that several
    have is never divided between two, so that there may be fewer than five. Else up to five classes as wide as each
    other, of round numbers. Where a fifth of the wards or more have 0 and none has less, 0 is a class by itself and the
    others are divided in four. `decimals`: how many are shown, else as many as the values call for.

    Raises ValueError for thresholds that do not rise.
    """
    given = np.asarray(values, dtype=float)
    known = np.isfinite(given)
    if decimals is None:
        decimals = _decimals(given[known])
    # Python's round is what formatting does; numpy's is not always.
    shown = np.array([round(value, decimals) + 0.0 for value in given[known].tolist()])
    if thresholds is not None:
        number, classes = _by_thresholds(shown, [round(float(one), decimals) for one in thresholds], decimals)
        kind = "thresholds"
    elif not len(shown):
        number, classes, kind = np.empty(0, dtype=int), (), "none"
    elif shown.min() == shown.max():
        number, kind = np.zeros(len(shown), dtype=int), "one"
        classes = (ValueClass(float(shown[0]), float(shown[0]), len(shown)),)
    else:
        number, classes, kind = _by_themselves(shown, decimals)
    of_ward = np.full(given.shape, NO_DATA)
    of_ward[known] = number
    return Classes(of_ward, tuple(classes), kind, decimals)


def _by_themselves(shown: np.ndarray, decimals: int) -> tuple[np.ndarray, list[ValueClass], str]:
    """Fifths or round numbers, nought apart where many have it."""
    noughts = shown == 0
    apart = bool(noughts.mean() >= _MANY_NOUGHTS and shown.min() == 0)
    rest = shown[~noughts] if apart else shown
    parts = _AT_MOST - apart
    if len(shown) >= FIFTHS_FROM:
        of_rest, kind = _shares(rest, parts), "fifths"
        classes = [_held(rest[of_rest == one]) for one in range(of_rest.max() + 1)]
    else:
        of_rest, classes = _round(rest, parts, decimals)
        kind = "round"
    if not apart:
        return of_rest, classes, kind
    number = np.zeros(len(shown), dtype=int)
    number[~noughts] = of_rest + 1
    return number, [ValueClass(0.0, 0.0, int(noughts.sum())), *classes], kind


def _shares(values: np.ndarray, parts: int) -> np.ndarray:
    """Classes of about as many wards each, all of one value in the class of their middle rank; none is empty."""
    _, which, count = np.unique(values, return_inverse=True, return_counts=True)
    middle = (np.cumsum(count) - count / 2) / len(values)
    return np.unique((middle * parts).astype(int), return_inverse=True)[1][which]


def _held(values: np.ndarray) -> ValueClass:
    return ValueClass(float(values.min()), float(values.max()), len(values))


def _round(values: np.ndarray, parts: int, decimals: int) -> tuple[np.ndarray, list[ValueClass]]:
    """At most `parts` classes of one width: 1, 2 or 5 times a power of ten, counted in the last decimal shown.

    In whole numbers, so that 0.3 is in the class that begins with 0.3.
    """
    units = [int(round(value * 10**decimals)) for value in values.tolist()]
    step, factors = 1, (2, 5, 10)
    while max(units) // step - min(units) // step >= parts:
        power = 10 ** (len(str(step)) - 1)
        step = power * factors[(1, 2, 5).index(step // power)]
    first = min(units) // step
    number = np.array([unit // step - first for unit in units])
    classes = []
    for one in range(number.max() + 1):
        low = (first + one) * step
        classes.append(ValueClass(low / 10**decimals, (low + step - 1) / 10**decimals, int((number == one).sum())))
    if classes[0].low == 0 and values.min() > 0:  # nought is a class by itself, or nobody has it
        classes[0] = ValueClass(1 / 10**decimals, classes[0].high, classes[0].wards)
        if classes[0].low > classes[0].high:
            classes[0] = _held(values[number == 0])
    return number, classes


def _by_thresholds(shown: np.ndarray, thresholds: list[float], decimals: int) -> tuple[np.ndarray, list[ValueClass]]:
    if not thresholds or (np.diff(thresholds) <= 0).any():
        raise ValueError("Thresholds are one or more numbers, each above the one before it.")
    number = np.searchsorted(thresholds, shown, side="right")
    lows = [None, *thresholds]
    highs = [*(round(one - 10.0**-decimals, decimals) for one in thresholds[1:]), None]
    held = [int((number == one).sum()) for one in range(len(lows))]
    below = ValueClass(None, round(thresholds[0] - 10.0**-decimals, decimals), held[0])
    return number, [below, *map(ValueClass, lows[1:], highs, held[1:])]


def _decimals(values: np.ndarray) -> int:
    """0 for whole numbers, else enough for three figures of the range they lie in."""
    if not len(values) or (values == np.round(values)).all():
        return 0
    spread = float(values.max()) - float(values.min())
    if not 0 < spread < np.inf:
        return 1
    return int(np.clip(2 - np.floor(np.log10(spread)), 0, 6))


def _label(one: ValueClass, decimals: int) -> str:
    if one.low is None:
        return f"≤ {one.high:,.{decimals}f}"
    if one.high is None:
        return f"≥ {one.low:,.{decimals}f}"
    low, high = f"{one.low:,.{decimals}f}", f"{one.high:,.{decimals}f}"
    return low if low == high else f"{low}–{high}"
