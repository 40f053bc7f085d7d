"""Two figures of different days compared: what changed, and whether it is more than chance would do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from assetmap.analysis.rates import not_negative, tail_of, wilson_interval


def rate_ratio_interval(count, exposure, other_count, other_exposure, level: float = 0.95):
    """(lower, upper) of how many times the other rate a rate is: arrays, NaN where nothing can be said.

    Exact, by the binomial distribution that one of two Poisson counts has when their sum is known (Clopper and
    Pearson 1934; it is what `poisson.test` of R gives). NaN where an exposure is missing or 0, and where both counts
    are 0; the upper end is inf where the other count is 0. Raises ValueError for numbers below 0.

    >>> [round(float(end), 4) for end in rate_ratio_interval(11, 800, 21, 3011)]
    [0.8584, 4.2773]
    """
    from scipy.special import betaincinv  # late, so that a start needs none of it

    first, second = not_negative("count", count), not_negative("count", other_count)
    ratio = not_negative("exposure", other_exposure) / np.where(np.asarray(exposure) > 0, exposure, np.nan)
    tail = tail_of(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where((first + second > 0) & (ratio > 0), ratio, np.nan)
        lower = np.where(first == 0, 0.0, betaincinv(np.fmax(first, 1), second + 1, tail))
        upper = np.where(second == 0, 1.0, betaincinv(first + 1, np.fmax(second, 1), 1 - tail))
        return lower / (1 - lower) * ratio, upper / (1 - upper) * ratio


def share_difference_interval(count, of, other_count, other_of, level: float = 0.95):
    """(lower, upper) of a share less another, from -1 to 1: arrays, NaN where a whole is missing or 0.

    Newcombe (1998), method 10: from Wilson's intervals of the two.

    >>> [round(float(end), 4) for end in share_difference_interval(56, 70, 48, 80)]
    [0.0524, 0.3339]
    """
    low, high = wilson_interval(count, of, level)
    other_low, other_high = wilson_interval(other_count, other_of, level)
    with np.errstate(invalid="ignore", divide="ignore"):
        share, other = np.divide(count, of), np.divide(other_count, other_of)
    difference = share - other
    return (difference - np.hypot(share - low, other_high - other),
            difference + np.hypot(high - share, other - other_low))


def change_classes(change, say: Callable[[float], str],
                   words: tuple[str, str, str, str, str]) -> tuple[np.ndarray, tuple[str, ...]]:
    """(class of each, labels of the five) around nought, for a palette with two sides: down by more, down, the same,
    up, up by more.

    `change` (n,), NaN for no data. Large is what is past the median size of those that changed; `say` tells a size,
    and `words` are the five labels, with %(size)s in the first two and last two. A figure that is said as nought is the
    same.
    """
    values = np.asarray(change, dtype=float)
    size = np.abs(values)
    nought = np.array([value != value or say(value) == say(0.0) for value in size], dtype=bool)
    moved = size[~nought]
    large = float(np.median(moved)) if len(moved) else 0.0
    class_of = np.where(values < 0, np.where(size > large, 0, 1), np.where(size > large, 4, 3))
    class_of = np.where(np.isnan(values), -1, np.where(nought, 2, class_of))
    return class_of.astype(np.int64), tuple(word % {"size": say(large)} for word in words)
