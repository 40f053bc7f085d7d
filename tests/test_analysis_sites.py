"""Where the next sites reach most people: the best is the best of all choices, and people count, not points."""

from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.analysis import coverage, relaxation, sites
from assetmap.analysis.sites import candidate_grid, gain_curve, max_cover, newly_reached, p_median, weights


def pairs_of(reach: dict[int, list[int]], metres: float = 100.0):
    """{site: the points within its reach} as pairs."""
    both = [(point, site) for site, points in reach.items() for point in points]
    demand, supply = np.array(both, dtype=np.int64).reshape(-1, 2).T
    return demand, supply, np.full(len(both), metres)


def best_by_trying(reach, people, p, existing=()):
    """People newly reached by the best of all choices of p sites."""
    before = {point for site in existing for point in reach.get(site, [])}
    others = [site for site in reach if site not in existing]
    return max((sum(people[point] for point in {point for site in chosen for point in reach[site]} - before)
                for chosen in combinations(others, min(p, len(others)))), default=0)


REACH = st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 8), max_size=6), max_size=7)
PEOPLE = st.lists(st.integers(0, 500), min_size=9, max_size=9)
# Greedy takes 0 first (70 people), and then has at best 100; 1 and 2 together reach 120.
GREED = {0: [0, 1, 2, 3], 1: [0, 1, 4], 2: [2, 3, 5]}
GREED_PEOPLE = np.array([20.0, 15, 20, 15, 25, 25])
# The best three reach 12, the best two 8, the best one 5: the third adds more than the second.
RISING = {0: [0, 1, 2, 3], 1: [4, 5, 6, 7], 2: [8, 9, 10, 11], 3: [0, 1, 4, 5, 8]}


@settings(deadline=None)
@given(REACH, PEOPLE, st.integers(0, 4), st.sets(st.integers(0, 7), max_size=2))
def test_the_choice_is_the_best_of_all_choices(reach, people, p, existing):
    found = max_cover(pairs_of(reach), np.array(people), p, sorted(existing))
    best = best_by_trying(reach, people, p, existing)
    assert (found.reached, found.bound, found.proved, found.gap) == (best, pytest.approx(best, rel=1e-5), True, 0)
    assert len(found.sites) <= p and not set(found.sites) & existing
    assert best_by_trying({site: reach[site] for site in [*found.sites, *existing] if site in reach}, people, p,
                          existing) == best


@settings(deadline=None, max_examples=30)
@given(REACH, PEOPLE, st.integers(1, 4))
def test_out_of_time_the_bound_is_never_below_the_best(reach, people, p):
    found = max_cover(pairs_of(reach), np.array(people), p, time_limit=0)
    best = best_by_trying(reach, people, p)
    assert found.reached <= best <= found.bound * (1 + 1e-9)
    assert found.reached >= (1 - 1 / np.e) * best
    assert found.proved == (found.gap == 0)
    assert found.reached >= found.bound * (1 - found.gap) * (1 - 1e-9)
    if found.proved:
        assert found.reached == pytest.approx(best, rel=1e-5)


def test_the_greedy_choice_is_not_taken_for_the_best():
    found = max_cover(pairs_of(GREED), GREED_PEOPLE, 2)
    assert (set(found.sites), found.reached, found.proved) == ({1, 2}, 120, True)
    assert max_cover(pairs_of(GREED), GREED_PEOPLE, 1).sites == (0,)


def test_people_are_counted_and_not_points():
    many_points, many_people = [0, 1, 2, 3, 4], [5]
    found = max_cover(pairs_of({0: many_points, 1: many_people}), np.array([10, 10, 10, 10, 10, 900]), 1)
    assert (found.sites, found.reached) == ((1,), 900)


def test_who_is_reached_already_counts_nothing():
    reach = {0: [0, 1], 1: [0, 1], 2: [2]}
    people = np.array([500, 400, 30])
    opened = max_cover(pairs_of(reach), people, 1, existing=[0])
    assert (opened.sites, opened.reached, opened.already, opened.reachable, opened.total) == ((2,), 30, 900, 30, 930)
    told = max_cover(pairs_of(reach), people, 1, existing=np.array([True, True, False]))
    assert (told.sites, told.reached, told.already) == ((2,), 30, 900)
    assert newly_reached(pairs_of(reach), opened.sites, 3, existing=[0]).tolist() == [False, False, True]
    assert newly_reached(pairs_of(reach), [1, 2], 3).all()


