"""A file, step by step: upload, columns, preview, apply. Nothing is written to the records before the last step."""

from __future__ import annotations

import io
import logging
from dataclasses import replace

from flask import Blueprint, Flask, Response, current_app, jsonify, redirect, render_template, request, send_file

from assetmap.domain.errors import BadInput, Conflict, NotFound, Unavailable
from assetmap.importing import draft_work, drafts
from assetmap.importing.draft_work import APPLY, CHECK, READ
from assetmap.store import drafts as store
from assetmap.store import sent_forms
from assetmap.store.drafts import APPLIED, Draft
from assetmap.web import access, services
from assetmap.web.errors import answer
from assetmap.web.language import gettext as _
from assetmap.web.steward import import_columns, import_templates, import_views

blueprint = Blueprint("steward_imports", __name__)
log = logging.getLogger(__name__)
_FORM_BYTES = 500_000  # of a form with a thousand columns, and of what surrounds an uploaded file


@blueprint.url_value_preprocessor
def _allow_a_file(endpoint: str | None, values: dict | None) -> None:
    """Before anything reads the form: here alone more than a form may be sent."""
    if request.method == "POST":
        most = services.settings().max_upload_mb * 1_000_000 if endpoint == "steward_imports.upload" else 0
        request.max_content_length = most + _FORM_BYTES


@blueprint.errorhandler(413)
def _too_large(error: Exception) -> Response:
    return answer(413, _("This file is larger than %(most)s MB, which is the most that can be uploaded here. Nothing "
                         "was changed. Split it, leave out columns, or ask whoever runs this site to load it.",
                         most=services.settings().max_upload_mb))


@blueprint.get("/steward/import")
def start() -> str:
    """What can be uploaded, what is not finished yet, which feeds are known."""
    return _start_page({"values": {"layer": request.args.get("layer", "groups"),
                                   "source": request.args.get("source", "")[:120],
                                   "again": request.args.get("again", "")[:40]}, "errors": {}})


@blueprint.post("/steward/import")
def upload() -> Response | tuple[str, int]:
    """Keep the file and look into it."""
    form = {"values": {name: request.form.get(name, "")[:120] for name in ("layer", "source", "again")}, "errors": {}}
    layer, file, settings = form["values"]["layer"], request.files.get("file"), services.settings()
    with services.database().reading() as connection:
        before = sent_forms.result_of(connection, request.form.get("once", ""))
    if before:
        return redirect(before, 303)
    drafts.tidy(services.database(), settings)
    if layer not in drafts.UPLOADED_LAYERS:
        form["errors"]["layer"] = _("Choose what the file holds.")
    if file is None or not file.filename:
        form["errors"]["file"] = _("Choose a file.")
    if form["errors"]:
        return _start_page(form), 400
    try:
        draft = drafts.receive(settings, layer, file.filename, file.stream, form["values"]["source"], services.by())
    except BadInput as error:
        form["errors"]["file"] = error.message
        return _start_page(form), 400
    draft, before = _keep(draft, form["values"]["again"])
    if before:
        return redirect(before, 303)
    state = _work_on(draft, CHECK if layer in drafts.UNMAPPED else READ)
    if state.failed:
        _give_up(draft)
        form["errors"]["file"] = state.failed
        return _start_page(form), 400
    import_columns.drop_earlier(draft, form["values"]["again"])
    return redirect(_first_step(draft), 303)


def _keep(draft: Draft, again: str) -> tuple[Draft, str]:
    """The draft in the store, read as the upload that it takes the place of; or where the form's first sending led."""
    once = request.form.get("once", "")
    with services.database().writing() as connection:
        before = sent_forms.result_of(connection, once)
        if not before:
            draft = import_columns.like_before(connection, draft, again) if again else draft
            store.add(connection, draft)
            sent_forms.keep(connection, once, _first_step(draft))
    if before:
        drafts.remove(services.settings(), draft.id)
    return draft, before


