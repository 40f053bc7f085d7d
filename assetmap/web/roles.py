"""What the roles are called, and what each may do, in words."""

from __future__ import annotations

from assetmap.domain.account import Role
from assetmap.web.language import gettext as _

LABELS = {Role.CONNECTOR: _("Connector"), Role.PLANNER: _("Planner"), Role.STEWARD: _("Steward")}
FOR = {
    Role.CONNECTOR: _("Helps people to find what suits them: a link worker, a librarian, a volunteer."),
    Role.PLANNER: _("Plans for the whole area: public health, a communities team, a councillor."),
    Role.STEWARD: _("Keeps the map right. A steward may do everything that the others may."),
}
MAY = {
    Role.CONNECTOR: (_("Use every public page."),
                     _("Find what suits somebody, and give them a page to take home."),
                     _("Put somebody's offer or ask on the map, and book hours in the timebank.")),
    Role.PLANNER: (_("Use every public page, the figures of wards among them."),
                   _("Keep and compare scenarios of where the next place would reach most people."),
                   _("Add programmes and the areas they are in, note how far they are, and see what is internal."),
                   _("See which groups and places hold the network together.")),
    Role.STEWARD: (_("Add, change, hide and bring back everything on the map."),
                   _("Load files, join duplicates, and take changes back."),
                   _("Decide on what residents suggest, and write to groups."),
                   _("Invite people, and say what their accounts are for."),
                   _("Use the pages of connectors and of planners, and look after programmes.")),
}


def options() -> list[dict[str, str]]:
    """The roles to choose from, with what each is for."""
    return [{"value": str(role), "label": f"{LABELS[role]}. {FOR[role]}"} for role in Role]
