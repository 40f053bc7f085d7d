"""Every page under /steward, and what they share."""

from __future__ import annotations

from flask import Flask

from assetmap.web import desk_nav
from assetmap.web.language import gettext as _
from assetmap.web.steward import (
    desk,
    duplicates,
    editing,
    exports,
    freshness,
    health,
    history,
    imports,
    introductions,
    letters,
    lists,
    people,
    suggestions,
    vocabulary,
)
from assetmap.web.steward.word_changes import word_changes

# (address, label, icon), in the order of a steward's day.
_SECTIONS = (
    ("/steward", _("Today"), "house"), ("/steward/suggestions", _("Suggestions"), "message-circle"),
    ("/steward/freshness", _("Freshness"), "refresh-cw"), ("/steward/health", _("Health"), "activity"),
    ("/steward/duplicates", _("Duplicates"), "users-round"), ("/steward/groups", _("Groups"), "users"),
    ("/steward/hubs", _("Places"), "building-2"), ("/steward/opportunities", _("Offers and asks"), "heart-handshake"),
    ("/steward/organisations", _("Organisations"), "briefcase"),
    ("/plan/programmes", _("Programmes"), "sprout"), ("/steward/import", _("Import"), "file-pen-line"),
    ("/steward/export", _("Export"), "download"), ("/steward/changes", _("Changes"), "history"),
    ("/steward/introductions", _("Introductions"), "messages-square"), ("/steward/letters", _("Letters"), "mail"),
    ("/steward/vocabulary", _("Words"), "list"), ("/steward/people", _("People"), "badge-check"),
)


def register(app: Flask) -> None:
    """The pages, and the list of them that each one shows."""
    for module in (desk, people, vocabulary, imports, history, duplicates, suggestions, freshness, introductions,
                   letters, health, exports, editing, lists):
        module.register(app)
    app.context_processor(_sections)
    app.jinja_env.globals["word_changes"] = word_changes


def _sections() -> dict:
    return {"desk": desk_nav.menu(_("Looking after the map"), "/steward", _SECTIONS)} if \
        desk_nav.is_under("/steward") else {}
