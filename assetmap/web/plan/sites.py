"""Where the next places would reach most people who are not reached: a choice, what comes of it, and files of it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from flask import Blueprint, Flask, Response, jsonify, make_response, render_template, request
from flask_limiter import Limiter

from assetmap.atlas import siting
from assetmap.atlas.planning import planning_of
from assetmap.domain.account import Role
from assetmap.domain.query import QueryRefused
from assetmap.domain.sites_query import CANDIDATES, MOST_PLACES, SPACINGS_M, WEIGHTS, SitesQuery, parse_sites_query
from assetmap.web import services
from assetmap.web.exporting import asked_system, send
from assetmap.web.language import gettext as _
from assetmap.web.plan import asking, sites_pictures
from assetmap.web.plan.sites_document import document
from assetmap.web.plan.sites_words import Words

blueprint = Blueprint("plan_sites", __name__)
HERE = "/plan/sites"
PLANNERS = frozenset({Role.PLANNER, Role.STEWARD})
READS = "20/minute"
_CANDIDATES = {"grid": _("Anywhere, on a grid"), "hubs": _("In a place to meet that is there"),
               "chosen": _("At points that I choose")}
_WEIGHTS = {"alike": _("Everybody counts alike"), "deprivation": _("The more deprived count more")}


@blueprint.get(HERE)
def index() -> Response:
    """The choice, its places on a map and in a table, what more places would add, and what changes for each ward."""
    errors: dict[str, str] = {}
    try:
        query = parse_sites_query(request.args.to_dict(flat=False), services.atlas().vocabulary)
        made = document(query)
    except QueryRefused as fault:
        query, errors, made = _rest(fault.errors), fault.errors, None
    return page(query, made, errors, status=400 if errors else 200)


@blueprint.get(HERE + ".<any(csv, json, geojson):ending>")
def data(ending: str) -> Response:
    """The chosen places as rows or points; as JSON everything."""
    with_crs = ("crs",) if ending == "geojson" else ()
    query = parse_sites_query(request.args.to_dict(flat=False), services.atlas().vocabulary, with_crs)
    crs, made = asked_system(), document(query)
    if ending == "json":
        return jsonify(made)
    rows = [_row(site, made) for site in made["sites"]]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS), dtype=object)
    if ending == "geojson":
        points = shapely.points(np.array([(site["lon"], site["lat"]) for site in made["sites"]]).reshape(-1, 2))
        frame = gpd.GeoDataFrame(frame.drop(columns=["lat", "lon"]), geometry=points, crs="EPSG:4326")
    return send(frame, "sites", ending, crs, {})


@blueprint.get(HERE + "/wards.csv")
def wards() -> Response:
    """What the places change for every ward."""
    query = parse_sites_query(request.args.to_dict(flat=False), services.atlas().vocabulary)
    made = document(query)
    frame = pd.DataFrame([{**ward, "newly": ward["after"] - ward["before"], "chosen": made["address"]}
                          for ward in made["wards"]],
                         columns=["code", "name", "people", "before", "after", "newly", "chosen"])
    return send(frame, "sites-wards", "csv", asked_system(), {})


def page(query: SitesQuery, made: dict | None, errors: Mapping[str, str] | None = None,
         keep_form: Mapping | None = None, status: int = 200) -> Response:
    """The page of a choice, with what came of it, if anything; `keep_form` is that of a scenario to keep."""
    return make_response(render_template(
        "plan/sites.html", query=query, errors=errors or {}, form=_form(query, bool(errors)),
        **(shown(made) if made else {}), may_keep=may_keep(), keep_form=keep_form or {"values": {}, "errors": {}},
        links={ending: query.address(f"{HERE}.{ending}") for ending in ("csv", "geojson", "json")},
        wards_file=query.address(f"{HERE}/wards.csv"),
        fairness=query.reach.address("/plan/fairness", measure="within")), status)


def _rest(errors: Mapping[str, str]) -> SitesQuery:
    """What was asked, as far as it makes sense."""
    given = request.args.to_dict(flat=False)
    for _try in range(3):
        given = {name: texts for name, texts in given.items() if name not in errors}
        try:
            return parse_sites_query(given, services.atlas().vocabulary)
        except QueryRefused as fault:
            errors = {**fault.errors, "candidates": ""}
    return SitesQuery()


def shown(made: dict) -> dict:
    """What the template shows of a document."""
    planning, words = planning_of(services.atlas()), Words(made)
    there = siting.existing(planning, words.reach)
    ground = sites_pictures.of_places(planning, words, there)
    return {"document": made, "words": words, "map": ground.map, "legend": ground.legend, "drawn": ground.drawn,
            "gain": sites_pictures.gain(words), "places": places(words), "curve": curve(words), "wards": by_ward(words),
            "map_key": ([("chosen", _("new places"))] if made["sites"] else []) + [("hub", _("there already"))],
            "many_there": len(there) > sites_pictures.MOST_SHOWN}


def places(words: Words) -> list[dict]:
    """The chosen places, a row each."""
    return [{"number": site["number"], "name": words.name(site), "about": words.about_place(site),
             "url": f"/hubs/{quote(site['id'])}" if site["id"] else f"/?near={site['lat']},{site['lon']}",
             "ward": site["ward"] or _("outside the wards"), "code": site["ward_code"],
             "alone": words.about(site["alone"]), "adds": words.about(site["adds"]),
             "together": words.about(site["together"])} for site in words.document["sites"]]


def curve(words: Words) -> list[dict]:
    """What each further place would add, a row each, with the address that asks for so many."""
    made, before = [], 0.0
    for one in words.document["curve"]:
        made.append({"places": one["places"], "people": words.about(one["people"]),
                     "more": words.about(one["people"] - before), "current": one["places"] ==
                     words.document["proof"]["found"],
                     "sure": _("proved") if one["proved"] else _("within %(gap)s %% of the best possible",
                                                                 gap=f"{max(100 * one['gap'], 0.1):.1f}")})
        before = one["people"]
    return made


def by_ward(words: Words) -> list[dict]:
    """What changes for each ward, those that gain most first."""
    wards = sorted(words.document["wards"], key=lambda ward: (ward["before"] - ward["after"], ward["name"]))
    return [{"code": ward["code"], "name": ward["name"],
             "people": words.about(ward["people"]) if ward["people"] else "",
             "before": words.share(ward["before"], ward["people"]), "after": words.share(ward["after"], ward["people"]),
             "gains": words.about(ward["after"] - ward["before"]) if ward["after"] - ward["before"] >= 0.5 else ""}
            for ward in wards]


def may_keep() -> bool:
    """Whether who asks may keep a scenario."""
    account = services.account()
    return account is not None and account.may(PLANNERS)


_COLUMNS = ("number", "name", "kind", "ward_code", "ward", "lat", "lon", "alone", "adds", "together", "people_newly",
            "people_before", "people_total", "proved", "gap", "people_basis", "people_source", "chosen")


def _row(site: dict, made: dict) -> dict:
    people, proof = made["people"], made["proof"]
    return {**site, "name": site["name"] or Words(made).about_place(site), "people_newly": people["newly"],
            "people_before": people["before"], "people_total": people["total"], "proved": proof["proved"],
            "gap": proof["gap"], "people_basis": people["basis"], "people_source": people["source"],
            "chosen": made["address"]}


def _form(query: SitesQuery, refused: bool) -> dict:
    """The fields; of what was refused, what was typed."""
    typed = {name: request.args.get(name, "").strip() for name in ("places", "candidates", "spacing", "weight")}
    held = {"places": str(query.places), "candidates": query.candidates, "spacing": str(query.spacing_m),
            "weight": query.weight}
    if refused:
        held |= {name: text for name, text in typed.items() if text}
    at = request.args.getlist("at") if refused else query.at
    return asking.form(query.reach) | {
        "at": "\n".join(at), "places": [_option(str(n), f"{n}", held["places"]) for n in range(1, MOST_PLACES + 1)],
        "candidates": [_option(code, _CANDIDATES[code], held["candidates"]) for code in CANDIDATES
                       if code != "hubs" or refused or query.reach.supply == "groups" or query.reach.access],
        "spacing": [_option(str(metres), _("%(metres)s m", metres=f"{metres:,}"), held["spacing"])
                    for metres in SPACINGS_M],
        "weight": [_option(code, _WEIGHTS[code], held["weight"]) for code in WEIGHTS]}


def _option(value: str, label: str, chosen: str) -> dict:
    return {"value": value, "label": label, "selected": value == chosen}


def register(app: Flask, limiter: Limiter) -> None:
    """The pages; how often one network address may ask is limited, for the answers take seconds to work out."""
    app.register_blueprint(blueprint)
    for name in ("index", "data", "wards"):
        full = f"plan_sites.{name}"
        app.view_functions[full] = limiter.limit(READS)(app.view_functions[full])
