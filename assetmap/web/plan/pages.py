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
    programme_dates,
    programme_map,
    report,
    scenarios,
    sites,
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
                   programme_map, change, report):
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
    return {"plan": menu}
