"""How well two things fit, part by part: what each part comes to, what nobody knows, and what stands against it.

A part that is known to fit comes to between 0.5 and 1, and one that nobody knows to 0.4: it never stands against a
match, and always comes after what is known. Topics are their own scale: 1 the same, 0.5 related, less when nobody said.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from assetmap.analysis.sides import RELATED, SAME, THEME, Rules, Sides
from assetmap.domain.times_parts import OTHER_TIMES, SLOTS, TIME_UNSAID, WEEK


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
KNOWN, UNKNOWN = 0.5, 0.4
SAME_DAY = 0.7  # on one day, at a time that one of them did not say
BOTH_ONLINE = 0.8  # as good as near by
TOPIC_UNSAID = 0.2
_NEAREST_SHARE = 0.75  # of a topic's part: its nearest topics; the rest is how much of what is asked for is there
_FAR_M = 20_000.0  # for two whom no distance keeps apart


class Columns:
    """One side made ready to be judged: its sets as bits, its topics as numbers."""

    __slots__ = ("side", "topics", "count", "languages", "has", "needs", "says_access")

    def __init__(self, side: Sides):
        self.side = side
        self.topics = side.topics.astype(np.float32)
        self.count = self.topics.sum(axis=1)
        self.languages, self.has, self.needs = map(_packed, (side.languages, side.has, side.needs))
        self.says_access = side.has.any(axis=1)


def _packed(sets: np.ndarray) -> np.ndarray:
    """(n, m) bool as (n, words) uint64."""
    wide = np.zeros((len(sets), max(1, -(-sets.shape[1] // 64)) * 64), dtype=bool)
    wide[:, : sets.shape[1]] = sets
    return np.packbits(wide, axis=1).view(np.uint64)


@dataclass(frozen=True, slots=True)
class Judged:
    """m pairs. By part (m,): what it comes to, where it is not known, where it stands against.

    `metres` is NaN without a place. `slots` are the parts of the week that both have; of a day at a time that one of
    them did not say, all three.
    """

    values: dict[Part, np.ndarray]
    unknown: dict[Part, np.ndarray]
    against: dict[Part, np.ndarray]
    metres: np.ndarray
    slots: np.ndarray

    @property
    def feasible(self) -> np.ndarray:
        bad = np.zeros(len(self.metres), dtype=bool)
        for against in self.against.values():
            bad |= against
        return ~bad

    @property
    def score(self) -> np.ndarray:
        """(m,) float64 from 0 to 1."""
        made = np.zeros(len(self.metres))
        for part, value in self.values.items():
            made += WEIGHTS[part] * value
        return made


_Part = tuple[np.ndarray, np.ndarray, np.ndarray]  # what it comes to, not known, against


def judge(left: Columns, i: np.ndarray, nearness: np.ndarray, right: Columns, j: np.ndarray, rules: Rules) -> Judged:
    """Rows `i` of the left, each with the row of `j` of the right. `nearness` is `rules.nearness` of the left."""
    ours, theirs = left.side, right.side
    metres = np.hypot(ours.x[i] - theirs.x[j], ours.y[i] - theirs.y[j])
    shared, time = _time(ours.slots[i], theirs.slots[j])
    parts = {Part.KIND: _kind(ours.kind[i], theirs.kind[j], rules),
             Part.TOPIC: _topic(left, i, nearness, right, j, rules),
             Part.NEAR: _near(metres, np.minimum(ours.reach_m[i], theirs.reach_m[j]), ours.online[i], theirs.online[j]),
             Part.TIME: time, Part.LANGUAGE: _language(left, i, right, j), Part.ACCESS: _access(left, i, right, j),
             Part.HOURS: _hours(ours.hours[i], theirs.hours[j])}
    values, unknown, against = ({part: made[which] for part, made in parts.items()} for which in range(3))
    return Judged(values, unknown, against, metres, shared)


def _kind(ours: np.ndarray, theirs: np.ndarray, rules: Rules) -> _Part:
    never = np.zeros(len(ours), dtype=bool)
    if rules.answers is None:
        return np.ones(len(ours)), never, never
    value = rules.answers[ours, theirs]
    return value, never, value <= 0


def _topic(left: Columns, i: np.ndarray, nearness: np.ndarray, right: Columns, j: np.ndarray, rules: Rules) -> _Part:
    """The nearest two topics of the pair, and how much of what is asked for is there.

    Without topics on one side the kind has to say enough. Between two kinds, related is too far: tools for gardening
    do not help with animals.
    """
    near = nearness[i]
    near *= right.topics[j]
    best = near.max(axis=1, initial=0.0)
    value = _NEAREST_SHARE * best + (1 - _NEAREST_SHARE) * near.sum(axis=1) / np.maximum(right.count[j], 1.0)
    silent = (left.count[i] == 0) | (right.count[j] == 0)
    if rules.answers is None:
        alone, enough = np.zeros_like(silent), best >= RELATED
    else:
        kind = left.side.kind[i]
        same_kind = kind == right.side.kind[j]
        enough = best >= np.where(same_kind, RELATED, SAME)
        alone = same_kind & silent if rules.stand_alone is None else same_kind & (rules.stand_alone[kind] | silent)
    open_ = ~enough & alone
    value = np.where(open_, np.where(best >= THEME, THEME, TOPIC_UNSAID), value)
    return value, open_ & silent, ~enough & ~open_


def _near(metres: np.ndarray, limit: np.ndarray, our_online: np.ndarray, their_online: np.ndarray) -> _Part:
    """1 at the door, 0.5 at the end of the reach. What the left does online needs no distance; whether that will do
    for one who did not say so has to be asked. Without a place it is somewhere in the area.
    """
    online, nowhere = our_online & their_online, np.isnan(metres)
    far = metres > limit  # False without a place
    share = metres / np.maximum(np.where(np.isfinite(limit), limit, _FAR_M), 1.0)
    value = 1.0 - KNOWN * np.minimum(share, 1.0)
    value[nowhere | far] = UNKNOWN
    value[online] = np.maximum(value[online], BOTH_ONLINE)
    return value, (nowhere | far) & ~online, far & ~our_online


def _time(ours: np.ndarray, theirs: np.ndarray) -> tuple[np.ndarray, _Part]:
    """A part of the week that both have; then a day that both have; then times that nobody said."""
    shared = ours & theirs & WEEK
    unsaid, vague = (ours | theirs) & TIME_UNSAID, np.zeros_like(ours)
    for day in range(7):
        vague |= np.where(unsaid >> (SLOTS + day) & 1, 0b111 << 3 * day, 0)
    sure = shared & ~vague
    days = np.zeros_like(ours)
    for day in range(7):
        whole = 0b111 << 3 * day
        days |= np.where(shared & whole, whole, 0)
    known = (ours & WEEK != 0) & (theirs & WEEK != 0) & ((ours | theirs) & OTHER_TIMES == 0)
    value = np.where(sure, 1.0, np.where(shared, SAME_DAY, UNKNOWN))
    return np.where(sure, sure, days), (value, sure == 0, known & (shared == 0))


def _language(left: Columns, i: np.ndarray, right: Columns, j: np.ndarray) -> _Part:
    shared = _meet(left.languages[i], right.languages[j])
    known = left.languages.any(axis=1)[i] & right.languages.any(axis=1)[j]
    return np.where(shared, 1.0, UNKNOWN), ~known, known & ~shared


def _access(left: Columns, i: np.ndarray, right: Columns, j: np.ndarray) -> _Part:
    """What either needs, the other has. A side that says nothing of its access may have it."""
    unknown, against = np.zeros(len(i), dtype=bool), np.zeros(len(i), dtype=bool)
    for one, rows, other, others in ((left, i, right, j), (right, j, left, i)):
        if not one.needs.any():
            continue
        lacking = _meet(one.needs[rows], ~other.has[others])
        says = other.says_access[others]
        unknown |= lacking & ~says
        against |= lacking & says
    return np.where(unknown, UNKNOWN, 1.0), unknown, against


def _hours(given: np.ndarray, asked: np.ndarray) -> _Part:
    """How much of the hours that one asks for the other gives."""
    known = ~np.isnan(given) & ~np.isnan(asked) & (asked > 0)
    share = np.clip(given / np.where(known, asked, 1.0), 0.0, 1.0)
    return np.where(known, KNOWN + (1.0 - KNOWN) * share, UNKNOWN), ~known, np.zeros(len(given), dtype=bool)


def _meet(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    return (ours & theirs).any(axis=1)
