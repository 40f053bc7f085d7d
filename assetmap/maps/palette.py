"""The colours of wards in classes: from few to many, and around an average; for light, for dark and for print.

Each palette has five shades, told apart with every kind of colour vision and in grey. On paper and in light the
darkest is the most; in the dark the brightest is. `static/css/plan.css` has the same colours for pages; the numbers
here are for pictures that stand alone. What is not known is not a shade: it is hatched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

NO_CLASS = -1
"""The class of a ward that has no figure."""
NOT_HERE = -2
"""The class of a ward where what the map shows is not at all: that is known, and no lack of data."""
SHADES = 5
_SHADES_OF = {1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (1, 2, 3, 4), 5: (0, 1, 2, 3, 4)}
# An average in the middle keeps the middle shade: with one class of each side they are the ends.
_DIVERGING_SHADES_OF = {1: (2,), 2: (0, 4), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}


@dataclass(frozen=True, slots=True)
class Palette:
    """Five fills as #rrggbb, the colour of words on each, and what stands for “no data”."""

    fills: tuple[str, ...]
    inks: tuple[str, ...]
    no_data: str
    hatch: str
    outline: str


_INK, _WHITE, _OUTLINE = "#14181b", "#ffffff", "#0b0d0f"
SEQUENTIAL = Palette(("#f9f1d2", "#bdd89a", "#5ebc98", "#00989c", "#007196"), (_INK, _INK, _INK, _INK, _WHITE),
                     "#e6e3dc", "#67625a", _OUTLINE)
SEQUENTIAL_DARK = Palette(("#007196", "#00989c", "#5ebc98", "#bdd89a", "#f9f1d2"), (_WHITE, _INK, _INK, _INK, _INK),
                          "#6f767b", "#14181b", _OUTLINE)
DIVERGING = Palette(("#bf5523", "#edaf74", "#f4f0e7", "#33b1b4", "#006f93"), (_WHITE, _INK, _INK, _INK, _WHITE),
                    "#e6e3dc", "#67625a", _OUTLINE)
DIVERGING_DARK = Palette(("#ffb870", "#c87747", "#5f676b", "#2fb0b9", "#abf5f3"), (_INK, _INK, _WHITE, _INK, _INK),
                         "#6f767b", "#14181b", _OUTLINE)


def shades(classes: int, diverging: bool = False) -> tuple[int, ...]:
    """The shade, 0 to 4, of each of 1 to 5 classes, as far apart as that many can be. Raises ValueError."""
    table = _DIVERGING_SHADES_OF if diverging else _SHADES_OF
    if classes not in table:
        raise ValueError(f"{classes} classes cannot be coloured: 1 to {SHADES} can")
    return table[classes]


def css_class(class_index: int, classes: int, diverging: bool = False) -> str:
    """The class of a ward's shape in the stylesheet: `ward-class-0` to `ward-class-4`, or `ward-no-data` for -1, or
    `ward-not-here` for -2.

    Raises ValueError for a class that is not one of `classes`.
    """
    if class_index == NO_CLASS:
        return "ward-no-data"
    if class_index == NOT_HERE:
        return "ward-not-here"
    if not 0 <= class_index < max(classes, 1):
        raise ValueError(f"there is no class {class_index} among {classes}")
    return f"ward-class-{shades(classes, diverging)[class_index]}"


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1, as WCAG 2 defines it."""
    red, green, blue = (_linear(int(colour[at:at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21, as WCAG 2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


@dataclass(frozen=True, slots=True)
class LegendRow:
    """A colour, what it means, and how many wards have it. The label of “no data” is "" for the page to say."""

    css_class: str
    label: str
    wards: int


def legend(class_of: Sequence[int], labels: Sequence[str], diverging: bool = False) -> list[LegendRow]:
    """A row for each class, from the least to the most, empty ones too; “no data” last, if any ward has none."""
    counts = Counter(map(int, class_of))
    rows = [LegendRow(css_class(number, len(labels), diverging), label, counts[number])
            for number, label in enumerate(labels)]
    return rows + ([LegendRow("ward-no-data", "", counts[NO_CLASS])] if counts[NO_CLASS] else [])
