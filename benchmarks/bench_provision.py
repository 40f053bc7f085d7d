"""Counting 100,000 groups in and near 8,000 wards, against a bare spatial join of the same: seconds of one core.

    python -m benchmarks.bench_provision [GROUPS] [WARDS]

A made-up country of 400 by 400 km: three quarters of the wards in towns, wavy outlines of about 85 corners, as the
generalised ones of the Office for National Statistics have. Groups lie about the middles of wards. The bound: `by_ward`
takes at most 3 times as long as `geopandas.sjoin` of the same points and wards, with both in metres and with both in
degrees. Counting again under another filter, when it is known where everything lies, is told beside it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial

import geopandas as gpd
import numpy as np
import shapely

from assetmap.analysis.provision import WardRows, by_ward, inside_pairs, ward_of
from benchmarks.table import Line, ms, show

BOUND = 3.0
_ACROSS_M, _TOWNS, _CORNERS = 400_000.0, 120, 80
_FROM_M = np.array([130_000.0, 100_000.0])  # so that all of it lies where the grid is made for


def country(chance: np.random.Generator, wards: int) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    """Wards in metres, that leave no gap between them, and the middle of each."""
    towns = chance.uniform(0, _ACROSS_M, (_TOWNS, 2))
    in_town = wards * 3 // 4
    near = towns[chance.integers(0, _TOWNS, in_town)] + chance.normal(0, 6_000, (in_town, 2))
    middles = np.clip(np.concatenate([near, chance.uniform(0, _ACROSS_M, (wards - in_town, 2))]), 0, _ACROSS_M)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(middles)))
    cells = shapely.intersection(cells, shapely.box(0, 0, _ACROSS_M, _ACROSS_M))
    cells = shapely.segmentize(cells, shapely.length(cells) / _CORNERS)
    shapes = shapely.make_valid(shapely.transform(cells, _waves))
    people = chance.integers(4_000, 16_000, len(shapes))
    codes = [f"E{number:08}" for number in range(len(shapes))]
    return gpd.GeoDataFrame({"code": codes, "population": people}, geometry=shapes, crs="EPSG:27700"), middles + _FROM_M


def places(chance: np.random.Generator, groups: int, middles: np.ndarray) -> gpd.GeoDataFrame:
    """Groups, one in twenty with a second place, three in four with known hours."""
    number = np.concatenate([np.arange(groups), chance.integers(0, groups, groups // 20)])
    at = middles[chance.integers(0, len(middles), len(number))] + chance.normal(0, 800, (len(number), 2))
    hours = np.where(chance.random(len(number)) < 0.75, chance.choice([1.0, 2.0, 6.0], len(number)), np.nan)
    ids = [f"group-{one}" for one in number]
    return gpd.GeoDataFrame({"id": ids, "weekly_hours": hours}, geometry=shapely.points(at), crs="EPSG:27700")


def main(groups: int = 100_000, wards: int = 8_000) -> bool:
    """Print the table; True when the bound holds."""
    chance = np.random.default_rng(2026)
    areas, middles = country(chance, wards)
    points = places(chance, groups, middles)
    lines = []
    for title, crs in (("metres", "EPSG:27700"), ("degrees", "EPSG:4326")):
        of_crs, areas_of_crs = points.to_crs(crs), areas.to_crs(crs)
        bare, ours = _seconds(partial(gpd.sjoin, of_crs, areas_of_crs), partial(by_ward, areas_of_crs, of_crs))
        lines.append(Line(f"by_ward, {title}, against a spatial join", ms(ours), ms(bare), f"{ours / bare:.1f}×",
                          f"{BOUND:g}×", ours / bare <= BOUND))
    at = points.geometry.to_numpy()
    rows = WardRows(ward_of(inside_pairs(areas.geometry.to_numpy(), at), len(at)),
                    points["id"].str.slice(6).astype(int), points["weekly_hours"], wards=len(areas))
    evenings = chance.random(len(points)) < 0.3
    lines.append(Line("counting again under a filter", ms(*_seconds(partial(rows.count, evenings)))))
    return show(f"Provision: {len(points):,} places of {groups:,} groups, {len(areas):,} wards (CPU seconds)", lines)


def _waves(corners: np.ndarray) -> np.ndarray:
    """Each corner moved by where it is, so that wards that share a boundary still do."""
    x, y = corners.T
    moved = corners + _FROM_M
    for length, height in ((3_000, 150), (800, 40), (250, 12)):
        moved[:, 0] += height * np.sin((2 * np.pi * y + 1.3 * x) / length)
        moved[:, 1] += height * np.cos((2 * np.pi * x + 1.7 * y) / length)
    return moved


def _seconds(*works: Callable[[], object], times: int = 5) -> list[float]:
    """The best of some runs of each, of CPU, in turns, so that all of them see the same machine."""
    best = [np.inf] * len(works)
    for _ in range(times):
        for number, work in enumerate(works):
            began = time.process_time()
            work()
            best[number] = min(best[number], time.process_time() - began)
    return best


if __name__ == "__main__":
    raise SystemExit(0 if main(*map(int, sys.argv[1:])) else 1)
