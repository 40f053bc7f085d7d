"""Pages of favourites: what a hub or surgery points people to. Connectors write them, and everybody may read them."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request

from assetmap.domain.errors import BadInput, Conflict
from assetmap.domain.pack import MOST_ITEMS
from assetmap.domain.text import clean, one_line, slug
from assetmap.store import favourites, listing, sent_forms
from assetmap.store.favourites import Favourites
from assetmap.store.rows import LAYERS
from assetmap.web import access, services, wording
from assetmap.web.correcting import too_long
from assetmap.web.language import gettext as _
from assetmap.web.signpost import picking

blueprint = Blueprint("signpost_favourites", __name__)
HERE = "/signpost/favourites"
LONGEST_TITLE, LONGEST_LEAD = 80, 400
_HUBS_TO_CHOOSE = 500
NONE = Favourites("", "", "", "", (), "", "", 0, False)


@blueprint.get(HERE)
def pages() -> str:
    """All of them, hidden ones too."""
    with services.database().reading() as connection:
        held = favourites.listed(connection)
    today = services.now().date()
    return render_template("signpost/favourites.html", pages=[
        {"title": one.title, "url": f"{HERE}/{quote(one.id)}", "public": "" if one.hidden else _public(one.id),
         "hub": _hub_name(one.hub_id), "number": len(one.items), "by": one.by,
         "changed": wording.day_name(services.local(one.changed_at).date(), today)} for one in held])


@blueprint.route(f"{HERE}/new", methods=["GET", "POST"])
def new() -> Response:
    """A new page."""
    picks = picking.typed()
    values = _typed(NONE)
    if picking.change(picks) != "save":
        return _form(NONE, values, picks, 400 if picks.errors else 200)
    page = _checked(NONE, values, picks)
    if picks.errors:
        return _form(NONE, values, picks, 400)
    once = request.form.get("once", "")
    with services.database().writing() as connection:
        if before := sent_forms.result_of(connection, once):
            return redirect(before, 303)
        page_id = favourites.add(connection, page.title, hub_id=page.hub_id, lead=page.lead, items=page.items,
                                 by=services.by())
        sent_forms.keep(connection, once, f"{HERE}/{page_id}")
    return access.done(f"{HERE}/{page_id}", _("The page is there for everybody: %(url)s",
                                              url=services.root() + _public(page_id)))


@blueprint.route(f"{HERE}/<page_id>", methods=["GET", "POST"])
def edit(page_id: str) -> Response:
    """A page as it is, or anew."""
    with services.database().reading() as connection:
        held = favourites.get(connection, page_id)
    if request.method != "POST":
        return _form(held, _values(held), picking.Picks(list(held.items)), 200)
    picks, values = picking.typed(), _typed(held)
    if picking.change(picks) != "save":
        return _form(held, values, picks, 400 if picks.errors else 200)
    page = _checked(held, values, picks)
    if picks.errors:
        return _form(held, values, picks, 400)
    try:
        with services.database().writing() as connection:
            favourites.change(connection, replace(page, version=values["version"]), by=services.by())
    except Conflict:
        picks.errors["title"] = _("%(who)s changed this page while you were editing it. What you typed is still here: "
                                  "look at the page as it is now, then save again to put yours in its place.",
                                  who=held.by)
        return _form(held, values | {"version": held.version}, picks, 409)
    return access.done(f"{HERE}/{quote(page_id)}", _("The page is saved."))


@blueprint.post(f"{HERE}/add")
def add() -> Response:
    """What was picked elsewhere, at the end of a page's list; nothing is saved yet."""
    page_id = request.form.get("page", "")
    if not page_id:
        raise BadInput(_("Choose a page of favourites first."), "page")
    with services.database().reading() as connection:
        held = favourites.get(connection, page_id)
    picks, known = picking.typed(), {item.key for item in held.items}
    picks.items = [*held.items, *(replace(item, line="") for item in picks.items if item.key not in known)][:MOST_ITEMS]
    return _form(held, _values(held), picks, 200)


def _values(held: Favourites) -> dict:
    return {"title": held.title, "lead": held.lead, "hub": _hub_name(held.hub_id), "version": held.version,
            "hidden": "yes" if held.hidden else ""}


def _typed(held: Favourites) -> dict:
    form = request.form
    version = form.get("version", "")
    return {"title": one_line(form.get("title", "")[:500]), "lead": clean(form.get("lead", "")[:2_000]),
            "hub": one_line(form.get("hub", "")[:200]), "hidden": "yes" if form.get("hidden") else "",
            "version": int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0}


def _checked(held: Favourites, values: dict, picks: picking.Picks) -> Favourites:
    """The page that the form describes; what is wrong is noted in `picks`."""
    picking.check(picks)
    hub_id = ""
    if values["hub"]:
        hub_id = _hub_of(values["hub"], held)
        if not hub_id:
            picks.errors["hub"] = _("There is no place of this name on the map. Choose one of the list, or leave it "
                                    "empty.")
    if not values["title"]:
        picks.errors["title"] = _("A title is needed, such as “What Harbour Library recommends”.")
    for name, most in (("title", LONGEST_TITLE), ("lead", LONGEST_LEAD)):
        if fault := too_long(values[name], most):
            picks.errors[name] = fault
    return replace(held, title=values["title"], lead=values["lead"], hub_id=hub_id, items=tuple(picks.items),
                   hidden=bool(values["hidden"]))


def _hub_of(name: str, held: Favourites) -> str:
    """The id of the hub of that name; of several, the one that the page has already, else the first."""
    hubs = services.atlas().hubs
    wanted = slug(name)
    found = [row_id for row_id, said in zip(hubs.column("id"), hubs.column("name"), strict=True)
             if slug(said) == wanted]
    return held.hub_id if held.hub_id in found else found[0] if found else ""


def _hub_name(hub_id: str) -> str:
    link = services.cards().hub_link(hub_id) if hub_id else None
    return link.name if link else ""


def _public(page_id: str) -> str:
    return f"/favourites/{quote(page_id)}"


def _form(held: Favourites, values: dict, picks: picking.Picks, status: int) -> Response:
    with services.database().reading() as connection:
        hubs = [name for _id, name, _postcode in listing.names(connection, LAYERS["hubs"], _HUBS_TO_CHOOSE)]
    page = render_template(
        "signpost/favourites_edit.html", page=held, picks=picks, hubs=hubs,
        action=f"{HERE}/{quote(held.id) or 'new'}", public=_public(held.id) if held.id and not held.hidden else "",
        form={"values": values | {"add": picks.add}, "errors": picks.errors})
    return make_response(page, status)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
