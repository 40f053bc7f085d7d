"""Whether planners look at programmes as the public does: before they show a page to somebody, or send a file."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, redirect, request

from assetmap.web import access

blueprint = Blueprint("seen_as", __name__)
PATH = "/plan/programmes/edit/seen-as"
COOKIE = "assetmap_seen_as"
_PUBLIC = "public"


def as_public() -> bool:
    """Whether this browser asked for what the public sees, until it is closed or asks for the rest again."""
    return request.cookies.get(COOKIE) == _PUBLIC


@blueprint.post(PATH)
def choose() -> Response:
    """See what the public sees, or all of it again; back to the page that asked."""
    response = redirect(access.safe_next(request.form.get("next", "")) or "/plan/programmes", 303)
    if request.form.get("as") == _PUBLIC:
        response.set_cookie(COOKIE, _PUBLIC, httponly=True, samesite="Lax", secure=request.is_secure, path="/")
        return response
    return leave(response)


def leave(response: Response) -> Response:
    """See all of it again: also once something was saved, which may be internal."""
    if as_public():
        response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=request.is_secure, path="/")
    return response


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
