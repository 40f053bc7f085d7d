"""Axes: round numbers to mark, and where on the page a number stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from assetmap.maps.svg import tag, words, wrapped

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers, evenly apart, from at or below `low` to at or above `high`: two to about `about` + 2 of them.

    Steps are 1, 2, 2.5 or 5 times a power of ten. Equal ends are
    taken from nought; what is not finite raises ValueError.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"an axis cannot go from {low} to {high}")
    low, high = min(low, high), max(low, high)
    largest = max(abs(low), abs(high))
    if largest < 1e-300:  # nought, as far as numbers go
        low, high = 0.0, 1.0
    elif high - low <= largest * 1e-9:  # all equal: up from nought, or down from it
        low, high = min(low, 0.0), max(high, 0.0)
    rough = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next((number for number in _ROUND if number * power >= rough * (1 - 1e-9)), 10.0)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def spoken(value: float, step: float = 1.0) -> str:
    """A number with thousands separators, and as many decimals as the step between marks needs. -0 is 0."""
    places = next((places for places in range(6) if abs(round(step, places) - step) < abs(step) * 1e-6), 6)
    said = f"{value:,.{places}f}"
    return said.lstrip("-") if float(said.replace(",", "")) == 0 else said.replace("-", "−")


@dataclass(frozen=True, slots=True)
class Scale:
    """From numbers to units: `low` stands at `start`, `high` at `end`."""

    marks: tuple[float, ...]
    start: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float, *, about: int = 5,
             from_zero: bool = False) -> Scale:
        """A scale with round ends around the finite values, of which there must be one."""
        finite = np.asarray(values, dtype=float)
        finite = finite[np.isfinite(finite)]
        low, high = float(finite.min()), float(finite.max())
        return cls(tuple(ticks(min(low, 0.0) if from_zero else low, max(high, 0.0) if from_zero else high, about)),
                   start, end)

    @property
    def step(self) -> float:
        return self.marks[1] - self.marks[0]

    def at(self, value: float) -> float:
        """Where the number stands, in units."""
        low, high = self.marks[0], self.marks[-1]
        return self.start + (float(value) - low) / (high - low) * (self.end - self.start)

    def label(self, value: float, unit: str = "") -> str:
        return spoken(value, self.step) + unit


@dataclass(frozen=True, slots=True)
class Plot:
    """The inner rectangle of a chart in its viewBox of `width` by `height` units."""

    width: float = 640
    height: float = 440
    left: float = 84
    right: float = 44
    top: float = 44
    bottom: float = 82

    @property
    def x_ends(self) -> tuple[float, float]:
        return self.left, self.width - self.right

    @property
    def y_ends(self) -> tuple[float, float]:
        """From the bottom up, as numbers grow."""
        return self.height - self.bottom, self.top

    def frame(self, x: Scale, y: Scale, x_label: str, y_label: str, *, x_unit: str = "", y_unit: str = "",
              x_names: Sequence[tuple[float, str]] | None = None) -> Markup:
        """Lines across, numbers at the edges, and what the axes are: upright words above and below.

        `x_names` are positions and names that stand for the numbers of the x axis.
        """
        (left, right), (bottom, top) = self.x_ends, self.y_ends
        made = []
        for mark in y.marks:
            at = y.at(mark)
            made.append(tag("line", class_="chart-grid", x1=left, x2=right, y1=at, y2=at))
            made.append(words(left - 10, at + 6, y.label(mark, y_unit), "chart-mark", "end"))
        names = x_names if x_names is not None else _thinned([(x.at(mark), x.label(mark, x_unit)) for mark in x.marks])
        for at, name in names:
            made.append(tag("line", class_="chart-tick", x1=at, x2=at, y1=bottom, y2=bottom + 7))
            made.append(words(at, bottom + 30, name, "chart-mark", "middle"))
        made.append(tag("line", class_="chart-axis", x1=left, x2=right, y1=bottom, y2=bottom))
        made.append(words(2, top - 22, wrapped(y_label, self.width - 10, lines=1)[0], "chart-axis-name"))
        made.append(words(right, self.height - 16, wrapped(x_label, self.width - 30, lines=1)[0],
                          "chart-axis-name", "end"))
        return Markup("").join(made)


def _thinned(names: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """Every name, or every second or third, so that they do not touch."""
    widest = max(len(name) for _, name in names) * 12.5 + 12
    apart = abs(names[1][0] - names[0][0]) if len(names) > 1 else widest
    return names[::max(1, math.ceil(widest / max(apart, 1e-9)))]
