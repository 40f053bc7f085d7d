"""Whether neighbouring wards are alike, and where: Moran's I of the whole place, and local Moran of each ward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from assetmap.analysis.projecting import project

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LEAST_WARDS = 30
"""Of fewer wards a pattern says next to nothing, and none is looked for."""
HIGH_HIGH, LOW_LOW = "high among high", "low among low"
HIGH_LOW, LOW_HIGH = "high among low", "low among high"
_SEED = 2026
_AT_ONCE = 2_000_000  # numbers drawn in one go


@dataclass(frozen=True, slots=True)
class Moran:
    """How alike neighbours are. `i`: 1 like each other, near `expected` (-1/(n - 1)) no pattern, below it unlike.

    `p`: how often a random order of the same values is as far from what is expected, either way. `wards`: how many have
    data and a neighbour that has. `enough` False: too few wards, and i, expected and p are NaN. i and p are NaN as well
    where all values are the same.
    """

    i: float
    expected: float
    p: float
    wards: int
    enough: bool = True


@dataclass(frozen=True, slots=True)
class LocalMoran:
    """Of each ward: `i` and `p` (n,) float, NaN without data or neighbours, and `labels` (n,) str.

    A label, such as HIGH_HIGH, is given only to wards that stand out after the false-discovery control: of those that
    have one, no more than the share `level` are to be expected to have it by chance. "" is everyone else. `wards` and
    `enough` as in Moran.
    """

    i: np.ndarray
    p: np.ndarray
    labels: np.ndarray
    wards: int
    level: float
    enough: bool = True


def neighbours(wards: gpd.GeoDataFrame, tolerance_m: float = 20.0, local_crs: str = "EPSG:27700") -> csr_array:
    """Which wards share a boundary or a corner (“queen”): (n, n) sparse array of 1 and 0, symmetric, none its own.

    Two wards at most `tolerance_m` apart count as touching, since boundaries are generalised. An island stays one: a
    row of noughts. Raises ValueError for wards without a coordinate system.
    """
    from scipy.sparse import csr_array

    if wards.crs is None:
        raise ValueError("The wards have no coordinate system. Say which, such as with set_crs(“EPSG:4326”).")
    shapes = project(wards.geometry.to_numpy(), wards.crs, local_crs)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=tolerance_m)
    apart = one != other
    one, other = one[apart], other[apart]
    return csr_array((np.ones(len(one)), (one, other)), shape=(len(shapes), len(shapes)))


def moran(value, neighbours: csr_array, *, permutations: int = 9_999, least: int = LEAST_WARDS) -> Moran:
    """Moran's I of the values (n,) with `neighbours` as above, each ward's neighbours weighing 1 together (Moran 1950).

    Wards without data, and those left without a neighbour, are left out. The permutations begin the same way each time.
    """
    rows, weights = _with_data(np.asarray(value, dtype=float), neighbours)
    if len(rows) < least:
        return Moran(np.nan, np.nan, np.nan, len(rows), enough=False)
    values, expected = np.asarray(value, dtype=float)[rows], -1 / (len(rows) - 1)
    if _all_same(values):
        return Moran(np.nan, expected, np.nan, len(rows))
    apart = values - values.mean()
    squared = apart @ apart
    found = float(apart @ (weights @ apart) / squared)
    chance = np.random.default_rng(_SEED)
    further, done = 0, 0
    while done < permutations:
        count = min(permutations - done, max(1, _AT_ONCE // len(rows)))
        mixed = chance.permuted(np.tile(apart, (count, 1)), axis=1).T
        by_chance = (mixed * (weights @ mixed)).sum(axis=0) / squared
        further += int((np.abs(by_chance - expected) >= abs(found - expected) - 1e-12).sum())
        done += count
    return Moran(found, expected, (further + 1) / (permutations + 1), len(rows))


def local_moran(value, neighbours: csr_array, *, level: float = 0.05, permutations: int = 9_999,
                least: int = LEAST_WARDS) -> LocalMoran:
    """Which wards are, with their neighbours, higher or lower than chance would have them (Anselin 1995).

    I_i = z_i Σ w_ij z_j / (Σ z² / n), w as in `moran`. `p` is two-sided, from permutations of all other wards around
    each; then Benjamini and Hochberg (1995) at `level`, without which a map of pure chance marks a ward four times in
    five. A lone ward can stand out among up to about 250 with 9,999 permutations; of more wards draw more.
    """
    values = np.asarray(value, dtype=float)
    rows, weights = _with_data(values, neighbours)
    local, p, labels = np.full(len(values), np.nan), np.full(len(values), np.nan), np.full(len(values), "", "<U15")
    if len(rows) < least:
        return LocalMoran(local, p, labels, len(rows), level, enough=False)
    if _all_same(values[rows]):
        return LocalMoran(local, p, labels, len(rows), level)
    apart = values[rows] - values[rows].mean()
    around = weights @ apart
    local[rows] = apart * around / (apart @ apart / len(rows))
    p[rows] = _chance_of(apart, around, np.diff(weights.indptr), permutations)
    high, high_around = apart > 0, around > 0
    names = np.where(high, np.where(high_around, HIGH_HIGH, HIGH_LOW), np.where(high_around, LOW_HIGH, LOW_LOW))
    labels[rows] = np.where(false_discoveries(p[rows], level), names, "")
    return LocalMoran(local, p, labels, len(rows), level)


def false_discoveries(p: np.ndarray, level: float) -> np.ndarray:
    """Which of the tests (n,) are findings when at most the share `level` of findings may be false: bool.

    Benjamini and Hochberg (1995): the k smallest, for the most k of which the largest is at most level × k / n.
    """
    order = np.argsort(p)
    holds = np.flatnonzero(p[order] <= level * np.arange(1, len(p) + 1) / max(len(p), 1))
    found = np.zeros(len(p), dtype=bool)
    found[order[: holds[-1] + 1 if len(holds) else 0]] = True
    return found


def _with_data(values: np.ndarray, neighbours: csr_array) -> tuple[np.ndarray, csr_array]:
    """Rows with data and a neighbour that has, and their weights, each row of which sums to 1."""
    from scipy.sparse import csr_array, diags_array

    if neighbours.shape != (len(values), len(values)):
        raise ValueError(f"There are {len(values):,} values and neighbours of {neighbours.shape[0]:,} wards.")
    rows = np.flatnonzero(np.isfinite(values))
    count = np.asarray(neighbours[rows][:, rows].sum(axis=1)).ravel()
    rows = rows[count > 0]  # who is somebody's neighbour has one, so none loses its last
    return rows, csr_array(diags_array(1 / count[count > 0]) @ neighbours[rows][:, rows])


def _all_same(values: np.ndarray) -> bool:
    return np.ptp(values) <= 1e-12 * np.abs(values).max()


def _chance_of(apart: np.ndarray, around: np.ndarray, degree: np.ndarray, permutations: int) -> np.ndarray:
    """How often as many others, drawn from all but the ward itself, have a mean as far out as its neighbours: (n,).

    Twice the smaller tail, at most 1. The same draws serve every ward, each among its own others.
    """
    drawn = _without_repeats(np.random.default_rng(_SEED), permutations, len(apart) - 1, int(degree.max()))
    p = np.empty(len(apart))
    for ward in range(len(apart)):
        pool = np.append(apart[:ward], apart[ward + 1:])
        means = pool[drawn[:, : degree[ward]]].mean(axis=1)
        above = (means >= around[ward] - 1e-12).sum()
        below = (means <= around[ward] + 1e-12).sum()
        p[ward] = min(1.0, 2 * (min(above, below) + 1) / (permutations + 1))
    return p


def _without_repeats(chance: np.random.Generator, draws: int, among: int, count: int) -> np.ndarray:
    """(draws, count) int: in each row so many different numbers below `among`."""
    drawn = chance.integers(0, among, (draws, count))
    for column in range(1, count):
        while (again := (drawn[:, :column] == drawn[:, column, None]).any(axis=1)).any():
            drawn[again, column] = chance.integers(0, among, int(again.sum()))
    return drawn
