"""Drawing in SVG: elements whose texts are escaped, figures with a name and a description, and how wide words are.

A picture's units are those of its viewBox, which is about as wide in units as a column of a page is in pixels; on a
narrow screen the stylesheet enlarges the words (`NARROW` against `WIDE`), and room is kept for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

WIDE, NARROW = 15, 22
"""Sizes of words in units: as drawn, and as the stylesheet enlarges them where the picture is narrow."""
_EM = 0.56  # how wide a letter of the page's face is, on average
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_PLACES = 1


def tag(name: str, *children: object, **attributes: object) -> Markup:
    """An element. `class_` is class and `text_anchor` text-anchor; None and False leave an attribute out, numbers are
    rounded to a tenth. Children that are not Markup are escaped, and lose what XML cannot hold.
    """
    # Put together as plain text, which is faster than Markup's own way: each piece is escaped already.
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"' for key, value in attributes.items()
                   if value is not None and value is not False)
    inner = "".join(clean(child) for child in children if child is not None)
    return Markup(f"<{name}{said}>{inner}</{name}>")


def clean(text: object) -> Markup:
    """The text escaped, without the characters that no XML may hold; Markup as it is."""
    return text if isinstance(text, Markup) else escape(_NOT_XML.sub("", str(text)))


def words(x: float, y: float, text: object, class_: str | None = None, anchor: str | None = None,
          **more: object) -> Markup:
    """A line of words; `anchor` is start, middle or end."""
    return tag("text", text, x=x, y=y, class_=class_, text_anchor=anchor if anchor != "start" else None, **more)


def path(points: Iterable[tuple[float, float]], closed: bool = False) -> str:
    """The `d` of a line through the points."""
    at = [f"{_number(x)} {_number(y)}" for x, y in points]
    return ("M" + "L".join(at) + ("Z" if closed else "")) if at else ""


def canvas(element_id: str, title: str, description: str, width: float, height: float, *body: object,
           class_: str | None = None, standalone: bool = False) -> Markup:
    """The svg element, an image for those who listen: it is named `title` and described by `description`."""
    named = (tag("title", title, id=f"{element_id}-title"), tag("desc", description, id=f"{element_id}-desc"))
    sized = {"width": width, "height": height} if standalone else {}
    return tag("svg", *named, *body, xmlns="http://www.w3.org/2000/svg" if standalone else None, class_=class_,
               viewBox=f"0 0 {_number(width)} {_number(height)}", role="img", focusable="false",
               aria_labelledby=f"{element_id}-title", aria_describedby=f"{element_id}-desc", **sized)


def length(text: str, size: float = NARROW) -> float:
    """About how wide a line of words is, in units; rather too wide than too narrow."""
    return len(text) * size * _EM


def shortened(text: str, room: float, size: float = NARROW) -> str:
    """The text, or as much of it as fits the room, with an ellipsis."""
    most = max(int(room / (size * _EM)), 2)
    return text if len(text) <= most else text[:most - 1].rstrip() + "…"


def wrapped(text: str, room: float, size: float = NARROW, lines: int = 3) -> list[str]:
    """The text in lines that fit the room; what does not fit the last is shortened."""
    made = [""]
    for word in text.split():
        longer = f"{made[-1]} {word}".strip()
        if made[-1] and length(longer, size) > room and len(made) < lines:
            made.append(word)
        else:
            made[-1] = longer
    return [shortened(line, room, size) for line in made]


def block(x: float, y: float, lines: Sequence[str], class_: str | None = None, anchor: str | None = None,
          **more: object) -> Markup:
    """Lines under one another, the first with its baseline at `y`. Spaced by the size the words have (em)."""
    spans = [tag("tspan", line, x=x, dy="1.15em" if number else None) for number, line in enumerate(lines)]
    return words(x, y, Markup("").join(spans), class_, anchor, **more)


def _value(value: object) -> object:
    return _number(value) if isinstance(value, int | float) and not isinstance(value, bool) else clean(value)


def _number(value: float) -> str:
    return f"{round(float(value), _PLACES):g}" if abs(value) < 1e5 else f"{value:.0f}"
