"""Suggestions for one person among 100,000 groups and 20,000 offers and asks, against a plain search near the place.

    python -m benchmarks.bench_signpost

The plain search is what the finder does for the same place and radius with nothing else asked, over both layers: what
is within reach, that is listed, the nearest twenty of each. The bound is 4. The bare index (points within the radius
and no more) is told as well.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import datetime

import numpy as np

from assetmap.atlas.atlas import Atlas
from assetmap.atlas.finding import Found
from assetmap.atlas.near import NearPlace
from assetmap.atlas.suggesting import Wish, suggest
from assetmap.domain.place import Place
from assetmap.domain.query import FindQuery
from assetmap.importing.instance import open_instance
from assetmap.settings import Settings
from benchmarks import synthetic

BOUND = 4.0
RUNS, TRIES = 25, 7


def main(settings: Settings) -> bool:
    """`settings`: of an instance of many groups; 20,000 offers and asks are added to it. True when the bound holds."""
    database = open_instance(settings)
    synthetic.store(database, "opportunities", list(synthetic.opportunities(20_000)))
    atlas, now = Atlas(database, settings).prepare(), datetime(2026, 11, 27, 9)
    chance = np.random.default_rng(7)
    spots = chance.choice(len(atlas.groups.spots.x), RUNS)
    places = [Place(float(atlas.groups.spots.lat[spot]), float(atlas.groups.spots.lon[spot])) for spot in spots]
    print(f"\nSuggestions among {len(atlas.groups):,} groups and {len(atlas.opportunities):,} offers and asks "
          "(milliseconds of processor time)")
    print(f"{'reach':>8}{'plain search':>14}{'suggestions':>13}{'ratio':>8}{'bare index':>12}{'ratio':>8}")
    good = True
    for reach_m in (400, 1_500, 3_000):
        plain = _median(places, lambda place, r=reach_m: _plain(atlas, place, r, now))
        ours = _median(places, lambda place, r=reach_m: suggest(atlas, _wish(place, r), now))
        bare = _median(places, lambda place, r=reach_m: _bare(atlas, place, r))
        good &= ours / plain <= BOUND
        print(f"{reach_m:>8,}{plain:>14.2f}{ours:>13.2f}{ours / plain:>7.1f}×{bare:>12.2f}{ours / bare:>7.1f}×")
    database.dispose()
    return good


def _wish(place: Place, reach_m: int) -> Wish:
    return Wish(place=place, reach_m=float(reach_m), likes=("gardening", "games-cards"), learn=("digital-skills",),
                offer=("sewing-knitting",), words=(("games-cards", "bingo"),), slots=0b111 << 3,
                needs=("step_free",), languages=("pl",), company="company")


def _plain(atlas: Atlas, place: Place, reach_m: int, now: datetime) -> None:
    near = NearPlace("here", place, -1)
    for layer in (atlas.groups, atlas.opportunities):
        Found(layer, FindQuery(near="here"), near, reach_m, now, atlas).ordered(0, 20)


def _bare(atlas: Atlas, place: Place, reach_m: int) -> None:
    x, y = atlas.to_metres(place.lat, place.lon)
    for layer in (atlas.groups, atlas.opportunities):
        layer.index.within(x, y, reach_m)


def _median(places: list[Place], work: Callable[[Place], object]) -> float:
    return statistics.median(min(_taken(work, place) for _ in range(TRIES)) for place in places) * 1_000


def _taken(work: Callable[[Place], object], place: Place) -> float:
    began = time.process_time()
    work(place)
    return time.process_time() - began


if __name__ == "__main__":
    from pathlib import Path
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        raise SystemExit(0 if main(synthetic.instance(Path(folder) / "100000", 100_000)) else 1)
