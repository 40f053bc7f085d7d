"""A ward's figure against the others: a small strip for a row of a table, and bars with what chance allows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from assetmap.maps.charts.axes import Scale, spoken
from assetmap.maps.charts.figure import empty, figure, finite, left_out
from assetmap.maps.svg import NARROW, WIDE, path, shortened, tag, words
from assetmap.maps.wording import ENGLISH, Wording

_STRIP = (180.0, 28.0)
_ROW = 32.0
_WIDTH, _NAMES, _VALUES = 640.0, 236.0, 96.0


def range_strip(value: float, others: Sequence[float], average: float, text: str) -> Markup:
    """A strip as wide as the range of `others`, a tick for each, a longer one for the average, a dot for the value.

    `text` is what it shows in words, for those who do not see it; the row says the figure too. Without a finite value
    there is no dot, without finite others no strip.
    """
    known = [float(other) for other in others if math.isfinite(other)]
    if math.isfinite(value):
        known.append(float(value))
    width, height = _STRIP
    middle = height / 2
    if not known:
        return tag("svg", class_="range-strip", viewBox=f"0 0 {width:g} {height:g}", role="img", aria_label=text)
    low, high = min(known), max(known)

    def at(number: float) -> float:
        return 9 + (number - low) / (high - low) * (width - 18) if high > low else width / 2

    parts = [tag("line", class_="strip-line", x1=at(low), x2=at(high), y1=middle, y2=middle)]
    parts += [tag("line", class_="strip-other", x1=at(number), x2=at(number), y1=middle - 4, y2=middle + 4)
              for number in sorted(set(known))]
    if math.isfinite(average):
        x = at(min(max(average, low), high))
        parts.append(tag("line", class_="strip-average", x1=x, x2=x, y1=3, y2=height - 3))
    if math.isfinite(value):
        parts.append(tag("circle", class_="strip-dot", cx=at(value), cy=middle, r=6.5))
    return tag("svg", *parts, class_="range-strip", viewBox=f"0 0 {width:g} {height:g}", role="img", focusable="false",
               aria_label=text)


def interval_bars(element_id: str, title: str, description: str, *, names: Sequence[str], value: Sequence[float],
                  low: Sequence[float], high: Sequence[float], x_label: str, average: float = math.nan,
                  unit: str = "", codes: Sequence[str] = (), say: Wording = ENGLISH) -> Markup:
    """A bar for each ward from nought, in the order given, with a whisker from `low` to `high` (NaN for none).

    Wards without a figure are left out and counted. `unit` follows each number, such as "%".
    """
    kept, (value,) = finite(value)
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    notes = [left_out(len(value) - len(kept), say)]
    if not len(kept):
        return empty("bars", element_id, notes, say)
    top, bottom = 30.0, 30.0 + _ROW * len(kept)
    across = Scale.over([*value[kept], *low[kept], *high[kept], average], _NAMES, _WIDTH - _VALUES, about=4,
                        from_zero=True)
    body = [_grid(across, top, bottom, x_label, unit)]
    for row, n in enumerate(kept):
        middle = top + _ROW * (row + 0.5)
        body.append(_bar(across, middle, names[n], (value[n], low[n], high[n]), unit, codes[n] if codes else None))
    if math.isfinite(average):
        x = across.at(average)
        body.append(tag("line", class_="chart-line is-average", x1=x, x2=x, y1=top - 4, y2=bottom))
        body.append(words(x, top - 12, say.gettext("average"), "chart-said", "middle"))
    size = (_WIDTH, bottom + 74)
    return figure("bars", element_id, title, description, size, Markup("").join(body), notes=notes)


def _grid(across: Scale, top: float, bottom: float, x_label: str, unit: str) -> Markup:
    every = 2 if len(across.marks) > 5 else 1
    made = [tag("line", class_="chart-grid", x1=across.at(mark), x2=across.at(mark), y1=top, y2=bottom)
            for mark in across.marks]
    made += [words(across.at(mark), bottom + 26, across.label(mark, unit), "chart-mark", "middle")
             for mark in across.marks[::every]]
    made.append(words(_WIDTH - 4, bottom + 60, shortened(x_label, _WIDTH - 20), "chart-axis-name", "end"))
    return Markup("").join(made)


def _bar(across: Scale, middle: float, name: str, figures: tuple[float, float, float], unit: str,
         code: str | None) -> Markup:
    """A row: the name, the bar with its whisker, the number."""
    value, low, high = figures
    start, end = sorted((across.at(0), across.at(value)))
    parts = [tag("title", f"{name}: {_brief(value)}{unit}"),
             words(_NAMES - 12, middle + 6, shortened(name, _NAMES - 12, NARROW), "chart-name is-narrow", "end"),
             words(_NAMES - 12, middle + 6, shortened(name, _NAMES - 12, WIDE), "chart-name is-wide", "end"),
             tag("rect", class_="chart-bar", x=start, y=middle - 9, width=max(end - start, 0.5), height=18)]
    if math.isfinite(low) and math.isfinite(high):
        a, b = across.at(low), across.at(high)
        whisker = path([(a, middle), (b, middle)]) + "".join(
            path([(x, middle - 6), (x, middle + 6)]) for x in (a, b))
        parts += [tag("path", class_="chart-whisker-under", d=whisker), tag("path", class_="chart-whisker", d=whisker)]
    parts.append(words(_WIDTH - 4, middle + 6, f"{_brief(value)}{unit}", "chart-value", "end"))
    return tag("g", *parts, class_="chart-row", data_ward=code)


def _brief(value: float) -> str:
    return spoken(value, 1 if abs(value) >= 100 else 0.1)
