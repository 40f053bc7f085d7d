"""Which offers and asks of the map could meet, and where: worked out once for each Atlas and day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from assetmap.analysis.assignment import best
from assetmap.analysis.matching import ANYWHERE, SLOTS, Fit, Pairs, Rules, Sides, explain, match, relatedness
from assetmap.analysis.nearby import smallest
from assetmap.atlas.assets import AssetLayer
from assetmap.atlas.atlas import Atlas
from assetmap.domain.kinds import ANSWERS, STAND_ALONE
from assetmap.domain.person import GIVER as INDIVIDUAL
from assetmap.store.rows import load_list

KIND_SAME, KIND_ANSWERS = 1.0, 0.6
BY_APPOINTMENT = frozenset({"room"})  # kinds of asks whose access is what they need, though they have a hub
_MOST_HUBS, _HUB_M = 3, 1_500.0


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


_LOCK = Lock()
_MATCHES = "matches"


def matches(atlas: Atlas, now: datetime, within_m: float) -> OpportunityMatches:
    """The matches of an Atlas on a day, worked out by the first who asks."""
    with _LOCK:
        kept = atlas.kept.get(_MATCHES)
        if kept is None or kept.day != now.date():
            kept = atlas.kept[_MATCHES] = OpportunityMatches(atlas, now, within_m)
    return kept


class OpportunityMatches:
    """Offers and asks that are open on a day, and who of them could meet. `within_m`: the reach of who gave none."""

    def __init__(self, atlas: Atlas, now: datetime, within_m: float):
        self.atlas, self.layer, self.within_m, self.day = atlas, atlas.opportunities, within_m, now.date()
        listed = np.flatnonzero(self.layer.listed_mask(now))
        offers = np.array([direction == "offer" for direction in self.layer.column("direction")], dtype=bool)
        self.offers, self.asks = listed[offers[listed]], listed[~offers[listed]]
        self.sides = opportunity_sides(atlas, within_m)
        self.left, self.right = self.sides.take(self.offers), self.sides.take(self.asks)
        self.rules = opportunity_rules(atlas)

    @cached_property
    def pairs(self) -> Pairs:
        """Every match, by rows of `offers` and `asks`; nothing is matched with what the same people gave."""
        found = match(self.left, self.right, self.rules)
        givers = np.array([f"{kind} {giver}" if giver else f"- {number}" for number, (kind, giver) in enumerate(
            zip(self.layer.column("giver_kind"), self.layer.column("giver"), strict=True))], dtype=object)
        theirs = givers[self.offers[found.left]] != givers[self.asks[found.right]]
        return found.take(np.flatnonzero(theirs))

    @cached_property
    def best(self) -> np.ndarray:
        """Rows of `pairs`: the pairing in which the most are matched at once, and then best."""
        return best(self.pairs, len(self.offers), len(self.asks))

    def top(self, rows: np.ndarray | None = None, count: int | None = None) -> list[Match]:
        """The best of some rows of `pairs` (all of them when not given), best first."""
        rows = np.arange(len(self.pairs)) if rows is None else rows
        order = smallest(-self.pairs.score[rows], len(rows) if count is None else count)
        return [self._match(row) for row in rows[order]]

    def of(self, number: int, count: int) -> list[Match]:
        """The best matches of one opportunity by its number, best first."""
        pairs = self.pairs
        mine = (self.offers[pairs.left] == number) | (self.asks[pairs.right] == number)
        return self.top(np.flatnonzero(mine), count)

    def _match(self, row: int) -> Match:
        left, right = int(self.pairs.left[row]), int(self.pairs.right[row])
        return Match(int(self.offers[left]), int(self.asks[right]),
                     explain(self.left, left, self.right, right, self.rules))

    def hubs_for(self, one: Match, count: int = _MOST_HUBS) -> list[tuple[int, float]]:
        """Hubs where the two could meet: (number, metres from the farther of both), nearest first.

        A hub near both, with every feature of access that either needs.
        """
        hubs = self.atlas.hubs
        points = [(self.sides.x[number], self.sides.y[number]) for number in (one.offer, one.ask)
                  if not np.isnan(self.sides.x[number])]
        if not points or not len(hubs.spots.x):
            return []
        metres = np.max([np.hypot(hubs.spots.x - x, hubs.spots.y - y) for x, y in points], axis=0)
        needed = self.sides.needs[one.offer] | self.sides.needs[one.ask]
        has = self._hub_access[hubs.spots.owner]
        apart = 0.0 if len(points) < 2 else float(np.hypot(*np.subtract(*points)))
        fits = (has | ~needed).all(axis=1) & (metres <= max(_HUB_M, apart)) & self._open_hubs[hubs.spots.owner]
        near = np.flatnonzero(fits)
        return [(int(hubs.spots.owner[spot]), float(metres[spot])) for spot in near[smallest(metres[near], count)]]

    @cached_property
    def _hub_access(self) -> np.ndarray:
        return _bits(self.atlas.hubs, "access", list(self.atlas.vocabulary.of("access")))

    @cached_property
    def _open_hubs(self) -> np.ndarray:
        return np.array([status == "active" for status in self.atlas.hubs.column("status")], dtype=bool)

    @cached_property
    def busiest_hubs(self) -> list[tuple[int, int]]:
        """The hubs that could hold most pairs of the best pairing: (number, how many pairs), the most first."""
        held: dict[int, int] = {}
        for row in self.best:
            for hub, _metres in self.hubs_for(self._match(int(row)), 1):
                held[hub] = held.get(hub, 0) + 1
        return sorted(held.items(), key=lambda pair: (-pair[1], pair[0]))

    @cached_property
    def by_ward(self) -> list[WardAsks]:
        """Every ward with asks, the one with most that match nothing first. -1 stands for none and outside."""
        ward, reached = self.layer.ward[self.asks], np.zeros(len(self.asks), dtype=bool)
        paired = reached.copy()
        reached[self.pairs.right] = True
        paired[self.pairs.right[self.best]] = True
        made = []
        for number in np.unique(np.maximum(ward, -1)).tolist():
            mine = np.maximum(ward, -1) == number
            made.append(WardAsks(number, int(mine.sum()), int((mine & paired).sum()), int((mine & ~reached).sum())))
        return sorted(made, key=lambda one: (-one.unmatched, one.paired - one.asks, one.ward))

    @cached_property
    def across_wards(self) -> np.ndarray:
        """Rows of `pairs` whose two are in different wards of this map."""
        left, right = self.layer.ward[self.offers][self.pairs.left], self.layer.ward[self.asks][self.pairs.right]
        return np.flatnonzero((left >= 0) & (right >= 0) & (left != right))

    def groups_for(self, number: int, now: datetime, count: int) -> list[tuple[int, Fit]]:
        """Groups that do what an opportunity is about, within its reach: (number, how it fits), best first."""
        groups = self.atlas.groups
        side = self.sides.take(np.array([number]))
        near = np.flatnonzero(groups.listed_mask(now))
        if not np.isnan(side.x[0]):
            near = np.intersect1d(near, groups.index.within(float(side.x[0]), float(side.y[0]), self.within_m)[0])
        others = group_sides(self.atlas, near, self.within_m)
        rules = Rules(self.rules.related)
        found = match(side, others, rules)
        if not side.topics.any():
            return []
        picked = found.right[smallest(-found.score, count)]
        return [(int(near[row]), explain(side, 0, others, int(row), rules)) for row in picked]


def opportunity_rules(atlas: Atlas) -> Rules:
    """How near categories are, and which kinds of offers answer which kinds of asks."""
    kinds = _kinds(atlas)
    answers = np.eye(len(kinds) + 1) * KIND_SAME
    answers[-1, -1] = 0.0
    number_of = {code: number for number, code in enumerate(kinds)}
    for offer, asks in ANSWERS.items():
        for ask in asks:
            if offer in number_of and ask in number_of:
                answers[number_of[offer], number_of[ask]] = KIND_ANSWERS
    alone = np.array([code in STAND_ALONE for code in kinds] + [False])
    return Rules(category_relatedness(atlas), answers, alone)


def category_relatedness(atlas: Atlas) -> np.ndarray:
    """How near the vocabulary's categories are, in its order."""
    terms = atlas.vocabulary.of("category")
    return relatedness(list(terms), {code: term.related for code, term in terms.items()},
                       {code: term.theme for code, term in terms.items()})


