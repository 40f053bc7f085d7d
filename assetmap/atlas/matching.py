"""Which offers and asks of the map could meet, and where: worked out once for each Atlas and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock, RLock

import numpy as np

from assetmap.analysis.assignment import best
from assetmap.analysis.hosting import Hosts
from assetmap.analysis.matching import Fit, Pairs, explain, match
from assetmap.analysis.nearby import smallest
from assetmap.analysis.sides import Rules, Sides
from assetmap.atlas.atlas import Atlas
from assetmap.atlas.sides import group_sides, hub_sides, opportunity_rules, opportunity_sides

_MOST_HUBS = 3


@dataclass(frozen=True, slots=True)
class Match:
    """Two opportunities that could meet, by their numbers in the layer, and how they fit."""

    offer: int
    ask: int
    fit: Fit

    @property
    def metres(self) -> float | None:
        """How far apart they are; None when one has no place."""
        return None if np.isnan(self.fit.metres) else self.fit.metres


@dataclass(frozen=True, slots=True)
class WardAsks:
    """A ward's asks: how many could be met at once by the best pairing, and how many match nothing."""

    ward: int
    asks: int
    paired: int
    unmatched: int


@dataclass(frozen=True, slots=True)
class WardLink:
    """Two wards, how many pairs would join them, and the row of the best of those."""

    ward: int
    other: int
    pairs: int
    best: int


_LOCK = Lock()
_MATCHES = "matches"


def matches(atlas: Atlas, now: datetime, within_m: float) -> OpportunityMatches:
    """The matches of an Atlas on a day, worked out by the first who asks."""
    with _LOCK:
        kept = atlas.kept.get(_MATCHES)
        if kept is None or (kept.day, kept.within_m) != (now.date(), within_m):
            kept = atlas.kept[_MATCHES] = OpportunityMatches(atlas, now, within_m)
    return kept


