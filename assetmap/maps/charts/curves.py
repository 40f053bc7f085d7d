"""Curves: how evenly something is spread, what each further place would add, and figures over months."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from assetmap.maps.charts.axes import Plot, Scale
from assetmap.maps.charts.figure import empty, figure, left_out, line_key
from assetmap.maps.placing import Box, place_labels
from assetmap.maps.svg import NARROW, path, tag, words
from assetmap.maps.wording import ENGLISH, Wording

MOST_LINES = 5
"""Lines that a chart can keep apart."""
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)  # months between marks
_MOST_DOTS = 14  # more would hide how a line is drawn


def concentration(element_id: str, title: str, description: str, *, people: Sequence[float], share: Sequence[float],
                  x_label: str, y_label: str, curve_name: str, say: Wording = ENGLISH) -> Markup:
    """A concentration curve: `share` of what there is that the most deprived `people` have, both cumulative, 0 to 1.

    The straight line is what it would be if everyone had the same. Above it, the most deprived have more.
    """
    points = [(float(a), float(b)) for a, b in zip(people, share, strict=True) if np.isfinite(a) and np.isfinite(b)]
    if len(points) < 2:
        return empty("concentration", element_id, (), say)
    plot = Plot(height=520)
    across, up = (Scale((0, 20, 40, 60, 80, 100), *ends) for ends in (plot.x_ends, plot.y_ends))
    at = [(across.at(100 * a), up.at(100 * b)) for a, b in points]
    even = [(across.at(0), up.at(0)), (across.at(100), up.at(100))]
    body = (tag("path", class_="chart-area", d=path([*at, *reversed(even)], closed=True))
            + plot.frame(across, up, x_label, y_label, x_unit="%", y_unit="%")
            + tag("path", class_="chart-line is-average", d=path(even))
            + tag("path", class_="chart-line is-1", d=path(at))
            + Markup("").join(tag("circle", class_="chart-dot", cx=x, cy=y, r=4)
                              for x, y in at[1:-1] if len(at) <= _MOST_DOTS * 2))
    key = line_key([curve_name, say.gettext("if everyone had the same")], ["is-1", "is-average"])
    return figure("concentration", element_id, title, description, (plot.width, plot.height), body, key=key)


def gain(element_id: str, title: str, description: str, *, people: Sequence[float], x_label: str, y_label: str,
         chosen: int | None = None, say: Wording = ENGLISH) -> Markup:
    """People newly reached by 1, 2, 3 … further places, from `people` in that order; `chosen` is a number of places.

    The number stands beside each point that has room, the chosen one's first.
    """
    reached = np.asarray(people, dtype=float)
    known = np.flatnonzero(np.isfinite(reached))
    if not len(known):
        return empty("gain", element_id, (), say)
    plot = Plot()
    across = Scale(tuple(range(0, len(reached) + 1)), *plot.x_ends)
    up = Scale.over([0.0, *reached[known]], *plot.y_ends, from_zero=True)
    at = [(across.at(n + 1), up.at(reached[n])) for n in known]
    picked = [n + 1 == chosen for n in known]
    wanted = sorted(range(len(at)), key=lambda k: (not picked[k], k not in (0, len(at) - 1), k))
    inside = Box(plot.x_ends[0], 0, plot.width, plot.y_ends[0])
    labels = place_labels(at, [f"{reached[n]:,.0f}" for n in known], size=NARROW, inside=inside, order=wanted,
                          radius=10)
    steps = path([(across.at(0), up.at(0)), *at])
    body = (plot.frame(across, up, x_label, y_label) + tag("path", class_="chart-line is-1", d=steps)
            + Markup("").join(tag("circle", class_="chart-dot is-marked" if mark else "chart-dot", cx=x, cy=y,
                                  r=10 if mark else 6) for (x, y), mark in zip(at, picked, strict=True))
            + Markup("").join(words(label.x, label.y, label.text, "chart-name", label.anchor) for label in labels))
    return figure("gain", element_id, title, description, (plot.width, plot.height), body)


def trend(element_id: str, title: str, description: str, *, times: Sequence[str], names: Sequence[str],
          lines: Sequence[Sequence[float]], x_label: str, y_label: str, from_zero: bool = True,
          say: Wording = ENGLISH) -> Markup:
    """Up to five lines over `times`, named like “Jan 2026” and evenly apart. A line stops where nothing is
    known and goes on after; a month alone is a dot. Raises ValueError for more lines than can be kept apart.
    """
    if len(lines) > MOST_LINES:
        raise ValueError(f"{len(lines)} lines cannot be kept apart: at most {MOST_LINES} can")
    values = [np.asarray(line, dtype=float) for line in lines]
    known = [value for line in values for value in line if np.isfinite(value)]
    nothing = sum(not np.isfinite(line).any() for line in values)
    notes = [left_out(nothing, say)]
    if not known:
        return empty("trend", element_id, notes, say)
    plot = Plot()
    start, end = plot.x_ends
    apart = (end - start - 40) / max(len(times) - 1, 1)
    x = [start + 20 + number * apart for number in range(len(times))]
    up = Scale.over(known, *plot.y_ends, from_zero=from_zero)
    least = (max(map(len, times), default=1) * 12.5 + 14) / apart
    every = next((number for number in _STEPS if number >= least), _STEPS[-1])
    marks = [(x[number], times[number]) for number in range(len(times) - 1, -1, -every)][::-1]
    drawn = [_broken(x, [up.at(value) if np.isfinite(value) else np.nan for value in line], f"is-{number}")
             for number, line in enumerate(values, 1)]
    body = plot.frame(up, up, x_label, y_label, x_names=marks) + Markup("").join(drawn)
    key = line_key(names, [f"is-{number + 1}" for number in range(len(names))]) if len(names) > 1 else None
    return figure("trend", element_id, title, description, (plot.width, plot.height), body, notes=notes, key=key)


def _broken(x: Sequence[float], y: Sequence[float], class_: str) -> Markup:
    """A line with gaps, and a dot for each value while they are few, else for those that stand alone."""
    runs: list[list[tuple[float, float]]] = [[]]
    for at, value in zip(x, y, strict=True):
        if np.isfinite(value):
            runs[-1].append((at, value))
        elif runs[-1]:
            runs.append([])
    parts = [tag("path", class_=f"chart-line {class_}", d=path(run)) for run in runs if len(run) > 1]
    dots = [tag("circle", class_=f"chart-dot {class_}", cx=at, cy=value, r=4.5) for run in runs
            if len(run) == 1 or len(x) <= _MOST_DOTS for at, value in run]
    return Markup("").join(parts + dots)
