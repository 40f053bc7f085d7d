"""Narrowing by facets, and how many each further choice would leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np


class Facet:
    """Which of n assets carries which of k codes: `matrix` (n, k) bool, its columns in the order of `codes`."""

    def __init__(self, codes: Sequence[str], values: Sequence[Sequence[str]]):
        self.codes = list(codes)
        self.position = {code: index for index, code in enumerate(self.codes)}
        self.matrix = np.zeros((len(values), len(self.codes)), dtype=bool)
        numbers_of: dict[tuple[str, ...], list[int]] = {}
        rows, columns = [], []
        for row, held in enumerate(values):
            numbers = numbers_of.get(held)
            if numbers is None:
                numbers = numbers_of[held] = [self.position[code] for code in held if code in self.position]
            rows.extend([row] * len(numbers))
            columns.extend(numbers)
        self.matrix[rows, columns] = True

    @classmethod
    def from_matrix(cls, codes: Sequence[str], matrix: np.ndarray) -> Facet:
        """A facet whose matrix is already known."""
        made = cls(codes, [])
        made.matrix = matrix
        return made

    def any_of(self, rows: np.ndarray, chosen: Iterable[str]) -> np.ndarray:
        """Which of `rows` carry at least one chosen code; (len(rows),) bool. Codes that are not known: none."""
        numbers = [self.position[code] for code in chosen if code in self.position]
        if not numbers:
            return np.zeros(len(rows), dtype=bool)
        if len(numbers) == 1:
            return self.matrix[rows, numbers[0]]
        return self.matrix[np.ix_(rows, numbers)].any(axis=1)

    def counts(self, rows: np.ndarray) -> dict[str, int]:
        """How many of `rows` carry each code."""
        return dict(zip(self.codes, self.matrix[rows].sum(axis=0).tolist(), strict=True))


def keep(masks: Mapping[str, np.ndarray], size: int, leave_out: str = "") -> np.ndarray:
    """Rows that pass every mask but one: (size,) bool. With `leave_out` "" every mask counts."""
    kept = np.ones(size, dtype=bool)
    for name, mask in masks.items():
        if name != leave_out:
            kept &= mask
    return kept
