"""Where people are taken to live: supplied points, else a grid, else postcodes, ward by ward, and never more of them
than there are."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box
from shapely.affinity import rotate

from assetmap.analysis.grid import grid_over
from assetmap.analysis.population import LABELS, Points, WardPeople, population_points

NAN = np.nan


def numbers(*values):
    return np.array(values, dtype=float)


def people_of(*people, children=None, older=None, deprivation=None):
    unknown = np.full(len(people), NAN)
    return WardPeople(numbers(*people), numbers(*children) if children else unknown, unknown,
                      numbers(*older) if older else unknown, numbers(*deprivation) if deprivation else unknown,
                      "ONS mid-2024", "2024")


def points(*rows):
    """(x, y, ward, people, children, working age, older, deprivation), the last four if known."""
    full = [(*row, *[NAN] * (8 - len(row))) for row in rows]
    columns = [np.array(column, dtype=float) for column in zip(*full, strict=True)]
    columns[2] = columns[2].astype(int)
    return Points(*columns)


# The grid

RING = shapely.Polygon(box(0, 0, 2_000, 1_500).exterior, [box(500, 500, 900, 1_000).exterior])
TWO = shapely.MultiPolygon([box(0, 0, 430, 300), box(1_000, 120, 1_310, 700)])


@settings(max_examples=40)
@given(st.sampled_from([RING, TWO, box(0, 0, 777, 555), box(3, 3, 9, 9)]), st.floats(0, 90), st.floats(-5e5, 5e5),
       st.sampled_from([50.0, 100.0, 170.0]))
def test_the_grid_holds_the_middles_of_cells_that_lie_inside(shape, turned, moved, step):
    shape = shapely.transform(rotate(shape, turned), lambda xy: xy + moved)
    x, y, ward, spacing = grid_over([shape], step)
    west, south, east, north = shape.bounds
    across, up = ((np.arange(np.floor(low / step) - 1, np.ceil(high / step) + 1) + 0.5) * step
                  for low, high in ((west, east), (south, north)))
    every = np.array([(a, b) for b in up for a in across])
    inside = every[shapely.contains_xy(shape, every)]
    on_the_line = shapely.distance(shape.boundary, shapely.points(every)) < 1e-6
    if len(inside) and not on_the_line.any():
        assert np.allclose(np.column_stack([x, y]), inside)
    if not len(inside):
        assert len(x) == 1 and shape.buffer(1e-6).contains(shapely.points(x[0], y[0]))
    assert set(ward) == {0} and spacing.tolist() == [step]


@settings(max_examples=30)
@given(st.lists(st.floats(-900, 900), min_size=3, max_size=6), st.floats(0, 360))
def test_wards_with_a_common_border_share_no_point_and_leave_none_out(bends, turned):
    line = [(-1_000.0, bends[0]), *((float(x), bend) for x, bend in zip(
        np.linspace(-700, 700, len(bends)), bends, strict=True)), (1_000.0, bends[-1])]
    north, south = (shapely.Polygon([*line, (1_000.0, end), (-1_000.0, end)]) for end in (1_000.0, -1_000.0))
    parts = [rotate(part, turned, origin=(0, 0)) for part in (north, south)]
    x, y, ward, _ = grid_over(parts, 100)
    each = np.bincount(ward, minlength=2)
    together = len(set(zip(x, y, strict=True)))
    assert together == len(x)
    whole = grid_over([rotate(box(-1_000, -1_000, 1_000, 1_000), turned, origin=(0, 0))], 100)[0]
    assert abs(len(whole) - each.sum()) <= 2, "a border on a line of the grid may round to either side"


def test_the_widest_wards_have_a_wider_grid_when_there_would_be_too_many_points():
    shapes = [box(0, 0, 1_000, 1_000), box(0, 0, 20_000, 20_000), None, shapely.Polygon()]
    x, _, ward, spacing = grid_over(shapes, 100, most=5_000)
    assert np.bincount(ward).tolist() == [100, 2_500] and len(x) == 2_600
    assert spacing[:2].tolist() == [100, 400] and np.isnan(spacing[2:]).all()
    assert [len(array) for array in grid_over([])] == [0, 0, 0, 0]
    with pytest.raises(ValueError):
        grid_over(shapes, 0)


# What a ward rests on

SQUARE = box(0, 0, 1_000, 1_000)


def test_a_ward_without_points_has_its_people_on_a_grid_and_their_sum_is_the_wards():
    known = people_of(9_665, 12, children=(1_546, 3), older=(2_848, 9), deprivation=(14.5, 40))
    made = population_points([SQUARE, box(2_010, 0, 2_015, 5)], known)
    assert made.ward_basis.tolist() == ["grid", "grid"] and made.label == "estimated: assumes people are spread evenly"
    assert (made.source, made.date, made.estimated, len(made)) == ("ONS mid-2024", "2024", True, 101)
    for array, sums in ((made.people, (9_665, 12)), (made.children, (1_546, 3)), (made.older, (2_848, 9)),
                        (made.working_age, (5_271, 0)), (made.weight, (9_665, 12))):
        assert np.bincount(made.ward, array) == pytest.approx(sums, rel=1e-12)
    assert set(made.deprivation) == {14.5, 40.0} and made.xy.shape == (101, 2)


def test_supplied_points_take_the_place_of_the_grid_in_their_own_ward_only():
    known = people_of(300, 200, children=(60, 50), older=(30, 20), deprivation=(10, 20))
    given_ = points((100, 100, 0, 120), (200, 300, 0, 150, 10, NAN, 50, 33), (-500, 0, -1, 999))
    made = population_points([SQUARE, box(2_000, 0, 3_000, 1_000)], known, given_, source="Census 2021", date="2021")
    assert made.ward_basis.tolist() == ["supplied", "grid"] and made.basis == "grid"
    assert made.source == "Census 2021; ONS mid-2024" and made.date == "2021; 2024"
    assert made.people[:3].tolist() == [120, 150, 999] and made.ward[:3].tolist() == [0, 0, -1]
    assert made.children[:2].tolist() == [24, 10], "the ward's share where a point has none"
    assert made.older[:2].tolist() == [12, 50] and made.working_age[:2].tolist() == [84, 90]
    assert made.deprivation[:2].tolist() == [10, 33] and np.isnan([made.children[2], made.deprivation[2]]).all()
    assert made.people[made.ward == 1].sum() == pytest.approx(200)
    alone = population_points([SQUARE], people_of(270), points((1, 1, 0, 270)), source="Census 2021")
    assert alone.label == LABELS["supplied"] and not alone.estimated and np.isnan(alone.spacing_m).all()


def test_a_neighbours_stray_point_is_not_a_wards_population():
    made = population_points([SQUARE], people_of(10_000), points((10, 10, 0, 300)))
    assert made.ward_basis.tolist() == ["grid"] and made.people.sum() == pytest.approx(10_000)
    assert population_points([SQUARE], people_of(NAN), points((10, 10, 0, 300))).people.tolist() == [300]


def test_a_ward_whose_people_are_not_known_has_its_postcodes_each_alike_and_no_people():
    postcodes = (numbers(10, 20, 30, 40), numbers(1, 2, 3, 4), np.array([0, 0, 1, -1]))
    made = population_points([SQUARE, SQUARE, SQUARE], people_of(NAN, 500, NAN), None, postcodes,
                             postcode_source="Code-Point Open")
    assert made.ward_basis.tolist() == ["postcodes", "grid", ""]
    assert made.label == "estimated: each postcode alike" and made.source == "ONS mid-2024; Code-Point Open"
    own = made.ward == 0
    assert made.x[own].tolist() == [10, 20] and np.isnan(made.people[own]).all() and made.weight[own].tolist() == [1, 1]
    assert made.people[~own].sum() == pytest.approx(500) and 2 not in made.ward


def test_a_ward_without_an_outline_shares_its_people_among_its_postcodes():
    postcodes = (numbers(10, 20), numbers(1, 2), np.array([0, 0]))
    made = population_points([None], people_of(500, children=(100,)), None, postcodes)
    assert made.people.tolist() == [250, 250] == made.weight.tolist() and made.children.tolist() == [50, 50]


def test_ranks_of_deprivation_are_not_mixed_with_the_wards_scores():
    made = population_points([SQUARE], people_of(20, deprivation=(14.0,)),
                             points((1, 1, 0, 10, 1, 8, 1, -3_000), (2, 2, 0, 10)))
    assert made.deprivation[0] == -3_000 and np.isnan(made.deprivation[1])


def test_no_wards_and_nothing_known_are_no_points_and_no_data():
    made = population_points([], people_of())
    assert len(made) == 0 and made.basis == "" and made.label == "no data"
    made = population_points([SQUARE], people_of(NAN))
    assert len(made) == 0 and made.ward_basis.tolist() == [""]
    with pytest.raises(ValueError):
        population_points([SQUARE], people_of(1, 2))


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from([0.0, 1.0, 777.0, 9_999.0, NAN]), st.integers(3, 1_500)), max_size=5),
       st.lists(st.tuples(st.integers(-1, 4), st.floats(0, 3_000)), max_size=12))
def test_each_ward_has_its_supplied_people_or_exactly_those_it_is_known_to_have(wards, held):
    shapes = [box(k * 2_000, 0, k * 2_000 + side, side) for k, (_, side) in enumerate(wards)]
    inside = [(0.0, 0.0, ward, people) for ward, people in held if ward < len(wards)]
    given_ = points(*inside) if inside else None
    made = population_points(shapes, people_of(*(people for people, _ in wards)), given_)
    for ward, (people, _) in enumerate(wards):
        supplied = sum(row[3] for row in inside if row[2] == ward)
        sums = {"supplied": supplied, "grid": people, "": 0.0}
        assert made.people[made.ward == ward].sum() == pytest.approx(sums[made.ward_basis[ward]], rel=1e-9)
    assert not (made.people < 0).any()
