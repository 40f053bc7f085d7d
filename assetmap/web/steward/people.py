"""Who has an account, and what for."""

from __future__ import annotations

from urllib.parse import quote

from flask import (
    Blueprint,
    Flask,
    Response,
    after_this_request,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
)
from itsdangerous import BadSignature, URLSafeTimedSerializer

from assetmap.domain.account import Account, Role, email_of
from assetmap.domain.errors import AssetmapError, BadInput, Conflict
from assetmap.store import account_links, accounts, sent_forms
from assetmap.store.accounts import Member
from assetmap.store.database import Connection
from assetmap.web import access, mail, roles, services
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext

blueprint = Blueprint("steward_people", __name__)
_HERE = "/steward/people"
_LINK_COOKIE = "assetmap_link"
_LINK_SHOWN_S = 120


@blueprint.get("/steward/people")
def people() -> Response:
    """Everybody who has an account, and the form to invite somebody."""
    return _people_page({"values": {"role": str(Role.STEWARD)}, "errors": {}}, 200)


def _people_page(form: dict, status: int) -> Response:
    with services.database().reading() as connection:
        members = accounts.members(connection)
    page = render_template("steward/people.html", form=form, members=[_shown(member) for member in members],
                           roles=roles.options(), days=services.settings().invitation_days)
    return make_response(page, status)


def _shown(member: Member) -> dict:
    account = member.account
    if account.disabled:
        state = ("bad", _("Closed"))
    elif member.has_password:
        state = ("good", _("Can sign in"))
    elif member.link_expires_at:
        state = ("warn", _("Invited"))
    else:
        state = ("warn", _("Needs a new link"))
    return {"account": account, "url": f"{_HERE}/{account.id}", "role": roles.LABELS[account.role], "state": state,
            "signed_in": _day(member.signed_in_at), "since": _day(member.created_at), "by": member.created_by,
            "link_until": _day(member.link_expires_at), "disabled": _day(member.disabled_at)}


def _day(moment: str) -> str:
    """A moment as the area's day; "" for none."""
    if not moment:
        return ""
    day = services.local(moment)
    return f"{day.day} {day:%B %Y}"


@blueprint.post("/steward/people")
def invite() -> Response:
    """A new account, with a link to set its password."""
    values = {"email": request.form.get("email", "")[:300], "role": request.form.get("role", "")}
    once = request.form.get("once", "")
    try:
        email, role = email_of(values["email"]), _role(values["role"])
        with services.database().writing() as connection:
            before = sent_forms.result_of(connection, once)
            if before:
                return redirect(before, 303)
            account = accounts.add(connection, email, role, by=services.by())
            token = _new_link(connection, account)
            sent_forms.keep(connection, once, f"{_HERE}/{account.id}")
    except AssetmapError as error:
        if error.field not in ("email", "role"):
            raise
        return _people_page({"values": values, "errors": {error.field: error.message}}, error.status)
    return _with_link(account, token, _("%(email)s is invited.", email=email))


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise BadInput(_("Please choose what the account is for."), "role") from None


def _new_link(connection: Connection, account: Account) -> str:
    """A link's token; the link is mailed as well when there is a mail server."""
    settings = services.settings()
    token = account_links.make(connection, account, by=services.by(), days=settings.invitation_days)
    if settings.smtp_host:
        area = services.area_name()
        body = "\n\n".join((
            _("Hello,"),
            _("%(by)s has made an account for you on the community map of %(area)s.", by=services.by(), area=area),
            _("Choose a password here, and you are signed in:"), _address(token),
            ngettext("The link works once, until tomorrow at this time.",
                     "The link works once, for %(num)s days.", settings.invitation_days),
            _("If you did not expect this, you need do nothing."))) + "\n"
        mail.send_or_queue(connection, recipient=account.email, subject=_("Your account on the map of %(area)s",
                                                                          area=area), body=body,
                           layer="accounts", record_id=account.email, by=services.by())
    return token


def _address(token: str) -> str:
    return f"{services.root()}/welcome/{token}"


