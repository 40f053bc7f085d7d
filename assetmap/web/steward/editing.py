"""The forms of hubs, groups, opportunities and organisations: make one, change one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from flask import Blueprint, Flask, Response, jsonify, make_response, render_template, request

from assetmap.domain.errors import BadInput, Conflict, Unavailable
from assetmap.domain.text import short, slug
from assetmap.importing.duplicates import like
from assetmap.importing.form import Read, fields_of, read_form
from assetmap.store import listing, records, sent_forms
from assetmap.store.database import Connection
from assetmap.store.merging import new_address
from assetmap.store.rows import LAYERS, Record
from assetmap.web import access, services
from assetmap.web.errors import BUSY_RETRY_S
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.steward import edit_conflict, edit_form, edit_place, edit_status, edit_times, history_words, shown
from assetmap.web.steward.history_words import Link
from assetmap.web.steward.lists import STATUS_KINDS, WORDS

log = logging.getLogger(__name__)

blueprint = Blueprint("steward_editing", __name__)
LONGEST_FORM = 8_000_000  # bytes: a long description in any script, and a field pasted by mistake, still get an answer
_TRIES = 3
_PATIENCE_S = 10.0  # with somebody else's saving; a person waits for the answer
_LAYER = "<any(groups, hubs, opportunities, organisations):layer_name>"


@blueprint.url_value_preprocessor
def room_for_a_long_form(_endpoint: str | None, _values: dict | None) -> None:
    """Descriptions may be long; the guard reads the form before the view does."""
    request.max_content_length = request.max_form_memory_size = LONGEST_FORM


@blueprint.get(f"/steward/{_LAYER}/new")
def new(layer_name: str) -> Response:
    """An empty form."""
    return _page(layer_name, edit_form.blank(layer_name))


@blueprint.post(f"/steward/{_LAYER}/new")
def make(layer_name: str) -> Response:
    """Make the record, once; or show the form again with what is wrong with it, or what may be the same."""
    values = edit_form.typed(layer_name)
    if request.form.get("do") in ("dates", "place"):
        return _page(layer_name, _with_place(values))
    token = request.form.get("once", "")
    with services.database().reading() as connection:
        if before := sent_forms.result_of(connection, token):
            return access.done(before, _("This form was sent before, and made this one. To make another, start a new "
                                           "form."))
        texts = edit_form.texts_of(layer_name, values, {}, services.atlas().vocabulary)
        read = read_form(connection, services.settings(), layer_name, texts)
        if read.record is None:
            return _page(layer_name, values, errors=_errors(layer_name, read), status=400)
        alike = [] if request.form.get("another") == "yes" else _alike(connection, layer_name, read.record)
        if alike:
            return _page(layer_name, values, alike=alike, status=409)
    try:
        url, link = _make(layer_name, read.record, token)
    except Unavailable as error:
        return _later(error, _page(layer_name, values, not_saved=error.message, status=error.status))
    services.renew()
    return _done(url, _("“%(name)s” is made.", name=short(read.record.name)), layer_name, read, link)


def _make(layer_name: str, record: Record, token: str) -> tuple[str, Link | None]:
    """The address of the record that this form makes, or made before; and of where it is taken back."""
    with services.database().writing(_PATIENCE_S) as connection:
        url, link = sent_forms.result_of(connection, token), None
        if not url:
            made = record.ending_by(services.last_day()) if layer_name == "opportunities" else record
            record_id = records.add_one(connection, LAYERS[layer_name], made, by=services.by())
            url = shown.edit_url(layer_name, record_id)
            sent_forms.keep(connection, token, url)
            link = history_words.undo_of_last(connection, layer_name, record_id)
    return url, link


def _later(error: Unavailable, response: Response) -> Response:
    """The form as it was filled in, for when it can be saved."""
    log.warning("%r was not saved: %s", request.path, error.message)
    response.headers["Retry-After"] = str(BUSY_RETRY_S)
    return response


@blueprint.get(f"/steward/{_LAYER}/<record_id>")
@blueprint.get(f"/steward/{_LAYER}/<record_id>/edit")
def edit(layer_name: str, record_id: str) -> Response:
    """The form, filled in with what the store has now."""
    with services.database().reading() as connection:
        record, version = records.get(connection, LAYERS[layer_name], record_id)
        texts = fields_of(connection, layer_name, record)
    return _page(layer_name, edit_form.values_of(layer_name, texts, services.atlas().vocabulary), record=record,
                 version=version)


@blueprint.post(f"/steward/{_LAYER}/<record_id>")
@blueprint.post(f"/steward/{_LAYER}/<record_id>/edit")
def save(layer_name: str, record_id: str) -> Response:
    """Save what was typed; or show it again with what is wrong, or with what somebody else saved meanwhile."""
    values = edit_form.typed(layer_name)
    version, token = _version(), request.form.get("once", "")
    for _try in range(_TRIES):
        with services.database().reading() as connection:
            record, now = records.get(connection, LAYERS[layer_name], record_id)
            if request.form.get("do") in ("dates", "place"):
                return _page(layer_name, _with_place(values), record=record, version=version)
            theirs = fields_of(connection, layer_name, record)
            was = theirs if version == now else edit_conflict.texts_at(connection, layer_name, record, version, now)
            read = _read(connection, layer_name, values, record, theirs, was or theirs, version == now)
            if read.record is None:
                return _page(layer_name, values, record=record, version=version, errors=_errors(layer_name, read),
                             status=400)
            if version != now:
                mine = fields_of(connection, layer_name, read.record)
                rows = edit_conflict.differences(layer_name, mine, theirs, was)
                # two who wrote the same may both have counted on what was there; a form sent twice did not
                if rows or not sent_forms.result_of(connection, token):
                    who = edit_conflict.last_change(connection, layer_name, record_id)
                    return _page(layer_name, values, record=record, version=now, status=409,
                                 conflict={"who": who, "rows": rows})
        try:
            renamed, link = _save(layer_name, record, read.record, now, token)
        except Conflict:
            continue  # between reading and saving: look again at what is there
        except Unavailable as error:
            if any(name.startswith("keep-") for name in request.form):  # chosen between two: the form has it chosen
                with services.database().reading() as connection:
                    texts = fields_of(connection, layer_name, read.record)
                values = edit_form.values_of(layer_name, texts, services.atlas().vocabulary)
            return _later(error, _page(layer_name, values, record=record, version=version, not_saved=error.message,
                                       status=error.status))
        services.renew()
        return _saved(layer_name, read, renamed, link)
    raise Conflict(_("Others keep saving “%(name)s”. Please send it again.", name=short(record.name)))


def _read(connection: Connection, layer_name: str, values: edit_form.Values, record: Record,
          theirs: Mapping[str, str], was: Mapping[str, str], chosen: bool) -> Read:
    texts = edit_form.texts_of(layer_name, values, was, services.atlas().vocabulary)
    if chosen:  # between two versions, when the form showed both
        texts = edit_conflict.taken(texts, theirs, request.form)
    return read_form(connection, services.settings(), layer_name, texts, base=record)


def _save(layer_name: str, before: Record, record: Record, version: int, token: str) -> tuple[int, Link | None]:
    """How many groups of a renamed organisation were changed, and where the edit is taken back: None for none.

    Raises Conflict.
    """
    with services.database().writing(_PATIENCE_S) as connection:
        if records.get(connection, LAYERS[layer_name], record.id)[1] != version:
            raise Conflict(_("Somebody else saved “%(name)s” just now.", name=short(record.name)))
        changed = records.save_one(connection, LAYERS[layer_name], record, version=version, by=services.by())
        renamed = 0
        link = history_words.undo_of_last(connection, layer_name, record.id) if changed else None
        if changed and layer_name == "organisations" and before.name != record.name:
            renamed = _rename_in_groups(connection, before.name, record.name)
        if changed and not sent_forms.result_of(connection, token):
            sent_forms.keep(connection, token, shown.edit_url(layer_name, record.id))
    return renamed, link


def _rename_in_groups(connection: Connection, old: str, new: str) -> int:
    """Groups name who runs them in words: those who say the old name say the new one from now on."""
    layer, count = LAYERS["groups"], 0
    for group_id, written in listing.organisers(connection):
        if slug(written) == slug(old) and slug(old):
            group, version = records.get(connection, layer, group_id)
            count += records.save_one(connection, layer, replace(group, organisation=new), version=version,
                                      by=services.by())
    return count


def _saved(layer_name: str, read: Read, renamed: int, link: Link | None) -> Response:
    said = _("Saved.") if link else _("Nothing was different, so nothing was changed.")
    if renamed:
        said += " " + ngettext("%(num)s group says the new name too.", "%(num)s groups say the new name too.", renamed)
        link = history_words.all_edits()  # the groups' names are edits of their own
    return _done(shown.edit_url(layer_name, read.record.id), said, layer_name, read, link)


def _done(url: str, said: str, layer_name: str, read: Read, link: Link | None) -> Response:
    """On to the form, with what was understood in another way than it was written."""
    notices = [f"{shown.field_label(layer_name, name)}: {sentence}" if name else sentence
               for name, sentence in read.noticed]
    with services.database().reading() as connection:
        notices += edit_place.warnings(connection, read.record.location, read.record.postcode)
    return access.done(url, " ".join((said, *notices)), "warn" if notices else "good", link)


def _version() -> int:
    text = request.form.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput(_("This form is not whole. Nothing was changed: load the page again."), "version")
    return int(text)


def _alike(connection: Connection, layer_name: str, record: Record) -> list[dict[str, str]]:
    """Records that may be the same as a new one, which has no id yet: the one it would like may be another's."""
    record = replace(record, id="")
    return [{"name": candidate.name, "url": shown.edit_url(layer_name, candidate.id), "why": candidate.sentence()}
            for candidate in like(connection, services.settings(), layer_name, record)]


