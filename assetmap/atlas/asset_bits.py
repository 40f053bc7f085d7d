"""A layer's columns as bits, made once, so that judging thousands of assets for one person takes a few sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from weakref import WeakKeyDictionary

import numpy as np

from assetmap.analysis.sides import RELATED, SAME
from assetmap.atlas.assets import AssetLayer
from assetmap.atlas.sides import access_there, slots_of
from assetmap.domain.kinds import AT_THEIR_PLACE, WELCOMING
from assetmap.domain.vocabulary import Vocabulary

GOOD_COMPANY = frozenset({"shared-meals", "coffee-chat", "befriending", "games-cards", "dance", "music-singing",
                          "sport", "residents", "volunteering"})
"""Categories in which people mostly talk and do things together."""
_WORD = 63


class Flag:
    """What is so or not so of an asset. COMES: with no place of its own, it can be done at the other's.

    WELCOMING: an ask that anybody who enjoys the thing can answer.
    """

    PLACED, ONLINE, PAUSED, ENGLISH, SAYS_ACCESS, FREE, COMPANY, ASK, COMES, WELCOMING = (
        np.uint16(1 << at) for at in range(10))


class Bits:
    """Which codes each of n assets carries, 63 to a number."""

    def __init__(self, codes: Sequence[str], carries: np.ndarray):
        """`carries` (codes, n) bool."""
        self.place = {code: number for number, code in enumerate(codes)}
        self.words = [reduce(np.bitwise_or, (row << bit for bit, row in enumerate(part)))
                      for part in (carries[first: first + _WORD].astype(np.int64)
                                   for first in range(0, len(codes), _WORD))]
        self.none = ~carries.any(axis=0)

    def mask(self, codes: Iterable[str]) -> int:
        """Codes as bits of one number, however many there are."""
        made = 0
        for code in codes:
            if code in self.place:
                made |= 1 << self.place[code]
        return made

    def codes_in(self, mask: int) -> list[str]:
        """The codes of a mask, in their own order."""
        return [code for code, place in self.place.items() if mask >> place & 1]

    def any_of(self, codes: Iterable[str], rows: np.ndarray) -> np.ndarray:
        """Which of `rows` carry any of the codes; bool."""
        return self.any_in(self.mask(codes), rows)

    def any_in(self, mask: int, rows: np.ndarray) -> np.ndarray:
        """Which of `rows` carry any code of a mask; bool."""
        if not mask:
            return np.zeros(len(rows), dtype=bool)
        return _any([held[rows] for held in self.words], mask)

    def all_of(self, codes: Iterable[str], rows: np.ndarray) -> np.ndarray:
        """Which of `rows` carry every one of the codes; (n,) bool. None do, of a code that nobody carries."""
        made = np.full(len(rows), all(code in self.place for code in codes))
        mask = self.mask(codes)
        for held, one in zip(self.words, _split(mask, len(self.words)), strict=True) if mask else ():
            made &= (held[rows] & one) == one
        return made

    def nearness(self, rows: np.ndarray, same: int, beside: int) -> np.ndarray:
        """How near each of `rows` is to what is wanted: 1 the same, 0.5 related, 0 not. The two are masks."""
        held = [word[rows] for word in self.words]
        return np.where(_any(held, same), SAME, _any(held, beside) * RELATED)

    def of(self, number: int, codes: Iterable[str]) -> tuple[str, ...]:
        """Those of the codes that one asset carries, in the order they are given."""
        held = sum(int(word[number]) << (_WORD * at) for at, word in enumerate(self.words))
        return tuple([code for code in codes if code in self.place and held >> self.place[code] & 1])


def _split(mask: int, count: int) -> list[int]:
    return [mask >> (_WORD * at) & (1 << _WORD) - 1 for at in range(count)]


def _any(words: Sequence[np.ndarray], mask: int) -> np.ndarray:
    masks = _split(mask, len(words))
    made = (words[0] & masks[0]) != 0
    for held, one in zip(words[1:], masks[1:], strict=True):
        made |= (held & one) != 0
    return made


class Profile:
    """What is judged of each asset of a layer: arrays aligned with its numbers, and yes or no as `flags`."""

    def __init__(self, layer: AssetLayer, hubs: AssetLayer):
        size, columns = len(layer), layer.layer.content
        every = np.arange(size)
        self.related = _related(layer.vocabulary)
        self.topics, self.access, self.languages = (
            Bits(held.codes, held.carries) for held in map(layer.facet, ("category", "access", "language")))
        if "direction" in columns:
            self.access = Bits(list(layer.vocabulary.of("access")), access_there(layer, hubs).T)
        self.beside = {code: self.topics.mask(others) for code, others in self.related.items()}
        self.topics_by_point = [word[layer.index.owner] for word in self.topics.words]
        self.slots, self.reach_m = slots_of(layer), np.full(size, np.inf)
        online = np.array(layer.column("online"), dtype=bool)
        said = {Flag.PLACED: layer.placed, Flag.ONLINE: online, Flag.PAUSED: ~layer.is_active,
                Flag.ENGLISH: self.languages.any_of(["en"], every) | self.languages.none,
                Flag.SAYS_ACCESS: ~self.access.none,
                Flag.COMPANY: self.topics.any_of(GOOD_COMPANY, every),
                Flag.FREE: layer.facet("cost").any_of(every, ["free", "donation"]) if "cost" in layer.facet_names
                else np.ones(size, dtype=bool)}
        if "direction" in columns:
            kinds, hubs = layer.column("kind"), layer.column("hub_id")
            self.reach_m[:] = [np.inf if reach_m is None else reach_m for reach_m in layer.column("reach_m")]
            said |= {Flag.ASK: [direction == "ask" for direction in layer.column("direction")],
                     Flag.COMES: [kind in AT_THEIR_PLACE and not hub for kind, hub in zip(kinds, hubs, strict=True)],
                     Flag.WELCOMING: [kind in WELCOMING for kind in kinds]}
        self.flags = np.zeros(size, dtype=np.uint16)
        for flag, held in said.items():
            self.flags[np.asarray(held, dtype=bool)] |= flag
        self.online_only = np.flatnonzero(online & ~layer.placed)
        self.visits = bool((self.flags & Flag.COMES).any())

    def wanted(self, codes: Iterable[str]) -> tuple[int, int]:
        """Masks of some categories, and of what goes with any of them."""
        beside = 0
        for code in codes:
            beside |= self.beside.get(code, 0)
        return self.topics.mask(codes), beside

    def flagged(self, rows: np.ndarray, names: Mapping[str, np.uint16]) -> dict[str, np.ndarray]:
        """Of some flags, by names, which of `rows` have them; bool."""
        held = self.flags[rows]
        return {name: (held & flag) != 0 for name, flag in names.items()}

    def points_about(self, mask: int, strip: slice) -> np.ndarray:
        """Which rows of a strip of the layer's index stand for assets about any topic of a mask; bool."""
        return _any([word[strip] for word in self.topics_by_point], mask)


def _related(vocabulary: Vocabulary) -> dict[str, set[str]]:
    """Categories that go with each, whichever of both says so."""
    terms = vocabulary.of("category")
    made: dict[str, set[str]] = {code: set() for code in terms}
    for code, term in terms.items():
        for other in set(term.related) & set(terms):
            made[code].add(other)
            made[other].add(code)
    return made


_PROFILES: WeakKeyDictionary[AssetLayer, Profile] = WeakKeyDictionary()


def profile_of(layer: AssetLayer, hubs: AssetLayer) -> Profile:
    """A layer's profile, kept as long as the layer is. `hubs` are of the same Atlas."""
    kept = _PROFILES.get(layer)
    if kept is None:
        kept = _PROFILES[layer] = Profile(layer, hubs)
    return kept
