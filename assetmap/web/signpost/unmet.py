"""Nothing suitable: it is counted, and in one click it stands on the map as an ask."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from flask import Blueprint, Flask, Response, redirect, render_template, request

from assetmap.domain.errors import BadInput
from assetmap.domain.opportunity import Opportunity
from assetmap.store import records, sent_forms, signposts
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS
from assetmap.store.signposts import Unmet
from assetmap.web import access, services
from assetmap.web.language import gettext as _

blueprint = Blueprint("signpost_unmet", __name__)
HERE = "/signpost/unmet"
LAYER = LAYERS["opportunities"]
KIND, REACH_M = "start_a_group", 1_500


@blueprint.post(HERE)
def count() -> Response:
    """Count that nothing suitable was there for these interests in this ward."""
    atlas, form = services.atlas(), request.form
    interests = [code for code in form.getlist("interests") if code in atlas.vocabulary.of("category")]
    if not interests:
        raise BadInput(_("Choose what the person is interested in first: without it, nobody learns what is missing."),
                       "interests")
    ward, once = form.get("ward", ""), form.get("once", "")
    with services.database().writing() as connection:
        if before := sent_forms.result_of(connection, once):
            return redirect(before, 303)
        number = signposts.add(connection, day=services.now().date().isoformat(), suggested=(), unmet=True,
                               ward_code=ward if ward in atlas.ward_number else "", interests=interests)
        sent_forms.keep(connection, once, f"{HERE}/{number}")
    return redirect(f"{HERE}/{number}", 303)


@blueprint.get(f"{HERE}/<int:number>")
def page(number: int) -> str:
    """That it is counted, and the ask: the one that is there, or the way to make it."""
    with services.database().reading() as connection:
        held = signposts.unmet(connection, number)
        there = _asks_like(connection, held)
    return render_template("signpost/unmet.html", here=f"{HERE}/{number}", interests=_topics(held), ward=_ward(held),
                           there=there, name=_name(held), days=services.settings().opportunity_days)


@blueprint.post(f"{HERE}/<int:number>/ask")
def ask(number: int) -> Response:
    """Put it on the map, unless it is there already."""
    with services.database().writing() as connection:
        held = signposts.unmet(connection, number)
        there = _asks_like(connection, held)
        if there:
            return access.done(f"{HERE}/{number}", _("Somebody asked for this already: it is on the map."))
        today = services.now().date()
        records.add_one(connection, LAYER, Opportunity(
            id="", name=_name(held), kind=KIND, direction="ask", topics=held.interests, ward_code=held.ward_code,
            summary=_("People here would like this, and nobody runs it yet. Could you start it, or help?"),
            reach_m=REACH_M if held.ward_code else None, last_confirmed=today, confirmed_by="a steward",
            expires=today + timedelta(days=services.settings().opportunity_days)), by=services.by())
    services.renew()
    return access.done(f"{HERE}/{number}", _("It is on the map as an ask. Whoever could start it can answer."))


def _asks_like(connection: Connection, held: Unmet) -> list[dict[str, str]]:
    """Open asks to start a group about all of it in the same ward."""
    asks = signposts.open_asks(connection, KIND, held.ward_code, services.now().date())
    return [{"name": name, "url": f"/opportunities/{quote(record_id)}"} for record_id, name, topics in asks
            if set(held.interests) <= set(topics)]


def _name(held: Unmet) -> str:
    topics = ", ".join(_topics(held)[:3])
    ward = _ward(held)
    return _("%(topics)s in %(ward)s: who will start a group?", topics=topics, ward=ward) if ward else \
        _("%(topics)s: who will start a group?", topics=topics)


def _topics(held: Unmet) -> list[str]:
    return services.atlas().vocabulary.labels("category", held.interests)


def _ward(held: Unmet) -> str:
    number = services.atlas().ward_number.get(held.ward_code)
    return "" if number is None else services.atlas().ward_names[number]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