def _errors(layer_name: str, read: Read) -> dict[str, str]:
    """Faults by the form's own fields, each sentence with the field's name in front."""
    known = {each.name for section in edit_form.FORMS[layer_name] for each in section.fields}
    known |= {"postcode", "lat", "lon", "position_from"}
    return {name if name in known else "name": sentence for name, sentence in read.errors.items()}


def _with_place(values: edit_form.Values) -> edit_form.Values:
    """The button without JavaScript: the postcode's point, whatever was placed before."""
    if request.form.get("do") == "place":
        return values | {"position_from": edit_form.AUTO, "lat": "", "lon": ""}
    return values


def drawn(layer_name: str, values: edit_form.Values) -> dict:
    """What the fields of a form are drawn with: choices, names to choose from, the place and its map, the dates."""
    with services.database().reading() as connection:
        place = edit_place.told(connection, values)
        suggestions = edit_form.suggestions(connection, layer_name)
    venues = values.get("venue", [])
    return {"options": _options(layer_name, values, services.atlas().vocabulary), "suggestions": suggestions,
            "place": place, "venues": [*venues, "", ""][:max(len(venues) + 1, 2)],
            "positions": _positions(layer_name, values), "map": edit_place.map_of(place),
            "times": edit_times.understood(str(values.get("times", "")))}


