"""A hub's or surgery's own page of what it points people to."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from assetmap.domain.errors import NotFound
from assetmap.store import favourites
from assetmap.web import pack_items, packs, services
from assetmap.web.language import gettext as _

blueprint = Blueprint("favourites", __name__)


@blueprint.get("/favourites/<page_id>")
def page(page_id: str) -> str:
    """The page, for everybody, to read and to hang up."""
    with services.database().reading() as connection:
        held = favourites.get(connection, page_id)
    if held.hidden:
        raise NotFound(_("There is no page of favourites at this address."))
    blocks, _gone = pack_items.shown(held.items)
    address = f"{services.root()}/favourites/{page_id}"
    hub = services.cards().hub_link(held.hub_id)
    return render_template("packs/favourites.html", page=held, blocks=blocks, hub=hub, link=address,
                           qr=packs.qr_of(address))


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
