"""What suits one person, of the groups and of the offers and asks of the map."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import numpy as np

from assetmap.analysis import suggesting
from assetmap.analysis.nearby import first_of_each
from assetmap.analysis.sides import RELATED, SAME
from assetmap.analysis.word_search import meant
from assetmap.atlas.asset_bits import Flag, profile_of
from assetmap.atlas.assets import AssetLayer
from assetmap.atlas.atlas import Atlas
from assetmap.domain.place import Place

FARTHER_M = 400.0
"""Beyond the reach: there near misses are still named."""
FEW = 3
_FARTHEST_M = 1_000.0
"""Where fewer than `FEW` groups suit, near misses are named to two and a half times the reach, and to this at least."""
_VISITED_M = 1_500.0  # so far away, at most, who could come to the person is looked for
_ENJOYED = 0.8  # of an ask about what they only enjoy, beside one about what they can do


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person is looking for, and could give. Nothing here says who they are, and nothing of it is kept.

    `place` is where they are, else `ward` (its number, -1: anywhere); `reach_m` how far they can get in a straight
    line. `likes`, `learn` and `offer` are categories; `words` are (category, words) of those of which one activity was
    named and no more, such as football within sport; `slots` parts of the week as in `sides.Sides` (0: any);
    `needs` features of access that are a must; `languages` codes; `company` is company, alone or ""; `cost` is free
    or ""; `travel` walk or bus. `online` says that what can be done from home suits them too.
    """

    place: Place | None = None
    ward: int = -1
    reach_m: float = 3_000.0
    travel: str = "walk"
    likes: tuple[str, ...] = ()
    learn: tuple[str, ...] = ()
    offer: tuple[str, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    slots: int = 0
    online: bool = False
    needs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    only_own_language: bool = False
    company: str = ""
    cost: str = ""
    age: int | None = None

    @property
    def enjoy(self) -> tuple[str, ...]:
        """What they want for themselves."""
        return tuple(dict.fromkeys((*self.likes, *self.learn)))


class Suggested(NamedTuple):
    """One thing that suits, or nearly does. `metres` is None when it is not known from where.

    `topics` are the wanted categories that it carries, or none when it is only `beside` them; `named` the words of the
    wish that it says; `giving` that it is about what they could offer; `slots` when they are free and it is on;
    `against` and `unknown` are bits of `analysis.suggesting`.
    """

    layer: AssetLayer
    number: int
    score: float
    metres: float | None
    topics: tuple[str, ...]
    beside: tuple[str, ...]
    named: tuple[str, ...]
    giving: bool
    speaks: bool
    slots: int
    company: bool
    against: int
    unknown: int

    @property
    def id(self) -> str:
        return self.layer.rows.value(self.number, "id")


@dataclass(frozen=True, slots=True)
class Suggestions:
    """`groups` to join, offers to `take` up, where they could `give`, and what fits all but one thing (`misses`)."""

    groups: list[Suggested] = field(default_factory=list)
    take: list[Suggested] = field(default_factory=list)
    give: list[Suggested] = field(default_factory=list)
    misses: list[Suggested] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.groups or self.take or self.give)


def suggest(atlas: Atlas, wish: Wish, now: datetime, count: int = 6) -> Suggestions:
    """The best `count` of each for a wish, best first. What suits in two ways stands where it comes first."""
    origin = _origin(atlas, wish)

    def looked(beyond_m: float) -> tuple[_Looked, _Looked]:
        groups, chances = (_Looked(layer, atlas.hubs, wish, origin, now, beyond_m)
                           for layer in (atlas.groups, atlas.opportunities))
        return groups, chances

    groups, chances = looked(min(wish.reach_m / 3, FARTHER_M))
    join, take, give = _picked(groups, chances, chances.flagged(Flag.ASK), count)
    if wish.place is not None and len(join) < FEW:
        groups, chances = looked(max(1.5 * wish.reach_m, _FARTHEST_M - wish.reach_m))
    asks = chances.flagged(Flag.ASK)
    misses = [*groups.misses(groups.enjoy, count),
              *chances.misses(np.where(asks, chances.offer, chances.enjoy), count, giving=asks)]
    return Suggestions(*([_made(wish, *pick) for pick in picks]
                         for picks in (join, take, give, _nearest_misses(misses, count))))


_Pick = tuple[float, "_Looked", int, bool]  # score, where it was found, its row there, whether it is to give