def _first_step(draft: Draft) -> str:
    return f"/steward/import/{draft.id}/{'preview' if draft.layer in drafts.UNMAPPED else 'columns'}"


def _give_up(draft: Draft) -> None:
    """The file cannot be read: the form may be sent again, with another."""
    with services.database().writing() as connection:
        store.drop(connection, draft.id)
        sent_forms.forget(connection, request.form.get("once", ""))
    drafts.remove(services.settings(), draft.id)


def _start_page(form: dict) -> str:
    return render_template("steward/import.html", form=form, **import_views.start_page())


@blueprint.get("/steward/import/<draft_id>")
def resume(draft_id: str) -> Response:
    """Where this upload was left."""
    state, draft = _state(draft_id), _draft(draft_id)
    if draft.state == APPLIED:
        step = "result"
    elif draft.layer in drafts.UNMAPPED or state and state.kind != READ:
        step = "preview"
    else:
        step = "columns"
    return redirect(f"/steward/import/{draft_id}/{step}", 303)


@blueprint.route("/steward/import/<draft_id>/columns", methods=["GET", "POST"])
def columns(draft_id: str) -> Response | str | tuple[str, int]:
    """Which column is what."""
    settings, state = services.settings(), _state(draft_id)
    draft = _draft(draft_id)
    if draft.state == APPLIED:
        return redirect(f"/steward/import/{draft_id}/result", 303)
    inside = drafts.inside(settings, draft)
    if inside is None:
        return import_views.working_page(draft, state)
    if request.method != "POST":
        form = import_columns.form_of(draft, inside, request.args.get("feed", ""))
        return import_views.columns_page(draft, inside, form)
    chosen, form = import_columns.read_form(draft, inside)
    if form["errors"]:
        return import_views.columns_page(draft, inside, form), 400
    with services.database().writing() as connection:
        store.set_columns(connection, draft_id, source=chosen.source, mapping=chosen.mapping,
                          constants=chosen.constants, remember=chosen.remember)
    drafts.forget_preview(settings, draft)
    _work_on(chosen, CHECK)
    return redirect(f"/steward/import/{draft_id}/preview", 303)


@blueprint.get("/steward/import/<draft_id>/preview")
def preview(draft_id: str) -> Response | str | tuple[str, int]:
    """What applying the file would do."""
    state, draft = _state(draft_id), _draft(draft_id)
    if draft.state == APPLIED:
        return redirect(f"/steward/import/{draft_id}/result", 303)
    found = drafts.preview(services.settings(), draft)
    if found and not (state and state.kind == APPLY):
        return import_views.preview_page(draft, found)
    return import_views.working_page(draft, state)


@blueprint.post("/steward/import/<draft_id>/again")
def again(draft_id: str) -> Response:
    """Read or try the file once more, after an interruption."""
    draft = _draft(draft_id)
    read = draft.layer in drafts.UNMAPPED or drafts.inside(services.settings(), draft)
    if draft.state != APPLIED and not _is_running(draft):
        _work_on(draft, CHECK if read and (draft.mapping or draft.layer in drafts.UNMAPPED) else READ)
    return redirect(f"/steward/import/{draft_id}", 303)


@blueprint.post("/steward/import/<draft_id>/apply")
def apply(draft_id: str) -> Response | tuple[str, int]:
    """Load the file: all of it, or all but the rows that cannot be."""
    draft = _draft(draft_id)
    address = f"/steward/import/{draft_id}/result"
    if draft.state == APPLIED or _is_running(draft):
        return redirect(address, 303)
    found = drafts.preview(services.settings(), draft)
    if not found or request.form.get("token") != found["token"]:
        raise Conflict(_("The columns of this file were changed after the page that you sent was made, or the file was "
                         "tried again. Nothing was changed. Look at the preview once more, then apply."))
    skip = request.form.get("rows") == "good"
    if found["bad_rows"] and not skip:
        return import_views.preview_page(draft, found, _("Some rows cannot be loaded as they are. Say that they are to "
                                                         "be left out, or put them right first.")), 400
    _work_on(replace(draft, by=services.by()), APPLY, skip_bad_rows=skip)
    return redirect(address, 303)


