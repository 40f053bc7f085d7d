"""The private link by which a resident follows a suggestion."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request

from assetmap.domain.errors import NotFound
from assetmap.domain.suggestion import Purpose, State, Suggestion
from assetmap.store import merging, suggestions
from assetmap.web import access, form_tokens, services, suggested
from assetmap.web.language import gettext as _

blueprint = Blueprint("follow", __name__)
_PURPOSE = "take back"
_HEADINGS = {
    State.WAITING: (_("Thank you"), _("Somebody will look at it. Nothing on the map changes before that.")),
    State.ACCEPTED: (_("It was taken up"), _("Somebody looked at what you said, and acted on it. Thank you.")),
    State.DECLINED: (_("It was not taken up"), _("Somebody looked at what you said, and left things as they are. "
                                                 "Thank you all the same.")),
    State.TAKEN_BACK: (_("You took it back"), _("Nobody will read it, and your words are no longer here.")),
}


@blueprint.get("/suggestions/thanks")
def thanks() -> str:
    """For what is kept already."""
    return render_template("find/thanks.html")


@blueprint.route("/suggestions/<link>", methods=["GET", "POST"])
def follow(link: str) -> Response:
    """What was said, what became of it, and while it waits: take it back."""
    access.keep_secret()
    with services.database().reading() as connection:
        held = suggestions.by_link(connection, link)
    if held is None:
        raise NotFound(_("There is no suggestion at this address. Is the link whole?"))
    errors: dict[str, str] = {}
    if request.method == "POST":
        if fault := form_tokens.fault(_PURPOSE):
            errors["token"] = fault
        else:
            with services.database().writing() as connection:
                suggestions.take_back(connection, link)  # when it was decided meanwhile, the page says so
            return _secret(redirect(f"/suggestions/{quote(link, '')}", 303))
    return _secret(make_response(_page(held, link, errors), 400 if errors else 200))


def _page(held: Suggestion, link: str, errors: dict[str, str]) -> str:
    heading, lead = _HEADINGS[held.state]
    path = f"/suggestions/{link}"
    return render_template(
        "find/follow.html", heading=heading, lead=lead, waits=held.waits, answer=held.answer, detail=held.detail,
        said=[] if held.state is State.TAKEN_BACK else suggested.said(held), about=_about(held),
        url=services.root() + path, path=path,
        form={"values": {}, "errors": errors, "token": form_tokens.issue(_PURPOSE)})


def _about(held: Suggestion) -> dict[str, str] | None:
    """The page of what it is about, when the public may see that."""
    if not held.record_id or held.purpose is Purpose.NEW and held.waits:
        return None
    layer = getattr(services.atlas(), held.layer, None)
    with services.database().reading() as connection:
        record_id = merging.new_address(connection, held.layer, held.record_id) or held.record_id
    number = layer.number_of.get(record_id) if layer else None
    if number is None:
        return None
    return {"url": services.cards().of(layer, number).url, "name": layer.rows.value(number, "name")}


def _secret(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
