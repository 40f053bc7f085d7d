"""Counts in two directions, such as by ward and by kind, so that no small one can be worked out from the others."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from assetmap.analysis.suppression import LEAST, suppress

Span = tuple[int, int | None]
"""At least so many, and at most so many; None: nobody says at most how many."""
_STEPS = (1, 2, 5)
"""Where the spans of cells begin, in times `least`, and in ten times that and so on: 10 to 19, 20 to 49, 50 to 99."""


@dataclass(frozen=True, slots=True)
class TwoWay:
    """What may be shown: the sums, None where one is held back, and of cells that are not small in which span they lie.

    Of a cell that is not among `cells` nothing is said.
    """

    total: int | None
    rows: dict[Hashable, int | None]
    columns: dict[Hashable, int | None]
    cells: dict[tuple[Hashable, Hashable], Span] = field(default_factory=dict)


def suppress_two_way(counts: Mapping[tuple[Hashable, Hashable], int], rows: Sequence[Hashable],
                     columns: Sequence[Hashable], least: int = LEAST) -> TwoWay:
    """What may be shown of counts by (row, column), each thing in one cell; `rows` and `columns` name every one.

    Sums are exact or held back, as in `suppress`. Cells are never exact: a cell may be shown by the span in which it
    lies. Spans begin above what the sums alone would lead one to expect there, and at `least` or more. Where sums and
    spans together would leave some cell only one number that it can be, no cell is shown. So who knows the rule too
    can work out no cell: some table in which none stands out has the same sums, and others that are near it.
    """
    at_row, at_column = ({key: at for at, key in enumerate(keys)} for keys in (rows, columns))
    table = np.zeros((len(rows), len(columns)), dtype=np.int64)
    for (row, column), count in counts.items():
        table[at_row[row], at_column[column]] += count
    by_row, total = suppress(dict(zip(rows, table.sum(axis=1).tolist(), strict=True)), least)
    by_column, _total = suppress(dict(zip(columns, table.sum(axis=0).tolist(), strict=True)), least)
    kept_rows = np.array([by_row[key] is not None for key in rows], dtype=bool)
    kept_columns = np.array([by_column[key] is not None for key in columns], dtype=bool)
    folded = _fold(_fold(table, kept_rows).T, kept_columns).T
    low, high = _limits(folded, int(kept_rows.sum()), int(kept_columns.sum()), least)
    cells = {}
    if low.any() and not fixed_cells(folded, low, high).any():
        row_of, column_of = np.flatnonzero(kept_rows), np.flatnonzero(kept_columns)
        cells = {(rows[row_of[row]], columns[column_of[column]]): _span(low[row, column], high[row, column])
                 for row, column in np.argwhere(low > 0).tolist()}
    return TwoWay(total, by_row, by_column, cells)


def fixed_cells(table: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Which cells can be one whole number only, for who knows the sums of all rows and columns and the limits: bool.

    `table`: (r, c) whole numbers within `low` and `high` (inf for none). A cell can be another number exactly if some
    round of cells can be one more and one less by turns (network flows; Gusfield 1988, “A graph theoretic approach to
    statistical data security”).
    """
    up, down = table < high, table > low
    loose = _in_squares(up, down)
    for row, column in np.argwhere(~loose).tolist():
        loose[row, column] = _in_round(up, down, row, column)
    return ~loose


def _fold(table: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The kept rows, and the sum of all others as the last: that sum is known to who knows the kept ones."""
    return table[kept] if kept.all() else np.vstack([table[kept], table[~kept].sum(axis=0)])


def _limits(table: np.ndarray, rows: int, columns: int, least: int) -> tuple[np.ndarray, np.ndarray]:
    """Between which numbers each cell lies, as anybody is told: 0 and inf where nothing is, as of what is added up.

    Spans begin at a number that is more than one above what is expected, so that this is a table without any.
    """
    total = int(table.sum())
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / max(total, 1)
    low, high = np.zeros(table.shape), np.full(table.shape, np.inf)
    for edge in _edges(least, total)[::-1]:
        told = expected < edge - 1
        told[rows:], told[:, columns:] = False, False
        begins, below = told & (table >= edge) & (low == 0), told & (table < edge)
        low[begins], high[below] = edge, edge - 1
    return low, high


def _edges(least: int, total: int) -> list[int]:
    """Where spans begin, up to the sum of all."""
    made, ten = [], least
    while ten <= total:
        made += [step * ten for step in _STEPS if step * ten <= total]
        ten *= 10
    return made


def _span(low: float, high: float) -> Span:
    return int(low), None if high == np.inf else int(high)


def _in_squares(up: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Which cells could change with three others, the corners of a square: nearly all that can change at all."""
    both = up.T.astype(np.int64) @ down.astype(np.int64)
    loose = np.zeros(up.shape, dtype=bool)
    for row in range(len(up)):
        others = both - np.outer(up[row], down[row]) > 0
        np.fill_diagonal(others, False)
        loose[row] = (down[row] & (others & up[row]).any(axis=1)) | (up[row] & (others.T & down[row]).any(axis=1))
    return loose


def _in_round(up: np.ndarray, down: np.ndarray, row: int, column: int) -> bool:
    """Whether a cell could change with any others at all."""
    can_rise, can_fall = up[row, column], down[row, column]
    up, down = up.copy(), down.copy()
    up[row, column] = down[row, column] = False
    rows, columns = np.zeros(len(up), dtype=bool), np.zeros(up.shape[1], dtype=bool)
    if can_rise:
        columns[column] = True
        if _spread(up, down, rows, columns)[0][row]:
            return True
    rows[:], columns[:] = False, False
    rows[row] = True
    return bool(can_fall and _spread(up, down, rows, columns)[1][column])


def _spread(up: np.ndarray, down: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows and columns that can be reached: from a row by a cell that rises, from a column by one that falls."""
    while True:
        more_columns, more_rows = columns | up[rows].any(axis=0), rows | down[:, columns].any(axis=1)
        if (more_columns == columns).all() and (more_rows == rows).all():
            return rows, columns
        rows, columns = more_rows, more_columns
