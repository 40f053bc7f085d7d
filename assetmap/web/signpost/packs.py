"""Packs as their connector makes them: pick, order, add a line to each; then a link, a print, a calendar, a text."""

from __future__ import annotations

import secrets

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request

from assetmap.domain.errors import BadInput
from assetmap.domain.pack import LONGEST_LINE, MOST_ITEMS, Item, picked
from assetmap.domain.text import clean, one_line
from assetmap.store import packs as kept_packs
from assetmap.store import sent_forms, signposts
from assetmap.store.packs import Pack
from assetmap.web import access, pack_items, packs, services, wording
from assetmap.web.language import available, speaking
from assetmap.web.language import gettext as _

blueprint = Blueprint("signpost_packs", __name__)
HERE = "/signpost/packs"
OUTCOMES = {"went": _("They went"), "did_not": _("They did not go"), "unknown": _("Nobody knows")}
LONGEST_HEADING = 120


@blueprint.get(HERE)
def recent() -> str:
    """The connector's own packs, without people."""
    with services.database().reading() as connection:
        held = kept_packs.recent(connection, services.by())
    return render_template("signpost/packs.html", packs=[_row(pack) for pack in held])


def _row(pack: Pack) -> dict:
    blocks, gone = pack_items.shown(pack.items)
    return {"url": f"{HERE}/{pack.id}", "names": [block.name for block in blocks], "gone": gone, "open": pack.is_open,
            "heading": pack.heading,
            "made": wording.day_name(services.local(pack.created_at).date(), services.now().date())}


@blueprint.post(f"{HERE}/new")
def new() -> Response:
    """What was picked, to put in order and write a line to; then the pack."""
    items = _items()
    act, _colon, which = request.form.get("do", "").partition(":")
    values = {"heading": one_line(request.form.get("heading", ""))[:LONGEST_HEADING],
              "language": request.form.get("language", "en"), "count": request.form.get("count", "")}
    if act in ("up", "down", "out") and which.isdigit():
        items = _moved(items, act, int(which[:3]))
    errors = {}
    if not items:
        errors["pick"] = _("Tick at least one thing first, then make a pack of it.")
    if any(len(item.line) > LONGEST_LINE for item in items):
        errors["pick"] = _("A line is too long: %(most)s characters fit.", most=LONGEST_LINE)
    if act == "make" and not errors:
        return _make(items, values)
    blocks, _gone = pack_items.shown(items)
    on_map = {(block.layer, block.id): block for block in blocks}
    rows = [{"pick": f"{item.layer}:{item.id}", "block": on_map[item.layer, item.id], "line": item.line}
            for item in items if (item.layer, item.id) in on_map]
    page = render_template(
        "signpost/pack_new.html", form={"values": values, "errors": errors}, rows=rows,
        ward=request.form.get("ward", ""), interests=request.form.getlist("interests"), languages=_languages(),
        days=services.settings().pack_days)
    return make_response(page, 400 if errors else 200)


def _items() -> tuple[Item, ...]:
    lines = {name.removeprefix("line:"): clean(text) for name, text in request.form.items() if name.startswith("line:")}
    return tuple(Item(item.layer, item.id, lines.get(f"{item.layer}:{item.id}", ""))
                 for item in picked(request.form.getlist("pick")))


def _moved(items: tuple[Item, ...], act: str, at: int) -> tuple[Item, ...]:
    held = list(items)
    if not 0 <= at < len(held):
        return items
    one = held.pop(at)
    if act != "out":
        held.insert(max(0, min(len(held), at + (1 if act == "down" else -1))), one)
    return tuple(held)


def _make(items: tuple[Item, ...], values: dict) -> Response:
    settings, once = services.settings(), request.form.get("once", "")
    language = values["language"] if values["language"] in available() else "en"
    with services.database().writing() as connection:
        if before := sent_forms.result_of(connection, once):
            return redirect(before, 303)
        number = None
        if values["count"]:
            number = signposts.add(
                connection, day=services.now().date().isoformat(), ward_code=ward_of(request.form.get("ward", "")),
                interests=interests_of(request.form.getlist("interests")),
                suggested=[(item.layer, item.id) for item in items])
        pack_id = secrets.token_hex(8)
        kept_packs.add(connection, pack_id, packs.link_of(pack_id), items, by=services.by(), language=language,
                       heading=values["heading"], days=settings.pack_days, signpost_id=number)
        sent_forms.keep(connection, once, f"{HERE}/{pack_id}")
    return access.done(f"{HERE}/{pack_id}", _("The pack is ready."))


def ward_of(text: str) -> str:
    """A ward's code, when it is one."""
    return text if text in services.atlas().ward_number else ""


def interests_of(texts: list[str]) -> list[str]:
    """Those that are categories."""
    known = services.atlas().vocabulary.of("category")
    return [text for text in dict.fromkeys(texts) if text in known][:MOST_ITEMS]


def _languages() -> list[dict[str, str]]:
    terms = services.atlas().vocabulary.of("language")
    return [{"value": code, "label": terms[code].label if code in terms else code} for code in available()]


@blueprint.get(f"{HERE}/<pack_id>")
def pack(pack_id: str) -> str:
    """The link, the drawing of it, the text to paste; and later what came of it."""
    with services.database().reading() as connection:
        held = kept_packs.get(connection, pack_id)
        outcome = signposts.outcome_of(connection, held.signpost_id) if held.signpost_id else ""
    address = packs.url_of(pack_id)
    with speaking(held.language):
        blocks, gone = pack_items.shown(held.items)
        text = pack_items.as_text(blocks, held.heading, address)
    return render_template(
        "signpost/pack.html", pack=held, address=address, qr=packs.qr_of(address), text=text, names=blocks, gone=gone,
        until=wording.long_day(services.local(held.expires_at).date(), services.now().date()), here=f"{HERE}/{pack_id}",
        outcomes=[{"value": code, "label": label} for code, label in OUTCOMES.items()],
        form={"values": {"outcome": outcome}, "errors": {}}, translated=held.language != "en")


@blueprint.post(f"{HERE}/<pack_id>")
def settle(pack_id: str) -> Response:
    """What came of it; longer; or end it now."""
    act = request.form.get("do", "")
    with services.database().writing() as connection:
        held = kept_packs.get(connection, pack_id)
        if act == "outcome" and held.signpost_id and request.form.get("outcome") in OUTCOMES:
            signposts.settle(connection, held.signpost_id, request.form["outcome"], services.now().date().isoformat())
            return access.done(f"{HERE}/{pack_id}", _("Thank you: it is counted."))
        if act == "extend":
            kept_packs.extend(connection, pack_id, services.settings().pack_days)
            return access.done(f"{HERE}/{pack_id}", _("The link works for as long again."))
        if act == "end":
            kept_packs.end(connection, pack_id)
            return access.done(HERE, _("The pack is gone, with every line in it."))
    raise BadInput(_("Please choose one."))


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
