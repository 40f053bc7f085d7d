"""Whose reach counts how much when sites are chosen: a choice of values, made in the open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assetmap.analysis.mid_ranks import mid_ranks

KINDS = ("everyone", "older", "deprivation")
HEAVIEST = 2.0  # what a resident of the most deprived place counts; of the least deprived: 1


@dataclass(frozen=True, slots=True)
class Weighting:
    """`weight` (n,): people times `multiplier` (n,), NaN where the people are not known.

    `assumed`: points with people whose deprivation is not known, which count as the middle; all count 1 when
    `levels` (different levels of deprivation) is below 2.
    """

    kind: str
    weight: np.ndarray
    multiplier: np.ndarray
    assumed: int
    levels: int


def weights(kind: str, people: np.ndarray, older: np.ndarray | None = None,
            deprivation: np.ndarray | None = None) -> Weighting:
    """What each of n points counts: “everyone” its people, “older” its people of 65 and over, or “deprivation”.

    By deprivation a resident of the most deprived point counts 2, of the least deprived 1, and between them in a
    straight line by place in the order of residents (not by score, so that one extreme score changes little);
    points that are equally deprived count alike. `deprivation`: higher is more deprived. Raises ValueError for
    another kind, or without the array that it needs.
    """
    if kind not in KINDS:
        raise ValueError(f"The weights are {', '.join(KINDS)}.")
    counted = np.asarray(older if kind == "older" else people, dtype=float)
    if counted.ndim == 0 or (kind == "deprivation" and deprivation is None):
        raise ValueError(f"The weight “{kind}” needs figures that were not given.")
    multiplier = np.ones(len(counted))
    if kind != "deprivation":
        return Weighting(kind, counted, multiplier, 0, 0)
    deprivation = np.asarray(deprivation, dtype=float)
    there = counted > 0
    known = there & np.isfinite(deprivation)
    levels = len(np.unique(deprivation[known]))
    if levels > 1:
        multiplier[there] = (1 + HEAVIEST) / 2
        place = mid_ranks(counted[known], deprivation[known])
        multiplier[known] = 1 + (HEAVIEST - 1) * (place - place.min()) / (place.max() - place.min())
    return Weighting(kind, counted * multiplier, multiplier, int((there & ~known).sum()), levels)
