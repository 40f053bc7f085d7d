"""Scenarios: a choice of next places that a planner keeps by a name, shares by its link, sets beside another."""

from __future__ import annotations

from urllib.parse import parse_qs

import numpy as np
from flask import Blueprint, Flask, Response, abort, make_response, redirect, render_template, request

from assetmap.atlas.planning import planning_of
from assetmap.domain.errors import NotFound
from assetmap.domain.measure import Kind
from assetmap.domain.query import QueryRefused
from assetmap.domain.sites_query import parse_sites_query
from assetmap.domain.text import one_line
from assetmap.store import scenarios, sent_forms
from assetmap.store.scenarios import Scenario
from assetmap.web import access, services, wording
from assetmap.web.correcting import too_long
from assetmap.web.language import gettext as _
from assetmap.web.plan import sites, sites_pictures
from assetmap.web.plan.measure_words import number
from assetmap.web.plan.sites_document import document
from assetmap.web.plan.sites_words import Words, some

blueprint = Blueprint("plan_scenarios", __name__)
HERE = "/plan/scenarios"
LONGEST_NAME = 80


@blueprint.get(HERE)
def index() -> str:
    """Those that are kept, for planners; for anyone else what they are."""
    held: list[Scenario] = []
    if sites.may_keep():
        with services.database().reading() as connection:
            held = scenarios.listed(connection)
    return render_template("plan/scenarios.html", may_keep=sites.may_keep(), scenarios=[
        _row(one) for one in held], compare=f"{HERE}/compare")


@blueprint.post(HERE + "/keep")
def keep() -> Response:
    """Keep the choice that the form names, with what comes of it now."""
    query = parse_sites_query(parse_qs(request.form.get("query", "")[:4_000]), services.atlas().vocabulary)
    name = one_line(request.form.get("name", "")[:500])
    fault = too_long(name, LONGEST_NAME) or ("" if name else _("A name is needed, such as “Two halls for Hale”."))
    made = document(query)
    if fault:
        return sites.page(query, made, keep_form={"values": {"name": name}, "errors": {"name": fault}}, status=400)
    once = request.form.get("once", "")
    with services.database().writing() as connection:
        if before := sent_forms.result_of(connection, once):
            return redirect(before, 303)
        url = f"{HERE}/{scenarios.add(connection, name, made, by=services.by())}"
        sent_forms.keep(connection, once, url)
    return access.done(url, _("The scenario is kept. Whoever has its link can look at it: %(url)s",
                              url=services.root() + url))


@blueprint.post(HERE + "/remove")
def remove() -> Response:
    """Take a scenario away: who kept it may, and stewards."""
    with services.database().writing() as connection:
        held = scenarios.get(connection, request.form.get("slug", ""))
        if not _may_remove(held):
            abort(403)
        scenarios.remove(connection, held.slug, by=services.by())
    return access.done(HERE, _("“%(name)s” is taken away.", name=held.name))


@blueprint.get(HERE + "/compare")
def compare() -> Response:
    """Two scenarios side by side: figures, wards, pictures."""
    held, errors = [], {}
    with services.database().reading() as connection:
        for letter in ("a", "b"):
            try:
                held.append(scenarios.get(connection, request.args.get(letter, "").strip()))
            except NotFound:
                errors[letter] = _("Choose two scenarios to set side by side: one of them is not there.")
        choices = [_row(one) for one in scenarios.listed(connection)] if sites.may_keep() else []
    if errors:
        asked = any(request.args.get(letter) for letter in "ab")
        return make_response(render_template("plan/compare.html", errors=errors if asked else {}, choices=choices,
                                             both=[]), 404 if asked else 200)
    both = [_shown(one, f"side_{letter}", other) for letter, one, other in
            zip("ab", held, reversed(held), strict=True)]
    page = render_template("plan/compare.html", errors={}, choices=choices, both=both, lines=_lines(both),
                           wards=_wards(both), same_day=held[0].data_version == held[1].data_version)
    return make_response(page)


@blueprint.get(HERE + "/<slug>")
def one(slug: str) -> str:
    """A scenario as it was kept, and what the same choice would give today."""
    with services.database().reading() as connection:
        held = scenarios.get(connection, slug)
    shown = _shown(held, "kept")
    return render_template(
        "plan/scenario.html", **shown, places=sites.places(shown["words"]), wards=sites.by_ward(shown["words"]),
        gain=sites_pictures.gain(shown["words"]), curve=sites.curve(shown["words"]), today=_today(held),
        may_remove=_may_remove(held), may_keep=sites.may_keep(), url=f"{services.root()}{HERE}/{held.slug}",
        again=f"{sites.HERE}?{held.document['address']}")


