"""An introduction's page, one for each side by its secret link: the talk, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Flask, Response, redirect, render_template, request
from flask_limiter import Limiter

from assetmap.domain.errors import NotFound
from assetmap.domain.introduction import LONGEST_MESSAGE, Introduction, Side, State
from assetmap.domain.text import clean
from assetmap.store import introductions, records
from assetmap.store.database import Connection
from assetmap.store.rows import Record
from assetmap.web import access, form_tokens, services, wording
from assetmap.web.correcting import too_long, too_many_links
from assetmap.web.language import gettext as _
from assetmap.web.relations import letters
from assetmap.web.relations.answering import LAYER, send, url_of

blueprint = Blueprint("introduction", __name__)
BY = "its own people (introduction link)"
READS = "120/minute"
_PURPOSE = "introduction"
_ON_THE_MAP = ("open", "introduced", "connected", "closed")


@dataclass(frozen=True, slots=True)
class Opened:
    """An introduction, whose link opened it, and what it is about."""

    one: Introduction
    side: Side
    chance: Record
    version: int


@blueprint.route("/introductions/<token>", methods=["GET", "POST"])
def talk(token: str) -> Response | tuple[str, int]:
    """Read and write; say that you have met; stop."""
    access.keep_secret()
    with services.database().reading() as connection:
        opened = _open(connection, token)
    if request.method != "POST":
        return _page(opened, {}, 200)
    fault = form_tokens.fault(_PURPOSE)
    if fault:
        return _page(opened, {"token": fault}, 400)
    act = {"say": _say, "met": _met, "not_yet": _not_yet, "decline": _decline, "stop": _stop, "state": _state}.get(
        request.form.get("do", ""))
    if act is None:
        return _page(opened, {"token": _("Please choose one.")}, 400)
    with services.database().writing() as connection:
        faults = act(connection, _open(connection, token))
    if faults:
        return _page(opened, faults, 400)
    services.renew()
    return redirect(request.path, 303)


def _open(connection: Connection, token: str) -> Opened:
    found = introductions.by_token(connection, token)
    if found is None:
        raise NotFound(_("There is nothing at this address. Is the link whole?"))
    chance, version = records.get(connection, LAYER, found[0].opportunity_id)
    return Opened(found[0], found[1], chance, version)


def _say(connection: Connection, opened: Opened) -> dict[str, str]:
    body = clean(request.form.get("message", ""))
    faults = {"message": fault} if (fault := too_long(body, LONGEST_MESSAGE)) else too_many_links({"message": body})
    if not body:
        faults["message"] = _("Please write a few words.")
    if faults:
        return faults
    if not introductions.say(connection, opened.one.id, opened.side, body):
        return {"message": _("This has come to an end, so nothing more can be written here.")}
    _tell_other(connection, opened, lambda url: letters.replied(opened.chance.name, _called(opened), body, url))
    return {}


def _called(opened: Opened) -> str:
    """What the other side is told who wrote."""
    return opened.one.name if opened.side is Side.ANSWERER else _("The people behind it")


def _tell_other(connection: Connection, opened: Opened, make) -> None:
    other = opened.side.other
    address = opened.one.email if other is Side.ANSWERER else introductions.address_of(connection, opened.chance)
    if address:
        send(connection, address, make(url_of(opened.one.id, other)), opened.one.id)


def _met(connection: Connection, opened: Opened) -> dict[str, str]:
    introductions.settle(connection, opened.one.id, State.CONNECTED)
    if opened.side is Side.OWNER and request.form.get("then") == "connected":
        _set_state(connection, opened, "connected")
    return {}


def _not_yet(connection: Connection, opened: Opened) -> dict[str, str]:
    introductions.settle(connection, opened.one.id, State.TALKING)
    return {}


def _decline(connection: Connection, opened: Opened) -> dict[str, str]:
    if introductions.settle(connection, opened.one.id, State.DECLINED) and opened.side is Side.OWNER:
        _tell_other(connection, opened, lambda _url: letters.ended(opened.chance.name,
                                                                   f"{services.root()}/could-meet"))
    return {}


def _stop(connection: Connection, opened: Opened) -> dict[str, str]:
    introductions.forget_one(connection, opened.one.id)
    return {}


def _state(connection: Connection, opened: Opened) -> dict[str, str]:
    state = request.form.get("state", "")
    if opened.side is not Side.OWNER or state not in _ON_THE_MAP:
        return {"state": _("Please choose one.")}
    _set_state(connection, opened, state)
    return {}


def _set_state(connection: Connection, opened: Opened, state: str) -> None:
    records.save_one(connection, LAYER, replace(opened.chance, state=state), version=opened.version, by=BY)


def _page(opened: Opened, errors: dict[str, str], status: int) -> tuple[str, int]:
    one = opened.one
    with services.database().reading() as connection:
        said = introductions.talk(connection, one.id)
        reached = opened.side is Side.OWNER or bool(introductions.address_of(connection, opened.chance))
    shown = opened.chance.id in services.atlas().opportunities.number_of
    form = {"values": {"message": clean(request.form.get("message", "")) if errors else "", "then": "open",
                       "state": opened.chance.state}, "errors": errors, "token": form_tokens.issue(_PURPOSE)}
    today = services.now().date()
    page = render_template(
        "relations/introduction.html", one=one, form=form, owner=opened.side is Side.OWNER, name=opened.chance.name,
        url=f"/opportunities/{opened.chance.id}" if shown else "", path=request.path, reached=reached,
        link=services.root() + request.path,
        said=[{"mine": line.side is opened.side, "who": one.name if line.side is Side.ANSWERER else
               _("The people behind it"), "body": line.body,
               "when": wording.day_name(services.local(line.at).date(), today)} for line in said],
        is_ask=opened.chance.direction == "ask")
    return page, status


def register(app: Flask, limiter: Limiter) -> None:
    app.register_blueprint(blueprint)
    views = app.view_functions
    views["introduction.talk"] = limiter.limit(READS)(views["introduction.talk"])
