"""The steward's first page: what waits today, and what was done last."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from assetmap.domain.freshness import day_over
from assetmap.store import drafts, history, messages, suggestions, work_list
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
                  _("Suggestions to decide on"), _("No suggestions wait.")),
            _task("/steward/freshness", "refresh-cw", _out_of_date(connection),
                  _("Groups to confirm again"), _("Every group was confirmed lately.")),
            _task("/steward/letters", "mail", messages.queued(connection),
                  _("Letters to send by hand"), _("No letters wait.")),
            _task("/steward/import", "file-pen-line", len(drafts.unfinished(connection)),
                  _("Uploads not finished"), _("No uploads are open.")),
        ]
        sets = history.sets(connection, 0, _LAST)
        undos = history.standing_undos(connection, [made.id for made in sets])
    last = [set_view(made, undos.get(made.id, [])) for made in sets]
    return render_template("steward/desk.html", tasks=tasks, last=last)


def _out_of_date(connection: Connection) -> int:
    """How many groups are due, stale or never confirmed."""
    settings, today = services.settings(), services.now().date()
    due, stale = day_over(settings.due_days, today), day_over(settings.stale_days, today)
    counts = work_list.counts(connection, LAYERS["groups"], due, stale, None)
    return counts.due + counts.stale + counts.never


def _task(url: str, icon: str, number: int, label: str, none: str) -> dict:
    return {"url": url, "icon": icon, "number": number, "label": label if number else none}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
