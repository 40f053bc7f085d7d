"""Narrowing by facets, and how many each further choice would leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np


class Facet:
    """Which of n assets carries which of k codes: `carries` (k, n) bool, its rows in the order of `codes`."""

    def __init__(self, codes: Sequence[str], values: Sequence[tuple[str, ...]]):
        self.codes = list(codes)
        self.position = {code: index for index, code in enumerate(self.codes)}
        self.carries = np.zeros((len(self.codes), len(values)), dtype=bool)
        numbers_of: dict[tuple[str, ...], list[int]] = {}
        rows, columns = [], []
        for row, held in enumerate(values):
            numbers = numbers_of.get(held)
            if numbers is None:
                numbers = numbers_of[held] = [self.position[code] for code in held if code in self.position]
            rows.extend([row] * len(numbers))
            columns.extend(numbers)
        self.carries[columns, rows] = True

    def any_of(self, rows: np.ndarray, chosen: Iterable[str]) -> np.ndarray:
        """Which of `rows` carry at least one chosen code; (len(rows),) bool. Codes that are not known: none."""
        numbers = [self.position[code] for code in chosen if code in self.position]
        if len(numbers) == 1:
            return self.carries[numbers[0]][rows]
        return self.carries[numbers].any(axis=0)[rows]

    def counts(self, rows: np.ndarray) -> dict[str, int]:
        """How many of `rows`, each named once, carry each code."""
        # a whole column and a mask are faster than picking rows, whatever their number
        among = np.zeros(self.carries.shape[1], dtype=bool)
        among[rows] = True
        return {code: int(np.count_nonzero(held & among)) for code, held in zip(self.codes, self.carries, strict=True)}


def keep(masks: Mapping[str, np.ndarray], size: int, leave_out: str = "") -> np.ndarray:
    """Rows that pass every mask but one: (size,) bool. With `leave_out` "" every mask counts."""
    kept = np.ones(size, dtype=bool)
    for name, mask in masks.items():
        if name != leave_out:
            kept &= mask
    return kept


def count_distinct(owner: np.ndarray) -> int:
    """How many different values there are in an ascending array."""
    return int(np.count_nonzero(owner[1:] != owner[:-1])) + 1 if len(owner) else 0
