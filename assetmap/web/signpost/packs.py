"""A connector's packs: the newest, and one to give, to look back on and to end. No page here knows whose they are."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app, make_response, render_template, request

from assetmap.store import favourites, packs, signposts
from assetmap.store.database import Connection
from assetmap.store.packs import Pack
from assetmap.web import access, language, pack_items, services, wording
from assetmap.web.language import gettext as _
from assetmap.web.packs import heading_of, text_of
from assetmap.web.qr import qr_code
from assetmap.web.signpost import packs_new

blueprint = Blueprint("signpost_packs", __name__)
HERE = "/signpost/packs"
OUTCOMES = {"went": _("They went"), "did_not": _("They did not go"), "unknown": _("I do not know")}


@blueprint.get(HERE)
def recent() -> str:
    """The packs that this account made, the newest first."""
    with services.database().reading() as connection:
        held = packs.recent(connection, services.by())
        outcomes = {pack.id: _outcome(connection, pack) for pack in held}
    return render_template("signpost/packs.html", packs=[_row(pack, outcomes[pack.id]) for pack in held])


@blueprint.get(f"{HERE}/<pack_id>")
def page(pack_id: str) -> Response:
    """One pack: its link, its code, its words, and what came of it."""
    return _page(pack_id, {}, 200)


@blueprint.post(f"{HERE}/<pack_id>/outcome")
def settle(pack_id: str) -> Response:
    """What came of it, for the figures."""
    outcome = request.form.get("outcome", "")
    with services.database().writing() as connection:
        pack = packs.get(connection, pack_id)
        good = outcome in signposts.OUTCOMES and pack.signpost_id is not None
        if good:
            signposts.settle(connection, pack.signpost_id, outcome, services.now().date().isoformat())
    if not good:
        return _page(pack_id, {"outcome": _("Please choose one of the three answers.")}, 400)
    return access.done(f"{HERE}/{quote(pack_id)}", _("Thank you. That is in the figures now."))


@blueprint.post(f"{HERE}/<pack_id>/link")
def new_link(pack_id: str) -> Response:
    """Another link; the one of before ends."""
    with services.database().writing() as connection:
        pack = packs.get(connection, pack_id)
        packs.new_link(connection, pack, services.settings().pack_days, current_app.secret_key)
    return access.done(f"{HERE}/{quote(pack_id)}", _("The pack has a new link. The one of before works no more."))


@blueprint.post(f"{HERE}/<pack_id>/extend")
def extend(pack_id: str) -> Response:
    """The same link for longer: what is on paper goes on working."""
    with services.database().writing() as connection:
        packs.extend(connection, packs.get(connection, pack_id).id, services.settings().pack_days)
    return access.done(f"{HERE}/{quote(pack_id)}", _("The link works for as long again."))


@blueprint.post(f"{HERE}/<pack_id>/end")
def end(pack_id: str) -> Response:
    """Delete it now, with every line in it."""
    if request.form.get("sure") != "yes":
        return _page(pack_id, {"sure": _("Please tick that you are sure: this cannot be taken back.")}, 400)
    with services.database().writing() as connection:
        packs.end(connection, packs.get(connection, pack_id).id)
    return access.done(HERE, _("The pack is deleted, and its link works no more."))


def _outcome(connection: Connection, pack: Pack) -> str:
    return signposts.outcome_of(connection, pack.signpost_id) if pack.signpost_id else ""


def _page(pack_id: str, errors: dict[str, str], status: int) -> Response:
    with services.database().reading() as connection:
        pack = packs.get(connection, pack_id)
        outcome = _outcome(connection, pack)
        pages = favourites.listed(connection)
    token = packs.token_of(pack, current_app.secret_key)
    url = f"{services.root()}/packs/{token}" if token else ""
    shown, left_out = pack_items.of(pack.items)
    text = text_of(pack, url)
    page = render_template(
        "signpost/pack.html", pack=_row(pack, outcome), url=url, path=f"/packs/{token}", qr=qr_code(url) if url else "",
        text=text, rows=text.count("\n") + 2, shown=shown, left_out=left_out, here=f"{HERE}/{quote(pack.id)}",
        form={"values": {"outcome": outcome}, "errors": errors}, counted=pack.signpost_id is not None,
        dated=any(one.dates for one in shown), checked=language.is_checked(pack.language),
        outcomes=[{"value": code, "label": label} for code, label in OUTCOMES.items()],
        pages=[{"value": one.id, "label": one.title} for one in pages], days=services.settings().pack_days)
    return make_response(page, status)


def _row(pack: Pack, outcome: str) -> dict:
    today = services.now().date()
    with language.speaking(pack.language):
        heading = heading_of(pack)
    names = [one.name for one in pack_items.of(pack.items)[0]]
    return {"url": f"{HERE}/{quote(pack.id)}", "heading": heading, "language": packs_new.name_of(pack.language),
            "lang": pack.language, "names": names, "is_open": pack.is_open,
            "made": wording.day_name(services.local(pack.created_at).date(), today),
            "until": wording.day_name(services.local(pack.expires_at).date(), today),
            "outcome": OUTCOMES.get(outcome, ""), "counted": pack.signpost_id is not None}


def register(app: Flask) -> None:
    packs_new.register(app)
    app.register_blueprint(blueprint)
