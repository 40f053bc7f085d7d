"""Where words go so that they lie on nothing else: boxes, and labels beside points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assetmap.maps.svg import length


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in units, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (self.left < other.right and other.left < self.right
                and self.top < other.bottom and other.top < self.bottom)

    def holds(self, other: Box) -> bool:
        """Whether the other lies inside."""
        return (self.left <= other.left and other.right <= self.right
                and self.top <= other.top and other.bottom <= self.bottom)


@dataclass(frozen=True, slots=True)
class Label:
    """Words for a point: which, and where they stand."""

    number: int
    x: float
    y: float
    anchor: str
    text: str
    box: Box

    def at_size(self, size: float) -> Box:
        """The room it takes where its words have another size; it stands on the same line."""
        wide = length(self.text, size)
        left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        return Box(left, self.y - size, left + wide, self.y + size * 0.3)


def around(x: float, y: float, radius: float) -> Box:
    """The square around a circle."""
    return Box(x - radius, y - radius, x + radius, y + radius)


def place_labels(points: Sequence[tuple[float, float]], texts: Sequence[str], *, size: float, inside: Box,
                 order: Iterable[int], taken: Iterable[Box] = (), radius: float = 7) -> list[Label]:
    """Labels for as many of the points as have room beside them, those first in `order` first.

    A label lies on no point, no other label and nothing that is `taken`, and stays inside. Quick enough for hundreds.
    """
    busy = [around(x, y, radius) for x, y in points] + list(taken)
    made = []
    for number in order:
        x, y = points[number]
        for anchor, box in _beside(x, y, length(texts[number], size), size, radius + 3):
            if inside.holds(box) and not any(box.meets(other) for other in busy):
                at = {"start": box.left, "end": box.right, "middle": (box.left + box.right) / 2}[anchor]
                made.append(Label(number, at, box.bottom - size * 0.26, anchor, texts[number], box))
                busy.append(box)
                break
    return made


def _beside(x: float, y: float, wide: float, size: float, gap: float) -> Iterable[tuple[str, Box]]:
    """Right, left, above, below, then the corners."""
    high = size * 1.15
    yield "start", Box(x + gap, y - high / 2, x + gap + wide, y + high / 2)
    yield "end", Box(x - gap - wide, y - high / 2, x - gap, y + high / 2)
    for top in (y - gap - high, y + gap):
        yield "middle", Box(x - wide / 2, top, x + wide / 2, top + high)
    for top in (y - gap * 0.6 - high, y + gap * 0.6):
        yield "start", Box(x + gap * 0.6, top, x + gap * 0.6 + wide, top + high)
        yield "end", Box(x - gap * 0.6 - wide, top, x - gap * 0.6, top + high)
