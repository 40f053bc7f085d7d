"""Who may see what: one table of address prefixes, the sign-in cookie, and the tokens of forms."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import quote

from flask import Flask, Response, abort, after_this_request, current_app, g, redirect, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup

from assetmap.domain.account import Account, Role
from assetmap.domain.errors import BadInput, Unavailable
from assetmap.web import services
from assetmap.web.errors import DATA_ENDINGS, answer
from assetmap.web.language import gettext as _
from assetmap.web.signed_in import COOKIE

# The first prefix that fits decides. What no prefix fits is for anyone.
WHO_MAY: tuple[tuple[str, frozenset[Role]], ...] = (
    ("/steward", frozenset({Role.STEWARD})),
    ("/signpost", frozenset({Role.CONNECTOR, Role.STEWARD})),
    ("/timebank", frozenset({Role.CONNECTOR, Role.STEWARD})),
    ("/plan/scenarios/keep", frozenset({Role.PLANNER, Role.STEWARD})),
    ("/plan/scenarios/remove", frozenset({Role.PLANNER, Role.STEWARD})),
    ("/plan/programmes/edit", frozenset({Role.PLANNER, Role.STEWARD})),
    ("/account", frozenset(Role)),
)
# Ties the forms of those who are not signed in, such as the sign-in form itself, to the browser that asked for them.
# Without it somebody could sign another person in to an account of their own, and read what they then write.
FORM_COOKIE = "assetmap_form"
_SAID = "assetmap_said"
_SAID_LIVES_S = 120
_READS = ("GET", "HEAD", "OPTIONS")


def register(app: Flask) -> None:
    """The guard before each request, and what templates need of it."""
    app.before_request(_guard)
    app.after_request(_keep_private)
    app.context_processor(lambda: {"account": _account_if_readable()})
    app.jinja_env.globals |= {"csrf": csrf_field, "once": once_field, "notices": notices}


def who_may(path: str) -> frozenset[Role] | None:
    """The roles that an address is for; None: for anyone."""
    return next((roles for prefix, roles in WHO_MAY if path == prefix or path.startswith((prefix + "/", prefix + "."))),
                None)


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
    if request.method not in _READS:
        check_csrf()
    return None


def check_csrf() -> None:
    """Raises BadInput when a form did not come from a page that this browser got from us."""
    fault = csrf_fault()
    if fault:
        raise BadInput(fault)


def csrf_fault() -> str:
    """Why the `csrf` that was sent is no good; "" when it is."""
    nonce, _point, mark = request.form.get("csrf", "")[:200].partition(".")
    bound_to = _browser()
    if bound_to and hmac.compare_digest(mark.encode("utf-8", "surrogatepass"), _mark(bound_to, nonce).encode()):
        return ""
    if not bound_to:
        return _("Your browser did not send back the cookie that this form needs. Let it keep cookies of this site, "
                 "then send the form again.")
    return _("This form did not come from this site, or you signed in again since. Nothing was changed: "
             "go back, load the page again and send it once more.")


def _keep_private(response: Response) -> Response:
    headers = response.headers
    if who_may(request.path) is not None or "is_secret" in g:
        headers["Cache-Control"] = "no-store"
        headers["Referrer-Policy"] = "no-referrer" if "is_secret" in g else "same-origin"
        headers["X-Frame-Options"] = "DENY"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
    elif g.get("account") and (response.mimetype == "text/html" or "has_internal" in g):
        headers["Cache-Control"] = "no-store"  # the page says who is signed in, or what is not for everyone
    return response


def safe_next(address: str) -> str:
    """An address on this site to go on to; "" for anything that a browser could take for another site's."""
    # browsers drop tabs and line ends from addresses, and read a backslash as a slash
    plain = address.isprintable() and " " not in address and "\\" not in address
    if not plain or not address.startswith("/") or address.startswith("//") or len(address) > 2000:
        return ""
    return "" if address.split("?")[0] in ("/sign-in", "/sign-out") else address


def keep_secret() -> None:
    """This answer is kept by nobody, and its address is told to nobody: not even to this site's other pages."""
    g.is_secret = True


def _account_if_readable() -> Account | None:
    """For pages, the one that says that the store cannot be read among them."""
    try:
        return services.account()
    except Unavailable:
        return None


def begin(response: Response, token: str) -> Response:
    """Give the browser its cookie."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=request.is_secure, path="/")
    return response


def end(response: Response) -> Response:
    """Take the browser's cookie away."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=request.is_secure, path="/")
    return response


def csrf_token() -> str:
    """Bound to the session, or before there is one to the browser: another's is no good.

    Each is different, so that nobody learns it from the size of compressed pages.
    """
    bound_to = _browser()
    if not bound_to:
        bound_to = g.form_cookie = secrets.token_urlsafe(24)

        @after_this_request
        def set_form_cookie(response: Response) -> Response:
            response.set_cookie(FORM_COOKIE, bound_to, httponly=True, samesite="Lax", secure=request.is_secure)
            return response

    nonce = secrets.token_urlsafe(9)
    return f"{nonce}.{_mark(bound_to, nonce)}"


def _browser() -> str:
    """What ties a form to one browser; "" when it has no cookie of ours yet."""
    return request.cookies.get(COOKIE) or request.cookies.get(FORM_COOKIE) or g.get("form_cookie", "")


def _mark(bound_to: str, nonce: str) -> str:
    return keyed(f"csrf {nonce} {bound_to}")


def keyed(text: str) -> str:
    """A mark that only this site can make of a text, and from which nobody gets the text back."""
    return hmac.new(current_app.secret_key.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def csrf_field() -> Markup:
    """The hidden field that every form of a signed-in page carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(csrf_token())


def once_field() -> Markup:
    """The hidden field of a form that makes something."""
    token = request.form.get("once") or secrets.token_urlsafe(12)
    return Markup('<input type="hidden" name="once" value="{}">').format(token)


def done(url: str, text: str, level: str = "good", link: tuple[str, str] | None = None) -> Response:
    """Go on to `url`, which says `text` once. `level` is good, warn or bad.

    `link` is (an address of this site, its label), such as where what was done can be taken back.
    """
    response = redirect(url, 303)
    response.set_cookie(_SAID, _signer().dumps([text[:1500], level, *(link or ("", ""))]), max_age=_SAID_LIVES_S,
                        httponly=True, samesite="Lax", secure=request.is_secure)
    return response


def notices() -> list[dict]:
    """What the last step had to say, once: {text, level, link}; `link` is {url, label}, or None."""
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
        text, level, url, label = _signer().loads(held, max_age=_SAID_LIVES_S)
    except (BadSignature, ValueError, TypeError):
        return []
    return [{"text": text, "level": level, "link": {"url": url, "label": label} if url else None}]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key, salt="assetmap-said")
