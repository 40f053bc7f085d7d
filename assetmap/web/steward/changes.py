"""Sets of changes: imports, merges and undos, what each did, and taking a whole one back."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template, request

from assetmap.domain.errors import BadInput, NotFound
from assetmap.domain.text import short
from assetmap.store import history, undo
from assetmap.store.database import Connection
from assetmap.store.history import ChangeSet
from assetmap.store.merging import merged_by
from assetmap.web import access, services
from assetmap.web.language import gettext as _
from assetmap.web.steward import history_words

blueprint = Blueprint("steward_changes", __name__)
_PER_PAGE = 50
_SHOWN_BEFORE = 100  # changes that the preview of an undo shows field by field
_NAMED_BEFORE = 200


@blueprint.get("/steward/changes")
def sets() -> str:
    """Imports, merges and undos, or the edits made one by one; newest first."""
    page, edits = asked_page(request.args.get("page", "")), request.args.get("show") == "edits"
    first = (page - 1) * _PER_PAGE
    with services.database().reading() as connection:
        total = history.count_by_hand(connection) if edits else history.count_sets(connection)
        lines = history_words.line_views(connection, history.by_hand(connection, first, _PER_PAGE)) if edits else []
        for line in lines:
            line["note"] = f"{line['when']} · {line['who']}"
        found = [] if edits else history.sets(connection, first, _PER_PAGE)
        undos = history.standing_undos(connection, [one.id for one in found])
        views = [history_words.set_view(one, undos.get(one.id, [])) for one in found]
    url = f"/steward/changes?{'show=edits&' if edits else ''}page="
    return render_template("steward/changes.html", sets=views, lines=lines, edits=edits,
                           pages=history_words.pages(url, page, _PER_PAGE, total))


@blueprint.get("/steward/changes/<int:import_id>")
def one_set(import_id: int) -> str:
    """What one import, merge or undo did, record by record."""
    page = asked_page(request.args.get("page", ""))
    with services.database().reading() as connection:
        made = _found(connection, import_id)
        lines = history_words.line_views(
            connection, history.of_set(connection, import_id, (page - 1) * _PER_PAGE, _PER_PAGE))
        undos = history.standing_undos(connection, [import_id]).get(import_id, [])
        undoes = history.one_set(connection, made.undoes) if made.undoes else None
        merged = _merged(connection, made) if made.kind == "merge" else []
    return render_template(
        "steward/change_set.html", set=history_words.set_view(made, undos), made=made, lines=lines,
        undoes=undoes and history_words.set_view(undoes, ()), layer=history_words.layer_words(made.layer),
        merged=merged, can_undo=bool(made.lines) and undo.can_undo(made.layer),
        pages=history_words.pages(f"{history_words.set_url(import_id)}?page=", page, _PER_PAGE, made.lines))


@blueprint.get("/steward/changes/<int:import_id>/undo")
def before_undo(import_id: int) -> str:
    """What taking the whole set back would do, before it is done."""
    with services.database().reading() as connection:
        made = _found(connection, import_id)
        plan = undo.plan_of_set(connection, import_id)
        outcome = plan.outcome()
        layer_of = {record_id: layer for layer, record_id, _changes in plan.changes()}
        hidden = set(outcome.hidden)
        some = [change for change in plan.changes() if change[1] not in hidden][:_SHOWN_BEFORE]
        left: dict[tuple[str, str], list[str]] = {}
        for layer, record_id, column in plan.left:
            left.setdefault((layer, record_id), []).append(column)
        edited = sorted(plan.edited.items(), key=lambda one: one[1].id, reverse=True)[:_NAMED_BEFORE]
        others = [(layer_of[one], one) for one in outcome.hidden if (layer_of[one], one) not in plan.edited]
        names = history_words.names_of(connection, [
            *((layer, one) for layer, one, _changes in some),
            *(key for key, _line in edited), *others[:_NAMED_BEFORE], *list(left)[:_NAMED_BEFORE]])
    return render_template(
        "steward/change_undo.html", set=history_words.set_view(made, ()), outcome=outcome, left_count=len(left),
        some=[{"name": names[layer, one], "rows": history_words.rows_of(layer, changes),
               "history_url": history_words.history_url(layer, one)} for layer, one, changes in some],
        edited=[{"name": names[key], "url": history_words.history_url(*key), "who": line.by,
                 "when": history_words.moment(line.at)} for key, line in edited],
        hidden=[names[key] for key in others[:_NAMED_BEFORE]], hidden_count=len(others),
        left=[{"name": names[layer, one], "what": ", ".join(history_words.labels(layer, columns)),
               "url": history_words.history_url(layer, one)}
              for (layer, one), columns in list(left.items())[:_NAMED_BEFORE]])


@blueprint.post("/steward/changes/<int:import_id>/undo")
def undo_set(import_id: int) -> Response:
    """Take the whole set back."""
    with services.database().writing() as connection:
        undone = undo.undo_set(connection, import_id, by=services.by())
    services.renew()
    return access.done(history_words.set_url(undone.import_id or import_id), *history_words.undone_text(undone))


def _merged(connection: Connection, made: ChangeSet) -> list[dict[str, str]]:
    """The two records of a merge: the one that was kept and the one that leads to it."""
    two = list(zip((_("Kept"), _("Merged into it")), merged_by(connection, made.id) or (), strict=False))
    names = history_words.names_of(connection, [(made.layer, one) for _label, one in two])
    return [{"label": label, "name": names[made.layer, one], "url": history_words.history_url(made.layer, one)}
            for label, one in two]


def asked_page(text: str) -> int:
    """The page that an address asks for. Raises BadInput."""
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text)):
        raise BadInput(_("“%(text)s” is not a page. Pages are numbered from 1.", text=short(text, 40)), "page")
    return int(text)


def _found(connection: Connection, import_id: int) -> ChangeSet:
    made = history.one_set(connection, import_id)
    if made is None:
        raise NotFound(_("There is no set of changes number %(number)s.", number=f"{import_id:,}"))
    return made


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
