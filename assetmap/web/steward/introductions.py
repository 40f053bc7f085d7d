"""Introductions as stewards see them: how many there are in each state, and those that one side reported."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template, request

from assetmap.domain.errors import BadInput
from assetmap.domain.introduction import Introduction, Side, State
from assetmap.store import introductions as register_of_introductions
from assetmap.store.database import Connection
from assetmap.web import access, services, wording
from assetmap.web.language import gettext as _
from assetmap.web.steward import shown

blueprint = Blueprint("steward_introductions", __name__)
HERE = "/steward/introductions"
_LABELS = {State.WAITING: _("Waiting for an answer"), State.TALKING: _("Writing to each other"),
           State.CONNECTED: _("Have met"), State.DECLINED: _("Did not work out"), State.ENDED: _("Ended"),
           State.REPORTED: _("Reported"), State.STOPPED: _("Stopped by a steward")}


@blueprint.get(HERE)
def introductions() -> str:
    """The figures, and the whole of what was written where somebody reported it: nowhere else."""
    with services.database().reading() as connection:
        counts = register_of_introductions.in_states(connection)
        cases = [_case(connection, one) for one in register_of_introductions.reported(connection)]
        by_hand = len(register_of_introductions.to_pass_on(connection))
    figures = [{"label": _LABELS[state], "number": f"{number:,}"} for state, number in counts.items()]
    return render_template("steward/introductions.html", figures=figures, cases=cases, by_hand=by_hand,
                           total=sum(counts.values()), forget_days=services.settings().forget_days)


@blueprint.post(f"{HERE}/<int:number>")
def decide(number: int) -> Response:
    """What was reported is stopped for good, or may go on."""
    action = request.form.get("do", "")
    if action not in ("stop", "go_on"):
        raise BadInput(_("This form asks for something that cannot be done. Nothing was changed."))
    with services.database().writing() as connection:
        done = register_of_introductions.decide(connection, number, stop=action == "stop")
    if not done:
        return access.done(HERE, _("Somebody decided on this before, or it was deleted. Nothing was changed."), "warn")
    said = {"stop": _("It is stopped. Neither of them can write there any more."),
            "go_on": _("They can write to each other again, unless it had ended before.")}
    return access.done(HERE, said[action])


def _case(connection: Connection, one: Introduction) -> dict:
    chance, _version = register_of_introductions.chance_of(connection, one)
    today = services.now().date()
    who = {Side.OWNER: _("The people behind it"), Side.ANSWERER: _("%(name)s, who answered", name=one.name)}
    return {
        "number": one.id, "name": chance.name, "edit_url": shown.edit_url("opportunities", chance.id),
        "reports": [{"who": who[report.side], "why": report.why, "when": _day(report.at, today)}
                    for report in register_of_introductions.reports(connection, one.id)],
        "said": [{"who": who[line.side], "body": line.body, "when": _day(line.at, today)}
                 for line in register_of_introductions.talk(connection, one.id)]}


def _day(moment: str, today) -> str:
    return wording.day_name(services.local(moment).date(), today)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
