"""Members of the timebank: who they are, what they gave and received, and the link to their own statement."""

from __future__ import annotations

import csv
from io import StringIO

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request

from assetmap.domain.errors import AssetmapError, BadInput, NotFound
from assetmap.domain.ledger import Kind, said
from assetmap.layers.write import defused
from assetmap.store import ledger, people, sent_forms
from assetmap.store.database import Connection
from assetmap.web import access, services, wording
from assetmap.web.language import gettext as _
from assetmap.web.signpost import people_form

blueprint = Blueprint("timebank_members", __name__)
HERE = "/timebank/members"
KINDS = {"person": _("Person"), "group": _("Group"), "hub": _("Place"), "organisation": _("Organisation"),
         "pot": _("Pot")}
_SAID = {Kind.EXCHANGE: "", Kind.GIFT: _("handed on"), Kind.REVERSAL: _("taken back")}


@blueprint.route(f"{HERE}/new", methods=["GET", "POST"])
def new() -> Response:
    """A person, a group or a place joins."""
    if request.method != "POST":
        return _form({"kind": "person", "languages": ["en"]}, {}, 200)
    values = people_form.typed() | {"kind": request.form.get("kind", ""), "who": request.form.get("who", "")}
    once = request.form.get("once", "")
    errors: dict[str, str] = {}
    try:
        with services.database().writing() as connection:
            if before := sent_forms.result_of(connection, once):
                return redirect(before, 303)
            number, errors = _join(connection, values)
            if not errors:
                sent_forms.keep(connection, once, f"{HERE}/{number}")
    except AssetmapError as error:
        if error.status >= 500:
            raise
        errors = {error.field or "who": error.message}
    if errors:
        return _form(values, errors, 400)
    return access.done(f"{HERE}/{number}", _("They are a member of the timebank."))


def _join(connection: Connection, values: dict) -> tuple[int, dict[str, str]]:
    if values["kind"] == "person":
        person, errors = people_form.person_of(values)
        if errors:
            return 0, errors
        held = people.add(connection, person, by=services.by())
        return ledger.add_member(connection, "person", by=services.by(), person_id=held,
                                 ward_code=person.ward_code), {}
    if values["kind"] not in ("group", "hub"):
        return 0, {"kind": _("Choose who joins.")}
    layer = services.atlas().groups if values["kind"] == "group" else services.atlas().hubs
    alike = [number for number, name in enumerate(layer.column("name"))
             if name.casefold() == values["who"].strip().casefold()]
    if len(alike) != 1:
        return 0, {"who": _("Nothing on the map has just this name. Choose one from the list.")}
    ward = int(layer.ward[alike[0]])
    code = services.atlas().ward_codes[ward] if ward >= 0 else ""
    return ledger.add_member(connection, values["kind"], by=services.by(),
                             record_id=layer.rows.value(alike[0], "id"), ward_code=code), {}


def _form(values: dict, errors: dict, status: int) -> Response:
    atlas = services.atlas()
    names = sorted({*atlas.groups.column("name"), *atlas.hubs.column("name")})[:2_000]
    kinds = [{"value": code, "label": KINDS[code]} for code in ("person", "group", "hub")]
    return make_response(render_template("timebank/member_new.html", form={"values": values, "errors": errors},
                                         kinds=kinds, names=names, options=people_form.options()), status)


@blueprint.get(f"{HERE}/<int:number>")
def member(number: int) -> str:
    """One member's statement, and what can be done."""
    return render_template("timebank/member.html", **statement(number), here=f"{HERE}/{number}",
                           link=f"{services.root()}/statements/{token_of(number)}")


@blueprint.get(f"{HERE}/<int:number>.csv")
def as_csv(number: int) -> Response:
    """The statement as a file."""
    held, text = statement(number), StringIO("\ufeff")
    text.seek(1)
    writer = csv.writer(text)
    writer.writerow(("day", "with", "what", "minutes", "balance"))
    for line in reversed(held["lines"]):
        writer.writerow((line["day"], defused(line["with"]), defused(line["what"]), line["minutes"], line["balance_m"]))
    return Response(text.getvalue(), mimetype="text/csv",
                    headers={"Content-Disposition": f'attachment; filename="statement-{number}.csv"'})


def statement(number: int) -> dict:
    """What a statement shows: the newest first. Raises NotFound."""
    with services.database().reading() as connection:
        held = ledger.listed(connection)
        one = next((each for each in held if each.id == number), None)
        if one is None:
            raise NotFound(_("There is no such member of the timebank."))
        lines = ledger.statement(connection, number)
        has_link = ledger.by_link(connection, token_of(number)) == number
    names, vocabulary = ledger.names_of(held), services.atlas().vocabulary
    rows = [{"transfer": line.transfer, "day": line.day, "kind": line.kind, "minutes": line.minutes,
             "hours": said(line.minutes), "balance": said(line.balance), "balance_m": line.balance,
             "with": ", ".join(names[other] for other in line.others[:4]) + (" …" if len(line.others) > 4 else ""),
             "what": vocabulary.get("category", line.topic).label if line.topic else "", "said": _SAID[line.kind],
             "undone": line.reversed_by is not None, "by": line.by,
             "can_undo": line.kind is not Kind.REVERSAL and line.reversed_by is None} for line in lines]
    ward = services.atlas().ward_number.get(one.ward_code)
    return {"member": one, "name": names[number], "kind": KINDS[one.kind], "lines": rows[::-1], "has_link": has_link,
            "ward": services.atlas().ward_names[ward] if ward is not None else "", "minutes": said(one.minutes),
            "today": wording.long_day(services.now().date(), services.now().date())}


def token_of(number: int) -> str:
    """The token of a member's own link: made from the site's key; it works while the store says so."""
    return access.keyed(f"statement {number}")[:40]


@blueprint.post(f"{HERE}/<int:number>/<any(leave, link, unlink):act>")
def settle(number: int, act: str) -> Response:
    """A member leaves; or their own link is opened or ended."""
    today = services.now().date().isoformat()
    with services.database().writing() as connection:
        ledger.get(connection, number)
        if act == "leave":
            if request.form.get("sure") != "yes":
                raise BadInput(_("Please tick that you are sure."))
            ledger.leave(connection, number, day=today, by=services.by())
        else:
            ledger.set_link(connection, number, token_of(number) if act == "link" else "")
    texts = {"leave": _("They have left. What they had is in the community pot."),
             "link": _("The link works now."), "unlink": _("The link has ended.")}
    return access.done(f"{HERE}/{number}", texts[act])


@blueprint.get("/statements/<token>")
def own(token: str) -> str:
    """A member's own statement, by their private link."""
    access.keep_secret()
    with services.database().reading() as connection:
        number = ledger.by_link(connection, token)
    if number is None:
        raise NotFound(_("There is no statement at this address. Ask for a new link."))
    held = statement(number)
    for line in held["lines"]:  # a statement is its member's own: others are named by what they did alone
        line["with"] = ""
    return render_template("timebank/statement.html", **held)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
