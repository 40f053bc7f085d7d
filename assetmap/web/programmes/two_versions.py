"""Somebody else saved first: both versions of a record, field by field, with a choice for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from assetmap.domain.programme import Programme
from assetmap.store import history
from assetmap.store.database import Connection
from assetmap.store.programme_rows import PROGRAMME_LAYERS
from assetmap.store.programmes import Kept
from assetmap.store.rows import content_of
from assetmap.web.programmes import area_words, form_fields

MINE, THEIRS = "mine", "theirs"


def differences(layer_name: str, mine: Kept, theirs: Kept, before: Mapping[str, object],
                programme: Programme | None) -> list[dict]:
    """A row for each field in which the two differ: {name, label, mine, theirs, chosen}.

    `before` has what others changed since the form was filled in: column → the value that it had then. Who changed a
    field alone is chosen beforehand; where both did, what was typed here.
    """
    layer, made = PROGRAMME_LAYERS[layer_name], []
    kept = dict(zip(layer.content, content_of(layer, mine), strict=True))
    for each in form_fields.fields_of(layer_name):
        column = form_fields.ATTRIBUTES.get(each.name, each.name)
        if getattr(mine, column) == getattr(theirs, column):
            continue
        untouched = column in before and before[column] == kept[column]
        said = [form_fields.said(layer_name, each, record, programme) for record in (theirs, mine)]
        if each.kind == "area":
            said = area_words.two_said(theirs.outline, mine.outline)
        made.append({"name": each.name, "label": each.label, "chosen": THEIRS if untouched else MINE,
                     "mine": said[1], "theirs": said[0]})
    return made


def before(connection: Connection, layer_name: str, record_id: str, version: int, now: int) -> dict[str, object]:
    """What others changed since a version: column → what it was at that version."""
    lines = [line for line in history.of_record(connection, layer_name, record_id) if line.changes][:now - version]
    return {column: old for line in lines for column, (old, _new) in line.changes.items()}


def taken(layer_name: str, mine: Kept, theirs: Kept, choices: Mapping[str, str]) -> Kept:
    """What was typed, with the other's value in each field for which that was chosen."""
    columns = [form_fields.ATTRIBUTES.get(each.name, each.name) for each in form_fields.fields_of(layer_name)
               if choices.get(f"keep-{each.name}") == THEIRS]
    return replace(mine, **{column: getattr(theirs, column) for column in columns})
