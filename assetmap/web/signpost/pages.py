"""Every page of connectors, and the menu that they share with the timebank."""

from __future__ import annotations

from flask import Flask

from assetmap.web import desk_nav
from assetmap.web.language import gettext as _
from assetmap.web.signpost import favourites, figures, introductions, packs, people, suggesting, unmet

# (address, label, icon), in the order of a connector's day. Each module adds its own line as it is built.
_SECTIONS: tuple[tuple[str, str, str], ...] = (
    ("/signpost", _("Signpost"), "signpost"),
    ("/signpost/packs", _("Packs"), "file-pen-line"), ("/signpost/favourites", _("Favourites"), "star"),
    ("/signpost/people", _("People’s offers and asks"), "hand-heart"),
    ("/signpost/introductions", _("Introductions"), "heart-handshake"),
    ("/timebank", _("Timebank"), "hourglass"), ("/signpost/figures", _("Figures"), "list"),
)


def register(app: Flask) -> None:
    """The pages, and the list of them that each one shows."""
    for module in (suggesting, packs, favourites, people, introductions, figures, unmet):
        module.register(app)
    app.context_processor(_sections)


def _sections() -> dict:
    return {"desk": desk_nav.menu(_("For connectors"), "/signpost", _SECTIONS)} if \
        desk_nav.is_under("/signpost", "/timebank") else {}
