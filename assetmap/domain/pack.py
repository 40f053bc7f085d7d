"""A pack: what a connector suggests to somebody, to take home. It holds no name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_LINE = 300
MOST_ITEMS = 20
LONGEST_HEADING = 80
LAYERS = ("groups", "opportunities", "hubs")


@dataclass(frozen=True, slots=True)
class Item:
    """One suggestion: where it is on the map, what the connector adds, and roughly how far it is (`coarse`)."""

    layer: str
    id: str
    line: str = ""
    far_m: int | None = None

    @property
    def key(self) -> str:
        """As forms name it: `groups:chess-club`."""
        return f"{self.layer}:{self.id}"


def items_from(document: Mapping) -> tuple[Item, ...]:
    """The items of what `document_of` made."""
    return tuple(Item(**item) for item in document.get("items", ()))


def document_of(items: tuple[Item, ...], **more: str) -> dict:
    """What is kept of a pack or of a page of favourites."""
    return {**more, "items": [{"layer": item.layer, "id": item.id, "line": item.line}
                              | ({} if item.far_m is None else {"far_m": item.far_m}) for item in items]}


def picked(texts: list[str]) -> tuple[Item, ...]:
    """The items that ticks such as `groups:chess-club` name, each once, in their order; others are passed over."""
    made = []
    for text in dict.fromkeys(texts):
        layer, _colon, record_id = text.partition(":")
        if layer in LAYERS and record_id:
            made.append(Item(layer, record_id[:200]))
    return tuple(made[:MOST_ITEMS])


def coarse(distance_m: float) -> int:
    """A distance as a pack keeps it, in metres: in steps of five or fifteen minutes' walk, then of whole kilometres.

    Several exact distances would together tell where somebody lives.
    """
    steps = (300, 600, 900, 1_200, 1_800, 2_700, 3_600)
    return next((step for step in steps if distance_m <= step + 50), -(-int(distance_m) // 1_000) * 1_000)
