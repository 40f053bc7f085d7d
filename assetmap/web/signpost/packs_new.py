"""Making a pack: put in order what was picked, add a line to each, choose its language. No name is asked for."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request

from assetmap.atlas.near import NearPlace, find_near
from assetmap.domain.errors import AssetmapError
from assetmap.domain.pack import LONGEST_HEADING
from assetmap.domain.text import one_line
from assetmap.store import packs, sent_forms, signposts
from assetmap.web import access, language, pack_items, services
from assetmap.web.correcting import too_long
from assetmap.web.language import gettext as _
from assetmap.web.signpost import picking

blueprint = Blueprint("signpost_packs_new", __name__)
HERE = "/signpost/packs"


@blueprint.route(f"{HERE}/new", methods=["GET", "POST"])
def new() -> Response:
    """The list, its order and its lines; and at last the pack."""
    picks = picking.typed()
    values = _typed()
    if picking.change(picks) != "make":
        return _form(picks, values, 200 if not picks.errors else 400)
    picking.check(picks)
    near = _check(values, picks.errors)
    if picks.errors:
        return _form(picks, values, 400)
    items = picks.sound()
    if near is not None:
        items = [replace(item, far_m=pack_items.far_from(item, near.place)) for item in items]
    once = request.form.get("once", "")
    with services.database().writing() as connection:
        if before := sent_forms.result_of(connection, once):
            return redirect(before, 303)
        number = signposts.add(
            connection, day=services.now().date().isoformat(), ward_code=values["ward"], interests=values["interests"],
            suggested=((item.layer, item.id) for item in items)) if values["count"] else None
        pack_id = packs.add(connection, tuple(items), by=services.by(), language=values["language"],
                            heading=values["heading"], days=services.settings().pack_days, signpost_id=number,
                            secret=current_app.secret_key)
        sent_forms.keep(connection, once, f"{HERE}/{pack_id}")
    return access.done(f"{HERE}/{pack_id}", _("The pack is made. Give it as a link, on paper, or in a message."))


def _typed() -> dict:
    form, vocabulary = request.form, services.atlas().vocabulary.of("category")
    return {"heading": one_line(form.get("heading", "")[:500]), "near": one_line(form.get("near", "")[:200]),
            "language": form.get("language", "") if form.get("language") in language.offered() else language.ENGLISH,
            "ward": form.get("ward", "") if form.get("ward") in services.atlas().ward_number else "",
            "interests": [code for code in dict.fromkeys(form.getlist("interests")) if code in vocabulary],
            "count": "yes" if form.get("count") else ""}


def _check(values: dict, errors: dict[str, str]) -> NearPlace | None:
    """From where the pack says how far things are; notes what is wrong."""
    if fault := too_long(values["heading"], LONGEST_HEADING):
        errors["heading"] = fault
    if not values["near"]:
        return None
    try:
        return find_near(values["near"], services.atlas(), services.database())
    except AssetmapError as error:
        if error.status >= 500:
            raise
        errors["near"] = error.message
        return None


def _form(picks: picking.Picks, values: dict, status: int) -> Response:
    vocabulary = services.atlas().vocabulary
    page = render_template(
        "signpost/packs_new.html", picks=picks, action=f"{HERE}/new",
        form={"values": values | {"add": picks.add}, "errors": picks.errors}, wards=picking.wards(),
        interests=[vocabulary.get("category", code) for code in values["interests"]], languages=languages(),
        days=services.settings().pack_days)
    return make_response(page, status)


def languages() -> list[dict[str, str]]:
    """Those that a pack can be in, and which nobody has checked."""
    made = []
    for code in language.offered():
        name = name_of(code)
        made.append({"value": code, "label": name if language.is_checked(code) else _(
            "%(language)s (a machine-made translation, not yet checked by a speaker)", language=name)})
    return made


def name_of(code: str) -> str:
    """A language as the vocabulary calls it."""
    return services.atlas().vocabulary.get("language", code).label


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
