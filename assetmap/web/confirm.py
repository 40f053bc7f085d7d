"""A group's own people say by a secret link: still right, change this, or we have closed. No account is needed.

Opening a link changes nothing: programs that look into letters for viruses open every link in them.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request
from flask_limiter import Limiter

from assetmap.domain.errors import Conflict, NotFound
from assetmap.domain.freshness import BY_GROUP
from assetmap.domain.suggestion import Purpose, document
from assetmap.domain.text import clean, short
from assetmap.store import confirmations, records, suggestions
from assetmap.store.confirmations import Confirmation
from assetmap.store.database import Connection
from assetmap.store.merging import new_address
from assetmap.store.rows import LAYERS, Record
from assetmap.web import correcting, entry, form_tokens, mail, services, wording
from assetmap.web.language import gettext as _

BY = "the group (confirmation link)"
LONGEST = 2_000
READS, ANSWERS = "60/minute", "60/hour"
_PURPOSE = "confirm"
_CONSENT, _AS_SHOWN = "contact_consent", "consent_shown"
_Answer = str | Response | tuple[str, int]

blueprint = Blueprint("confirm", __name__, url_prefix="/confirm")


@dataclass(frozen=True, slots=True)
class _Asked:
    """An open link, and the entry that it asks about."""

    link: Confirmation
    record: Record
    version: int


@blueprint.get("/<token>")
def look(token: str) -> _Answer:
    """The entry as it stands, and the three answers; or what became of the link."""
    asked = _find(token)
    return _page(token, asked) if asked else _over(token)


@blueprint.post("/<token>")
def answer(token: str) -> _Answer:
    """Still right, or closed."""
    asked = _find(token)
    if asked is None:
        return _done(token)
    fault, choice = form_tokens.fault(_PURPOSE), request.form.get("choice", "")
    if fault or choice not in ("right", "closed"):
        return _page(token, asked, fault or _("Please choose one of the three answers.")), 400
    detail = clean(request.form.get("detail", ""))
    if len(detail) > LONGEST:
        return _page(token, asked, _("This is too long: %(most)s characters fit.", most=f"{LONGEST:,}")), 400
    try:
        with services.database().writing() as connection:
            if not confirmations.use(connection, token, choice):
                return _done(token)
            if choice == "right":
                confirmations.note_right(connection, LAYERS[asked.link.layer], asked.record.id, version=_version(),
                                         who=BY_GROUP, by=BY, today=services.now().date(), consent=_consent(asked),
                                         goes_on_days=services.settings().opportunity_days)
            else:
                _keep(connection, token, asked, document(Purpose.GROUP, closed=True, detail=detail))
                _tell(connection, asked)
    except Conflict:
        return _page(token, _find(token) or asked, _("The entry was changed while you were reading it. Please look at "
                                                     "it once more, then answer.")), 409
    services.renew()
    return _done(token)


@blueprint.route("/<token>/change", methods=["GET", "POST"])
def change(token: str) -> _Answer:
    """What should be said instead: kept for a steward to look at."""
    asked = _find(token)
    if asked is None:
        return _done(token) if request.method == "POST" else _over(token)
    shown = _form_of(asked)
    if request.method != "POST":
        values = dict(shown.shown) if shown else {}
        return _change_page(token, asked, shown, values | {_CONSENT: asked.record.contact.consent, "detail": ""}, {})
    typed = shown.typed(request.form) if shown else {}
    detail, consent = clean(request.form.get("detail", "")), bool(request.form.get(_CONSENT))
    changed = shown.changed(typed, request.form.get("seen", "")) if shown else {}
    if consent != asked.record.contact.consent:
        changed[_CONSENT] = "yes" if consent else "no"
    faults = _change_faults(shown, changed, detail)
    if faults:
        return _change_page(token, asked, shown, typed | {_CONSENT: consent, "detail": detail}, faults), 400
    before = (shown.shown if shown else {}) | {_CONSENT: "yes" if asked.record.contact.consent else "no"}
    told = document(Purpose.GROUP, fields=changed, shown={name: before[name] for name in changed}, detail=detail)
    with services.database().writing() as connection:
        if confirmations.use(connection, token, "change"):
            _keep(connection, token, asked, told)
    return _done(token)


def _find(token: str) -> _Asked | None:
    """The entry of an open link; None when the link is not open, or the entry has gone."""
    with services.database().reading() as connection:
        link = confirmations.find(connection, token)
        if link is None or not link.is_open:
            return None
        try:
            record, version = records.get(connection, LAYERS[link.layer], link.record_id)
        except NotFound:
            return None
    return None if record.status == "hidden" else _Asked(link, record, version)


def _version() -> int:
    """The version of the entry that was shown; -1 for none, which is no entry's."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _has_details(record: Record) -> bool:
    """Whether there is anything that is shown only with consent."""
    return bool(record.contact.phone or record.contact.email)


def _consent(asked: _Asked) -> bool | None:
    """Whether their details may be shown, as they say now; None when they were not asked.

    Nobody agrees to what is not there: a number that somebody adds later would be shown at once.
    """
    return bool(request.form.get(_CONSENT)) if _AS_SHOWN in request.form and _has_details(asked.record) else None


def _tick(asked: _Asked) -> bool:
    """Whether the tick is set: as it stands, or as they changed it in a form that comes back to them."""
    said, stands = _consent(asked), asked.record.contact.consent
    return said if said is not None and said != (request.form[_AS_SHOWN] == "yes") else stands


