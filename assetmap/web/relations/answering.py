"""Answering an offer or ask. No account is needed, and neither side sees the other's address."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItemPerHour

from assetmap.domain.errors import NotFound, Unavailable
from assetmap.domain.introduction import LONGEST_MESSAGE, LONGEST_NAME, Side
from assetmap.domain.text import EMAIL, clean, one_line
from assetmap.store import introductions, records
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS
from assetmap.web import flooding, form_tokens, services
from assetmap.web.cards import Card
from assetmap.web.correcting import too_long, too_many_links
from assetmap.web.language import gettext as _
from assetmap.web.records import find_record
from assetmap.web.relations import telling

blueprint = Blueprint("answering", __name__)
LAYER = LAYERS["opportunities"]
_PURPOSE = "answer"
_NOT_OPEN = _("This is no longer open. Perhaps something like it is.")
_MOST_OF_ONE, _MOST_FOR_ONE = 5, 30  # a day: by one e-mail address, about one offer or ask


@blueprint.route("/opportunities/<record_id>/answer", methods=["GET", "POST"])
def answer(record_id: str) -> Response:
    """Who you are, and a few words: they go to the people behind it."""
    layer, number = find_record("opportunities", record_id)
    card = services.cards().of(layer, number)
    if not layer.listed_mask(services.now())[number]:
        raise NotFound(_NOT_OPEN)
    values = {"name": "", "email": "", "message": "", "consent": ""}
    if request.method != "POST":
        return _page(card, values, {}, 200)
    values = {name: clean(request.form.get(name, "")) for name in values}
    values |= {"name": one_line(values["name"]), "email": one_line(values["email"]).lower()}
    faults, status = _faults(values), 400
    if not faults:
        try:
            fault, status, link = _begin(record_id, values)
        except Unavailable as error:
            fault, status, link = error.message, error.status, ""
        if not fault:
            return redirect(link, 303)
        faults = {"token": fault}
    return _page(card, values, faults, status)


def _faults(values: dict[str, str]) -> dict[str, str]:
    faults = {"message": too_long(values["message"], LONGEST_MESSAGE), "name": too_long(values["name"], LONGEST_NAME)}
    faults = {name: fault for name, fault in faults.items() if fault}
    if not values["name"]:
        faults["name"] = _("What may they call you? A first name is enough.")
    if not EMAIL.fullmatch(values["email"]) or len(values["email"]) > 254:
        faults["email"] = _("Please give an e-mail address, such as name@example.org. Nobody but this site sees it.")
    if not values["message"]:
        faults["message"] = _("Please write a few words.")
    faults |= too_many_links({"message": values["message"], "name": values["name"]})
    if not values["consent"]:
        faults["consent"] = _("Please tick this, or the message cannot be passed on.")
    if fault := form_tokens.fault(_PURPOSE, flooding.least_s()):
        faults["token"] = fault
    return faults


def _begin(record_id: str, values: dict[str, str]) -> tuple[str, int, str]:
    """(why it is not taken or "", the status, where to go on to)."""
    mark = hashlib.sha256("\0".join((request.form["token"], record_id, values["email"])).encode()).hexdigest()
    if flooding.from_robot():
        return "", 303, "/suggestions/thanks"
    with services.database().writing() as connection:
        if before := introductions.sent_before(connection, mark):
            return "", 303, _page_of(before)
        chance, _version = records.get(connection, LAYER, record_id)
        if not chance.is_open_on(services.now().date()):
            return _NOT_OPEN, 409, ""
        if fault := _flood(connection, record_id, values["email"]):
            return fault, 429, ""
        number = introductions.start(connection, record_id, name=values["name"], email=values["email"],
                                     body=values["message"], form=mark)
        introductions.set_links(connection, number, *(telling.token_of(number, side) for side in Side))
        telling.tell_of_answer(connection, introductions.get(connection, number), chance, values["message"])
    return "", 303, _page_of(number)


def _page_of(number: int) -> str:
    """Where who answers reads on; one form that is sent twice leads there twice."""
    return f"/introductions/{telling.token_of(number, Side.ANSWERER)}"


def _flood(connection: Connection, record_id: str, email: str) -> str:
    """Why nothing more is taken just now; "" when there is room."""
    strategy, item = current_app.extensions["assetmap_answers"]
    day_ago = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
    if not strategy.hit(item, "answers", get_remote_address()):
        return _("Too many came from your network in the last hour. What you wrote is still here: please wait a "
                 "little, then send it again.")
    if introductions.is_stopped(connection, email):
        return _("This could not be passed on. If you think that it should be, please write to those who look after "
                 "this map.")
    if introductions.count(connection, day_ago, email=email) >= _MOST_OF_ONE:
        return _("You have answered several offers and asks today. What you wrote is still here: please send it "
                 "tomorrow.")
    if introductions.count(connection, day_ago, opportunity_id=record_id) >= _MOST_FOR_ONE:
        return _("Very many people answered this today. What you wrote is still here: please send it tomorrow.")
    return ""


def _page(card: Card, values: dict, errors: dict[str, str], status: int) -> Response:
    form = {"values": values, "errors": errors, "token": _token()}
    return make_response(render_template("relations/answer.html", form=form, card=card,
                                         days=services.settings().forget_days), status)


def _token() -> str:
    sent = request.form.get("token", "")
    return sent if sent and not form_tokens.fault(_PURPOSE) else form_tokens.issue(_PURPOSE)


def register(app: Flask, limiter: Limiter) -> None:
    app.register_blueprint(blueprint)
    per_hour = RateLimitItemPerHour(app.extensions["assetmap"].settings.answers_per_hour)
    app.extensions["assetmap_answers"] = limiter.limiter, per_hour
