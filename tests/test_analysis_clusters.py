"""Whether neighbouring wards are alike: by hand, as published, and no more findings than chance allows."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from assetmap.analysis.clusters import (
    HIGH_HIGH,
    HIGH_LOW,
    LEAST_WARDS,
    LOW_LOW,
    false_discoveries,
    local_moran,
    moran,
    neighbours,
)
from tests.st_louis import HOMICIDES_1988, PEOPLE_1988, TOUCHING


def matrix(pairs, wards):
    one, other = np.array(pairs).T
    return csr_array((np.ones(2 * len(one)), (np.append(one, other), np.append(other, one))), shape=(wards, wards))


def squares(side, metres=1_000, gap=0):
    cells = [shapely.box(500_000 + x * metres, 200_000 + y * metres, 500_000 + (x + 1) * metres - gap,
                         200_000 + (y + 1) * metres - gap) for y in range(side) for x in range(side)]
    return gpd.GeoDataFrame(geometry=cells, crs="EPSG:27700")


def chessboard(side):
    """A square's neighbours across its four edges."""
    number = np.arange(side * side).reshape(side, side)
    pairs = [*zip(number[:, :-1].ravel(), number[:, 1:].ravel(), strict=True),
             *zip(number[:-1].ravel(), number[1:].ravel(), strict=True)]
    return matrix(pairs, side * side)


QUEEN = neighbours(squares(7))


def test_neighbours_share_an_edge_or_a_corner_and_islands_have_none():
    near = neighbours(squares(3)).toarray()
    assert near.sum(axis=1).tolist() == [3, 5, 3, 5, 8, 5, 3, 5, 3] and (near == near.T).all()
    assert near[0].tolist() == [0, 1, 0, 1, 1, 0, 0, 0, 0]
    assert (neighbours(squares(3, gap=10)).toarray() == near).all(), "a generalised boundary leaves slivers"
    assert neighbours(squares(3, gap=60)).sum() == 0
    in_degrees = squares(3).to_crs("EPSG:4326")
    assert (neighbours(in_degrees).toarray() == near).all()
    with pytest.raises(ValueError, match="coordinate system"):
        neighbours(gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)]))


def test_homicides_around_st_louis_are_as_pysal_publishes_them():
    """I = 0.24365582621771659, expected -1/77; a normal approximation gives p = 0.00027 two-sided."""
    found = moran(HOMICIDES_1988 / PEOPLE_1988, matrix(TOUCHING, 78))
    assert found.i == pytest.approx(0.24365582621771659, abs=1e-8) and found.expected == -1 / 77
    assert found.p < 0.005 and found.wards == 78 and found.enough


def test_a_chessboard_is_as_unlike_as_can_be_and_a_slope_alike():
    board = np.indices((6, 6)).sum(axis=0).ravel() % 2
    assert moran(board, chessboard(6)).i == pytest.approx(-1) and moran(board, chessboard(6)).p < 0.001
    slope = np.indices((6, 6))[0].ravel()
    assert moran(slope, chessboard(6)).i > 0.7 and moran(slope, chessboard(6)).p < 0.001


def test_three_wards_in_a_row_worked_by_hand():
    """Values 1, 2, 6 about 3: -2, -1, 3. Lags -1, (−2 + 3)/2, -1; Σ = 2 - 0.5 - 3 = -1.5, over Σz² = 14."""
    found = moran([1, 2, 6], matrix([(0, 1), (1, 2)], 3), least=3)
    assert found.i == pytest.approx(-1.5 / 14) and found.expected == -0.5
    local = local_moran([1, 2, 6], matrix([(0, 1), (1, 2)], 3), least=3)
    assert local.i == pytest.approx(np.array([2, -0.5, -3]) * 3 / 14)


def test_few_wards_are_told_to_be_too_few():
    found, local = moran(range(25), neighbours(squares(5))), local_moran(range(25), neighbours(squares(5)))
    assert not found.enough and not local.enough and np.isnan([found.i, found.p]).all() and found.wards == 25
    assert set(local.labels) == {""} and np.isnan(local.p).all()
    value = np.arange(49.0)
    value[LEAST_WARDS - 1:] = np.nan
    assert not moran(value, QUEEN).enough, "what has no data does not count"
    with pytest.raises(ValueError, match="2 values"):
        moran([1, 2], QUEEN)


def test_a_corner_of_high_wards_and_a_high_ward_among_low_are_found():
    value = np.random.default_rng(4).normal(0, 1, (7, 7))
    value[:3, :3] += 12
    found = local_moran(value.ravel(), QUEEN)
    labels = found.labels.reshape(7, 7)
    assert (labels[1, :2] == HIGH_HIGH).all() and (labels[4:] == "").all() and (labels[:, 4:] == "").all()
    # The whole is the mean of its parts.
    assert found.i.mean() == pytest.approx(moran(value.ravel(), QUEEN).i)
    value[1, 1] = -12
    labels = local_moran(-value.ravel(), QUEEN).labels.reshape(7, 7)
    assert labels[1, 1] == HIGH_LOW and LOW_LOW not in labels[4:] and HIGH_HIGH not in labels


def test_a_map_of_chance_alone_has_hardly_a_finding():
    """At p ≤ .05 without control most maps have one; with it about one in twenty."""
    chance = np.random.default_rng(8)
    found = [local_moran(chance.normal(size=49), QUEEN) for _ in range(25)]
    assert sum((one.p <= 0.05).any() for one in found) > 15
    assert sum((one.labels != "").any() for one in found) <= 4


def test_false_discoveries_as_benjamini_and_hochberg_worked_them():
    """The fifteen tests of their paper (1995, section 4): four are findings at .05, where Bonferroni has three."""
    p = np.array([.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .324, .4262, .5719, .6528, .759, 1])
    assert false_discoveries(p, 0.05).tolist() == [True] * 4 + [False] * 11
    mixed = np.random.default_rng(1).permutation(15)
    assert false_discoveries(p[mixed], 0.05).tolist() == (mixed < 4).tolist()
    assert false_discoveries(np.array([]), 0.05).tolist() == []


def test_wards_without_data_or_neighbours_are_left_out():
    value = np.arange(49.0)
    value[10] = np.nan
    apart = QUEEN.toarray()
    apart[20] = apart[:, 20] = 0
    found, local = moran(value, csr_array(apart), permutations=99), local_moran(value, csr_array(apart))
    assert found.wards == local.wards == 47 and np.isnan(local.p[[10, 20]]).all() and np.isfinite(local.p).sum() == 47
    assert np.isnan(moran(np.full(49, 0.1), QUEEN).i) and set(local_moran(np.full(49, 0.1), QUEEN).labels) == {""}


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(0, 9), min_size=49, max_size=49).filter(lambda value: len(set(value)) > 1),
       st.floats(0.5, 100), st.floats(-50, 50), st.permutations(range(49)))
def test_the_unit_and_the_order_of_wards_do_not_matter(value, times, more, order):
    value = np.array(value, dtype=float)
    found = moran(value, QUEEN, permutations=49)
    same = moran(times * value + more, QUEEN, permutations=49)
    assert (same.i, same.p) == (pytest.approx(found.i), pytest.approx(found.p, abs=0.021))
    mixed = csr_array(QUEEN[list(order)][:, list(order)])
    assert moran(value[list(order)], mixed, permutations=9).i == pytest.approx(found.i)
    turned = local_moran(-value, QUEEN, permutations=99)
    assert turned.i == pytest.approx(local_moran(value, QUEEN, permutations=99).i)
