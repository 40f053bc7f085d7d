"""Letters that wait to be sent, ready to send by hand, and what became of the others."""

from __future__ import annotations

import math
from urllib.parse import quote

from flask import Blueprint, Flask, Response, render_template, request

from assetmap.domain.errors import BadInput
from assetmap.store import messages
from assetmap.store.messages import Letter
from assetmap.store.rows import LAYERS
from assetmap.web import access, mail, services
from assetmap.web.language import gettext as _
from assetmap.web.steward import shown
from assetmap.web.steward.history_words import moment

blueprint = Blueprint("steward_letters", __name__)
PER_PAGE = 25
_HERE = "/steward/letters"
_LONGEST_MAILTO = 1_900  # some mail programs cut longer addresses


@blueprint.get(_HERE)
def letters() -> str:
    """Those that wait; with `show=over` those that do not."""
    over = request.args.get("show") == "over"
    states = messages.OVER if over else messages.WAITING
    text = request.args.get("page", "")
    with services.database().reading() as connection:
        total = messages.count(connection, states)
        pages = max(1, math.ceil(total / PER_PAGE))
        page = min(pages, max(1, int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1))
        held = messages.listed(connection, states, (page - 1) * PER_PAGE, PER_PAGE)
        numbers = {"waiting": messages.queued(connection), "over": messages.count(connection, messages.OVER)}
    settings = services.settings()
    pager = {"page": page, "pages": pages, "total": total,
             "prev_url": _address(over, page - 1) if page > 1 else "",
             "next_url": _address(over, page + 1) if page < pages else ""}
    return render_template("steward/letters.html", letters=[_shown(letter) for letter in held], over=over, pages=pager,
                           numbers=numbers, mail_set=bool(settings.smtp_host), sender=mail.sender_of(settings),
                           here=_address(over, page))


@blueprint.post(_HERE + "/<int:number>")
def settle(number: int) -> Response:
    """I sent it; try again; or: it shall not be sent."""
    action = request.form.get("action", "")
    with services.database().writing() as connection:
        letter = messages.get(connection, number)
        if action == "again":
            if not services.settings().smtp_host:
                raise BadInput(_("There is no mail server to try. Set SMTP_HOST, or send the letter by hand."))
            if letter.state in messages.WAITING:
                mail.send_again(number)
            done = letter.state in messages.WAITING
        elif action in ("by_hand", "dropped"):
            done = messages.settle(connection, number, action)
        else:
            raise BadInput(_("This form asks for something that cannot be done. Nothing was changed."))
    if not done:
        return access.done(_HERE, _("This letter was sent or dropped before. Nothing was changed."), "warn")
    said = {"again": _("It is tried once more. Look again in a moment."),
            "by_hand": _("Noted: you sent the letter to %(to)s.", to=letter.recipient),
            "dropped": _("The letter to %(to)s will not be sent.", to=letter.recipient)}
    return access.done(_HERE, said[action])


def _shown(letter: Letter) -> dict:
    """A letter as the page shows it."""
    known = letter.layer in LAYERS and letter.record_id
    return {"id": letter.id, "recipient": letter.recipient, "subject": letter.subject, "body": letter.body,
            "rows": max(8, min(24, letter.body.count("\n") + 4)), "by": letter.by, "at": moment(letter.at),
            "sent_at": moment(letter.sent_at) if letter.sent_at else "", "state": letter.state,
            "attempts": letter.attempts, "error": letter.error, "stuck": letter.stuck, "mailto": mailto(letter),
            "record_url": shown.edit_url(letter.layer, letter.record_id) if known else ""}


def mailto(letter: Letter) -> str:
    """The letter as an address that opens a mail program, without the text where that would be too long."""
    address = f"mailto:{quote(letter.recipient, safe='@')}?subject={quote(letter.subject, safe='')}"
    whole = address + "&body=" + quote(letter.body.replace("\n", "\r\n"), safe="")
    return whole if len(whole) <= _LONGEST_MAILTO else address


def _address(over: bool, page: int) -> str:
    query = "&".join(filter(None, ("show=over" if over else "", f"page={page}" if page > 1 else "")))
    return _HERE + (f"?{query}" if query else "")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