def _with_link(account: Account, token: str, text: str) -> Response:
    """On to the person's page, which shows the link once. It goes by a cookie: an address would be kept in places."""
    response = access.done(f"{_HERE}/{account.id}", text)
    response.set_cookie(_LINK_COOKIE, _signer().dumps([account.id, _address(token)]), max_age=_LINK_SHOWN_S,
                        httponly=True, samesite="Strict", secure=request.is_secure, path=_HERE)
    return response


def _link_to_show(account: Account) -> str:
    """The link that was made a moment ago; shown once."""
    held = request.cookies.get(_LINK_COOKIE, "")
    if not held:
        return ""

    @after_this_request
    def forget(response: Response) -> Response:
        response.delete_cookie(_LINK_COOKIE, path=_HERE)
        return response

    try:
        account_id, address = _signer().loads(held, max_age=_LINK_SHOWN_S)
    except (BadSignature, ValueError, TypeError):
        return ""
    return address if account_id == account.id else ""


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key, salt="assetmap-link")


@blueprint.get("/steward/people/<int:account_id>")
def person(account_id: int) -> Response:
    """One account, and what can be done with it."""
    return _person_page(account_id, {}, 200)


def _person_page(account_id: int, errors: dict, status: int) -> Response:
    with services.database().reading() as connection:
        account = accounts.by_id(connection, account_id)
        member = next(member for member in accounts.members(connection) if member.account == account)
    settings = services.settings()
    form = {"values": {"role": str(account.role)}, "errors": errors}
    page = render_template("steward/person.html", form=form, person=_shown(member), roles=roles.options(),
                           link=_link_to_show(account), mailed=bool(settings.smtp_host),
                           days=settings.invitation_days, oneself=account.id == services.account().id,
                           letter=quote(_("Choose a password here, and you are signed in:")))
    return make_response(page, status)


@blueprint.post("/steward/people/<int:account_id>/link")
def new_link(account_id: int) -> Response:
    """A new link to set a password; the ones of before end."""
    with services.database().writing() as connection:
        account = accounts.by_id(connection, account_id)
        if account.disabled:
            raise BadInput(_("This account is closed. Open it again before you make a link."))
        token = _new_link(connection, account)
    return _with_link(account, token, _("Here is a new link for %(email)s.", email=account.email))


@blueprint.post("/steward/people/<int:account_id>/role")
def change_role(account_id: int) -> Response:
    """What an account is for."""
    try:
        role = _role(request.form.get("role", ""))
        with services.database().writing() as connection:
            account = accounts.by_id(connection, account_id)
            _not_oneself(account, _("You cannot change what your own account is for. Ask another steward."))
            if request.form.get("was") != str(account.role):
                raise Conflict(_("Somebody else changed this account in the meantime. It is for a %(role)s now.",
                                 role=roles.LABELS[account.role].lower()), "role")
            accounts.change_role(connection, account, role, by=services.by())
    except (BadInput, Conflict) as error:
        return _person_page(account_id, {"role": error.message}, error.status)
    return access.done(f"{_HERE}/{account_id}", _("%(email)s is a %(role)s now, from the next time of signing in.",
                                                  email=account.email, role=roles.LABELS[role].lower()))


def _not_oneself(account: Account, sentence: str) -> None:
    if account.id == services.account().id:
        raise BadInput(sentence, "role")


@blueprint.post("/steward/people/<int:account_id>/disable")
def disable(account_id: int) -> Response:
    """Close an account: it is signed out everywhere at once."""
    try:
        with services.database().writing() as connection:
            account = accounts.by_id(connection, account_id)
            _not_oneself(account, _("You cannot close your own account. Ask another steward."))
            accounts.disable(connection, account, by=services.by())
    except BadInput as error:
        return _person_page(account_id, {"disable": error.message}, error.status)
    return access.done(f"{_HERE}/{account_id}", _("The account of %(email)s is closed.", email=account.email))


@blueprint.post("/steward/people/<int:account_id>/enable")
def enable(account_id: int) -> Response:
    """Open a closed account again."""
    with services.database().writing() as connection:
        account = accounts.by_id(connection, account_id)
        accounts.enable(connection, account, by=services.by())
    return access.done(f"{_HERE}/{account_id}", _("The account of %(email)s is open again.", email=account.email))


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
