"""Records that may be one and the same: alike in name and near, or with one telephone number, address or website.

Nothing here decides: each pair comes with a score and its reasons in words, and a person says whether it is one.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from assetmap.analysis.name_words import NameWords
from assetmap.analysis.names import Likeness, Name, Weight, compare, parse
from assetmap.analysis.nearby import PointIndex

PHONE, EMAIL, WEBSITE, NUMBER = ("the same telephone number", "the same e-mail address", "the same website",
                                 "the same charity or company number")
DIFFERENT_NUMBERS = "their charity or company numbers differ"
DIFFERENT_TIMES, DIFFERENT_AGES, DIFFERENT_PEOPLE = ("they meet at different times", "they are for different ages",
                                                     "different organisations run them")
NEAR_LEAST, AGAINST_LEAST, SHARED_LEAST, FAR_LEAST, NAMED_LEAST, ONE_FEED_LEAST = 0.7, 0.9, 0.5, 0.85, 0.85, 0.8
"""How alike two names must be: near one another; near with two things that speak against; with one identifier; with
one and far apart; with nothing else known; both of one feed."""

_TELLS_ENOUGH = 1.5  # of a name that stands alone: "Yoga" is said of many, "Leigh Yoga" of one
_MORE_BUT_ALIKE = 0.85  # names this alike may have a telling word more,
_LONG_NAME = 5.0  # which only those who tell so much are
_SHARED_BY_MOST = 4  # records with one telephone number: more have a switchboard's
_TWINS_IN_FULL = 6  # of so many with one name at one place every pair is told; of more, each with the first
_AGAINST_COSTS = 0.9
_SAME_POINT_M = 1.0
_NO_SITE = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entries:
    """n records. `points` are (eastings, northings, record number) of all their places, in metres.

    The other columns are empty, or one text a record. `about` is what a record says of its place in other words:
    an address, the name of a hub; `feeds` are where records came from. `against` are reasons why two records may be
    two after all (such as DIFFERENT_TIMES), with what each record says; those who have nothing in common differ.
    """

    names: Sequence[str]
    points: tuple[np.ndarray, np.ndarray, np.ndarray]
    postcodes: Sequence[str] = ()
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    websites: Sequence[str] = ()
    numbers: Sequence[str] = ()
    about: Sequence[str] = ()
    feeds: Sequence[str] = ()
    against: Mapping[str, Sequence[frozenset]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two records may be one, as a sentence's part: `text` has the places of `values`."""

    text: str
    values: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records by their numbers, `first` the lower, that may be one. `metres` is None when one has no place."""

    first: int
    second: int
    score: float
    metres: float | None
    reasons: tuple[Reason, ...]

    def sentence(self) -> str:
        """The reasons, in English."""
        return "; ".join(map(str, self.reasons))


def find_pairs(entries: Entries, within_m: float, *, known: Collection[str] = (), places: Collection[str] = (),
               new: int | None = None) -> list[Pair]:
    """Pairs of records that may be one, the likeliest first.

    `within_m` is how near two must be unless they share an identifier; `known` and `places` are words as in
    `names.compare`. With `new` only pairs of one of the first `new` records and one of the others.
    """
    search = _Search(entries, within_m, known, places, new)
    made = [pair for pair in (search.look(*both) for both in search.candidates()) if pair]
    return sorted(made, key=lambda pair: (-pair.score, pair.first, pair.second))


class _Search:
    """One search: the names taken apart, the places gathered, the identifiers made comparable."""

    def __init__(self, entries: Entries, within_m: float, known: Collection[str], places: Collection[str],
                 new: int | None):
        self.names, self.within_m, self.places = [parse(name) for name in entries.names], within_m, frozenset(places)
        self.words = NameWords(self.names, known)
        size = len(self.names)
        self.new = np.arange(size) < (new or 0)
        self.one_pool = new is None
        self.x, self.y, self.owner = (np.asarray(column) for column in entries.points)
        self.points_of: list[list[int]] = [[] for _ in range(size)]
        for point in np.flatnonzero(np.isfinite(self.x) & np.isfinite(self.y)).tolist():
            self.points_of[int(self.owner[point])].append(point)
        self.postcodes = _comparable(entries.postcodes, size, lambda text: text.replace(" ", "").upper())
        self.about = [_said(text) for text in entries.about] or [frozenset()] * size
        self.tells = np.array([sum(word.weight >= Weight.TELLING for word in name.words
                                   if word.said not in self.places and word.said not in about)
                               for name, about in zip(self.names, self.about, strict=True)])
        self.feeds = entries.feeds or [""] * size
        self.identifiers = {
            PHONE: _comparable(entries.phones, size, _phone),
            EMAIL: _comparable(entries.emails, size, lambda text: text.strip().lower()),
            WEBSITE: _comparable(entries.websites, size, _website),
            NUMBER: _comparable(entries.numbers, size, lambda text: re.sub(r"\W|\b0+", "", text).upper())}
        self.against = {DIFFERENT_NUMBERS: [frozenset(filter(None, [text])) for text in self.identifiers[NUMBER]],
                        **entries.against}
        self.holders = {kind: _holders(values) for kind, values in self.identifiers.items()}

    def candidates(self) -> list[tuple[int, int]]:
        """Pairs worth a closer look: those that share an identifier, and those near enough with a word in common."""
        found: set[tuple[int, int]] = set()
        for holders in self.holders.values():
            for held in holders.values():
                if len(held) <= _SHARED_BY_MOST:
                    found.update(combinations(held, 2))
        apart, twins = self._twins()
        found.update(twins)
        found.update(self._near_and_alike(apart))
        return sorted((i, j) for i, j in found if self.one_pool or self.new[i] != self.new[j])

    def _twins(self) -> tuple[list[int], list[tuple[int, int]]]:
        """(records to compare with all others, pairs): of many with one name at one place most only join the first.

        A hundred rows of one name at one hall would be 4,950 pairs.
        """
        groups, apart, joined = defaultdict(list), [], []
        for number, name in enumerate(self.names):
            at = tuple(sorted((round(self.x[p]), round(self.y[p])) for p in self.points_of[number]))
            group = groups[name.key, at, self.postcodes[number], bool(self.new[number])]
            group.append(number)
            if len(group) <= _TWINS_IN_FULL or self.new[number]:
                apart.append(number)
            else:
                joined.append((group[0], number))
        return apart, joined

    def _near_and_alike(self, numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Pairs near enough, or without a place, where one has all the other's telling words.

        Those are all that `compare` can find alike: it lets at most one of two names have a telling word of its own.
        """
        holders, asking = defaultdict(set), defaultdict(list)
        for number in numbers:
            for said in self.words.held_by(self.names[number]):
                holders[said].add(number)
            asking[self.words.telling(self.names[number])].append(number)
        size, pairs = len(self.names), set()
        for told, askers in asking.items():
            held = sorted(self.words.holding_all(told, holders))
            for asker, near in self._meeting(askers, np.array(held, dtype=int)):
                pairs.update((np.minimum(near, asker) * size + np.maximum(near, asker)).tolist())
        return (divmod(pair, size) for pair in pairs)

    def _meeting(self, askers: Sequence[int], held: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        """For each asker those of `held` that are near it, have its postcode, or cannot be placed, but not itself."""
        points = [point for number in held.tolist() for point in self.points_of[number]]
        index = PointIndex(self.x[points], self.y[points], self.owner[points])
        nowhere = np.array([number for number in held.tolist() if not self.points_of[number]], dtype=int)
        by_postcode = _holders([self.postcodes[number] for number in held.tolist()])
        for asker in askers:
            near = [nowhere, held[by_postcode.get(self.postcodes[asker], [])]]
            near += [index.within(self.x[p], self.y[p], self.within_m)[0] for p in self.points_of[asker]] or [held]
            found = np.concatenate(near)
            found = found[found != asker]
            if not self.one_pool:
                found = found[self.new[found] != self.new[asker]]
            if not self.about[asker] and self.names[asker].tells < _LONG_NAME:
                found = found[self.tells[found] < self.tells[asker] + 1]
            if len(found):
                yield asker, found

    def look(self, first: int, second: int) -> Pair | None:
        """The pair with its score and reasons; None when the two are not alike enough."""
        names = self.names[first], self.names[second]
        like = compare(*names, known=self.words.known, places=self.places, about=self.about[first] | self.about[second])
        metres = self._metres(first, second)
        same_postcode = bool(self.postcodes[first]) and self.postcodes[first] == self.postcodes[second]
        shared = [kind for kind, values in self.identifiers.items() if values[first] and values[first] == values[second]
                  and len(self.holders[kind][values[first]]) <= _SHARED_BY_MOST]
        against = [kind for kind, values in self.against.items()
                   if values[first] and values[second] and not values[first] & values[second]]
        near = same_postcode or (metres is not None and metres <= self.within_m)
        if NUMBER not in shared and not self._alike_enough(first, second, like, near, metres, shared, len(against)):
            return None
        # "Yoga" is said of many, even at one place
        said = min(1.0, 0.8 + min(name.tells for name in names) / 10)
        score = max(like.score, SHARED_LEAST) * _place_factor(metres, near) * said * _AGAINST_COSTS ** len(against)
        score = min(0.99, 1 - (1 - score) * 0.5 ** len(shared))
        reasons = (name_reason(like, *names), *_place_reasons(metres, same_postcode), *map(Reason, shared),
                   *map(Reason, against))
        return Pair(first, second, round(float(score), 3), metres, reasons)

    def _alike_enough(self, first: int, second: int, like: Likeness, near: bool, metres: float | None,
                      shared: Sequence[str], against: int) -> bool:
        """Whether the names are as alike as the rest asks for."""
        tells_enough = min(self.names[first].tells, self.names[second].tells) >= _TELLS_ENOUGH
        if shared:
            least = SHARED_LEAST if near or metres is None else FAR_LEAST
        elif near and (tells_enough or against < 2):
            least = AGAINST_LEAST if against > 1 else _MORE_BUT_ALIKE if like.more else NEAR_LEAST
        elif metres is None and tells_enough and not like.more and not (self.postcodes[first] and
                                                                        self.postcodes[second]):
            least = NAMED_LEAST
        else:
            return False
        one_feed = bool(self.feeds[first]) and self.feeds[first] == self.feeds[second]
        return like.score >= (max(least, ONE_FEED_LEAST) if one_feed else least)

    def _metres(self, first: int, second: int) -> float | None:
        """Between their nearest points; None when one has none."""
        far = [math.hypot(self.x[p] - self.x[q], self.y[p] - self.y[q])
               for p in self.points_of[first] for q in self.points_of[second]]
        return min(far, default=None)


def _said(text: str) -> frozenset[str]:
    return frozenset(word.said for word in parse(text).words if not word.said.isdigit()) if text else frozenset()


def _comparable(values: Sequence[str], size: int, reading: Callable[[str], str]) -> list[str]:
    return [reading(value) if value else "" for value in values] or [""] * size


def _holders(values: Sequence[str]) -> dict[str, list[int]]:
    """Value → the positions that have it; empty values left out."""
    made = defaultdict(list)
    for position, value in enumerate(values):
        if value:
            made[value].append(position)
    return made


def _phone(text: str) -> str:
    """Ten digits from the end: with and without the country's number. Fewer than seven are no number."""
    digits = re.sub(r"\D", "", text.partition("ext")[0])
    return digits[-10:] if len(digits) > 6 else ""


def _website(text: str) -> str:
    """Without what two people write differently. A page of a large site is told by its whole address."""
    return _NO_SITE.sub("", text.strip()).split("#")[0].rstrip("/").lower()


def _place_factor(metres: float | None, near: bool) -> float:
    if metres is not None and metres <= _SAME_POINT_M:
        return 1.0
    return 0.97 if near else 0.88 if metres is None else 0.8


def name_reason(like: Likeness, first: Name, second: Name) -> Reason:
    """By what the names differ."""
    if first.text == second.text:
        return Reason("the names are the same")
    if not like.score:
        return Reason("the names are different")
    words = [f"“{word}”" for word in like.only] + [f"“{one}”/“{other}”" for one, other in like.swapped]
    if not words:
        return Reason("the names have the same words in another order" if like.reordered else
                      "the names differ only in capitals or punctuation")
    listed = " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
    return Reason("the names differ by %(words)s and the order of words" if like.reordered else
                  "the names differ by %(words)s", {"words": listed})


def _place_reasons(metres: float | None, same_postcode: bool) -> Iterator[Reason]:
    if metres is None:
        yield Reason("the same postcode") if same_postcode else Reason("the place of one or both is not known")
    elif metres <= _SAME_POINT_M:
        yield Reason("at the same point")
    elif metres < 1_000:
        yield Reason("%(metres)s m apart", {"metres": f"{metres:.0f}"})
    else:
        yield Reason("%(km)s km apart", {"km": f"{metres / 1_000:.1f}"})
