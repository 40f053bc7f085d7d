"""Headers that every answer carries: the content security policy above all."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from assetmap.settings import Settings

# Never a document of their own, so that a policy on them would only be weight.
_PARTS_OF_PAGES = {"text/css", "text/javascript", "application/javascript", "font/woff2", "image/png"}
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?")


def register(app: Flask) -> None:
    """A fresh nonce for each request, and the headers on each answer."""
    tile_source = tile_host(app.extensions["assetmap"].settings)

    @app.before_request
    def make_nonce() -> None:
        g.csp_nonce = secrets.token_urlsafe(16)

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if response.mimetype not in _PARTS_OF_PAGES:
            headers.setdefault("Content-Security-Policy", policy(g.get("csp_nonce", ""), tile_source))
            headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
            headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
            headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if request.path.startswith("/static/") and request.args.get("v") and response.status_code in (200, 304):
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif not request.path.startswith("/static/"):
            headers.setdefault("Cache-Control", "private, no-cache")
        return response

    @app.context_processor
    def nonce() -> dict[str, str]:
        return {"csp_nonce": g.get("csp_nonce", "")}


def policy(nonce: str, tile_source: str) -> str:
    """The content security policy of MAPS.md. Pictures may come from the tile address; nothing else may."""
    pictures = f"'self' data: {tile_source}".strip()
    return "; ".join((
        "default-src 'none'", f"script-src 'self' 'nonce-{nonce}'", "style-src 'self'", f"img-src {pictures}",
        "font-src 'self'", "connect-src 'self'", "manifest-src 'self'", "base-uri 'none'", "object-src 'none'",
        "form-action 'self'", "frame-ancestors 'none'"))


def tile_host(settings: Settings) -> str:
    """The scheme and host of the tile address, for the policy; "" for a relative one or `none`."""
    parts = urlsplit(settings.tile_url.replace("{s}", "a"))
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        return ""
    host = parts.netloc.replace("a.", "*.", 1) if "{s}." in settings.tile_url else parts.netloc
    return f"{parts.scheme}://{host}"
