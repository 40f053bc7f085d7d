"""Wards in classes as a picture that the server draws: for paper, for a page without scripts, and as a file by itself.

On a page its colours are those of `static/css/plan.css`, so that they follow light, dark and print. As a file it
carries its own colours: see `assetmap.maps.sheet`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from markupsafe import Markup

from assetmap.maps.palette import css_class
from assetmap.maps.patterns import fill_of
from assetmap.maps.placing import Box, around
from assetmap.maps.svg import canvas, path, tag, words
from assetmap.maps.wardnames import WardLabels, label_wards
from assetmap.maps.wording import ENGLISH, Wording

WIDTH, _MOST_HIGH, _EDGE, _FOOT = 720.0, 860.0, 12.0, 44.0
_MARKED = 13.0
_MARKS = {"hub": 5.0, "chosen": 9.0, "reached": 3.0}


@dataclass(frozen=True, slots=True)
class Ground:
    """From metres to units: `scale` units to a metre, and where the north-west corner stands."""

    west: float
    north: float
    scale: float
    height: float

    @classmethod
    def of(cls, shapes: np.ndarray) -> Ground:
        """As large as fits the picture's width and height."""
        west, south, east, north = shapely.total_bounds(shapes)
        wide, high = max(east - west, 1.0), max(north - south, 1.0)
        scale = min((WIDTH - 2 * _EDGE) / wide, _MOST_HIGH / high)
        spare = (WIDTH - wide * scale) / 2
        return cls(west - spare / scale, north + _EDGE / scale, scale, high * scale + 2 * _EDGE)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the ground stands in the picture."""
        return (x - self.west) * self.scale, (self.north - y) * self.scale

    def drawn(self, shapes: np.ndarray) -> np.ndarray:
        """The shapes in units, without what is smaller than half a unit. Neighbours keep their common edge."""
        moved = shapely.transform(shapes, lambda xy: np.column_stack(
            ((xy[:, 0] - self.west) * self.scale, (self.north - xy[:, 1]) * self.scale)))
        try:
            return shapely.coverage_simplify(moved, 0.7)
        except shapely.errors.GEOSException:  # wards that overlap are not a coverage
            return shapely.simplify(moved, 0.7)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The wards in their colours with what is written on them; `height` units high, WIDTH wide."""

    parts: list[Markup]
    height: float
    labels: WardLabels


def picture(element_id: str, title: str, description: str, *, codes: Sequence[str], names: Sequence[str],
            shapes: Sequence[shapely.Geometry], class_of: Sequence[int], classes: int, figures: Sequence[str] = (),
            points: Sequence[tuple] = (), diverging: bool = False, caption: str = "",
            say: Wording = ENGLISH, patterns: str = "", outlines: Sequence[shapely.Geometry] = ()) -> Markup:
    """The figure for a page: the drawing, the wards that it numbers, and `caption`, the source of the outlines.

    `codes`, `names`, `shapes` (metres), `class_of` and `figures` (short words such as “2.3”, or none) are aligned;
    `points` are metres, a kind (hub, chosen or reached) and perhaps a number or letter that stands in it. `patterns` is
    the prefix of those that the page has, `outlines` are other areas (metres), drawn as lines. Without wards it says
    so.
    """
    if not len(shapes):
        return tag("figure", tag("p", say.gettext("There are no wards to draw.")), class_="ward-picture chart-empty")
    classed = [css_class(int(number), classes, diverging) for number in class_of]
    made = draw(element_id, codes, names, shapes, classed, figures, points, patterns, outlines)
    svg = canvas(element_id, title, description, WIDTH, made.height, *made.parts, class_="ward-drawing")
    return tag("figure", svg, _key(names, figures, made.labels),
               tag("figcaption", caption, class_="ward-source") if caption else None,
               class_="ward-picture" + (" is-diverging" if diverging else "") + (" is-patterned" if patterns else ""),
               id=f"{element_id}-figure")


