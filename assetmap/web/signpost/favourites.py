"""Pages of favourites: what a hub or a surgery points people to, edited here, seen by everybody."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request

from assetmap.domain.errors import Conflict
from assetmap.domain.pack import LONGEST_LINE, Item, picked
from assetmap.domain.text import clean, one_line
from assetmap.store import favourites, sent_forms
from assetmap.store.favourites import Favourites
from assetmap.web import access, pack_items, services
from assetmap.web.language import gettext as _
from assetmap.web.steward import shown

blueprint = Blueprint("signpost_favourites", __name__)
HERE = "/signpost/favourites"
LONGEST_TITLE, LONGEST_LEAD = 120, 500
_NONE = Favourites("", "", "", "", (), "", "", 0, False)


@blueprint.get(HERE)
def listed() -> str:
    """All pages."""
    with services.database().reading() as connection:
        held = favourites.listed(connection)
    return render_template("signpost/favourites.html", pages=[
        {"title": page.title, "url": f"{HERE}/{page.id}", "public": f"/favourites/{page.id}", "hidden": page.hidden,
         "count": len(page.items)} for page in held])


@blueprint.route(f"{HERE}/new", methods=["GET", "POST"])
def new() -> Response:
    """A new page; from a pack its things come along."""
    if request.method != "POST" or "title" not in request.form:
        return _form(replace(_NONE, items=_items()), {}, 200)
    page, errors, once = _typed(_NONE), {}, request.form.get("once", "")
    if request.form.get("do") != "save":
        return _form(page, {}, 200)
    errors = _faults(page)
    if errors:
        return _form(page, errors, 400)
    with services.database().writing() as connection:
        if before := sent_forms.result_of(connection, once):
            return redirect(before, 303)
        page_id = favourites.add(connection, page.title, hub_id=page.hub_id, lead=page.lead, items=page.items,
                                 by=services.by())
        sent_forms.keep(connection, once, f"{HERE}/{page_id}")
    return access.done(f"{HERE}/{page_id}", _("The page is there: everybody can see it."))


@blueprint.route(f"{HERE}/<page_id>", methods=["GET", "POST"])
def edit(page_id: str) -> Response:
    """One page, to change."""
    with services.database().reading() as connection:
        held = favourites.get(connection, page_id)
    if request.method != "POST":
        return _form(held, {}, 200)
    version = request.form.get("version", "")
    page = _typed(replace(held, version=int(version) if version.isascii() and version.isdigit() and len(version) < 10
                          else 0))
    if request.form.get("do") != "save":
        return _form(page, {}, 200)
    errors = _faults(page)
    if not errors:
        try:
            with services.database().writing() as connection:
                favourites.change(connection, page, by=services.by())
        except Conflict as error:
            return _form(page, {"title": error.message}, 409)
        return access.done(f"{HERE}/{page_id}", _("The page is saved."))
    return _form(page, errors, 400)


def _items() -> tuple[Item, ...]:
    lines = {name.removeprefix("line:"): clean(text) for name, text in request.form.items() if name.startswith("line:")}
    texts = request.form.getlist("pick")
    act, _colon, which = request.form.get("do", "").partition(":")
    if act in ("up", "down", "out") and which.isdigit() and int(which[:3]) < len(texts):
        at = int(which[:3])
        one = texts.pop(at)
        if act != "out":
            texts.insert(max(0, at + (1 if act == "down" else -1)), one)
    if act == "add" and (found := _found(request.form.get("add", ""))):
        texts.append(found)
    return tuple(Item(item.layer, item.id, lines.get(f"{item.layer}:{item.id}", "")) for item in picked(texts))


def _found(text: str) -> str:
    """The group, offer or place of an address on this map, or of a name that only one has."""
    said = one_line(text[:300])
    path = said.split("?")[0].rstrip("/").split("/")
    if len(path) > 1 and path[-2] in ("groups", "opportunities", "hubs"):
        return f"{path[-2]}:{path[-1]}"
    for name in ("groups", "hubs", "opportunities"):
        layer = getattr(services.atlas(), name)
        alike = [number for number, held in enumerate(layer.column("name")) if held.casefold() == said.casefold()]
        if len(alike) == 1:
            return f"{name}:{layer.rows.value(alike[0], 'id')}"
    return ""


def _typed(base: Favourites) -> Favourites:
    return replace(base, title=one_line(request.form.get("title", "")), lead=clean(request.form.get("lead", "")),
                   hub_id=shown.hub_id_of(one_line(request.form.get("hub", ""))) or "", items=_items(),
                   hidden=bool(request.form.get("hidden")))


def _faults(page: Favourites) -> dict[str, str]:
    errors = {}
    if not page.title:
        errors["title"] = _("Whose favourites are they? Such as: “Favourites of the Beacon Lane surgery”.")
    elif len(page.title) > LONGEST_TITLE:
        errors["title"] = _("This is too long: %(most)s characters fit.", most=LONGEST_TITLE)
    if len(page.lead) > LONGEST_LEAD or any(len(item.line) > LONGEST_LINE for item in page.items):
        errors["lead"] = _("A text is too long: %(most)s characters fit.", most=LONGEST_LINE)
    if not page.items:
        errors["add"] = _("Add at least one thing: type its name, or the address of its page.")
    return errors


def _form(page: Favourites, errors: dict, status: int) -> Response:
    blocks, gone = pack_items.shown(page.items)
    on_map = {(block.layer, block.id): block for block in blocks}
    rows = [{"pick": f"{item.layer}:{item.id}", "block": on_map[item.layer, item.id], "line": item.line}
            for item in page.items if (item.layer, item.id) in on_map]
    if request.form.get("do") == "add" and not _found(request.form.get("add", "")) and not errors:
        errors = {"add": _("Nothing on the map is called that, or several are. Paste the address of its page.")}
        status = 400
    hub = services.cards().hub_link(page.hub_id)
    values = {"title": page.title, "lead": page.lead, "hub": hub.name if hub else "", "hidden": page.hidden,
              "add": request.form.get("add", "") if errors.get("add") else ""}
    return make_response(render_template(
        "signpost/favourites_edit.html", form={"values": values, "errors": errors}, page=page, rows=rows, gone=gone,
        here=f"{HERE}/{page.id}" if page.id else f"{HERE}/new"), status)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
