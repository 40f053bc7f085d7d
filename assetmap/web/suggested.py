"""A suggestion in words, for whoever made it and for stewards."""

from __future__ import annotations

from datetime import date

from assetmap.domain.suggestion import Purpose, Suggestion
from assetmap.web import correcting, services, wording
from assetmap.web.language import gettext as _


def said(held: Suggestion) -> list[dict[str, str]]:
    """What somebody said, field by field: {label, before, after}; `before` is what the page told then, or ""."""
    made = []
    if held.closed:
        made.append({"label": _("It has closed"), "before": "", "after": _("Yes")})
    if held.says_running and held.fields == {}:
        made.append({"label": _("Still running"), "before": "", "after": _("Yes, somebody was there lately")})
    for name, text in held.fields.items():
        label = correcting.NEW_LABELS.get(name, name) if held.purpose is Purpose.NEW else \
            correcting.label_of(held.layer, name)
        made.append({"label": label, "before": _text(name, held.shown.get(name, "")), "after": _text(name, text)})
    return made


def in_short(held: Suggestion) -> str:
    """One line for a list."""
    if held.says_running:
        return _("Says that it is still running")
    parts = [_("Says that it has closed")] if held.closed else []
    if held.purpose is Purpose.NEW:
        parts += [held.fields[name] for name in ("what_happens", "when", "where") if held.fields.get(name)]
        parts = parts or [_("Nothing but its name")]
    elif held.fields:
        labels = ", ".join(correcting.label_of(held.layer, name) for name in held.fields)
        parts.append(_("Corrects: %(fields)s", fields=labels))
    parts = [part for part in (*parts, held.detail) if part]
    return ". ".join([*(part.rstrip(" .") for part in parts[:-1]), *parts[-1:]])


def local_day(moment: str) -> date:
    """The day of a UTC moment where the area is."""
    return services.local(moment).date()


def ago(moment: str) -> str:
    """A UTC moment from today: "3 days ago"; "" for none."""
    return wording.ago((services.now().date() - local_day(moment)).days) if moment else ""


def _text(name: str, text: str) -> str:
    if name == "access":
        return ", ".join(services.atlas().vocabulary.labels("access", filter(None, text.split(";"))))
    if name == "direction":
        return {"offer": _("Offered"), "ask": _("Asked for")}.get(text, text)
    if name == "contact_consent":
        return _("Yes") if text == "yes" else _("No")
    return text
