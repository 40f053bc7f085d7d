"""What suits one person, of the groups and of the offers and asks of the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from weakref import WeakKeyDictionary

import numpy as np

from assetmap.analysis import suggesting
from assetmap.analysis.sides import RELATED, SAME
from assetmap.atlas.assets import AssetLayer
from assetmap.atlas.atlas import Atlas
from assetmap.atlas.sides import slots_of
from assetmap.domain.place import Place

GOOD_COMPANY = frozenset({"shared-meals", "coffee-chat", "befriending", "games-cards", "dance", "music-singing",
                          "sport", "residents", "volunteering"})
"""Categories in which people mostly talk and do things together."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person is looking for, and could give. Nothing here says who they are, and nothing of it is kept.

    `likes`, `learn` and `offer` are categories; `slots` parts of the week as in `sides.Sides` (0: any);
    `needs` features of access; `languages` codes; `company` is company, alone or ""; `cost` is free or "".
    """

    place: Place | None = None
    ward: int = -1
    reach_m: float = 3_000.0
    likes: tuple[str, ...] = ()
    learn: tuple[str, ...] = ()
    offer: tuple[str, ...] = ()
    slots: int = 0
    online: bool = False
    needs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    only_own_language: bool = False
    company: str = ""
    cost: str = ""
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Suggested:
    """One thing that suits, or nearly does; `against` and `unknown` are bits of `analysis.suggesting`."""

    layer: AssetLayer
    number: int
    score: float
    metres: float | None
    topics: tuple[str, ...]
    same_topic: bool
    speaks: bool
    in_time: bool
    against: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Suggestions:
    """`groups` to join, offers to `take` up, asks that they could answer (`give`), and what nearly fits."""

    groups: list[Suggested] = field(default_factory=list)
    take: list[Suggested] = field(default_factory=list)
    give: list[Suggested] = field(default_factory=list)
    misses: list[Suggested] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.groups or self.take or self.give)


def suggest(atlas: Atlas, wish: Wish, now: datetime, count: int = 8) -> Suggestions:
    """The best of each for a wish."""
    enjoy, made, misses = (*wish.likes, *wish.learn), Suggestions(), []
    near = {layer.layer.name: _near(atlas, layer, wish) for layer in (atlas.groups, atlas.opportunities)}
    for found, layer, wanted, direction in ((made.groups, atlas.groups, enjoy, 0),
                                            (made.take, atlas.opportunities, enjoy, OFFER),
                                            (made.give, atlas.opportunities, wish.offer, ASK)):
        if wanted:
            search = _Search(atlas, layer, wish, wanted, near[layer.layer.name], now, direction)
            found.extend(search.best(count))
            misses.extend(search.misses(count))
    made.misses.extend(sorted(misses, key=lambda one: -one.score)[:count])
    return made


def _near(atlas: Atlas, layer: AssetLayer, wish: Wish) -> tuple[np.ndarray, np.ndarray]:
    """(numbers, metres) of what is within reach and a little beyond, so that near misses are seen, and of what is
    online when that will do."""
    if wish.place is not None:
        x, y = atlas.to_metres(wish.place.lat, wish.place.lon)
        numbers, metres = layer.index.within(x, y, wish.reach_m + min(wish.reach_m, _FARTHER_M))
    else:
        numbers = np.flatnonzero(layer.ward == wish.ward) if wish.ward >= 0 else np.arange(len(layer))
        metres = np.full(len(numbers), np.nan)
    if wish.online:
        extra = _profile(atlas, layer).unplaced_online
        numbers, metres = np.concatenate([numbers, extra]), np.concatenate([metres, np.full(len(extra), np.nan)])
    return numbers, metres


OFFER, ASK = 1, 2
_ENOUGH = 60  # of what is wanted itself: what is only related to it is then left out
_FARTHER_M = 400.0  # beyond the reach: there near misses are still named


class _Profile:
    """Columns of one layer as bits, made once, so that judging thousands of candidates takes a few sums."""

    def __init__(self, atlas: Atlas, layer: AssetLayer):
        terms = atlas.vocabulary.of("category")
        self.related = {code: set(term.related) & set(terms) for code, term in terms.items()}
        for code, term in terms.items():
            for other in term.related:
                if other in terms:
                    self.related[other].add(code)
        self.topics = _Bits(layer, "category")
        self.access, self.languages = _Bits(layer, "access"), _Bits(layer, "language")
        self.slots = slots_of(layer)
        self.says_access = ~self.access.none
        self.english = self.languages.have(["en"]) | self.languages.none
        self.company = self.topics.have(sorted(GOOD_COMPANY & set(terms)))
        size = len(layer)
        self.free = layer.facet("cost").any_of(np.arange(size), ["free", "donation"]) if (
            "cost" in layer.facet_names) else np.ones(size, dtype=bool)
        self.direction = np.zeros(size, dtype=np.int8)
        if "direction" in layer.layer.content:
            self.direction[:] = [OFFER if said == "offer" else ASK for said in layer.column("direction")]
        self.unplaced_online = np.flatnonzero(np.array(layer.column("online"), dtype=bool) & ~layer.placed)


class _Bits:
    """Which codes of a facet each asset carries, 63 to a number."""

    def __init__(self, layer: AssetLayer, facet: str):
        held = layer.facet(facet)
        self.place = {code: divmod(number, 63) for number, code in enumerate(held.codes)}
        self.words = []
        for first in range(0, len(held.codes), 63):
            part = held.carries[first: first + 63].astype(np.int64)
            self.words.append(reduce(np.bitwise_or, (row << bit for bit, row in enumerate(part))))
        self.none = ~held.carries.any(axis=0)

    def have(self, codes: Sequence[str], rows: np.ndarray | None = None) -> np.ndarray:
        """Which assets (of `rows`) carry any of the codes."""
        return self._asked(codes, rows, lambda held, asked: (held & asked) != 0, np.logical_or, False)

    def have_all(self, codes: Sequence[str], rows: np.ndarray) -> np.ndarray:
        """Which of `rows` carry every one of the codes."""
        return self._asked(codes, rows, lambda held, asked: (held & asked) == asked, np.logical_and, True)

    def _asked(self, codes, rows, test, join, start: bool) -> np.ndarray:
        masks = [0] * len(self.words)
        unknown = [code for code in codes if code not in self.place]
        for code in set(codes) - set(unknown):
            word, bit = self.place[code]
            masks[word] |= 1 << bit
        size = len(self.none) if rows is None else len(rows)
        made = np.full(size, start and not unknown)
        for held, mask in zip(self.words, masks, strict=True):
            if mask:
                made = join(made, test(held if rows is None else held[rows], np.int64(mask)))
        return made


_PROFILES: WeakKeyDictionary[AssetLayer, _Profile] = WeakKeyDictionary()


def _profile(atlas: Atlas, layer: AssetLayer) -> _Profile:
    kept = _PROFILES.get(layer)
    if kept is None:
        kept = _PROFILES[layer] = _Profile(atlas, layer)
    return kept


class _Search:
    """One layer looked through for what somebody wants: first what is near, then what is about it."""

    def __init__(self, atlas: Atlas, layer: AssetLayer, wish: Wish, wanted: Sequence[str],
                 near: tuple[np.ndarray, np.ndarray], now: datetime, direction: int):
        self.layer, self.wish, self.wanted = layer, wish, tuple(dict.fromkeys(wanted))
        self.profile = _profile(atlas, layer)
        self.numbers, self.metres, self.topic = self._about(*near, now, direction)
        self.things = self._things()
        self.scored = suggesting.score(self.things, self._person())

    def _about(self, numbers: np.ndarray, metres: np.ndarray, now: datetime,
               direction: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(what is about something wanted, its metres, how near its topic is). What is only related is looked at
        where there is little of what is wanted itself."""
        layer, wish, profile = self.layer, self.wish, self.profile
        open_ = layer.listed_mask(now)[numbers]
        if direction:
            open_ &= profile.direction[numbers] == direction
        if wish.age is not None and "age_min" in layer.layer.content:
            open_ &= (layer.age_min[numbers] <= wish.age) & (wish.age <= layer.age_max[numbers])
        same = profile.topics.have(self.wanted, numbers) & open_
        rows = np.flatnonzero(same)
        topic = np.full(len(rows), SAME)
        if len(rows) < _ENOUGH:
            beside = sorted(set().union(*(profile.related.get(code, ()) for code in self.wanted)) - set(self.wanted))
            related = np.flatnonzero(profile.topics.have(beside, numbers) & open_ & ~same)
            rows, topic = np.concatenate([rows, related]), np.concatenate([topic, np.full(len(related), RELATED)])
        return numbers[rows], metres[rows], topic

    def _things(self) -> suggesting.Candidates:
        rows, wish, profile = self.numbers, self.wish, self.profile
        others = [code for code in wish.languages if code != "en"]
        return suggesting.Candidates(
            topic=self.topic, metres=self.metres, slots=profile.slots[rows],
            speaks=profile.languages.have(others, rows), english=profile.english[rows],
            has_access=profile.access.have_all(wish.needs, rows), says_access=profile.says_access[rows],
            free=profile.free[rows], company=profile.company[rows])

    def _person(self) -> suggesting.Person:
        wish = self.wish
        return suggesting.Person(
            slots=wish.slots, reach_m=wish.reach_m, needs_access=bool(wish.needs),
            needs_language=wish.only_own_language, has_language=bool(set(wish.languages) - {"en"}),
            only_free=wish.cost == "free", company=wish.company)

    def best(self, count: int) -> list[Suggested]:
        """What nothing speaks against, best first."""
        return [self._made(row) for row in suggesting.fitting(self.scored, self.things, count)]

    def misses(self, count: int) -> list[Suggested]:
        """What is just right but for one thing, best first."""
        return [self._made(row) for row in suggesting.near_misses(self.scored, self.things, count)]

    def _made(self, row: int) -> Suggested:
        number, things = int(self.numbers[row]), self.things
        facet = self.layer.facet("category")
        topics = tuple(code for code in self.wanted if code in facet.position
                       and facet.carries[facet.position[code], number])
        metres = float(things.metres[row])
        return Suggested(
            self.layer, number, float(self.scored.score[row]), None if np.isnan(metres) else metres, topics,
            bool(things.topic[row] >= SAME), bool(things.speaks[row]),
            bool(self.wish.slots and things.slots[row] & self.wish.slots), int(self.scored.against[row]),
            int(self.scored.unknown[row]))