class OpportunityMatches:
    """Offers and asks that are open on a day, and who of them could meet. `within_m`: the reach of who gave none.

    `offers` and `asks` are numbers of opportunities, `sides` every opportunity as a row.
    """

    def __init__(self, atlas: Atlas, now: datetime, within_m: float):
        self.layer, self.groups, self.hubs = atlas.opportunities, atlas.groups, atlas.hubs
        self.vocabulary, self.within_m, self.day = atlas.vocabulary, within_m, now.date()
        self.ward_codes, self.ward_names = atlas.ward_codes, atlas.ward_names
        listed = self.layer.listed_mask(now)
        self.is_offer = np.array([direction == "offer" for direction in self.layer.column("direction")], dtype=bool)
        self.offers, self.asks = np.flatnonzero(listed & self.is_offer), np.flatnonzero(listed & ~self.is_offer)
        self.sides, self.rules = opportunity_sides(self.layer, self.hubs, within_m), opportunity_rules(atlas.vocabulary)
        open_hubs = np.array([status == "active" for status in self.hubs.column("status")], dtype=bool)
        self._hub_sides = hub_sides(self.hubs, self.groups, now)
        self._hosts = Hosts.of(self._hub_sides, open_hubs)
        self._lock = RLock()

    @property
    def pairs(self) -> Pairs:
        """Every match, by rows of `offers` and `asks`; nothing is matched with what the same people gave."""
        with self._lock:
            return self._pairs

    @cached_property
    def _pairs(self) -> Pairs:
        found = match(self.sides.take(self.offers), self.sides.take(self.asks), self.rules)
        givers = np.array([f"{kind} {giver}" if giver else f"- {number}" for number, (kind, giver) in enumerate(
            zip(self.layer.column("giver_kind"), self.layer.column("giver"), strict=True))], dtype=object)
        theirs = givers[self.offers[found.left]] != givers[self.asks[found.right]]
        return found.take(np.flatnonzero(theirs))

    @property
    def best(self) -> np.ndarray:
        """Rows of `pairs`: the pairing in which the most are matched at once, and then best."""
        with self._lock:
            return self._best

    @cached_property
    def _best(self) -> np.ndarray:
        return best(self.pairs, len(self.offers), len(self.asks))

    def top(self, rows: np.ndarray | None = None, count: int | None = None, first: int = 0) -> list[Match]:
        """The best of some rows of `pairs` (all of them when not given), best first, from the `first`, `count`."""
        rows = np.arange(len(self.pairs)) if rows is None else rows
        order = smallest(-self.pairs.score[rows], len(rows) if count is None else first + count)[first:]
        return self._explained(rows[order])

    def of(self, number: int, count: int) -> list[Match]:
        """The best matches of one opportunity by its number, best first."""
        pairs = self.pairs
        mine = pairs.left == _place(self.offers, number) if self.is_offer[number] else (
            pairs.right == _place(self.asks, number))
        return self.top(np.flatnonzero(mine), count)

    def ends(self, row: int) -> tuple[int, int]:
        """The numbers of the offer and the ask of a row of `pairs`."""
        return int(self.offers[self.pairs.left[row]]), int(self.asks[self.pairs.right[row]])

    def _explained(self, rows: np.ndarray) -> list[Match]:
        offers, asks = self.offers[self.pairs.left[rows]], self.asks[self.pairs.right[rows]]
        fits = explain(self.sides, offers, self.sides, asks, self.rules)
        return [Match(*both) for both in zip(offers.tolist(), asks.tolist(), fits, strict=True)]

    def hubs_for(self, one: Match, count: int = _MOST_HUBS) -> list[tuple[int, float]]:
        """Hubs where the two could meet: (number, metres from the farther of both), nearest first.

        A hub within reach of both, with every feature of access that either needs.
        """
        return self._hosts.nearest(self.sides, one.offer, one.ask, count)

    @cached_property
    def busiest_hubs(self) -> list[tuple[int, int]]:
        """The hubs that could hold most of the best pairing: (number, how many pairs), the most first."""
        pairs = self.pairs.take(self.best)
        held = self._hosts.nearest_of_each(self.sides, self.offers[pairs.left], self.asks[pairs.right])
        hubs, counts = np.unique(held[held >= 0], return_counts=True)
        order = np.lexsort((hubs, -counts))
        return list(zip(hubs[order].tolist(), counts[order].tolist(), strict=True))

    @cached_property
    def by_ward(self) -> list[WardAsks]:
        """Every ward with asks, the one with most that match nothing first. -1 stands for none and outside."""
        ward, reached = np.maximum(self.layer.ward[self.asks], -1), np.zeros(len(self.asks), dtype=bool)
        paired = reached.copy()
        reached[self.pairs.right] = True
        paired[self.pairs.right[self.best]] = True
        made = [WardAsks(number, int((ward == number).sum()), int(((ward == number) & paired).sum()),
                         int(((ward == number) & ~reached).sum())) for number in np.unique(ward).tolist()]
        return sorted(made, key=lambda one: (-one.unmatched, one.paired - one.asks, one.ward))

    @cached_property
    def across_wards(self) -> np.ndarray:
        """Rows of `pairs` whose two are in different wards of this map."""
        left, right = self.layer.ward[self.offers][self.pairs.left], self.layer.ward[self.asks][self.pairs.right]
        return np.flatnonzero((left >= 0) & (right >= 0) & (left != right))

    @cached_property
    def ward_links(self) -> list[WardLink]:
        """Every two wards that pairs would join, those with most pairs first."""
        rows = self.across_wards
        wards = np.stack([self.layer.ward[self.offers][self.pairs.left[rows]],
                          self.layer.ward[self.asks][self.pairs.right[rows]]], axis=1)
        joined, of_row, counts = np.unique(np.sort(wards, axis=1), axis=0, return_inverse=True, return_counts=True)
        best_first = rows[np.lexsort((-self.pairs.score[rows], of_row.ravel()))]
        firsts = best_first[np.cumsum(counts) - counts]
        made = [WardLink(*ward.tolist(), int(count), int(row))
                for ward, count, row in zip(joined, counts, firsts, strict=True)]
        return sorted(made, key=lambda one: (-one.pairs, one.ward, one.other))

    @cached_property
    def somewhere(self) -> np.ndarray:
        """Which opportunities stand at a point of their ward, since no more is known of where; (n,) bool."""
        layer, made = self.layer, np.zeros(len(self.layer), dtype=bool)
        own = np.array([lat is not None for lat in layer.column("lat")], dtype=bool)
        made[layer.spots.owner[layer.spots.hub_id == ""]] = True
        return made & ~own

    def groups_for(self, number: int, now: datetime, count: int) -> list[tuple[int, Fit]]:
        """Groups that do what an opportunity is about, within its reach: (number, how it fits), best first."""
        groups, side = self.groups, self.sides.take(np.array([number]))
        near = np.flatnonzero(groups.listed_mask(now))
        if not (np.isnan(side.x[0]) or np.isinf(side.reach_m[0])):
            reached = groups.index.within(float(side.x[0]), float(side.y[0]), float(side.reach_m[0]))[0]
            near = near[np.isin(near, reached) | ~groups.placed[near]]
        found = self._matching(number, group_sides(groups, near), count)
        return [(int(near[row]), fit) for row, fit in found]

    def hubs_about(self, number: int, count: int) -> list[tuple[int, Fit]]:
        """Hubs whose groups do what an opportunity is about, within its reach: (number, how it fits), best first."""
        return self._matching(number, self._hub_sides, count)

    def _matching(self, number: int, others: Sides, count: int) -> list[tuple[int, Fit]]:
        """The best of groups or hubs for an opportunity. An offer is given to them; what is asked for they may give."""
        side = self.sides.take(np.array([number]))
        rules = Rules(self.rules.related)
        offered = bool(self.is_offer[number])
        found = match(side, others, rules) if offered else match(others, side, rules)
        rows = (found.right if offered else found.left)[smallest(-found.score, count)]
        itself = np.zeros(len(rows), dtype=np.int64)
        fits = explain(side, itself, others, rows, rules) if offered else explain(others, rows, side, itself, rules)
        return list(zip(rows.tolist(), fits, strict=True))


def _place(numbers: np.ndarray, number: int) -> int:
    """Where a number is among ascending ones, -1 for nowhere."""
    at = int(np.searchsorted(numbers, number))
    return at if at < len(numbers) and numbers[at] == number else -1
