"""Who could meet: offers and asks, and both with groups and hubs, with reasons that can be read.

Two things match when the one answers what the other wants, they are about the same or related things, within reach of
each other, and nothing that is known of both stands against it: no time that both have, no language that both speak, a
feature of access that is needed and not there. What nobody knows never stands against a match, scores less than what is
known to fit, and is named as something to ask about (`analysis.judging`). One theme alone is not enough: a choir does
not answer who wants to paint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assetmap.analysis.judging import WEIGHTS, Columns, Part, judge
from assetmap.analysis.sides import RELATED, Rules, Sides

_BLOCK = 128  # rows of the left that are looked at together
_PIECE = 1 << 14  # pairs that are judged together


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
class Fit:
    """How one pair fits: what each part comes to, from 0 to 1, what is not known of it, and what stands against it.

    `slots` are the parts of the week that both have: a whole day when one of them did not say what time.
    """

    values: Mapping[Part, float]
    unknown: frozenset[Part]
    against: tuple[Part, ...]
    metres: float
    slots: int

    @property
    def score(self) -> float:
        return sum(WEIGHTS[part] * value for part, value in self.values.items())


def match(left: Sides, right: Sides, rules: Rules) -> Pairs:
    """Every pair of a row of the left and one of the right that nothing stands against, in the order of the left.

    The left is what is given: an offer, or a group to join. Its rows are looked at in blocks of one neighbourhood, so
    that each is compared only with what can be near, then with what can be about the same, and then judged.
    """
    ours, theirs, nearness = Columns(left), Columns(right), rules.nearness(left.topics)
    found: list[tuple[np.ndarray, ...]] = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0))]
    for rows, others in _neighbourhoods(left, right):
        at, against = np.nonzero(_likely(ours, rows, nearness, theirs, others, rules))
        for first in range(0, len(at), _PIECE):
            i, j = rows[at[first: first + _PIECE]], others[against[first: first + _PIECE]]
            judged = judge(ours, i, nearness, theirs, j, rules)
            good = np.flatnonzero(judged.feasible)
            found.append((i[good], j[good], judged.score[good], judged.metres[good]))
    columns = [np.concatenate(arrays) for arrays in zip(*found, strict=True)]
    ordered = np.argsort(columns[0], kind="stable")  # each is of one block, and there in the order of the right
    return Pairs(*(one[ordered] for one in columns))


def explain(left: Sides, i: Sequence[int], right: Sides, j: Sequence[int], rules: Rules) -> list[Fit]:
    """Rows `i` of the left, each with the row of `j` of the right, in their parts, whether they match or not."""
    ours, theirs = left.take(np.asarray(i, dtype=np.int64)), right.take(np.asarray(j, dtype=np.int64))
    every = np.arange(len(ours))
    judged = judge(Columns(ours), every, rules.nearness(ours.topics), Columns(theirs), every, rules)
    return [Fit({part: float(value[row]) for part, value in judged.values.items()},
                frozenset(part for part, value in judged.unknown.items() if value[row]),
                tuple(part for part, value in judged.against.items() if value[row]),
                float(judged.metres[row]), int(judged.slots[row])) for row in every.tolist()]


def _neighbourhoods(left: Sides, right: Sides) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Blocks of rows of the left, each with the rows of the right that can be within reach of any of them."""
    free = np.isnan(left.x) | left.online
    everybody = np.arange(len(right))
    for rows in _blocks(np.flatnonzero(free)):
        yield rows, everybody
    placed = np.flatnonzero(~free)
    strips = max(1, round((len(placed) / _BLOCK) ** 0.5))
    rank = np.empty(len(placed), dtype=np.int64)
    rank[np.argsort(left.x[placed], kind="stable")] = np.arange(len(placed))
    order = placed[np.lexsort((left.y[placed], rank * strips // max(len(placed), 1)))]
    nowhere = np.isnan(right.x)
    for rows in _blocks(order):
        reach = left.reach_m[rows]
        near = nowhere.copy()
        near |= ((right.x >= (left.x[rows] - reach).min()) & (right.x <= (left.x[rows] + reach).max())
                 & (right.y >= (left.y[rows] - reach).min()) & (right.y <= (left.y[rows] + reach).max()))
        yield rows, np.flatnonzero(near)


def _blocks(rows: np.ndarray) -> Iterator[np.ndarray]:
    for first in range(0, len(rows), _BLOCK):
        yield rows[first: first + _BLOCK]


def _likely(ours: Columns, rows: np.ndarray, nearness: np.ndarray, theirs: Columns, others: np.ndarray,
            rules: Rules) -> np.ndarray:
    """(rows, others) bool: which pairs are worth judging, by what costs least to look at. No match is left out."""
    left, right = ours.side, theirs.side
    about = (nearness[rows] >= RELATED).astype(np.float32) @ theirs.topics[others].T > 0
    if rules.answers is not None:
        kind = left.kind[rows]
        about |= (ours.count[rows] == 0)[:, None] | (theirs.count[others] == 0)
        if rules.stand_alone is not None:
            about |= rules.stand_alone[kind][:, None]
        about &= rules.answers[kind[:, None], right.kind[others]] > 0
    aside = np.hypot(left.x[rows][:, None] - right.x[others], left.y[rows][:, None] - right.y[others])
    far = aside > np.minimum(left.reach_m[rows][:, None], right.reach_m[others])
    return about & ~(far & ~left.online[rows][:, None])
