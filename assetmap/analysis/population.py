"""Where people live, as points: supplied ones, else a grid over each ward, else its postcodes.

Which it is, is settled for each ward on its own, in that order: supplied points when they hold at least half of the
people that the ward is known to have (a neighbour's stray point is not the ward's population); a grid when the ward
has an outline and its number of people is known; else its postcodes, if any are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from assetmap.analysis.grid import grid_over

SUPPLIED, GRID, POSTCODES = "supplied", "grid", "postcodes"
BASES = (SUPPLIED, GRID, POSTCODES)  # from the surest on
LABELS = {
    SUPPLIED: "from small areas, as supplied", GRID: "estimated: assumes people are spread evenly",
    POSTCODES: "estimated: each postcode alike", "": "no data",
}
_ENOUGH = 0.5  # of a ward's people
_MOST_POINTS = 2_500_000


class Points(NamedTuple):
    """n points with people, arrays (n,): metres, the ward's row (-1 outside every ward) and people, of whom so many
    are `children` (0–15), of `working_age` (16–64) and `older` (65+); `deprivation`: higher is more deprived. What is
    not known is NaN.
    """

    x: np.ndarray
    y: np.ndarray
    ward: np.ndarray
    people: np.ndarray
    children: np.ndarray
    working_age: np.ndarray
    older: np.ndarray
    deprivation: np.ndarray


@dataclass(frozen=True, slots=True)
class WardPeople:
    """The people of each of w wards, arrays (w,), NaN where a figure is not known; and where that is from."""

    people: np.ndarray
    children: np.ndarray
    working_age: np.ndarray
    older: np.ndarray
    deprivation: np.ndarray
    source: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class PopulationPoints:
    """`Points`, and what they rest on.

    `weight` (n,) is `people`, and 1 for each postcode where people are not known: fit for shares within a ward, never
    to be told as people. `ward_basis` (w,) is one of BASES for each ward, "" for a ward of which nothing is known;
    `spacing_m` (w,) the grid's, else NaN. `basis` is the least sure that any ward rests on.
    """

    x: np.ndarray
    y: np.ndarray
    ward: np.ndarray
    people: np.ndarray
    children: np.ndarray
    working_age: np.ndarray
    older: np.ndarray
    deprivation: np.ndarray
    weight: np.ndarray
    ward_basis: np.ndarray
    spacing_m: np.ndarray
    basis: str
    source: str
    date: str

    @property
    def label(self) -> str:
        """`basis` as the pages say it."""
        return LABELS[self.basis]

    @property
    def xy(self) -> np.ndarray:
        """(n, 2) metres."""
        return np.column_stack([self.x, self.y])

    @property
    def estimated(self) -> bool:
        """Whether any ward's people are spread by assumption."""
        return self.basis in (GRID, POSTCODES)

    def __len__(self) -> int:
        return len(self.x)


def population_points(shapes: Sequence, known: WardPeople, supplied: Points | None = None,
                      postcodes: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None, *, source: str = "",
                      date: str = "", postcode_source: str = "", step_m: float = 100.0,
                      most: int = _MOST_POINTS) -> PopulationPoints:
    """Points for w wards; those of a ward together have exactly its people, as far as they are known.

    `shapes`: w polygons in metres, None for no outline; `known` of the same wards. `supplied` points of the ward -1
    stay: people from outside use what is near the border too. Their `source` and `date`. `postcodes`: x, y and ward,
    (k,) each. `step_m` is the grid's, wider where there would be more than `most` points. Ages and deprivation that
    a point does not have are its ward's, in the ward's shares.
    """
    given = supplied if supplied is not None else _no_points()
    basis = _bases(shapes, known, given, postcodes)
    kept = _of_basis(basis, given.ward, SUPPLIED) | (given.ward < 0)
    own = _completed(Points(*(array[kept] for array in given)), known)
    x, y, ward, spacing = grid_over(
        [shape if of == GRID else None for shape, of in zip(shapes, basis, strict=True)], step_m, most)
    grid = _alike(x, y, ward, known)
    at = _no_postcodes() if postcodes is None else postcodes
    chosen = _of_basis(basis, at[2], POSTCODES)
    codes = _alike(*(np.asarray(array)[chosen] for array in at), known)
    every = Points(*(np.concatenate(arrays) for arrays in zip(own, grid, codes, strict=True)))
    weight = every.people.copy()
    weight[len(own.x) + len(grid.x):][np.isnan(codes.people)] = 1.0
    used = [name for name in BASES if name in set(basis)] or ([SUPPLIED] if len(own.x) else [])
    told = {SUPPLIED: (source, date), GRID: (known.source, known.date), POSTCODES: (postcode_source, "")}
    sources, dates = (list(dict.fromkeys(filter(None, texts)))
                      for texts in zip(*(told[name] for name in used), strict=True)) if used else ((), ())
    return PopulationPoints(*every, weight=weight, ward_basis=basis, spacing_m=spacing, basis=used[-1] if used else "",
                            source="; ".join(sources), date="; ".join(dates))


