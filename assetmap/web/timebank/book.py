"""Recording hours: who gave time to whom; hours handed on; and taking a booking back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date, timedelta

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request

from assetmap.domain.errors import AssetmapError, BadInput
from assetmap.domain.ledger import MOST_HANDED_ON, Kind, Member, entries_of, minutes_of, said
from assetmap.domain.text import one_line, plain, short
from assetmap.importing import cells
from assetmap.store import ledger, ledger_members, sent_forms
from assetmap.store.database import Connection
from assetmap.web import access, services
from assetmap.web.language import gettext as _
from assetmap.web.timebank import chances, wording

blueprint = Blueprint("timebank_book", __name__)
HERE = "/timebank"
OLDEST_DAYS = 366
MOST_SHOWN = 40
_FIELDS = ("giver", "hours", "day", "topic", "how", "for", "words")


@blueprint.route(f"{HERE}/new", methods=["GET", "POST"])
def new() -> Response:
    """Who gave time, who received it, how much, when and what."""
    values: dict = {name: one_line(request.values.get(name, ""))[:200] for name in _FIELDS}
    values |= {"receivers": request.values.getlist("receivers"), "how": values["how"] or "each"}
    if request.method != "POST":
        return _form(chances.begin(values), {}, 200)
    if request.form.get("do") == "find":
        return _form(values, {}, 200)
    return _send(lambda connection, form: _book(connection, values, form), lambda errors: _form(values, errors, 400),
                 _("The hours are recorded."))


def _send(book: Callable[[Connection, str], tuple[int, dict[str, str]]], again: Callable[[dict], Response],
          text: str) -> Response:
    """Do what a form asks for, once however often it is sent: `book` answers (the booking, faults by field)."""
    once = request.form.get("once", "")[:100]
    try:
        with services.database().writing() as connection:
            if before := sent_forms.result_of(connection, once):
                return redirect(before, 303)
            number, errors = book(connection, f"form {once or secrets.token_urlsafe(12)}")
            if not errors:
                sent_forms.keep(connection, once, HERE)
    except AssetmapError as error:
        if error.status >= 500:
            raise
        errors = {error.field or "giver": _(error.message)}
    if errors:
        return again(errors)
    return access.done(HERE, text, link=(f"{HERE}/bookings/{number}/reverse", _("Was it a mistake? Take it back")))


def _book(connection: Connection, values: dict, form: str) -> tuple[int, dict[str, str]]:
    read, errors = {}, {}
    for field, reader in (("giver", lambda: _member(values["giver"])),
                          ("receivers", lambda: [_member(text) for text in values["receivers"]]),
                          ("hours", lambda: minutes_of(values["hours"])), ("day", lambda: _day(values["day"])),
                          ("for", lambda: chances.id_of(values["for"]))):
        try:
            read[field] = reader()
        except BadInput as error:
            errors[field] = _(error.message)
    if errors:
        return 0, errors
    booked = entries_of(read["giver"], read["receivers"], read["hours"], shared=values["how"] == "shared",
                        pot=ledger_members.pot(connection, services.by()))
    topic = values["topic"] if values["topic"] in services.atlas().vocabulary.of("category") else ""
    return ledger.book(connection, booked, day=read["day"], by=services.by(), form=form, topic=topic,
                       opportunity_id=read["for"]), {}


def _member(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadInput(_("Choose a member from the list."))
    return int(text)


def _day(text: str) -> str:
    """A day of the last year as ISO; today when nothing is said."""
    today = services.now().date()
    day = {"": today, _("today"): today, _("yesterday"): today - timedelta(days=1)}.get(text.casefold())
    if day is None:
        day = cells.day(text).value
    if not isinstance(day, date):
        raise BadInput(_("“%(text)s” is not a day. Write it like 24/11/2026.", text=short(text, 30)))
    if not today - timedelta(days=OLDEST_DAYS) <= day <= today:
        raise BadInput(_("This should be a day of the last year, and not one to come."))
    return day.isoformat()


def _form(values: dict, errors: dict, status: int) -> Response:
    held = _members()
    names = wording.told_apart(held)
    topics = [{"value": "", "label": _("Something else")},
              *({"value": term.code, "label": term.label}
                for term in services.atlas().vocabulary.of("category").values())]
    hows = [{"value": "each", "label": _("Each received all of it: each spends the whole time, and the pot takes what "
                                         "is over")},
            {"value": "shared", "label": _("They shared it: each spends a part")}]
    receivers = _shown(held, names, values)
    return make_response(render_template(
        "timebank/new.html", form={"values": values, "errors": errors}, receivers=receivers, topics=topics, hows=hows,
        givers=_options(held, names), chances=chances.suggested(), is_long=len(held) > MOST_SHOWN,
        left_out=len(held) - len(receivers), none=not held), status)


def _members() -> list[Member]:
    with services.database().reading() as connection:
        return [one for one in ledger_members.listed(connection) if not one.left_at]


def _options(held: list[Member], names: dict[int, str]) -> list[dict[str, str]]:
    return [{"value": "", "label": _("Choose one")}, *({"value": str(one.id), "label": names[one.id]} for one in held)]


def _shown(held: list[Member], names: dict[int, str], values: dict) -> list[dict[str, str]]:
    """Those to tick: whoever is ticked, and of the others as many as a page holds, or who is looked for."""
    chosen, words = set(values["receivers"]), plain(values["words"])
    ticked = [one for one in held if str(one.id) in chosen]
    others = [one for one in held if str(one.id) not in chosen and words in plain(names[one.id])]
    numbers = {one.id for one in [*ticked, *others[:max(0, MOST_SHOWN - len(ticked))]]}
    return [{"value": str(one.id), "label": names[one.id] if one.kind != "pot" else
             _("%(pot)s: it was for everybody", pot=names[one.id])} for one in held if one.id in numbers]


@blueprint.route(f"{HERE}/hand-on", methods=["GET", "POST"])
def hand_on() -> Response:
    """Hours that somebody has earned go to somebody else, or to a pot."""
    values = {name: one_line(request.values.get(name, ""))[:200] for name in ("giver", "receiver", "hours")}
    if request.method != "POST":
        return _gift_form(values, {}, 200)
    return _send(lambda connection, form: _hand_on(connection, values, form),
                 lambda errors: _gift_form(values, errors, 400), _("The hours are handed on."))


def _hand_on(connection: Connection, values: dict, form: str) -> tuple[int, dict[str, str]]:
    read, errors = {}, {}
    for field, reader in (("giver", _member), ("receiver", _member),
                          ("hours", lambda text: minutes_of(text, MOST_HANDED_ON))):
        try:
            read[field] = reader(values[field])
        except BadInput as error:
            errors[field] = _(error.message)
    if errors:
        return 0, errors
    return ledger.give_on(connection, read["giver"], read["receiver"], read["hours"], by=services.by(), form=form,
                          day=services.now().date().isoformat()), {}


def _gift_form(values: dict, errors: dict, status: int) -> Response:
    held = _members()
    names = wording.told_apart(held)
    givers = [{"value": "", "label": _("Choose one")},
              *({"value": str(one.id), "label": _("%(name)s, has %(hours)s", name=names[one.id],
                                                  hours=said(one.minutes))} for one in held if one.minutes > 0)]
    errors = {"receiver" if field == "receivers" else field: text for field, text in errors.items()}
    return make_response(render_template("timebank/hand_on.html", form={"values": values, "errors": errors},
                                         givers=givers, receivers=_options(held, names)), status)


@blueprint.route(f"{HERE}/bookings/<int:number>/reverse", methods=["GET", "POST"])
def reverse(number: int) -> Response:
    """Take a booking back: both stay to be seen."""
    with services.database().reading() as connection:
        one = ledger.booking(connection, number)
        members = ledger_members.some(connection, one.entries)
    if request.method == "POST":
        with services.database().writing() as connection:
            ledger.reverse(connection, number, day=services.now().date().isoformat(), by=services.by())
        return access.done(HERE, _("It is taken back. Both bookings stay in the statements."))
    names = wording.called(members.values())
    after = [{"name": names[member], "has": said(members[member].minutes),
              "then": said(0 if members[member].left_at else members[member].minutes - minutes)}
             for member, minutes in one.entries.items()]
    return make_response(render_template(
        "timebank/reverse.html", booking=wording.booking(one, members), after=after, is_reversal=one.reverses,
        to_pot=any(member.left_at for member in members.values()) and one.kind is not Kind.GIFT))


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