def _page(layer_name: str, values: edit_form.Values, *, record: Record | None = None, version: int = 0,
          errors: Mapping[str, str] | None = None, conflict: Mapping | None = None, alike: list | None = None,
          not_saved: str = "", status: int = 200) -> Response:
    with services.database().reading() as connection:
        meeting = listing.held_at(connection, record.id) if record and layer_name == "hubs" else 0
        links = _links(connection, layer_name, record)
    faults, with_map = dict(errors or {}), drawn(layer_name, values)

    def label(name: str) -> str:
        return shown.field_label(layer_name, name)

    page = render_template(
        "steward/edit.html", words=WORDS[layer_name], record=record, version=version, page=with_map,
        map=with_map["map"],
        form={"values": values, "errors": faults}, labelled={name: f"{label(name)}: {fault}" for name, fault in
                                                             faults.items()},
        sections=edit_form.FORMS[layer_name], label=label, conflict=conflict, alike=alike, meeting=meeting,
        not_saved=not_saved, links=links, state=_state(record), moves=edit_status.moves(layer_name, record))
    return make_response(page, status)


def _options(layer_name: str, values: edit_form.Values, vocabulary) -> dict:
    """What there is to choose from, and whatever else the record holds."""
    made = edit_form.options(layer_name, vocabulary)
    for name, choices in made.items():
        held = values.get(name, "")
        if isinstance(held, str) and held and held not in [choice["value"] for choice in choices]:
            choices.append({"value": held, "label": short(held)})
    return made


def _positions(layer_name: str, values: edit_form.Values) -> list[dict[str, str]]:
    auto = _("At its postcode, or else at the place where it meets") if layer_name in ("groups", "opportunities") \
        else _("At its postcode")
    made = [{"value": edit_form.AUTO, "label": auto}, {"value": "given", "label": _("At the point on the map")}]
    if layer_name == "groups" or values.get("position_from") == "contact":
        made.append({"value": "contact", "label": _("The postcode is of its contact: it may meet somewhere else")})
    return made


def _links(connection: Connection, layer_name: str, record: Record | None) -> dict[str, str]:
    if record is None:
        return {"action": f"/steward/{layer_name}/new", "list": f"/steward/{layer_name}"}
    public = layer_name != "organisations" and record.status != "hidden"
    hub_id, onward = getattr(record, "hub_id", ""), new_address(connection, layer_name, record.id)
    return {"action": shown.edit_url(layer_name, record.id), "list": f"/steward/{layer_name}",
            "public": shown.record_url(layer_name, record.id) if public else "",
            "history": shown.history_url(layer_name, record.id),
            "hub": shown.edit_url("hubs", hub_id) if hub_id else "", "hub_name": shown.hub_name(hub_id),
            "groups": f"/steward/groups?hub={quote(record.id, '')}",
            "merged": shown.edit_url(layer_name, onward) if onward else "",
            "merged_name": records.get(connection, LAYERS[layer_name], onward)[0].name if onward else ""}


def _state(record: Record | None) -> dict[str, str]:
    return {"kind": STATUS_KINDS.get(record.status, "plain"), "text": shown.STATUS_LABELS.get(record.status, "")} \
        if record else {}


@blueprint.get("/steward/times")
def times() -> Response:
    """What is understood of `text`, and the next six dates."""
    return jsonify(edit_times.understood(request.args.get("text", "")))


@blueprint.get("/steward/place")
def place() -> Response:
    """Where a postcode or a point is, and what looks wrong with it."""
    with services.database().reading() as connection:
        return jsonify(edit_place.told(connection, request.args.to_dict()))


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.register_blueprint(edit_status.blueprint)
