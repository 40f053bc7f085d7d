"""Whether ties stay within wards or cross them, held against chance.

Source: the E-I index, Krackhardt and Stern 1988, "Informal networks and organizational crises".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_SHUFFLES, _LARGE, _FEWER_SHUFFLES = 999, 20_000, 199
_CELLS = 1_000_000  # in memory: shuffles at once × ties
_INTERVAL = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Mixing:
    """Of `known` ties, both of whose ends are in a ward, `across` join two wards; `unknown` more have an end in none.

    `index` is (across − within) / all: -1 when every tie stays in its ward, 1 when every one leaves it. `expected` is
    its mean when wards are shuffled among records of the same kind, `low` to `high` hold 95 % of the shuffles. Shares
    and indices are NaN when no tie is known.
    """

    known: int
    unknown: int
    across: int
    share: float
    index: float
    expected: float
    low: float
    high: float

    @property
    def against_chance(self) -> int:
        """-1: fewer ties cross wards than by chance; 1: more; 0: about as many, or nobody can say."""
        return int(self.index > self.high) - int(self.index < self.low)


def mixing(a: np.ndarray, b: np.ndarray, ward: np.ndarray, kind: np.ndarray, seed: int = 0) -> Mixing:
    """How far some ties (their ends' numbers, each tie once) cross the wards (n,) of records of some kinds (n,).

    999 shuffles, of more than 20,000 ties 199. The shuffles move only the wards of records that have such a tie.
    """
    placed = (ward[a] >= 0) & (ward[b] >= 0)
    a, b = a[placed], b[placed]
    unknown = int((~placed).sum())
    if not len(a):
        return Mixing(0, unknown, 0, *[float("nan")] * 5)
    across = int((ward[a] != ward[b]).sum())
    shuffled = _shuffled(a, b, ward, kind, seed)
    low, high = np.percentile(shuffled, _INTERVAL)
    return Mixing(len(a), unknown, across, across / len(a), _index(across, len(a)), float(shuffled.mean()), float(low),
                  float(high))


def _shuffled(a: np.ndarray, b: np.ndarray, ward: np.ndarray, kind: np.ndarray, seed: int) -> np.ndarray:
    """The index of each shuffle."""
    chance, count = np.random.default_rng(seed), _SHUFFLES if len(a) <= _LARGE else _FEWER_SHUFFLES
    taking_part, ends = np.unique(np.concatenate([a, b]), return_inverse=True)
    first, second = ends[: len(a)], ends[len(a):]
    kinds, own = kind[taking_part], ward[taking_part]
    alike = [np.flatnonzero(kinds == name) for name in np.unique(kinds)]
    made, at_once = [], max(1, _CELLS // len(first))
    for begin in range(0, count, at_once):
        wards = np.tile(own, (min(at_once, count - begin), 1))
        for numbers in alike:
            wards[:, numbers] = chance.permuted(wards[:, numbers], axis=1)
        across = (wards[:, first] != wards[:, second]).sum(axis=1)
        made.append(_index(across, len(a)))
    return np.concatenate(made)


def _index(across: int | np.ndarray, every: int) -> float | np.ndarray:
    return (2 * across - every) / every
