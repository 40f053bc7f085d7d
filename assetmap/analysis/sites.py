"""Where the next sites would reach most people who are not reached yet, with a proof or with how far off it may be.

Source: the maximal covering location problem, Church and ReVelle 1974, "The maximal covering location problem",
solved by HiGHS (`scipy.optimize.milp`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assetmap.analysis import coverage, relaxation
from assetmap.analysis.candidates import Grid, candidate_grid
from assetmap.analysis.coverage import Coverage, Pairs
from assetmap.analysis.medians import Median, p_median
from assetmap.analysis.site_weights import Weighting, weights

__all__ = ["Cover", "Grid", "Median", "Pairs", "Step", "Swap", "Weighting", "candidate_grid", "gain_curve",
           "max_cover", "newly_reached", "p_median", "weights"]

_ONE_IN_A_MILLION = 1e-6


@dataclass(frozen=True, slots=True)
class Cover:
    """The sites chosen, the one that adds most first, and what they do; all people are weighted people.

    `gains`: people each adds to those before it; `reached`: people newly reached, their sum. No choice of so many
    sites newly reaches more than `bound`; `proved` says that this one is the best, to one in a million. `reachable`
    people would be newly reached if every site were opened; `already` are reached; `total` are all. `candidates`:
    sites that would reach somebody new. `unknown`: points whose number of people is not known, which count as nobody.
    Fewer sites than asked for: one more would reach nobody new.
    """

    sites: tuple[int, ...]
    gains: tuple[float, ...]
    reached: float
    bound: float
    proved: bool
    reachable: float
    already: float
    total: float
    candidates: int
    unknown: int

    @property
    def gap(self) -> float:
        """Share of the best possible that this may fall short by: 0.02 is “within 2 % of the best possible”."""
        return max(0.0, 1.0 - self.reached / self.bound) if self.bound > 0 and not self.proved else 0.0


@dataclass(frozen=True, slots=True)
class Swap:
    """Another choice: site `into` in the place of `out`; `reached` people, a share `short` fewer than the choice.

    `short` is below 0 where the choice was not proved best and this one happens to reach more.
    """

    out: int
    into: int
    reached: float
    short: float
    near: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One point of the gain curve: at most `p` sites, the choice, and the best swaps, the best first."""

    p: int
    cover: Cover
    swaps: tuple[Swap, ...]


def max_cover(pairs: Pairs, weight: np.ndarray, p: int, existing: Sequence[int] | np.ndarray | None = None,
              time_limit: float = 10, within_m: float | None = None) -> Cover:
    """The at most `p` sites that most people newly reach.

    `pairs`: (demand, supply, metres), aligned, every point and site within the service distance, or `within_m` to
    leave out those further apart; a pair that comes twice counts once. `weight`: (n,) people at each demand point,
    NaN when not known. `existing`: numbers of sites that are open (they are not chosen, and who reaches one counts
    nothing), or (n,) bools of the points that are reached. Past `time_limit` seconds: the best found by then or by
    greedy choice and swaps, with a bound. No sites, no pairs or nobody to reach: an empty choice, proved. Raises
    ValueError for p below 0, people below 0 or infinite, parts of unequal length.

    >>> pairs = np.array([0, 1, 1, 2]), np.array([0, 0, 1, 1]), np.array([90.0, 200.0, 350.0, 10.0])
    >>> best = max_cover(pairs, np.array([100, 30, 80]), 1)
    >>> best.sites, best.reached, best.proved
    ((0,), 130.0, True)
    """
    if p < 0:
        raise ValueError("Choose no sites, or more.")
    ends = time.monotonic() + time_limit
    whole = coverage.cover(pairs, weight, existing, within_m)
    small = coverage.without_dominated(whole)
    return _told(whole, small, *_best(small, p, ends))[0]


def gain_curve(pairs: Pairs, weight: np.ndarray, most: int = 10, existing: Sequence[int] | np.ndarray | None = None,
               time_limit: float = 10, within_m: float | None = None, near: float = 0.02,
               show: int = 5) -> tuple[Step, ...]:
    """The best choice for p = 1 … `most`, ending where one more site would reach nobody new; arguments as `max_cover`.

    Each step has the `show` best single swaps, `near` where they reach at most that share fewer people. `time_limit`
    is for all together. What is reached never falls, and what a site reaches on average never rises; what the next
    one adds may rise, as the best three need not hold the best two.
    """
    ends = time.monotonic() + time_limit
    whole = coverage.cover(pairs, weight, existing, within_m)
    small = coverage.without_dominated(whole)
    steps: list[Step] = []
    columns: list[int] = []
    for p in range(1, most + 1):
        now = time.monotonic()
        known = steps[-1].cover.bound * p / (p - 1) if steps else np.inf
        chosen, limit = _best(small, p, now + (ends - now) / (most - p + 1), columns, known)
        found, columns = _told(whole, small, chosen, limit)
        if len(found.sites) < p or (steps and found.reached <= steps[-1].cover.reached):
            break
        steps.append(Step(p, found, _swaps(whole, np.searchsorted(whole.sites, found.sites), near, show)))
    return tuple(steps)


