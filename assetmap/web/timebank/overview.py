"""The timebank at a glance: what was given, by topic and by ward, and the last bookings."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from assetmap.analysis.suppression import LEAST, suppress
from assetmap.domain.ledger import said
from assetmap.store import ledger, ledger_figures, ledger_members
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.timebank import wording

blueprint = Blueprint("timebank", __name__)
HERE = "/timebank"


@blueprint.get(HERE)
def overview() -> str:
    """What was given, and what is to be done."""
    month = services.now().date().replace(day=1).isoformat()
    with services.database().reading() as connection:
        held, recent = {one.id: one for one in ledger_members.listed(connection)}, ledger.recent(connection, 10)
        numbers = {"ever": said(ledger_figures.given(connection)), "wrong": ledger.faults(connection),
                   "month": said(ledger_figures.given(connection, month))}
        topics, wards = ledger_figures.by_topic(connection), ledger_figures.hours_by_ward(connection)
    numbers["members"] = sum(not one.left_at and one.kind != "pot" for one in held.values())
    numbers["pots"] = [{"name": one.name, "url": f"{HERE}/members/{one.id}", "hours": said(one.minutes)}
                       for one in held.values() if one.kind == "pot" and not one.left_at]
    return render_template("timebank/overview.html", numbers=numbers, least=LEAST, topics=_topics(topics),
                           wards=_wards(wards), recent=[wording.booking(one, held) for one in recent])


def _topics(by_topic: dict[str, tuple[int, int]]) -> list[dict]:
    """What people exchange, the most first; what nobody named last."""
    order = sorted(by_topic.items(), key=lambda item: (not item[0], -item[1][0], item[0]))
    return [{"name": wording.topic_of(code) or _("Something else"), "hours": said(minutes), "exchanges": exchanges}
            for code, (minutes, exchanges) in order]


def _wards(by_ward: dict[str, tuple[int, int]]) -> list[dict]:
    """Hours by ward; of a ward where few gave them they are kept back."""
    shown, _total = suppress({code: givers for code, (_minutes, givers) in by_ward.items()})
    rows = [{"name": wording.ward_of(code) or _("No ward"), "people": shown[code],
             "hours": said(minutes) if shown[code] is not None else None} for code, (minutes, _g) in by_ward.items()]
    return sorted(rows, key=lambda row: row["name"])


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
