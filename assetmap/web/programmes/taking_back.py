"""What was changed of a programme or a deployment, for those who look after it, and taking a change back."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Flask, Response, render_template, request

from assetmap.domain.errors import NotFound
from assetmap.store import history, programmes, undo
from assetmap.store.database import Connection
from assetmap.store.history import Line
from assetmap.store.programme_rows import DEPLOYMENTS, ENTRIES, PROGRAMME_LAYERS
from assetmap.web import access, services
from assetmap.web.language import gettext as _
from assetmap.web.programmes.form_reading import subject_of
from assetmap.web.steward import changes, history_words, programme_words

blueprint = Blueprint("programmes_history", __name__)
_PREFIX = "/plan/programmes/edit"
_PER_PAGE = 30
_TOLD = ("step", "what", "day", "time", "until", "value", "unit", "place", "hub_id", "attended", "note", "evidence",
         "link", "photo_alt")
_OF_LAYER = {"programmes": _("Programme"), "deployments": _("Area"), "deployment-progress": _("Progress"),
             "deployment-figures": _("Figure"), "deployment-dates": _("Date")}


@blueprint.get(f"{_PREFIX}/<any(programmes, deployments):layer_name>/<record_id>/history")
def page(layer_name: str, record_id: str) -> str:
    """Every change, newest first, each with a way to take it back; of a programme with those of its areas, of an area
    with those of all its entries.
    """
    asked = changes.asked_page(request.args.get("page", ""))
    with services.database().reading() as connection:
        subject = subject_of(connection, layer_name, record_id)
        lines = programmes.lines_of_deployment(connection, record_id) if layer_name == DEPLOYMENTS else \
            programmes.lines_of_programme(connection, record_id)
        here = lines[(asked - 1) * _PER_PAGE: asked * _PER_PAGE]
        done, undos = history.taken_back(connection, here), history.that_undo(connection, [line.id for line in here])
        views = [_view(connection, line, done[line.id], undos.get(line.id, [])) for line in here]
    pages = history_words.pages(f"{history_url(layer_name, record_id)}?page=", asked, _PER_PAGE, len(lines))
    return render_template("programmes/history.html", lines=views, subject=subject, pages=pages)


@blueprint.post(f"{_PREFIX}/changes/<int:line_id>/undo")
def undo_line(line_id: int) -> Response:
    """Take one change back. Raises NotFound for changes of anything but programmes."""
    with services.database().writing() as connection:
        line = history.line(connection, line_id)
        if line is None or line.layer not in PROGRAMME_LAYERS:
            raise NotFound(_("There is no such change here."))
        undone = undo.undo_line(connection, line_id, by=services.by())
        url = _history_of(connection, line)
    services.renew()
    said, level = history_words.undone_line_text(line, undone)
    return access.done(url, _("Undone: it is taken away.") if undone.hidden else said, level)


def history_url(layer_name: str, record_id: str) -> str:
    """The page of the history of a programme or a deployment."""
    return f"{_PREFIX}/{layer_name}/{quote(record_id, '')}/history"


def of_last(connection: Connection, layer_name: str, record_id: str) -> tuple[str, str] | None:
    """Where the newest change of a record is taken back."""
    line = history.newest(connection, layer_name, record_id)
    return (f"{_history_of(connection, line)}#change-{line.id}", _("Take it back")) if line else None


def _history_of(connection: Connection, line: Line) -> str:
    if line.layer in ENTRIES:
        record, _version = programmes.get(connection, line.layer, line.record_id)
        return history_url(DEPLOYMENTS, record.deployment_id)
    return history_url(line.layer, line.record_id)


def _view(connection: Connection, line: Line, done: set[str], undos: list[Line]) -> dict:
    view = history_words.line_view(line, done, undos)
    plan = undo.plan_of_line(connection, line.id)
    if line.action == "added" and line.layer in ENTRIES:
        view["rows"] = _first_values(connection, line)
    return view | {
        "url": history_url(DEPLOYMENTS, line.record_id) if line.layer == DEPLOYMENTS else "",
        "name": programmes.get(connection, line.layer, line.record_id)[0].name, "of": _OF_LAYER[line.layer],
        "can": any(True for _one in plan.changes()), "hides": line.action == "added"}


def _first_values(connection: Connection, line: Line) -> list[dict[str, str]]:
    """What an entry said when it was added, as rows of a change from nothing."""
    held = programmes.as_added(connection, line)
    said = {column: [None, held[column]] for column in _TOLD if held.get(column) not in (None, "", False)}
    return programme_words.changes_shown(line.layer, said)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
