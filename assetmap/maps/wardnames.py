"""What is written on a drawing of wards: names where they fit into their ward, numbers where they do not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from markupsafe import Markup

from assetmap.maps.placing import Box
from assetmap.maps.svg import block, length, path, tag, words

NAME, NUMBER, NUMBER_NARROW = 15.0, 14.0, 22.0
_AWAY = (26, 40, 56, 74, 94, 120)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a number stands; `outside` its ward it is tied to it by a line from `of`."""

    x: float
    y: float
    of: tuple[float, float]
    outside: bool


@dataclass(frozen=True, slots=True)
class WardLabels:
    """`named`: ward → lines and place of its name. `in_order`: (ward, number) by name; every ward has a number.

    `wide` has spots for the wards without a name, `narrow` for all, with larger signs.
    """

    named: dict[int, tuple[float, float, list[str]]]
    in_order: list[tuple[int, int]]
    wide: dict[int, Spot] = field(default_factory=dict)
    narrow: dict[int, Spot] = field(default_factory=dict)

    def numbered(self) -> list[tuple[int, int]]:
        """(ward, number) of those that have no room for their name."""
        return [(n, number) for n, number in self.in_order if n not in self.named]

    def drawn(self, classed: Sequence[str]) -> Markup:
        """Both ways of writing on the wards, in groups `is-wide` and `is-narrow`, of which one is shown.

        `classed` is the class of each ward's shape, for the colour of words on it.
        """
        number_of = dict(self.in_order)
        names = [block(x, y, lines, f"ward-name-in {classed[n]}", "middle", font_size=NAME)
                 for n, (x, y, lines) in self.named.items()]
        wide, narrow = ([*(_lead(spot) for spot in spots.values() if spot.outside),
                         *(_number(spot, number_of[n], classed[n], size) for n, spot in spots.items())]
                        for spots, size in ((self.wide, NUMBER), (self.narrow, NUMBER_NARROW)))
        return tag("g", *wide, *names, class_="is-wide") + tag("g", *narrow, class_="is-narrow")


def label_wards(shapes: np.ndarray, names: Sequence[str], figures: Sequence[str], inside: Box,
                taken: Sequence[Box] = ()) -> WardLabels:
    """Labels for wards drawn in units, beside what is `taken`; `figures` stand under their names."""
    order = sorted(range(len(names)), key=lambda n: (names[n].casefold(), n))
    centres = [_centre(shape) for shape in shapes]
    named = {n: found for n in range(len(names))
             if (found := _fitted(shapes[n], centres[n], names[n], figures[n], taken))}
    made = WardLabels(named, [(n, number) for number, n in enumerate(order, 1)])
    number_of, rest = dict(made.in_order), [n for n in order if n not in named]
    written = [_box_of(x, y, lines) for x, y, lines in named.values()]
    made.wide.update(_spots(shapes, centres, rest, number_of, NUMBER, inside, [*taken, *written]))
    made.narrow.update(_spots(shapes, centres, order, number_of, NUMBER_NARROW, inside, list(taken)))
    return made


def _centre(shape: shapely.Geometry) -> tuple[float, float]:
    """The point of a shape that is furthest from its edge."""
    largest = max(shapely.get_parts(shape), key=lambda part: part.area, default=shape)
    if largest.is_empty or not largest.area:
        return (0.0, 0.0) if largest.is_empty else (largest.centroid.x, largest.centroid.y)
    x, y = shapely.maximum_inscribed_circle(largest, 1.0).coords[0]
    return float(x), float(y)