def _may_remove(held: Scenario) -> bool:
    account = services.account()
    return account is not None and (account.may(frozenset()) or (sites.may_keep() and account.email == held.by))


def _row(held: Scenario) -> dict:
    words = Words(held.document)
    return {"slug": held.slug, "name": held.name, "url": f"{HERE}/{held.slug}", "title": words.title,
            "newly": words.about(held.document["people"]["newly"]), "by": held.by, "day": _day(held),
            "may_remove": _may_remove(held)}


def _day(held: Scenario) -> str:
    day = services.local(held.at).date()
    return f"{day.day} {wording.LONG_MONTHS[day.month - 1]} {day.year}"


def _shown(held: Scenario, element_id: str, beside: Scenario | None = None) -> dict:
    """What the pages say of a scenario; its map has the classes of the one that it stands beside."""
    words, planning = Words(held.document), planning_of(services.atlas())
    return {"name": held.name, "slug": held.slug, "kept_on": _day(held), "kept_by": held.by, "words": words,
            "address": f"{HERE}/{held.slug}", "document": held.document,
            "drawn": sites_pictures.drawn(planning, words, element_id, "after", np.empty((0, 2)),
                                          [Words(beside.document)] if beside else [])}


def _today(held: Scenario) -> dict | None:
    """What the same choice gives with the data of today; None when that is the data it was kept with."""
    if held.data_version == services.atlas().version:
        return None
    try:
        made = document(parse_sites_query(parse_qs(held.document["address"]), services.atlas().vocabulary))
    except QueryRefused as fault:
        return {"fault": fault.message}
    figures = [[round(one["people"][name]) for name in ("total", "before", "newly")] for one in (held.document, made)]
    there = [{(site["lat"], site["lon"]) for site in one["sites"]} for one in (held.document, made)]
    return {"same": figures[0] == figures[1] and there[0] == there[1], "same_places": there[0] == there[1],
            "headline": Words(made).headline}


def _lines(both: list[dict]) -> list[dict]:
    """A row for each figure, with one column for each scenario."""
    made = [[(_("What"), words.title), (_("Weighed up"), words.weighed),
             (_("Newly reached"), words.about(people["newly"])),
             (_("Reached now"), words.share(people["before"], people["total"])),
             (_("Reached with these places"), words.share(people["after"], people["total"])),
             (_("Lowest ward then"), _lowest(words)), (_("Most deprived fifth then"), _fifth(words, 0)),
             (_("Least deprived fifth then"), _fifth(words, 4)), (_("How sure"), words.proof),
             (_("Wards that gain"), some(_gaining(words), 6))]
            for words, people in ((one["words"], one["document"]["people"]) for one in both)]
    return [{"label": left[0], "a": left[1], "b": right[1]} for left, right in zip(*made, strict=True)]


def _lowest(words: Words) -> str:
    lowest = words.lowest()
    return f"{number(Kind.SHARE, lowest['after'][0])} ({some(lowest['after'][1])})" if lowest else ""


def _fifth(words: Words, which: int) -> str:
    fifths = words.document["fifths"]
    return number(Kind.SHARE, fifths["after"][which]) if fifths["enough"] else ""


def _gaining(words: Words) -> list[str]:
    return [ward["name"] for ward in sorted(words.document["wards"], key=lambda ward: ward["before"] - ward["after"])
            if ward["after"] - ward["before"] >= 0.5]


def _wards(both: list[dict]) -> list[dict]:
    """Every ward that either has, those where the two differ most first."""
    held = [{ward["code"]: ward for ward in one["document"]["wards"]} for one in both]
    made = []
    for code in dict.fromkeys([*held[0], *held[1]]):
        pair = [side.get(code) for side in held]
        shares = [ward["after"] / ward["people"] if ward and ward["people"] else float("nan") for ward in pair]
        apart = abs(shares[0] - shares[1]) if shares[0] == shares[0] and shares[1] == shares[1] else 0.0
        made.append({"code": code, "name": next(ward["name"] for ward in pair if ward), "apart": apart,
                     "a": number(Kind.SHARE, shares[0]), "b": number(Kind.SHARE, shares[1])})
    return sorted(made, key=lambda ward: (-ward["apart"], ward["name"]))


@blueprint.after_request
def _in_private(response: Response) -> Response:
    """Nobody lists the address of a scenario, or passes it on to another site."""
    access.keep_secret()
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
