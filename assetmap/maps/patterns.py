"""A pattern for each shade of the maps, besides its colour: dots, lines, strokes, a lattice, and plain for the most."""

from __future__ import annotations

from markupsafe import Markup

from assetmap.maps.palette import SHADES
from assetmap.maps.svg import tag

_SIZE = 10
_MARKS = ("M2 2h.01M7 7h.01", "M0 5H10", "M-2 2 2 -2M0 10 10 0M8 12 12 8",
          "M-2 2 2 -2M0 10 10 0M8 12 12 8M-2 8 2 12M0 0 10 10M8 -2 12 2", "")


def patterns(prefix: str) -> Markup:
    """The patterns, for an svg's `defs`: `PREFIX-ward-class-0` to `-4`, in the colours of the page's stylesheet."""
    return Markup("").join(_pattern(f"{prefix}-ward-class-{shade}", shade) for shade in range(SHADES))


def fill_of(prefix: str, css_class: str) -> str | None:
    """What a shape of this class is filled with; None where the stylesheet says it."""
    return f"url(#{prefix}-{css_class})" if css_class.startswith("ward-class-") else None


def _pattern(element_id: str, shade: int) -> Markup:
    ground = tag("rect", class_=f"pattern-ground ward-class-{shade}", width=_SIZE, height=_SIZE)
    marks = tag("path", class_=f"pattern-marks ward-class-{shade}", d=_MARKS[shade]) if _MARKS[shade] else None
    return tag("pattern", ground, marks, id=element_id, width=_SIZE, height=_SIZE, patternUnits="userSpaceOnUse")