def test_each_site_is_told_with_what_it_adds_the_most_first():
    found = max_cover(pairs_of({4: [0, 1], 7: [1, 2], 9: [3]}), np.array([10, 60, 30, 50]), 3)
    assert (found.sites, found.gains, found.candidates) == ((7, 9, 4), (90, 50, 10), 3)


def test_no_site_is_named_that_would_reach_nobody_new():
    found = max_cover(pairs_of({0: [0, 1], 1: [1], 2: [0]}), np.array([10, 20]), 3)
    assert (found.sites, found.reached, found.bound, found.proved) == ((0,), 30, 30, True)


@pytest.mark.parametrize(("reach", "people", "p"), [
    ({}, [], 3), ({}, [10.0, 20.0], 3), ({0: [0], 1: [1]}, [0.0, 0.0], 1), ({0: [0]}, [np.nan], 1),
    ({0: [0]}, [10.0], 0)], ids=["nothing", "no pairs", "nobody", "not known", "none asked for"])
def test_where_nothing_can_be_chosen_nothing_is(reach, people, p):
    found = max_cover(pairs_of(reach), np.array(people), p)
    assert (found.sites, found.reached, found.bound, found.proved, found.gap) == ((), 0, 0, True, 0)
    assert gain_curve(pairs_of(reach), np.array(people), p) == ()


def test_points_whose_people_are_not_known_are_told():
    found = max_cover(pairs_of({0: [0, 1], 1: [2]}), np.array([np.nan, 5, 4]), 2)
    assert (found.sites, found.reached, found.total, found.unknown) == ((0, 1), 9, 9, 1)


def test_pairs_too_far_apart_are_left_out_and_one_that_comes_twice_counts_once():
    pairs = np.array([0, 0, 1]), np.array([0, 0, 1]), np.array([300.0, 300.0, 900.0])
    assert max_cover(pairs, np.array([10, 99]), 2, within_m=800).reached == 10
    assert max_cover(pairs, np.array([10, 99]), 2).reached == 109


@pytest.mark.parametrize(("weight", "p"), [([-1.0], 1), ([np.inf], 1), ([1.0], -1)])
def test_what_makes_no_sense_is_refused(weight, p):
    with pytest.raises(ValueError, match=r"\."):
        max_cover(pairs_of({0: [0]}), np.array(weight), p)


def test_marks_for_other_points_are_refused():
    with pytest.raises(ValueError, match="one mark for each point"):
        max_cover(pairs_of({0: [0]}), np.array([1.0]), 1, existing=np.array([True, False]))


@settings(deadline=None, max_examples=40)
@given(REACH, PEOPLE)
def test_the_gain_curve_rises_and_a_site_reaches_ever_less_on_average(reach, people):
    curve = gain_curve(pairs_of(reach), np.array(people), 7)
    reached = [step.cover.reached for step in curve]
    assert reached == [best_by_trying(reach, people, step.p) for step in curve]
    assert reached == sorted(reached) and len(set(reached)) == len(reached)
    means = [all_of / (place + 1) for place, all_of in enumerate(reached)]
    assert all(later <= earlier + 1e-9 for earlier, later in zip(means, means[1:], strict=False))
    for step in curve:
        assert list(step.cover.gains) == sorted(step.cover.gains, reverse=True)
    everybody = sum(people[point] for point in {point for points in reach.values() for point in points})
    assert (reached[-1] if reached else 0) == everybody


def test_the_third_site_may_add_more_than_the_second():
    curve = gain_curve(pairs_of(RISING), np.ones(12), 4)
    assert [step.cover.reached for step in curve] == [5, 8, 12]
    assert [set(step.cover.sites) for step in curve[::2]] == [{3}, {0, 1, 2}]


def test_sites_that_are_nearly_as_good_are_named():
    reach = {0: [0, 1], 1: [0, 1], 2: [0, 2], 3: [3]}
    (first, *_) = gain_curve(pairs_of(reach), np.array([500, 500, 495, 40]), 1)
    assert first.cover.sites == (0,)
    assert [(swap.out, swap.into, swap.reached, swap.near) for swap in first.swaps] == [
        (0, 1, 1000, True), (0, 2, 995, True), (0, 3, 40, False)]
    assert [swap.short for swap in first.swaps] == pytest.approx([0, 0.005, 0.96])