def _picked(groups: _Looked, chances: _Looked, asks: np.ndarray,
            count: int) -> tuple[list[_Pick], list[_Pick], list[_Pick]]:
    """What to join, to take up, and where to give."""
    join = groups.best(groups.enjoy, count)
    joined = {row for _score, _groups, row, _giving in join}
    share = [pick for pick in groups.best(groups.offer, count, giving=True, least=suggesting.OF_ITS_KIND)
             if pick[2] not in joined]
    gladly = chances.enjoy * _ENJOYED * chances.flagged(Flag.WELCOMING)
    answer = chances.best(np.maximum(chances.offer, gladly) * asks, count, giving=True)
    return join, chances.best(chances.enjoy * ~asks, count), _first((*answer, *share), count)


def _first(picks: Iterable[_Pick], count: int) -> list[_Pick]:
    return sorted(picks, key=lambda pick: -pick[0])[:count]


def _nearest_misses(misses: Iterable[_Pick], count: int) -> list[_Pick]:
    """First what only has to be asked, then what is known not to fit; half of each when there is enough of both."""
    asked, known = [], []
    for pick in misses:
        (asked if pick[1].judged.against[pick[2]] & suggesting.ASK_FIRST else known).append(pick)
    half = count // 2
    return [*_first(asked, max(half, count - len(known))), *_first(known, max(half, count - len(asked)))]


def _made(wish: Wish, score: float, looked: _Looked, row: int, giving: bool) -> Suggested:
    things, judged, topics = looked.things, looked.judged, looked.profile.topics
    number, metres = int(looked.numbers[row]), float(things.metres[row])
    theirs = giving and bool(looked.offer[row])
    wanted = wish.offer if theirs else wish.enjoy
    held = topics.of(number, wanted)
    beside = () if held else topics.of(number, looked.beside_offer if theirs else looked.beside_enjoy)
    named = tuple(said for code, said, says in looked.named if code in held and says[row])
    return Suggested(
        looked.layer, number, score, None if wish.place is None or math.isnan(metres) else metres, held, beside,
        named, theirs, bool(things.speaks[row]), int(things.slots[row]) & wish.slots, bool(things.company[row]),
        int(judged.against[row]), int(judged.unknown[row]))


def _origin(atlas: Atlas, wish: Wish) -> tuple[float, float] | None:
    """From where it is measured: the person's place, else the middle of their ward."""
    if wish.place is not None:
        return atlas.to_metres(wish.place.lat, wish.place.lon)
    if wish.ward >= 0:
        lon, lat = atlas.ward_points[wish.ward]
        return atlas.to_metres(lat, lon)
    return None


_FLAGS = {name: getattr(Flag, name.upper()) for name in (
    "placed", "online", "comes", "english", "says_access", "free", "company", "paused")}


