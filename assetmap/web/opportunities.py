"""Offers and asks: the fourth layer, as a list and for machines."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, make_response, render_template, request

from assetmap.domain.errors import AssetmapError
from assetmap.domain.query import FindQuery
from assetmap.web import facets, find, findmap, formats, services
from assetmap.web.language import ngettext

blueprint = Blueprint("opportunities", __name__)
PATH = "/opportunities"


@blueprint.get(PATH)
def index() -> Response:
    """Open offers and asks, narrowed as the finder is."""
    given = request.args.to_dict(flat=False)
    faults: dict[str, str] = {}
    status = 200
    try:
        asked = find.search(given, "opportunities")
        if fault := find.no_such_page(asked):
            raise fault
    except AssetmapError as error:
        if error.status >= 500:
            raise
        status, faults = error.status, find.faults_of(error)
        asked = find.search_for(FindQuery(), None, services.settings().within_m, "opportunities")
    query, total = asked.query, asked.found.total
    links = {"prev": query.address(PATH, page=query.page - 1) if query.page > 1 else None,
             "next": query.address(PATH, page=query.page + 1) if query.page < asked.pages else None,
             **{ending: query.address(f"{PATH}.{ending}", page=1) for ending in ("json", "geojson", "csv")}}
    page = render_template(
        "find/opportunities.html", cards=asked.cards(), total=total, page=query.page, pages=asked.pages, links=links,
        heading=ngettext("%(num)s offer or ask", "%(num)s offers and asks", total), errors=faults,
        query=find.raw_query(given, bool(query.near or query.filtered)), facets=facets.build(asked.found, PATH),
        chosen=facets.chosen(query, PATH), within_options=facets.within_options(query, asked.within_m, PATH),
        place=asked.near and {"label": asked.near.label, "lat": asked.near.place.lat, "lon": asked.near.place.lon},
        map=findmap.page_map("chances_map", "/map/points.json", layers=("opportunities",)))
    return make_response(page, status)


@blueprint.get(f"{PATH}.<any(json, geojson, csv):ending>")
def data(ending: str) -> Response:
    """The same for machines. Offers and asks of individuals are not in this version's data at all."""
    asked = find.search(request.args.to_dict(flat=False), "opportunities")
    if ending == "json":
        if fault := find.no_such_page(asked):
            raise fault
        return formats.find_json(asked)
    made = services.cards(asked.near)
    cards = made.of_hits(asked.found.layer, asked.found.ordered())
    return formats.geojson(cards, "opportunities") if ending == "geojson" else formats.csv(cards, "opportunities")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


