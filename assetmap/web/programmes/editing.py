"""The forms of programmes, deployments and their entries: make one, change one, take one away."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from urllib.parse import quote

from flask import Blueprint, Flask, Response, make_response, render_template, request

from assetmap.domain.errors import BadInput, Conflict, Unavailable
from assetmap.domain.text import short
from assetmap.store import listing, programmes, sent_forms
from assetmap.store.database import Connection
from assetmap.store.programme_rows import DEPLOYMENTS, PROGRAMMES, PROGRESS
from assetmap.store.programmes import Kept
from assetmap.store.rows import LAYERS
from assetmap.web import access, services
from assetmap.web.errors import BUSY_RETRY_S
from assetmap.web.language import gettext as _
from assetmap.web.plan import programme_data, seen_as
from assetmap.web.programmes import area_field, form_fields, photos, saved, taking_back, two_versions
from assetmap.web.programmes.form_fields import Values
from assetmap.web.programmes.form_reading import Subject, blank, read, subject_of, subject_of_new
from assetmap.web.steward import edit_conflict, edit_form

log = logging.getLogger(__name__)
blueprint = Blueprint("programmes_editing", __name__)
PREFIX = "/plan/programmes/edit"
LAYER = ('<any(programmes, deployments, "deployment-progress", "deployment-figures", "deployment-dates"):layer_name>')
LONGEST_FORM = 1_000_000  # bytes: forty steps with their meanings in any script
_TRIES = 3
_PATIENCE_S = 10.0
Link = tuple[str, str]


@blueprint.url_value_preprocessor
def room_for_a_long_form(_endpoint: str | None, values: dict | None) -> None:
    """Programmes may have many steps, an area a file, progress a photo: the guard reads the form before the view."""
    request.max_content_length = request.max_form_memory_size = LONGEST_FORM
    if (values or {}).get("layer_name") == PROGRESS:
        request.max_content_length += 2 * photos.most_bytes()  # so that one too large is told so beside its field
    elif (values or {}).get("layer_name") == DEPLOYMENTS:
        request.max_content_length += area_field.ROOM_BYTES


@blueprint.errorhandler(413)
def too_large(error: Exception) -> Response:
    """What was sent is so large that it is not even read."""
    of_an_area = (request.view_args or {}).get("layer_name") == DEPLOYMENTS
    return area_field.too_large(error) if of_an_area else photos.too_large(error)


@blueprint.after_request
def see_what_was_saved(response: Response) -> Response:
    """Who saved something is led to it, and it may be internal."""
    return seen_as.leave(response) if response.status_code == 303 else response


@blueprint.get(f"{PREFIX}/{LAYER}/new")
def new(layer_name: str) -> Response:
    """An empty form; `of` is the programme or the deployment that it will belong to."""
    with services.database().reading() as connection:
        subject = subject_of_new(connection, layer_name, request.args.get("of", ""))
    values = form_fields.values_of(layer_name, blank(layer_name, subject, services.now().date()))
    return _page(layer_name, values | ({"value": ""} if "value" in values else {}), subject)


@blueprint.post(f"{PREFIX}/{LAYER}/new")
def make(layer_name: str) -> Response:
    """Make the record, once; or show the form again with what is wrong with it."""
    token = request.form.get("once", "")
    values, faults = photos.take(layer_name, form_fields.typed(layer_name))
    with services.database().reading() as connection:
        subject = subject_of_new(connection, layer_name, request.args.get("of", ""))
        if form_fields.press(values) or area_field.pressed():
            return _page(layer_name, values, subject)
        if before := sent_forms.result_of(connection, token):
            return access.done(before, _("This form was sent before, and made this one. To make another, start a new "
                                         "form."))
        made = read(connection, layer_name, values, subject, services.now().date())
        said = saved.said(connection, subject.programme, made.record)
    if made.record is None or faults:
        return _page(layer_name, values, subject, errors=faults | made.errors, status=400)
    try:
        url, link = _make(layer_name, made.record, subject, token)
    except Unavailable as error:
        return _later(error, _page(layer_name, values, subject, not_saved=error.message, status=error.status))
    services.renew()
    return access.done(url, said, link=link)


def _make(layer_name: str, record: Kept, subject: Subject, token: str) -> tuple[str, Link | None]:
    """Where the record is seen that this form makes, or made before; and where it is taken back."""
    with services.database().writing(_PATIENCE_S) as connection:
        url, link = sent_forms.result_of(connection, token), None
        if not url:
            record_id = programmes.add(connection, record, by=services.by())
            url = _shown_at(subject, layer_name, record_id, record)
            sent_forms.keep(connection, token, url)
            link = taking_back.of_last(connection, layer_name, record_id)
    return url, link


def _later(error: Unavailable, response: Response) -> Response:
    """The form as it was filled in, for when it can be saved."""
    log.warning("%r was not saved: %s", request.path, error.message)
    response.headers["Retry-After"] = str(BUSY_RETRY_S)
    return response


@blueprint.get(f"{PREFIX}/{LAYER}/<record_id>/change")
def edit(layer_name: str, record_id: str) -> Response:
    """The form, filled in with what the store has now."""
    with services.database().reading() as connection:
        subject = subject_of(connection, layer_name, record_id)
    return _page(layer_name, form_fields.values_of(layer_name, subject.record), subject, version=subject.version)


@blueprint.post(f"{PREFIX}/{LAYER}/<record_id>/change")
def save(layer_name: str, record_id: str) -> Response:
    """Save what was typed; or show it again with what is wrong, or with what somebody else saved meanwhile."""
    version = _version()
    values, faults = photos.take(layer_name, form_fields.typed(layer_name))
    pressed = form_fields.press(values) or area_field.pressed()
    for _try in range(_TRIES):
        with services.database().reading() as connection:
            subject = subject_of(connection, layer_name, record_id)
            if pressed:
                return _page(layer_name, values, subject, version=version)
            made = read(connection, layer_name, values, subject, services.now().date())
            if made.record is None or faults:
                return _page(layer_name, values, subject, version=version, errors=faults | made.errors, status=400)
            if version != subject.version and (conflict := _conflict(connection, layer_name, made.record, subject,
                                                                     version)):
                return _page(layer_name, values, subject, version=subject.version, conflict=conflict, status=409)
            record = made.record
            if version == subject.version:  # chosen between two, when the form showed both
                record = two_versions.taken(layer_name, record, subject.record, request.form)
            said = saved.said(connection, subject.programme, record)
        try:
            link = _save(layer_name, record, subject)
        except Conflict:
            continue  # between reading and saving: look again at what is there
        except Unavailable as error:
            if record is not made.record:  # chosen between two: the form has it chosen
                values = values | form_fields.values_of(layer_name, record)
            return _later(error, _page(layer_name, values, subject, version=version, not_saved=error.message,
                                       status=error.status))
        services.renew()
        return access.done(_shown_at(subject, layer_name, record_id, record),
                           said if link else _("Nothing was different, so nothing was changed."), link=link)
    raise Conflict(_("Others keep saving this. Please send it again."))


def _save(layer_name: str, record: Kept, subject: Subject) -> Link | None:
    """Where it is taken back; None when nothing differed. Raises Conflict."""
    with services.database().writing(_PATIENCE_S) as connection:
        changed = programmes.save(connection, record, version=subject.version, by=services.by())
        return taking_back.of_last(connection, layer_name, record.id) if changed else None


def _conflict(connection: Connection, layer_name: str, mine: Kept, subject: Subject, version: int) -> dict | None:
    before = two_versions.before(connection, layer_name, mine.id, version, subject.version)
    # what was chosen between the two versions of before holds, though somebody saved once more
    mine = two_versions.taken(layer_name, mine, programmes.as_it_was(subject.record, before),
                              request.form)
    rows = two_versions.differences(layer_name, mine, subject.record, before, subject.programme)
    return {"who": edit_conflict.last_change(connection, layer_name, mine.id), "rows": rows} if rows else None


@blueprint.post(f"{PREFIX}/{LAYER}/<record_id>/away")
def away(layer_name: str, record_id: str) -> Response:
    """Take it out of everybody's sight; it can be brought back."""
    with services.database().writing(_PATIENCE_S) as connection:
        subject = subject_of(connection, layer_name, record_id)
        programmes.hide(connection, layer_name, record_id, by=services.by())
        link = taking_back.of_last(connection, layer_name, record_id)
    services.renew()
    url = "/plan/programmes" if layer_name == PROGRAMMES else \
        programme_data.programme_url(subject.programme.id) if layer_name == DEPLOYMENTS else subject.url
    return access.done(url, _("It is taken away. Nothing is deleted: you can bring it back."), link=link)


