"""People whose offers and asks a connector put on the map with them: who they are is seen here, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request

from assetmap.domain.errors import Conflict, NotFound
from assetmap.domain.person import Person
from assetmap.store import leaving, ledger_members, records, sent_forms
from assetmap.store import people as register_of_people
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS
from assetmap.web import access, services, wording
from assetmap.web.language import gettext as _
from assetmap.web.signpost import people_form

blueprint = Blueprint("signpost_people", __name__)
HERE = "/signpost/people"
LAYER = LAYERS["opportunities"]
_ENDS = {"connected": _("They have met somebody through it."), "closed": _("It is closed.")}


@blueprint.get(HERE)
def people() -> str:
    """Everybody, with what they offer and ask for."""
    with services.database().reading() as connection:
        held = register_of_people.listed(connection)
    return render_template("signpost/people.html", people=[_view(person, rows) for person, rows in held])


@blueprint.route(f"{HERE}/new", methods=["GET", "POST"])
def new() -> Response:
    """Somebody new, and the first thing that they offer or ask for."""
    if request.method != "POST":
        return _form(people_form.blank(), {}, None, 200)
    values, once = people_form.typed(), request.form.get("once", "")
    person, errors = people_form.person_of(values)
    with services.database().writing() as connection:
        if before := sent_forms.result_of(connection, once):
            return redirect(before, 303)
        offer, faults = people_form.offer_of(connection, values, person.ward_code)
        errors |= faults
        if not errors:
            number = register_of_people.add(connection, person, by=services.by())
            _put_on_the_map(connection, offer, number)
            sent_forms.keep(connection, once, f"{HERE}/{number}")
    if errors:
        return _form(values, errors, None, 400)
    services.renew()
    return access.done(f"{HERE}/{number}", _("“%(name)s” is on the map. Nothing there says whose it is.",
                                             name=offer.name))


@blueprint.get(f"{HERE}/<int:number>")
def person(number: int) -> Response:
    """One person: their details, and what they offer and ask for."""
    return _page(number, {}, {}, 200)


@blueprint.post(f"{HERE}/<int:number>")
def change(number: int) -> Response:
    """Their details anew."""
    values = people_form.typed()
    with services.database().reading() as connection:
        base = _known(connection, number)
    version = request.form.get("version", "")
    base = replace(base, version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0)
    person, errors = people_form.person_of(values, base)
    if not errors:
        try:
            with services.database().writing() as connection:
                register_of_people.change(connection, person)
        except Conflict as error:
            return _page(number, values, {"person_name": error.message}, 409)
        return access.done(f"{HERE}/{number}", _("The details are saved."))
    return _page(number, values, errors, 400)


@blueprint.route(f"{HERE}/<int:number>/offer", methods=["GET", "POST"])
def offer(number: int) -> Response:
    """Another offer or ask of somebody who is known."""
    with services.database().reading() as connection:
        known = _known(connection, number)
    if request.method != "POST":
        return _form(people_form.blank(), {}, known, 200)
    values = people_form.typed() | {"languages": list(known.languages)}
    once = request.form.get("once", "")
    with services.database().writing() as connection:
        if before := sent_forms.result_of(connection, once):
            return redirect(before, 303)
        made, errors = people_form.offer_of(connection, values, known.ward_code)
        if not errors:
            _put_on_the_map(connection, made, number)
            sent_forms.keep(connection, once, f"{HERE}/{number}")
    if errors:
        return _form(values, errors, known, 400)
    services.renew()
    return access.done(f"{HERE}/{number}", _("“%(name)s” is on the map. Nothing there says whose it is.",
                                             name=made.name))


@blueprint.post(f"{HERE}/<int:number>/offers/<record_id>/<any(connected, closed, open):state>")
def settle(number: int, record_id: str, state: str) -> Response:
    """They have met, or it is over, or it is open again."""
    with services.database().writing() as connection:
        _known(connection, number)
        if record_id not in {row["id"] for row in register_of_people.offers_of(connection, number)}:
            raise NotFound(_("There is no such offer or ask of this person."))
        record, version = records.get(connection, LAYER, record_id)
        records.save_one(connection, LAYER, replace(record, state=state), version=version, by=services.by())
    services.renew()
    said = _ENDS.get(state, _("It is open again."))
    return access.done(f"{HERE}/{number}", f"“{record.name}”: {said}")


@blueprint.post(f"{HERE}/<int:number>/forget")
def forget(number: int) -> Response:
    """Delete somebody's details and messages now, and take what they offer and ask for off the map."""
    if request.form.get("sure") != "yes":
        return _page(number, {}, {"sure": _("Please tick that you are sure: this cannot be taken back.")}, 400)
    with services.database().writing() as connection:
        leaving.leave(connection, number, by=services.by())
    services.renew()
    return access.done(HERE, _("Their details are deleted, and what they offered or asked for is closed."))


def _put_on_the_map(connection: Connection, record, number: int) -> None:
    record_id = records.add_one(connection, LAYER, record, by=services.by())
    register_of_people.tie(connection, record_id, number)


def _known(connection: Connection, number: int) -> Person:
    person = register_of_people.get(connection, number)
    if person.forgotten_at:
        raise NotFound(_("The details of this person were deleted."))
    return person


def _form(values: dict, errors: dict, known: Person | None, status: int) -> Response:
    page = render_template("signpost/person_new.html", form={"values": values, "errors": errors}, known=known,
                           options=people_form.options(), days=services.settings().opportunity_days)
    return make_response(page, status)


def _page(number: int, typed: dict, errors: dict, status: int) -> Response:
    with services.database().reading() as connection:
        person, rows = _known(connection, number), register_of_people.offers_of(connection, number)
        member = ledger_members.of_person(connection, number)
    values = typed or {"person_name": person.name, "email": person.email, "phone": person.phone, "postcode": "",
                       "ward": person.ward_code, "languages": list(person.languages)}
    page = render_template("signpost/person.html", form={"values": values, "errors": errors}, person=person,
                           view=_view(person, rows), options=people_form.options(), here=f"{HERE}/{number}",
                           member=member)
    return make_response(page, status)


def _view(person: Person, rows: list[Mapping]) -> dict:
    atlas, today = services.atlas(), services.now().date()
    ward = atlas.ward_number.get(person.ward_code)
    offers = []
    for row in rows:
        over = row["expires"] is not None and row["expires"] < today
        offers.append({
            "id": row["id"], "name": row["name"], "url": f"/opportunities/{row['id']}", "state": row["state"],
            "direction": _("Offer") if row["direction"] == "offer" else _("Ask"), "over": over,
            "is_open": row["state"] == "open" and not over and row["status"] == "active",
            "until": wording.day_name(row["expires"], today) if row["expires"] else ""})
    agreed = services.local(person.consent_at) if person.consent_at else None
    return {"number": person.id, "name": person.name, "url": f"{HERE}/{person.id}", "offers": offers,
            "ward": atlas.ward_names[ward] if ward is not None else "",
            "agreed": f"{agreed.day} {agreed:%B %Y}" if agreed else "", "heard_by": person.consent_by}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
