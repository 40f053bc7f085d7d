"""Residents' words: "tell us what is wrong", and "here is something that you don't have". No account is needed."""

from __future__ import annotations

import hashlib
import secrets

from flask import Blueprint, Flask, current_app, render_template, request
from flask_limiter import Limiter
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from assetmap.domain.text import clean
from assetmap.store.records import now_utc
from assetmap.store.reference import add_suggestion
from assetmap.web import services
from assetmap.web.cards import Card
from assetmap.web.language import gettext as _
from assetmap.web.records import find_record

blueprint = Blueprint("suggest", __name__)
LONGEST = 2_000
TOKEN_LIVES_S = 24 * 3600
_HONEYPOT = "website2"
_KINDS = ("wrong", "closed", "moved", "other")
_REPORT = {"what": 20, "detail": LONGEST}
_SUGGEST = {"name": 200, "what_happens": LONGEST, "where": 300, "when": 300, "contact_point": 300}


@blueprint.route("/<any(groups, hubs, opportunities):name>/<record_id>/report", methods=["GET", "POST"])
def report(name: str, record_id: str):
    """Tell us what is wrong with an entry."""
    layer, number = find_record(name, record_id)
    card = services.cards().of(layer, number)
    return _form("report", _REPORT, card, name, record_id)


@blueprint.route("/suggest", methods=["GET", "POST"])
def suggest():
    """Tell us of something that the map does not have."""
    return _form("suggest", _SUGGEST, None, "groups", "")


def _form(purpose: str, fields: dict[str, int], card: Card | None, layer: str, record_id: str):
    form = {"action": request.path, "token": _serializer().dumps(_nonce(purpose)), "errors": {}, "sent": False,
            "values": {name: request.args.get(name, "")[:200] for name in fields}}
    status = 200
    if request.method == "POST":
        form["values"] = {name: clean(request.form.get(name, "")) for name in fields}
        form["errors"] = _faults(purpose, form["values"], fields)
        if not form["errors"]:
            _keep(purpose, layer, record_id, form["values"])
            form["sent"] = True
        status = 400 if form["errors"] else 200
    return render_template("find/report.html", form=form, card=card), status


def _faults(purpose: str, values: dict[str, str], fields: dict[str, int]) -> dict[str, str]:
    """What to put right, by field."""
    faults = {name: _("This is too long: %(most)s characters fit.", most=f"{most:,}")
              for name, most in fields.items() if len(values[name]) > most}
    if purpose == "suggest" and not values["name"]:
        faults["name"] = _("Please say what it is called.")
    if purpose == "report" and values["what"] not in _KINDS:
        faults["what"] = _("Please choose what is wrong.")
    if purpose == "report" and values["what"] in ("wrong", "other") and not values["detail"]:
        faults["detail"] = _("Please say in a few words what is wrong.")
    token_fault = _token_fault(purpose)
    if token_fault:
        faults["token"] = token_fault
    return faults


def _keep(purpose: str, layer: str, record_id: str, values: dict[str, str]) -> None:
    """Keep it for a steward. The same words from one form are kept once; one that a robot filled in is not kept."""
    if request.form.get(_HONEYPOT):
        return
    said = "\0".join((purpose, layer, record_id, *values.values()))
    token = hashlib.sha256((request.form["token"] + "\0" + said).encode()).hexdigest()
    with services.database().writing() as connection:
        add_suggestion(connection, at=now_utc(), token=token, layer=layer, record_id=record_id,
                       document={"purpose": purpose, **values})


def _token_fault(purpose: str) -> str:
    """Why the form's token is no good; "" when it is. It shows that the form came from this site, without a cookie."""
    try:
        made_for, _once = _serializer().loads(request.form.get("token", ""), max_age=TOKEN_LIVES_S)
    except SignatureExpired:
        return _("This form was open for more than a day. Please send it again.")
    except BadSignature:
        made_for = ""
    return "" if made_for == purpose else _("This form did not come from this site. Please send it again.")


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key, salt="assetmap-suggestion")


def _nonce(purpose: str) -> list[str]:
    return [purpose, secrets.token_urlsafe(9)]


def register(app: Flask, limiter: Limiter) -> None:
    """The forms; sending is limited for each address, reading is not."""
    allowed = f"{app.extensions['assetmap'].settings.suggestions_per_hour}/hour"
    app.register_blueprint(blueprint)
    for endpoint in ("suggest.report", "suggest.suggest"):
        app.view_functions[endpoint] = limiter.limit(allowed, methods=["POST"])(app.view_functions[endpoint])