def opportunity_sides(atlas: Atlas, within_m: float) -> Sides:
    """Every opportunity as a row. An individual's access is what they need; so is that of an ask without a place."""
    layer, vocabulary = atlas.opportunities, atlas.vocabulary
    access = _bits(layer, "access", list(vocabulary.of("access")))
    needs = np.array([giver_kind == INDIVIDUAL or direction == "ask" and (not hub_id or kind in BY_APPOINTMENT)
                      for giver_kind, direction, hub_id, kind in zip(*map(
                          layer.column, ("giver_kind", "direction", "hub_id", "kind")), strict=True)], dtype=bool)
    needs = needs[:, None] if len(needs) else np.zeros((0, 1), dtype=bool)
    number_of = {code: number for number, code in enumerate(_kinds(atlas))}
    x, y = _places(layer)
    reach = [within_m if reach_m is None else float(reach_m) for reach_m in layer.column("reach_m")]
    return Sides(
        _bits(layer, "topics", list(vocabulary.of("category"))), x, y, np.array(reach, dtype=float),
        np.array(layer.column("online"), dtype=bool), slots_of(layer),
        _bits(layer, "languages", list(vocabulary.of("language"))), access & ~needs, access & needs,
        np.array([number_of.get(kind, len(number_of)) for kind in layer.column("kind")], dtype=np.int64),
        np.array([np.nan if hours is None else hours for hours in layer.column("hours")], dtype=float))


