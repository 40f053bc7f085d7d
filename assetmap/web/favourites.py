"""A hub's or surgery's own page of what it points people to, for everybody."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Flask, render_template

from assetmap.domain.errors import NotFound
from assetmap.store import favourites
from assetmap.web import pack_items, pack_words, services
from assetmap.web.language import gettext as _
from assetmap.web.qr import qr_code

blueprint = Blueprint("favourites", __name__)


@blueprint.get("/favourites/<page_id>")
def page(page_id: str) -> str:
    """Its title, its first words, and each thing with what the people there say of it."""
    with services.database().reading() as connection:
        held = favourites.get(connection, page_id)
    if held.hidden:
        raise NotFound(_("There is no page of favourites at this address."))
    shown, _left_out = pack_items.of(held.items)
    today, path = services.now().date(), f"/favourites/{quote(held.id)}"
    url = services.root() + path
    return render_template(
        "packs/favourites.html", title=held.title, lead=held.lead, shown=shown, path=path, url=url, qr=qr_code(url),
        hub=services.cards().hub_link(held.hub_id) if held.hub_id else None, today=pack_words.long_date(today),
        changed=pack_words.long_date(services.local(held.changed_at).date()))


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