def _page(token: str, asked: _Asked, fault: str = "") -> str:
    record = asked.record
    today = services.now().date()
    confirmed = wording.confirmed(record.last_confirmed, record.confirmed_by, LAYERS[asked.link.layer].singular, today,
                                  services.settings())
    return render_template(
        "confirm/entry.html", name=record.name, action=f"/confirm/{token}", version=asked.version, fault=fault,
        token=form_tokens.issue(_PURPOSE), entry=entry.lines(record), contact=entry.contact_lines(record),
        confirmed=confirmed, ended=record.status == "ended", until=_day(asked.link.expires_at), consent=_CONSENT,
        as_shown=_AS_SHOWN, stands=record.contact.consent, form={"values": {_CONSENT: _tick(asked)}, "errors": {}},
        details=", ".join(filter(None, (record.contact.phone, record.contact.email))))


def _change_page(token: str, asked: _Asked, shown: correcting.Entry | None, values: dict,
                 errors: dict[str, str]) -> str:
    access = [{"value": code, "label": term.label}
              for code, term in services.atlas().vocabulary.of("access").items()]
    values = values | {"access": [code for code in values.get("access", "").split(";") if code]}
    return render_template(
        "confirm/change.html", name=asked.record.name, back=f"/confirm/{token}", token=form_tokens.issue(_PURPOSE),
        topics=shown.topics if shown else [], seen=request.form.get("seen") or (shown.seen() if shown else ""),
        access=access, consent=_CONSENT, form={"values": values, "errors": errors}, in_home=shown and shown.in_home)


def _form_of(asked: _Asked) -> correcting.Entry | None:
    """The fields that can be put right, with every contact detail that is held; organisations have none yet."""
    if asked.link.layer not in correcting.TOPICS:
        return None
    held = replace(asked.record, contact=replace(asked.record.contact, consent=True))
    return correcting.Entry(asked.link.layer, held, services.atlas())


def _change_faults(shown: correcting.Entry | None, changed: dict[str, str], detail: str) -> dict[str, str]:
    faults = shown.faults({name: text for name, text in changed.items() if name != _CONSENT}) if shown else {}
    if len(detail) > LONGEST:
        faults["detail"] = correcting.too_long(detail, LONGEST)
    elif not changed and not detail:
        faults["detail"] = _("Nothing is changed yet. Change a field above, or say here what should be different. If "
                             "all is right, go back and choose “Still right”.")
    fault = form_tokens.fault(_PURPOSE)
    return faults | ({"token": fault} if fault else {})


def _keep(connection: Connection, token: str, asked: _Asked, told: dict) -> None:
    """Put the group's words before a steward. They are marked as its own, and nothing of them is done unseen."""
    suggestions.add(connection, token=_derived("form", token), link=_follow(token), layer=asked.link.layer,
                    record_id=asked.record.id, version=asked.version, document=told)


def _tell(connection: Connection, asked: _Asked) -> None:
    """A letter to those who run the map, when there is a mail server: something has closed."""
    settings = services.settings()
    if settings.smtp_host and settings.contact_email:
        body = _("“%(name)s” says by its confirmation link that it has closed. Nothing was changed yet. Please decide "
                 "at %(url)s", name=asked.record.name, url=f"{services.root()}/steward/suggestions")
        mail.send_or_queue(connection, recipient=settings.contact_email, layer=asked.link.layer,
                           subject=_("“%(name)s” says that it has closed", name=short(asked.record.name, 100)),
                           body=body, record_id=asked.record.id, by=BY)


def _done(token: str) -> Response:
    return redirect(f"/confirm/{quote(token, '')}", 303)


def _over(token: str) -> _Answer:
    """What became of a link that is not open, and what to do now."""
    with services.database().reading() as connection:
        link = confirmations.find(connection, token)
        name, status, kept, contact = "", "", None, None
        if link is not None:
            kept = new_address(connection, link.layer, link.record_id)
            try:
                record, _version = records.get(connection, LAYERS[link.layer], link.record_id)
                name, status = record.name, record.status
                contact = record.contact if _has_details(record) else None
            except NotFound:
                status = "hidden"
    if link is None:
        why, code = "unknown", 404
    elif link.outcome and link.outcome != confirmations.REPLACED:
        why, code = link.outcome, 200
    elif status == "hidden":
        why, code = "gone", 410
    else:
        why, code = link.outcome or "expired", 410
    url = _public_url(link.layer, kept or link.record_id) if link else ""
    return render_template(
        "confirm/done.html", why=why, name=name, url=url, contact=contact,
        day=_day(link.used_at or link.expires_at) if link else "",
        follow=f"/suggestions/{_follow(token)}" if why in ("change", "closed") else ""), code


def _public_url(layer_name: str, record_id: str) -> str:
    """The entry's page, when the public may see it."""
    layer = getattr(services.atlas(), layer_name, None)
    return f"/{layer_name}/{record_id}" if layer is not None and record_id in layer.number_of else ""


def _follow(token: str) -> str:
    """The private link by which the suggestion is followed: it follows from the first link's own secret."""
    return _derived("follow", token)


def _derived(what: str, token: str) -> str:
    text = f"{what} {token}".encode("utf-8", "surrogatepass")
    return hmac.new(current_app.secret_key.encode(), text, hashlib.sha256).hexdigest()


def _day(moment: str) -> str:
    """A UTC moment as a day where the area is."""
    local = services.local(moment)
    return wording.long_day(local.date(), services.now().date())


@blueprint.after_request
def _in_private(response: Response) -> Response:
    """Nobody keeps, lists or passes on the address of these pages."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def register(app: Flask, limiter: Limiter) -> None:
    """The pages; how often one address may ask is limited, though no link can be guessed."""
    app.register_blueprint(blueprint)
    views = app.view_functions
    views["confirm.look"] = limiter.limit(READS)(views["confirm.look"])
    views["confirm.answer"] = limiter.limit(ANSWERS)(views["confirm.answer"])
    views["confirm.change"] = limiter.limit(READS)(views["confirm.change"])
