"""The steward's first page: what waits today, and what was done last."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from assetmap.domain.freshness import day_over
from assetmap.store import drafts, history, introductions, messages, suggestions, work_list
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.steward.history_words import set_view

blueprint = Blueprint("steward_desk", __name__)
_LAST = 5


@blueprint.get("/steward")
def desk() -> str:
    """What waits, and the last changes."""
    with services.database().reading() as connection:
        tasks = [
            _task("/steward/suggestions", "message-circle", suggestions.waiting(connection),
                  _("suggestion to decide on"), _("suggestions to decide on"), _("No suggestions wait.")),
            _task("/steward/freshness", "refresh-cw", _to_confirm(connection),
                  _("entry to confirm"), _("entries to confirm"), _("Nothing needs to be confirmed.")),
            _task("/steward/letters", "mail", messages.queued(connection),
                  _("letter to send by hand"), _("letters to send by hand"), _("No letters wait.")),
            _task("/steward/import", "file-pen-line", len(drafts.unfinished(connection)),
                  _("upload that is not finished"), _("uploads that are not finished"), _("No uploads are open.")),
        ]
        reported = len(introductions.reported(connection))
        by_hand = len(introductions.to_pass_on(connection))
        sets = history.sets(connection, 0, _LAST)
        undos = history.standing_undos(connection, [made.id for made in sets])
    if reported:
        tasks.insert(0, _task("/steward/introductions", "flag", reported, _("introduction that was reported"),
                              _("introductions that were reported"), ""))
    if by_hand:
        tasks.append(_task("/signpost/introductions", "phone", by_hand, _("message to pass on by telephone"),
                           _("messages to pass on by telephone"), ""))
    atlas = services.atlas()
    has = {"wards": len(atlas.wards) > 0, "hubs": len(atlas.hubs) > 0, "groups": len(atlas.groups) > 0}
    last = [set_view(made, undos.get(made.id, [])) for made in sets]
    return render_template("steward/desk.html", tasks=tasks, last=last, has=has)


def _to_confirm(connection: Connection) -> int:
    """How many entries of every layer are due, stale or never confirmed."""
    settings, today = services.settings(), services.now().date()
    due, stale = day_over(settings.due_days, today), day_over(settings.stale_days, today)
    held = [work_list.counts(connection, layer, due, stale, None) for layer in LAYERS.values()]
    return sum(counts.due + counts.stale + counts.never for counts in held)


def _task(url: str, icon: str, number: int, one: str, many: str, none: str) -> dict:
    label = none if not number else one if number == 1 else many
    return {"url": url, "icon": icon, "number": number, "label": label}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
