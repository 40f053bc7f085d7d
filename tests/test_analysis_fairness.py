"""Who has more, the most or the least deprived: published figures, and what must hold for any."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assetmap.analysis.fairness import (
    by_fifth,
    concentration_curve,
    concentration_index,
    erreygers_index,
    gini,
    interval,
)

# Income per head of the 32 Mexican states in 1940, in the order of PySAL's example "mexico" (Rey and Sastre Gutierrez
# 2010, "Interregional inequality dynamics in Mexico"); PySAL's own tests have 0.35372371173452849 for its Gini.
MEXICO_1940 = np.array([
    10384, 22361, 9573, 3758, 2934, 8578, 8537, 6909, 17816, 12132, 4359, 2181, 4414, 5309, 3408, 3327, 6936, 4836,
    9073, 1892, 3569, 11016, 21965, 4372, 4840, 6399, 2459, 7508, 3605, 5203, 7990, 3734])
# Births, and deaths under five per 1,000, India 1982 to 1992, by fifth of wealth from the poorest: after the World
# Bank's worked example of an index from grouped figures ("Analyzing Health Equity", chapter 8), whose C is -0.1694.
INDIA_BIRTHS = np.array([29_939, 28_776, 26_528, 24_689, 19_739])
INDIA_DEATHS = np.array([154.7, 152.9, 119.5, 86.9, 54.3])

UNITS = st.lists(st.tuples(st.integers(0, 100), st.integers(1, 9_000), st.integers(0, 6)), min_size=2, max_size=12)


def columns(units):
    value, people, rank = (np.array(each, dtype=float) for each in zip(*units, strict=True))
    assume(value.sum() > 0 and len(set(rank.tolist())) > 1)
    return value, people, rank


def test_the_gini_of_mexico_in_1940_is_the_published_one():
    assert gini(MEXICO_1940) == pytest.approx(0.35372371173452849, abs=1e-12)


def test_the_index_of_deaths_under_five_in_india_is_the_published_one():
    found = concentration_index(INDIA_DEATHS, INDIA_BIRTHS, np.arange(5))
    assert round(found, 4) == -0.1694
    people, deaths = concentration_curve(INDIA_DEATHS, INDIA_BIRTHS, np.arange(5))
    assert people.round(2).tolist() == [0, 0.23, 0.45, 0.66, 0.85, 1]
    assert deaths.round(2).tolist() == [0, 0.3, 0.59, 0.79, 0.93, 1]


def test_one_person_with_everything_has_the_largest_index_there_is():
    """(n − 1) ÷ n for n people alike (Wagstaff 2005), and as much below 0 at the other end."""
    only_last = np.array([0.0, 0, 0, 0, 7])
    assert concentration_index(only_last, np.ones(5), np.arange(5)) == pytest.approx(0.8)
    assert concentration_index(only_last, np.ones(5), -np.arange(5)) == pytest.approx(-0.8)
    assert gini(only_last) == pytest.approx(0.8)


def test_erreygers_index_of_a_half_that_has_is_one():
    """The upper half has it and the lower half has not: E = 1, the largest there is."""
    assert erreygers_index(np.repeat([0.0, 1.0], 4), np.ones(8), np.arange(8)) == pytest.approx(1)


@given(UNITS)
def test_the_index_is_within_its_limits_and_turns_with_the_order(units):
    value, people, rank = columns(units)
    found = concentration_index(value, people, rank)
    assert -1 < found < 1
    assert concentration_index(value, people, -rank) == pytest.approx(-found, abs=1e-12)
    assert concentration_index(7.5 * value, 3 * people, rank ** 3 + 2) == pytest.approx(found, abs=1e-9)


@given(UNITS)
def test_the_index_is_twice_the_area_between_the_curve_and_the_diagonal(units):
    value, people, rank = columns(units)
    across, up = concentration_curve(value, people, rank)
    assert concentration_index(value, people, rank) == pytest.approx(1 - 2 * np.trapezoid(up, across), abs=1e-9)
    assert (np.diff(across) > 0).all() and (np.diff(up) >= 0).all()


@given(UNITS, st.randoms(use_true_random=False))
def test_the_order_of_the_units_does_not_matter_nor_that_one_is_two(units, chance):
    value, people, rank = columns(units)
    halves = [(v, p / 2, r) for v, p, r in zip(value, people, rank, strict=True) for _ in range(2)]
    chance.shuffle(halves)
    split = [np.array(each) for each in zip(*halves, strict=True)]
    assert concentration_index(*split) == pytest.approx(concentration_index(value, people, rank), abs=1e-9)
    assert erreygers_index(*split, (0, 100)) == pytest.approx(erreygers_index(value, people, rank, (0, 100)), abs=1e-9)
    assert gini(*split[:2]) == pytest.approx(gini(value, people), abs=1e-9)
    whole, parted = by_fifth(value, people, -rank), by_fifth(split[0], split[1], -split[2])
    assert parted.value == pytest.approx(whole.value, abs=1e-6)


@given(UNITS)
def test_erreygers_index_is_four_means_over_the_width_times_the_index(units):
    value, people, rank = columns(units)
    mean = people @ value / people.sum()
    assert erreygers_index(value, people, rank, (0, 100)) == pytest.approx(
        4 * mean / 100 * concentration_index(value, people, rank), abs=1e-9)
    assert erreygers_index(100 - value, people, rank, (0, 100)) == pytest.approx(
        -erreygers_index(value, people, rank, (0, 100)), abs=1e-9)


@given(UNITS)
def test_gini_is_half_the_mean_difference_of_any_two_people_over_the_mean(units):
    value, people, _ = columns(units)
    share = people / people.sum()
    apart = share @ np.abs(value[:, None] - value) @ share
    assert gini(value, people) == pytest.approx(apart / 2 / (share @ value), abs=1e-9)


def test_where_all_have_the_same_the_index_is_nought():
    people, rank = np.array([10.0, 200, 3000]), np.array([1, 2, 3])
    same = np.full(3, 0.1)
    assert concentration_index(same, people, rank) == pytest.approx(0, abs=1e-12)
    assert erreygers_index(same, people, rank) == pytest.approx(0, abs=1e-12)
    assert gini(same, people) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("value", "people", "rank"), [
    ([], [], []), ([0.4], [900], [1]), ([0.4, 0.6], [900, 800], [3, 3]), ([0, 0], [900, 800], [1, 2]),
    ([0.4, 0.6], [0, 0], [1, 2]), ([np.nan, 0.6], [5, 5], [1, 2])],
    ids=["no unit", "one ward", "all of one rank", "none of it", "nobody", "one known"])
def test_where_nothing_can_be_said_nothing_is(value, people, rank):
    given_ = np.array(value, dtype=float), np.array(people, dtype=float), np.array(rank, dtype=float)
    assert np.isnan(concentration_index(*given_))
    assert all(len(each) == 0 for each in concentration_curve(*given_))
    assert interval(*given_).says == "nothing"
    assert not by_fifth(given_[0], given_[1], given_[2]).enough


def test_bad_figures_are_refused():
    one, two = np.array([1.0]), np.array([1.0, 2.0])
    with pytest.raises(ValueError, match="for each unit"):
        concentration_index(two, one, two)
    with pytest.raises(ValueError, match="below"):
        concentration_index(-two, two, two)
    with pytest.raises(ValueError, match="below"):
        by_fifth(two, -two, two)
    with pytest.raises(ValueError, match="bounds"):
        erreygers_index(two, two, two, (0, 1.5))
    with pytest.raises(ValueError, match="bounds"):
        erreygers_index(two - two, two, two, (0, 0))


def test_units_that_are_not_known_are_left_out_and_counted():
    value = np.array([0.9, np.nan, 0.5, 0.4, 0.3, 0.2, 0.6])
    people = np.array([100.0, 100, 100, 100, 100, 100, np.nan])
    deprivation = np.array([9.0, 8, 7, 6, 5, 4, 3])
    found = by_fifth(value, people, deprivation)
    assert found.value == pytest.approx((0.9, 0.5, 0.4, 0.3, 0.2))
    assert (found.left_out, found.left_out_people, found.units) == (2, 100, (1, 1, 1, 1, 1))
    assert by_fifth([*value, np.nan], [*people, 0], [*deprivation, 2]) == found, "where nobody lives nothing is unknown"
    known = np.isfinite(value) & np.isfinite(people)
    assert concentration_index(value, people, -deprivation) == concentration_index(
        value[known], people[known], -deprivation[known])


def test_the_fifths_are_of_residents_and_a_unit_across_a_border_is_split():
    """1,000 residents; the first fifth is all of the first unit and half of the second."""
    value = np.array([0.5, 0.8, 0.6, 0.9, 0.7, 1.0])
    people = np.array([100.0, 200, 300, 100, 200, 100])
    found = by_fifth(value, people, np.array([60, 50, 40, 30, 20, 10]))
    assert found.people == pytest.approx((200,) * 5)
    assert found.value == pytest.approx((0.65, 0.7, 0.6, 0.8, 0.85))
    assert found.units == (2, 2, 1, 2, 2)
    assert (found.enough, found.gap, found.ratio) == (True, pytest.approx(0.2), pytest.approx(0.65 / 0.85))


@given(UNITS)
def test_the_fifths_add_up_to_everybody(units):
    value, people, rank = columns(units)
    found = by_fifth(value, people, rank)
    assert np.array(found.people) @ np.array(found.value) == pytest.approx(people @ value)
    assert found.people == pytest.approx((people.sum() / 5,) * 5)
    assert min(value) - 1e-9 <= min(found.value) and max(found.value) <= max(value) + 1e-9


def test_one_ward_in_both_ends_says_nothing_of_fairness():
    value = np.array([0.1, 0.5, 0.9, 0.2, 0.3])
    found = by_fifth(value, np.array([10.0, 7000, 10, 10, 10]), np.arange(5))
    assert not found.enough and np.isnan(found.gap) and np.isnan(found.ratio)
    few = by_fifth(value[:4], np.full(4, 100.0), np.arange(4))
    assert not few.enough
    two_wards = by_fifth(np.repeat([0.1, 0.9], 50), np.full(100, 40.0), np.repeat([1.0, 2.0], 50))
    assert not two_wards.enough, "a hundred points of two wards are two wards"


def wards(count, slope, noise=0.02):
    chance = np.random.default_rng(5)
    return (np.clip(0.5 + slope * np.linspace(-1, 1, count) + chance.normal(0, noise, count), 0, 1),
            chance.integers(6_000, 14_000, count).astype(float), np.arange(count))


def test_the_interval_says_who_has_more_only_when_it_is_clear():
    assert interval(*wards(20, 0.2)).says == "least deprived"
    assert interval(*wards(20, -0.2), bounds=(0, 1)).says == "deprived"
    assert interval(*wards(20, 0.0, noise=0.2)).says == "level"
    assert interval(*wards(9, 0.2)).says == "nothing"
    assert interval(np.full(12, 0.3), np.full(12, 900.0), np.arange(12)).says == "level"


def test_the_interval_holds_the_index_is_the_same_each_time_and_narrows_with_more_wards():
    few, many = (interval(*wards(count, 0.1, noise=0.1)) for count in (20, 320))
    assert few == interval(*wards(20, 0.1, noise=0.1))
    assert few.lower < few.estimate < few.upper
    assert 2.5 < (few.upper - few.lower) / (many.upper - many.lower) < 6  # 4 for 16 times as many


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1_000))
def test_drawing_units_anew_is_computing_the_index_of_those_drawn(seed):
    """One resample at a time, beside the index of the same units as they were drawn."""
    value, people, _ = wards(15, 0.1, noise=0.1)
    rank = np.arange(15) // 2
    found = interval(value, people, rank, resamples=1, seed=seed)
    drawn = np.random.default_rng(seed).multinomial(15, np.full(15, 1 / 15), size=1)[0]
    taken = np.repeat(np.arange(15), drawn)
    assert found.lower == pytest.approx(concentration_index(value[taken], people[taken], rank[taken]), abs=1e-12)
