"""Linchpins: points without which a network would fall apart, and what would be cut off.

Source: articulation points by one depth-first search (Hopcroft and Tarjan 1973), which here also adds up what hangs
below every point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class CutOffs:
    """A row per linchpin, in the order of numbers. Without it its part would fall into `pieces`; all but the largest
    piece is cut off: `cut_off` points, of which `counted` count. Of equally large pieces the one with fewer that count
    is what is cut off.
    """

    number: np.ndarray
    pieces: np.ndarray
    cut_off: np.ndarray
    counted: np.ndarray


def cut_offs(indptr: np.ndarray, indices: np.ndarray, counts: np.ndarray) -> CutOffs:
    """The linchpins of an undirected network without loops, given as CSR with both directions; `counts` (n,) bool."""
    size = len(indptr) - 1
    starts, others, counted = indptr.tolist(), indices.tolist(), counts.astype(int).tolist()
    search = _Search(starts, others, counted)
    for root in range(size):
        if search.entered[root] < 0 and starts[root] < starts[root + 1]:
            search.run(root)
    found = sorted(search.found)
    return CutOffs(*(np.array(column, dtype=np.int64) for column in (zip(*found, strict=True) if found else [[]] * 4)))


class _Search:
    """One depth-first search; without recursion, as a path may be as long as the network."""

    def __init__(self, starts: list[int], others: list[int], counted: list[int]):
        size = len(counted)
        self.starts, self.others = starts, others
        self.entered, self.lowest, self.next = [-1] * size, [0] * size, starts[:size]
        self.below, self.counted = [1] * size, counted[:]  # in the tree under each, itself included
        self.own = counted
        self.clock = 0
        self.found: list[tuple[int, int, int, int]] = []

    def run(self, root: int) -> None:
        """Search one part, and note its linchpins."""
        entered, lowest, onward, starts, others = self.entered, self.lowest, self.next, self.starts, self.others
        above = {root: -1}
        pieces: dict[int, list[tuple[int, int]]] = {}
        way = [root]
        entered[root] = lowest[root] = self.clock
        while way:
            here = way[-1]
            if onward[here] < starts[here + 1]:
                other = others[onward[here]]
                onward[here] += 1
                if entered[other] < 0:
                    self.clock += 1
                    entered[other] = lowest[other] = self.clock
                    above[other] = here
                    way.append(other)
                elif other != above[here]:
                    lowest[here] = min(lowest[here], entered[other])
                continue
            way.pop()
            if way:
                self._close(here, way[-1], pieces)
        self.clock += 1
        for number, cut in pieces.items():
            self._note(number, root, cut)

    def _close(self, here: int, upper: int, pieces: dict[int, list[tuple[int, int]]]) -> None:
        """Everything under a point is seen: add it up; when no way leads past the point above, it hangs on that."""
        self.lowest[upper] = min(self.lowest[upper], self.lowest[here])
        self.below[upper] += self.below[here]
        self.counted[upper] += self.counted[here]
        if self.lowest[here] >= self.entered[upper]:
            pieces.setdefault(upper, []).append((self.below[here], self.counted[here]))

    def _note(self, number: int, root: int, cut: list[tuple[int, int]]) -> None:
        counted = self.counted[root] - self.own[number]
        rest = self.below[root] - 1 - sum(size for size, _count in cut)
        if rest:
            cut = [*cut, (rest, counted - sum(count for _size, count in cut))]
        if len(cut) > 1:
            size, count = max(cut)
            self.found.append((number, len(cut), self.below[root] - 1 - size, counted - count))
