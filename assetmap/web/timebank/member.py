"""One member: the statement, the private link to it, and leaving."""

from __future__ import annotations

import csv
import secrets
from io import StringIO

from flask import Blueprint, Flask, Response, make_response, render_template, request

from assetmap.domain.errors import BadInput, Conflict, NotFound
from assetmap.domain.ledger import Member, said
from assetmap.layers.write import defused
from assetmap.store import ledger, ledger_members, people
from assetmap.store.database import Connection
from assetmap.store.ledger import Line
from assetmap.web import access, pack_words, services
from assetmap.web.language import gettext as _
from assetmap.web.qr import qr_code
from assetmap.web.timebank import wording
from assetmap.web.timebank.members import HERE

blueprint = Blueprint("timebank_member", __name__)
MOST_LINES = 500


@blueprint.get(f"{HERE}/<int:number>")
def member(number: int) -> Response:
    """One member's statement, and what can be done."""
    return _page(number)


def _page(number: int, token: str = "", errors: dict | None = None) -> Response:
    """`token` is that of a private link that was made just now: the only moment when it can be shown."""
    with services.database().reading() as connection:
        shown = statement(connection, number)
        has_link = ledger_members.has_link(connection, number)
        stays = number == ledger_members.pot_if_any(connection)
    link = f"{services.root()}/statements/{token}" if token else ""
    if link:
        access.keep_secret()
    page = render_template("timebank/member.html", **shown, here=f"{HERE}/{number}", has_link=has_link, link=link,
                           qr=qr_code(link) if link else "", stays=stays,
                           form={"values": {}, "errors": errors or {}})
    return make_response(page, 400 if errors else 200)


def statement(connection: Connection, number: int, *, own: bool = False) -> dict:
    """What a statement shows, the newest first. Raises NotFound. `own`: as the member sees it."""
    one = ledger_members.get(connection, number)
    held = ledger.statement(connection, number)
    others = ledger_members.some(connection, {number, *_named_in(held[-MOST_LINES:])})
    shown = wording.lines(held[-MOST_LINES:], number, others, own=own)
    today = services.now().date()
    standing = [line for line in held if line.booking.can_be_reversed]
    return {"member": one, "name": wording.called([one])[number], "kind": wording.KINDS[one.kind],
            "ward": wording.ward_of(one.ward_code), "page": wording.page_of(one), "lines": shown[::-1],
            "left_out": len(held) - len(shown), "has": said(one.minutes), "today": pack_words.long_date(today),
            "earned": said(sum(line.minutes for line in standing if line.minutes > 0)),
            "spent": said(-sum(line.minutes for line in standing if line.minutes < 0))}


def _named_in(held: list[Line]) -> set[int]:
    return {member for line in held for member in line.booking.entries}


@blueprint.get(f"{HERE}/<int:number>.csv")
def as_csv(number: int) -> Response:
    """The whole statement as a file, the oldest line first."""
    with services.database().reading() as connection:
        ledger_members.get(connection, number)
        held = ledger.statement(connection, number)
        others = ledger_members.some(connection, {number, *_named_in(held)})
    text = StringIO("\ufeff")
    text.seek(1)
    writer = csv.writer(text)
    writer.writerow(("booking", "day", "what", "with", "about", "minutes", "balance_minutes", "taken_back", "by"))
    for line in wording.lines(held, number, others):
        writer.writerow((line["number"], line["iso"], *map(defused, (line["what"], line["with"], line["topic"])),
                         line["minutes"], line["balance_minutes"], "yes" if line["reversed"] else "no",
                         defused(line["by"])))
    return Response(text.getvalue(), mimetype="text/csv",
                    headers={"Content-Disposition": f'attachment; filename="statement-{number}.csv"'})


@blueprint.post(f"{HERE}/<int:number>/<any(leave, return, link, unlink):act>")
def settle(number: int, act: str) -> Response:
    """A member leaves, or comes back; or their own link is made anew, or ended."""
    token, today = secrets.token_urlsafe(32), services.now().date().isoformat()
    if act == "leave" and request.form.get("sure") != "yes":
        return _page(number, errors={"sure": _("Please tick that you are sure.")})
    with services.database().writing() as connection:
        one = ledger_members.get(connection, number)
        if act == "leave":
            ledger.leave(connection, number, day=today, by=services.by())
        elif act == "return":
            _return(connection, one)
        else:
            if act == "link" and one.left_at:
                raise BadInput(_("They have left. Let them join again first."))
            ledger_members.set_link(connection, number, token if act == "link" else "")
    if act == "link":
        return _page(number, token)
    texts = {"leave": _("They have left. What they had is in the community pot."), "unlink": _("The link has ended."),
             "return": _("They are a member again. What they left to the pot can be taken back, below.")}
    return access.done(f"{HERE}/{number}", texts[act])


def _return(connection: Connection, one: Member) -> None:
    if one.person_id and people.get(connection, one.person_id).forgotten_at:
        raise Conflict(_("Their details were deleted. They can join anew, with a new statement."))
    ledger_members.come_back(connection, one.id)


@blueprint.get("/statements/<token>")
def own(token: str) -> str:
    """A member's own statement, by their private link."""
    access.keep_secret()
    with services.database().reading() as connection:
        number = ledger_members.by_link(connection, token)
        if number is None:
            raise NotFound(_("There is no statement at this address. Ask for a new link."))
        shown = statement(connection, number, own=True)
    return render_template("timebank/statement.html", **shown)


@blueprint.after_request
def _in_private(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
