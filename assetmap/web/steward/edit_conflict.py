"""Somebody else saved first: what they wrote beside what was typed here, field by field, with a choice for each."""

from __future__ import annotations

from collections.abc import Mapping

from assetmap.importing.form import fields_of, record_with
from assetmap.store import history
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS, Record, content_of
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.steward import edit_form, shown

MINE, THEIRS = "mine", "theirs"
_TOGETHER = {"lat": "position_from", "lon": "position_from", "confirmed_by": "last_confirmed"}
_NOT_SHOWN = {"id", "source", "source_id"}


def differences(layer_name: str, mine: Mapping[str, str], theirs: Mapping[str, str],
                was: Mapping[str, str] | None) -> list[dict]:
    """A row for each field in which the two differ: {name, label, mine, theirs, chosen}.

    `was` are the texts that the form was filled in with, None when that is not known. Who changed a field alone is
    chosen beforehand; where both did, what was typed here.
    """
    units: dict[str, list[str]] = {}
    for name in mine:
        if name not in _NOT_SHOWN:
            units.setdefault(_TOGETHER.get(name, name), []).append(name)
    made = []
    for unit, names in units.items():
        here, there = ([texts.get(name, "") for name in names] for texts in (mine, theirs))
        if here == there:
            continue
        untouched = was is not None and here == [was.get(name, "") for name in names]
        made.append({"name": unit, "label": shown.field_label(layer_name, unit), "mine": _said(layer_name, unit, mine),
                     "theirs": _said(layer_name, unit, theirs), "chosen": THEIRS if untouched else MINE})
    return made


def taken(typed: Mapping[str, str], theirs: Mapping[str, str], choices: Mapping[str, str]) -> dict[str, str]:
    """What was typed, with the other's text in each field for which that was chosen."""
    made = dict(typed)
    for name, text in theirs.items():
        if name not in _NOT_SHOWN and choices.get(f"keep-{_TOGETHER.get(name, name)}") == THEIRS:
            made[name] = text
    return made


def texts_at(connection: Connection, layer_name: str, record: Record, version: int, now: int) -> dict[str, str] | None:
    """The texts of a record as it was at an earlier version, from its history; None when that does not tell."""
    if not 0 < version < now:
        return None
    lines = [line for line in history.of_record(connection, layer_name, record.id) if line.changes][:now - version]
    if len(lines) < now - version:
        return None
    layer = LAYERS[layer_name]
    content = dict(zip(layer.content, content_of(layer, record), strict=True))
    for line in lines:
        for column, (old, new) in line.changes.items():
            if column not in content or content[column] != new:
                return None
            content[column] = old
    return fields_of(connection, layer_name, record_with(layer_name, record.id, [content[c] for c in layer.content]))


def last_change(connection: Connection, layer_name: str, record_id: str) -> str:
    """Who saved last, for the person who comes second."""
    lines = history.of_record(connection, layer_name, record_id)
    if not lines:
        return _("Somebody else saved this while you were editing.")
    if lines[0].by == services.by():
        return _("You saved this in another window while you were editing it here.")
    return _("%(who)s saved this while you were editing.", who=lines[0].by)


def _said(layer_name: str, unit: str, texts: Mapping[str, str]) -> str:
    """A field's text in the words of its form; "" for nothing."""
    if unit == "position_from":
        lat, lon = texts.get("lat", ""), texts.get("lon", "")
        return shown.position_text(float(lat), float(lon), texts.get(unit, "")) if lat and lon else ""
    values = edit_form.values_of(layer_name, {unit: texts.get(unit, "")}, services.atlas().vocabulary)
    known = {option["value"]: option["label"] for option in
             edit_form.options(layer_name, services.atlas().vocabulary).get(unit, ())}
    held = values.get(unit, "")
    if isinstance(held, list):
        parts = [known.get(code, code) for code in held]
        return ", ".join(filter(None, (*parts, str(values.get(f"{unit}_other", "")))))
    if held == "yes":
        return _("Yes")
    return known.get(held, held)
