"""What each ward has: worked by hand, against a bare spatial join, and what holds for any wards and groups."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from assetmap.analysis.provision import WardRows, by_ward, count_by_ward, near_pairs

GRID = "EPSG:27700"


def ward_frame(shapes, **columns):
    columns = {"code": [f"E0500000{number}" for number in range(len(shapes))]} | columns
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=GRID)


def group_frame(places, **columns):
    return gpd.GeoDataFrame(columns, geometry=[None if place is None else Point(place) for place in places], crs=GRID)


SQUARES = ward_frame([box(500_000 + 2_000 * column, 180_000, 502_000 + 2_000 * column, 182_000) for column in range(3)],
                     name=["West", "Middle", "East"], population=[8_000, 0, np.nan])


def test_a_town_worked_by_hand():
    groups = group_frame(
        [(500_500, 181_000), (500_600, 181_000), (501_500, 181_000), (502_500, 181_000), (505_500, 183_000), None],
        id=["chess", "chess", "choir", "chess", "walks", "online"], weekly_hours=[2, 1, np.nan, 4, np.nan, 9.0])
    found = by_ward(SQUARES, groups)
    assert found.index.tolist() == SQUARES.code.tolist() and found.name.tolist() == ["West", "Middle", "East"]
    assert found.groups.tolist() == [2, 1, 0], "chess once in each ward; what is outside or nowhere in none"
    assert found.weekly_hours.tolist() == [3, 4, 0] and found.known_times.tolist() == [1, 1, 0]
    assert found.known_times_share.tolist() == pytest.approx([0.5, 1, np.nan], nan_ok=True)
    assert found.per_thousand.tolist() == pytest.approx([0.25, np.nan, np.nan], nan_ok=True)
    assert found.hours_per_thousand.tolist() == pytest.approx([0.375, np.nan, np.nan], nan_ok=True)
    # chess is at 502,500: 500 m from West; choir at 501,500: 500 m from Middle; the walks exactly 1 km from East.
    assert found.near.tolist() == [2, 2, 1] and found.near_per_thousand.iloc[0] == 0.25
    assert (found.groups_low.iloc[0], found.groups_high.iloc[0]) == pytest.approx((0.2422, 7.2247), abs=5e-5)
    assert found.per_thousand_high.iloc[0] == pytest.approx(7.2247 / 8, abs=1e-5)


def test_hours_are_no_data_where_no_time_is_known_and_nought_where_nothing_meets():
    groups = group_frame([(500_500, 181_000), (502_500, 181_000)], weekly_hours=[np.nan, 0.0])
    assert by_ward(SQUARES, groups).weekly_hours.tolist() == pytest.approx([np.nan, 0, 0], nan_ok=True)
    assert by_ward(SQUARES, groups.drop(columns="weekly_hours")).known_times_share.tolist()[:2] == [0, 0]


def test_groups_that_do_not_meet_do_not_count():
    groups = group_frame([(500_500, 181_000)] * 4, status=["active", "paused", "ended", "hidden"])
    assert by_ward(SQUARES, groups).groups.tolist() == [1, 0, 0]


def test_without_groups_or_wards_there_are_noughts_and_no_rows():
    none = group_frame([])
    assert by_ward(SQUARES, none)[["groups", "near", "weekly_hours"]].to_numpy().tolist() == [[0, 0, 0]] * 3
    assert len(by_ward(SQUARES.iloc[:0], group_frame([(1, 1)]))) == 0
    assert by_ward(SQUARES.iloc[:1], group_frame([(500_500, 181_000)])).groups.tolist() == [1]


def test_the_population_may_be_a_column_an_array_or_told_by_code():
    wards = SQUARES.assign(over_64=[1_000, 2_000, 3_000]).iloc[::-1]
    groups = group_frame([(500_500, 181_000), (502_500, 181_000)])
    by_code = dict(zip(wards.code, wards.over_64, strict=True))
    expected = [0, 0.5, 1]
    for population in ("over_64", wards.over_64, wards.over_64.to_numpy(), by_code, pd.Series(by_code)[::-1],
                       [3_000, 2_000, 1_000]):
        assert by_ward(wards, groups, population).per_thousand.tolist() == expected
    del by_code["E05000001"]
    assert by_ward(wards, groups, by_code).per_thousand.tolist() == pytest.approx([0, np.nan, 1], nan_ok=True)
    for wrong, said in (({"S13000001": 5}, "other wards"), ([1, 2], "2 numbers for 3"), ([1, 2, -3], "0 or more")):
        with pytest.raises(ValueError, match=said):
            by_ward(wards, groups, wrong)


def test_what_cannot_be_placed_is_refused_in_words():
    groups = group_frame([(500_500, 181_000)])
    with pytest.raises(ValueError, match="groups have no coordinate system"):
        by_ward(SQUARES, gpd.GeoDataFrame(geometry=[Point(0, 51)]))
    with pytest.raises(ValueError, match="code of its own"):
        by_ward(pd.concat([SQUARES, SQUARES]), groups)
    with pytest.raises(ValueError, match="code of its own"):
        by_ward(SQUARES.drop(columns="code"), groups)
    with pytest.raises(ValueError, match="stand at points"):
        by_ward(SQUARES, SQUARES)


# Star-shaped wards anywhere in 20 km, some in two parts, overlapping as they like.
@st.composite
def shapes(draw):
    def part():
        x, y = draw(st.integers(0, 20_000)), draw(st.integers(0, 20_000))
        arms = draw(st.lists(st.integers(200, 6_000), min_size=3, max_size=12))
        turns = np.arange(len(arms)) / len(arms) * 2 * np.pi
        return Polygon(np.column_stack([x + arms * np.cos(turns), y + arms * np.sin(turns)]))

    one = part().buffer(0)
    return shapely.union(one, part().buffer(0)) if draw(st.booleans()) else one


places = st.lists(st.tuples(st.integers(-4_000, 24_000), st.integers(-4_000, 24_000)), max_size=25)


@settings(deadline=None)
@given(st.lists(shapes(), min_size=1, max_size=5), places, st.sampled_from([50.0, 1_000.0, 3_000.0]))
def test_near_is_what_measuring_every_pair_gives(wards, places, within_m):
    wards, points = np.array(wards, dtype=object), shapely.points(np.array(places, dtype=float).reshape(-1, 2))
    found = list(zip(*near_pairs(wards, points, within_m), strict=True))
    expected = {(ward, point) for ward in range(len(wards)) for point in range(len(points))
                if shapely.distance(wards[ward], points[point]) <= within_m}
    assert len(found) == len(set(found)) and set(found) == expected


@settings(deadline=None, max_examples=60)
@given(st.lists(shapes(), min_size=1, max_size=5), places, st.randoms(use_true_random=False),
       st.lists(st.integers(0, 6), min_size=25, max_size=25))
def test_the_order_of_wards_and_groups_and_the_system_do_not_matter(some, places, chance, owners):
    wards = ward_frame(some, population=[1_000 * number + 500 for number in range(len(some))])
    groups = group_frame(places, id=owners[:len(places)], weekly_hours=np.arange(len(places), dtype=float))
    found = by_ward(wards, groups)
    order, other = list(range(len(wards))), list(range(len(groups)))
    chance.shuffle(order)
    chance.shuffle(other)
    mixed = by_ward(wards.iloc[order], groups.iloc[other])
    pd.testing.assert_frame_equal(mixed.loc[found.index], found)
    # Each group that a spatial join finds in some ward is counted in at least one, and nothing else is.
    joined = gpd.sjoin(groups, wards)
    assert found.groups.sum() >= joined["id"].nunique() and found.groups.sum() <= len(joined)
    assert found.groups.sum() == 0 or len(joined) > 0
    assert (found.near >= found.groups).all() and (found.known_times <= found.groups).all()


@given(places)
def test_every_place_inside_the_wards_is_counted_once_though_it_is_on_a_boundary(places):
    """Squares that share their boundaries, and whole kilometres: each group is a row."""
    corners = [(x, y) for x in range(0, 20_000, 4_000) for y in range(0, 12_000, 4_000)]
    wards = ward_frame([box(x, y, x + 4_000, y + 4_000) for x, y in corners])
    groups = group_frame([(round(x, -3), round(y, -3)) for x, y in places])
    found = by_ward(wards.assign(code=[f"W{number:02}" for number in range(len(wards))]), groups)
    assert found.groups.sum() == groups.intersects(box(0, 0, 20_000, 12_000)).sum()


def test_degrees_and_metres_count_the_same():
    chance = np.random.default_rng(3)
    groups = group_frame(list(chance.uniform((499_000, 179_000), (507_000, 183_000), (400, 2))))
    islands = SQUARES.assign(geometry=[MultiPolygon([shape, shapely.affinity.translate(shape, 0, 5_000)])
                                       for shape in SQUARES.geometry])
    found = by_ward(islands, groups)
    for wards_crs, groups_crs in (("EPSG:4326", "EPSG:4326"), ("EPSG:3857", GRID), (GRID, "EPSG:4326")):
        same = by_ward(islands.to_crs(wards_crs), groups.to_crs(groups_crs))
        pd.testing.assert_frame_equal(same, found)
    assert found.near.sum() > found.groups.sum() > 100


hours_known_or_not = st.sampled_from([np.nan, 0.0, 1.5, 2.0])
rows = st.lists(st.tuples(st.integers(-1, 4), st.integers(0, 5), hours_known_or_not, st.booleans()), max_size=40)


@given(rows)
def test_counting_again_under_a_filter_is_what_counting_one_by_one_gives(rows):
    ward, owner, hours, mask = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [], [])
    found = WardRows(ward, owner, hours, wards=5).count(mask)
    for number in range(5):
        here = [row for row in rows if row[0] == number and row[3]]
        groups = {row[1] for row in here}
        known = [row[2] for row in here if not np.isnan(row[2])]
        assert found.groups[number] == len(groups)
        assert found.known_times[number] == len(groups - {row[1] for row in here if np.isnan(row[2])})
        assert found.weekly_hours[number] == pytest.approx(sum(known) if known or not here else np.nan, nan_ok=True)
    everything = count_by_ward(ward, owner, hours, wards=5)
    assert (everything.groups >= found.groups).all()
