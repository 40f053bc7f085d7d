"""Matching 2,000 offers with 2,000 asks, and the best pairing of them all: seconds of one core.

    python -m benchmarks.bench_matching [SIDE]

`scattered` is an area of 20 km with 40 topics; in `one town` all are within reach of each other; in `one topic` they
are about the same as well, so that nearly everything fits everything. The bound: matching and pairing take at most 15
times what scipy's assignment alone takes for a table of random numbers of that size. `a county` has five times as many
in 60 km, without a bound.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from scipy.optimize import linear_sum_assignment

from assetmap.analysis.assignment import best
from assetmap.analysis.matching import match
from assetmap.analysis.sides import Rules, Sides, relatedness

BOUND = 15.0
_TOPICS, _LANGUAGES, _ACCESS, _KINDS = 40, 20, 14, 12


def sides(chance: np.random.Generator, size: int, across_m: float, topics: int) -> Sides:
    """Made-up offers or asks: most speak English, half have times, one in twenty is online."""
    held = np.zeros((size, _TOPICS), dtype=bool)
    for _ in range(2):
        held[np.arange(size), chance.integers(0, topics, size)] = True
    languages = np.zeros((size, _LANGUAGES), dtype=bool)
    languages[:, 0] = chance.random(size) < 0.9
    languages[np.arange(size), chance.integers(0, _LANGUAGES, size)] |= chance.random(size) < 0.2
    access = np.zeros((size, _ACCESS), dtype=bool)
    times = chance.integers(0, 1 << 21, size) & chance.integers(0, 1 << 21, size)
    slots = np.where(chance.random(size) < 0.5, times, 0)
    return Sides(held, chance.uniform(0, across_m, size), chance.uniform(0, across_m, size),
                 chance.uniform(1_000, 6_000, size), chance.random(size) < 0.05, slots, languages, access, access,
                 chance.integers(0, _KINDS, size), chance.choice([1.0, 2.0, np.nan], size))


def main(size: int = 2_000) -> bool:
    """Print the table; True when the bound holds."""
    chance = np.random.default_rng(2026)
    began = time.process_time()
    linear_sum_assignment(chance.random((size, size)), maximize=True)
    bare = time.process_time() - began
    codes = [str(number) for number in range(_TOPICS)]
    related = relatedness(codes, {code: [codes[(int(code) + 1) % _TOPICS]] for code in codes}, {})
    rules = Rules(related, np.where(np.eye(_KINDS) > 0, 1.0, 0.6), np.zeros(_KINDS, dtype=bool))
    print(f"\nMatching {size:,} offers with {size:,} asks (seconds; a bare assignment takes {bare:.2f})")
    print(f"{'area':<12}{'each':>8}{'pairs':>12}{'match':>8}{'pairing':>9}{'matched':>9}{'ratio':>8}")
    good = True
    for title, each, across_m, topics in (
            ("scattered", size, 20_000.0, 40), ("one town", size, 500.0, 40), ("one topic", size, 500.0, 1),
            ("a county", 5 * size, 60_000.0, 40)):
        offers, asks = (sides(chance, each, across_m, topics) for _ in range(2))
        began = time.process_time()
        pairs = match(offers, asks, rules)
        matched = time.process_time()
        chosen = best(pairs, each, each)
        paired = time.process_time()
        print(f"{title:<12}{each:>8,}{len(pairs):>12,}{matched - began:>8.2f}{paired - matched:>9.2f}{len(chosen):>9,}",
              end="")
        if each == size:
            good &= (paired - began) / bare <= BOUND
            print(f"{(paired - began) / bare:>7.1f}×", end="")
        print(flush=True)
    return good


if __name__ == "__main__":
    raise SystemExit(0 if main(*map(int, sys.argv[1:])) else 1)
