"""The most that any choice of p sites could reach, found in a moment; and sites that the best choice has, or has not.

Source: Lagrangian relaxation of the maximal covering location problem, Galvão and ReVelle 1996, "A Lagrangean
heuristic for the maximal covering location problem"; multipliers by subgradients (Held, Wolfe and Crowder 1974).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assetmap.analysis.coverage import Coverage, improve

_PATIENCE = 10  # rounds without a better bound before the steps get shorter
_SHORTEST = 1 / 256  # of the steps
_BETTER = 1e-5  # share by which a bound must be better to count
_PROMISING = 8  # choices met on the way that are worth improving by swaps


@dataclass(frozen=True, slots=True)
class Relaxed:
    """No choice reaches more than `bound`; `chosen` is the best met; `worth` (sites,) people each site stands for."""

    bound: float
    chosen: list[int]
    worth: np.ndarray


def relax(whole: Coverage, p: int, chosen: Sequence[int], ends: float, most_rounds: int = 1_000) -> Relaxed:
    """Bring the bound down in rounds of prices; `chosen`: a choice that is known. `ends`: of `time.monotonic`.

    Each group has a price, from nought to its people. A choice reaches at most the people less the prices, and the
    prices of the p sites that gather most: a group reached twice ought to cost less, one reached never more.
    """
    by_group, by_site = whole.reach.tocsr(), whole.reach.T.tocsr()
    price, step, idle = whole.people / 2, 1.0, 0
    best, best_price = np.inf, price
    met = {tuple(sorted(chosen)): whole.reached(chosen)}
    reached = max(met.values())
    for _ in range(most_rounds):
        worth = by_site @ price
        top = np.argpartition(-worth, p - 1)[:p]
        now = float((whole.people - price).sum() + worth[top].sum())
        idle = 0 if now < best * (1 - _BETTER) else idle + 1
        if now < best:
            best, best_price = now, price
        taken = np.zeros(len(worth))
        taken[top] = 1.0
        times = by_group @ taken
        met[tuple(sorted(top.tolist()))] = found = float(whole.people[times > 0].sum())
        reached = max(reached, found)
        if best <= reached or step < _SHORTEST or time.monotonic() > ends:
            break
        if idle >= _PATIENCE:
            price, step, idle = best_price, step / 2, 0
            continue
        slope = times - 1.0
        slope[((price <= 0) & (slope > 0)) | ((price >= whole.people) & (slope < 0))] = 0.0
        length = float(whole.people @ slope ** 2)
        if length <= 0:
            break
        price = np.clip(price - step * (now - reached) / length * whole.people * slope, 0.0, whole.people)
    return Relaxed(best, _best_met(whole, met, ends), by_site @ best_price)


def _best_met(whole: Coverage, met: dict[tuple[int, ...], float], ends: float) -> list[int]:
    """The most promising of the choices met, made better by swaps, and then the best of them."""
    promising = sorted(met, key=lambda choice: -met[choice])
    best, reached = list(promising[0]), met[promising[0]]
    for choice in promising[:_PROMISING]:
        if time.monotonic() > ends:
            break
        better = improve(whole, choice)
        if (found := whole.reached(better)) > reached:
            best, reached = better, found
    return best


def narrow(relaxed: Relaxed, p: int, reached: float) -> tuple[np.ndarray, np.ndarray]:
    """(open, sure): columns that a choice which reaches more than `reached` may have, and those that it must have.

    By what the bound would be with the site in, or with it left out; `sure` ones are not among `open`.
    """
    ordered = np.sort(relaxed.worth)[::-1]
    with_it = relaxed.bound - np.maximum(ordered[p - 1] - relaxed.worth, 0.0)
    following = ordered[p] if len(ordered) > p else 0.0
    without_it = relaxed.bound - np.maximum(relaxed.worth - following, 0.0)
    sure = without_it <= reached
    return np.flatnonzero((with_it > reached) & ~sure), np.flatnonzero(sure)
