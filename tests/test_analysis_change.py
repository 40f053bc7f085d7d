"""Two figures compared: against the numbers of the methods' own papers and programs, and what chance explains."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.analysis.change import change_classes, rate_ratio_interval, share_difference_interval

WORDS = ("down > %(size)s", "down", "same", "up", "up > %(size)s")


def test_the_interval_of_two_rates_is_that_of_r():
    # the last example of R's help page of poisson.test: 11 in 800 against 21 in 3,011
    low, high = rate_ratio_interval(11, 800, 21, 3011)
    assert (low, high) == (pytest.approx(0.8584264, abs=1e-6), pytest.approx(4.2772659, abs=1e-6))


@pytest.mark.parametrize(("count", "of", "other", "other_of", "low", "high"), [
    (56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090), (10, 10, 0, 20, 0.6791, 1.0000)])
def test_the_interval_of_two_shares_is_that_of_newcombes_table(count, of, other, other_of, low, high):
    # Newcombe 1998 (Statistics in Medicine 17:873), table II, method 10: three of its contrasts
    made = share_difference_interval(count, of, other, other_of)
    assert [round(float(end), 4) for end in made] == [low, high]


@given(st.integers(0, 400), st.integers(0, 400), st.integers(1, 50_000), st.integers(1, 50_000))
def test_turning_the_two_days_round_turns_the_interval_round(first, second, people, others):
    low, high = rate_ratio_interval(first, people, second, others)
    back_low, back_high = rate_ratio_interval(second, others, first, people)
    if first + second == 0:
        assert np.isnan([low, high, back_low, back_high]).all()
        return
    assert low < high
    assert np.isclose(low, 1 / back_high if back_high > 0 else np.inf)
    if first and second:
        assert low < (first / people) / (second / others) < high


def test_what_cannot_be_said_is_not_said():
    low, high = rate_ratio_interval([5, 5, 0, 7], [100, 0, 100, np.nan], [3, 3, 0, 2], [100, 100, 100, 100])
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [False, True, True, True]


def test_colours_are_around_no_change_and_what_is_said_as_nought_is_no_change():
    classes, labels = change_classes([-3.0, -1.0, 0.001, 1.0, 3.0, np.nan], "{:.2f}".format, WORDS)
    assert classes.tolist() == [0, 1, 2, 3, 4, -1]
    assert labels == ("down > 2.00", "down", "same", "up", "up > 2.00")
    assert change_classes([0.0, np.nan], "{:.2f}".format, WORDS)[0].tolist() == [2, -1]
