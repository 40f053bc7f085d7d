"""A pack: what a connector suggests to somebody, to take home. It holds no name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_LINE = 300
MOST_ITEMS = 20
LAYERS = ("groups", "opportunities", "hubs")


@dataclass(frozen=True, slots=True)
class Item:
    """One suggestion: where it is on the map, and what the connector adds."""

    layer: str
    id: str
    line: str = ""


def items_from(document: Mapping) -> tuple[Item, ...]:
    """The items of what `document_of` made."""
    return tuple(Item(**item) for item in document.get("items", ()))


def document_of(items: tuple[Item, ...], **more: str) -> dict:
    """What is kept of a pack or of a page of favourites."""
    return {**more, "items": [{"layer": item.layer, "id": item.id, "line": item.line} for item in items]}


def picked(texts: list[str]) -> tuple[Item, ...]:
    """The items that ticks such as `groups:chess-club` name, each once, in their order; others are passed over."""
    made = []
    for text in dict.fromkeys(texts):
        layer, _colon, record_id = text.partition(":")
        if layer in LAYERS and record_id:
            made.append(Item(layer, record_id[:200]))
    return tuple(made[:MOST_ITEMS])
