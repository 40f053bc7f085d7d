"""Records that look like one: the list of pairs, deciding on several at once, and what was said not to be the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from flask import Blueprint, Flask, Response, current_app, render_template, request

from assetmap.domain.errors import BadInput, Conflict, NotFound
from assetmap.domain.text import short
from assetmap.importing import duplicates
from assetmap.importing.duplicates import LIKELY, SURE, Pair
from assetmap.importing.form import record_with
from assetmap.importing.side_by_side import brought_together, side_by_side
from assetmap.store import likeness, merging, records, sent_forms
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS
from assetmap.web import access, services
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.steward import comparing, shown
from assetmap.web.steward.history_words import moment, set_url, undo_of_sets
from assetmap.web.steward.lists import WORDS

blueprint = Blueprint("steward_duplicates", __name__)
HOME = "/steward/duplicates"
PER_PAGE = 20
_KNOWN = ("layer", "page")
_LATEST = 10
_MOST_REMEMBERED = 500


@blueprint.get(HOME)
def index() -> str:
    """The pairs of one layer, or of all, the likeliest first."""
    layer_name, page = _asked()
    held = _pairs()
    chosen = held[layer_name] if layer_name else sorted(
        (pair for found in held.values() for pair in found), key=lambda pair: -pair.score)
    pages = max(1, -(-len(chosen) // PER_PAGE))
    page = min(page, pages)  # what is decided leaves the list, and with it the last page
    with services.database().reading() as connection:
        rows = _rows(connection, chosen[(page - 1) * PER_PAGE: page * PER_PAGE])
        merges = [_merge_row(connection, row) for row in merging.latest(connection, _LATEST)]
        remembered = len(likeness.said_not_same(connection))
    total = sum(map(len, held.values()))
    chips = [{"label": _("All"), "url": HOME, "count": total, "on": not layer_name}]
    chips += [{"label": WORDS[name]["title"], "url": _url(name), "count": len(found), "on": name == layer_name}
              for name, found in held.items()]
    return render_template(
        "steward/duplicates.html", rows=rows, chips=chips, total=len(chosen), merges=merges, remembered=remembered,
        here=_url(layer_name, page), metres=services.settings().duplicate_m,
        pages={"page": page, "pages": pages, "total": len(chosen),
               "prev_url": _url(layer_name, page - 1) if page > 1 else "",
               "next_url": _url(layer_name, page + 1) if page < pages else ""})


@blueprint.post(HOME)
def decide() -> Response:
    """What was ticked: not the same, or merged where neither loses anything."""
    layer_name, page = _asked()
    here = _url(layer_name, page)
    ticked = [_ticked(text) for text in request.form.getlist("pair")[:PER_PAGE]]
    if not ticked:
        return access.done(here, _("No pair was ticked. Nothing was changed."), "warn")
    if request.form.get("do") == "not-same":
        with services.database().writing() as connection:
            for name, first, second, *_versions in ticked:
                likeness.remember_not_same(connection, name, [(first, second)], by=services.by())
        return access.done(here, ngettext("One pair is remembered as not the same.",
                                          "%(num)s pairs are remembered as not the same.", len(ticked)))
    if request.form.get("do") != "merge":
        raise BadInput(_("Choose what to do with the ticked pairs: merge them, or note that they are not the same."))
    token = request.form.get("once", "")
    with services.database().writing() as connection:
        if sent_forms.result_of(connection, token):
            return access.done(here, _("This was sent before, and was done once."))
        came = [_merge_contained(connection, *pair) for pair in ticked]
        sent_forms.keep(connection, token, here)
    done, left = [one for one in came if isinstance(one, int)], [one for one in came if isinstance(one, str)]
    services.renew()
    said = ngettext("One pair was merged.", "%(num)s pairs were merged.", len(done)) if done else \
        _("Nothing was merged.")
    return access.done(here, " ".join((said, *dict.fromkeys(left))), "warn" if left else "good", undo_of_sets(done))


@blueprint.get(f"{HOME}/not-same")
def remembered() -> str:
    """The pairs that stewards said are not the same, the latest first."""
    with services.database().reading() as connection:
        held = likeness.said_not_same(connection)
        names = {name: _names(connection, name, [row for row in held if row["layer"] == name]) for name in LAYERS}
    rows = [{"layer": row["layer"], "kind": WORDS[row["layer"]]["title"], "first_id": row["first_id"],
             "second_id": row["second_id"], "first": names[row["layer"]].get(row["first_id"], row["first_id"]),
             "second": names[row["layer"]].get(row["second_id"], row["second_id"]), "by": row["by"],
             "when": moment(row["at"]), "url": comparing.url(row["layer"], row["first_id"], row["second_id"])}
            for row in held[:_MOST_REMEMBERED]]
    return render_template("steward/duplicates_remembered.html", rows=rows, total=len(held))


@blueprint.post(f"{HOME}/not-same")
def forget() -> Response:
    """Take back that two are not the same: the pair is on the list again."""
    layer_name, first, second = (request.form.get(name, "") for name in ("layer", "first", "second"))
    with services.database().writing() as connection:
        found = likeness.forget_not_same(connection, layer_name, (first, second))
    if not found:
        return access.done(f"{HOME}/not-same", _("That was taken back before."), "warn")
    return access.done(f"{HOME}/not-same", _("Taken back. If the two still look alike they are on the list again."))


def _asked() -> tuple[str, int]:
    """The layer ("" for all) and the page. Raises BadInput."""
    for name in request.args:
        if name not in _KNOWN:
            raise BadInput(_("This list cannot be narrowed by “%(name)s”.", name=short(name, 40)), name)
    layer_name, page = request.args.get("layer", ""), request.args.get("page", "1")
    if layer_name and layer_name not in LAYERS:
        raise BadInput(_("“%(name)s” is not a kind of record. There are: %(all)s.", name=short(layer_name, 40),
                         all=", ".join(LAYERS)), "layer")
    if not (page.isascii() and page.isdigit() and len(page) < 8 and int(page)):
        raise BadInput(_("“%(text)s” is not a page. Pages are numbered from 1.", text=short(page, 40)), "page")
    return layer_name, int(page)


def _pairs() -> dict[str, list[Pair]]:
    """The undecided pairs of every layer. Finding them takes a while, and is done once for each version of the data."""
    kept: dict[str, tuple[int, list[Pair]]] = current_app.extensions.setdefault("assetmap_duplicates", {})
    version, made = services.database().version(), {}
    with services.database().reading() as connection:
        for name in ("groups", "hubs", "opportunities", "organisations"):
            if kept.get(name, (None,))[0] != version:
                kept[name] = version, duplicates.candidates(connection, services.settings(), name)
            made[name] = duplicates.undecided(connection, name, kept[name][1])
    return made


def _rows(connection: Connection, chosen: Sequence[Pair]) -> list[dict]:
    rows = {name: records.rows_of(connection, LAYERS[name], [record_id for pair in chosen if pair.layer == name
                                                             for record_id in (pair.first_id, pair.second_id)])
            for name in {pair.layer for pair in chosen}}
    made = []
    for pair in chosen:
        held = [rows[pair.layer].get(record_id) for record_id in (pair.first_id, pair.second_id)]
        if None in held:
            continue
        layer = LAYERS[pair.layer]
        both = [record_with(pair.layer, row["id"], records.content_in(layer, row)) for row in held]
        made.append({
            "kind": WORDS[pair.layer]["one"], "likely": likely(pair.score), "likely_kind": likely_kind(pair.score),
            "reasons": comparing.said(pair),
            "url": comparing.url(pair.layer, pair.first_id, pair.second_id),
            "contained": side_by_side(pair.layer, *both).is_contained,
            "value": json.dumps([pair.layer, pair.first_id, pair.second_id, *(row["version"] for row in held)]),
            "sides": [_side(pair.layer, row) for row in held]})
    return made


def _side(layer_name: str, row: Mapping) -> dict:
    where = [row.get("address", ""), shown.hub_name(row["hub_id"]) if row.get("hub_id") else "", row["postcode"]]
    facts = [short(", ".join(filter(None, where)), 100), short(row.get("organisation", ""), 60),
             _("from the list “%(list)s”", list=short(row["source"], 40))]
    if row["last_confirmed"]:
        facts.append(_("confirmed %(day)s", day=shown.value_text(layer_name, "last_confirmed", row["last_confirmed"])))
    return {"name": row["name"], "edit_url": shown.edit_url(layer_name, row["id"]), "facts": list(filter(None, facts))}


def likely(score: float) -> str:
    """How likely two are one, in words."""
    return _("Almost certainly the same") if score >= SURE else \
        _("Probably the same") if score >= LIKELY else _("Perhaps the same")


def likely_kind(score: float) -> str:
    return "good" if score >= SURE else "warn" if score >= LIKELY else "plain"


def _merge_contained(connection: Connection, layer_name: str, first_id: str, second_id: str,
                     *versions: int) -> int | str:
    """Merge a pair of which neither loses anything: the set of changes; else why not, and nothing was written."""
    layer = LAYERS[layer_name]
    try:
        both = [records.get(connection, layer, record_id)[0] for record_id in (first_id, second_id)]
        hidden = [record.name for record in both if record.status == "hidden"]
        if hidden:
            return _("“%(name)s” is hidden already: it may have been merged.", name=short(hidden[0]))
        named_by = tuple(len(merging.referring(connection, layer_name, record)) for record in both)
        sides = side_by_side(layer_name, *both, named_by=named_by)
        if not sides.is_contained:
            return _("“%(name)s” was left: the two say different things, and one of them would be lost. Look at them "
                     "side by side.", name=short(both[0].name))
        version, lose_version = versions if sides.keep is both[0] else versions[::-1]
        return merging.merge(connection, layer, brought_together(sides, {}), sides.lose.id, version=version,
                             lose_version=lose_version, by=services.by())
    except (BadInput, Conflict, NotFound) as error:
        return error.message


def _ticked(text: str) -> tuple:
    """(layer, first id, second id, their versions) of a ticked pair. Raises BadInput."""
    try:
        layer_name, first, second, version, other_version = json.loads(text)
    except (ValueError, TypeError):
        layer_name = first = second = version = other_version = None
    if layer_name not in LAYERS or not (isinstance(first, str) and isinstance(second, str)
                                        and isinstance(version, int) and isinstance(other_version, int)):
        raise BadInput(_("One of the ticked pairs was not understood. Nothing was changed; load the list again."))
    return layer_name, first, second, version, other_version


def _merge_row(connection: Connection, row: Mapping) -> dict:
    names = records.rows_of(connection, LAYERS[row["layer"]], [row["old_id"], row["new_id"]])
    old, new = (names[record_id]["name"] if record_id in names else record_id
                for record_id in (row["old_id"], row["new_id"]))
    return {"old": old, "new": new, "when": moment(row["at"]), "by": row["by"], "url": set_url(row["import_id"]),
            "new_url": shown.edit_url(row["layer"], row["new_id"])}


def _names(connection: Connection, layer_name: str, held: Sequence[Mapping]) -> dict[str, str]:
    ids = [record_id for row in held for record_id in (row["first_id"], row["second_id"])][:_MOST_REMEMBERED * 2]
    return {record_id: row["name"] for record_id, row in records.rows_of(connection, LAYERS[layer_name], ids).items()}


def _url(layer_name: str, page: int = 1) -> str:
    asked = {name: value for name, value in (("layer", layer_name), ("page", page if page > 1 else "")) if value}
    return f"{HOME}?{urlencode(asked, quote_via=quote)}" if asked else HOME


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    comparing.register(app)
