"""Introductions as connectors see them: how far each has come, and those that have to be passed on by hand."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template, request

from assetmap.domain.errors import BadInput, NotFound
from assetmap.domain.introduction import LONGEST_MESSAGE, Introduction, Side, State
from assetmap.domain.text import clean
from assetmap.store import introductions, people, records
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS
from assetmap.web import access, services, wording
from assetmap.web.language import gettext as _
from assetmap.web.relations import letters
from assetmap.web.relations.answering import send, url_of

blueprint = Blueprint("signpost_introductions", __name__)
HERE = "/signpost/introductions"
STATES = {State.WAITING: ("warn", _("waits for an answer")), State.TALKING: ("good", _("they write to each other")),
          State.CONNECTED: ("good", _("they have met")), State.DECLINED: ("plain", _("did not work out")),
          State.ENDED: ("plain", _("ended"))}


@blueprint.get(HERE)
def introductions_() -> str:
    """The newest: what was written is shown only where somebody has to pass it on."""
    with services.database().reading() as connection:
        shown = [_view(connection, one) for one in introductions.listed(connection)]
    return render_template("signpost/introductions.html", introductions=shown,
                           by_hand=[one for one in shown if one["by_hand"]])


@blueprint.post(f"{HERE}/<int:number>")
def answer(number: int) -> Response:
    """What the people behind it said by telephone, for those who have no e-mail address."""
    body = clean(request.form.get("message", ""))
    if not body or len(body) > LONGEST_MESSAGE:
        raise BadInput(_("Please write what they say, in at most %(most)s characters.", most=f"{LONGEST_MESSAGE:,}"))
    with services.database().writing() as connection:
        one = _by_number(connection, number)
        chance, _version = records.get(connection, LAYERS["opportunities"], one.opportunity_id)
        if not introductions.say(connection, number, Side.OWNER, body):
            raise BadInput(_("This has come to an end, so nothing more can be passed on."))
        letter = letters.replied(chance.name, _("The people behind it"), body, url_of(number, Side.ANSWERER))
        send(connection, one.email, letter, number)
    return access.done(HERE, _("It is passed on."))


def _by_number(connection: Connection, number: int) -> Introduction:
    found = next((one for one in introductions.listed(connection, 10_000) if one.id == number), None)
    if found is None or not found.is_open:
        raise NotFound(_("There is no open introduction of this number."))
    return found


def _view(connection: Connection, one: Introduction) -> dict:
    chance, _version = records.get(connection, LAYERS["opportunities"], one.opportunity_id)
    made = {"number": one.id, "name": chance.name, "url": f"/opportunities/{chance.id}", "state": STATES[one.state],
            "when": wording.day_name(services.local(one.last_at).date(), services.now().date()), "by_hand": False}
    if one.state is State.WAITING and one.is_open and not introductions.address_of(connection, chance):
        person = people.behind(connection, chance.id)
        said = introductions.talk(connection, one.id)
        made |= {"by_hand": True, "who": one.name, "said": [line.body for line in said],
                 "ring": " ".join(filter(None, (person.name, person.phone))) if person else chance.contact.phone}
    return made


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
