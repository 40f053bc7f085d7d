"""One record's history, and undoing one change of it."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template, request

from assetmap.domain.errors import NotFound
from assetmap.domain.text import short
from assetmap.store import history, undo
from assetmap.store.programme_rows import PROGRAMME_LAYERS
from assetmap.store.rows import LAYERS
from assetmap.web import access, services
from assetmap.web.language import gettext as _
from assetmap.web.steward import changes, history_words, shown

blueprint = Blueprint("steward_history", __name__)
_PER_PAGE = 30
_NO_ASSETS = ("accounts", "favourites", "scenarios", "vocabulary", "wards", "ward-figures", "places",
              *PROGRAMME_LAYERS)


@blueprint.get("/steward/<layer_name>/<path:record_id>/history")
def record(layer_name: str, record_id: str) -> str:
    """Every change of one record, newest first, each with a way to take it back."""
    if layer_name not in LAYERS and layer_name not in _NO_ASSETS:
        raise NotFound(_("There is no history of “%(what)s”.", what=short(layer_name, 40)))
    page = changes.asked_page(request.args.get("page", ""))
    with services.database().reading() as connection:
        lines = history.of_record(connection, layer_name, record_id)
        (name,) = history_words.names_of(connection, [(layer_name, record_id)]).values()
        if not lines and name == record_id:
            raise NotFound(_("There is no history of “%(what)s”.", what=short(record_id, 60)))
        here = lines[(page - 1) * _PER_PAGE: page * _PER_PAGE]
        views = history_words.line_views(connection, here)
        sets = {number: history.one_set(connection, number) for number in {line.import_id for line in here} - {None}}
        for line, view in zip(here, views, strict=True):
            view["set"] = history_words.set_title(sets[line.import_id]) if sets.get(line.import_id) else ""
            view["undo"] = history_words.undo_view(connection, line) if undo.can_undo(layer_name) else None
    return render_template(
        "steward/history.html", lines=views, name=name, back=_back(layer_name, record_id),
        pages=history_words.pages(f"{history_words.history_url(layer_name, record_id)}?page=", page, _PER_PAGE,
                                  len(lines)))


@blueprint.post("/steward/changes/lines/<int:line_id>/undo")
def undo_line(line_id: int) -> Response:
    """Take one change back."""
    with services.database().writing() as connection:
        undone = undo.undo_line(connection, line_id, by=services.by())
        line = history.line(connection, line_id)
    services.renew()
    return access.done(history_words.history_url(line.layer, line.record_id),
                       *history_words.undone_line_text(line, undone))


def _back(layer_name: str, record_id: str) -> dict[str, str]:
    """Where the page leads back to."""
    if layer_name in LAYERS:
        return {"url": shown.edit_url(layer_name, record_id), "label": _("Edit it")}
    pages = {"accounts": ("/steward/people", _("People")), "vocabulary": ("/steward/vocabulary", _("Words")),
             "favourites": ("/signpost/favourites", _("Favourites")),
             "scenarios": ("/plan/scenarios", _("Scenarios"))}
    url, label = pages.get(layer_name, ("/steward/changes", _("Changes")))
    return {"url": url, "label": label}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    changes.register(app)