def _shown_at(subject: Subject, layer_name: str, record_id: str, record: Kept) -> str:
    """Where a record is seen."""
    if layer_name == PROGRAMMES:
        return programme_data.programme_url(record_id)
    if layer_name == DEPLOYMENTS:
        return f"{programme_data.programme_url(record.programme_id)}/{quote(record_id, '')}"
    return subject.url


def _version() -> int:
    text = request.form.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput(_("This form is not whole. Nothing was changed: load the page again."), "version")
    return int(text)


def _page(layer_name: str, values: Values, subject: Subject, *, version: int = 0,
          errors: Mapping[str, str] | None = None, conflict: Mapping | None = None, not_saved: str = "",
          status: int = 200) -> Response:
    record, faults = subject.record, dict(errors or {})
    with services.database().reading() as connection:
        hubs = [{"value": edit_form.venue_name(hub_id), "label": ", ".join(filter(None, (name, postcode)))}
                for hub_id, name, postcode in listing.names(connection, LAYERS["hubs"], edit_form.MOST_SUGGESTED)] \
            if "hub_id" in values else []
    area = area_field.shown(layer_name, values, record)
    if area and area["fault"]:
        faults.setdefault("outline", area["fault"])
    of = subject.deployment or subject.programme
    action = f"{PREFIX}/{layer_name}/{quote(record.id, '')}/change" if record else \
        f"{PREFIX}/{layer_name}/new" + (f"?of={quote(of.id, '')}" if of else "")
    page = render_template(
        "programmes/form.html", sections=form_fields.sections_of(layer_name, subject.programme),
        form={"values": values, "errors": faults},
        labelled={name: f"{_label(layer_name, name)}: {fault}" for name, fault in faults.items()},
        title=form_fields.TITLES[layer_name][bool(record)], subject=subject, back=subject.url, action=action,
        version=version, options=form_fields.options(layer_name, subject.programme, values), hubs=hubs,
        conflict=conflict, not_saved=not_saved, photo=photos.in_form(values), area=area, changes=bool(record),
        name=short(record.name, 80) if record else "",
        away=f"{PREFIX}/{layer_name}/{quote(record.id, '')}/away" if record and record.status != "hidden" else "",
        history=taking_back.history_url(layer_name, record.id) if record else "")
    return make_response(page, 400 if faults and status == 200 else status)


def _label(layer_name: str, name: str) -> str:
    """The field of a fault; of a row's part, the row."""
    whole, _dash, rest = name.partition("-")
    number = rest.partition("-")[0]
    said = form_fields.label(layer_name, whole)
    return _("%(field)s, line %(number)s", field=said, number=int(number) + 1) if number.isdigit() else said


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
