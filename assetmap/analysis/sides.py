"""Things that may match, as columns; and the rules of what may match what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

SAME, RELATED, THEME = 1.0, 0.5, 0.25
"""How near two categories are: one and the same, named as related, of one theme."""
ANYWHERE = np.inf


@dataclass(frozen=True, slots=True)
class Sides:
    """n things that may match, as columns.

    `topics` (n, k), `languages` (n, l), `has` and `needs` (n, a) are bool: of k categories, l languages and a features
    of access; a row without any says nothing of it. `x`, `y` are metres, NaN for no place; `reach_m` is how far from
    there it can be taken up, `ANYWHERE` when that does not matter; `online` that it can be done from anywhere. `slots`
    are bits of `domain.times_parts`, 0 when no time is known. `kind` is a number; `hours` NaN when nobody said.
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
class Rules:
    """What may match what.

    `related` (k, k): how near two categories are, 1 on the diagonal, from `relatedness`. `answers` (kinds, kinds):
    how well the kind of a row of the left answers the kind of one of the right, 0 when it does not; None when kinds
    do not matter. `stand_alone` (kinds,) bool: kinds that need no topic in common.
    """

    related: np.ndarray
    answers: np.ndarray | None = None
    stand_alone: np.ndarray | None = None

    def nearness(self, topics: np.ndarray) -> np.ndarray:
        """(n, k) float32: how near the nearest of each row's topics is to every category."""
        near = np.zeros(topics.shape, dtype=np.float32)
        for category, row in enumerate(self.related.astype(np.float32)):
            np.maximum(near, topics[:, category, None] * row, out=near)
        return near


def relatedness(codes: Sequence[str], related: Mapping[str, Sequence[str]], themes: Mapping[str, str]) -> np.ndarray:
    """(k, k) nearness of categories: 1 the same, 0.5 named as related by either, 0.25 of one theme, else 0.

    >>> relatedness(["walking", "dance", "choir"], {"walking": ["dance"]}, {"dance": "a", "choir": "a"})
    array([[1.  , 0.5 , 0.  ],
           [0.5 , 1.  , 0.25],
           [0.  , 0.25, 1.  ]])
    """
    number_of = {code: number for number, code in enumerate(codes)}
    theme = np.array([themes.get(code, "") for code in codes], dtype=object)
    made = np.where((theme[:, None] == theme) & (theme != ""), THEME, 0.0)
    for code, others in related.items():
        for other in others:
            if code in number_of and other in number_of:
                made[number_of[code], number_of[other]] = made[number_of[other], number_of[code]] = RELATED
    np.fill_diagonal(made, SAME)
    return made
