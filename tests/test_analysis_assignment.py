"""The best pairing of a whole area: nobody is left out who could be matched, and then the best matches."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.analysis import assignment
from assetmap.analysis.assignment import best
from assetmap.analysis.matching import Pairs


def best_by_trying(pairs, lefts, rights):
    """(how many, the highest sum) of all pairings."""
    score = {(i, j): s for i, j, s in zip(pairs.left.tolist(), pairs.right.tolist(), pairs.score.tolist(), strict=True)}
    if lefts > rights:
        score, lefts, rights = {(j, i): s for (i, j), s in score.items()}, rights, lefts
    tried = ([score[i, j] for i, j in enumerate(order) if (i, j) in score]
             for order in permutations(range(rights), lefts))
    return max((len(taken), round(sum(taken), 6)) for taken in tried)


PAIRS = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 5)), st.sampled_from([0.1, 0.25, 0.5, 0.9, 1.0]))


def pairs_of(scores):
    ordered = sorted(scores)
    return Pairs(np.array([i for i, _ in ordered], dtype=np.int64), np.array([j for _, j in ordered], dtype=np.int64),
                 np.array([scores[pair] for pair in ordered], dtype=float), np.zeros(len(ordered)))


@pytest.mark.parametrize("most_cells", [9_000_000, 0], ids=["as a table", "as a list"])
@given(PAIRS)
def test_the_best_pairing_leaves_out_nobody_who_could_be_matched(most_cells, scores):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assignment, "_MOST_CELLS", most_cells)
        pairs = pairs_of(scores)
        chosen = best(pairs, 5, 6)
    assert len(set(pairs.left[chosen])) == len(set(pairs.right[chosen])) == len(chosen)
    assert (len(chosen), round(float(pairs.score[chosen].sum()), 6)) == best_by_trying(pairs, 5, 6)


def test_more_matches_are_better_than_a_better_match():
    pairs = pairs_of({(0, 0): 0.2, (0, 1): 1.0, (1, 1): 0.2})
    assert pairs.left[best(pairs, 2, 2)].tolist() == [0, 1]


@given(PAIRS, st.lists(st.integers(0, 3), min_size=5, max_size=5))
def test_an_offer_for_several_is_taken_by_as_many_as_it_has_room_for(scores, room):
    pairs = pairs_of(scores)
    chosen = best(pairs, 5, 6, left_capacity=np.array(room))
    taken = np.bincount(pairs.left[chosen], minlength=5)
    assert (taken <= room).all() and len(set(pairs.right[chosen])) == len(chosen)
    seats = [(i, seat) for i, places in enumerate(room) for seat in range(places)]
    each = {(n, j): scores[i, j] for n, (i, _) in enumerate(seats) for j in range(6) if (i, j) in scores}
    alone = best(pairs_of(each), len(seats), 6)
    assert len(chosen) == len(alone)
    assert pairs.score[chosen].sum() == pytest.approx(pairs_of(each).score[alone].sum())


@given(st.dictionaries(st.tuples(st.integers(0, 2), st.integers(0, 3)), st.sampled_from([0.1, 0.25, 0.5, 0.9, 1.0]),
                       max_size=9),
       st.lists(st.integers(0, 3), min_size=3, max_size=3), st.lists(st.integers(0, 2), min_size=4, max_size=4))
def test_room_on_both_sides_is_filled_as_well_as_can_be_and_no_pair_is_taken_twice(scores, left_room, right_room):
    pairs = pairs_of(scores)
    chosen = best(pairs, 3, 4, np.array(left_room), np.array(right_room))
    assert len(set(chosen.tolist())) == len(chosen)

    def fits(rows):
        return (np.bincount(pairs.left[list(rows)], minlength=3) <= left_room).all() and (
            np.bincount(pairs.right[list(rows)], minlength=4) <= right_room).all()

    assert fits(chosen)
    tried = ((len(rows), round(float(pairs.score[list(rows)].sum()), 6))
             for size in range(len(pairs) + 1) for rows in combinations(range(len(pairs)), size) if fits(rows))
    assert (len(chosen), round(float(pairs.score[chosen].sum()), 6)) == max(tried)


def test_a_long_row_of_neighbours_is_matched_to_the_last_though_every_swap_costs_score():
    chain = {(i, i): 0.01 for i in range(60)} | {(i, i + 1): 1.0 for i in range(59)}
    pairs = pairs_of(chain)
    assert len(best(pairs, 60, 60)) == 60, "59 pairs of score 1 are fewer"
    assert len(best(pairs_of(chain), 60, 60, np.full(60, 2), np.full(60, 1))) == 60


def test_no_pairs_are_no_pairing():
    assert best(pairs_of({}), 3, 3).tolist() == []
