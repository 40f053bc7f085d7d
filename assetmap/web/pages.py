"""What every page has: the site's name, its navigation, its notices, its theme colours, its files."""

from __future__ import annotations

import re

from flask import Flask, Response, current_app, request

from assetmap.domain.errors import Unavailable
from assetmap.domain.vocabulary import Vocabulary
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.opendata import attributions

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_CODE = re.compile(r"[a-z][a-z0-9_-]*")
_NAVIGATION = (
    ("/", _("Find"), "search"), ("/whats-on", _("What's on"), "calendar"), ("/hubs", _("Places"), "house"),
    ("/wards", _("Wards"), "map"), ("/opportunities", _("Offers and asks"), "heart-handshake"),
    ("/about", _("About"), "info"))
_PART_OF = {"/could-meet": "/opportunities"}  # pages under an entry of the navigation, whatever their address


def register(app: Flask) -> None:
    """Template globals, /theme.css, and the icon that browsers ask for unbidden."""
    static = app.extensions["assetmap"].static
    app.jinja_env.globals["static"] = static.address
    app.context_processor(_shared)
    app.add_url_rule("/theme.css", "theme", _theme)
    app.add_url_rule("/favicon.ico", "favicon", lambda: current_app.send_static_file("favicon.svg"))


def _shared() -> dict:
    """`area_name` and `site`; plain ones when the data cannot be read, so that the error page still shows."""
    settings = services.settings()
    site = {"contact_email": settings.contact_email, "sample": False, "tiles": settings.tile_url.lower() != "none",
            "wards_approximate": False, "boundary_years": [], "attributions": attributions(), "nav": _navigation(),
            "theme_css": "/theme.css"}
    try:
        atlas = services.atlas()
    except Unavailable:
        return {"area_name": settings.area_name or _("your area"), "site": site}
    site |= {"sample": atlas.holds_sample,
             "wards_approximate": atlas.wards_approximate,
             "boundary_years": atlas.boundary_years,
             "theme_css": f"/theme.css?v={atlas.version}"}
    return {"area_name": services.area_name() or _("your area"), "site": site}


def _navigation() -> list[dict]:
    path = _PART_OF.get(request.path, request.path)
    return [{"label": label, "url": url, "icon": icon,
             "current": path == url or (url != "/" and path.startswith(url + "/"))} for url, label, icon in _NAVIGATION]


def _theme() -> Response:
    """The vocabulary's theme colours as custom properties, light and dark."""
    css = theme_css(services.atlas().vocabulary)
    headers = {"Cache-Control": "public, max-age=86400" if request.args.get("v") else "no-cache"}
    return Response(css, mimetype="text/css", headers=headers)


def theme_css(vocabulary: Vocabulary) -> str:
    """One class for each theme. Codes and colours that are not plain are left out: nothing else gets into a style."""
    light, dark = [], []
    for term in vocabulary.of("theme").values():
        if _CODE.fullmatch(term.code) and _COLOUR.fullmatch(term.colour):
            light.append(f".theme-{term.code}{{--theme:{term.colour}}}")
            if _COLOUR.fullmatch(term.colour_dark):
                dark.append(f".theme-{term.code}{{--theme:{term.colour_dark}}}")
    return "\n".join([*light, "@media (prefers-color-scheme: dark){", *dark, "}"])
