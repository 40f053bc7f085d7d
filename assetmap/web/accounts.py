"""Signing in and out, and one's own account."""

from __future__ import annotations

import math

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request

from assetmap.domain.account import Account, Role, email_as_kept
from assetmap.domain.errors import Conflict
from assetmap.domain.password import LONGEST
from assetmap.store import accounts, passwords, sign_in_tries
from assetmap.web import access, roles, services, sign_in_guard, welcome
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.signed_in import COOKIE

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/sign-in")
def sign_in() -> Response:
    """The form; somebody who is signed in goes on to where they were going."""
    account = services.account()
    if account:
        return redirect(_next_for(account), 303)
    return _sign_in_form({"email": ""}, {}, 200)


@blueprint.post("/sign-in")
def send_sign_in() -> Response:
    """The same words and the same work, whether or not there is such an account."""
    typed, password = request.form.get("email", ""), request.form.get("password", "")
    values, fault = {"email": typed[:254]}, access.csrf_fault()
    if fault and services.account():
        return redirect(_next_for(services.account()), 303)  # sent from a second tab
    missing = {"email": _("Please type your e-mail address.")} if not typed.strip() else {}
    missing |= {"password": _("Please type your password.")} if not password else {}
    if fault or missing:
        return _sign_in_form(values, {"email": fault} if fault else missing, 400)
    email = email_as_kept(typed)
    limits = sign_in_guard.limits(email)
    with services.database().writing() as connection:
        wait_s, tries = sign_in_tries.begin(connection, limits)
    if wait_s:
        return _too_many(_sign_in_form(values, {"email": _wait(wait_s)}, 429), wait_s)
    token, account = _session_for(email, password, tries)
    if not token:
        wrong = _("This e-mail address and password do not fit together. Please check both.")
        return _sign_in_form(values, {"password": wrong}, 400)
    return sign_in_guard.remember(access.begin(redirect(_next_for(account), 303), token), email)


def _session_for(email: str, password: str, tries: list[int]) -> tuple[str, Account | None]:
    """(the token of a new session, whose it is); an empty token when they do not fit together."""
    database = services.database()
    with database.reading() as connection:
        account = accounts.find(connection, email)
        kept = accounts.password_of(connection, account)
    # the slow part: nobody waits for it with the store's pen in hand
    if not passwords.is_right(kept, password[:LONGEST]) or len(password) > LONGEST:
        return "", None
    rehashed = passwords.hashed(password) if passwords.is_outdated(kept) else ""
    with database.writing() as connection:
        sign_in_tries.take_back(connection, tries)
        accounts.sign_out(connection, request.cookies.get(COOKIE, ""))
        return accounts.sign_in_checked(connection, account, kept, rehashed), account


def _sign_in_form(values: dict, errors: dict, status: int) -> Response:
    access.keep_secret()
    with services.database().reading() as connection:
        nobody = not accounts.has_any(connection)
    form = {"values": values, "errors": errors}
    return make_response(render_template("account/sign_in.html", form=form, next=_next(), nobody=nobody), status)


def _next() -> str:
    return access.safe_next(request.values.get("next", ""))


def _next_for(account: Account) -> str:
    first = {Role.STEWARD: "/steward", Role.CONNECTOR: "/signpost"}
    return _next() or first.get(account.role, "/account")


def _wait(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    return ngettext("That was tried too often. Please wait a minute, then try again.",
                    "That was tried too often. Please wait %(num)s minutes, then try again.", minutes)


def _too_many(response: Response, wait_s: int) -> Response:
    response.headers["Retry-After"] = str(wait_s)
    return response


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this session. Twice is no fault."""
    if services.account():
        access.check_csrf()
        with services.database().writing() as connection:
            accounts.sign_out(connection, request.cookies.get(COOKIE, ""))
    return access.end(access.done("/sign-in", _("You are signed out.")))


@blueprint.get("/account")
def account() -> Response:
    """Who I am, and what I may do."""
    return _account_page({}, 200)


def _account_page(errors: dict, status: int) -> Response:
    held = services.account()
    with services.database().reading() as connection:
        sessions = accounts.sessions(connection, held, services.settings().signed_in_hours)
    page = render_template("account/account.html", form={"values": {}, "errors": errors}, sessions=sessions,
                           role_label=roles.LABELS[held.role], may=roles.MAY[held.role])
    return make_response(page, status)


@blueprint.post("/account/password")
def change_password() -> Response:
    """A new password, by somebody who knows the old one. Every other session ends."""
    held, database = services.account(), services.database()
    current, new, again = (request.form.get(name, "") for name in ("current", "password", "again"))
    errors = welcome.faults(new, again, held.email)
    if errors:
        return _account_page(errors, 400)
    with database.writing() as connection:
        wait_s, tries = sign_in_tries.begin(connection, sign_in_guard.limits_of_change(held))
    if wait_s:
        return _too_many(_account_page({"current": _wait(wait_s)}, 429), wait_s)
    with database.reading() as connection:
        kept = accounts.password_of(connection, held)
    if not passwords.is_right(kept, current[:LONGEST]) or len(current) > LONGEST:
        return _account_page({"current": _("This is not the password that you sign in with now.")}, 400)
    made = passwords.hashed(new)
    with database.writing() as connection:
        if accounts.password_of(connection, held) != kept:
            raise Conflict(_("Your account was changed in another place just now. Please look at it again."))
        sign_in_tries.take_back(connection, tries)
        accounts.set_password(connection, held, made, by=held.email)
        token = accounts.sign_in(connection, held)
    said = _("Your password is changed. Wherever else you were signed in, you are signed out.")
    return access.begin(access.done("/account", said), token)


@blueprint.post("/account/sign-out-everywhere")
def sign_out_everywhere() -> Response:
    """End every session of one's own, this one too."""
    held = services.account()
    with services.database().writing() as connection:
        accounts.end_sessions(connection, held)
    return access.end(access.done("/sign-in", _("You are signed out in every browser.")))


def register(app: Flask) -> None:
    """These pages, and the one that an invitation leads to."""
    app.register_blueprint(blueprint)
    welcome.register(app)
