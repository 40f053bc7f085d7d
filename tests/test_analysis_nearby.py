"""What lies near a point: the same as looking at every point, and as far as it is on the ground."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pyproj import Geod

from assetmap.analysis.nearby import PointIndex, smallest
from assetmap.layers.crs import to_metres

GEOD = Geod(ellps="WGS84")
TOWNS = [(0.71, 51.54), (-2.35, 53.42), (-4.14, 50.37), (-3.19, 55.95), (1.3, 52.63)]
metres = st.integers(-20_000, 20_000).map(float) | st.just(float("nan"))
points = st.lists(st.tuples(metres, metres, st.integers(0, 15)), max_size=60)
asked = st.integers(-20_000, 20_000).map(float)


def index_of(found) -> PointIndex:
    x, y, owner = zip(*found, strict=True) if found else ((), (), ())
    return PointIndex(np.array(x, float), np.array(y, float), np.array(owner, int))


def by_looking_at_all(found, x: float, y: float) -> dict[int, float]:
    """The metres to the nearest point of each owner."""
    best: dict[int, float] = {}
    for its_x, its_y, owner in found:
        if not np.isnan(its_x) and not np.isnan(its_y):
            best[owner] = min(best.get(owner, np.inf), float(np.hypot(its_x - x, its_y - y)))
    return best


@given(points, asked, asked, st.integers(0, 30_000).map(float))
def test_within_finds_each_owner_once_at_its_nearest_point(found, x, y, within_m):
    owners, far = index_of(found).within(x, y, within_m)
    expected = {owner: m for owner, m in by_looking_at_all(found, x, y).items() if m <= within_m}
    assert owners.tolist() == sorted(expected)
    assert far.tolist() == pytest.approx([expected[owner] for owner in owners.tolist()])


@given(points, asked, asked, st.integers(0, 20))
def test_nearest_gives_the_nearest_in_order(found, x, y, count):
    owners, far = index_of(found).nearest(x, y, count)
    expected = sorted(by_looking_at_all(found, x, y).values())[:count]
    assert far.tolist() == pytest.approx(expected)
    assert len(set(owners.tolist())) == len(owners)


@given(arrays.arrays(float, st.integers(0, 50), elements=st.integers(0, 6).map(float) | st.just(np.inf)),
       st.integers(-1, 60))
def test_smallest_keeps_the_order_of_ties(values, count):
    expected = sorted(range(len(values)), key=lambda i: values[i])[:max(0, count)]
    assert smallest(values, count).tolist() == expected


@pytest.mark.parametrize(("lon", "lat"), TOWNS)
def test_distances_are_within_half_a_percent_of_the_ground(lon, lat):
    for bearing in range(0, 360, 30):
        for far in (50, 700, 3_000, 12_000, 30_000):
            other_lon, other_lat, _back = GEOD.fwd(lon, lat, bearing, far)
            x, y = to_metres([lon, other_lon], [lat, other_lat])
            assert np.hypot(x[1] - x[0], y[1] - y[0]) == pytest.approx(far, rel=0.005)
