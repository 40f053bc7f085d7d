"""What a row gives a record: its attributes, and what tells an entry apart when nobody gave it a number."""

from __future__ import annotations

from collections.abc import Mapping

from assetmap.domain.text import name_key
from assetmap.importing.programmes import fields
from assetmap.importing.programmes.fields import Row
from assetmap.store.programme_rows import DATES, FIGURES, PROGRESS

# Fields of a file whose record's attribute is called something else.
_ATTRIBUTES = {
    fields.PROGRAMME: {"link": "website", "internal_notes": "notes"},
    fields.DEPLOYMENT: {"link": "website", "internal_notes": "notes", "day": "starts", "until": "ends"},
    fields.ROLE: {"link": "website", "contact_consent": "consent"},
    fields.STEP: {"summary": "meaning"},
}
# What names another record, and is looked up.
_REFERENCES = {"programme", "deployment", "ward", "hub", "step", "id", "source", "source_id", "steps", "outline",
               "outline_from", "neighbourhood"}


def natural_key(layer_name: str, entry: object) -> tuple:
    """What tells an entry of a deployment apart when nobody gave it a number."""
    own = {PROGRESS: lambda: (entry.step, entry.what), FIGURES: lambda: (name_key(entry.name), entry.until or ""),
           DATES: lambda: (name_key(entry.name), entry.time)}[layer_name]()
    return (layer_name, entry.deployment_id, *own, entry.day)


def unit_of(entry: object) -> str:
    """What a figure counts in, to be compared: figures of one name and day in other units are other figures."""
    return name_key(getattr(entry, "unit", ""))


def own_number(layer_name: str, entry: object) -> str:
    """What stands for an entry's number in a feed that gives it none."""
    unit = unit_of(entry)
    return "/".join(map(str, natural_key(layer_name, entry)[1:])) + (f"/{unit}" if unit else "")


def attributes(record: str) -> Mapping[str, str]:
    """Field → the record's attribute, where they are called differently."""
    return _ATTRIBUTES.get(record, _ATTRIBUTES[fields.DEPLOYMENT] if record == fields.STANDING else {})


def attributes_of(row: Row, *without: str) -> dict[str, object]:
    """Attribute → value, of what a row says."""
    names = attributes(row.record)
    return {names.get(name, name): value for name, value in row.values.items()
            if name not in _REFERENCES and name not in without}
