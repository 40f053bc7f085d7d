"""Two figures of each ward as points: in four named quarters, and a rate against its size with what chance allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from assetmap.maps.charts.axes import Plot, Scale
from assetmap.maps.charts.figure import empty, figure, finite, left_out, line_key
from assetmap.maps.placing import Box, place_labels
from assetmap.maps.svg import NARROW, WIDE, block, length, path, shortened, tag, words, wrapped
from assetmap.maps.wording import ENGLISH, Wording

_RADIUS = 7
_CORNER = 3 * NARROW  # above and below the points, for the names of the quarters
_NAME_ROOM = 18 * NARROW * 0.56


@dataclass(frozen=True, slots=True)
class Quarters:
    """What the four quarters are called, and which is to be looked at first: "bottom_right", say, or ""."""

    top_left: str
    top_right: str
    bottom_left: str
    bottom_right: str
    first: str = ""


def quadrants(element_id: str, title: str, description: str, *, names: Sequence[str], x: Sequence[float],
              y: Sequence[float], x_label: str, y_label: str, x_split: float, y_split: float, quarters: Quarters,
              codes: Sequence[str] = (), say: Wording = ENGLISH) -> Markup:
    """Wards by two figures, parted at `x_split` and `y_split`. Those without both are left out and counted.

    Wards of the quarter that is `first` are diamonds, and named before others; a name that has no room is only said
    when its point is hovered, and stands in the table.
    """
    kept, (x, y) = finite(x, y)
    notes = [left_out(len(x) - len(kept), say)]
    if not len(kept):
        return empty("quadrants", element_id, notes, say)
    plot = Plot(height=540)
    low, high = plot.y_ends
    across = Scale.over(_roomy(x[kept], x_split), *plot.x_ends)
    up = Scale.over(_roomy(y[kept], y_split), low - _CORNER, high + _CORNER)
    split = across.at(x_split), up.at(y_split)
    corners, taken = _corners(plot, split, quarters)
    at = [(across.at(x[n]), up.at(y[n])) for n in kept]
    first = [_quarter(point, split) == quarters.first for point in at]
    parted = Markup("").join((
        tag("line", class_="chart-split", x1=split[0], x2=split[0], y1=plot.y_ends[1], y2=plot.y_ends[0]),
        tag("line", class_="chart-split", x1=plot.x_ends[0], x2=plot.x_ends[1], y1=split[1], y2=split[1])))
    away = [not first[k] for k in range(len(kept))], [-np.hypot(px - split[0], py - split[1]) for px, py in at]
    points = _points(plot, at, [names[n] for n in kept], first, np.lexsort((away[1], away[0])), taken,
                     [codes[n] for n in kept] if codes else [])
    body = plot.frame(across, up, x_label, y_label) + corners + parted + points
    return figure("quadrants", element_id, title, description, (plot.width, plot.height), body, notes=notes)


def _roomy(values: np.ndarray, split: float) -> list[float]:
    """The values and the split, with something on both sides of the split even where nothing is."""
    low, high = min(*values, split), max(*values, split)
    room = 0.12 * (high - low) or 0.5 * abs(split) or 1.0
    below = split - room if low == split else low
    return [max(below, 0.0) if low >= 0 else below, split + room if high == split else high]


def _quarter(point: tuple[float, float], split: tuple[float, float]) -> str:
    """The name of the quarter in which a point of the drawing lies; on the line counts as above and right."""
    return f"{'top' if point[1] <= split[1] else 'bottom'}_{'right' if point[0] >= split[0] else 'left'}"


def _corners(plot: Plot, split: tuple[float, float], quarters: Quarters) -> tuple[Markup, list[Box]]:
    """The names of the quarters in their corners, a ground under the first, and the room they take."""
    (left, right), (bottom, top) = plot.x_ends, plot.y_ends
    made, taken = [], []
    for name in ("top_left", "top_right", "bottom_left", "bottom_right"):
        x0, x1 = (left, split[0]) if name.endswith("left") else (split[0], right)
        y0, y1 = (top, split[1]) if name.startswith("top") else (split[1], bottom)
        if name == quarters.first:
            made.insert(0, tag("rect", class_="chart-first", x=x0, y=y0, width=max(x1 - x0, 0), height=max(y1 - y0, 0)))
        anchor, x = ("start", left + 8) if name.endswith("left") else ("end", right - 8)
        lines = wrapped(getattr(quarters, name), (right - left) / 2 - 16, NARROW, 2)
        high = len(lines) * NARROW * 1.15
        y = top + 22 if name.startswith("top") else bottom - high + 14
        wide = max(length(line) for line in lines)
        made.append(block(x, y, lines, "chart-quarter", anchor))
        taken.append(Box(x if anchor == "start" else x - wide, y - NARROW, x + wide if anchor == "start" else x,
                         y - NARROW + high))
    return Markup("").join(made), taken


def _points(plot: Plot, at: Sequence[tuple[float, float]], names: Sequence[str], marked: Sequence[bool],
            order: Sequence[int], taken: Sequence[Box], codes: Sequence[str]) -> Markup:
    """The points, each named when hovered, and as many names as fit: some only where the picture is wide."""
    inside = Box(plot.x_ends[0], plot.y_ends[1] - 8, plot.width, plot.y_ends[0])
    short = [shortened(name, _NAME_ROOM) for name in names]
    always = place_labels(at, short, size=NARROW, inside=inside, order=order, taken=taken, radius=_RADIUS)
    named = {label.number for label in always}
    longer = [shortened(name, _NAME_ROOM, WIDE) for name in names]
    wide = place_labels(at, longer, size=WIDE, inside=inside, order=[n for n in order if n not in named],
                        taken=[*taken, *(label.at_size(WIDE) for label in always)], radius=_RADIUS)
    drawn = [tag("g", tag("title", names[n]), _shape(*at[n], bool(marked[n])), class_="chart-point",
                 data_ward=codes[n] if codes else None) for n in order[::-1]]
    said = [words(label.x, label.y, label.text, "chart-name" + extra, label.anchor)
            for labels, extra in ((always, ""), (wide, " is-wide")) for label in labels]
    return Markup("").join([*drawn, *said])


def _shape(x: float, y: float, marked: bool) -> Markup:
    if marked:
        r = _RADIUS + 2
        return tag("path", class_="chart-dot is-marked", d=path([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], True))
    return tag("circle", class_="chart-dot", cx=x, cy=y, r=_RADIUS)


@dataclass(frozen=True, slots=True)
class Limits:
    """What chance allows around the average: `at` populations in rising order, and limits of the rate for each."""

    at: Sequence[float]
    low_95: Sequence[float]
    high_95: Sequence[float]
    low_998: Sequence[float]
    high_998: Sequence[float]


def funnel(element_id: str, title: str, description: str, *, names: Sequence[str], population: Sequence[float],
           rate: Sequence[float], average: float, limits: Limits, outside: Sequence[int], x_label: str, y_label: str,
           codes: Sequence[str] = (), say: Wording = ENGLISH) -> Markup:
    """A funnel plot (Spiegelhalter 2005): each ward's rate over its population, with the limits of chance.

    `outside` says of each ward 0 for within the limits, 1 for beyond 95 %, 2 for beyond 99.8 %, as the analysis found;
    those beyond 99.8 % are diamonds. Wards without a figure are left out and counted.
    """
    kept, (population, rate) = finite(population, rate)
    notes = [left_out(len(rate) - len(kept), say)]
    if not len(kept) or not np.isfinite(average):
        return empty("funnel", element_id, notes, say)
    plot = Plot()
    shown = [np.asarray(column, dtype=float) for column in
             (limits.at, limits.low_95, limits.high_95, limits.low_998, limits.high_998)]
    across = Scale.over([*population[kept], *shown[0]], *plot.x_ends)
    up = Scale.over([*rate[kept], average, *(_seen(shown, rate[kept]))], *plot.y_ends, from_zero=True)
    at = [(across.at(population[n]), up.at(rate[n])) for n in kept]
    beyond = np.asarray([abs(int(outside[n])) for n in kept])
    order = np.lexsort((-np.abs(rate[kept] - average), -beyond))
    middle = up.at(average)
    label = words(plot.x_ends[1] - 4, middle - 7, say.gettext("average"), "chart-said", "end")
    taken = [Box(plot.x_ends[1] - 100, middle - 26, plot.x_ends[1], middle)]
    points = _points(plot, at, [names[n] for n in kept], beyond == 2, order, taken,
                     [codes[n] for n in kept] if codes else [])
    body = (_band(across, up, shown[0], shown[3], shown[4], "chart-band") + _band(across, up, shown[0], shown[1],
            shown[2], "chart-band is-inner") + plot.frame(across, up, x_label, y_label)
            + tag("line", class_="chart-line is-average", x1=plot.x_ends[0], x2=plot.x_ends[1], y1=middle, y2=middle)
            + label + points)
    key = line_key([say.gettext("95 in 100 wards would lie in the inner band by chance"),
                    say.gettext("998 in 1,000 in the outer")], ["is-inner-band", "is-outer-band"])
    return figure("funnel", element_id, title, description, (plot.width, plot.height), body, notes=notes, key=key)


def _seen(limits: Sequence[np.ndarray], rate: np.ndarray) -> list[float]:
    """The upper limits, as far as they do not dwarf the points: they rise without end for small wards."""
    return [min(float(value), 1.6 * float(rate.max())) for value in limits[2] if np.isfinite(value)]


def _band(across: Scale, up: Scale, at: np.ndarray, low: np.ndarray, high: np.ndarray, class_: str) -> Markup:
    """The area between two limits, cut off where the axis ends."""
    ends = up.marks[0], up.marks[-1]
    rows = np.flatnonzero(np.isfinite(at) & np.isfinite(low) & np.isfinite(high))
    edge = [(across.at(at[n]), up.at(np.clip(high[n], *ends))) for n in rows]
    back = [(across.at(at[n]), up.at(np.clip(low[n], *ends))) for n in rows[::-1]]
    return tag("path", class_=class_, d=path(edge + back, closed=True)) if len(rows) > 1 else Markup("")
