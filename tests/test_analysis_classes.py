"""Classes of a shaded map, and the four corners of provision against deprivation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.analysis.classes import NO_DATA, classify
from assetmap.analysis.quadrants import NAMES, quadrants

some = st.sampled_from([0.0, 0.0, 1.0, 1.5, 2.0, 7.25, np.nan]) | st.floats(-100, 5_000) | st.integers(0, 40).map(float)
lists = st.lists(some, max_size=40)
whole_or_not = st.none() | st.integers(0, 3)


@given(lists, whole_or_not, st.none() | st.lists(st.integers(-5, 100), min_size=1, max_size=4, unique=True).map(sorted))
def test_every_value_is_in_one_class_and_the_key_is_true_of_it(values, decimals, thresholds):
    found = classify(values, decimals=decimals, thresholds=thresholds)
    assert (found.of_ward == NO_DATA).tolist() == np.isnan(values).tolist()
    for value, number in zip(values, found.of_ward.tolist(), strict=True):
        if number != NO_DATA:
            one, shown = found.classes[number], round(value, found.decimals)
            assert (one.low is None or one.low <= shown) and (one.high is None or shown <= one.high)
    assert [one.wards for one in found.classes] == [(found.of_ward == n).sum() for n in range(len(found.classes))]
    # Classes follow each other and nothing is in two of them.
    for lower, higher in zip(found.classes, found.classes[1:], strict=False):
        assert lower.high < higher.low
    assert len(found.classes) <= (5 if thresholds is None else 5 + len(thresholds))
    assert len(set(found.labels())) == len(found.classes)


@given(lists)
def test_the_order_of_wards_does_not_matter_and_nobody_with_more_is_in_a_lower_class(values):
    found = classify(values)
    assert classify(values[::-1]).of_ward[::-1].tolist() == found.of_ward.tolist()
    known = sorted((value, number) for value, number in zip(values, found.of_ward.tolist(), strict=True) if number >= 0)
    assert [number for _, number in known] == sorted(number for _, number in known)


def test_fifths_from_fifteen_wards_on():
    found = classify(range(1, 21))
    assert found.kind == "fifths" and [one.wards for one in found.classes] == [4] * 5
    assert found.labels() == ["1–4", "5–8", "9–12", "13–16", "17–20"]
    assert classify(range(1, 15)).kind == "round"


def test_a_value_that_many_have_is_not_divided():
    found = classify([1] * 8 + list(range(2, 14)))
    assert found.of_ward[:8].tolist() == [0] * 8
    assert [one.wards for one in found.classes] == [8, 4, 4, 4], "two fifths are one class"


def test_few_wards_get_round_numbers():
    found = classify([3, 7, 12, 18, np.nan])
    assert found.labels() == ["1–4", "5–9", "10–14", "15–19"] and found.of_ward.tolist() == [0, 1, 2, 3, NO_DATA]
    assert classify([0.12, 0.31, 0.48]).labels() == ["0.100–0.199", "0.200–0.299", "0.300–0.399", "0.400–0.499"]
    assert classify([0.12, 0.31, 0.48], decimals=1).labels() == ["0.1", "0.2", "0.3", "0.4", "0.5"]


def test_nought_is_a_class_by_itself_when_many_have_it():
    found = classify([0] * 6 + list(range(1, 13)))
    assert found.labels() == ["0", "1–3", "4–6", "7–9", "10–12"] and found.classes[0].wards == 6
    assert classify([0, 0, 4, 9]).labels()[0] == "0"
    assert classify([0, *range(1, 20)]).labels()[0] == "0–3"


def test_all_the_same_is_one_class_and_no_data_is_none():
    assert classify([2.5] * 20).labels() == ["2.5"] and set(classify([2.5] * 20).of_ward) == {0}
    assert classify([0, 0]).labels() == ["0"]
    for nothing in ([], [np.nan, np.nan]):
        assert classify(nothing).kind == "none" and classify(nothing).classes == ()
        assert classify(nothing).of_ward.tolist() == [NO_DATA] * len(nothing)


def test_a_standard_has_its_own_thresholds():
    found = classify([0, 1.9, 2, 4.99, 30, np.nan], thresholds=[2, 5], decimals=1)
    assert found.of_ward.tolist() == [0, 0, 1, 2, 2, NO_DATA], "4.99 is shown as 5.0"
    assert found.labels() == ["≤ 1.9", "2.0–4.9", "≥ 5.0"]
    for wrong in ([], [5, 2], [2, 2]):
        with pytest.raises(ValueError, match="above the one before"):
            classify([1, 2], thresholds=wrong)


figures = st.lists(st.tuples(some, some), max_size=30)


@given(figures)
def test_each_ward_with_both_figures_is_in_one_corner(figures):
    have, lack = (list(column) for column in zip(*figures, strict=True)) if figures else ([], [])
    found = quadrants(have, lack)
    for ward, (mine, poor) in enumerate(figures):
        if np.isnan(mine) or np.isnan(poor):
            assert found.of_ward[ward] == NO_DATA and found.name(ward) == ""
        else:
            more, deprived = mine > found.provision_at, poor >= found.deprivation_at
            assert found.name(ward) == f"{'more' if deprived else 'less'} deprived, {'more' if more else 'less'} here"
    known = found.of_ward >= 0
    assert (found.of_ward[known] % 2 == 1).sum() * 2 <= known.sum(), "at most half have more than the middle one"


def test_the_corners_are_divided_at_the_middle_and_a_tie_asks_for_a_second_look():
    assert [quadrants([1, 2, 3], [30, 20, 10]).name(ward) for ward in range(3)] == [NAMES[0], NAMES[0], NAMES[3]]
    nothing = quadrants([0, 0, 0, 5], [10, 20, 30, 40])
    assert [nothing.name(ward) for ward in range(4)] == [NAMES[2], NAMES[2], NAMES[0], NAMES[1]]
    assert quadrants([1, 2, 3], [30, 20, 10], provision_at=0.5).name(1) == NAMES[1]
    assert np.isnan(quadrants([np.nan], [1.0]).provision_at)
    with pytest.raises(ValueError, match="2 and 1"):
        quadrants([1, 2], [1])
