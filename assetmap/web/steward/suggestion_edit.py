"""Edit before accepting: the record's own form, filled in with what was suggested."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.steward import deciding, edit_form, editing, shown, suggestion_case
from assetmap.web.steward.suggestion_case import Case

blueprint = Blueprint("steward_suggestion_edit", __name__, url_prefix="/steward/suggestions")
blueprint.url_value_preprocessor(editing.room_for_a_long_form)


@blueprint.get("/<int:number>/edit")
def edit(number: int) -> Response:
    """The form; of what was decided already, the suggestion's page."""
    with services.database().reading() as connection:
        case = suggestion_case.build(connection, number, deciding.also(request.args.getlist("also")))
    if not case.main.waits:
        return deciding.page(case)
    values = edit_form.values_of(case.layer_name, case.tidy, services.atlas().vocabulary)
    return _page(case, (edit_form.blank(case.layer_name) if case.is_new else {}) | values, dict(case.read.errors))


@blueprint.post("/<int:number>/edit")
def accept(number: int) -> Response:
    """Save what the steward made of it, and accept it."""
    also, said = deciding.also(request.form.getlist("also")), deciding.answer()
    with services.database().reading() as connection:
        plain = suggestion_case.build(connection, number, also)
        values = edit_form.typed(plain.layer_name)
        texts = edit_form.texts_of(plain.layer_name, values, plain.now, services.atlas().vocabulary)
        case = suggestion_case.build(connection, number, also, texts)
    if not case.main.waits:
        return deciding.decided_before(case, "accept")
    if request.form.get("do") == "dates":
        return _page(case, values, {}, said)
    if request.form.get("do") == "place":  # the postcode's point, whatever was placed before
        return _page(case, values | {"position_from": edit_form.AUTO, "lat": "", "lon": ""}, {}, said)
    errors = dict(case.read.errors) | deciding.answer_fault(said)
    if errors:
        return _page(case, values, errors, said, 400)

    def refused(fresh: Case, fault: str) -> Response:
        with services.database().reading() as connection:
            mine = suggestion_case.build(connection, number, fresh.numbers, texts)
        return _page(mine, values, {"version": fault}, said, 409)

    if request.form.get("version") != str(case.version):
        return refused(case, _("Somebody changed “%(name)s” while you were editing. Below is how yours differs from "
                               "what is there now: look at it, then save again.", name=case.name))
    return deciding.finish(case, "accept", said, refused)


def _page(case: Case, values: edit_form.Values, errors: dict[str, str], said: str = "", status: int = 200) -> Response:
    labelled = {name: fault if name in ("version", "answer") else f"{shown.field_label(case.layer_name, name)}: {fault}"
                for name, fault in errors.items()}
    return make_response(render_template(
        "steward/suggestion_edit.html", case=case, heading=case.name, said=deciding.told(case), labelled=labelled,
        form={"values": {**values, "answer": said}, "errors": errors}, together=deciding.together(case),
        sections=edit_form.FORMS[case.layer_name], page=editing.drawn(case.layer_name, values),
        label=lambda name: shown.field_label(case.layer_name, name), path=f"{deciding.HOME}/{case.main.id}"), status)
