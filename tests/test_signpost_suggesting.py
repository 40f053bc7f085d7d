"""What suits one person: the order as by hand, and every record looked at one by one."""

import math
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.analysis import suggesting as bits
from assetmap.analysis.nearby import PointIndex, first_of_each
from assetmap.analysis.sides import RELATED, SAME
from assetmap.analysis.suggesting import Candidates, Person, best, faults, judge, near_misses
from assetmap.atlas.near import find_near
from assetmap.atlas.sides import slots_of
from assetmap.atlas.suggesting import Wish, suggest
from assetmap.domain.kinds import AT_THEIR_PLACE
from assetmap.domain.times_parts import OTHER_TIMES
from benchmarks import synthetic
from tests.made_up import NEAR
from tests.test_find_filters import atlas_of

NOW = datetime(2026, 11, 22, 9)
FALSE = ("online", "comes", "speaks", "company", "paused")
TRUE = ("placed", "english", "has_access", "says_access", "free")


def things(**columns):
    size = len(next(iter(columns.values())))
    plain = {"metres": np.full(size, 100.0), "reach_m": np.full(size, np.inf), "slots": np.zeros(size, dtype=np.int64),
             **{name: np.zeros(size, dtype=bool) for name in FALSE},
             **{name: np.ones(size, dtype=bool) for name in TRUE}}
    return Candidates(**plain | {name: np.array(values) for name, values in columns.items()})


def judged(held, person):
    return judge(held, person, faults(held, person))


def order(held, person, topic=None):
    return best(judged(held, person), np.ones(len(held.metres)) if topic is None else np.array(topic), 9)[0].tolist()


@pytest.mark.parametrize(("columns", "person", "rows"), [
    ({"metres": [900.0, 100.0, 500.0]}, Person(reach_m=1_000), [1, 2, 0]),
    ({"metres": [np.nan, 100.0, 1_001.0]}, Person(reach_m=1_000), [1, 0]),
    ({"slots": [1, 0, 2]}, Person(slots=1), [0, 1]),
    ({"slots": [2, 2 | OTHER_TIMES, 1 | OTHER_TIMES]}, Person(slots=1), [2, 1]),
    ({"has_access": [True, False, False], "says_access": [True, True, False]}, Person(needs_access=True), [0]),
    ({"says_access": [False, False], "online": [True, False]}, Person(needs_access=True, at_home=True), [0]),
    ({"metres": [5_000.0, 5_000.0], "online": [True, False]}, Person(reach_m=400, at_home=True), [0]),
    ({"metres": [600.0, 600.0], "reach_m": [500.0, 700.0]}, Person(), [1]),
    ({"speaks": [False, True], "english": [True, False]}, Person(has_language=True), [1, 0]),
    ({"speaks": [False, True], "english": [True, False]}, Person(has_language=True, needs_language=True), [1]),
    ({"speaks": [False, False], "english": [True, False]}, Person(), [0]),
    ({"free": [False, True]}, Person(only_free=True), [1]), ({"free": [False, True]}, Person(), [1, 0]),
    ({"company": [False, True]}, Person(company="company"), [1, 0]),
    ({"company": [False, True]}, Person(company="alone"), [0, 1]), ({"paused": [True, False]}, Person(), [1])])
def test_the_order_is_as_by_hand(columns, person, rows):
    assert order(things(**columns), person) == rows


def test_what_is_related_comes_after_what_is_wanted_and_what_is_neither_not_at_all():
    assert order(things(metres=[100.0, 300.0, 100.0]), Person(reach_m=400), [RELATED, SAME, 0.0]) == [1, 0]


@pytest.mark.parametrize(("columns", "person", "said"), [
    ({"metres": [2_000.0]}, Person(reach_m=1_000), bits.FAR),
    ({"metres": [2_000.0], "free": [False]}, Person(reach_m=1_000, only_free=True), bits.FAR | bits.COST_MISSING),
    ({"metres": [2_000.0], "comes": [True], "reach_m": [2_500.0]}, Person(reach_m=1_000), bits.MAY_COME),
    ({"metres": [2_000.0], "comes": [True]}, Person(reach_m=1_000), bits.FAR),
    ({"metres": [2_000.0], "comes": [True], "reach_m": [900.0]}, Person(reach_m=1_000), bits.FAR | bits.OUT_OF_AREA),
    ({"metres": [2_000.0], "comes": [True], "reach_m": [2_500.0], "says_access": [False]},
     Person(reach_m=1_000, needs_access=True), bits.MAY_COME),
    ({"says_access": [False]}, Person(needs_access=True), bits.ACCESS_UNSAID),
    ({"has_access": [False]}, Person(needs_access=True), bits.ACCESS_MISSING),
    ({"has_access": [False], "says_access": [False]}, Person(), 0)])
def test_the_faults_are_as_by_hand(columns, person, said):
    assert faults(things(**columns), person).tolist() == [said]


def test_a_near_miss_is_what_is_wanted_with_one_fault_and_what_only_has_to_be_asked_comes_first():
    held = things(metres=[2_000.0, 100.0, 2_000.0, 100.0, 900.0, 100.0], free=[True, False, False, True, True, True],
                  says_access=[True, True, True, True, False, True])
    judged_ = judged(held, Person(reach_m=1_000, only_free=True, needs_access=True))
    assert near_misses(judged_, np.array([1.0, 1.0, 1.0, 1.0, 1.0, RELATED]), 9)[0].tolist() == [4, 1, 0]
    assert near_misses(judged_, np.full(6, RELATED), 9)[0].tolist() == []


