"""What the rows of a file are checked against: the vocabulary, the hubs, the postcodes, the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from assetmap.domain.text import slug
from assetmap.domain.vocabulary import Vocabulary
from assetmap.importing.position import FindPostcodes, Suggest


@dataclass(frozen=True, slots=True)
class Known:
    """The record that a name or id stands for: its layer and public id."""

    layer: str
    id: str
    name: str


class Directory:
    """Hubs and groups by public id, source id and name."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str, str]] = (),
                 moved: Mapping[tuple[str, str], str] | None = None):
        """`rows` are (layer, id, name, source, source_id); `moved` is (layer, id) of a record that was merged into
        another → the other's id. Whatever the merged one is called stands for the other."""
        self._rows = list(rows)
        self._moved = moved or {}

    @cached_property
    def _by_id(self) -> dict[tuple[str, str], Known]:
        made = {(layer, public_id): Known(layer, public_id, name) for layer, public_id, name, _, _ in self._rows}
        for (layer, old_id), new_id in self._moved.items():
            if (layer, new_id) in made:
                made[layer, old_id] = made[layer, new_id]
        for layer, public_id, _, source, source_id in self._rows:
            made.setdefault((layer, f"{source}\0{source_id}"), made[(layer, public_id)])
        return made

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], Known | None]:
        made: dict[tuple[str, str], Known | None] = {}
        for layer, public_id, name, _, _ in self._rows:
            key, meant = (layer, slug(name)), self._by_id[(layer, public_id)]
            # two hubs of one name: neither is meant until somebody says which
            made[key] = None if made.get(key, meant) != meant else meant
        return made

    @cached_property
    def known_feeds(self) -> dict[tuple[str, str], tuple[str, str]]:
        """(layer, public id) → (source, source_id)."""
        return {(layer, public_id): (source, source_id) for layer, public_id, _, source, source_id in self._rows}

    def merged(self, layer: str) -> dict[tuple[str, str], tuple[str, str]]:
        """(source, source_id) of each record that was merged into another → (its public id, the other's)."""
        return {self.known_feeds[layer, old_id]: (old_id, new_id)
                for (its_layer, old_id), new_id in self._moved.items() if its_layer == layer}

    def find(self, layer: str, text: str, source: str = "") -> Known | None:
        """By public id, the same feed's id, or a name that only one record has."""
        text = text.strip()
        return (self._by_id.get((layer, text)) or self._by_id.get((layer, f"{source}\0{text}"))
                or self._by_name.get((layer, slug(text))))

    def is_ambiguous(self, layer: str, text: str) -> bool:
        """Whether several records have the name, so that it stands for none of them."""
        return self._by_name.get((layer, slug(text)), ...) is None


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a row's check needs. `source` names the feed, `today` is the area's date."""

    vocabulary: Vocabulary
    directory: Directory
    find_postcodes: FindPostcodes
    suggest_postcodes: Suggest
    source: str
    today: date
    local_crs: str = "EPSG:27700"
    ward_codes: frozenset[str] = frozenset()
    ward_names: Mapping[str, str] = field(default_factory=dict)
