"""Markers of one view: every point in exactly one, never too many, and nothing left that cannot be reached."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.analysis.bundles import LAST_ZOOM, MOST, bundle, in_view

places = st.lists(st.tuples(st.floats(-0.1, 0.1), st.floats(-0.05, 0.05)), max_size=120)


@given(places, st.integers(0, 22))
def test_every_point_is_in_exactly_one_marker(offsets, zoom):
    lon, lat = (np.array([middle + pair[i] for pair in offsets]) for i, middle in ((0, 0.71), (1, 51.54)))
    made = bundle(lon, lat, zoom)
    assert sorted(m for one in made for m in one.members.tolist()) == list(range(len(lon)))
    for one in made:
        west, south, east, north = one.bounds
        assert west <= lon[one.members].min() and east >= lon[one.members].max()
        assert south <= lat[one.members].min() and north >= lat[one.members].max()


@given(places)
def test_at_the_closest_zoom_whatever_shares_a_marker_is_a_stack(offsets):
    lon, lat = (np.array([middle + pair[i] for pair in offsets]) for i, middle in ((0, 0.71), (1, 51.54)))
    assert all(one.stacked for one in bundle(lon, lat, LAST_ZOOM))


def test_what_shares_one_point_is_a_stack_at_every_zoom_and_what_does_not_comes_apart():
    lon, lat = np.array([0.71, 0.71, 0.71, 0.7104]), np.array([51.54, 51.54, 51.54, 51.54])
    assert [one.stacked for one in bundle(lon, lat, 12)] == [False]
    close = bundle(lon, lat, 18)
    assert sorted((len(one.members), one.stacked) for one in close) == [(1, True), (3, True)]


@pytest.mark.parametrize("zoom", range(0, 23))
def test_100_000_points_are_a_bounded_number_of_markers(zoom):
    chance = np.random.default_rng(1)
    lon, lat = chance.normal(0.71, 0.05, 100_000), chance.normal(51.54, 0.02, 100_000)
    made = bundle(lon, lat, zoom)
    assert len(made) <= MOST
    assert sum(len(one.members) for one in made) == 100_000


def test_poles_and_the_date_line_do_no_harm():
    lon, lat = np.array([-180.0, 180.0, 0.0, 0.0]), np.array([0.0, 0.0, 90.0, -90.0])
    assert sum(len(one.members) for one in bundle(lon, lat, 3)) == 4
    assert in_view(lon, lat, (-180.0, -90.0, 180.0, 90.0)).tolist() == [0, 1, 2, 3]
    assert bundle(np.empty(0), np.empty(0), 5) == []