@blueprint.get("/steward/import/<draft_id>/result")
def result(draft_id: str) -> Response | str | tuple[str, int]:
    """What applying the file did."""
    try:
        state, draft = _state(draft_id), _draft(draft_id)
    except NotFound:
        with services.database().reading() as connection:
            number = store.import_of(connection, draft_id)
        if number is None:
            raise
        return redirect(f"/steward/changes/{number}", 303)
    # the records are in before the figures are written down
    figures_come = state and state.running and drafts.result(services.settings(), draft) is None
    if draft.state == APPLIED and not figures_come:
        return import_views.result_page(draft)
    if state and state.kind == APPLY:
        return import_views.working_page(draft, state)
    return redirect(f"/steward/import/{draft_id}", 303)


@blueprint.get("/steward/import/<draft_id>/progress.json")
def progress(draft_id: str) -> Response:
    """How far the work on an upload is, for the page that shows it."""
    state, draft = _state(draft_id), _draft(draft_id)
    return jsonify(import_views.progress_of(draft, state))


@blueprint.get("/steward/import/<draft_id>/rejected.csv")
def rejected(draft_id: str) -> Response:
    """The rows that cannot be loaded as they are, with the reasons, to put right and upload."""
    draft = _draft(draft_id)
    file = drafts.rejected_file(services.settings(), draft)
    if file is None:
        return answer(404, _("No rows were left out of this file."))
    name = f"{draft.file.rpartition('.')[0]}.rejected.csv"
    return send_file(io.BytesIO(file.read_bytes()), "text/csv", as_attachment=True, download_name=name)


@blueprint.post("/steward/import/<draft_id>/drop")
def drop(draft_id: str) -> Response:
    """Give the upload up, and throw its files away."""
    draft = _draft(draft_id)
    with services.database().writing() as connection:
        store.drop(connection, draft_id)
    drafts.remove(services.settings(), draft_id)
    return access.done("/steward/import", _("“%(file)s” was dropped. Nothing was changed.", file=draft.file))


def _draft(draft_id: str) -> Draft:
    with services.database().reading() as connection:
        return store.get(connection, draft_id)


def _state(draft_id: str) -> draft_work.WorkState | None:
    """Asked before what came of the work: what has ended by then has left it behind."""
    return draft_work.state(drafts.folder_of(services.settings(), draft_id))


def _is_running(draft: Draft) -> bool:
    state = _state(draft.id)
    return bool(state and state.running)


def _work_on(draft: Draft, kind: str, skip_bad_rows: bool = False) -> draft_work.WorkState:
    """Begin a piece of work; the answer is final when it took less than a second."""
    database, settings = services.database(), services.settings()
    renew = current_app.extensions["assetmap"].current.look_again  # the thread has no request to find it by
    work = {
        READ: lambda progress: drafts.look_inside(settings, draft, progress),
        CHECK: lambda progress: drafts.try_it(database, settings, draft, progress),
        APPLY: lambda progress: drafts.apply(database, settings, draft, progress, skip_bad_rows=skip_bad_rows,
                                             done=renew),
    }[kind]
    return draft_work.start(drafts.folder_of(settings, draft.id), kind, work)


def register(app: Flask) -> None:
    """The pages; uploads of which nobody wants anything any more are thrown away when the app starts."""
    app.register_blueprint(blueprint)
    import_templates.register(app)
    shared = app.extensions["assetmap"]
    try:
        drafts.tidy(shared.database, shared.settings)
    except Unavailable as error:  # the pages say what is the matter; the start is none of it
        log.warning("Old uploads were not thrown away: %s", error.message)
