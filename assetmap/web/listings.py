"""Offers and asks, and places to meet: the map's other layers, each as a list and for machines."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, make_response, render_template, request

from assetmap.domain.errors import AssetmapError
from assetmap.domain.query import FindQuery
from assetmap.web import facets, find, findmap, formats, services, wording
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext

blueprint = Blueprint("listings", __name__)
_WORDS = {
    "opportunities": {
        "title": _("Offers and asks"), "search": _("Find offers and asks"),
        "lead": _("Something to give, something to ask for: an hour, a skill, a room, a hand. "
                  "It is how people get to know each other."),
        "none": _("Nothing like that yet"),
        "none_lead": _("Try fewer choices. Or be the first: what could you offer, or ask for?")},
    "hubs": {
        "title": _("Places to meet"), "search": _("Find places to meet"),
        "lead": _("Libraries, halls, cafés and community centres: places where groups meet and where you can drop in."),
        "none": _("No place like that yet"),
        "none_lead": _("Try fewer choices or a wider distance. Do you know a place? Tell us.")},
}


@blueprint.get("/<any(opportunities, hubs):name>")
def index(name: str) -> Response:
    """The layer's list, narrowed as the finder is, beside its map."""
    path, given = f"/{name}", request.args.to_dict(flat=False)
    faults: dict[str, str] = {}
    status = 200
    try:
        asked = find.search(given, name)
        if fault := find.no_such_page(asked):
            raise fault
    except AssetmapError as error:
        if error.status >= 500:
            raise
        status, faults = error.status, find.faults_of(error)
        asked = find.search_for(FindQuery(), None, services.settings().within_m, name)
    query, cards, first = asked.query, asked.cards(), (asked.query.page - 1) * asked.query.per_page
    links = {"prev": query.address(path, page=query.page - 1) if query.page > 1 else None,
             "next": query.address(path, page=query.page + 1) if query.page < asked.pages else None, "reset": path,
             "meet": query.address("/could-meet", page=1, sort="", per_page=20),
             **{ending: query.address(f"{path}.{ending}", page=1)
                for ending in ("json", "geojson", "csv", *formats.FILES)}}
    page = render_template(
        "find/listing.html", words=_WORDS[name], path=path, cards=cards, total=asked.found.total, page=query.page,
        pages=asked.pages, first=first + 1 if cards else 0, last=first + len(cards), links=links, errors=faults,
        heading=_heading(name, asked), query=find.raw_query(given, bool(query.near or query.filtered)),
        facets={key: facet for key, facet in facets.build(asked.found, path).items() if key not in ("day", "time")}
        | {"ward": facets.ward_facet(asked.found, path)},
        chosen=facets.chosen(query, path), within_options=facets.within_options(query, asked.within_m, path),
        map=findmap.find_map(query, asked.near, asked.within_m, name))
    return make_response(page, status)


@blueprint.get("/<any(opportunities, hubs):name>.<any(json, geojson, csv):ending>")
def data(name: str, ending: str) -> Response:
    """The same for machines, without what individuals offer or ask for."""
    asked = find.open_data(request.args.to_dict(flat=False), name)
    if ending == "json":
        if fault := find.no_such_page(asked):
            raise fault
        return formats.find_json(asked)
    return formats.whole(ending, asked, name)


def _heading(name: str, asked: find.Search) -> str:
    total = asked.found.total
    count = ngettext("%(num)s place to meet", "%(num)s places to meet", total) if name == "hubs" else \
        ngettext("%(num)s offer or ask", "%(num)s offers and asks", total)
    if asked.near is None:
        return count
    return _("%(count)s within %(distance)s of %(place)s", count=count, distance=wording.distance(asked.within_m),
             place=asked.near.label)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
