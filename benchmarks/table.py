"""One table of what was measured, what it was measured against, and whether the bound holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """`holds` is None for what is told and has no bound."""

    what: str
    measured: str
    against: str = ""
    ratio: str = ""
    bound: str = ""
    holds: bool | None = None


def show(title: str, lines: list[Line]) -> bool:
    """Print the lines under a title; True when every bound holds."""
    rows = [("", "measured", "against", "ratio", "bound", "")]
    rows += [(line.what, line.measured, line.against, line.ratio, line.bound,
              "" if line.holds is None else "holds" if line.holds else "BROKEN") for line in lines]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    print(f"\n{title}")
    for row in rows:
        first, *rest = (cell.ljust(width) if index == 0 else cell.rjust(width)
                        for index, (cell, width) in enumerate(zip(row, widths, strict=True)))
        print("  ".join([first, *rest]).rstrip(), flush=True)
    return all(line.holds is not False for line in lines)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms"


def kb(size: float) -> str:
    return f"{size / 1000:,.1f} kB"
