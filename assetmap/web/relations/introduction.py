"""An introduction's page, one for each side by its secret link: the talk, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Flask, Response, redirect, render_template, request
from flask_limiter import Limiter

from assetmap.domain.errors import NotFound
from assetmap.domain.introduction import LONGEST_MESSAGE, Introduction, Message, Side, State, is_enough, is_unanswered
from assetmap.domain.person import GIVER as INDIVIDUAL
from assetmap.domain.text import clean
from assetmap.store import introductions, leaving, people, records, sent_forms
from assetmap.store.accounts import digest
from assetmap.store.database import Connection
from assetmap.store.rows import Record
from assetmap.web import access, form_tokens, services, wording
from assetmap.web.correcting import too_long, too_many_links
from assetmap.web.language import gettext as _
from assetmap.web.relations import telling
from assetmap.web.relations.answering import LAYER

blueprint = Blueprint("introduction", __name__)
BY = "its own people (introduction link)"
READS = "120/minute"
_PURPOSE = "introduction"
_ON_THE_MAP = ("open", "introduced", "connected", "closed")
_OVER = _("This has come to an end, so nothing more can be done here.")


@dataclass(frozen=True, slots=True)
class Opened:
    """An introduction, whose link opened it, and what it is about."""

    one: Introduction
    side: Side
    chance: Record
    version: int
    said: list[Message]

    @property
    def is_individuals(self) -> bool:
        """Whether the link is that of one person behind an offer or ask, whose details are kept."""
        return self.side is Side.OWNER and self.chance.giver_kind == INDIVIDUAL


@blueprint.route("/introductions/<token>", methods=["GET", "POST"])
def talk(token: str) -> Response | tuple[str, int]:
    """Read and write; say what came of it; report it; stop."""
    access.keep_secret()
    with services.database().reading() as connection:
        opened = _open(connection, token)
    if request.method != "POST":
        return _page(opened, {}, 200)
    act = _ACTS.get(request.form.get("do", ""))
    fault = form_tokens.fault(_PURPOSE) or ("" if act else _("Please choose one."))
    if fault:
        return _page(opened, {"token": fault}, 400)
    once = _mark()
    with services.database().writing() as connection:
        opened = _open(connection, token)
        if sent_forms.result_of(connection, once):
            return redirect(request.path, 303)
        faults = {"token": _OVER} if opened.one.forgotten_at else act(connection, opened)
        if not faults:
            sent_forms.keep(connection, once, "/introductions")
    if faults:
        return _page(opened, faults, 400)
    services.renew()
    return redirect(request.path, 303)


def _mark() -> str:
    """Of what was sent: the same for one press that comes twice, another for other words from a page gone back to."""
    return digest("\0".join(request.form.get(name, "") for name in ("token", "do", "message", "why", "then", "state")))


def _open(connection: Connection, token: str) -> Opened:
    found = introductions.by_token(connection, token)
    if found is None:
        raise NotFound(_("There is nothing at this address. Is the link whole?"))
    chance, version = introductions.chance_of(connection, found[0])
    return Opened(found[0], found[1], chance, version, introductions.talk(connection, found[0].id))


def _say(connection: Connection, opened: Opened) -> dict[str, str]:
    body = clean(request.form.get("message", ""))
    faults = {"message": fault} if (fault := too_long(body, LONGEST_MESSAGE)) else too_many_links({"message": body})
    day_ago = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
    if not body:
        faults["message"] = _("Please write a few words.")
    elif is_unanswered(opened.said, opened.side):
        faults["message"] = _("Please wait until they answer. What you wrote is with them.")
    elif is_enough(opened.said, opened.side, day_ago):
        faults["message"] = _("That is a lot for one day. What you wrote is still here: please send it tomorrow.")
    if faults:
        return faults
    if not introductions.say(connection, opened.one.id, opened.side, body):
        return {"message": _OVER}
    telling.tell_of_words(connection, opened.one, opened.chance, opened.side, body)
    return {}


def _met(connection: Connection, opened: Opened) -> dict[str, str]:
    if not introductions.settle(connection, opened.one.id, State.CONNECTED):
        return {"token": _OVER}
    if opened.side is Side.OWNER and request.form.get("then") == "connected":
        _set_state(connection, opened, "connected")
    return {}


def _not_yet(connection: Connection, opened: Opened) -> dict[str, str]:
    introductions.go_on(connection, opened.one.id)
    return {}


def _decline(connection: Connection, opened: Opened) -> dict[str, str]:
    if introductions.settle(connection, opened.one.id, State.DECLINED):
        telling.tell_of_end(connection, opened.one, opened.chance, opened.side)
    return {}


def _report(connection: Connection, opened: Opened) -> dict[str, str]:
    why = clean(request.form.get("why", ""))
    if fault := too_long(why, LONGEST_MESSAGE):
        return {"why": fault}
    if introductions.report(connection, opened.one.id, opened.side, why):
        telling.tell_of_report(connection, opened.one, opened.chance)
    return {}


def _stop(connection: Connection, opened: Opened) -> dict[str, str]:
    if opened.one.is_held:
        return {"token": _("Those who look after this map read this first. After that it is deleted by itself.")}
    introductions.forget_one(connection, opened.one.id)
    return {}


def _leave(connection: Connection, opened: Opened) -> dict[str, str]:
    if request.form.get("sure") != "yes":
        return {"sure": _("Please tick that you are sure: this cannot be taken back.")}
    person = people.behind(connection, opened.chance.id) if opened.is_individuals else None
    if person is None or opened.one.is_held:
        return {"token": _OVER}
    leaving.leave(connection, person.id, by=BY)
    return {}


def _state(connection: Connection, opened: Opened) -> dict[str, str]:
    state = request.form.get("state", "")
    if opened.side is not Side.OWNER or state not in _ON_THE_MAP:
        return {"state": _("Please choose one.")}
    _set_state(connection, opened, state)
    return {}


def _set_state(connection: Connection, opened: Opened, state: str) -> None:
    records.save_one(connection, LAYER, replace(opened.chance, state=state), version=opened.version, by=BY)


_ACTS: dict[str, Callable[[Connection, Opened], dict[str, str]]] = {
    "say": _say, "met": _met, "not_yet": _not_yet, "decline": _decline, "report": _report, "stop": _stop,
    "leave": _leave, "state": _state}


def _page(opened: Opened, errors: dict[str, str], status: int) -> tuple[str, int]:
    one, side = opened.one, opened.side
    with services.database().reading() as connection:
        reached = side is Side.OWNER or bool(introductions.address_of(connection, opened.chance))
    typed = {name: clean(request.form.get(name, "")) if errors else "" for name in ("message", "why")}
    form = {"values": {**typed, "then": "open", "state": opened.chance.state, "sure": ""}, "errors": errors,
            "token": form_tokens.issue(_PURPOSE)}
    today, shown = services.now().date(), opened.chance.id in services.atlas().opportunities.number_of
    page = render_template(
        "relations/introduction.html", one=one, form=form, owner=side is Side.OWNER, name=opened.chance.name,
        url=f"/opportunities/{opened.chance.id}" if shown else "", path=request.path, reached=reached,
        link=services.root() + request.path, heading=_heading(one, side), lead=_lead(opened),
        may_say=one.is_open and (not is_unanswered(opened.said, side) or "message" in errors),
        may_leave=opened.is_individuals,
        may_report=bool(not one.is_held and any(line.side is not side for line in opened.said)),
        is_new=one.is_open and side is Side.ANSWERER and all(line.side is side for line in opened.said),
        said=[{"mine": line.side is side, "who": telling.called(one, line.side), "body": line.body,
               "when": wording.day_name(services.local(line.at).date(), today)} for line in opened.said])
    return page, status


def _heading(one: Introduction, side: Side) -> str:
    if one.forgotten_at:
        return _("This is over")
    over = {State.CONNECTED: _("You have met"), State.DECLINED: _("It did not work out"),
            State.ENDED: _("This is over"), State.STOPPED: _("This was stopped"),
            State.REPORTED: _("Somebody looks at this")}
    if one.state in over:
        return over[one.state]
    if side is Side.OWNER:
        return _("%(who)s answers you", who=one.name)
    return _("Your message has gone") if one.state is State.WAITING else _("They answered you")


def _lead(opened: Opened) -> str:
    one, name = opened.one, opened.chance.name
    if one.forgotten_at:
        return _("The messages and the details of both were deleted.")
    over = {State.CONNECTED: _("How good to hear. Thank you for telling us."),
            State.REPORTED: _("Those who look after this map read what was written here. Nobody can write until then."),
            State.STOPPED: _("Those who look after this map have ended it. It is deleted by itself.")}
    if one.is_open:
        return _("About “%(name)s”. Neither of you sees the other’s address.", name=name)
    return over.get(one.state, _("About “%(name)s”. Thank you all the same.", name=name))


def register(app: Flask, limiter: Limiter) -> None:
    app.register_blueprint(blueprint)
    views = app.view_functions
    views["introduction.talk"] = limiter.limit(READS)(views["introduction.talk"])
