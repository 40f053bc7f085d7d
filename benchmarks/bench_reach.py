"""Who reaches what, against pandas for the same pairs; and every measure of a whole country.

    python -m benchmarks.bench_reach [WARDS]

The country is made up: 8,000 wards of 1,500,000 homes in towns of every size, and 100,000 groups, half of them around
the middles of towns, a quarter at another's venue. Everything runs in a process of its own, whose peak memory is told.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap.analysis import reach
from assetmap.analysis.clusters import moran, neighbours
from assetmap.analysis.fairness import by_fifth, interval
from assetmap.analysis.population import WardPeople, population_points
from assetmap.analysis.provision import by_ward
from benchmarks.table import Line, show

TIMES_FASTER = 10.0
MOST_S, MOST_GB = 60.0, 4.0  # all measures of a country together
_HOMES_A_WARD, _GROUPS_A_WARD = 187.5, 12.5
_CATCHMENT_M = reach.BANDS[-1][0]


def country(wards: int, seed: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Homes (n, 2), the ward of each, and groups (m, 2), in metres."""
    chance = np.random.default_rng(seed)
    towns = chance.uniform((100_000, 50_000), (600_000, 900_000), (wards // 20 + 1, 2))
    size = chance.pareto(1.1, len(towns)) + 0.3
    town = chance.choice(len(towns), wards, p=size / size.sum())
    across = 700 * np.sqrt(np.bincount(town, minlength=len(towns)))
    middles = towns[town] + chance.normal(0, 1, (wards, 2)) * across[town][:, None]
    ward = np.repeat(np.arange(wards), int(_HOMES_A_WARD) + 1)[: int(wards * _HOMES_A_WARD)]
    homes = middles[ward] + chance.normal(0, 500, (len(ward), 2))
    groups = int(wards * _GROUPS_A_WARD)
    around = chance.integers(0, wards, groups)
    venues = middles[around] + chance.normal(0, 500, (groups, 2))
    central = chance.random(groups) < 0.5
    of = town[around[central]]
    venues[central] = towns[of] + chance.normal(0, 1, (len(of), 2)) * across[of][:, None] / 2
    shared = chance.random(groups) < 0.25
    venues[shared] = venues[chance.integers(0, groups, shared.sum())]
    return homes, ward, venues


def by_pandas(pairs: reach.Pairs, population: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """The two steps as one would write them: merge, group, merge, group."""
    frame = pd.DataFrame(dict(zip(("demand", "supply", "metres"), pairs, strict=True)))
    edges = [-1.0, *(edge for edge, _ in reach.BANDS)]
    frame["weight"] = pd.cut(frame["metres"], edges, labels=[weight for _, weight in reach.BANDS]).astype(float)
    people = pd.DataFrame({"demand": np.arange(len(population)), "people": population})
    offered = pd.DataFrame({"supply": np.arange(len(capacity)), "capacity": capacity})
    frame = frame.merge(people, on="demand")
    frame["load"] = frame["people"] * frame["weight"]
    places = frame.groupby("supply", as_index=False)["load"].sum().merge(offered, on="supply")
    places["ratio"] = places["capacity"] / places["load"]
    frame = frame.merge(places[["supply", "ratio"]], on="supply")
    frame["share"] = frame["ratio"] * frame["weight"]
    return frame.groupby("demand")["share"].sum().reindex(np.arange(len(population)), fill_value=0.0).to_numpy()


def against_pandas(goes: int = 3) -> bool:
    """The same pairs of a county, each way; the best of a few goes."""
    homes, _, groups = country(700)
    chance = np.random.default_rng(6)
    people, capacity = chance.uniform(1, 80, len(homes)), chance.uniform(1, 30, len(groups))
    pairs = reach.find_pairs(homes, groups, _CATCHMENT_M)
    ours, found = _best(goes, lambda: reach.enhanced_two_step(pairs, people, capacity))
    theirs, expected = _best(goes, lambda: by_pandas(pairs, people, capacity))
    if not np.allclose(found, expected):
        raise SystemExit("the two ways disagree")
    ratio = theirs / ours
    return show(f"E2SFCA of {len(pairs.metres):,} pairs (seconds of the processor)", [
        Line("pandas, merge and group by", f"{theirs:.2f} s"),
        Line("ours", f"{ours:.3f} s", f"{theirs:.2f} s", f"{ratio:.1f} × faster", f"≥ {TIMES_FASTER:g} ×",
             ratio >= TIMES_FASTER)])


def _best(goes: int, work: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    took, found = [], None
    for _ in range(goes):
        began = time.process_time()
        found = work()
        took.append(time.process_time() - began)
    return min(took), found


def of_a_country(wards: int) -> tuple[list[tuple[str, float, float]], int, int, float]:
    """(part, seconds by the clock, of the processor) of each, how many homes and pairs, and the peak in GB."""
    homes, ward, groups = country(wards)
    chance = np.random.default_rng(7)
    people, capacity = chance.uniform(1, 80, len(homes)), chance.uniform(1, 30, len(groups))
    made: list[tuple[str, float, float]] = []

    def timed(what: str, work: Callable):
        clock, processor = time.perf_counter(), time.process_time()
        found = work()
        made.append((what, time.perf_counter() - clock, time.process_time() - processor))
        return found

    pairs = timed("pairs within 1,200 m, counted in blocks",
                  lambda: sum(len(block.metres) for block in reach.pairs_in_blocks(homes, groups, _CATCHMENT_M)))
    near = timed("the nearest group of each home", lambda: reach.nearest_supply(homes, groups, reach.WALKS_M[-1])[0])
    timed("share and number within 4 walks, by ward",
          lambda: reach.share_of_nearest(near, people, reach.WALKS_M, ward, wards))
    access = timed("E2SFCA, in blocks", lambda: reach.enhanced_two_step_in_blocks(
        lambda: reach.pairs_in_blocks(homes, groups, _CATCHMENT_M), people, capacity))
    timed("access by ward", lambda: reach.mean_by_ward(access, people, ward, wards))
    outlines = _outlines(wards)
    known = WardPeople(*(np.full(wards, value) for value in (9_000.0, 1_500.0, np.nan, 1_800.0, 20.0)))
    timed("a grid over each ward, were no points supplied", lambda: population_points(outlines, known))
    codes = [f"E{number:08d}" for number in range(wards)]
    frame = gpd.GeoDataFrame({"code": codes, "population": np.full(wards, 9_000.0)}, geometry=outlines,
                             crs="EPSG:27700")
    places = chance.uniform(0, 600_000, (len(groups), 2))
    held = gpd.GeoDataFrame({"weekly_hours": capacity}, geometry=gpd.points_from_xy(*places.T), crs="EPSG:27700")
    table = timed("groups, hours, what is near, their ranges and the funnel", lambda: by_ward(frame, held))
    score = chance.uniform(0, 60, wards)
    timed("fifths of residents", lambda: by_fifth(access, people, score[ward]))
    timed("the concentration index and its interval",
          lambda: interval(table["per_thousand"].to_numpy(), frame["population"].to_numpy(), -score))
    timed("whether neighbours are alike", lambda: moran(table["per_thousand"].to_numpy(), neighbours(frame),
                                                        permutations=999))
    return made, len(homes), pairs, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def _outlines(wards: int) -> list:
    """Uneven outlines of 200 corners, 1 to 40 km² each."""
    chance = np.random.default_rng(8)
    turn = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    sizes = np.exp(chance.uniform(np.log(560), np.log(3_600), wards))
    radius = sizes[:, None] * (1 + 0.3 * np.sin(3 * turn + chance.uniform(0, 6, (wards, 1))))
    corners = np.stack([radius * np.cos(turn), radius * np.sin(turn)], axis=2)
    return [shapely.Polygon(ring + middle) for ring, middle in zip(
        corners, chance.uniform(0, 600_000, (wards, 2)), strict=True)]


def main(wards: int = 8_000) -> bool:
    """Print both tables; True when the bounds hold."""
    held = [against_pandas()]
    with get_context("spawn").Pool(1) as pool:
        parts, homes, pairs, peak_gb = pool.apply(of_a_country, (wards,))
    clock, processor = (sum(part[at] for part in parts) for at in (1, 2))
    lines = [Line(what, f"{took:.1f} s", f"{used:.1f} s of processor") for what, took, used in parts]
    whole = wards >= 8_000
    lines.append(Line("all of it", f"{clock:.1f} s", f"{processor:.1f} s of processor", "", f"< {MOST_S:g} s",
                      clock < MOST_S if whole else None))
    lines.append(Line("peak memory", f"{peak_gb:.2f} GB", "", "", f"< {MOST_GB:g} GB", peak_gb < MOST_GB))
    groups = int(wards * _GROUPS_A_WARD)
    held.append(show(f"{wards:,} wards, {homes:,} homes, {groups:,} groups, {pairs:,} pairs", lines))
    return all(held)


if __name__ == "__main__":
    raise SystemExit(0 if main(*map(int, sys.argv[1:])) else 1)