@given(st.lists(st.tuples(st.floats(0, 5_000) | st.just(math.nan), st.integers(0, 7), st.booleans(), st.booleans()),
                min_size=1, max_size=20), st.integers(0, 7), st.sampled_from(["", "company", "alone"]))
def test_a_score_is_from_0_to_1(rows, slots, company):
    metres, times, free, speaks = map(list, zip(*rows, strict=True))
    person = Person(slots=slots, reach_m=1_500, company=company, has_language=True)
    scored = judged(things(metres=metres, slots=times, free=free, speaks=speaks), person)
    assert ((scored.score >= 0) & (scored.score <= 1 - bits.TOPIC + 1e-9)).all()


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 5), st.booleans()), min_size=1,
                max_size=30), st.integers(0, 60))
def test_looking_among_some_points_only_finds_what_is_near_of_those(points, within_m):
    x, y, owner, wanted = map(np.array, zip(*points, strict=True))
    index, kept = (PointIndex(x[rows].astype(float), y[rows].astype(float), owner[rows])
                   for rows in (slice(None), wanted))
    found = index.points_within(50.0, 50.0, within_m, lambda strip: wanted[index.point[strip]])
    rows = first_of_each(*found)
    assert [each[rows].tolist() for each in found] == [each.tolist() for each in kept.within(50.0, 50.0, within_m)]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    hubs = synthetic.hubs(40)
    atlas, database = atlas_of(tmp_path_factory.mktemp("town"), hubs=hubs, groups=list(synthetic.groups(300, hubs)),
                               opportunities=list(synthetic.opportunities(200)))
    yield atlas, find_near(NEAR, atlas, database)
    database.dispose()


TOPICS = st.lists(st.sampled_from(sorted(synthetic.DOING)), max_size=2).map(tuple)
wishes = st.builds(
    dict, likes=TOPICS, learn=TOPICS, offer=TOPICS, reach_m=st.sampled_from([400.0, 1_500.0, 4_000.0]),
    slots=st.sampled_from([0, 0b111 << 3, 1 << 20]), needs=st.lists(st.sampled_from(synthetic.ACCESS), max_size=1,
                                                                   ).map(tuple),
    languages=st.sampled_from([(), ("pl",)]), only_own_language=st.booleans(), cost=st.sampled_from(["", "free"]),
    age=st.sampled_from([None, 8, 82]))


@settings(max_examples=40)
@given(wishes)
def test_what_is_suggested_is_what_looking_at_every_record_finds(town, values):
    atlas, near = town
    wish = Wish(place=near.place, **values)
    found = suggest(atlas, wish, NOW, count=999)
    assert {one.id for one in found.groups} == plainly(atlas, atlas.groups, wish, wish.enjoy)
    assert {one.id for one in found.take} == plainly(atlas, atlas.opportunities, wish, wish.enjoy, "offer")
    asks = {one.id for one in found.give if one.layer is atlas.opportunities and one.giving}
    assert asks >= plainly(atlas, atlas.opportunities, wish, wish.offer, "ask")
    fits = {one.id for one in (*found.groups, *found.take, *found.give)}
    assert not fits & {one.id for one in found.misses if not one.giving and one.layer is atlas.groups}


def plainly(atlas, layer, wish, wanted, direction=None):
    """The ids of what fits, one record after another, without an index, bits or columns."""
    vocabulary = atlas.vocabulary.of("category")
    about = set(wanted).union(*(vocabulary[code].related for code in wanted),
                              (code for code in vocabulary if set(vocabulary[code].related) & set(wanted)))
    here, slots, listed, made = np.array(atlas.to_metres(wish.place.lat, wish.place.lon)), slots_of(layer), \
        layer.listed_mask(NOW), set()
    for number in range(len(layer)):
        one = layer.record(number)
        spots = layer.spots_of(number)
        away = min((math.dist(here, (layer.spots.x[row], layer.spots.y[row])) for row in spots), default=math.inf)
        speaks = bool(set(wish.languages) & set(one.languages))
        if (listed[number] and one.status == "active" and away <= wish.reach_m
                and about & set(getattr(one, "categories", None) or getattr(one, "topics", ()))
                and (direction is None or one.direction == direction and away <= (one.reach_m or math.inf))
                and (not wish.needs or set(wish.needs) <= set(one.access) and tells_of_itself(one, direction))
                and (speaks or not (wish.only_own_language or one.languages and "en" not in one.languages))
                and (wish.cost != "free" or direction or one.cost in ("free", "donation"))
                and (not wish.slots or not slots[number] or slots[number] & (wish.slots | OTHER_TIMES))
                and (wish.age is None or direction or (one.age_min or 0) <= wish.age <= (one.age_max or 999))):
            made.add(one.id)
    return made


def tells_of_itself(one, direction):
    """An ask without a hub says what its people need to get in, not what is there."""
    return direction != "ask" or bool(one.hub_id)


def test_who_could_come_to_the_person_has_no_place_of_its_own():
    assert "room" not in AT_THEIR_PLACE and "befriending" in AT_THEIR_PLACE
