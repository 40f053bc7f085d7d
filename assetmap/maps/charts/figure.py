"""What every chart has around it: the figure, notes under it, a key to lines, and words when there is nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from assetmap.maps.svg import canvas, tag
from assetmap.maps.wording import Wording


def figure(kind: str, element_id: str, title: str, description: str, size: tuple[float, float], body: Markup,
           *, notes: Sequence[str] = (), key: Markup | None = None) -> Markup:
    """The chart with its name and description, and below it what a reader should know."""
    drawn = canvas(element_id, title, description, *size, body, class_="chart-drawing")
    said = [tag("p", note) for note in notes if note]
    return tag("figure", key, drawn, tag("figcaption", *said, class_="chart-notes") if said else None,
               class_=f"chart chart-{kind}", id=element_id)


def empty(kind: str, element_id: str, notes: Sequence[str], say: Wording) -> Markup:
    """What stands where a chart has nothing to show."""
    sentences = [say.gettext("There is nothing to draw here yet."), *notes]
    return tag("figure", *(tag("p", sentence) for sentence in sentences if sentence),
               class_=f"chart chart-{kind} chart-empty", id=element_id)


def finite(*columns: Sequence[float]) -> tuple[np.ndarray, list[np.ndarray]]:
    """The numbers of the rows in which every column is finite, and the columns as arrays (whole)."""
    arrays = [np.asarray(column, dtype=float) for column in columns]
    return np.flatnonzero(np.logical_and.reduce([np.isfinite(array) for array in arrays])), arrays


def left_out(count: int, say: Wording) -> str:
    """That some wards have no figure; "" for none."""
    return say.ngettext("%(num)s ward has no figure and is not shown.",
                        "%(num)s wards have no figure and are not shown.", count) if count else ""


def line_key(names: Sequence[str], classes: Sequence[str]) -> Markup:
    """A list that shows what each line looks like."""
    rows = [tag("li", tag("svg", tag("line", class_=f"chart-line {class_}", x1=1, x2=39, y1=8, y2=8),
                          class_="key-line", viewBox="0 0 40 16", aria_hidden="true", focusable="false"),
                tag("span", name)) for name, class_ in zip(names, classes, strict=True)]
    return tag("ul", *rows, class_="chart-key", role="list")
