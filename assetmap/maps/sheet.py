"""A picture of wards as a file of its own: title, map, what the colours mean, numbered wards, source; in light colours.

Programs that place pictures in documents know no stylesheet of ours, so that each element says its own colours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.etree import ElementTree

import shapely
from markupsafe import Markup

from assetmap.maps.palette import DIVERGING, SEQUENTIAL, css_class, legend
from assetmap.maps.picture import WIDTH, draw
from assetmap.maps.svg import block, canvas, length, shortened, tag, words, wrapped
from assetmap.maps.wording import ENGLISH, Wording

_SVG = "http://www.w3.org/2000/svg"
_INK, _SIZE, _LINE, _EDGE = "#14181b", 15, 22, 12
_PAINT = {
    "scale-line": {"fill": "none", "stroke": _INK, "stroke-width": "2"},
    "ward-lead": {"fill": "none", "stroke": _INK, "stroke-width": "1.5"}, "ward-lead-end": {"fill": _INK},
    "ward-pill": {"fill": "#ffffff", "stroke": _INK, "stroke-width": "1"},
    "plan-point": {"fill": "#0b0d0f", "stroke": "#ffffff", "stroke-width": "1.5"},
    "is-chosen": {"fill": "#ffbf3f", "stroke": "#0b0d0f", "stroke-width": "3"}, "is-reached": {"fill": "#a0286f"},
    "sheet-title": {"font-weight": "700"}, "sheet-strong": {"font-weight": "700"},
}


def standalone(title: str, description: str, *, codes: Sequence[str], names: Sequence[str],
               shapes: Sequence[shapely.Geometry], class_of: Sequence[int], labels: Sequence[str],
               figures: Sequence[str] = (), unit: str = "", points: Sequence[tuple[float, float, str]] = (),
               diverging: bool = False, caption: str = "", say: Wording = ENGLISH) -> str:
    """The text of an .svg file. Arguments as for `picture`; `labels` are those of the classes, from the least, and
    `unit` what they count. Raises ValueError without wards.
    """
    if not len(shapes):
        raise ValueError("there are no wards to draw")
    classed = [css_class(int(number), len(labels), diverging) for number in class_of]
    made = draw("sheet", codes, names, shapes, classed, figures, points)
    head = wrapped(title, WIDTH - 2 * _EDGE, 22, 3)
    top = 12 + 26 * len(head)
    rows, low = _legend(class_of, labels, diverging, unit, top + made.height + 26, say)
    numbered = [f"{number}  {names[n]}" + (f": {figures[n]}" if figures and figures[n] else "")
                for n, number in made.labels.in_order if n not in made.labels.named]
    listed, low = _columns(numbered, low)
    source = wrapped(caption, WIDTH - 2 * _EDGE, _SIZE, 4) if caption else []
    body = [tag("rect", width=WIDTH, height=low + 20 * len(source) + 12, fill="#ffffff"),
            block(_EDGE, 30, head, "sheet-title", font_size=22),
            tag("g", *made.parts, transform=f"translate(0 {top})"), rows, listed,
            block(_EDGE, low + 8, source, font_size=_SIZE)]
    svg = canvas("sheet", title, description, WIDTH, low + 20 * len(source) + 12, *body, standalone=True)
    return _painted(svg, diverging)


def _legend(class_of: Sequence[int], labels: Sequence[str], diverging: bool, unit: str, top: float,
            say: Wording) -> tuple[Markup, float]:
    """What the colours mean, under one another, and where the next thing may stand."""
    made, y = [], top
    if unit:
        made.append(words(_EDGE, y, shortened(unit, WIDTH - 2 * _EDGE, _SIZE), "sheet-strong", font_size=_SIZE))
        y += _LINE + 4
    for row in legend(class_of, labels, diverging):
        fill = "url(#sheet-hatch)" if row.css_class == "ward-no-data" else None
        count = say.ngettext("%(num)s ward", "%(num)s wards", row.wards)
        made.append(tag("rect", class_=f"ward-shape {row.css_class}", x=_EDGE, y=y - 14, width=28, height=18,
                        fill=fill))
        made.append(words(_EDGE + 38, y, f"{row.label or say.gettext('No data')} ({count})", font_size=_SIZE))
        y += _LINE + 2
    return Markup("").join(made), y + 8


def _columns(lines: Sequence[str], top: float) -> tuple[Markup, float]:
    """Lines in as many columns as their lengths allow."""
    if not lines:
        return Markup(""), top
    wide = max(length(line, _SIZE) for line in lines) + 16
    columns = max(2 if len(lines) > 8 else 1, min(4, int((WIDTH - 2 * _EDGE) // wide)))
    each = math.ceil(len(lines) / columns)
    room = (WIDTH - 2 * _EDGE) / columns
    made = [words(_EDGE + room * (n // each), top + _LINE * (n % each), shortened(line, room - 8, _SIZE),
                  font_size=_SIZE) for n, line in enumerate(lines)]
    return Markup("").join(made), top + _LINE * each + 8


def _painted(svg: Markup, diverging: bool) -> str:
    """The drawing with the colours of its classes on each element, and without what is for narrow pages."""
    palette = DIVERGING if diverging else SEQUENTIAL
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in [child for child in parent if "is-narrow" in child.get("class", "").split()]:
            parent.remove(child)
    root.set("font-family", "'Atkinson Hyperlegible Next', 'Atkinson Hyperlegible', Arial, Helvetica, sans-serif")
    for element in root.iter():
        shade = None
        for name in element.attrib.pop("class", "").split():
            shade = int(name[-1]) if name.startswith("ward-class-") else shade
            for key, value in _PAINT.get(name, {}).items():
                element.set(key, value)
            if name == "ward-shape":
                element.set("stroke", palette.outline)
                element.set("stroke-width", "1.25")
            if name in ("no-data-ground", "no-data-line"):
                element.set("fill", palette.no_data if name.endswith("ground") else palette.hatch)
        if element.tag == f"{{{_SVG}}}text":
            element.set("fill", _INK if shade is None else palette.inks[shade])
        elif shade is not None:
            element.set("fill", palette.fills[shade])
    return ElementTree.tostring(root, encoding="unicode")
