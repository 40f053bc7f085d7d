"""Who reaches what: against the worked example, against every pair computed one by one, and what always holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assetmap.analysis import pairs as pairing
from assetmap.analysis import reach
from assetmap.analysis.reach import Pairs, enhanced_two_step, find_pairs, nearest_supply, share_within

# whole numbers meet each other exactly at an edge now and then; wild ones do not
PLACES = st.one_of(st.integers(-3_000, 3_000).map(float), st.floats(-3_000, 3_000), st.floats(-1e7, 1e7))


def points(most: int):
    return st.integers(0, most).flatmap(lambda count: arrays(float, (count, 2), elements=PLACES))


def one_by_one(homes, places, within_m):
    apart = np.sqrt(((homes[:, None, :] - places[None, :, :]) ** 2).sum(axis=2))
    home, place = np.nonzero(apart <= within_m)
    return {(int(h), int(p)): apart[h, p] for h, p in zip(home, place, strict=True)}


def as_one_by_one(pairs):
    made = {(int(h), int(p)): metres for h, p, metres in zip(*pairs, strict=True)}
    assert len(made) == len(pairs.metres), "a pair is there twice"
    return made


@given(points(30), points(15), st.one_of(st.sampled_from([0.0, 5.0, 400.0, 1_200.0]), st.floats(0, 5_000)))
def test_pairs_are_those_of_every_home_with_every_place(homes, places, within_m):
    assert as_one_by_one(find_pairs(homes, places, within_m)) == one_by_one(homes, places, within_m)


def test_pairs_of_a_town_are_the_same_in_blocks_of_any_size(monkeypatch):
    chance = np.random.default_rng(1)
    homes, places = chance.normal(0, 2_000, (3_000, 2)) + 5e5, chance.normal(0, 2_000, (200, 2)) + 5e5
    whole = as_one_by_one(find_pairs(homes, places, 1_200))
    assert whole == one_by_one(homes, places, 1_200) and len(whole) > 10_000
    monkeypatch.setattr(pairing, "_AT_ONCE", 700)
    assert as_one_by_one(find_pairs(homes, places, 1_200)) == whole
    sizes = [len(block.metres) for block in reach.pairs_in_blocks(homes, places, 1_200)]
    assert len(sizes) > 20 and max(sizes) < 3_000


def test_a_place_exactly_at_the_distance_is_within_and_one_that_is_nowhere_is_in_no_pair():
    homes = np.array([[0.0, 0.0], [np.nan, 5.0], [240.0, 320.0], [np.inf, 0.0]])
    found = find_pairs(homes, np.array([[240.0, 320.0], [np.nan, np.nan]]), 400)
    assert as_one_by_one(found) == {(0, 0): 400.0, (2, 0): 0.0}
    metres, rows = nearest_supply(homes, np.array([[240.0, 320.0], [np.nan, np.nan]]), 400)
    assert metres.tolist()[0] == 400 and np.isnan(metres[1]) and rows.tolist() == [0, -1, 0, -1]
    assert nearest_supply(homes, np.array([[240.0, 320.0]]), 399.999)[1].tolist() == [-1, -1, 0, -1]


@pytest.mark.parametrize("homes, places, within_m", [
    ([[0, 0]], [[0, 0]], np.nan), ([[0, 0]], [[0, 0]], -1), ([[0, 0]], [[0, 0]], np.inf), ([0, 0], [[0, 0]], 5),
    ([[0, 0, 0]], [[0, 0]], 5)])
def test_what_is_no_distance_and_no_point_is_refused(homes, places, within_m):
    with pytest.raises(ValueError):
        find_pairs(np.array(homes), np.array(places), within_m)


@given(points(20), points(10), st.floats(1, 3_000))
def test_the_nearest_place_is_the_first_of_its_pairs(homes, places, most_m):
    metres, rows = nearest_supply(homes, places, most_m)
    every = one_by_one(homes, places, most_m)
    for home, (near, row) in enumerate(zip(metres, rows, strict=True)):
        own = [apart for (h, _), apart in every.items() if h == home]
        assert near == pytest.approx(min(own, default=np.inf), rel=1e-12)
        assert (row >= 0) == bool(own) and (row < 0 or every[home, row] == pytest.approx(near, rel=1e-12))


# Two steps

EXAMPLE = [[1, 80, 40], [80, 1, 40], [40, 40, 1]]  # a place on each side, and the centre last


def example_pairs():
    demand, supply = np.indices((3, 3)).reshape(2, -1)
    return demand, supply, np.array(EXAMPLE, dtype=float).ravel()


def test_the_worked_example_of_the_method_gives_its_published_figures():
    """Own place 1 minute away, to and from the centre 40, across 80; the centre has 10 people and 100 doctors."""
    near = [pair for pair in zip(*example_pairs(), strict=True) if pair[2] <= 60]
    found = enhanced_two_step(tuple(map(np.array, zip(*near, strict=True))), [100, 50, 10], [15, 20, 100],
                              [(10, 1.0), (30, 0.68), (60, 0.22)])
    assert found == pytest.approx([0.658399, 0.894770, 2.442162], abs=5e-7)
    assert np.dot(found, [100, 50, 10]) == pytest.approx(135)


def straightforward(homes, places, people, offered, bands):
    """Every home with every place, in plain loops."""
    def weight(home, place):
        apart = np.sqrt(((home - place) ** 2).sum())
        return next((w for edge, w in bands if apart <= edge), 0.0)

    ratio = []
    for place, capacity in zip(places, offered, strict=True):
        load = sum(count * weight(home, place) for home, count in zip(homes, people, strict=True))
        ratio.append(capacity / load if load > 0 else 0.0)
    return [sum(r * weight(home, place) for place, r in zip(places, ratio, strict=True)) for home in homes], ratio


AMOUNTS = st.one_of(st.just(0.0), st.floats(0.5, 5_000))


@settings(max_examples=60)
@given(st.data(), points(15), points(8))
def test_access_is_what_plain_loops_make_of_it_and_shares_out_all_that_is_in_reach(data, homes, places):
    people = data.draw(arrays(float, len(homes), elements=AMOUNTS))
    offered = data.draw(arrays(float, len(places), elements=AMOUNTS))
    found = enhanced_two_step(find_pairs(homes, places, 1_200), people, offered)
    expected, ratio = straightforward(homes, places, people, offered, reach.BANDS)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert not np.isnan(found).any()
    in_reach = sum(capacity for capacity, r in zip(offered, ratio, strict=True) if r > 0)
    assert np.dot(found, people) == pytest.approx(in_reach, rel=1e-9, abs=1e-9)


def test_who_reaches_nothing_has_nought_and_a_place_without_people_shares_nothing():
    pairs = Pairs(np.array([0, 2]), np.array([0, 1]), np.array([100.0, 100.0]))
    assert enhanced_two_step(pairs, [10, 20, 0], [5, 7]).tolist() == [0.5, 0.0, 0.0]
    nothing = Pairs(*(np.array([], dtype=kind) for kind in (int, int, float)))
    assert enhanced_two_step(nothing, [10, 20], [5]).tolist() == [0.0, 0.0]


def test_people_and_places_that_are_not_known_count_as_nobody_and_nothing():
    pairs = (np.array([0, 1, 0]), np.array([0, 0, 1]), np.array([50.0, 60.0, 70.0]))
    assert enhanced_two_step(pairs, [10, np.nan], [5, np.nan]).tolist() == [0.5, 0.5]


def test_the_edge_of_a_band_is_in_it():
    metres = np.array([400.0, np.nextafter(400.0, 500), 800.0, 1_200.0, 1_200.1])
    shared = [enhanced_two_step((np.array([0, 1]), np.array([0, 0]), np.array([0.0, apart])), [1, 1], [1])
              for apart in metres]
    assert [made[1] / made[0] for made in shared] == pytest.approx([1.0, 0.68, 0.68, 0.22, 0.0])


@pytest.mark.parametrize("bands", [[(800, 1.0), (400, 0.5)], [(400, -1.0)], [(-5, 1.0)], [(400, np.inf)]])
def test_bands_that_make_no_sense_are_refused(bands):
    with pytest.raises(ValueError):
        enhanced_two_step(example_pairs(), [1, 1, 1], [1, 1, 1], bands)
    with pytest.raises(ValueError):
        enhanced_two_step(example_pairs(), [1, -1, 1], [1, 1, 1])


@pytest.mark.parametrize(("people", "offered"), [([1, 1], [1, 1, 1]), ([1, 1, 1], [1, 1])])
def test_pairs_of_homes_or_places_that_there_are_not_are_refused(people, offered):
    with pytest.raises(ValueError):
        enhanced_two_step(example_pairs(), people, offered)
    with pytest.raises(ValueError):
        enhanced_two_step((np.array([-1]), np.array([0]), np.array([5.0])), people, offered)


def test_the_order_of_pairs_is_of_no_account():
    chance = np.random.default_rng(3)
    homes, places = chance.normal(0, 900, (300, 2)), chance.normal(0, 900, (40, 2))
    people, offered = chance.uniform(0, 300, 300), chance.uniform(0, 40, 40)
    pairs = find_pairs(homes, places, 1_200)
    mixed = chance.permutation(len(pairs.metres))
    assert enhanced_two_step([array[mixed] for array in pairs], people, offered) == pytest.approx(
        enhanced_two_step(pairs, people, offered), rel=1e-12)


def test_access_in_blocks_is_access_at_once(monkeypatch):
    chance = np.random.default_rng(2)
    homes, places = chance.normal(0, 2_000, (2_000, 2)), chance.normal(0, 2_000, (150, 2))
    people, offered = chance.uniform(0, 300, 2_000), chance.uniform(0, 40, 150)
    whole = enhanced_two_step(find_pairs(homes, places, 1_200), people, offered)
    monkeypatch.setattr(pairing, "_AT_ONCE", 999)
    blocks = reach.enhanced_two_step_in_blocks(lambda: reach.pairs_in_blocks(homes, places, 1_200), people, offered)
    assert blocks == pytest.approx(whole, rel=1e-12)
    assert enhanced_two_step(find_pairs(homes, places, 1_200), people, offered) == pytest.approx(whole, rel=1e-12)


# Shares

def test_share_and_number_of_people_within_each_walk():
    """Three homes at 0, 500 and 2,000 m from a hall, and one nobody counted."""
    homes = np.array([[0.0, 0.0], [500.0, 0.0], [2_000.0, 0.0], [0.0, 10.0]])
    pairs = find_pairs(homes, np.array([[0.0, 0.0]]), 1_600)
    people = np.array([100.0, 60.0, 40.0, np.nan])
    found = share_within(pairs, people)
    assert found.metres.tolist() == [400, 800, 1_200, 1_600]
    assert found.number.tolist() == [100, 160, 160, 160] and found.people == 200
    assert found.share.tolist() == [0.5, 0.8, 0.8, 0.8] and found.outside.tolist() == [100, 40, 40, 40]
    one = share_within(tuple(pairs), people, 800)
    assert (one.share, one.number, one.outside) == (0.8, 160, 40)


def test_a_ward_has_its_own_share_and_one_without_people_has_none():
    homes = np.array([[0.0, 0.0], [500.0, 0.0], [2_000.0, 0.0], [9_000.0, 0.0], [0.0, 0.0]])
    ward, people = np.array([0, 0, 1, 3, -1]), np.array([100.0, 60.0, 40.0, 0.0, 1_000.0])
    metres, _ = nearest_supply(homes, np.array([[0.0, 0.0]]))
    found = reach.share_of_nearest(metres, people, (400, 2_000), ward, 4)
    assert found.people.tolist() == [160, 40, 0, 0]
    assert found.number.tolist() == [[100, 160], [0, 40], [0, 0], [0, 0]]
    assert found.share[:2].tolist() == [[0.625, 1.0], [0.0, 1.0]] and np.isnan(found.share[2:]).all()
    assert found.outside.tolist() == [[60, 0], [40, 0], [0, 0], [0, 0]]
    assert reach.share_of_nearest(metres, people, 400, ward, 4).share[:2].tolist() == [0.625, 0.0]


@given(st.data(), points(15), points(6))
def test_shares_by_pairs_and_by_nearest_agree_and_grow_with_the_distance(data, homes, places):
    people = data.draw(arrays(float, len(homes), elements=AMOUNTS))
    ward = data.draw(arrays(int, len(homes), elements=st.integers(-1, 2)))
    by_pairs = share_within(find_pairs(homes, places, 1_600), people, ward=ward, wards=3)
    by_nearest = reach.share_of_nearest(nearest_supply(homes, places)[0], people, ward=ward, wards=3)
    assert by_pairs.number == pytest.approx(by_nearest.number)
    assert (np.diff(by_pairs.number, axis=1) >= 0).all() and (by_pairs.outside >= -1e-9).all()


def test_the_mean_of_a_ward_is_weighed_by_its_people():
    value, people = np.array([1.0, 4.0, np.nan, 9.0, 7.0]), np.array([30.0, 10.0, 50.0, 5.0, np.nan])
    found = reach.mean_by_ward(value, people, np.array([0, 0, 0, -1, 1]), 2)
    assert found[0] == 1.75 and np.isnan(found[1])
