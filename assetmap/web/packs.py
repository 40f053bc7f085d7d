"""A pack at home: a page in large print, by a link that ends; the same as text and as a calendar."""

from __future__ import annotations

import segno
from flask import Blueprint, Flask, Response, make_response, render_template
from markupsafe import Markup

from assetmap.domain.errors import NotFound
from assetmap.store import packs
from assetmap.store.packs import Pack
from assetmap.web import access, pack_items, services
from assetmap.web.language import gettext as _
from assetmap.web.language import speaking

blueprint = Blueprint("packs", __name__)


def link_of(pack_id: str) -> str:
    """The token of a pack's link: made from the site's own key, so that its connector can show it again."""
    return access.keyed(f"pack {pack_id}")[:32]


def url_of(pack_id: str) -> str:
    """The whole address."""
    return f"{services.root()}/packs/{link_of(pack_id)}"


def qr_of(address: str) -> Markup:
    """An address as a drawing that telephones read."""
    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr"))


@blueprint.get("/packs/<token>")
def pack(token: str) -> Response:
    """What somebody was told of, to read at home."""
    held = _open(token)
    if held is None:
        return make_response(render_template("packs/ended.html"), 410)
    with speaking(held.language):
        blocks, gone = pack_items.shown(held.items)
        until = pack_items.day_said(services.local(held.expires_at).date())
        page = render_template("packs/pack.html", lang=held.language, pack=held, blocks=blocks, gone=gone, until=until,
                               link=f"{services.root()}/packs/{token}", path=f"/packs/{token}",
                               qr=qr_of(f"{services.root()}/packs/{token}"))
    return make_response(page)


@blueprint.get("/packs/<token>.<any(txt, ics):ending>")
def data(token: str, ending: str) -> Response:
    """The same as text to send on, or as a calendar."""
    held = _open(token)
    if held is None:
        raise NotFound(_("This pack has ended."))
    with speaking(held.language):
        if ending == "ics":
            return pack_items.calendar(held.items, held.heading or _("Things for you to do"))
        blocks, _gone = pack_items.shown(held.items)
        text = pack_items.as_text(blocks, held.heading, f"{services.root()}/packs/{token}")
    return Response(text, mimetype="text/plain", headers={"Content-Disposition": 'inline; filename="pack.txt"'})


def _open(token: str) -> Pack | None:
    """The pack of a link; None when it has ended. Raises NotFound."""
    access.keep_secret()
    with services.database().reading() as connection:
        held = packs.by_token(connection, token)
    if held is None:
        raise NotFound(_("There is no pack at this address. It may have ended, or the link may not be whole."))
    return held if held.is_open else None


@blueprint.after_request
def _in_private(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
