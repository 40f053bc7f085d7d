"""Betweenness: between how many others the shortest ways run through a point.

Source: Brandes 2001, "A faster algorithm for betweenness centrality"; large parts from a sample of points, Brandes and
Pich 2007. Searches run level by level, many at once as a sparse array, and one row of it searches every part of the
network at the same time, as parts do not meet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import coo_array, csr_array

_EXACT_STEPS = 20_000_000  # points × links of a part that is searched from every point: about three seconds
_FEWEST = 64  # points that a large part is searched from
_CELLS = 4_000_000  # of the tables in memory: searches at once × points


def between(links: csr_array, part: np.ndarray, seed: int = 0) -> tuple[np.ndarray, int]:
    """Between how many pairs of others each point lies, shared out where there are several shortest ways; (n,) float.

    `links` (n, n) is symmetric without loops, `part` (n,) the number of each point's connected part. With it, from how
    many points those parts were searched that are too large to search from every one: 0 when all is exact.
    """
    size = len(part)
    if not size:
        return np.zeros(0), 0
    row, point, scale, sampled = _sources(links, part, seed)
    made = np.zeros(size)
    at_once = max(1, _CELLS // size)
    for first in range(0, int(row.max(initial=-1)) + 1, at_once):
        here = (row >= first) & (row < first + at_once)
        made += _search(links, row[here] - first, point[here])
    return made * scale[part] / 2.0, sampled  # each pair is met from both its ends


def _sources(links: csr_array, part: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Points to search from, of each part at most one in a row: rows, points; how much each of a part stands for."""
    sizes = np.bincount(part)
    arcs = np.bincount(part, weights=np.diff(links.indptr), minlength=len(sizes))
    some = np.minimum(np.maximum(_FEWEST, _EXACT_STEPS // np.maximum(arcs, 1)).astype(np.int64), sizes)
    wanted = np.where(sizes * arcs <= _EXACT_STEPS, sizes, some)
    order = np.random.default_rng(seed).permutation(len(part))
    order = order[np.argsort(part[order], kind="stable")]
    row = np.arange(len(part)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    kept = (row < np.repeat(wanted, sizes)) & (np.repeat(sizes, sizes) > 2)
    return row[kept], order[kept], sizes / np.maximum(wanted, 1), int(wanted[wanted < sizes].max(initial=0))


def _search(links: csr_array, row: np.ndarray, point: np.ndarray) -> np.ndarray:
    """What all searches of some rows add to each point."""
    order = np.argsort(row, kind="stable")
    row, point = row[order], point[order]
    shape = (int(row[-1]) + 1, links.shape[0])
    level_of = np.full(shape, -1, dtype=np.int32)
    ways = np.zeros(shape)
    level_of[row, point], ways[row, point] = 0, 1.0
    levels = [(row, point)]
    while len(levels[-1][0]):
        there = _step(levels[-1], ways, links)
        fresh = level_of[there.row, there.col] < 0
        reached = there.row[fresh], there.col[fresh]
        level_of[reached], ways[reached] = len(levels), there.data[fresh]
        levels.append(reached)
    depends = np.zeros(shape)
    carried = np.zeros(shape)
    for depth in range(len(levels) - 2, 0, -1):
        here = levels[depth]
        carried[here] = (1.0 + depends[here]) / ways[here]
        there = _step(here, carried, links)
        back = level_of[there.row, there.col] == depth - 1
        to = there.row[back], there.col[back]
        depends[to] = ways[to] * there.data[back]
    depends[row, point] = 0.0
    return depends.sum(axis=0)


def _step(at: tuple[np.ndarray, np.ndarray], values: np.ndarray, links: csr_array) -> coo_array:
    """What comes to each neighbour of some points, added up row by row; the points are in the order of rows."""
    from scipy.sparse import csr_array

    starts = np.searchsorted(at[0], np.arange(len(values) + 1))
    return (csr_array((values[at], at[1], starts), shape=values.shape) @ links).tocoo()
