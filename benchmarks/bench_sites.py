"""Choosing sites, proved best or with how far off it may be; and the figures of fairness: seconds of this machine.

    python -m benchmarks.bench_sites

People and sites lie in 40 towns within 15 km, half the sites anywhere. The bound: 2,000 points × 200 sites are
proved best for every p from 1 to 10. The rest is told, without a bound: what is larger, and what is hard on purpose,
where the ten seconds may run out.
"""

from __future__ import annotations

import time

import numpy as np
from scipy.spatial import cKDTree

from assetmap.analysis.fairness import by_fifth, concentration_index, interval
from assetmap.analysis.sites import Pairs, gain_curve, max_cover, p_median
from benchmarks.table import Line, show


def area(points: int, sites: int, within_m: float, seed: int = 2026) -> tuple[Pairs, np.ndarray]:
    """Made-up pairs within the distance, and the people at each point."""
    chance = np.random.default_rng(seed)
    towns = chance.uniform(0, 15_000, (40, 2))

    def in_towns(count: int) -> np.ndarray:
        return towns[chance.integers(0, 40, count)] + chance.normal(0, 900, (count, 2))

    people = in_towns(points)
    where = np.vstack([in_towns(sites // 2), chance.uniform(0, 15_000, (sites - sites // 2, 2))])
    near = cKDTree(people).sparse_distance_matrix(cKDTree(where), within_m, output_type="ndarray")
    return (near["i"], near["j"], near["v"]), chance.integers(20, 900, points).astype(float)


def curve(points: int, sites: int, within_m: float, bound: bool = False) -> Line:
    """One gain curve, p = 1 … 10, in at most ten seconds together."""
    pairs, people = area(points, sites, within_m)
    began = time.perf_counter()
    steps = gain_curve(pairs, people)
    seconds = time.perf_counter() - began
    proved, gap = sum(step.cover.proved for step in steps), max(step.cover.gap for step in steps)
    return Line(f"p = 1 … 10, {points:,} × {sites:,} within {within_m:,.0f} m", f"{seconds:.2f} s",
                f"{len(pairs[0]):,} pairs", f"{proved} proved, gap {gap:.2%}", "all proved" if bound else "",
                proved == len(steps) == 10 if bound else None)


def single(points: int, sites: int, within_m: float, p: int) -> Line:
    pairs, people = area(points, sites, within_m)
    began = time.perf_counter()
    found = max_cover(pairs, people, p)
    seconds = time.perf_counter() - began
    return Line(f"p = {p}, {points:,} × {sites:,} within {within_m:,.0f} m", f"{seconds:.2f} s",
                f"{len(pairs[0]):,} pairs", "proved" if found.proved else f"gap {found.gap:.2%}")


def median(points: int, sites: int, within_m: float) -> Line:
    pairs, people = area(points, sites, within_m)
    began = time.perf_counter()
    p_median(pairs, people, 10)
    return Line(f"p-median, p = 10, {points:,} × {sites:,}", f"{time.perf_counter() - began:.2f} s",
                f"{len(pairs[0]):,} pairs")


def fairness(units: int, resamples: int) -> list[Line]:
    """The three figures of fairness for wards, or for points without an interval."""
    chance = np.random.default_rng(2026)
    value, people, rank = chance.random(units), chance.integers(1, 300, units).astype(float), chance.random(units)
    asked = {"fifths": lambda: by_fifth(value, people, rank), "index": lambda: concentration_index(value, people, rank)}
    if resamples:
        asked["interval"] = lambda: interval(value, people, rank, resamples=resamples)
    lines = []
    for name, ask in asked.items():
        began = time.perf_counter()
        ask()
        lines.append(Line(f"{name} of {units:,} units", f"{time.perf_counter() - began:.2f} s"))
    return lines


def main() -> bool:
    """Print the table; True when the bound holds."""
    lines = [curve(2_000, 200, 800, bound=True), curve(2_000, 200, 1_600, bound=True), curve(20_000, 500, 800),
             curve(20_000, 500, 1_600), single(20_000, 500, 800, 10), single(20_000, 500, 1_600, 10),
             single(200_000, 1_000, 800, 5), median(20_000, 500, 3_000), *fairness(8_000, 1_000),
             *fairness(1_500_000, 0)]
    return show("Where the next sites reach most, and who has more", lines)


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
