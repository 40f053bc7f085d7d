"""A table with its mapping: whole columns converted at once, faults gathered by row and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from operator import attrgetter

from assetmap.domain.errors import Problem
from assetmap.importing.cells import Cell, Converter
from assetmap.layers.table import Table

_FAULT = attrgetter("fault")


class Sheet:
    """Columns of a table by field. Converters see each distinct text once: files repeat themselves."""

    def __init__(self, table: Table, mapping: Mapping[str, str]):
        self.table = table
        self.mapping = dict(mapping)
        self.numbers: Sequence[int] = table.row_numbers
        self.problems: list[Problem] = list(table.notices)
        self.kept: dict[int, list[str]] = {}
        self.twins: set[int] = set()  # row numbers that repeat another row to the letter
        self._positions = {heading: index for index, heading in enumerate(table.columns)}

    def __len__(self) -> int:
        return len(self.table.rows)

    def has(self, field: str) -> bool:
        """Whether the file has a column for the field."""
        return field in self.mapping

    def is_own_line(self, index: int) -> bool:
        """Whether row `index` is a line of an export, which leaves nothing to be worked out from other cells."""
        return self.has("position_from") and self.has("source_id") and bool(self.raw("source_id")[index])

    def heading(self, field: str) -> str:
        """The file's own name for the field's column, or the field's name when it has none."""
        return self.mapping.get(field, field)

    def raw(self, field: str) -> Sequence[str]:
        """The texts of a field's column; empty ones when the file has none."""
        if field not in self.mapping or not len(self):
            return [""] * len(self)
        return self._columns[self._positions[self.mapping[field]]]

    @cached_property
    def _columns(self) -> list[tuple[str, ...]]:
        return list(zip(*self.table.rows, strict=True))

    def values(self, field: str, convert: Converter) -> list:
        """The field's converted values, one a row; faults are kept as problems."""
        if field not in self.mapping:
            return [convert("").value] * len(self)
        texts = self.raw(field)
        cells = {text: convert(text) for text in set(texts)}
        if any(map(_FAULT, cells.values())):
            self._note_faults(field, texts, cells)
        values = {text: cell.value for text, cell in cells.items()}
        return list(map(values.__getitem__, texts))

    def _note_faults(self, field: str, texts: Sequence[str], cells: Mapping[str, Cell]) -> None:
        for index, text in enumerate(texts):
            cell = cells[text]
            if cell.fault:
                self.fault(index, field, cell.fault, cell.level)
            if cell.kept:
                self.keep(index, f"{self.heading(field)}: {cell.kept}")

    def fault(self, index: int, field: str, message: str, level: str = "refused") -> None:
        """Note what is wrong with row `index` (counted from 0)."""
        text = ""
        if field in self.mapping:
            text = self.table.rows[index][self._positions[self.mapping[field]]][:200]
        self.problems.append(Problem(self.numbers[index], self.heading(field), message, text, level))

    def keep(self, index: int, words: str) -> None:
        """Keep words of row `index` that no field understands; they end in the record's notes."""
        self.kept.setdefault(index, []).append(words)

    def refused_rows(self) -> set[int]:
        """Row numbers that cannot be loaded."""
        return {problem.row for problem in self.problems if problem.refuses}

    def unused(self) -> list[str]:
        """Headings that no field uses."""
        used = set(self.mapping.values())
        return [heading for heading in self.table.columns if heading not in used]