def _fitted(shape: shapely.Geometry, centre: tuple[float, float], name: str, figure: str,
            taken: Sequence[Box]) -> tuple[float, float, list[str]] | None:
    """The name in one to three lines, with its figure, at a place where it lies inside the ward; None for no room."""
    x, y = centre
    pieces = name.split() or [""]
    for parts in range(1, min(len(pieces), 3) + 1):
        lines = _evenly(pieces, parts) + ([figure] if figure else [])
        for dx, dy in ((0, 0), (0, -8), (0, 8), (-12, 0), (12, 0), (-24, 0), (24, 0), (0, -18), (0, 18)):
            box = _centred(x + dx, y + dy, lines)
            if not _hits(box, taken) and shape.covers(shapely.box(box.left, box.top, box.right, box.bottom)):
                return x + dx, box.top + NAME * 0.95, lines
    return None


def _evenly(pieces: list[str], parts: int) -> list[str]:
    """The words in so many lines, the longest as short as can be."""
    if parts == 1:
        return [" ".join(pieces)]
    ways = ([" ".join(pieces[:cut]), *_evenly(pieces[cut:], parts - 1)] for cut in range(1, len(pieces) - parts + 2))
    return min(ways, key=lambda lines: max(map(len, lines)))


def _centred(x: float, y: float, lines: Sequence[str]) -> Box:
    wide, high = max(length(line, NAME) for line in lines), len(lines) * NAME * 1.15
    return Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def _box_of(x: float, first: float, lines: Sequence[str]) -> Box:
    return _centred(x, first - NAME * 0.95 + len(lines) * NAME * 1.15 / 2, lines)


def _spots(shapes: np.ndarray, centres: Sequence[tuple[float, float]], wards: Sequence[int], number_of: dict[int, int],
           size: float, inside: Box, taken: list[Box]) -> dict[int, Spot]:
    """A place for each number: in its ward, else near it where nothing else is written."""
    busy, made, homeless = list(taken), {}, []
    for n in wards:
        x, y = centres[n]
        for dx, dy in ((0, 0), (-16, 0), (16, 0), (0, -16), (0, 16)):
            box = _number_box(x + dx, y + dy, number_of[n], size)
            if not _hits(box, busy) and shapes[n].covers(shapely.box(box.left, box.top, box.right, box.bottom)):
                made[n] = Spot(x + dx, y + dy, centres[n], outside=False)
                busy.append(box)
                break
        else:
            homeless.append(n)
    for n in homeless:
        x, y = _beside(centres[n], number_of[n], size, inside, busy)
        busy.append(_number_box(x, y, number_of[n], size))
        made[n] = Spot(x, y, centres[n], outside=True)
    return made


def _beside(centre: tuple[float, float], number: int, size: float, inside: Box, busy: list[Box]) -> tuple[float, float]:
    """The nearest free place around; the centre itself when all is taken."""
    for away in _AWAY:
        for turn in range(16):
            x = centre[0] + away * math.cos(turn * math.pi / 8)
            y = centre[1] + away * math.sin(turn * math.pi / 8)
            box = _number_box(x, y, number, size)
            if inside.holds(box) and not _hits(box, busy):
                return x, y
    return centre


def _number_box(x: float, y: float, number: int, size: float) -> Box:
    wide, high = length(str(number), size) + 8, size * 1.2
    return Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def _hits(box: Box, busy: Sequence[Box]) -> bool:
    return any(box.meets(other) for other in busy)


def _lead(spot: Spot) -> Markup:
    """A line from a ward to its number."""
    return (tag("path", class_="ward-lead", d=path([spot.of, (spot.x, spot.y)]))
            + tag("circle", class_="ward-lead-end", cx=spot.of[0], cy=spot.of[1], r=2.5))


def _number(spot: Spot, number: int, class_: str, size: float) -> Markup:
    """A number on its ward, or on a label of its own."""
    x, y = spot.x, spot.y + size * 0.36
    if not spot.outside:
        return words(x, y, number, f"ward-number {class_}", "middle", font_size=size)
    box = _number_box(spot.x, spot.y, number, size)
    return (tag("rect", class_="ward-pill", x=box.left, y=box.top, width=box.right - box.left,
                height=box.bottom - box.top, rx=4)
            + words(x, y, number, "ward-pill-number", "middle", font_size=size))
