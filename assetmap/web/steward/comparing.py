"""Two records side by side: merge them field by field, or note that they are not the same."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from flask import Blueprint, Flask, Response, make_response, render_template, request

from assetmap.domain.errors import BadInput, Conflict, NotFound
from assetmap.domain.text import short
from assetmap.importing import duplicates
from assetmap.importing.duplicates import Pair
from assetmap.importing.side_by_side import (
    BOTH,
    FIRST,
    SECOND,
    Sides,
    brought_together,
    columns_of,
    side_by_side,
)
from assetmap.store import likeness, merging, records, sent_forms
from assetmap.store.database import Connection
from assetmap.store.merging import Referring
from assetmap.store.rows import LAYERS, Record, content_of
from assetmap.web import access, services
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.steward import history_words, shown
from assetmap.web.steward.lists import STATUS_KINDS, WORDS

blueprint = Blueprint("steward_comparing", __name__)
_LIST = "/steward/duplicates"
_PAIR = f"{_LIST}/<any(groups, hubs, opportunities, organisations):layer_name>/<first_id>/<second_id>"
_NAMED = 8
_LABELS = {"contact": _("Telephone and e-mail, and whether they may be published"), "when": _("When and where"),
           "ages": _("Ages"), "costs": _("Cost"), "from": _("Who it is from"), "confirmed": _("Last confirmed")}


def url(layer_name: str, first_id: str, second_id: str) -> str:
    """The page of two records."""
    return f"{_LIST}/{layer_name}/{quote(first_id, '')}/{quote(second_id, '')}"


def said(pair: Pair) -> str:
    """Why two may be one, as a sentence."""
    reasons = "; ".join(_(reason.text, **reason.values) for reason in pair.reasons)
    return f"{reasons[:1].upper()}{reasons[1:]}."


@blueprint.get(_PAIR)
def page(layer_name: str, first_id: str, second_id: str) -> Response:
    """The two, field by field."""
    return _page(layer_name, first_id, second_id, {})


@blueprint.post(_PAIR)
def decide(layer_name: str, first_id: str, second_id: str) -> Response:
    """Merge the two as chosen, or remember that they are two."""
    back = f"{_LIST}?layer={layer_name}"
    if request.form.get("do") == "not-same":
        with services.database().writing() as connection:
            both = [records.get(connection, LAYERS[layer_name], one)[0] for one in _two(first_id, second_id)]
            likeness.remember_not_same(connection, layer_name, [(first_id, second_id)], by=services.by())
        return access.done(back, _("Remembered: “%(first)s” and “%(second)s” are not the same.",
                                   first=short(both[0].name), second=short(both[1].name)))
    if request.form.get("do") != "merge":
        raise BadInput(_("Choose whether to merge the two, or to note that they are not the same."))
    token = request.form.get("once", "")
    try:
        with services.database().writing() as connection:
            if sent_forms.result_of(connection, token):
                return access.done(back, _("These two were merged already. It was done once."))
            kept, lost, moved, number = _merge(connection, layer_name, *_two(first_id, second_id))
            sent_forms.keep(connection, token, back)
    except Conflict as conflict:
        return _page(layer_name, first_id, second_id, request.form, conflict.message)
    services.renew()
    said = _("“%(lost)s” is merged into “%(kept)s”, and its old address leads there.", lost=short(lost.name),
             kept=short(kept.name))
    if moved:
        said += " " + ngettext("One record that named it moved over.", "%(num)s records that named it moved over.",
                               moved)
    return access.done(back, said, link=history_words.undo_of_sets([number]))


def _merge(connection: Connection, layer_name: str, first_id: str, second_id: str) -> tuple[Record, Record, int, int]:
    """(the kept record, the other, how many named the other, the set of changes).

    Raises Conflict when either has another version.
    """
    layer = LAYERS[layer_name]
    (first, _first_now), (second, _second_now) = (records.get(connection, layer, one) for one in (first_id, second_id))
    versions = _version("first_version"), _version("second_version")
    kept = request.form.get("keep", "")
    if kept not in (FIRST, SECOND):
        raise BadInput(_("Choose whose address stays."))
    sides = side_by_side(layer_name, first, second, kept)
    named = len(merging.referring(connection, layer_name, sides.lose))
    record = brought_together(sides, {one.name: request.form.get(f"field-{one.name}", "") for one in sides.differences})
    version, lose_version = versions if kept == FIRST else versions[::-1]
    number = merging.merge(connection, layer, record, sides.lose.id, version=version, lose_version=lose_version,
                           by=services.by())
    return record, sides.lose, named, number


def _two(first_id: str, second_id: str) -> tuple[str, str]:
    if first_id == second_id:
        raise NotFound(_("There are not two records here, but one. Choose a pair from the list."))
    return first_id, second_id


def _version(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _page(layer_name: str, first_id: str, second_id: str, chosen: Mapping[str, str], fault: str = "") -> Response:
    layer = LAYERS[layer_name]
    with services.database().reading() as connection:
        (first, version), (second, other_version) = (records.get(connection, layer, one)
                                                     for one in _two(first_id, second_id))
        naming = [merging.referring(connection, layer_name, record) for record in (first, second)]
        decided = tuple(sorted((first_id, second_id))) in likeness.not_the_same(connection, layer_name)
        pair = duplicates.compared(connection, services.settings(), layer_name, first, second)
    sides = side_by_side(layer_name, first, second, chosen.get("keep", ""), tuple(map(len, naming)))
    hidden = [record.name for record in (first, second) if record.status == "hidden"]
    values = {
        "layer_name": layer_name, "words": WORDS[layer_name], "back": f"{_LIST}?layer={layer_name}", "fault": fault,
        "here": url(layer_name, first_id, second_id), "versions": (version, other_version), "hidden": hidden,
        "decided": decided, "kept": sides.kept, "differences": _differences(sides, chosen),
        "same": _same(sides), "is_contained": sides.is_contained,
        "reasons": said(pair) if pair else "",
        "sides": [_side(layer_name, key, record, named) for key, record, named in
                  zip((FIRST, SECOND), (first, second), naming, strict=True)]}
    return make_response(render_template("steward/duplicate.html", **values), 409 if fault else 200)


def _side(layer_name: str, key: str, record: Record, naming: list[Referring]) -> dict:
    facts = [(shown.field_label(layer_name, "source"), record.source),
             (shown.field_label(layer_name, "last_confirmed"),
              shown.value_text(layer_name, "last_confirmed", record.last_confirmed) if record.last_confirmed else
              _("never")),
             (shown.field_label(layer_name, "id"), f"/{layer_name}/{record.id}")]
    return {"key": key, "name": record.name, "edit_url": shown.edit_url(layer_name, record.id),
            "url": "" if record.status == "hidden" else shown.record_url(layer_name, record.id),
            "history_url": shown.history_url(layer_name, record.id),
            "status": shown.value_text(layer_name, "status", record.status),
            "status_kind": STATUS_KINDS.get(record.status, "plain"),
            "facts": [{"label": label, "value": value} for label, value in facts],
            "naming": ngettext("One record names it", "%(num)s records name it", len(naming)) if naming else
            _("No record names it"),
            "named": [{"name": one.name, "url": shown.edit_url(one.layer, one.id)} for one in naming[:_NAMED]],
            "more": max(0, len(naming) - _NAMED)}


def _differences(sides: Sides, chosen: Mapping[str, str]) -> list[dict]:
    contents = _contents(sides)
    made = []
    for one in sides.differences:
        rows = shown.changes_shown(sides.layer_name, {
            column: [contents[0][column], contents[1][column]] for column in one.columns
            if contents[0][column] != contents[1][column]})
        label = _LABELS.get(one.name) or shown.field_label(sides.layer_name, one.name)
        picked = chosen.get(f"field-{one.name}", "")
        options = [{"value": key, "lines": _lines(rows, at, len(one.columns) > 1)}
                   for key, at in ((FIRST, "before"), (SECOND, "after"))]
        made.append({"name": one.name, "label": label, "why": _(one.why), "options": options, "proposed": one.proposed,
                     "can_join": one.can_join, "clash": one.clash,
                     "chosen": picked if picked in (FIRST, SECOND) or picked == BOTH and one.can_join
                     else one.proposed})
    return made


def _lines(rows: list[dict[str, str]], at: str, labelled: bool) -> list[dict[str, str]]:
    return [{"label": row["label"] if labelled and len(rows) > 1 else "", "text": row[at]} for row in rows]


def _same(sides: Sides) -> list[dict[str, str]]:
    content = _contents(sides)[0]
    made = []
    for name in sides.same:
        rows = shown.changes_shown(sides.layer_name, {column: [None, content[column]] for column in
                                                      columns_of(sides.layer_name, name)})
        text = "\n".join(row["after"] for row in rows if row["after"])
        if text:
            made.append({"label": _LABELS.get(name) or shown.field_label(sides.layer_name, name), "value": text})
    return made


def _contents(sides: Sides) -> list[dict]:
    layer = LAYERS[sides.layer_name]
    return [dict(zip(layer.content, content_of(layer, record), strict=True)) for record in (sides.first, sides.second)]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