def draw(element_id: str, codes: Sequence[str], names: Sequence[str], shapes: Sequence[shapely.Geometry],
         classed: Sequence[str], figures: Sequence[str], points: Sequence[tuple], patterns: str = "",
         outlines: Sequence[shapely.Geometry] = ()) -> Drawing:
    """The parts of the drawing, without the element around them. `classed` are classes of the stylesheet."""
    shapes = np.asarray(shapes, dtype=object)
    ground = Ground.of(shapes)
    drawn = ground.drawn(shapes)
    figures = figures or [""] * len(names)
    spots = [(*ground.at(x, y), kind if kind in _MARKS else "plain", *mark) for x, y, kind, *mark in points
             if math.isfinite(x) and math.isfinite(y)]
    labels = label_wards(drawn, names, figures, Box(0, 0, WIDTH, ground.height),
                         [around(x, y, 6) for x, y, kind, *_mark in spots if kind != "reached"])
    hatch = f"{element_id}-hatch"
    wards = [_ward(shape, f"{name}: {figure}" if figure else name, class_, hatch, code, patterns)
             for shape, name, figure, class_, code in zip(drawn, names, figures, classed, codes, strict=True)]
    lines = [tag("path", class_=f"catchment-line{under}", d=_path_of(shape))
             for shape in ground.drawn(np.asarray(outlines, dtype=object)) for under in (" is-under", "")]
    parts = [_hatch(hatch), *wards, *lines, _points(spots), labels.drawn(classed), _scale_bar(ground)]
    return Drawing(parts, ground.height + _FOOT, labels)


def _path_of(shape: shapely.Geometry) -> str:
    """The `d` of a polygon's or multipolygon's rings, rounded to a tenth of a unit."""
    rings = [ring for part in shapely.get_parts(shape) if part.geom_type == "Polygon"
             for ring in (part.exterior, *part.interiors)]
    return "".join(path(ring.coords[:-1], closed=True) for ring in rings)


def _scale_bar(ground: Ground) -> Markup:
    """A bar of a round length, about a fifth of the picture, under the map."""
    most = WIDTH / 4 / ground.scale
    power = 10.0 ** math.floor(math.log10(most))
    metres = max(step * power for step in (1, 2, 5) if step * power <= most)
    said = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    left, right, y = _EDGE, _EDGE + metres * ground.scale, ground.height + 16
    ends = [(left, y - 6), (left, y), (right, y), (right, y - 6)]
    return tag("path", class_="scale-line", d=path(ends)) + words(right + 10, y + 3, said, "scale-words", font_size=15)


def _hatch(element_id: str) -> Markup:
    return tag("defs", tag("pattern", tag("rect", class_="no-data-ground", width=8, height=8),
                           tag("rect", class_="no-data-line", width=3, height=8), id=element_id, width=8, height=8,
                           patternUnits="userSpaceOnUse", patternTransform="rotate(45)"))


def _ward(shape: shapely.Geometry, said: str, class_: str, hatch: str, code: str, patterns: str) -> Markup:
    pattern = fill_of(patterns, class_) if patterns else None
    fill = f"url(#{hatch})" if class_ == "ward-no-data" else pattern
    classes = f"ward-shape of-pattern {class_}" if pattern else f"ward-shape {class_}"
    return tag("path", tag("title", said), class_=classes, d=_path_of(shape), fill=fill,
               fill_rule="evenodd", data_ward=code)


def _points(spots: Sequence[tuple]) -> Markup:
    made = []
    for x, y, kind, *mark in spots:
        made.append(tag("circle", class_=f"plan-point is-{kind}", cx=x, cy=y,
                        r=_MARKED if mark else _MARKS.get(kind, 4.0)))
        made += [words(x, y + 6, text, "plan-mark", "middle") for text in mark]
    return Markup("").join(made)


def _key(names: Sequence[str], figures: Sequence[str], labels: WardLabels) -> Markup:
    """Every ward by its number; where the picture is wide, only those that it does not name."""
    rows = [tag("li", tag("b", names[n]), f" {figures[n]}" if figures and figures[n] else None, value=number,
                class_="is-named" if n in labels.named else None)
            for n, number in labels.in_order]
    return tag("ol", *rows, class_="ward-key" if len(labels.named) < len(names) else "ward-key all-named")
