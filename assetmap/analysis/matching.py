"""Who could meet: offers and asks, and both with groups and hubs, with reasons that can be read.

Two things match when both want the same kind of thing, are about the same or related things, are within reach of
each other, and nothing that is known of both stands against it: no time that both have, no language that both speak,
a feature of access that is needed and not there. What nobody knows never stands against a match. It scores half of
what is known to fit, and is named as something to ask about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np

SAME, RELATED, THEME = 1.0, 0.5, 0.25
"""How near two categories are: one and the same, named as related, of one theme."""
SLOTS = 21
"""Parts of a week: bit `3 * weekday + part` of a slots number, Monday morning first; part 0 is the morning."""
ANYWHERE = np.inf
KIND_SAME, KIND_ANSWERS = 1.0, 0.6
_BLOCK = 256
_UNKNOWN = 0.5


class Part(StrEnum):
    """What a match is made of."""

    KIND = "kind"
    TOPIC = "topic"
    NEAR = "near"
    TIME = "time"
    LANGUAGE = "language"
    ACCESS = "access"
    HOURS = "hours"


WEIGHTS = {Part.TOPIC: 0.30, Part.NEAR: 0.20, Part.TIME: 0.18, Part.KIND: 0.14, Part.LANGUAGE: 0.08, Part.ACCESS: 0.06,
           Part.HOURS: 0.04}
"""What each part is of a score, 1 in all."""


@dataclass(frozen=True, slots=True)
class Sides:
    """n things that may match, as columns.

    `topics` (n, k), `languages` (n, l), `has` and `needs` (n, a) are bool: of k categories, l languages and a features
    of access; a row without any says nothing of it. `x`, `y` are metres, NaN for no place; `reach_m` is how far from
    there it can be taken up; `online` that it can be done from anywhere. `slots` are bits of the week's parts, 0 when
    no time is known. `kind` is a number, -1 for none; `hours` NaN when nobody said.
    """

    topics: np.ndarray
    x: np.ndarray
    y: np.ndarray
    reach_m: np.ndarray
    online: np.ndarray
    slots: np.ndarray
    languages: np.ndarray
    has: np.ndarray
    needs: np.ndarray
    kind: np.ndarray
    hours: np.ndarray

    def __len__(self) -> int:
        return len(self.x)

    def take(self, rows: np.ndarray) -> Sides:
        """Some of them, in this order."""
        return Sides(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})


@dataclass(frozen=True, slots=True)
class Pairs:
    """m matches: `left` and `right` are rows of the two sides, `score` is from 0 to 1, `metres` NaN without a place."""

    left: np.ndarray
    right: np.ndarray
    score: np.ndarray
    metres: np.ndarray

    def __len__(self) -> int:
        return len(self.left)

    def take(self, rows: np.ndarray) -> Pairs:
        """Some of them, in this order."""
        return Pairs(self.left[rows], self.right[rows], self.score[rows], self.metres[rows])


@dataclass(frozen=True, slots=True)
class Rules:
    """What may match what.

    `related` (k, k): how near two categories are, 1 on the diagonal, from `relatedness`. `answers` (kinds, kinds):
    how well the kind of a row of the left answers the kind of one of the right, 0 when it does not; None when kinds
    do not matter. `stand_alone` (kinds,) bool: kinds that need no topic in common.
    """

    related: np.ndarray
    answers: np.ndarray | None = None
    stand_alone: np.ndarray | None = None


def relatedness(codes: Sequence[str], related: Mapping[str, Sequence[str]], themes: Mapping[str, str]) -> np.ndarray:
    """(k, k) nearness of categories: 1 the same, 0.5 named as related by either, 0.25 of one theme, else 0.

    >>> relatedness(["walking", "dance", "choir"], {"walking": ["dance"]}, {"dance": "a", "choir": "a"})
    array([[1.  , 0.5 , 0.  ],
           [0.5 , 1.  , 0.25],
           [0.  , 0.25, 1.  ]])
    """
    made = np.zeros((len(codes), len(codes)))
    number_of = {code: number for number, code in enumerate(codes)}
    theme = [themes.get(code, "") for code in codes]
    for one, first in enumerate(theme):
        for other, second in enumerate(theme):
            made[one, other] = THEME if first and first == second else 0.0
    for code, others in related.items():
        for other in others:
            if code in number_of and other in number_of:
                made[number_of[code], number_of[other]] = made[number_of[other], number_of[code]] = RELATED
    np.fill_diagonal(made, SAME)
    return made


def match(left: Sides, right: Sides, rules: Rules) -> Pairs:
    """Every pair of a row of the left and one of the right that nothing stands against, in the order of the left.

    Rows of the left are looked at in blocks along the x axis, so that each is compared only with what can be near.
    """
    found: list[tuple[np.ndarray, ...]] = []
    order = np.argsort(np.where(np.isnan(left.x), -np.inf, left.x), kind="stable")
    column = _Strip(right)
    for first in range(0, len(left), _BLOCK):
        rows = order[first: first + _BLOCK]
        block, others = left.take(rows), column.near(left.x[rows], left.reach_m[rows])
        if not len(others):
            continue
        parts = _parts(block, right.take(others), rules)
        at, against = np.nonzero(parts.feasible)
        found.append((rows[at], others[against], parts.score()[at, against], parts.metres[at, against]))
    if not found:
        empty = np.empty(0)
        return Pairs(empty.astype(np.int64), empty.astype(np.int64), empty, empty)
    columns = [np.concatenate(arrays) for arrays in zip(*found, strict=True)]
    ordered = np.lexsort((columns[1], columns[0]))
    return Pairs(*(one[ordered] for one in columns))


@dataclass(frozen=True, slots=True)
class Fit:
    """How one pair fits: what each part comes to, from 0 to 1, what is not known of it, and what stands against it."""

    values: Mapping[Part, float]
    unknown: frozenset[Part]
    against: tuple[Part, ...]
    metres: float
    slots: int

    @property
    def score(self) -> float:
        return sum(WEIGHTS[part] * value for part, value in self.values.items())


def explain(left: Sides, i: int, right: Sides, j: int, rules: Rules) -> Fit:
    """One pair in its parts, whether it is a match or not."""
    parts = _parts(left.take(np.array([i])), right.take(np.array([j])), rules)
    values = {part: float(value[0, 0]) for part, value in parts.values.items()}
    unknown = frozenset(part for part, value in parts.unknown.items() if value[0, 0])
    against = tuple(part for part, value in parts.against.items() if value[0, 0])
    return Fit(values, unknown, against, float(parts.metres[0, 0]), int(left.slots[i] & right.slots[j]))


class _Strip:
    """The rows of one side in the order of x, those without a place apart."""

    def __init__(self, side: Sides):
        placed = np.flatnonzero(~np.isnan(side.x) & ~side.online)
        self.free = np.flatnonzero(np.isnan(side.x) | side.online)
        self.order = placed[np.argsort(side.x[placed], kind="stable")]
        self.x = side.x[self.order]

    def near(self, x: np.ndarray, reach_m: np.ndarray) -> np.ndarray:
        """Rows that could be within reach of any of these."""
        if np.isnan(x).any() or not np.isfinite(reach_m).all():
            return np.concatenate([self.order, self.free])
        first = np.searchsorted(self.x, np.min(x - reach_m), "left")
        last = np.searchsorted(self.x, np.max(x + reach_m), "right")
        return np.concatenate([self.order[first:last], self.free])


@dataclass(frozen=True, slots=True)
class _Parts:
    """Of every pair of a block: what each part comes to, where it is not known, where it stands against."""

    values: dict[Part, np.ndarray]
    unknown: dict[Part, np.ndarray]
    against: dict[Part, np.ndarray]
    metres: np.ndarray

    @property
    def feasible(self) -> np.ndarray:
        return ~np.logical_or.reduce(list(self.against.values()))

    def score(self) -> np.ndarray:
        return sum(np.float32(WEIGHTS[part]) * value for part, value in self.values.items())


def _parts(left: Sides, right: Sides, rules: Rules) -> _Parts:
    shape = (len(left), len(right))
    values, unknown, against = {}, {}, {}
    metres = np.hypot(left.x[:, None] - right.x, left.y[:, None] - right.y)
    for part, (value, not_known, bad) in {
            Part.KIND: _kind(left, right, rules), Part.TOPIC: _topic(left, right, rules),
            Part.NEAR: _near(left, right, metres), Part.TIME: _time(left, right),
            Part.LANGUAGE: _language(left, right), Part.ACCESS: _access(left, right),
            Part.HOURS: _hours(left, right)}.items():
        values[part] = np.broadcast_to(value.astype(np.float32), shape)
        unknown[part], against[part] = np.broadcast_to(not_known, shape), np.broadcast_to(bad, shape)
    return _Parts(values, unknown, against, metres)


_Part = tuple[np.ndarray, np.ndarray, np.ndarray]


def _kind(left: Sides, right: Sides, rules: Rules) -> _Part:
    if rules.answers is None:
        nothing = np.zeros((1, 1), dtype=bool)
        return np.ones((1, 1)), nothing, nothing
    value = rules.answers[left.kind[:, None], right.kind]
    return value, np.zeros_like(value, dtype=bool), value <= 0


def _topic(left: Sides, right: Sides, rules: Rules) -> _Part:
    """The nearest two topics of the pair. Without topics on one side the kind has to say enough."""
    value = np.zeros((len(left), len(right)))
    ours, theirs = left.topics.astype(np.float32), right.topics.astype(np.float32)
    for level in (RELATED, SAME):
        value[(ours @ (rules.related >= level).astype(np.float32)) @ theirs.T > 0] = level
    silent = ~left.topics.any(axis=1)[:, None] | ~right.topics.any(axis=1)
    alone = np.zeros_like(silent)
    if rules.stand_alone is not None:
        alone = rules.stand_alone[left.kind][:, None] & (left.kind[:, None] == right.kind)
    same_kind = left.kind[:, None] == right.kind if rules.answers is not None else np.zeros_like(silent)
    enough = value >= RELATED
    if rules.answers is not None:  # of another kind, related is too far: tools for gardening, help with animals
        enough &= same_kind | (value >= SAME)
    open_ = ~enough & (alone | silent & same_kind)
    return np.where(open_ & (value < _UNKNOWN), _UNKNOWN * 0.5, value), open_ & silent, ~enough & ~open_


def _near(left: Sides, right: Sides, metres: np.ndarray) -> _Part:
    limit = np.minimum(left.reach_m[:, None], right.reach_m)
    nowhere = np.isnan(metres)
    online = left.online[:, None] & right.online
    # what has no place and is online can be done from anywhere; what has no place at all is somewhere in the area
    apart = ~nowhere & (metres > limit) & ~online
    with np.errstate(invalid="ignore", divide="ignore"):
        close = 1.0 - np.where(np.isfinite(limit), metres / limit, 0.0)
    value = np.where(online, np.fmax(close, 0.8), np.where(nowhere, _UNKNOWN, close))
    return np.clip(value, 0.0, 1.0), nowhere & ~online, apart


def _time(left: Sides, right: Sides) -> _Part:
    shared = (left.slots[:, None] & right.slots) != 0
    known = (left.slots != 0)[:, None] & (right.slots != 0)
    return np.where(shared, 1.0, _UNKNOWN), ~known, known & ~shared


def _language(left: Sides, right: Sides) -> _Part:
    shared = left.languages.astype(np.float32) @ right.languages.astype(np.float32).T > 0
    known = left.languages.any(axis=1)[:, None] & right.languages.any(axis=1)
    return np.where(shared, 1.0, _UNKNOWN), ~known, known & ~shared


def _access(left: Sides, right: Sides) -> _Part:
    """What either needs, the other has. A side that says nothing of its access may have it."""
    value = np.ones((len(left), len(right)))
    unknown, bad = np.zeros_like(value, dtype=bool), np.zeros_like(value, dtype=bool)
    for needs, has, turn in ((left.needs, right.has, False), (right.needs, left.has, True)):
        asked = needs.any(axis=1)
        if not asked.any():
            continue
        lacking = needs.astype(np.float32) @ (~has).astype(np.float32).T > 0
        silent = asked[:, None] & ~has.any(axis=1)
        lacking, silent = (lacking.T, silent.T) if turn else (lacking, silent)
        unknown |= silent
        bad |= lacking & ~silent
    return np.where(unknown, _UNKNOWN, value), unknown, bad


def _hours(left: Sides, right: Sides) -> _Part:
    """How much of the hours that one asks for the other gives; of no hours, half."""
    given, asked = left.hours[:, None], right.hours
    known = ~np.isnan(given) & ~np.isnan(asked) & (asked > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip(given / asked, 0.0, 1.0)
    return np.where(known, share, _UNKNOWN), ~known, np.zeros((1, 1), dtype=bool)