@settings(deadline=None, max_examples=40)
@given(REACH, PEOPLE)
def test_a_swap_reaches_what_it_says(reach, people):
    for step in gain_curve(pairs_of(reach), np.array(people), 4, show=9):
        for swap in step.swaps:
            chosen = {*step.cover.sites, swap.into} - {swap.out}
            held = {point for site in chosen for point in reach[site]}
            assert swap.reached == sum(people[point] for point in held) <= step.cover.reached
        others = {site for site in reach if site not in step.cover.sites}
        assert {swap.into for swap in step.swaps} <= others


def test_the_sites_of_the_shortest_mean_way():
    """On a line, people at 0, 100, 200 and 1,000 m, sites at the same places."""
    at = np.array([0.0, 100, 200, 1000])
    people = np.array([10, 10, 10, 5])
    demand, supply = (part.ravel() for part in np.indices((4, 4)))
    pairs = demand, supply, np.abs(at[demand] - at[supply])
    one, two = p_median(pairs, people, 1), p_median(pairs, people, 2)
    assert (one.sites, one.mean_m, one.before_m) == ((1,), pytest.approx(6500 / 35), 1000)
    assert (sorted(two.sites), two.mean_m) == ([1, 3], pytest.approx(2000 / 35))
    opened = p_median(pairs, people, 1, existing=[3])
    assert (opened.sites, opened.mean_m, opened.before_m) == ((1,), two.mean_m, pytest.approx(27000 / 35))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 3000), min_size=6, max_size=6), PEOPLE, st.integers(1, 3))
def test_no_swap_makes_the_mean_way_shorter(places, people, p):
    at, people = np.array(places, dtype=float), np.array(people[:6])
    demand, supply = (part.ravel() for part in np.indices((6, 6)))
    table = np.abs(at[:, None] - at)
    found = p_median((demand, supply, table.ravel()), people, p)
    if not people.sum():
        assert found.sites == () and np.isnan(found.mean_m)
        return
    mean = float(people @ table[:, list(found.sites)].min(axis=1, initial=found.beyond_m)) / people.sum()
    assert found.mean_m == pytest.approx(mean)
    for out in found.sites:
        for into in set(range(6)) - set(found.sites):
            other = [into if site == out else site for site in found.sites]
            assert float(people @ table[:, other].min(axis=1)) / people.sum() >= mean - 1e-6


def test_people_without_a_site_in_the_pairs_are_told_and_count_as_the_farthest():
    pairs = np.array([0]), np.array([0]), np.array([300.0])
    found = p_median(pairs, np.array([10, 30]), 2, beyond_m=1600)
    assert (found.sites, found.mean_m, found.before_m, found.beyond_people) == ((0,), 1275, 1600, 30)


def test_deprivation_counts_from_one_to_two_by_place_in_the_order_of_residents():
    people, score = np.array([100.0, 200, 100, 50]), np.array([5.0, 90, 10, np.nan])
    found = weights("deprivation", people, deprivation=score)
    assert found.multiplier == pytest.approx([1, 2, 1.4, 1.5])
    assert found.weight == pytest.approx([100, 400, 140, 75])
    assert (found.assumed, found.levels) == (1, 3)
    assert weights("deprivation", people, deprivation=score ** 3).multiplier == pytest.approx(found.multiplier)


def test_where_nobody_is_more_deprived_all_count_alike():
    found = weights("deprivation", np.array([10.0, 20, np.nan]), deprivation=np.array([3.0, 3, 3]))
    assert found.multiplier.tolist() == [1, 1, 1] and found.levels == 1
    assert np.isnan(found.weight[2])


def test_the_weights_are_of_those_asked_for():
    people, older = np.array([100.0, 200]), np.array([40.0, np.nan])
    assert weights("everyone", people).weight.tolist() == [100, 200]
    assert weights("older", people, older).weight[0] == 40 and np.isnan(weights("older", people, older).weight[1])
    for kind in ("older", "deprivation", "richest"):
        with pytest.raises(ValueError, match=r"\."):
            weights(kind, people)


