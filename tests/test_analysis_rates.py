"""Rates, the intervals that chance leaves, and the funnel: the published numbers, and what holds for all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from assetmap.analysis.provision import (
    average_rate,
    dispersion,
    funnel_flags,
    funnel_limits,
    poisson_interval,
    rate_per_thousand,
    shrink_rates,
)
from tests.st_louis import HOMICIDES_1979, PEOPLE_1979

BASELINE = 116.1720835e-5
# OHID's PHEindicatormethods, test data of its funnels for rates: events, people in three years at which so many lie on
# a limit, and that limit per 100,000; lower and upper of 95 %, lower and upper of 99.8 %.
PUBLISHED_FUNNEL = [
    (1, (1598.675694, 20.85059119), (7.264481402, 4588.535848), (2649.348525, 12.58170943), (0.287087625, 116108.569)),
    (2, (2072.984403, 32.15975314), (69.49732367, 959.2695538), (3221.906682, 20.69168143), (13.02722321, 5117.48863)),
    (5, (3348.002593, 49.78092521), (465.8280129, 357.7858395), (4721.370883, 35.30048174), (212.14848, 785.6132963)),
    (9, (4902.152951, 61.19760093), (1180.827018, 254.0592274), (6501.096999, 46.14605812), (703.6760012, 426.3325728)),
    (55, (20541.38426, 89.25071993), (11888.54874, 154.2100196), (23527.63198, 77.92256078), (10012.3603, 183.1070076)),
]
wards = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30_000) | st.just(np.nan)), min_size=1, max_size=40)
people = st.integers(1, 2_000_000)
rates = st.floats(1e-6, 5e-3)
levels = st.sampled_from([0.8, 0.95, 0.998])


def columns(rows):
    return tuple(np.array(column, dtype=float) for column in zip(*rows, strict=True))


@pytest.mark.parametrize(("count", "lower", "upper"), [
    (0, 0, 3.6889), (1, 0.0253, 5.5716), (2, 0.2422, 7.2247), (5, 1.6235, 11.6683), (9, 4.1154, 17.0848),
    (20, 12.2114, 30.8899)])
def test_intervals_are_the_published_ones(count, lower, upper):
    assert poisson_interval(count) == pytest.approx((lower, upper), abs=5e-5)
    assert all(isinstance(end, float) for end in poisson_interval(count))


def test_intervals_of_an_array_are_arrays_and_missing_stays_missing():
    lower, upper = poisson_interval([5, np.nan, 20])
    assert lower.tolist() == pytest.approx([1.6235, np.nan, 12.2114], abs=5e-5, nan_ok=True)
    assert np.isnan(upper).tolist() == [False, True, False]
    with pytest.raises(ValueError, match="0 or more"):
        poisson_interval(-1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        poisson_interval(3, level=95)


@given(st.integers(0, 5_000), levels)
def test_an_interval_holds_its_count_and_grows_with_count_and_level(count, level):
    lower, upper = poisson_interval(count, level)
    more_lower, more_upper = poisson_interval(count + 1, level)
    assert 0 <= lower <= count < upper and lower < more_lower and upper < more_upper
    wider_lower, wider_upper = poisson_interval(count, 0.999)
    assert wider_lower <= lower and wider_upper > upper
    # Byar's is an approximation: what is told is the tail that it leaves.
    tail = (1 - level) / 2
    assert poisson.cdf(count, upper) == pytest.approx(tail, rel=0.05)
    assert count == 0 or poisson.sf(count - 1, lower) == pytest.approx(tail, rel=0.25)


@given(wards)
def test_a_rate_is_no_data_only_where_the_population_is_missing_or_nobody(rows):
    counts, population = columns(rows)
    rate = rate_per_thousand(counts, population)
    assert np.isnan(rate).tolist() == [not people > 0 for people in population]
    assert rate * population / 1_000 == pytest.approx(np.where(population > 0, counts, np.nan), nan_ok=True)


def test_a_rate_of_one_ward_is_a_number():
    assert rate_per_thousand(4, 8_000) == 0.5 and isinstance(rate_per_thousand(4, 8_000), float)
    assert np.isnan(rate_per_thousand(4, 0)) and np.isnan(rate_per_thousand(4, None))
    with pytest.raises(ValueError, match="population"):
        rate_per_thousand(4, -1)


def test_shrunk_rates_agree_with_pysal_on_st_louis():
    """The first ten that the documentation of esda.smoothing.Empirical_Bayes prints."""
    assert shrink_rates(HOMICIDES_1979, PEOPLE_1979)[:10] == pytest.approx(np.array([
        2.36718950e-05, 4.54539167e-05, 4.78114019e-05, 2.76907146e-05, 6.58989323e-05, 3.66494122e-05,
        5.79952721e-05, 2.03064590e-05, 3.31152999e-05, 3.02748380e-05]), rel=1e-8)


def test_shrunk_rates_worked_by_hand():
    """R = 20/4,000 = .005; s² = (.005² + .005²)/2 = 25e-6; A = 25e-6 - .005/2,000 = 22.5e-6; C = 22.5/(22.5 + 2.5)."""
    assert shrink_rates([0, 20, 3], [2_000, 2_000, np.nan]) == pytest.approx([0.0005, 0.0095, np.nan], nan_ok=True)
    assert shrink_rates([10, 11], [2_000, 2_000]) == pytest.approx([10.5 / 2_000] * 2), "as near as chance makes them"
    assert shrink_rates([0, 0], [2_000, 10]).tolist() == [0, 0]
    assert np.isnan(shrink_rates([1], [0])).all() and len(shrink_rates([], [])) == 0


@given(wards, st.integers(2, 50))
def test_shrunk_rates_lie_between_a_ward_and_the_average(rows, times):
    counts, population = columns(rows)
    shrunk, mean = shrink_rates(counts, population), average_rate(counts, population)
    known = population > 0
    assert np.isnan(shrunk).tolist() == (~known).tolist()
    own = counts[known] / population[known]
    least, most = np.minimum(own, mean), np.maximum(own, mean)
    assert (shrunk[known] >= least - 1e-9 * (1 + least)).all() and (shrunk[known] <= most + 1e-9 * (1 + most)).all()
    assert shrink_rates(counts[::-1], population[::-1])[::-1] == pytest.approx(shrunk, nan_ok=True), "order"
    # Whether a hundred people are told as 100 or as 1 hundred is no difference.
    assert shrink_rates(counts, population * times) * times == pytest.approx(shrunk, nan_ok=True)


@pytest.mark.parametrize(("events", "lower", "upper", "far_lower", "far_upper"), PUBLISHED_FUNNEL)
def test_limits_go_through_the_points_that_ohid_published(events, lower, upper, far_lower, far_upper):
    near = 1e-4 if events < 10 else 2e-3  # OHID uses Byar's approximation from ten on, these limits are exact
    for side, level, (population, limit) in ((0, 0.95, lower), (1, 0.95, upper), (0, 0.998, far_lower),
                                             (1, 0.998, far_upper)):
        found = funnel_limits(3 * population, BASELINE, level)[side] * 100_000
        assert found == pytest.approx(limit, rel=near)


@given(people, rates, levels)
def test_a_ward_like_all_others_leaves_the_limits_no_more_often_than_the_level_says(population, rate, level):
    lower, upper = (end * population for end in funnel_limits(population, rate, level))
    mean, tail = population * rate, (1 - level) / 2
    assert 0 <= lower < mean < upper
    assert poisson.cdf(np.ceil(lower - 1e-6) - 1, mean) <= tail * 1.000001
    assert poisson.sf(np.floor(upper + 1e-6), mean) <= tail * 1.000001
    # Nor are they wider than they have to be: one count nearer to the average would be too many.
    assert poisson.sf(np.floor(upper + 1e-6) - 1, mean) > tail * 0.999999


@given(st.lists(people, min_size=2, max_size=30), rates)
def test_the_funnel_narrows_with_people_and_widens_with_the_level(population, rate):
    population = np.sort(population)
    lower, upper = funnel_limits(population, rate, 0.95)
    assert (np.diff(lower) >= -1e-12).all() and (np.diff(upper) <= 1e-12).all()
    wider = funnel_limits(population, rate, 0.998)
    assert (wider[0] <= lower).all() and (wider[1] > upper).all()
    spread = funnel_limits(population, rate, 0.95, dispersion=4)
    assert spread[1] - rate == pytest.approx(2 * (upper - rate)) and (spread[0] >= 0).all()


def test_limits_without_people_are_no_data_and_of_nothing_are_nothing():
    lower, upper = funnel_limits([0, np.nan, 5_000], 0.001)
    assert np.isnan(lower).tolist() == np.isnan(upper).tolist() == [True, True, False]
    assert funnel_limits(5_000, 0.0) == (0, 0)
    with pytest.raises(ValueError, match="dispersion"):
        funnel_limits(5_000, 0.001, dispersion=0.5)


def test_wards_are_flagged_for_leaving_the_limits_and_not_for_their_rank():
    """Twenty wards of 10,000 with 4 groups each on average: by chance the lowest has 0 or 1, the highest 8 or 9."""
    counts = np.array([0, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 6, 6, 6, 7, 8])
    assert counts.sum() == 80 and set(funnel_flags(counts, np.full(20, 10_000))) == {"low", ""}
    assert funnel_flags(counts, np.full(20, 10_000)).tolist().count("low") == 1
    assert set(funnel_flags(counts, np.full(20, 10_000), 0.998)) == {""}
    flags = funnel_flags([40, 0, 4, 9], [10_000, 10_000, np.nan, 0], rate=0.001)
    assert flags.tolist() == ["high", "low", "", ""]
    assert funnel_flags([3, 4], [np.nan, np.nan]).tolist() == ["", ""]


def test_dispersion_is_one_by_chance_and_more_where_wards_differ():
    chance = np.random.default_rng(5)
    population = chance.integers(5_000, 15_000, 400)
    even = chance.poisson(population * 0.002)
    assert dispersion(even, population) == pytest.approx(1, abs=0.1)
    clustered = chance.poisson(population * 0.002 * chance.gamma(1, 1, 400))
    assert dispersion(clustered, population) > 5
    assert dispersion([3, 3], [1_000, 1_000]) == 1 and dispersion([0, 0], [5, 5]) == 1
    assert np.isnan(dispersion([3, 4], [1_000, np.nan]))
