"""Every page of planners, and the menu that they share."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter

from assetmap.web import desk_nav
from assetmap.web.language import gettext as _
from assetmap.web.plan import (
    change,
    connections,
    fairness,
    glance,
    matrix_page,
    programme_data,
    programme_dates,
    programme_map,
    report,
    scenarios,
    seen_as,
    sites,
    themes_page,
    unmet_page,
    wards,
)

# (address, label, icon), in the order of a planner's questions. Each module adds its own line as it is built.
_SECTIONS: tuple[tuple[str, str, str], ...] = (
    ("/plan", _("At a glance"), "layers"), ("/plan/wards", _("Wards compared"), "map"),
    ("/plan/fairness", _("Fair shares"), "scale"), ("/plan/sites", _("Where next"), "map-pin"),
    ("/plan/scenarios", _("Scenarios"), "lightbulb"), ("/plan/unmet", _("Looked for in vain"), "search"),
    ("/plan/connections", _("Connections"), "share-2"), ("/plan/programmes", _("Programmes"), "sprout"),
    ("/plan/change", _("Change over time"), "history"), ("/plan/report", _("Report"), "file-pen-line"),
)


def register(app: Flask, limiter: Limiter) -> None:
    """The pages, and the list of them that each one shows."""
    for module in (glance, wards, fairness, scenarios, unmet_page, connections, matrix_page, programme_dates,
                   programme_map, themes_page, change, report, seen_as):
        module.register(app)
    sites.register(app, limiter)
    app.context_processor(_sections)


def _sections() -> dict:
    under = desk_nav.is_under("/plan", "/programmes")
    if not under:
        return {}
    menu = desk_nav.menu(_("For planners"), "/plan", _SECTIONS)
    for item in menu["nav"]:  # a programme's own pages are under another address
        item["current"] |= item["url"] == "/plan/programmes" and desk_nav.is_under("/programmes")
    menu["seen_as"] = _seen_as()
    return {"plan": menu}


def _seen_as() -> str:
    """On the pages of programmes, as what a planner sees them; "" for everyone else, on other pages and on forms."""
    if not desk_nav.is_under("/programmes", "/plan/programmes") or desk_nav.is_under("/plan/programmes/edit") \
            or not programme_data.may_edit():
        return ""
    return "all" if programme_data.sees_internal() else "public"