def newly_reached(pairs: Pairs, sites: Sequence[int], size: int, existing: Sequence[int] | np.ndarray | None = None,
                  within_m: float | None = None) -> np.ndarray:
    """(size,) bool: the demand points that reach one of the sites and none of the existing ones."""
    demand, supply = coverage.near_pairs(pairs, within_m)
    return (coverage.reached_already(demand, supply, size, list(sites))
            & ~coverage.reached_already(demand, supply, size, existing))


def _best(small: Coverage, p: int, ends: float, start: Sequence[int] = (),
          limit: float = np.inf) -> tuple[list[int], float]:
    """The columns of the best choice, and the most that any reaches. `start`: good ones for p - 1; `limit`: known."""
    tries = [coverage.improve(small, coverage.choose_greedily(small, p, begin))
             for begin in dict.fromkeys([(), tuple(start)])]
    chosen = max(tries, key=small.reached)
    limit = min(limit, *(coverage.bound(small, each, p) for each in tries))
    if _is_best(reached := small.reached(chosen), limit) or time.monotonic() >= ends or p >= len(small.sites):
        return chosen, limit
    relaxed = relaxation.relax(small, p, chosen, ends)
    limit = min(limit, relaxed.bound)
    if small.reached(relaxed.chosen) > reached:
        chosen, reached = relaxed.chosen, small.reached(relaxed.chosen)
    if _is_best(reached, limit) or time.monotonic() >= ends:
        return chosen, limit
    left, sure = relaxation.narrow(relaxed, p, reached)
    rest = coverage.restrict(small, left, sure)
    columns, most = _solve(rest, p - len(sure), ends - time.monotonic())
    limit = min(limit, max(reached, small.reached(sure) + most))
    found = [*sure.tolist(), *left[columns].tolist()]
    if small.reached(found) > reached:
        chosen = found if _is_best(small.reached(found), limit) else coverage.improve(small, found)
    return chosen, limit


def _is_best(reached: float, limit: float) -> bool:
    return bool(limit <= reached * (1 + _ONE_IN_A_MILLION))


def _told(whole: Coverage, small: Coverage, chosen: Sequence[int], limit: float) -> tuple[Cover, list[int]]:
    """The choice as it is handed out, and its columns of `small` in that order."""
    order, gains = coverage.in_order(small, chosen)
    reached = float(sum(gains))
    limit = float(max(limit, reached))
    return Cover(tuple(small.sites[order].tolist()), tuple(gains), reached, limit, _is_best(reached, limit),
                 float(whole.people.sum()), whole.already, whole.total, len(whole.sites), whole.unknown), order


def _solve(rest: Coverage, p: int, time_limit: float) -> tuple[np.ndarray, float]:
    """The columns that HiGHS chooses, none when it found none in time, and the most that any choice can reach."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, eye_array, hstack

    groups, sites = rest.reach.shape
    if p <= 0 or not groups:
        return np.empty(0, dtype=np.int64), 0.0
    scale = 1e6 / rest.people.sum()
    reaches = hstack([-rest.reach, eye_array(groups)]).tocsc()
    taken = csr_array(np.repeat([1.0, 0.0], [sites, groups])[None])
    whole = np.repeat([1, 0], [sites, groups])
    solved = milp(np.concatenate([np.zeros(sites), -scale * rest.people]), integrality=whole, bounds=Bounds(0, 1),
                  constraints=[LinearConstraint(reaches, -np.inf, 0), LinearConstraint(taken, -np.inf, p)],
                  options={"time_limit": time_limit, "mip_rel_gap": 0})
    dual = np.inf if solved.mip_dual_bound is None else -solved.mip_dual_bound / scale
    columns = np.empty(0, dtype=np.int64) if solved.x is None else np.flatnonzero(solved.x[:sites] > 0.5)
    return columns, dual if np.isfinite(dual) else np.inf


def _swaps(whole: Coverage, columns: Sequence[int], near: float, show: int) -> tuple[Swap, ...]:
    """The best single swaps; of several sites that one could come in for, that which loses least by it."""
    totals = coverage.swaps(whole, columns)
    now = whole.reached(columns)
    out = totals.argmax(axis=0)
    best = totals[out, np.arange(totals.shape[1])]
    order = [into for into in np.argsort(-best, kind="stable")[:show].tolist() if best[into] > 0]
    return tuple(Swap(int(whole.sites[columns[out[into]]]), int(whole.sites[into]), float(best[into]),
                      float(1 - best[into] / now), bool(best[into] >= now * (1 - near))) for into in order)
