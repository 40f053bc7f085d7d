"""The measures of wards, worked out by hand in a council of square wards."""

from datetime import date, time

import numpy as np
import pytest

from assetmap.atlas.measuring import measured
from assetmap.domain.group import Meeting
from assetmap.domain.plan_query import PlanQuery
from assetmap.domain.schedule import Rule, Session
from tests.made_up import group, hub, weekly
from tests.planned import council, planning, spot

FIGURES = [(1_000, 200, 300, 40.0), (500, 100, 50, 10.0), (None, None, None, None), (2_000, 500, 200, 25.0)]


def held(ward, **values):
    return group(values.pop("id"), *spot(ward, values.pop("along", 0.5)), status=values.pop("status", "active"),
                 **values)


def fortnightly(weekday, hour):
    return Meeting(Session(Rule("weekly", interval=2, weekdays=(weekday,), start=date(2025, 1, 6)), time(hour),
                           time(hour + 2)))


@pytest.fixture(scope="module")
def squares(tmp_path_factory):
    groups = [
        held(0, id="cards", meetings=(weekly(1, 19),), access=("step_free",), cost="free", categories=("games-cards",),
             last_confirmed=date.today()),
        held(0, id="choir", meetings=(fortnightly(0, 10),), categories=("music-singing",)),
        held(0, id="toddlers", meetings=(weekly(2, 10),), categories=("babies-toddlers",), age_max=4),
        held(0, id="paused", meetings=(weekly(2, 10),), status="paused"),
        held(1, id="somewhen", along=0.05),
        held(2, id="nobody-counted", meetings=(weekly(3, 10),)),
        group("two-places", None, meetings=(weekly(4, 10, "hall-1"), weekly(5, 10, "hall-4"))),
    ]
    hubs = [hub("hall-1", *spot(0), access=("step_free",)), hub("hall-4", *spot(3), access=("parking",)),
            hub("shed-4", *spot(3, 0.2))]
    return planning(council(tmp_path_factory.mktemp("squares"), FIGURES, hubs=hubs, groups=groups))


def test_groups_for_each_thousand_keep_noughts_and_say_no_data_where_nobody_counted_the_people(squares):
    made = measured(squares, PlanQuery())
    assert made.numerator.tolist() == [4, 1, 1, 1], "one with two places counts in both wards, one that pauses in none"
    np.testing.assert_allclose(made.value, [4.0, 2.0, np.nan, 0.5])
    assert made.average == pytest.approx(1_000 * 6 / 3_500), "of the wards whose people are known"
    assert (made.low[0], made.high[0]) == pytest.approx((1.0899, 10.2416), abs=1e-4)
    assert made.few.tolist() == [True, True, False, True]


@pytest.mark.parametrize(("choice", "counts", "rates"), [
    ({"audience": "children"}, [4, 1, 1, 1], [20.0, 10.0, np.nan, 2.0]),
    ({"audience": "older"}, [3, 1, 1, 1], [10.0, 20.0, np.nan, 5.0]),
    ({"time": ("evening",)}, [1, 0, 0, 0], [1.0, 0.0, np.nan, 0.0]),
    ({"day": ("weekend",)}, [0, 0, 0, 1], [0.0, 0.0, np.nan, 0.5]),
    ({"access": ("step_free",), "cost": ("free",)}, [1, 0, 0, 0], [1.0, 0.0, np.nan, 0.0]),
    ({"category": ("music-singing",)}, [1, 0, 0, 0], [1.0, 0.0, np.nan, 0.0]),
    ({"theme": ("company", "make")}, [2, 0, 0, 0], [2.0, 0.0, np.nan, 0.0])])
def test_only_what_is_chosen_counts_for_the_people_it_is_for(squares, choice, counts, rates):
    made = measured(squares, PlanQuery(**choice))
    assert made.numerator.tolist() == counts
    np.testing.assert_allclose(made.value, rates)


def test_hours_count_a_session_where_it_is_held_and_a_fortnightly_one_by_half(squares):
    made = measured(squares, PlanQuery(measure="hours"))
    np.testing.assert_allclose(made.numerator, [2 + 1 + 2 + 2, np.nan, 2, 2])
    np.testing.assert_allclose(made.value, [7.0, np.nan, np.nan, 1.0])
    assert made.more["known_times"].tolist() == [4, 0, 1, 1] and made.more["all_groups"].tolist() == [4, 1, 1, 1]


def test_near_counts_what_is_within_a_kilometre_of_the_ward_and_has_no_average(squares):
    made = measured(squares, PlanQuery(measure="near"))
    assert made.numerator.tolist() == [5, 6, 3, 2] and np.isnan(made.average) and not made.flag.any()


def test_people_within_a_walk_are_those_of_points_spread_over_the_ward(squares):
    made = measured(squares, PlanQuery(measure="within", within_m=400))
    assert made.denominator[[0, 1, 3]] == pytest.approx([1_000, 500, 2_000])
    assert np.isnan(made.value[2]), "nobody knows who lives there"
    assert made.value[3] == pytest.approx(np.pi * 0.4**2, abs=0.03), "the share of the square that a circle covers"
    np.testing.assert_allclose(made.more["outside"] + made.numerator, made.denominator)
    wide = measured(squares, PlanQuery(measure="within", within_m=1_600))
    assert (wide.numerator[[0, 1, 3]] >= made.numerator[[0, 1, 3]]).all() and wide.value[0] == 1.0


def test_hubs_can_be_what_is_reached_and_only_step_free_ones(squares):
    every = measured(squares, PlanQuery(measure="within", supply="hubs", within_m=800))
    free = measured(squares, PlanQuery(measure="within", supply="hubs", within_m=800, access=("step_free",)))
    assert every.value[3] > 0.8 and free.value[3] == 0.0 and free.value[0] == every.value[0]


def test_access_shares_each_group_among_those_near_so_that_all_shares_are_all_groups(squares):
    made = measured(squares, PlanQuery(measure="access"))
    assert np.isnan(made.value[2]) and made.value[0] > made.value[3]
    # each place is one share; the one in the ward without people is reached from its neighbours
    assert np.nansum(made.numerator) == pytest.approx(7)


def test_places_to_meet_that_say_nothing_of_steps_are_not_counted_as_free_of_them(squares):
    made = measured(squares, PlanQuery(measure="step-free-hubs"))
    assert made.value.tolist() == [1, 0, 0, 0] and made.denominator.tolist() == [1, 0, 0, 2]
    assert made.more["unsaid"].tolist() == [0, 0, 0, 1]


def test_confirmed_groups_are_a_share_with_its_range(squares):
    made = measured(squares, PlanQuery(measure="confirmed"))
    assert made.numerator.tolist() == [1, 0, 0, 0] and made.value.tolist() == [0.25, 0, 0, 0]
    assert (made.low[0], made.high[0]) == pytest.approx((0.0456, 0.6994), abs=1e-4)


def test_another_measure_of_the_same_choice_counts_only_what_changed(squares):
    query = PlanQuery(audience="older", time=("evening",))
    measured(squares, query)
    chosen = squares.chosen(query)
    assert squares.chosen(PlanQuery(measure="hours", audience="older", time=("evening",))) is chosen
    assert measured(squares, query) is measured(squares, PlanQuery(audience="older", time=("evening",), order="name"))
