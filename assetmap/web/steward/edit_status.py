"""Take a record off the map, say that it has ended, or bring it back: each with a page that asks first."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, render_template

from assetmap.domain.errors import NotFound
from assetmap.domain.text import short
from assetmap.store import listing, records
from assetmap.store.rows import LAYERS, Record
from assetmap.web import access, services
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.steward import history_words, shown

blueprint = Blueprint("steward_status", __name__)
# What the button says, what happens then, and the icon, by the status that it leads to.
_MOVES = {
    "hidden": (_("Hide it"), _("Nobody but stewards will see “%(name)s”: not on the map, not in lists, not in "
                               "downloads, not at its address. Nothing is deleted, and you can bring it back."), "x"),
    "ended": (_("It has ended"), _("“%(name)s” will leave the lists and the map. Its page stays, and says that it has "
                                   "ended."), "calendar"),
    "paused": (_("It takes a break"), _("“%(name)s” stays on the map and says that it is taking a break."), "clock"),
    "active": (_("Bring it back"), _("“%(name)s” will be on the map and in the lists again."), "check"),
}
_DONE = {"hidden": _("“%(name)s” is hidden."), "ended": _("“%(name)s” now says that it has ended."),
         "paused": _("“%(name)s” now says that it is taking a break."),
         "active": _("“%(name)s” is back on the map.")}
_ROUTE = "/steward/<any(groups, hubs, opportunities, organisations):layer_name>/<record_id>/status/<status>"


def moves(layer_name: str, record: Record | None) -> list[dict[str, str]]:
    """Where a record can go from its state: {url, label, icon}."""
    if record is None:
        return []
    ways = ["active"] if record.status in ("hidden", "ended") else []
    ways += [status for status in ("ended", "hidden") if status != record.status]
    return [{"url": shown.status_url(layer_name, record.id, status), "label": _MOVES[status][0],
             "icon": _MOVES[status][2]} for status in ways]


@blueprint.get(_ROUTE)
def ask(layer_name: str, record_id: str, status: str) -> str:
    """What will happen, and a button to let it."""
    label, said, icon = _move(status)
    with services.database().reading() as connection:
        record, _version = records.get(connection, LAYERS[layer_name], record_id)
        held = listing.held_at(connection, record_id) if layer_name == "hubs" and status != "active" else 0
    beside = ngettext("%(num)s group meets here. It stays on the map, at this place, until you say otherwise.",
                      "%(num)s groups meet here. They stay on the map, at this place, until you say otherwise.",
                      held) if held else ""
    return render_template("steward/edit_status.html", record=record, label=label, icon_name=icon,
                           said=said % {"name": short(record.name, 120)}, beside=beside,
                           back=shown.edit_url(layer_name, record_id))


@blueprint.post(_ROUTE)
def move(layer_name: str, record_id: str, status: str) -> Response:
    """Do it, once: a record that is there already is left alone."""
    _move(status)
    layer = LAYERS[layer_name]
    with services.database().writing() as connection:
        record, version = records.get(connection, layer, record_id)
        changed = records.save_one(connection, layer, replace(record, status=status), version=version,
                                   by=services.by())
        link = history_words.undo_of_last(connection, layer_name, record_id) if changed else None
    services.renew()
    return access.done(shown.edit_url(layer_name, record_id), _DONE[status] % {"name": short(record.name)}, link=link)


def _move(status: str) -> tuple[str, str, str]:
    if status not in _MOVES:
        raise NotFound(_("There is no such state. A record is on the map, takes a break, has ended or is hidden."))
    return _MOVES[status]
