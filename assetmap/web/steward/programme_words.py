"""What the store holds of programmes, deployments and their entries, in words, for the history."""

from __future__ import annotations

import json
from collections.abc import Mapping

from assetmap.store.rows import load_list
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.programmes import area_words
from assetmap.web.steward import shown

_LABELS = {
    "public": _("Who may see it"), "purpose": _("What it is for"), "steps": _("Steps, elements or states"),
    "themes": _("Connected themes"), "lead": _("Lead organisation"), "notes": _("Internal notes"),
    "programme_id": _("Programme"), "deployment_id": _("Deployment"), "wards": _("Wards"),
    "neighbourhood": _("Neighbourhood"), "outline": _("Drawn area"), "hub_id": _("Place"), "starts": _("First day"),
    "ends": _("Last day"), "roles": _("Roles"), "languages_offered": _("Languages offered"),
    "languages_asked": _("Languages asked for"), "opportunity_kinds": _("Kinds of offers and asks"),
    "timebank": _("The timebank belongs to it"), "step": _("Step, element or state"), "what": _("What happened"),
    "day": _("Day"), "until": _("Until"), "time": _("Time"), "note": _("Note"), "evidence": _("Evidence"),
    "link": _("Link"), "photo": _("Photo"), "photo_alt": _("What the photo shows"), "value": _("Number"),
    "unit": _("Unit"), "stock": _("It stays until it is counted again"), "attended": _("How many came"),
    "origin": _("Where the number is from"), "place": _("Where"), "done": _("Done"),
    "feedback_days": _("Feedback within so many days"), "feedback_given": _("Feedback given on"),
}
_WORDS = {
    "what": {"planned": _("Planned"), "begun": _("Begun"), "reached": _("Reached, or in place"),
             "gone_back": _("Gone back")},
    "kind": {"steps": _("Steps, one after another"), "elements": _("Elements, each by itself"),
             "state": _("One of several states"), "event": _("Event"), "meeting": _("Meeting"),
             "step_due": _("A step is due"), "other": _("Something else")},
}
_TERMS = {"themes": "connected_theme", "languages_offered": "language", "languages_asked": "language",
          "opportunity_kinds": "opportunity_kind"}
_FLAGS = {"timebank", "done", "stock"}


def label(layer_name: str, column: str) -> str:
    """What a column is called."""
    return _LABELS.get(column) or shown.field_label(layer_name, column)


def changes_shown(layer_name: str, changes: Mapping[str, list]) -> list[dict[str, str]]:
    """A line of history as rows of {label, before, after}, "" for nothing."""
    rows = []
    for column, (old, new) in changes.items():
        if column not in ("source", "source_id"):
            before, after = area_words.two_said(old or "", new or "") if column == "outline" else \
                (_said(column, old), _said(column, new))
            rows.append({"label": label(layer_name, column), "before": before, "after": after})
    return rows


def _said(column: str, value: object) -> str:
    if column == "public":
        return _("Everybody") if value else _("Only those who sign in")
    if value is None or value in ("", "[]"):
        return ""
    text = str(value)
    if column in _FLAGS:
        return _("Yes") if value else _("No")
    if column in _TERMS:
        return ", ".join(services.atlas().vocabulary.labels(_TERMS[column], load_list(text)))
    if column == "wards":
        names = {option["value"]: option["label"] for option in shown.ward_options()}
        return ", ".join(names.get(code, code) for code in load_list(text))
    if column in ("steps", "roles"):
        return "\n".join(_listed(entry) for entry in json.loads(text))
    if column == "hub_id":
        return shown.hub_name(text)
    if column == "status":
        return _("Taken away") if text == "hidden" else shown.STATUS_LABELS.get(text, text)
    return _WORDS.get(column, {}).get(text, text) if not isinstance(value, float) else f"{value:g}"


def _listed(entry: Mapping) -> str:
    """A step or a role on one line."""
    others = (entry.get(name) for name in ("meaning", "phone", "email", "website"))
    tail = ", ".join(str(other) for other in others if other)
    days = entry.get("feedback_days")
    said = f"{entry['name']}: {tail}" if tail else entry["name"]
    return f"{said} ({_('feedback within %(days)s days', days=days)})" if days else said
