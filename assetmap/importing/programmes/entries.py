"""Progress, figures and dates that there are, by their ids, by their feeds' numbers, and by what tells them apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assetmap.domain.programme_entries import DeploymentFigure, PlannedDate
from assetmap.domain.progress import ProgressEvent
from assetmap.importing.programmes.given import natural_key, unit_of
from assetmap.store.programme_rows import PROGRESS

Entry = ProgressEvent | DeploymentFigure | PlannedDate


@dataclass(slots=True)
class Entries:
    """`held` is public id → entry, by layer."""

    held: dict[str, dict[str, Entry]]
    _alike: dict[tuple, dict[str, str]] = field(default_factory=dict)  # natural key → unit → id
    _sources: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _events: dict[str, dict[str, ProgressEvent]] = field(default_factory=dict)

    @classmethod
    def of(cls, held: Mapping[str, Mapping[str, Entry]]) -> Entries:
        """Of what the store has, by layer."""
        made = cls({name: {} for name in held})
        for name, entries in held.items():
            for entry in entries.values():
                made.put(name, entry)
        return made

    def copy(self) -> Entries:
        """One to which may be added without a change of this."""
        def deeper(held: Mapping) -> dict:
            return {key: dict(one) for key, one in held.items()}

        return Entries(deeper(self.held), deeper(self._alike), dict(self._sources), deeper(self._events))

    def put(self, layer_name: str, entry: Entry) -> None:
        """Add an entry, or put it in the place of what it was."""
        before = self.held[layer_name].get(entry.id)
        if before is not None:
            alike = self._alike.get(natural_key(layer_name, before), {})
            if alike.get(unit_of(before)) == entry.id:
                del alike[unit_of(before)]
        self.held[layer_name][entry.id] = entry
        self._alike.setdefault(natural_key(layer_name, entry), {}).setdefault(unit_of(entry), entry.id)
        self._sources[layer_name, entry.source, entry.source_id] = entry.id
        if layer_name == PROGRESS:
            self._events.setdefault(entry.deployment_id, {})[entry.id] = entry

    def of_feed(self, layer_name: str, source: str, source_id: str) -> str:
        """The id of the entry that a feed calls so; "" for none."""
        return self._sources.get((layer_name, source, source_id), "")

    def like(self, layer_name: str, entry: Entry) -> Entry | None:
        """The entry that says the same thing. Of figures that of the same unit; who gives none means the only one."""
        alike, unit = self._alike.get(natural_key(layer_name, entry), {}), unit_of(entry)
        found = alike.get(unit) or (alike.get("") if unit else next(iter(alike.values())) if len(alike) == 1 else None)
        return self.held[layer_name][found] if found else None

    def events_of(self, deployment_id: str) -> list[ProgressEvent]:
        """The progress of a deployment."""
        return list(self._events.get(deployment_id, {}).values())
