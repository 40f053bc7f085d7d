"""How much of a file is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file. The defaults hold every ward of the country and two million rows."""

    max_bytes: int = 200_000_000
    max_rows: int = 2_000_000
    max_columns: int = 1_000
    max_cell: int = 100_000  # characters
    seconds: float = 60.0  # for a file that is read in a child process
    memory_bytes: int = 2_000_000_000  # likewise
    max_mended: int = 100_000  # corners of an outline that crosses itself and is mended; one with more is refused


DEFAULT_LIMITS = Limits()
