"""A record as a row of its table, and back. Lists are JSON text in the row."""

from __future__ import annotations

import json
import marshal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Table

from assetmap.domain.contact import Contact
from assetmap.domain.group import Group, Meeting
from assetmap.domain.hub import Hub
from assetmap.domain.location import Location, LocationSource
from assetmap.domain.opportunity import Opportunity
from assetmap.domain.organisation import Organisation
from assetmap.domain.place import Place
from assetmap.domain.schedule import from_json, to_json
from assetmap.store import tables

Record = Hub | Group | Opportunity | Organisation

_LISTS = {"languages", "access", "connected_themes", "categories", "other_categories", "audiences", "topics"}
_DAYS = {"last_confirmed", "expires"}
_CONTACT = ("phone", "email", "website", "consent")
_LOCATION = ("lat", "lon", "location_source")
_BOOKKEEPING = ("id", "fingerprint", "version")
# The last form of marshal in which equal values give equal bytes: later ones point back at repeated objects.
_MARSHAL_FORM = 2


class Codec(NamedTuple):
    """How a value is kept in a row: `dump` makes what the row has, `load` what the record has."""

    dump: Callable
    load: Callable


@dataclass(frozen=True)
class RecordLayer:
    """One kind of record: its name in files and history, its table and its dataclass.

    `codecs` are given for records whose fields are their table's columns one by one; assets, which are placed and
    reached, have their own way.
    """

    name: str
    singular: str
    table: Table
    record: type
    codecs: Mapping[str, Codec] | None = field(default=None, compare=False)

    @cached_property
    def content(self) -> tuple[str, ...]:
        """The columns that hold what people know, in the table's order."""
        return tuple(column.name for column in self.table.columns if column.name not in _BOOKKEEPING)


LAYERS = {
    "hubs": RecordLayer("hubs", "hub", tables.hubs, Hub),
    "groups": RecordLayer("groups", "group", tables.groups, Group),
    "opportunities": RecordLayer("opportunities", "opportunity", tables.opportunities, Opportunity),
    "organisations": RecordLayer("organisations", "organisation", tables.organisations, Organisation),
}


@lru_cache(maxsize=65_536)
def dump_list(values: tuple[str, ...]) -> str:
    """A tuple of texts as JSON."""
    return json.dumps(values, ensure_ascii=False) if values else "[]"


@lru_cache(maxsize=65_536)
def load_list(text: str) -> tuple[str, ...]:
    """The tuple that `dump_list` was given."""
    return tuple(json.loads(text))


def dump_meetings(meetings: tuple[Meeting, ...]) -> str:
    """Sessions and their hubs as JSON; equal meetings give equal text."""
    return f"[{', '.join([_meeting_text(meeting) for meeting in meetings])}]"


@lru_cache(maxsize=65_536)
def _meeting_text(meeting: Meeting) -> str:
    entry = {**({"hub": meeting.hub_id} if meeting.hub_id else {}), **to_json(meeting.session)}
    return json.dumps(entry, ensure_ascii=False)


@lru_cache(maxsize=65_536)
def load_meetings(text: str) -> tuple[Meeting, ...]:
    """The meetings that `dump_meetings` was given."""
    made = []
    for entry in json.loads(text):
        hub_id = entry.pop("hub", "")
        made.append(Meeting(from_json(entry), hub_id))
    return tuple(made)


_PATHS = {"lat": "location.place", "lon": "location.place", "location_source": "location.source",
          **{name: f"contact.{name}" for name in _CONTACT}}
_AS_KEPT: dict[str, Callable] = {
    **dict.fromkeys(_LISTS, dump_list), "meetings": dump_meetings, "location_source": str,
    "lat": lambda place: place and place.lat, "lon": lambda place: place and place.lon,
    **dict.fromkeys(_DAYS, lambda day: day and day.isoformat()),
}


def content_of(layer: RecordLayer, record: Record) -> tuple:
    """The row's values in the order of `layer.content`: texts, numbers and truths; dates are ISO text."""
    if layer.codecs is not None:
        return tuple([layer.codecs[name].dump(value) if name in layer.codecs else value
                      for name, value in zip(layer.content, map(record.__getattribute__, layer.content), strict=True)])
    values = (attrgetter(_PATHS.get(name, name))(record) for name in layer.content)
    return tuple([_AS_KEPT[name](value) if name in _AS_KEPT else value
                  for name, value in zip(layer.content, values, strict=True)])


def contents_of(layer: RecordLayer, columns: Mapping[str, Sequence]) -> list[tuple]:
    """As `content_of` for many records at once, given as a list per field.

    `columns` has the record's fields; of its contact `phone`, `email`, `website` and `consent`.
    """
    places = [location.place for location in columns["location"]]
    columns = {**columns, "lat": places, "lon": places,
               "location_source": [location.source for location in columns["location"]]}
    as_kept = {**_AS_KEPT, "meetings": _dump_meetings_of_many()}
    kept = [_each_once(as_kept[name], columns[name]) if name in as_kept else columns[name] for name in layer.content]
    return list(zip(*kept, strict=True))


def _dump_meetings_of_many() -> Callable[[tuple[Meeting, ...]], str]:
    """`dump_meetings` for columns, whose meetings are shared by many rows: each is told by what object it is."""
    known: dict[int, tuple[Meeting, str]] = {}

    def text_of(meeting: Meeting) -> str:
        if id(meeting) not in known:
            known[id(meeting)] = meeting, _meeting_text(meeting)  # kept in being, so that no other gets its id
        return known[id(meeting)][1]

    return lambda meetings: f"[{', '.join(map(text_of, meetings))}]"


def _each_once(as_kept: Callable, values: Sequence) -> list:
    """Every value as it is kept. Rows share their values, and one object is converted once."""
    known = {id(value): as_kept(value) for value in {id(value): value for value in values}.values()}
    return [known[id(value)] for value in values]


def fingerprint(content: tuple) -> str:
    """Short digest that differs when anything in the row differs."""
    return blake2b(marshal.dumps(content, _MARSHAL_FORM), digest_size=12).hexdigest()


def record_of(layer: RecordLayer, row: Mapping) -> Record:
    """The record that a row holds."""
    if layer.codecs is not None:
        return layer.record(**{name: layer.codecs[name].load(row[name]) if name in layer.codecs else row[name]
                               for name in ("id", *layer.content)})
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
