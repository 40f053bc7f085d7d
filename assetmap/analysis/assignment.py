"""The best pairing of a whole area: nobody is left out who could be matched, and then the best matches.

Source: the assignment problem, solved exactly by scipy (Crouse 2016, "On implementing 2D rectangular assignment
algorithms"); sparse large parts by the same shortest augmenting paths (Jonker and Volgenant 1987). scipy is imported
where it is used: it is a quarter of what a start would take, and most pages need none of it.
"""

from __future__ import annotations

import numpy as np

from assetmap.analysis.matching import Pairs

_MOST_CELLS = 9_000_000  # of a table in memory: above that the pairs are kept as a list


def best(pairs: Pairs, left_size: int, right_size: int, left_capacity: np.ndarray | None = None,
         right_capacity: np.ndarray | None = None) -> np.ndarray:
    """Rows of `pairs` that are the best pairing, ascending: first as many as can be, then the highest sum of scores.

    Each row of a side is taken at most once, or as often as its capacity (ints, at least 0) says; one pair is taken
    once at most. Parts of the area that have nothing to do with each other are paired each on its own.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    if not len(pairs):
        return np.empty(0, dtype=np.int64)
    ones = (np.ones(left_size, dtype=np.int64), np.ones(right_size, dtype=np.int64))
    capacities = [one if given is None else np.asarray(given, dtype=np.int64)
                  for one, given in zip(ones, (left_capacity, right_capacity), strict=True)]
    graph = csr_array((np.ones(len(pairs), dtype=np.int8), (pairs.left, pairs.right + left_size)),
                      shape=(left_size + right_size,) * 2)
    _count, part = connected_components(graph, directed=False)
    part_of_pair = part[pairs.left]
    order = np.argsort(part_of_pair, kind="stable")
    cuts = np.flatnonzero(np.diff(part_of_pair[order])) + 1
    chosen = [_best_of_part(pairs, rows, *capacities) for rows in np.split(order, cuts)]
    return np.sort(np.concatenate(chosen))


def _best_of_part(pairs: Pairs, rows: np.ndarray, left_capacity: np.ndarray, right_capacity: np.ndarray) -> np.ndarray:
    """The best pairing among some of the pairs."""
    if len(rows) == 1:
        alone = rows[0]
        taken = left_capacity[pairs.left[alone]] > 0 and right_capacity[pairs.right[alone]] > 0
        return rows if taken else rows[:0]
    lefts, left = np.unique(pairs.left[rows], return_inverse=True)
    rights, right = np.unique(pairs.right[rows], return_inverse=True)
    seats_left = np.minimum(left_capacity[lefts], np.bincount(left))
    seats_right = np.minimum(right_capacity[rights], np.bincount(right))
    if seats_left.max(initial=0) > 1 and seats_right.max(initial=0) > 1:
        return rows[_solve_seats(left, right, pairs.score[rows], seats_left, seats_right)]
    first_left, first_right = (np.concatenate([[0], np.cumsum(seats)]) for seats in (seats_left, seats_right))
    height, width = int(first_left[-1]), int(first_right[-1])
    if not height or not width:
        return rows[:0]
    # one more match is worth more than all scores together
    worth = 1.0 + pairs.score[rows] / (min(height, width) + 1.0)
    edge, row, column = _seats(left, right, seats_left, seats_right, first_left, first_right)
    solve = _solve_table if height * width <= _MOST_CELLS else _solve_list
    return np.unique(rows[edge[solve(row, column, worth[edge], height, width)]])


def _seats(left, right, seats_left, seats_right, first_left, first_right):
    """Every pair once for each seat of either side: (pair, seat on the left, seat on the right)."""
    copies = seats_left[left] * seats_right[right]
    edge = np.repeat(np.arange(len(left)), copies)
    within = np.arange(len(edge)) - np.repeat(np.cumsum(copies) - copies, copies)
    wide = np.maximum(seats_right[right][edge], 1)
    return edge, first_left[left[edge]] + within // wide, first_right[right[edge]] + within % wide


def _solve_table(row: np.ndarray, column: np.ndarray, worth: np.ndarray, height: int, width: int) -> np.ndarray:
    from scipy.optimize import linear_sum_assignment

    table = np.zeros((height, width))
    table[row, column] = worth
    edge_at = np.full((height, width), -1, dtype=np.int64)
    edge_at[row, column] = np.arange(len(row))
    picked = edge_at[linear_sum_assignment(table, maximize=True)]
    return picked[picked >= 0]


def _solve_list(row: np.ndarray, column: np.ndarray, worth: np.ndarray, height: int, width: int) -> np.ndarray:
    """The same for pairs that are few among very many: each row may stay with a stand-in of its own, at a price."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    own = np.arange(height)
    weights = np.concatenate([4.0 - worth, np.full(height, 6.0)])
    graph = csr_array((weights, (np.concatenate([row, own]), np.concatenate([column, width + own]))),
                      shape=(height, width + height))
    rows, columns = min_weight_full_bipartite_matching(graph)
    key = row * width + column
    order = np.argsort(key)
    real = columns < width
    return order[np.searchsorted(key[order], rows[real] * width + columns[real])]


def _solve_seats(left: np.ndarray, right: np.ndarray, score: np.ndarray, seats_left: np.ndarray,
                 seats_right: np.ndarray) -> np.ndarray:
    """Where both sides have several seats: no pair twice, no row of a side more often than it has seats.

    A linear programme; each of its corners is whole, as every pair is of one row of either side.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    every = np.arange(len(left))
    rows = np.concatenate([left, right + len(seats_left)])
    taken = csr_array((np.ones(2 * len(left)), (rows, np.concatenate([every, every]))))
    seats = np.concatenate([seats_left, seats_right])
    one_more = min(seats_left.sum(), seats_right.sum()) + 1.0
    solved = linprog(-(one_more + score), A_ub=taken, b_ub=seats, bounds=(0, 1), method="highs-ds")
    return np.flatnonzero(solved.x > 0.5)
