"""Who may see what: one table of address prefixes, the sign-in cookie, and the tokens of forms."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import quote

from flask import Flask, Response, abort, after_this_request, current_app, redirect, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup

from assetmap.domain.account import Role
from assetmap.domain.errors import BadInput
from assetmap.web import services
from assetmap.web.errors import DATA_ENDINGS, answer
from assetmap.web.language import gettext as _
from assetmap.web.signed_in import COOKIE

# The first prefix that fits decides. What no prefix fits is for anyone.
WHO_MAY: tuple[tuple[str, frozenset[Role]], ...] = (
    ("/steward", frozenset({Role.STEWARD})),
    ("/account", frozenset(Role)),
    ("/sign-out", frozenset(Role)),
)
_SAID = "assetmap_said"
_SAID_LIVES_S = 120


def register(app: Flask) -> None:
    """The guard before each request, and what templates need of it."""
    app.before_request(_guard)
    app.after_request(_keep_private)
    app.context_processor(lambda: {"account": services.account()})
    app.jinja_env.globals |= {"csrf": csrf_field, "once": once_field, "notices": notices}


def who_may(path: str) -> frozenset[Role] | None:
    """The roles that an address is for; None: for anyone."""
    return next((roles for prefix, roles in WHO_MAY if path == prefix or path.startswith(prefix + "/")), None)


def _guard() -> Response | None:
    roles = who_may(request.path)
    if roles is None:
        return None
    account = services.account()
    if account is None:
        if request.method in ("GET", "HEAD") and not request.path.endswith(DATA_ENDINGS):
            here = request.full_path if request.query_string else request.path
            return redirect(f"/sign-in?next={quote(here)}", 303)
        return answer(401, _("Please sign in first. What you sent was not done."))
    if not account.may(roles):
        abort(403)
    if request.method not in ("GET", "HEAD", "OPTIONS") and not hmac.compare_digest(
            request.form.get("csrf", "").encode("utf-8", "surrogatepass"), csrf_token().encode()):
        raise BadInput(_("This form did not come from this site, or you signed in again since. Nothing was changed: "
                         "go back, load the page again and send it once more."))
    return None


def _keep_private(response: Response) -> Response:
    if who_may(request.path) is not None:
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
    return response


def begin(response: Response, token: str) -> Response:
    """Give the browser its cookie."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=request.is_secure, path="/")
    return response


def end(response: Response) -> Response:
    """Take the browser's cookie away."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=request.is_secure, path="/")
    return response


def csrf_token() -> str:
    """Bound to the session: another session's, or none, is no good."""
    session = request.cookies.get(COOKIE, "")
    return hmac.new(current_app.secret_key.encode(), f"csrf {session}".encode("utf-8", "surrogatepass"),
                    hashlib.sha256).hexdigest()


def csrf_field() -> Markup:
    """The hidden field that every form of a signed-in page carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(csrf_token())


def once_field() -> Markup:
    """The hidden field of a form that makes something."""
    token = request.form.get("once") or secrets.token_urlsafe(12)
    return Markup('<input type="hidden" name="once" value="{}">').format(token)


def done(url: str, text: str, level: str = "good") -> Response:
    """Go on to `url`, which says `text` once. `level` is good, warn or bad."""
    response = redirect(url, 303)
    response.set_cookie(_SAID, _signer().dumps([text[:1500], level]), max_age=_SAID_LIVES_S, httponly=True,
                        samesite="Lax", secure=request.is_secure)
    return response


def notices() -> list[dict[str, str]]:
    """What the last step had to say, once."""
    held = request.cookies.get(_SAID, "")
    if not held:
        return []

    @after_this_request
    def forget(response: Response) -> Response:
        # the step that says something new has set its own
        if not any(_SAID in value for value in response.headers.getlist("Set-Cookie")):
            response.delete_cookie(_SAID)
        return response

    try:
        text, level = _signer().loads(held, max_age=_SAID_LIVES_S)
    except (BadSignature, ValueError, TypeError):
        return []
    return [{"text": text, "level": level}]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key, salt="assetmap-said")
