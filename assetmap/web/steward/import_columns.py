"""Which column of a file is what: the guess, what a feed's last file used, and what a steward chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import request

from assetmap.domain.errors import NotFound
from assetmap.domain.text import one_line
from assetmap.importing import drafts
from assetmap.importing.drafts import Inside
from assetmap.store import drafts as store
from assetmap.store.database import Connection
from assetmap.store.drafts import Draft
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.steward.import_fields import NEEDED, field, same_for_all

_PAIRS = (("lat", "lon"), ("easting", "northing"))
_LONGEST = 500


def like_before(connection: Connection, draft: Draft, earlier_id: str) -> Draft:
    """The draft, read as an earlier upload of the same layer was."""
    try:
        earlier = store.get(connection, earlier_id)
    except NotFound:
        return draft
    if earlier.layer != draft.layer:
        return draft
    return replace(draft, source=earlier.source, mapping=earlier.mapping, constants=earlier.constants,
                   remember=earlier.remember)


def drop_earlier(draft: Draft, earlier_id: str) -> None:
    """The draft takes the place of an upload of the same layer that was not applied."""
    if not earlier_id:
        return
    try:
        with services.database().writing() as connection:
            earlier = store.get(connection, earlier_id)
            if earlier.state == store.UPLOADED and earlier.layer == draft.layer:
                store.drop(connection, earlier_id)
                drafts.remove(services.settings(), earlier_id)
    except NotFound:
        return


def form_of(draft: Draft, inside: Inside, feed: str = "") -> dict:
    """The form as it is first shown. `feed` asks for the columns that were kept for a feed."""
    with services.database().reading() as connection:
        saved = store.saved_columns(connection, draft.layer)
    source = feed or draft.source
    kept = saved.get(source)
    if feed or not draft.mapping:
        mapping, constants = (kept.mapping, kept.constants) if kept else ({}, {})
    else:
        mapping, constants = draft.mapping, draft.constants
    chosen = drafts.use_columns_of(draft.layer, inside.headings, mapping)
    by_heading = {heading: name for name, heading in chosen.items() if heading}
    values = {f"column-{index}": by_heading.get(heading, "") for index, heading in enumerate(inside.headings)}
    values |= {f"same-{name}": text for name, text in constants.items()}
    return {"values": {**values, "source": source, "remember": "yes" if draft.remember or kept else ""}, "errors": {},
            "as_saved": bool(kept and mapping == kept.mapping)}


def read_form(draft: Draft, inside: Inside) -> tuple[Draft, dict]:
    """What was chosen, and the form with what is wrong in it."""
    names = [f"column-{index}" for index in range(len(inside.headings))]
    values = {name: one_line(request.form.get(name, ""))[:60] for name in names}
    values["source"] = one_line(request.form.get("source", ""))[:120]
    values["remember"] = "yes" if request.form.get("remember") else ""
    constants = {}
    for about in same_for_all(draft.layer):
        text = one_line(request.form.get(f"same-{about.name}", ""))[:_LONGEST]
        values[f"same-{about.name}"] = text
        if text:
            constants[about.name] = text
    mapping, errors = _mapping(draft.layer, inside, values)
    if not values["source"]:
        errors["source"] = _("Say which list this is. Its next file updates these entries by this name.")
    errors |= _missing(draft.layer, mapping, constants, inside)
    if constants:
        with services.database().reading() as connection:
            faults = drafts.faults_of_constants(connection, services.settings(), draft.layer, constants)
        errors |= {f"same-{name}": f"“{field(draft.layer, name).label}” {message}." for name, message in faults.items()}
    chosen = replace(draft, source=values["source"], mapping=mapping, constants=constants,
                     remember=bool(values["remember"]))
    return chosen, {"values": values, "errors": errors}


def _mapping(layer: str, inside: Inside, values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Field → heading for every field of the layer, and what is wrong by the name of a select."""
    mapping = dict.fromkeys(drafts.use_columns_of(layer, [], {}), "")
    errors = {}
    for index, heading in enumerate(inside.headings):
        name = values[f"column-{index}"]
        if not name:
            continue
        if name not in mapping:
            errors[f"column-{index}"] = _("Choose one of the list.")
        elif mapping[name]:
            errors[f"column-{index}"] = _("“%(other)s” is “%(field)s” already. Choose something else for one "
                                          "of the two.", other=mapping[name], field=field(layer, name).label)
        else:
            mapping[name] = heading
    return mapping, errors


def _missing(layer: str, mapping: Mapping[str, str], constants: Mapping[str, str], inside: Inside) -> dict[str, str]:
    """What must be there and is not: under "columns", the name of the whole table."""
    for group in NEEDED.get(layer, ()):
        if any(mapping.get(name) or constants.get(name) for name in group) or inside.shapes and "lat" in group:
            continue
        labels = [f"“{field(layer, name).label}”" for name in group]
        return {"columns": _("Say which column is %(fields)s: no row can be loaded without it.",
                             fields=_(" or ").join(labels))}
    for one, other in _PAIRS:
        if bool(mapping.get(one)) != bool(mapping.get(other)):
            here, missing = (one, other) if mapping.get(one) else (other, one)
            return {"columns": _("“%(here)s” is of no use without “%(missing)s”: choose both, or neither.",
                                 here=field(layer, here).label, missing=field(layer, missing).label)}
    return {}
