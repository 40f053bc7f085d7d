"""The sites that make the mean way to the nearest one short. A good choice, not a proved one.

Source: the p-median problem (Hakimi 1964), by greedy choice and then swaps of one vertex (Teitz and Bart 1968).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assetmap.analysis.coverage import Pairs

_BETTER = 1e-9  # share of the metres under which a swap is no gain


@dataclass(frozen=True, slots=True)
class Median:
    """The sites chosen, in the order found; mean metres per person now and before; people with none in the pairs.

    Whoever has no site within the pairs counts as `beyond_m` away, so that the means are the least they can be.
    NaN means where there is nobody. Fewer sites than asked for: one more would shorten nobody's way.
    """

    sites: tuple[int, ...]
    mean_m: float
    before_m: float
    beyond_m: float
    beyond_people: float


def p_median(pairs: Pairs, weight: np.ndarray, p: int, existing: Sequence[int] | None = None,
             beyond_m: float | None = None) -> Median:
    """At most `p` sites that shorten the mean way to the nearest open site, by greedy choice and swaps.

    `pairs`: (demand, supply, metres), aligned; `weight`: (n,) people, NaN counts as nobody; `existing`: numbers of
    sites that are open; `beyond_m`: metres for who has none in the pairs, the longest of the pairs unless given.
    Raises ValueError for p or people below 0.
    """
    demand, supply, metres = (np.asarray(part) for part in pairs)
    people = np.nan_to_num(np.asarray(weight, dtype=float))
    if beyond_m is None:
        beyond_m = float(np.nan_to_num(metres).max(initial=0.0))
    if p < 0 or (people < 0).any() or not np.isfinite(beyond_m):
        raise ValueError("Neither sites nor people can be fewer than none, and no way is without end.")
    known = metres <= beyond_m
    ways = _Ways(demand[known].astype(np.int64), supply[known].astype(np.int64), metres[known].astype(float), people,
                 beyond_m, np.asarray(() if existing is None else existing, dtype=np.int64))
    before, _ = ways.nearest([])
    chosen = ways.choose(p)
    nearest, near = ways.nearest(chosen)
    total = people.sum()
    mean, mean_before = ((people @ each) / total if total else np.nan for each in (nearest, before))
    return Median(tuple(chosen), float(mean), float(mean_before), beyond_m, float(people[~near].sum()))


@dataclass(frozen=True, slots=True)
class _Ways:
    demand: np.ndarray
    supply: np.ndarray
    metres: np.ndarray
    people: np.ndarray
    beyond_m: float
    existing: np.ndarray

    def nearest(self, chosen: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """(n,) metres to the nearest open site, and whether there is one in the pairs."""
        held = np.isin(self.supply, np.concatenate([self.existing, np.asarray(chosen, dtype=np.int64)]))
        metres = np.full(len(self.people), self.beyond_m)
        np.minimum.at(metres, self.demand[held], self.metres[held])
        near = np.zeros(len(self.people), dtype=bool)
        near[self.demand[held]] = True
        return metres, near

    def saves(self, nearest: np.ndarray) -> np.ndarray:
        """(sites,) metres that all people together would save by each site."""
        shorter = np.maximum(nearest[self.demand] - self.metres, 0.0)
        return np.bincount(self.supply, shorter * self.people[self.demand])

    def choose(self, p: int) -> list[int]:
        if not len(self.demand):
            return []
        chosen: list[int] = []
        least = _BETTER * self.beyond_m * self.people.sum()
        while len(chosen) < p:
            saved = self.saves(self.nearest(chosen)[0])
            if saved.max() <= least:
                break
            chosen.append(int(np.argmax(saved)))
        return self._swap(chosen, least)

    def _swap(self, chosen: list[int], least: float) -> list[int]:
        better = bool(chosen)
        while better:
            better = False
            now = self.people @ self.nearest(chosen)[0]
            for place in range(len(chosen)):
                rest = self.nearest(chosen[:place] + chosen[place + 1:])[0]
                saved = self.saves(rest)
                if self.people @ rest - saved.max() < now - least:
                    chosen[place], better = int(np.argmax(saved)), True
                    now = self.people @ self.nearest(chosen)[0]
        return chosen
