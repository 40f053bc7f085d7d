"""Introductions as connectors see them: how far each has come, and those that have to be passed on by hand."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template, request

from assetmap.domain.errors import BadInput
from assetmap.domain.introduction import LONGEST_MESSAGE, Introduction, Side, State
from assetmap.domain.text import clean
from assetmap.store import introductions, people
from assetmap.store.database import Connection
from assetmap.web import access, services, wording
from assetmap.web.language import gettext as _
from assetmap.web.relations import telling

blueprint = Blueprint("signpost_introductions", __name__)
HERE = "/signpost/introductions"
STATES = {State.WAITING: ("warn", _("waits for an answer")), State.TALKING: ("good", _("they write to each other")),
          State.CONNECTED: ("good", _("they have met")), State.DECLINED: ("plain", _("did not work out")),
          State.ENDED: ("plain", _("ended")), State.REPORTED: ("bad", _("reported, waits for a steward")),
          State.STOPPED: ("plain", _("stopped by a steward"))}


@blueprint.get(HERE)
def introductions_() -> str:
    """The newest: what was written is shown only where somebody has to pass it on."""
    with services.database().reading() as connection:
        shown = [_view(connection, one) for one in introductions.listed(connection)]
        by_hand = [_view(connection, one) | _by_hand(connection, one) for one in introductions.to_pass_on(connection)]
    return render_template("signpost/introductions.html", introductions=shown, by_hand=by_hand)


@blueprint.post(f"{HERE}/<int:number>")
def answer(number: int) -> Response:
    """What the people behind it said by telephone, for those who have no e-mail address."""
    body = clean(request.form.get("message", ""))
    if not body or len(body) > LONGEST_MESSAGE:
        raise BadInput(_("Please write what they say, in at most %(most)s characters.", most=f"{LONGEST_MESSAGE:,}"))
    with services.database().writing() as connection:
        one = introductions.get(connection, number)
        chance, _version = introductions.chance_of(connection, one)
        said = introductions.talk(connection, number)
        if said and (said[-1].side, said[-1].body) == (Side.OWNER, body):  # the form was sent twice
            return access.done(HERE, _("It is passed on."))
        if introductions.address_of(connection, chance):
            raise BadInput(_("Their e-mail address is known now: they answer for themselves."))
        if not introductions.say(connection, number, Side.OWNER, body):
            raise BadInput(_("This has come to an end, so nothing more can be passed on."))
        telling.tell_of_words(connection, one, chance, Side.OWNER, body)
    return access.done(HERE, _("It is passed on."))


def _view(connection: Connection, one: Introduction) -> dict:
    chance, _version = introductions.chance_of(connection, one)
    return {"number": one.id, "name": chance.name, "url": f"/opportunities/{chance.id}", "state": STATES[one.state],
            "when": wording.day_name(services.local(one.last_at).date(), services.now().date())}


def _by_hand(connection: Connection, one: Introduction) -> dict:
    """What has to be read out, and whom to ring."""
    chance, _version = introductions.chance_of(connection, one)
    person, said = people.behind(connection, chance.id), introductions.talk(connection, one.id)
    last = max((place for place, line in enumerate(said) if line.side is Side.OWNER), default=-1)
    return {"who": one.name, "said": [line.body for line in said[last + 1:]],
            "ring": " ".join(filter(None, (person.name, person.phone))) if person else chance.contact.phone}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
