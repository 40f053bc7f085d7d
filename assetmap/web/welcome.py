"""The page of a link to set a password: an invitation, or a way back in. It works once."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, make_response, render_template, request

from assetmap.domain.account import Account, Role
from assetmap.domain.password import password_fault
from assetmap.store import account_links, accounts, passwords
from assetmap.web import access, services, sign_in_guard
from assetmap.web.language import gettext as _
from assetmap.web.signed_in import COOKIE

blueprint = Blueprint("welcome", __name__)


@blueprint.get("/welcome/<token>")
def welcome(token: str) -> Response:
    """The form, while the link is open. Looking does not use it up."""
    with services.database().reading() as connection:
        account = account_links.account_of(connection, token)
    return _form(account, {}, 200) if account else _closed()


@blueprint.post("/welcome/<token>")
def set_password(token: str) -> Response:
    """Keep the password, use the link up, and sign in."""
    database = services.database()
    with database.reading() as connection:
        account = account_links.account_of(connection, token)
    if account is None:
        return _closed()
    new, again = request.form.get("password", ""), request.form.get("again", "")
    fault = access.csrf_fault()
    errors = {"password": fault} if fault else faults(new, again, account.email)
    if errors:
        return _form(account, errors, 400)
    made = passwords.hashed(new)
    with database.writing() as connection:
        if account_links.use(connection, token) is None:
            return _closed()
        accounts.set_password(connection, account, made, by=account.email)
        accounts.sign_out(connection, request.cookies.get(COOKIE, ""))
        session = accounts.sign_in(connection, account)
    access.keep_secret()
    response = access.done("/steward" if account.role is Role.STEWARD else "/account",
                           _("Your password is kept, and you are signed in."))
    return sign_in_guard.remember(access.begin(response, session), account.email)


def faults(new: str, again: str, email: str) -> dict[str, str]:
    """What is wrong with a new password, by field."""
    fault = password_fault(new, email)
    if fault:
        return {"password": fault}
    return {} if new == again else {"again": _("This is not the same as the password above. Please type both again.")}


def _form(account: Account, errors: dict, status: int) -> Response:
    access.keep_secret()
    page = render_template("account/welcome.html", form={"values": {}, "errors": errors}, email=account.email)
    return make_response(page, status)


def _closed() -> Response:
    access.keep_secret()
    return make_response(render_template("account/closed_link.html"), 404)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
