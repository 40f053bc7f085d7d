"""Who would newly reach which site, put together so that choosing sites is quick: people alike are counted as one.

Two exact reductions: points that reach the same sites are one group, and a site whose people another site reaches as
well need not be chosen. Choosing: greedily, then swapping one site for another while that reaches more people; sets
of at most p sites are at most as good as `bound` says (Nemhauser, Wolsey and Fisher 1978: what is reached has
diminishing returns).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csc_array

Pairs = tuple[np.ndarray, np.ndarray, np.ndarray]
EQUAL = 1e-9  # share of the people under which two results are the same


@dataclass(frozen=True, slots=True)
class Coverage:
    """`reach` (groups × sites): 1.0 where within reach; `people` (groups,); `sites` (sites,): numbers in the pairs.

    A site that would reach nobody new is not among them. `total` people, of whom `already` are reached; `unknown`
    points whose number of people is not known, which count as nobody.
    """

    reach: csc_array
    people: np.ndarray
    sites: np.ndarray
    total: float
    already: float
    unknown: int

    def reached(self, chosen: Sequence[int]) -> float:
        """People who reach at least one of the chosen columns."""
        return float(self.people[self.times(chosen) > 0].sum())

    def times(self, chosen: Sequence[int]) -> np.ndarray:
        """(groups,) how many of the chosen columns each group reaches."""
        return np.asarray(self.reach[:, list(chosen)].sum(axis=1)).ravel()


def near_pairs(pairs: Pairs, within_m: float | None) -> tuple[np.ndarray, np.ndarray]:
    """(demand, supply) as ints, of the pairs at most `within_m` apart, or of all when that is None."""
    demand, supply, metres = (np.asarray(part) for part in pairs)
    if not len(demand) == len(supply) == len(metres):
        raise ValueError("The three parts of the pairs must be equally long.")
    near = slice(None) if within_m is None else metres <= within_m
    return demand[near].astype(np.int64), supply[near].astype(np.int64)


def reached_already(demand: np.ndarray, supply: np.ndarray, size: int, existing: Sequence[int] | None) -> np.ndarray:
    """(size,) bool. `existing`: numbers of open sites, or bools of the points that are reached, or None."""
    given = np.asarray(() if existing is None else existing)
    if given.dtype == bool:
        if len(given) != size:
            raise ValueError("There must be one mark for each point: reached or not.")
        return given
    reached = np.zeros(size, dtype=bool)
    reached[demand[np.isin(supply, given.astype(np.int64))]] = True
    return reached


def cover(pairs: Pairs, weight: np.ndarray, existing: Sequence[int] | None = None,
          within_m: float | None = None) -> Coverage:
    """Put together who would newly reach what. Arguments as of `sites.max_cover`; so are the errors."""
    weight = np.asarray(weight, dtype=float)
    if (weight < 0).any() or np.isinf(weight).any():
        raise ValueError("The people at a point cannot be fewer than none, nor without end.")
    demand, supply = near_pairs(pairs, within_m)
    reached = reached_already(demand, supply, len(weight), existing)
    people = np.nan_to_num(weight)
    new = (people > 0)[demand] & ~reached[demand]
    if existing is not None and np.asarray(existing).dtype != bool:
        new &= ~np.isin(supply, np.asarray(existing, dtype=np.int64))
    sites, column = np.unique(supply[new], return_inverse=True)
    reach, held = _alike(demand[new], column, people, len(sites))
    return Coverage(reach, held, sites, float(people.sum()), float(people[reached].sum()),
                    int(np.isnan(weight).sum()))


def without_dominated(whole: Coverage) -> Coverage:
    """The same without sites whose people another one reaches as well; of equal sites the first stays."""
    size = np.asarray(whole.reach.sum(axis=0)).ravel()
    shared = (whole.reach.T @ whole.reach).tocoo()
    one, other = shared.coords
    inside = (shared.data == size[one]) & (one != other) & ((size[other] > size[one]) | (other < one))
    return restrict(whole, np.setdiff1d(np.arange(len(whole.sites)), one[inside]))


def restrict(whole: Coverage, kept: np.ndarray, opened: Sequence[int] = ()) -> Coverage:
    """The same with the columns `kept` alone, and without the people who reach one of the `opened` columns."""
    reach = whole.reach[:, kept].tocoo()
    rows, columns = reach.coords
    new = whole.times(opened)[rows] == 0
    reach, people = _alike(rows[new], columns[new], whole.people, len(kept))
    return Coverage(reach, people, whole.sites[kept], whole.total, whole.already, whole.unknown)


def _alike(point: np.ndarray, column: np.ndarray, people: np.ndarray, width: int) -> tuple[csc_array, np.ndarray]:
    """Points that reach the same columns as one row, with all their people."""
    from scipy.sparse import csc_array

    key = np.sort(point * max(width, 1) + column)
    point, column = np.divmod(key[np.diff(key, prepend=-1) > 0], max(width, 1))
    points, first = np.unique(point, return_index=True)
    ends = np.append(first[1:], len(point))[:len(points)]
    numbers: dict[bytes, int] = {}
    row = np.empty(len(points), dtype=np.int64)
    spans: list[tuple[int, int]] = []
    for place, (begin, end) in enumerate(zip(first.tolist(), ends.tolist(), strict=True)):
        row[place] = numbers.setdefault(column[begin:end].tobytes(), len(numbers))
        if row[place] == len(spans):
            spans.append((begin, end))
    held = np.bincount(row, people[points], minlength=len(spans))
    taken = np.concatenate([column[begin:end] for begin, end in spans]) if spans else column
    rows = np.repeat(np.arange(len(spans)), [end - begin for begin, end in spans])
    return csc_array((np.ones(len(taken)), (rows, taken)), shape=(len(spans), width)), held


def choose_greedily(whole: Coverage, most: int, start: Sequence[int] = ()) -> list[int]:
    """Columns: `start`, then the one that adds most people each time, until `most` or nobody is added."""
    chosen = list(start)
    left = np.where(whole.times(chosen) > 0, 0.0, whole.people)
    while len(chosen) < most and len(whole.sites):
        adds = whole.reach.T @ left
        best = int(np.argmax(adds))
        if adds[best] <= EQUAL * whole.people.sum():
            break
        chosen.append(best)
        left[whole.reach[:, [best]].toarray().ravel() > 0] = 0.0
    return chosen


def swaps(whole: Coverage, chosen: Sequence[int]) -> np.ndarray:
    """(chosen, sites): people reached if that column took the place of the chosen one; -inf for chosen ones."""
    own = whole.reach[:, list(chosen)].toarray()
    times = own.sum(axis=1, keepdims=True)
    lost = np.where(times - own > 0, 0.0, whole.people[:, None])
    totals = (whole.people.sum() - lost.sum(axis=0))[:, None] + (whole.reach.T @ lost).T
    totals[:, list(chosen)] = -np.inf
    return totals


def improve(whole: Coverage, chosen: Sequence[int]) -> list[int]:
    """The chosen columns, the best swap of one for another made again and again while it reaches more."""
    chosen = list(chosen)
    now = whole.reached(chosen)
    while 0 < len(chosen) < len(whole.sites):
        totals = swaps(whole, chosen)
        out, into = np.unravel_index(int(np.argmax(totals)), totals.shape)
        if totals[out, into] <= now + EQUAL * whole.people.sum():
            break
        chosen[out], now = int(into), float(totals[out, into])
    return chosen


def bound(whole: Coverage, chosen: Sequence[int], most: int) -> float:
    """No `most` sites reach more people than this: whatever is added to the chosen adds at most its own gain now."""
    left = np.where(whole.times(chosen) > 0, 0.0, whole.people)
    limits = [float(whole.people.sum())]
    for base, adds in ((0.0, whole.reach.T @ whole.people), (whole.people.sum() - left.sum(), whole.reach.T @ left)):
        limits.append(float(base + np.sort(adds)[::-1][:most].sum()))
    return min(limits)


def in_order(whole: Coverage, chosen: Sequence[int]) -> tuple[list[int], list[float]]:
    """The chosen columns, each time the one that adds most people, with those it adds; needless ones left out."""
    left, rest = whole.people.copy(), _needed(whole, chosen)
    order, gains = [], []
    while rest:
        adds = whole.reach[:, rest].T @ left
        best = int(np.argmax(adds))
        if adds[best] <= EQUAL * whole.people.sum():
            break
        gains.append(float(adds[best]))
        order.append(rest.pop(best))
        left[whole.reach[:, [order[-1]]].toarray().ravel() > 0] = 0.0
    return order, gains


def _needed(whole: Coverage, chosen: Sequence[int]) -> list[int]:
    """The chosen columns without those whose people all reach another of them as well."""
    kept = list(chosen)
    for column in chosen:
        own = whole.reach[:, [column]].indices
        if len(own) and (whole.times(kept)[own] > 1).all():
            kept.remove(column)
    return kept
