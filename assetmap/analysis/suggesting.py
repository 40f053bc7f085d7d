"""What suits one person: things near them, scored by what they enjoy, when they are free and how they get in.

Pure columns: the caller brings what is within reach. A thing that a need speaks against is a near miss, and no fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assetmap.analysis.nearby import smallest
from assetmap.analysis.sides import RELATED, SAME
from assetmap.domain.times_parts import OTHER_TIMES, WEEK

TOPIC, NEAR, TIME, LANGUAGE, COST, COMPANY = 0.42, 0.20, 0.16, 0.12, 0.05, 0.05
"""What each part is of a score, 1 in all."""
_UNKNOWN = 0.5
ACCESS_MISSING, TIME_MISSING, LANGUAGE_MISSING, COST_MISSING, FAR = 1, 2, 4, 8, 16
"""Bits of `against`: what is known not to fit."""
ACCESS_UNKNOWN, TIME_UNKNOWN, PLACE_UNKNOWN = 1, 2, 4
"""Bits of `unknown`: what nobody said."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """n things within reach. `topic` is how near each is to what is wanted (0, 0.5 related, 1 the same);
    `metres` NaN for no place; `slots` as in `sides.Sides`; the rest is bool, `speaks` a language of the person
    besides English, `english` English or nobody said, `has_access` all that is needed.
    """

    topic: np.ndarray
    metres: np.ndarray
    slots: np.ndarray
    speaks: np.ndarray
    english: np.ndarray
    has_access: np.ndarray
    says_access: np.ndarray
    free: np.ndarray
    company: np.ndarray


@dataclass(frozen=True, slots=True)
class Person:
    """What is asked: parts of the week (0: any), how far, whether English will do, and what is a must."""

    slots: int = 0
    reach_m: float = 3_000.0
    needs_access: bool = False
    needs_language: bool = False
    has_language: bool = False
    only_free: bool = False
    company: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """The score of each candidate from 0 to 1, and bits of what speaks against it and of what is not known."""

    score: np.ndarray
    against: np.ndarray
    unknown: np.ndarray


def score(things: Candidates, person: Person) -> Scored:
    """Judge every candidate."""
    size = len(things.topic)
    against, unknown = np.zeros(size, dtype=np.uint8), np.zeros(size, dtype=np.uint8)
    share = things.metres / person.reach_m  # NaN for no place
    against[share > 1.0] |= FAR
    nowhere = np.isnan(share)
    share[nowhere] = _UNKNOWN
    unknown[nowhere] |= PLACE_UNKNOWN
    total = TOPIC * things.topic + NEAR * (1.0 - np.minimum(share, 1.0))
    if person.slots:
        shared = (things.slots & person.slots & WEEK) != 0
        known = ((things.slots & WEEK) != 0) & ((things.slots & OTHER_TIMES) == 0)
        total += TIME * np.where(shared, 1.0, np.where(known, 0.0, _UNKNOWN))
        against[known & ~shared] |= TIME_MISSING
        unknown[~known] |= TIME_UNKNOWN
    else:
        total += TIME * _UNKNOWN
    total += LANGUAGE * np.where(things.speaks, 1.0, np.where(things.english, 0.4 if person.has_language else 0.8, 0.0))
    against[~things.speaks if person.needs_language else ~(things.speaks | things.english)] |= LANGUAGE_MISSING
    if person.needs_access:
        against[things.says_access & ~things.has_access] |= ACCESS_MISSING
        unknown[~things.says_access] |= ACCESS_UNKNOWN
    total += COST * np.where(things.free, 1.0, 0.3)
    if person.only_free:
        against[~things.free] |= COST_MISSING
    if person.company:
        total += COMPANY * np.where(things.company == (person.company == "company"), 1.0, 0.4)
    else:
        total += COMPANY * _UNKNOWN
    # a must that nobody knows of is asked about, and comes after what is known to fit
    total[(unknown & ACCESS_UNKNOWN) != 0] -= 0.08
    return Scored(total, against, unknown)


def fitting(scored: Scored, things: Candidates, count: int, least: float = RELATED) -> np.ndarray:
    """The best `count` candidates that nothing speaks against and that are about something wanted, best first."""
    rows = np.flatnonzero((scored.against == 0) & (things.topic >= least))
    return rows[smallest(-scored.score[rows], count)]


def near_misses(scored: Scored, things: Candidates, count: int) -> np.ndarray:
    """The best that are just what is wanted but for one thing that speaks against them."""
    one_fault = (scored.against != 0) & ((scored.against & (scored.against - 1)) == 0)
    rows = np.flatnonzero(one_fault & (things.topic >= SAME))
    return rows[smallest(-scored.score[rows], count)]
