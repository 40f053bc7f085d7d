"""Many corners are projected as exactly as few."""

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from assetmap.analysis.projecting import project

ENGLAND = ((-5.8, 49.9), (1.8, 55.8))


@pytest.mark.parametrize(("bounds", "target"), [
    (ENGLAND, "EPSG:27700"), (((0.6, 51.5), (0.8, 51.6)), "EPSG:27700"), (ENGLAND, "EPSG:3857"),
    (((-10.0, 51.0), (-5.0, 55.0)), "EPSG:29903"),
    (((-179.0, -80.0), (179.0, 80.0)), "EPSG:3857"),  # too wide for the net: each one by itself
    (((-9.0, 49.0), (3.0, 62.0)), "EPSG:27700")])  # beyond the edge of the grid, where conversions change
def test_many_points_are_where_each_one_by_itself_is(bounds, target):
    where = np.random.default_rng(1).uniform(*bounds, (25_000, 2))
    found = shapely.get_coordinates(project(shapely.points(where), "EPSG:4326", target))
    exact = np.column_stack(Transformer.from_crs("EPSG:4326", target, always_xy=True).transform(*where.T))
    assert np.abs(found - exact).max() < 0.005


def test_shapes_keep_their_parts_and_their_gaps():
    ward = shapely.MultiPolygon([shapely.box(0.70, 51.5, 0.72, 51.52), shapely.box(0.74, 51.5, 0.75, 51.51)])
    many = np.array([shapely.segmentize(ward, 0.00001), None, ward], dtype=object)
    dense, none, plain = project(many, "EPSG:4326", "EPSG:27700")
    assert none is None and len(dense.geoms) == 2 and shapely.get_num_coordinates(dense) > 12_000
    assert dense.area == pytest.approx(plain.area, rel=1e-5)
    assert project(many, "EPSG:4326", "EPSG:4326") is many
