"""Rows of progress, figures and dates made entries of deployments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from assetmap.domain.programme_entries import DeploymentFigure, PlannedDate
from assetmap.domain.progress import GONE_BACK, ProgressEvent
from assetmap.domain.text import is_slug, slug
from assetmap.importing.programmes import fields
from assetmap.importing.programmes.building import Builder, seen_again
from assetmap.importing.programmes.entries import Entry
from assetmap.importing.programmes.fields import Row
from assetmap.importing.programmes.given import attributes_of, own_number
from assetmap.importing.programmes.ids import mark
from assetmap.importing.programmes.naming import Unknown
from assetmap.store.programme_rows import DATES, FIGURES, PROGRESS
from assetmap.store.programmes import event_name

_MADE = {fields.PROGRESS: (PROGRESS, ProgressEvent), fields.FIGURE: (FIGURES, DeploymentFigure),
         fields.DATE: (DATES, PlannedDate)}


class Added(NamedTuple):
    """An entry as it is now, and as it was: None for a new one."""

    entry: Entry
    before: Entry | None


def note(builder: Builder, row: Row) -> None:
    """One row of progress, a figure or a date."""
    deployment = builder.of_entry(row)
    if deployment is None:
        return
    programme = builder.known.programmes[deployment.programme_id]
    given = attributes_of(row) | (builder.hub(row) if row.record == fields.DATE else {})
    if row.get("step"):
        given["step"] = builder.step(row, programme, str(row.get("step")))
        if not given["step"]:
            return
    if row.record == fields.PROGRESS:
        given = {"what": "reached", "name": "", **given}
    if given.get("until") and given["until"] < given["day"]:
        builder.fault(row, "until", f"is {given['until']}, before its start on {given['day']}")
        return
    add(builder, row, *_MADE[row.record], {**given, "deployment_id": deployment.id})


def add(builder: Builder, row: Row, layer_name: str, kind: type, given: Mapping[str, object]) -> Added | None:
    """An entry with these values, over the one that is there; None with a fault."""
    entry = kind(**{"id": "", "source": "", "source_id": ""} | given)
    if isinstance(entry, ProgressEvent):
        if entry.is_early(builder.known.today):
            return builder.fault(row, "day", f"is {entry.day}, which has not come yet; what is to come is planned")
        deployment = builder.known.deployments[entry.deployment_id]
        entry = replace(entry, name=event_name(builder.known.programmes[deployment.programme_id], entry))
    try:
        otherwise = own_number(layer_name, entry)
        there = _there(builder, row, layer_name, entry, otherwise)
    except Unknown as fault:
        return builder.fault(row, fault.column or "name", str(fault))
    identities = builder.identities
    if there is not None:
        made = seen_again(replace(there, **given | {"name": entry.name}), row)
    else:
        own, wanted = str(row.get("id")), slug(f"{entry.deployment_id}-{mark(entry.name)[:30].rstrip('-')}")
        made = replace(entry, id=identities.free(layer_name, own if is_slug(own) else wanted),
                       **identities.feed(row, layer_name, otherwise))
    identities.keep(row, layer_name, made.id)
    if not builder.once(row, "day" if kind is ProgressEvent else "name", made.id):
        return None
    builder.built.entries[layer_name][made.id] = made
    builder.known.entries.put(layer_name, made)
    if layer_name == PROGRESS and made.what == GONE_BACK:
        builder.backs.append((row, made))
    return Added(made, there)


def _there(builder: Builder, row: Row, layer_name: str, entry: Entry, otherwise: str) -> Entry | None:
    """The entry that a row is about: its own line of an export, its feed's of that number, which people may have
    changed, or one that says the same. `otherwise` stands for a number that is not given. Raises Unknown.
    """
    entries, own = builder.known.entries, str(row.get("id"))
    held = entries.held[layer_name]
    if own in held and (held[own].source, held[own].source_id) == (row.get("source"), row.get("source_id")):
        return held[own]
    return builder.identities.meant(row, layer_name, lambda: entries.like(layer_name, entry) or held.get(
        builder.known.of_feed(layer_name, otherwise)), otherwise)