def group_sides(atlas: Atlas, numbers: np.ndarray, within_m: float) -> Sides:
    """Some groups as rows: nobody says how far a group reaches, so who comes has to."""
    layer, vocabulary = atlas.groups, atlas.vocabulary
    x, y = _places(layer)
    size = len(numbers)
    access = _bits(layer, "access", list(vocabulary.of("access")), numbers)
    return Sides(
        _bits(layer, "categories", list(vocabulary.of("category")), numbers), x[numbers], y[numbers],
        np.full(size, ANYWHERE), np.array(layer.column("online"), dtype=bool)[numbers], slots_of(layer)[numbers],
        _bits(layer, "languages", list(vocabulary.of("language")), numbers), access, np.zeros_like(access),
        np.full(size, -1, dtype=np.int64), np.full(size, np.nan))


def slots_of(layer: AssetLayer) -> np.ndarray:
    """In which parts of the week each asset meets: bits as in `Sides.slots`; (n,) int64. Worked out once a layer."""
    kept = _SLOTS.get(layer)
    if kept is None:
        kept = _SLOTS[layer] = _slots(layer)
    return kept


_SLOTS: WeakKeyDictionary[AssetLayer, np.ndarray] = WeakKeyDictionary()


def _slots(layer: AssetLayer) -> np.ndarray:
    days, parts = layer.session_weekdays.astype(np.int64), layer.session_parts.astype(np.int64)
    parts = np.where(parts == 0, 0b111, parts)  # on a day, at a time that nobody said
    made = np.zeros(len(layer), dtype=np.int64)
    bits = np.zeros(len(days), dtype=np.int64)
    for slot in range(SLOTS):
        bits |= ((days >> (slot // 3)) & (parts >> (slot % 3)) & 1) << slot
    np.bitwise_or.at(made, layer.session_owner, bits)
    return made


def _kinds(atlas: Atlas) -> list[str]:
    return list(atlas.vocabulary.of("opportunity_kind"))


def _bits(layer: AssetLayer, column: str, codes: Sequence[str], numbers: np.ndarray | None = None) -> np.ndarray:
    """(n, codes) bool: which codes each asset carries in a column of lists."""
    number_of = {code: number for number, code in enumerate(codes)}
    held = layer.column(column) if numbers is None else [layer.rows.value(int(number), column) for number in numbers]
    made = np.zeros((len(held), len(codes)), dtype=bool)
    for row, text in enumerate(held):
        if text != "[]":
            made[row, [number_of[code] for code in load_list(text) if code in number_of]] = True
    return made


def _places(layer: AssetLayer) -> tuple[np.ndarray, np.ndarray]:
    """Metres of each asset's first place, NaN for none."""
    x, y = np.full(len(layer), np.nan), np.full(len(layer), np.nan)
    spots = layer.spots
    x[spots.owner[::-1]], y[spots.owner[::-1]] = spots.x[::-1], spots.y[::-1]
    return x, y
