"""Residents' words: what is wrong, what is new, and "is this still running?". No account is needed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request
from flask_limiter import Limiter

from assetmap.domain.errors import Unavailable
from assetmap.domain.suggestion import Purpose, document
from assetmap.domain.text import clean
from assetmap.store import records, suggestions
from assetmap.store.rows import LAYERS
from assetmap.web import flooding, form_tokens, services
from assetmap.web.cards import Card
from assetmap.web.correcting import Entry, too_long, too_many_links
from assetmap.web.language import gettext as _
from assetmap.web.records import find_record

blueprint = Blueprint("suggest", __name__)
LONGEST = 2_000
_THANKS = "/suggestions/thanks"
_NEW = {"name": 200, "what_happens": LONGEST, "where": 300, "when": 300, "cost": 300, "contact_point": 300}
_KINDS = {"group": ("groups", ""), "place": ("hubs", ""), "offer": ("opportunities", "offer"),
          "ask": ("opportunities", "ask")}
_STILL = ("yes", "changed", "closed")


@blueprint.route("/<any(groups, hubs, opportunities):name>/<record_id>/report", methods=["GET", "POST"])
def report(name: str, record_id: str) -> Response:
    """Tell us what is wrong with an entry: correct its very words, or say it in a sentence."""
    layer, number = find_record(name, record_id)
    entry, card = Entry(name, layer.record(number), services.atlas()), services.cards().of(layer, number)
    asked = request.args.get("what", "")
    form = {"values": {**entry.shown, "detail": clean(request.args.get("detail", "")[:LONGEST]),
                       "closed": asked == "closed"},
            "errors": {}, "token": form_tokens.issue(Purpose.REPORT), "seen": entry.seen()}
    if request.method != "POST":
        return _report_page(form, entry, card, {asked}, 200)
    typed, detail, closed = entry.typed(request.form), clean(request.form.get("detail", "")), "closed" in request.form
    changed = entry.changed(typed, request.form.get("seen", ""))
    # the first version of this form said what is wrong by a word
    closed = closed or request.form.get("what") == "closed"
    form["values"] = {**typed, "detail": detail, "closed": closed}
    faults = entry.faults(changed)
    if fault := too_long(detail, LONGEST):
        faults["detail"] = fault
    faults |= too_many_links({**changed, "detail": detail}, entry.shown)
    if not (changed or detail or closed):
        faults["detail"] = _("Please correct what is wrong, or tell us in a sentence.")
    said = document(Purpose.REPORT, fields=changed, closed=closed, detail=detail,
                    shown={field: entry.shown[field] for field in changed if _was_shown(entry, field, card)})
    link, status = _sent(Purpose.REPORT, name, record_id, said, faults)
    if link:
        return redirect(link, 303)
    form |= {"errors": faults, "seen": request.form.get("seen") or form["seen"], "token": _token(Purpose.REPORT)}
    return _report_page(form, entry, card, set(changed) | set(faults), status)


def _was_shown(entry: Entry, field: str, card: Card) -> bool:
    """Whether the page told what there is; an empty contact may only be one without consent."""
    return bool(entry.shown[field]) or field not in ("phone", "email") and not entry.in_home


def _report_page(form: dict, entry: Entry, card: Card, wanted: set[str], status: int) -> Response:
    vocabulary = services.atlas().vocabulary
    values = form["values"]
    values["access"] = values.get("access", "").split(";")
    codes = dict.fromkeys([*vocabulary.of("access"), *filter(None, values["access"])])
    topics = [{"code": topic.code, "label": topic.label, "icon": topic.icon, "boxes": topic.boxes,
               "open": topic.code in wanted or any(box.name in wanted for box in topic.boxes)}
              for topic in entry.topics]
    options = [{"value": code, "label": vocabulary.get("access", code).label} for code in codes]
    return make_response(render_template("find/report.html", form=form, card=card, topics=topics,
                                         access_options=options, in_home=entry.in_home), status)


@blueprint.route("/suggest", methods=["GET", "POST"])
def suggest() -> Response:
    """Tell us of something that the map does not have: a group, a place, an offer or an ask."""
    given = request.form if request.method == "POST" else request.args
    kind = given.get("kind", "group") if given.get("kind") in _KINDS else "group"
    values = {name: clean(given.get(name, "")) for name in _NEW}
    form = {"values": {**values, "kind": kind}, "errors": {}, "token": _token(Purpose.NEW)}
    if request.method != "POST":
        form["values"] = {name: text[:LONGEST] for name, text in form["values"].items()}
        return make_response(render_template("find/suggest.html", form=form))
    faults = {name: fault for name, most in _NEW.items() if (fault := too_long(values[name], most))}
    faults |= too_many_links(values)
    if not values["name"]:
        faults["name"] = _("Please say what it is called.")
    layer_name, direction = _KINDS[kind]
    told = {name: text for name, text in {**values, "direction": direction}.items() if text}
    link, status = _sent(Purpose.NEW, layer_name, "", document(Purpose.NEW, fields=told), faults)
    if link:
        return redirect(link, 303)
    form |= {"errors": faults, "token": _token(Purpose.NEW)}
    return make_response(render_template("find/suggest.html", form=form), status)


@blueprint.route("/groups/<record_id>/running", methods=["GET", "POST"])
def running(record_id: str) -> Response:
    """Is this still running? One press on the group's page; what has changed is then put right on the report's."""
    layer, number = find_record("groups", record_id)
    card = services.cards().of(layer, number)
    form = {"values": {"still": request.form.get("still", "")}, "errors": {}, "token": _token(Purpose.RUNNING)}
    status = 200
    if request.method == "POST":
        still = form["values"]["still"]
        if still == "changed":
            return redirect(f"/groups/{quote(record_id)}/report", 303)
        faults = {} if still in _STILL else {"still": _("Please choose one.")}
        said = document(Purpose.RUNNING, closed=still == "closed")
        link, status = _sent(Purpose.RUNNING, "groups", record_id, said, faults)
        if link:
            return redirect(link, 303)
        form |= {"errors": faults, "token": _token(Purpose.RUNNING)}
    return make_response(render_template("find/running.html", form=form, card=card), status)


def _sent(purpose: Purpose, layer_name: str, record_id: str, said: Mapping,
          faults: dict[str, str]) -> tuple[str, int]:
    """(where to go on to, 303), or ("", the status of the form that is shown again), with `faults` put into it.

    What a robot filled in is thanked for and not kept. One press takes a person no time: only the longer forms ask for
    some.
    """
    if fault := form_tokens.fault(purpose, 0 if purpose is Purpose.RUNNING else flooding.least_s()):
        faults["token"] = fault
    if faults:
        return "", 400
    mark = hashlib.sha256("\0".join((request.form["token"], layer_name, record_id, json.dumps(said))).encode())
    link = _link(mark.hexdigest())
    try:
        with services.database().writing() as connection:
            if fault := flooding.flood().fault(connection):
                faults["token"] = fault
                return "", 429
            if flooding.from_robot():
                return _THANKS, 303
            version = records.get(connection, LAYERS[layer_name], record_id)[1] if record_id else None
            kept = suggestions.add(connection, token=mark.hexdigest(), link=link, layer=layer_name,
                                   record_id=record_id, version=version, document=said)
    except Unavailable as error:
        faults["token"] = error.message
        return "", error.status
    # whoever says what somebody else said before must not get that person's link
    return (_THANKS if kept is suggestions.Kept.SAID_BEFORE else f"/suggestions/{link}"), 303


def _link(mark: str) -> str:
    """The private link's token: the same for one form that is sent twice, and for nobody else to guess."""
    key = current_app.secret_key.encode()
    return base64.urlsafe_b64encode(hmac.new(key, f"suggestion {mark}".encode(), hashlib.sha256).digest()).decode()[:40]


def _token(purpose: Purpose) -> str:
    """The token that was sent, as long as it is good, so that a form sent twice is known; else a new one."""
    sent = request.form.get("token", "")
    return sent if sent and not form_tokens.fault(purpose) else form_tokens.issue(purpose)


def register(app: Flask, limiter: Limiter) -> None:
    """The forms, and what guards them."""
    flooding.register(app, limiter)
    app.register_blueprint(blueprint)
    app.jinja_env.globals["form_token"] = form_tokens.issue
