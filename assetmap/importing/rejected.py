"""The rows that were left out, with the reason, in a file to correct and load again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from assetmap.domain.errors import Problem
from assetmap.importing.sheet import Sheet
from assetmap.layers.write import write_table

REASON = "reason"


def write(file: Path, sheet: Sheet) -> str:
    """Write NAME.rejected.csv beside `file` and return its path as text. Raises Unavailable when it cannot."""
    reasons: dict[int, list[str]] = {}
    for problem in sheet.problems:
        if problem.refuses:
            reasons.setdefault(problem.row, []).append(f"{problem.column}: {problem.message}".removeprefix(": "))
    # a file that was rejected before brings its old reasons
    kept = [index for index, heading in enumerate(sheet.table.columns) if heading.lower() != REASON]
    rows = [(*(row[index] for index in kept), "; ".join(reasons[number]))
            for number, row in zip(sheet.numbers, sheet.table.rows, strict=True) if number in reasons]
    target = file.with_name(f"{file.stem}.rejected.csv")
    write_table(target, pd.DataFrame(rows, columns=[*(sheet.table.columns[index] for index in kept), REASON]))
    return str(target)


def write_problems(file: Path, problems: Sequence[Problem]) -> str:
    """As `write`, for a file whose rows are shapes or postcodes by the million: what is wrong, by row and column."""
    rows = [(problem.row, problem.column, problem.value, problem.message) for problem in problems]
    target = file.with_name(f"{file.stem}.rejected.csv")
    write_table(target, pd.DataFrame(rows, columns=["row", "column", "value", REASON]))
    return str(target)
