"""What suits one person: things near them, scored by what they enjoy, when they are free and how they get in.

Pure columns: the caller brings what is within reach. What is known not to fit is never a fit, nor is a way in that
nobody has told of: with one such fault, and no more, a thing is a near miss.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from assetmap.analysis.nearby import smallest
from assetmap.analysis.sides import RELATED
from assetmap.domain.times_parts import OTHER_TIMES, WEEK

TOPIC, NEAR, TIME, LANGUAGE, COST, COMPANY = 0.42, 0.20, 0.16, 0.12, 0.05, 0.05
"""What each part is of a score, 1 in all."""
OF_ITS_KIND = 0.8
"""How near badminton is to who asked for football: one category, and another activity. Besides `sides.SAME`."""
_UNKNOWN = 0.5
ACCESS_MISSING, TIME_MISSING, LANGUAGE_MISSING, COST_MISSING, FAR, OUT_OF_AREA, PAUSED, ACCESS_UNSAID, MAY_COME = (
    1 << bit for bit in range(9))
"""Bits of `against`: why it is no fit. OUT_OF_AREA: it is only for people nearer to it. MAY_COME: it is too far to go,
but they may come to the person."""
ASK_FIRST = ACCESS_UNSAID | MAY_COME
"""Those of which a question may take away the fault."""
TIME_UNKNOWN, PLACE_UNKNOWN = 1, 2
"""Bits of `unknown`: what nobody has told, and is no must."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """n things within reach or a little beyond. `metres` NaN for no distance, `reach_m` how far from itself a thing
    can be taken up (inf: anyone); `slots` as in `sides.Sides`; the rest is bool: `placed` stands somewhere,
    `online` can be done from home, `comes` needs no place of its own, `speaks` a language of the person besides
    English, `english` English or nobody said, `has_access` all that is needed, `says_access` anything of getting in.
    """

    metres: np.ndarray
    reach_m: np.ndarray
    placed: np.ndarray
    online: np.ndarray
    comes: np.ndarray
    slots: np.ndarray
    speaks: np.ndarray
    english: np.ndarray
    has_access: np.ndarray
    says_access: np.ndarray
    free: np.ndarray
    company: np.ndarray
    paused: np.ndarray

    def take(self, rows: np.ndarray) -> Candidates:
        """Some of them."""
        return Candidates(*(getattr(self, name)[rows] for name in _COLUMNS))


_COLUMNS = tuple(one.name for one in fields(Candidates))


@dataclass(frozen=True, slots=True)
class Person:
    """What is asked: parts of the week within `WEEK` (0: any), how far in a straight line, whether English will do,
    and what is a must.
    """

    slots: int = 0
    reach_m: float = 3_000.0
    at_home: bool = False
    needs_access: bool = False
    needs_language: bool = False
    has_language: bool = False
    only_free: bool = False
    company: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """All but the topic: a score from 0 to 1 - TOPIC for each candidate, and the bits of what is no fit or unknown."""

    score: np.ndarray
    against: np.ndarray
    unknown: np.ndarray


def faults(things: Candidates, person: Person) -> np.ndarray:
    """What makes each candidate no fit: (n,) bits of `against`."""
    against = _bit(things.paused, PAUSED)
    against |= _bit(~things.speaks if person.needs_language else ~(things.speaks | things.english), LANGUAGE_MISSING)
    home = things.online & person.at_home
    far = (things.metres > person.reach_m) & ~home
    visits = far & things.comes & (things.metres <= things.reach_m) & (things.reach_m < np.inf)
    if person.needs_access:
        there = ~(home | visits)
        against |= _bit(there & things.says_access & ~things.has_access, ACCESS_MISSING)
        against |= _bit(there & ~things.says_access, ACCESS_UNSAID)
    if person.only_free:
        against |= _bit(~things.free, COST_MISSING)
    if person.slots:
        against |= _bit(_times_known(things) & ((things.slots & person.slots) == 0), TIME_MISSING)
    against |= _bit(far & ~visits, FAR)
    against |= _bit(visits, MAY_COME)
    against |= _bit(things.metres > things.reach_m, OUT_OF_AREA)
    return against


def is_one_fault(against: np.ndarray) -> np.ndarray:
    """Whether just one thing makes each no fit; (n,) bool."""
    return (against != 0) & ((against & (against - 1)) == 0)


def judge(things: Candidates, person: Person, against: np.ndarray) -> Judged:
    """Score every candidate, whatever it is about. `against`: of `faults`."""
    company = np.where(things.company == (person.company == "company"), 1.0, 0.4) if person.company else _UNKNOWN
    english = LANGUAGE * (0.4 if person.has_language else 0.8)
    total = np.where(things.free, COST, COST * 0.3) + COMPANY * company
    total += np.where(things.speaks, LANGUAGE, things.english * english)
    nowhere = np.isnan(things.metres)
    total += NEAR * np.where(nowhere, _UNKNOWN, 1.0 - np.minimum(things.metres / person.reach_m, 1.0))
    unknown = _bit(nowhere & ~things.placed & ~things.online, PLACE_UNKNOWN)
    if person.slots:
        known, shared = _times_known(things), (things.slots & person.slots) != 0
        total += TIME * np.where(shared, 1.0, np.where(known, 0.0, _UNKNOWN))
        unknown |= _bit(~(known | shared), TIME_UNKNOWN)
    else:
        total += TIME * _UNKNOWN
    return Judged(total, against, unknown)


def _times_known(things: Candidates) -> np.ndarray:
    """Whether all the times of each are known."""
    return ((things.slots & WEEK) != 0) & ((things.slots & OTHER_TIMES) == 0)


def _bit(mask: np.ndarray, bit: int) -> np.ndarray:
    return mask * np.uint16(bit)


def best(judged: Judged, topic: np.ndarray, count: int, least: float = RELATED) -> tuple[np.ndarray, np.ndarray]:
    """(rows, scores from 0 to 1) of the best `count` that nothing speaks against, best first.

    `topic` (n,) says how near each is to what is wanted: 1 the same, 0.8 of its kind, 0.5 related, 0 not.
    """
    return _top(judged, topic, np.flatnonzero((judged.against == 0) & (topic >= least)), count)


def near_misses(judged: Judged, topic: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """As `best`, of what is just what is wanted but for one fault: first what only has to be asked, `count` of each."""
    against = judged.against
    rows = np.flatnonzero(is_one_fault(against) & (topic >= OF_ITS_KIND))
    is_asked = (against[rows] & ASK_FIRST) != 0
    known, asked = rows[~is_asked], rows[is_asked]
    (first, firsts), (then, thens) = _top(judged, topic, asked, count), _top(judged, topic, known, count)
    return np.concatenate([first, then]), np.concatenate([firsts, thens])


def _top(judged: Judged, topic: np.ndarray, rows: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    score = judged.score[rows] + TOPIC * topic[rows]
    if len(rows) < 2:
        return rows, score
    picked = smallest(-score, count)
    return rows[picked], score[picked]
