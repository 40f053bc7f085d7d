"""A pack as who gets it sees it: a page in large print, on paper, as plain text, as a calendar. Its link is secret."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, make_response, render_template
from flask_limiter import Limiter

from assetmap.domain.text import short
from assetmap.store import packs
from assetmap.store.packs import Pack
from assetmap.web import access, language, pack_files, pack_items, pack_words, services
from assetmap.web.language import gettext as _
from assetmap.web.qr import qr_code

blueprint = Blueprint("packs", __name__)
READS = "60/minute"


@blueprint.get("/packs/<token>")
def page(token: str) -> Response:
    """The page; or what became of it."""
    pack = _find(token)
    if pack is None or not pack.is_open:
        return _over(pack)
    with language.speaking(pack.language):
        shown, left_out = pack_items.of(pack.items)
        path = f"/packs/{token}"
        url = services.root() + path
        return make_response(render_template(
            "packs/pack.html", **_spoken(), heading=heading_of(pack), shown=shown, left_out=left_out, path=path,
            url=url, qr=qr_code(url), today=pack_words.long_date(services.now().date()), until=until_of(pack),
            marked=not pack_items.in_english(), checked=language.is_checked(language.spoken()),
            dated=any(one.dates for one in shown)))


@blueprint.get("/packs/<token>.txt")
def as_text(token: str) -> Response:
    """The same without any looks, to paste into a message."""
    pack = _find(token)
    if pack is None or not pack.is_open:
        return _over_in_words(pack)
    body = text_of(pack, f"{services.root()}/packs/{token}")
    return Response(body, content_type="text/plain; charset=utf-8", headers={"Content-Language": pack.language})


@blueprint.get("/packs/<token>.ics")
def as_calendar(token: str) -> Response:
    """Its dates, to add to a calendar."""
    pack = _find(token)
    if pack is None or not pack.is_open:
        return _over_in_words(pack)
    with language.speaking(pack.language):
        return pack_files.calendar(pack.items, heading_of(pack))


def heading_of(pack: Pack) -> str:
    """Its own heading, or the usual one."""
    return pack.heading or _("Things you might enjoy")


def until_of(pack: Pack) -> str:
    """The last day that its link works."""
    return pack_words.long_date(services.local(pack.expires_at).date())


def text_of(pack: Pack, url: str) -> str:
    """The pack as plain text in its language; `url` is "" when its link is not known any more."""
    with language.speaking(pack.language):
        shown, left_out = pack_items.of(pack.items)
        return pack_files.text(heading_of(pack), shown, left_out, url=url, until=until_of(pack))


def _find(token: str) -> Pack | None:
    with services.database().reading() as connection:
        return packs.by_token(connection, short(token, 100))


def _over(pack: Pack | None) -> Response:
    with language.speaking(pack.language if pack else language.ENGLISH):
        return make_response(render_template("packs/over.html", **_spoken(), ended=pack is not None,
                                             until=until_of(pack) if pack else ""), 410 if pack else 404)


def _over_in_words(pack: Pack | None) -> Response:
    """The same for a program that reads no pages."""
    with language.speaking(pack.language if pack else language.ENGLISH):
        said = _("This page has ended") if pack else _("There is no page behind this link")
    return Response(f"{said}.\n", 410 if pack else 404, content_type="text/plain; charset=utf-8")


def _spoken() -> dict[str, str]:
    return {"lang": "en-GB" if pack_items.in_english() else language.spoken(),
            "direction": "rtl" if language.locale().text_direction == "rtl" else "ltr"}


@blueprint.after_request
def _in_private(response: Response) -> Response:
    """Nobody keeps, lists or passes on the address of these pages."""
    access.keep_secret()
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def register(app: Flask, limiter: Limiter) -> None:
    """The pages; how often one address may ask is limited, though no link can be guessed."""
    app.register_blueprint(blueprint)
    for name in ("packs.page", "packs.as_text", "packs.as_calendar"):
        app.view_functions[name] = limiter.limit(READS)(app.view_functions[name])
