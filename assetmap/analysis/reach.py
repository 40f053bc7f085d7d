"""What people can reach: shares and numbers of them within a walk, and access to what they share with others.

Distances are straight lines in metres, as `pairs` finds them between n homes ("demand") and m places ("supply").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assetmap.analysis.pairs import Pairs, ThreeArrays, find_pairs, nearest_supply, pairs_in_blocks

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["BANDS", "WALKS_M", "Pairs", "Reached", "enhanced_two_step", "enhanced_two_step_in_blocks", "find_pairs",
           "mean_by_ward", "nearest_supply", "pairs_in_blocks", "share_of_nearest", "share_within"]
WALKS_M = (400, 800, 1_200, 1_600)
BANDS = ((400, 1.0), (800, 0.68), (1_200, 0.22))
_IN_CACHE = 16_384


@dataclass(frozen=True, slots=True)
class Reached:
    """How many people are within each of the distances `metres`, a number or (d,).

    `number` and `outside` are people, `people` all of them; `share` is NaN where there are none to share. Each is a
    number or (d,) for one area; (w,) or (w, d) for w wards; `people` is a number or (w,).
    """

    metres: float | np.ndarray
    share: float | np.ndarray
    number: float | np.ndarray
    people: float | np.ndarray

    @property
    def outside(self) -> float | np.ndarray:
        people = np.asarray(self.people)
        return (people[..., None] if np.ndim(self.number) > people.ndim else people) - self.number


def share_within(pairs: ThreeArrays, population: np.ndarray, metres: float | Sequence[float] = WALKS_M,
                 ward: np.ndarray | None = None, wards: int | None = None) -> Reached:
    """Share and number of the people who have a place within each of the distances, in a straight line.

    `population` (n,): people at each home; NaN is not known, and counts neither as reached nor as missed. The pairs
    must go as far as the longest distance. With `ward` (n,) int, -1 for outside, and the number of `wards`, each ward
    has its own share. Raises ValueError for arrays that do not fit together.
    """
    demand, _, apart = pairs
    nearest = np.full(len(population), np.inf)
    np.minimum.at(nearest, demand, apart)
    return share_of_nearest(nearest, population, metres, ward, wards)


def share_of_nearest(nearest_m: np.ndarray, population: np.ndarray, metres: float | Sequence[float] = WALKS_M,
                     ward: np.ndarray | None = None, wards: int | None = None) -> Reached:
    """As `share_within`, from the metres to the nearest place (n,), as `nearest_supply` gives them.

    Homes that are nowhere (NaN) are left out, neither reached nor missed.
    """
    people, limits = _known_people(population, len(nearest_m)), np.asarray(metres, dtype=float)
    people = np.where(np.isnan(nearest_m), 0.0, people)
    group = np.zeros(len(people), dtype=np.intp) if ward is None else np.asarray(ward)
    if group.shape != people.shape:
        raise ValueError("ward and population are of different lengths")
    count = 1 if ward is None else int(wards if wards is not None else group.max(initial=-1) + 1)
    inside = group >= 0
    totals = np.bincount(group[inside], people[inside], count)[:count]
    number = np.empty((count, limits.size))
    for column, limit in enumerate(limits.ravel()):
        near = inside & (nearest_m <= limit)
        number[:, column] = np.bincount(group[near], people[near], count)[:count]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(totals[:, None] > 0, number / totals[:, None], np.nan)
    shape = (() if ward is None else (count,)) + limits.shape
    return Reached(limits[()], share.reshape(shape)[()], number.reshape(shape)[()],
                   totals.reshape(shape[:1] if ward is not None else ())[()])


def enhanced_two_step(pairs: ThreeArrays, population: np.ndarray, capacity: np.ndarray,
                      bands: Sequence[tuple[float, float]] = BANDS) -> np.ndarray:
    """Access of each home (n,) by the enhanced two-step floating catchment area method (E2SFCA).

    Each place shares its capacity among the people in its reach, R_j = S_j / Σ P_i W(d_ij), and a home has the sum of
    its places' shares, A_i = Σ R_j W(d_ij): capacity a person. `population` (n,), `capacity` (m,); what is not known
    (NaN) counts as nobody and as nothing. `bands` are (metres, weight), nearest first; a distance at a band's edge is
    in it, past the last nothing counts. Who reaches nothing has 0, not NaN; a place with nobody in its reach is left
    out, so that Σ P·A is Σ S of the others. Raises ValueError for bands or people that make no sense.

    Luo and Qi 2009, Health & Place 15(4), 1100–1107.
    """
    people, offered = _known_people(population), _known_people(capacity)
    weighed = _weighed(pairs, (len(people), len(offered)), *_weights(bands))
    return _two_steps(lambda: [weighed], people, offered)


def enhanced_two_step_in_blocks(blocks: Callable[[], Iterable[ThreeArrays]], population: np.ndarray,
                                capacity: np.ndarray, bands: Sequence[tuple[float, float]] = BANDS) -> np.ndarray:
    """As `enhanced_two_step`, of pairs that are never all there at once: `blocks` is called twice and gives them all.

    >>> homes, places = np.array([[0.0, 0.0], [500.0, 0.0]]), np.array([[0.0, 100.0]])
    >>> enhanced_two_step_in_blocks(lambda: pairs_in_blocks(homes, places, 1_200), [10, 20], [2]).round(4)
    array([0.0847, 0.0576])
    """
    people, offered = _known_people(population), _known_people(capacity)
    shape, (edges, weights) = (len(people), len(offered)), _weights(bands)
    return _two_steps(lambda: (_weighed(block, shape, edges, weights) for block in blocks()), people, offered)


def _two_steps(parts: Callable[[], Iterable[tuple[csr_array, np.ndarray]]], people: np.ndarray, offered: np.ndarray
               ) -> np.ndarray:
    load, access = np.zeros(len(offered)), np.zeros(len(people))
    for weighed, place in parts():
        load += np.bincount(place, weighed @ people, len(offered))
    ratio = np.divide(offered, load, out=np.zeros(len(offered)), where=load > 0)
    for weighed, place in parts():
        access += weighed.T @ ratio[place]
    return access


def _weighed(pairs: ThreeArrays, shape: tuple[int, int], edges: np.ndarray, weights: np.ndarray
             ) -> tuple[csr_array, np.ndarray]:
    """Weights, a row for each stretch of pairs with one place and a column for each home; and the place of each row.

    As `find_pairs` gives them, the stretches are long, which makes this several times as quick as pair by pair.
    """
    from scipy.sparse import csr_array

    demand, supply = (np.asarray(rows, dtype=np.intp) for rows in pairs[:2])
    first = np.flatnonzero(np.append(True, supply[1:] != supply[:-1])[: len(supply)])
    place = supply[first]
    for rows, count in ((demand, shape[0]), (place, shape[1])):
        if len(rows) and rows.view(np.uintp).max() >= count:  # below 0 is far above
            raise ValueError(f"the pairs name rows that are not among the {count} that there are")
    weighed = _weigh(np.asarray(pairs[2], dtype=float), edges, weights)
    return csr_array((weighed, demand, np.append(first, len(supply))), shape=(len(first), shape[0])), place


def mean_by_ward(value: np.ndarray, population: np.ndarray, ward: np.ndarray, wards: int) -> np.ndarray:
    """The mean of a value (n,) in each of the `wards`, weighed by people: (wards,), NaN where nobody is known to live.

    Homes whose value or people are not known are left out, and those outside every ward (-1).
    """
    value, people = np.asarray(value, dtype=float), _known_people(population, len(value))
    counted = (np.asarray(ward) >= 0) & np.isfinite(value)
    group, weight = np.asarray(ward)[counted], people[counted]
    total = np.bincount(group, weight, wards)
    return np.divide(np.bincount(group, weight * value[counted], wards), total, out=np.full(wards, np.nan),
                     where=total > 0)


def _weights(bands: Sequence[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    edges, weights = (np.array(column, dtype=float) for column in zip(*bands, strict=True))
    if not (np.all(np.diff(edges) > 0) and edges[0] >= 0 and np.all(weights >= 0) and np.isfinite(weights).all()):
        raise ValueError("bands are (metres, weight), nearest first, with weights of 0 and more")
    return edges, np.append(weights, 0.0)


def _weigh(metres: np.ndarray, edges: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weight of each distance, a stretch at a time that a processor's cache holds: twice as quick."""
    made, past = np.empty(len(metres)), np.empty(_IN_CACHE, dtype=np.uint8)
    for start in range(0, len(metres), _IN_CACHE):
        apart = metres[start: start + _IN_CACHE]
        band = past[: len(apart)]
        band[:] = 0
        for edge in edges:
            band += (apart > edge).view(np.uint8)
        weights.take(band, out=made[start: start + _IN_CACHE], mode="clip")
    return made


def _known_people(people: np.ndarray, length: int | None = None) -> np.ndarray:
    counted = np.asarray(people, dtype=float)
    if counted.ndim != 1 or length not in (None, len(counted)) or np.any(counted < 0):
        raise ValueError("people and capacity are one number of 0 or more for each point")
    return np.where(np.isnan(counted), 0.0, counted)
