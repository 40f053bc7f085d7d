"""A record as a row of its table, and back. Lists are JSON text in the row."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter

from sqlalchemy import Table

from assetmap.domain.contact import Contact
from assetmap.domain.group import Group, Meeting
from assetmap.domain.hub import Hub
from assetmap.domain.location import Location, LocationSource
from assetmap.domain.opportunity import Opportunity
from assetmap.domain.place import Place
from assetmap.domain.schedule import from_json, to_json
from assetmap.store import tables

Record = Hub | Group | Opportunity

_LISTS = {"languages", "access", "categories", "other_categories", "audiences", "topics"}
_CONTACT = ("phone", "email", "website", "consent")
_LOCATION = ("lat", "lon", "location_source")
_BOOKKEEPING = ("id", "fingerprint", "version")


@dataclass(frozen=True, slots=True)
class RecordLayer:
    """One kind of asset: its name on the command line, its table and its dataclass."""

    name: str
    singular: str
    table: Table
    record: type

    @property
    def content(self) -> tuple[str, ...]:
        """The columns that hold what people know, in the table's order."""
        return tuple(column.name for column in self.table.columns if column.name not in _BOOKKEEPING)


LAYERS = {
    "hubs": RecordLayer("hubs", "hub", tables.hubs, Hub),
    "groups": RecordLayer("groups", "group", tables.groups, Group),
    "opportunities": RecordLayer("opportunities", "opportunity", tables.opportunities, Opportunity),
}


@lru_cache(maxsize=65_536)
def dump_list(values: tuple[str, ...]) -> str:
    """A tuple of texts as JSON."""
    return json.dumps(values, ensure_ascii=False) if values else "[]"


@lru_cache(maxsize=65_536)
def load_list(text: str) -> tuple[str, ...]:
    """The tuple that `dump_list` was given."""
    return tuple(json.loads(text))


@lru_cache(maxsize=65_536)
def dump_meetings(meetings: tuple[Meeting, ...]) -> str:
    """Sessions and their hubs as JSON; equal meetings give equal text."""
    if not meetings:
        return "[]"
    entries = [{**({"hub": m.hub_id} if m.hub_id else {}), **to_json(m.session)} for m in meetings]
    return json.dumps(entries, ensure_ascii=False)


@lru_cache(maxsize=65_536)
def load_meetings(text: str) -> tuple[Meeting, ...]:
    """The meetings that `dump_meetings` was given."""
    made = []
    for entry in json.loads(text):
        hub_id = entry.pop("hub", "")
        made.append(Meeting(from_json(entry), hub_id))
    return tuple(made)


def _getter(name: str) -> Callable[[Record], object]:
    if name in _LISTS:
        get = attrgetter(name)
        return lambda record: dump_list(get(record))
    if name == "meetings":
        return lambda record: dump_meetings(record.meetings)
    if name in _CONTACT:
        return attrgetter(f"contact.{name}")
    if name == "lat":
        return lambda record: record.location.place and record.location.place.lat
    if name == "lon":
        return lambda record: record.location.place and record.location.place.lon
    if name == "location_source":
        return lambda record: record.location.source.value
    return attrgetter(name)


_GETTERS = {name: [_getter(column) for column in layer.content] for name, layer in LAYERS.items()}


def content_of(layer: RecordLayer, record: Record) -> tuple:
    """The row's values in the order of `layer.content`."""
    return tuple([get(record) for get in _GETTERS[layer.name]])


def fingerprint(content: tuple) -> str:
    """Short digest that differs when anything in the row differs."""
    return blake2b(repr(content).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def record_of(layer: RecordLayer, row: Mapping) -> Record:
    """The record that a row holds."""
    values = dict(row)
    contact = Contact(**{name: values.pop(name) for name in _CONTACT})
    lat, lon, source = (values.pop(name) for name in _LOCATION)
    for name in ("fingerprint", "version"):
        values.pop(name, None)
    place = None if lat is None or lon is None else Place(lat, lon)
    for name in _LISTS & values.keys():
        values[name] = load_list(values[name])
    if "meetings" in values:
        values["meetings"] = load_meetings(values["meetings"])
    return layer.record(**values, contact=contact, location=Location(place, LocationSource(source)))
