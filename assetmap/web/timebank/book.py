"""The timebank at a glance, booking hours, and taking a booking back."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.parser import ParserError
from dateutil.parser import parse as parse_day
from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request

from assetmap.analysis.suppression import suppress
from assetmap.domain.errors import AssetmapError, BadInput
from assetmap.domain.ledger import Kind, Member, entries_of, minutes_of, said
from assetmap.domain.text import one_line, short
from assetmap.store import ledger, sent_forms
from assetmap.web import access, services, wording
from assetmap.web.language import gettext as _
from assetmap.web.timebank.members import KINDS

blueprint = Blueprint("timebank", __name__)
HERE = "/timebank"
_OLDEST_DAYS = 366


@blueprint.get(HERE)
def overview() -> str:
    """What was given, the members, the last bookings, the wards."""
    today = services.now().date()
    with services.database().reading() as connection:
        held, recent = ledger.listed(connection), ledger.recent(connection)
        numbers = {"ever": said(ledger.given(connection)),
                   "month": said(ledger.given(connection, today.replace(day=1).isoformat()))}
        by_ward, wrong = ledger.hours_by_ward(connection), ledger.faults(connection)
    names = ledger.names_of(held)
    return render_template(
        "timebank/overview.html", numbers=numbers, wrong=wrong, wards=_wards(by_ward),
        members=[_row(one, names) for one in held if not one.left_at],
        recent=[_booking(row, names, today) for row in recent])


def _row(one: Member, names: dict[int, str]) -> dict:
    return {"name": names[one.id], "url": f"{HERE}/members/{one.id}", "kind": KINDS[one.kind],
            "balance": said(one.minutes), "owes": one.minutes < 0}


def _booking(row, names: dict[int, str], today: date) -> dict:
    gave = [names[member] for member, minutes in row["entries"].items() if minutes > 0]
    got = [names[member] for member, minutes in row["entries"].items() if minutes < 0]
    most = max(row["entries"].values(), default=0)
    topic = services.atlas().vocabulary.get("category", row["topic"]).label if row["topic"] else ""
    return {"number": row["id"], "day": wording.day_name(date.fromisoformat(row["day"]), today), "gave": gave,
            "got": got[:4], "more": max(0, len(got) - 4), "hours": said(most), "topic": topic,
            "is_reversal": row["kind"] == Kind.REVERSAL.value, "is_gift": row["kind"] == Kind.GIFT.value,
            "reversed": row["reversed"], "by": row["by"]}


def _wards(by_ward: dict[str, tuple[int, int]]) -> list[dict]:
    """Hours by ward; of a ward where few gave them they are kept back."""
    shown, _total = suppress({code: people for code, (_minutes, people) in by_ward.items()})
    atlas = services.atlas()
    rows = [{"name": atlas.ward_names[atlas.ward_number[code]] if code in atlas.ward_number else _("No ward"),
             "hours": said(by_ward[code][0]) if shown[code] is not None else "",
             "people": shown[code]} for code in by_ward]
    return sorted(rows, key=lambda row: row["name"])


@blueprint.route(f"{HERE}/new", methods=["GET", "POST"])
def new() -> Response:
    """Who gave time, who received it, how much, when and what."""
    values = {name: one_line(request.values.get(name, "")) for name in ("giver", "hours", "day", "topic", "how", "for")}
    values |= {"receivers": request.form.getlist("receivers"), "how": values["how"] or "each"}
    if request.method != "POST":
        return _form(values, {}, 200)
    once = request.form.get("once", "")
    try:
        with services.database().writing() as connection:
            if before := sent_forms.result_of(connection, once):
                return redirect(before, 303)
            booked = entries_of(_member(values["giver"], "giver"),
                                [_member(text, "receivers") for text in values["receivers"]],
                                minutes_of(values["hours"]), shared=values["how"] == "shared",
                                pot=ledger.pot(connection, services.by()))
            topic = values["topic"] if values["topic"] in services.atlas().vocabulary.of("category") else ""
            chance = values["for"] if values["for"] in services.atlas().opportunities.number_of else ""
            ledger.book(connection, booked, day=_day(values["day"]), by=services.by(), form=once or access.keyed(
                str(services.now())), topic=topic, opportunity_id=chance)
            sent_forms.keep(connection, once, HERE)
    except AssetmapError as error:
        if error.status >= 500:
            raise
        return _form(values, {error.field or "giver": error.message}, 400)
    return access.done(HERE, _("The time is booked."))


def _member(text: str, field: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadInput(_("Choose a member from the list."), field)
    return int(text)


def _day(text: str) -> str:
    """A day of the last year as ISO; today when nothing is said."""
    today = services.now().date()
    if not text:
        return today.isoformat()
    try:
        day = date.fromisoformat(text) if len(text) == 10 and text[4] == "-" else parse_day(text, dayfirst=True).date()
    except (ParserError, ValueError, OverflowError):
        raise BadInput(_("“%(text)s” is not a day. Write it like 24/11/2026.", text=short(text, 30)), "day") from None
    if not today - timedelta(days=_OLDEST_DAYS) <= day <= today:
        raise BadInput(_("This should be a day of the last year, and not one to come."), "day")
    return day.isoformat()


def _form(values: dict, errors: dict, status: int) -> Response:
    with services.database().reading() as connection:
        held = [one for one in ledger.listed(connection) if not one.left_at]
    names = ledger.names_of(held)
    members = [{"value": str(one.id), "label": names[one.id]} for one in held]
    topics = [{"value": "", "label": _("Something else")},
              *({"value": term.code, "label": term.label}
                for term in services.atlas().vocabulary.of("category").values())]
    hows = [{"value": "each", "label": _("Each received all of it: the pot takes what is over")},
            {"value": "shared", "label": _("They shared it: each spends a part")}]
    return make_response(render_template(
        "timebank/new.html", form={"values": values, "errors": errors}, members=members, topics=topics, hows=hows,
        givers=[{"value": "", "label": _("Choose one")}, *members]), status)


@blueprint.route(f"{HERE}/bookings/<int:number>/reverse", methods=["GET", "POST"])
def reverse(number: int) -> Response:
    """Take a booking back: both stay to be seen."""
    with services.database().reading() as connection:
        held, rows = ledger.listed(connection), ledger.recent(connection, 100_000)
    row = next((each for each in rows if each["id"] == number), None)
    if row is None:
        raise BadInput(_("There is no such booking."))
    if request.method == "POST":
        with services.database().writing() as connection:
            ledger.reverse(connection, number, day=services.now().date().isoformat(), by=services.by())
        return access.done(HERE, _("It is taken back. Both bookings stay in the statements."))
    view = _booking(row, ledger.names_of(held), services.now().date())
    return make_response(render_template("timebank/reverse.html", booking=view))


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