def test_the_weights_change_the_choice():
    pairs = pairs_of({0: [0], 1: [1]})
    people, older, score = np.array([100.0, 80]), np.array([10.0, 30]), np.array([1.0, 9])
    chosen = [max_cover(pairs, weights(kind, people, older, score).weight, 1).sites for kind in
              ("everyone", "older", "deprivation")]
    assert chosen == [(0,), (1,), (1,)]


def test_the_grid_fills_the_wards_and_leaves_none_without_a_place():
    wide, narrow = shapely.box(0, 0, 1000, 500), shapely.box(1000, 0, 1010, 30)
    found = candidate_grid([wide, None, narrow], 250)
    assert found.spacing_m == 250
    assert sorted(zip(found.x.tolist(), found.y.tolist(), found.ward.tolist(), strict=True)) == sorted(
        [(x, y, 0) for x in (125, 375, 625, 875) for y in (125, 375)] + [(1005, 15, 2)])


def test_a_grid_too_fine_is_widened_and_says_so():
    found = candidate_grid([shapely.box(0, 0, 10_000, 10_000)], 50, most=400)
    assert (found.spacing_m, len(found.x)) == (500, 400)
    assert len(candidate_grid([None, shapely.Polygon()], 100).x) == 0
    with pytest.raises(ValueError, match="above 0"):
        candidate_grid([shapely.box(0, 0, 1, 1)], 0)


def test_a_large_area_out_of_time_is_answered_with_how_far_off_it_may_be():
    chance = np.random.default_rng(3)
    demand, supply = np.nonzero(chance.random((3_000, 200)) < 0.08)
    found = sites.max_cover((demand, supply, np.zeros(len(demand))), chance.integers(1, 900, 3_000), 10, time_limit=0.2)
    assert len(found.sites) == 10 and not found.proved
    assert found.reached < found.bound <= found.reachable
    assert 0 < found.gap < 0.5


@pytest.mark.parametrize("time_limit", [10, 0.003, 0], ids=["in time", "hardly any time", "no time"])
def test_where_sites_overlap_much_the_best_is_found_or_bounded(time_limit):
    """Forty hard areas: most need the solver, and many are narrowed down before it."""
    for seed in range(40):
        chance = np.random.default_rng(seed)
        reach, people = chance.random((13, 40)) < chance.uniform(0.08, 0.3), chance.integers(0, 500, 40)
        p = int(chance.integers(2, 6))
        best = (reach[np.array(list(combinations(range(13), p)))].any(axis=1) @ people).max()
        demand, supply = np.nonzero(reach.T)
        found = max_cover((demand, supply, np.zeros(len(demand))), people, p, time_limit=time_limit)
        assert found.reached <= best <= found.bound * (1 + 1e-9)
        assert found.reached == best if time_limit == 10 or found.proved else found.gap > 0
        assert found.proved or time_limit < 10


@pytest.mark.parametrize("rounds", [1, 20, 1_000])
def test_no_site_is_ruled_out_that_a_better_choice_has(rounds):
    """Beside every choice of p of twelve sites: what is ruled out, or held to be needed, is so."""
    ruled_out = needed = 0
    for seed in range(30):
        chance = np.random.default_rng(seed)
        reach, people, p = chance.random((12, 60)) < 0.15, chance.integers(1, 500, 60), int(chance.integers(1, 5))
        demand, supply = np.nonzero(reach.T)
        whole = coverage.cover((demand, supply, np.zeros(len(demand))), people)
        choices = np.array(list(combinations(range(12), p)))
        held = reach[choices].any(axis=1) @ people
        relaxed = relaxation.relax(whole, p, [], np.inf, rounds)
        assert relaxed.bound >= held.max() * (1 - 1e-9) and whole.reached(relaxed.chosen) <= held.max()
        for reached in (held.max() - 1, np.sort(held)[-3] - 1):
            may, sure = relaxation.narrow(relaxed, p, reached)
            better = [set(choice) for choice in choices[held > reached].tolist()]
            assert all(choice <= {*may.tolist(), *sure.tolist()} and choice >= set(sure.tolist()) for choice in better)
            ruled_out, needed = ruled_out + 12 - len(may) - len(sure), needed + len(sure)
    assert rounds == 1 or (ruled_out > 20 and needed > 2)