def _bases(shapes: Sequence, known: WardPeople, given: Points,
           postcodes: tuple[np.ndarray, np.ndarray, np.ndarray] | None) -> np.ndarray:
    count = len(known.people)
    if len(shapes) != count:
        raise ValueError(f"{len(shapes)} outlines, and the people of {count} wards")
    basis = np.full(count, "", dtype=object)
    if postcodes is not None:
        ward = np.asarray(postcodes[2])
        basis[ward[ward >= 0]] = POSTCODES
    drawn = np.array([shape is not None and not shape.is_empty for shape in shapes], dtype=bool)
    basis[drawn & np.isfinite(known.people)] = GRID
    inside = given.ward >= 0
    held = np.bincount(given.ward[inside], np.nan_to_num(given.people[inside]), count)
    any_there = np.bincount(given.ward[inside], minlength=count) > 0
    basis[any_there & ~(held < _ENOUGH * known.people)] = SUPPLIED  # also where nothing else is known of the ward
    return basis


def _of_basis(basis: np.ndarray, ward: np.ndarray, name: str) -> np.ndarray:
    """Which points are in a ward that rests on `name`."""
    return np.append(basis == name, False)[ward]  # -1 is the one that is appended


def _alike(x: np.ndarray, y: np.ndarray, ward: np.ndarray, known: WardPeople) -> Points:
    """Points that share their ward's people evenly."""
    many = np.bincount(ward, minlength=len(known.people))[ward] if len(ward) else np.zeros(0)
    people, children, working_age, older = (array[ward] / many for array in (
        known.people, known.children, _working_age(known.people, known.children, known.working_age, known.older),
        known.older))
    return Points(x, y, ward, people, children, working_age, older, known.deprivation[ward])


def _completed(points: Points, known: WardPeople) -> Points:
    """Ages that a point lacks are in its ward's shares; what a ward does not know stays NaN.

    A deprivation below 0 comes from a rank, beside which the wards' scores would mean nothing.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        working_age = _working_age(known.people, known.children, known.working_age, known.older)
        shares = [np.append(np.where(known.people > 0, part / known.people, np.nan), np.nan)[points.ward]
                  for part in (known.children, working_age, known.older)]
    children = np.where(np.isnan(points.children), points.people * shares[0], points.children)
    older = np.where(np.isnan(points.older), points.people * shares[2], points.older)
    working = _working_age(points.people, points.children, points.working_age, points.older)
    working = np.where(np.isnan(working), points.people * shares[1], working)
    deprivation = points.deprivation
    if not np.any(deprivation < 0):
        deprivation = np.where(np.isnan(deprivation), np.append(known.deprivation, np.nan)[points.ward], deprivation)
    return points._replace(children=children, working_age=working, older=older, deprivation=deprivation)


def _working_age(people: np.ndarray, children: np.ndarray, working_age: np.ndarray, older: np.ndarray) -> np.ndarray:
    """As given, else who is neither a child nor older."""
    return np.where(np.isnan(working_age), np.maximum(people - children - older, 0.0), working_age)


def _no_points() -> Points:
    none = np.zeros(0)
    return Points(none, none, np.zeros(0, dtype=np.intp), *(none for _ in range(5)))


def _no_postcodes() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.intp)
