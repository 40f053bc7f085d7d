"""The members of the timebank: found by their name, and new ones."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request

from assetmap.domain.errors import AssetmapError
from assetmap.domain.ledger import LAYER_OF, LONGEST_LABEL, Member, said
from assetmap.domain.text import one_line, plain
from assetmap.store import ledger_members, people, sent_forms
from assetmap.store.database import Connection
from assetmap.web import access, services
from assetmap.web.language import gettext as _
from assetmap.web.signpost import people_form
from assetmap.web.timebank.wording import KINDS, called, ward_of

blueprint = Blueprint("timebank_members", __name__)
HERE = "/timebank/members"
MOST_SHOWN = 100
_MOST_SUGGESTED = 2_000


@blueprint.route(HERE, methods=["GET", "POST"])
def members() -> str:
    """Every member, or those whose name holds some words. These are sent, and stand in no address: they are names."""
    words = one_line(request.form.get("words", ""))[:100]
    with services.database().reading() as connection:
        held = ledger_members.listed(connection)
    names = called(held)
    found = [one for one in held if plain(words) in plain(names[one.id]) and not one.left_at]
    gone = [one for one in held if plain(words) in plain(names[one.id]) and one.left_at] if words else []
    return render_template("timebank/members.html", words=words, count=len(found) + len(gone), most=MOST_SHOWN,
                           members=[_row(one, names[one.id]) for one in [*found, *gone][:MOST_SHOWN]],
                           has_any=bool(held))


def _row(one: Member, name: str) -> dict:
    return {"name": name, "url": f"{HERE}/{one.id}", "kind": KINDS[one.kind], "ward": ward_of(one.ward_code),
            "balance": said(one.minutes), "owes": one.minutes < 0, "left": bool(one.left_at)}


@blueprint.route(f"{HERE}/new", methods=["GET", "POST"])
def new() -> Response:
    """A person, a group, a place or an organisation joins; or there is a new pot."""
    if request.method != "POST":
        known = request.args.get("person", "")
        return _form({"kind": "person", "known": known, "languages": ["en"]}, {}, 200)
    values = people_form.typed() | {name: one_line(request.form.get(name, ""))[:500]
                                    for name in ("kind", "who", "known", "label")}
    once, errors = request.form.get("once", ""), {}
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
        errors = {"known" if error.field == "who" and values["kind"] == "person" else error.field or "kind":
                  _(error.message)}
    if errors:
        return _form(values, errors, 400)
    return access.done(f"{HERE}/{number}", _("They are a member of the timebank.") if values["kind"] != "pot" else
                       _("The pot is there."))


def _join(connection: Connection, values: dict) -> tuple[int, dict[str, str]]:
    """(the new member's number, faults by field)."""
    kind = values["kind"]
    if kind == "person":
        return _person(connection, values)
    if kind == "pot":
        label = values["label"]
        return ledger_members.add(connection, "pot", by=services.by(), label=label), {}
    if kind not in LAYER_OF:
        return 0, {"kind": _("Choose who joins.")}
    found = ledger_members.named(connection, kind, _without_ward(kind, values["who"]))
    if len(found) > 1:
        found = [row for row in found if _suggested(kind, row["id"], row["name"], True) == values["who"]] or found
    if len(found) != 1:
        return 0, {"who": _which(kind, found)}
    return ledger_members.add(connection, kind, by=services.by(), record_id=found[0]["id"],
                              ward_code=_ward_code(kind, found[0]["id"])), {}


def _person(connection: Connection, values: dict) -> tuple[int, dict[str, str]]:
    known = values["known"]
    if not known:
        person, errors = people_form.person_of(values)
        if errors:
            return 0, errors
        number = people.add(connection, person, by=services.by())
    else:
        number = int(known) if known.isascii() and known.isdigit() and len(known) < 10 else 0
        person = people.get(connection, number)
        if person.forgotten_at:
            return 0, {"known": _("The details of this person were deleted.")}
    return ledger_members.add(connection, "person", by=services.by(), person_id=number,
                              ward_code=person.ward_code), {}


def _which(kind: str, found: list) -> str:
    if not found:
        return _("Nothing of this kind on the map has just this name. Choose one from the list.")
    names = "; ".join(_suggested(kind, row["id"], row["name"], True) for row in found[:5])
    return _("Several have this name. Write it with its ward, or its address’s last part: %(names)s.", names=names)


def _suggested(kind: str, record_id: str, name: str, is_double: bool) -> str:
    """A name as the list of names has it: with the ward where several have it."""
    ward = ward_of(_ward_code(kind, record_id)) if is_double else ""
    return f"{name} ({ward})" if ward else name if not is_double else record_id


def _without_ward(kind: str, text: str) -> str:
    return text.rsplit(" (", 1)[0] if text.endswith(")") and text.rsplit(" (", 1)[-1][:-1] in \
        services.atlas().ward_names and kind != "organisation" else text


def _ward_code(kind: str, record_id: str) -> str:
    atlas = services.atlas()
    layer = {"group": atlas.groups, "hub": atlas.hubs}.get(kind)
    number = layer.number_of.get(record_id) if layer is not None else None
    ward = int(layer.ward[number]) if number is not None else -1
    return atlas.ward_codes[ward] if ward >= 0 else ""


def _form(values: dict, errors: dict, status: int) -> Response:
    atlas = services.atlas()
    with services.database().reading() as connection:
        there = {one.person_id for one in ledger_members.listed(connection) if not one.left_at}
        register = [person for person, _offers in people.listed(connection) if person.id not in there]
        organisations = ledger_members.names(connection, "organisation", _MOST_SUGGESTED)
    known = [{"value": "", "label": _("Somebody new")},
             *({"value": str(one.id), "label": ", ".join(filter(None, (one.name, ward_of(one.ward_code))))}
               for one in register)]
    kinds = [{"value": code, "label": label} for code, label in KINDS.items()]
    names = sorted({*atlas.groups.column("name"), *atlas.hubs.column("name"), *organisations})[:_MOST_SUGGESTED]
    return make_response(render_template(
        "timebank/member_new.html", form={"values": values, "errors": errors}, kinds=kinds, names=names, known=known,
        longest=LONGEST_LABEL, options=people_form.options()), status)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