class _Looked:
    """One layer looked through: what is within reach or at most `beyond_m` farther, and about anything wanted, judged
    once, whatever it is listed as.
    """

    def __init__(self, layer: AssetLayer, hubs: AssetLayer, wish: Wish, origin: tuple[float, float] | None,
                 now: datetime, beyond_m: float):
        self.layer, self.wish, self.profile = layer, wish, profile_of(layer, hubs)
        (enjoy, by_enjoy), (offer, by_offer) = self.profile.wanted(wish.enjoy), self.profile.wanted(wish.offer)
        self.about = enjoy | by_enjoy | offer | by_offer
        numbers, metres = self._near(origin, beyond_m)
        topics, person = self.profile.topics, self._person()
        things = self._things(numbers, metres)
        against = suggesting.faults(things, person)
        kept = (against == 0) | topics.any_in(enjoy | offer, numbers) & suggesting.is_one_fault(against)
        kept &= layer.listed_mask(now)[numbers]
        if wish.age is not None and "age_min" in layer.layer.content:
            kept &= (layer.age_min[numbers] <= wish.age) & (wish.age <= layer.age_max[numbers])
        rows = np.flatnonzero(kept)
        rows = rows[first_of_each(numbers[rows], metres[rows])]
        self.numbers, self.things = numbers[rows], things.take(rows)
        self.judged = suggesting.judge(self.things, person, against[rows])
        self.beside_enjoy, self.beside_offer = topics.codes_in(by_enjoy), topics.codes_in(by_offer)
        self.named = [(code, said, self._says(said)) for code, said in wish.words]
        self.enjoy = self._narrowed(topics.nearness(self.numbers, enjoy, by_enjoy), wish.enjoy)
        self.offer = self._narrowed(topics.nearness(self.numbers, offer, by_offer), wish.offer)

    def _near(self, origin: tuple[float, float] | None, beyond_m: float) -> tuple[np.ndarray, np.ndarray]:
        """(numbers, metres) of the places of what is about anything wanted, within reach and a little beyond; and what
        is online, when that will do. What has several places may come several times.

        Of a ward, all in it, and what is within reach of its middle: who lives where is not known.
        """
        layer, wish, profile = self.layer, self.wish, self.profile
        if origin is None:
            numbers = self._those_about(np.arange(len(layer)))
            return numbers, np.full(len(numbers), np.nan)
        farther = wish.reach_m + (beyond_m if wish.place is not None else 0.0)
        numbers, metres = self._within(*origin, farther, max(farther, _VISITED_M))
        if wish.place is None:
            inside = self._those_about(np.flatnonzero(layer.ward == wish.ward))
            here = np.isin(numbers, inside, invert=True)
            numbers = np.concatenate([numbers[here], inside])
            metres = np.append(metres[here], np.full(len(inside), wish.reach_m / 2))
        if wish.online and len(profile.online_only):
            extra = self._those_about(profile.online_only)
            numbers, metres = np.concatenate([numbers, extra]), np.append(metres, np.full(len(extra), np.nan))
        return numbers, metres

    def _within(self, x: float, y: float, farther: float, visited: float) -> tuple[np.ndarray, np.ndarray]:
        """What is within `farther` metres; of those who could come to the person, within `visited`."""
        profile = self.profile
        visits = profile.visits and visited > farther
        numbers, metres = self.layer.index.points_within(
            x, y, visited if visits else farther, lambda strip: profile.points_about(self.about, strip))
        if visits:
            near = (metres <= farther) | ((profile.flags[numbers] & Flag.COMES) != 0)
            numbers, metres = numbers[near], metres[near]
        return numbers, metres

    def _those_about(self, numbers: np.ndarray) -> np.ndarray:
        return numbers[self.profile.topics.any_in(self.about, numbers)]

    def _says(self, words: str) -> np.ndarray:
        """Which say these words of themselves; bool."""
        fits = np.ones(len(self.numbers), dtype=bool)
        for word in meant(words.split()):
            fits &= self.layer.words.holding(word, forgiving=False)[self.numbers]
        return fits

    def _narrowed(self, topic: np.ndarray, wanted: tuple[str, ...]) -> np.ndarray:
        """How near each is, less where one activity is wanted and it tells of others of that kind."""
        named = [(code, says) for code, _said, says in self.named if code in wanted]
        if not named:
            return topic
        wholly = set(wanted) - {code for code, _says in named}
        fits = self.profile.topics.any_of(wholly, self.numbers)
        for _code, says in named:
            fits |= says
        return np.where((topic == SAME) & ~fits, suggesting.OF_ITS_KIND, topic)

    def _things(self, rows: np.ndarray, metres: np.ndarray) -> suggesting.Candidates:
        wish, profile = self.wish, self.profile
        return suggesting.Candidates(
            metres=metres, reach_m=profile.reach_m[rows], slots=profile.slots[rows],
            speaks=profile.languages.any_of([code for code in wish.languages if code != "en"], rows),
            has_access=profile.access.all_of(wish.needs, rows), **profile.flagged(rows, _FLAGS))

    def _person(self) -> suggesting.Person:
        wish = self.wish
        return suggesting.Person(
            slots=wish.slots, reach_m=wish.reach_m, at_home=wish.online, needs_access=bool(wish.needs),
            needs_language=wish.only_own_language, has_language=bool(set(wish.languages) - {"en"}),
            only_free=wish.cost == "free", company=wish.company)

    def flagged(self, flag: np.uint16) -> np.ndarray:
        """Which have a flag; bool."""
        return (self.profile.flags[self.numbers] & flag) != 0

    def best(self, topic: np.ndarray, count: int, giving: bool = False, least: float = RELATED) -> list[_Pick]:
        """What nothing speaks against, best first."""
        rows, scores = suggesting.best(self.judged, topic, count, least)
        return [(score, self, row, giving) for row, score in zip(rows.tolist(), scores.tolist(), strict=True)]

    def misses(self, topic: np.ndarray, count: int, giving: np.ndarray | None = None) -> list[_Pick]:
        """What fits all but one thing, best first. `giving`: which of all are about what they could offer."""
        rows, scores = suggesting.near_misses(self.judged, topic, count)
        return [(score, self, row, giving is not None and bool(giving[row]))
                for row, score in zip(rows.tolist(), scores.tolist(), strict=True)]
