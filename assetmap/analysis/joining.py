"""Where one introduction would join two parts of a network that have no recorded link with each other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from assetmap.analysis.ties import Ties

TO_INTRODUCE = ("group", "hub")
"""Kinds that can be introduced to each other: an organisation that stands behind several is no door to knock at."""
NEAR_M = 2_000.0
_LARGE_PARTS, _NEIGHBOURS = 30, 8


@dataclass(frozen=True, slots=True)
class Joining:
    """Two records to introduce, the first in the larger part. `gain` is how many pairs of records would have a recorded
    way to each other that have none: the one part's `sizes` times the other's. `metres` apart, NaN when one has no
    place; `shared` are numbers of the topics that both have.
    """

    first: int
    second: int
    sizes: tuple[int, int]
    gain: int
    metres: float
    shared: tuple[int, ...]


def introductions(graph: Ties, x: np.ndarray | None = None, y: np.ndarray | None = None,
                  topics: np.ndarray | None = None, most: int = 20, within_m: float = NEAR_M,
                  kinds: Collection[str] = TO_INTRODUCE) -> tuple[Joining, ...]:
    """The introductions that would join most, biggest gain first, of equal gain those with a shared topic, then the
    nearest; at most `most`, and one for any two parts.

    `x`, `y` (n,) are metres, NaN for no place; `topics` (n, k) bool. Of two parts those are suggested who share a topic
    within `within_m` of each other, else the two nearest, else any. Looked at are the largest part with every other,
    and the 30 largest with each other. A record without any link is a part of its own.
    """
    ends = _Ends(graph, x, y, topics, kinds, within_m)
    parts = ends.parts
    if len(parts) < 2:
        return ()
    large = parts[:_LARGE_PARTS]
    asked = [(int(parts[0]), parts[1:])] + [(int(one), large[place + 1:]) for place, one in enumerate(large)][1:]
    # whom a part gains most with stands first in every list, so what cannot be among the best is not looked at
    gains = np.concatenate([ends.size[one] * ends.size[others] for one, others in asked])
    least = np.partition(gains, len(gains) - most)[len(gains) - most] if len(gains) > most else 0
    made: list[Joining] = []
    for one, others in asked:
        others = others[ends.size[one] * ends.size[others] >= least]
        if len(others):
            made += ends.best(one, others)
    return tuple(sorted(made, key=_rank)[:most])


def _rank(one: Joining) -> tuple:
    return -one.gain, not one.shared, np.inf if np.isnan(one.metres) else one.metres, one.first, one.second


class _Ends:
    """Who can be introduced, by part."""

    def __init__(self, graph: Ties, x: np.ndarray | None, y: np.ndarray | None, topics: np.ndarray | None,
                 kinds: Collection[str], within_m: float):
        nowhere = np.full(len(graph), np.nan)
        self.at = np.column_stack([nowhere if x is None else x, nowhere if y is None else y])
        self.topics = np.zeros((len(graph), 0), dtype=bool) if topics is None else topics
        self.within_m = within_m
        self.size = np.bincount(graph.part)
        numbers = np.flatnonzero(np.isin(graph.kind, list(kinds)))
        self.numbers = numbers[np.argsort(graph.part[numbers], kind="stable")]
        self.part_of = graph.part[self.numbers]
        self.parts = np.unique(self.part_of)  # the largest first, as parts are numbered so

    def best(self, one: int, others: np.ndarray) -> list[Joining]:
        """The best introduction of a part to each of some others."""
        here = self.numbers[self.part_of == one]
        there = self.numbers[np.isin(self.part_of, others)]
        owner = self.part_of[np.isin(self.part_of, others)]
        first, second, part = self._near(here, there, owner)
        metres = np.hypot(*(self.at[first] - self.at[second]).T)
        shares = (self.topics[first] & self.topics[second]).any(axis=1) & (metres <= self.within_m)
        order = np.lexsort((second, first, metres, ~shares, part))  # NaN last
        order = order[np.diff(part[order], prepend=-1) != 0]
        return [self._joining(one, *(int(end[row]) for end in (first, second, part)), float(metres[row]))
                for row in order]

    def _near(self, here: np.ndarray, there: np.ndarray, owner: np.ndarray) -> tuple[np.ndarray, ...]:
        """Pairs worth a look, and the other's part: each with its nearest few, and for each part at least one pair."""
        placed, on_map = here[~np.isnan(self.at[here, 0])], ~np.isnan(self.at[there, 0])
        firsts, seconds, parts = [np.full(len(there), here[0])], [there], [owner]
        if len(placed) and on_map.any():
            from scipy.spatial import cKDTree

            some = min(_NEIGHBOURS, len(placed))
            _metres, found = cKDTree(self.at[placed]).query(self.at[there[on_map]], k=some)
            firsts.append(placed[found.reshape(-1)])
            seconds.append(np.repeat(there[on_map], some))
            parts.append(np.repeat(owner[on_map], some))
        return np.concatenate(firsts), np.concatenate(seconds), np.concatenate(parts)

    def _joining(self, one: int, first: int, second: int, part: int, metres: float) -> Joining:
        sizes = int(self.size[one]), int(self.size[part])
        shared = tuple(np.flatnonzero(self.topics[first] & self.topics[second]).tolist())
        return Joining(first, second, sizes, sizes[0] * sizes[1], metres, shared)
