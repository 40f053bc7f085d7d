"""Who could meet: offers and asks that fit each other, as sentences, as lines on the map, and for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import numpy as np
from flask import Blueprint, Flask, Response, jsonify, make_response, render_template, request

from assetmap.atlas.matching import Match, OpportunityMatches, matches
from assetmap.domain.errors import AssetmapError
from assetmap.domain.query import FindQuery, QueryRefused
from assetmap.web import facets, find, findmap, services, wording
from assetmap.web.cards import Card
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.relations import meeting_words

blueprint = Blueprint("meeting", __name__)
PATH = "/could-meet"
_MOST_LINES = 150
_MOST_HUBS, _MOST_WARDS, _MOST_ACROSS = 5, 8, 6


def found_matches() -> OpportunityMatches:
    """The matches of this request's Atlas."""
    return matches(services.atlas(), services.now(), float(services.settings().within_m))


@blueprint.get(PATH)
def could_meet() -> Response:
    """The pairs, best first; hubs that could hold them, wards with asks that match nothing, links across borders."""
    given = request.args.to_dict(flat=False)
    faults: dict[str, str] = {}
    status = 200
    try:
        asked = find.search(given, "opportunities")
        rows = _rows(asked)
        _check_page(asked, rows)
    except AssetmapError as error:
        if error.status >= 500:
            raise
        status, faults = error.status, find.faults_of(error)
        asked = find.search_for(FindQuery(), None, services.settings().within_m, "opportunities")
        rows = _rows(asked)
    page = _page(asked, rows, given)
    return make_response(render_template("relations/could_meet.html", errors=faults, **page), status)


def _pages(asked: find.Search, rows: np.ndarray) -> int:
    return max(1, -(-len(rows) // asked.query.per_page))


def _check_page(asked: find.Search, rows: np.ndarray) -> None:
    pages = _pages(asked, rows)
    if asked.query.page > pages:
        raise QueryRefused({"page": _("There is no page %(page)s of this list. It has %(pages)s.",
                                      page=f"{asked.query.page:,}", pages=pages)})


def _page(asked: find.Search, rows: np.ndarray, given: Mapping[str, Sequence[str]]) -> dict:
    found, query, pages = found_matches(), asked.query, _pages(asked, rows)
    first = (query.page - 1) * query.per_page
    shown = found.top(rows, query.per_page, first)
    links = {"prev": query.address(PATH, page=query.page - 1) if query.page > 1 else None,
             "next": query.address(PATH, page=query.page + 1) if query.page < pages else None, "reset": PATH,
             "json": query.address(f"{PATH}.json", page=1)}
    all_facets = facets.build(asked.found, PATH)
    made = findmap.find_map(query, asked.near, asked.within_m, "opportunities")
    made["config"] |= {"lines_url": query.address("/map/matches.json", page=1, sort="", per_page=20),
                       "find_url": PATH}
    return {
        "path": PATH, "query": find.raw_query(given, bool(query.near or query.filtered)), "map": made,
        "pairs": [pair_view(found, one) for one in shown], "total": len(rows), "page": query.page, "pages": pages,
        "first": first + 1 if shown else 0, "last": first + len(shown), "links": links,
        "heading": _heading(asked, rows),
        "facets": {name: all_facets[name] for name in ("category", "language", "access") if name in all_facets},
        "chosen": facets.chosen(query, PATH), "within_options": facets.within_options(query, asked.within_m, PATH),
        "summary": _summary(found, asked)}


def _rows(asked: find.Search) -> np.ndarray:
    """Rows of the matches of which at least one of the two is found."""
    found = found_matches()
    wanted = np.zeros(len(found.layer), dtype=bool)
    wanted[asked.found.numbers] = True
    return np.flatnonzero(wanted[found.offers[found.pairs.left]] | wanted[found.asks[found.pairs.right]])


def _heading(asked: find.Search, rows: np.ndarray) -> str:
    count = ngettext("%(num)s pair that could meet", "%(num)s pairs that could meet", len(rows))
    if asked.near is None:
        return count
    return _("%(count)s within %(distance)s of %(place)s", count=count, distance=wording.distance(asked.within_m),
             place=asked.near.label)


def pair_view(found: OpportunityMatches, one: Match) -> dict:
    """What a page says of a pair."""
    cards = services.cards()
    hubs = [{"name": found.hubs.rows.value(number, "name"),
             "url": f"/hubs/{quote(found.hubs.rows.value(number, 'id'))}", "distance": wording.distance(metres)}
            for number, metres in found.hubs_for(one)]
    return {"offer": cards.of(found.layer, one.offer), "ask": cards.of(found.layer, one.ask),
            "sentence": meeting_words.sentence(found, one), "to_ask": meeting_words.to_ask(one),
            "strength": meeting_words.strength(one), "hubs": hubs}


def of_opportunity(number: int, count: int = 4) -> list[dict]:
    """Who an opportunity could meet: {other, sentence, to_ask}, best first."""
    found = found_matches()
    cards, made = services.cards(), []
    for one in found.of(number, count):
        other = one.ask if one.offer == number else one.offer
        made.append({"other": cards.of(found.layer, other), "sentence": meeting_words.sentence(found, one),
                     "to_ask": meeting_words.to_ask(one), "hub": next(iter(pair_view(found, one)["hubs"]), None)})
    return made


def groups_of(number: int, count: int = 3) -> list[Card]:
    """Groups that do what an opportunity is about, near it."""
    found, cards = found_matches(), services.cards()
    return [cards.of(found.groups, group) for group, _fit in found.groups_for(number, services.now(), count)]


def hubs_of(number: int, count: int = 3) -> list[Card]:
    """Other places near an opportunity where groups do what it is about."""
    found, cards = found_matches(), services.cards()
    own = found.layer.rows.value(number, "hub_id")
    near = [hub for hub, _fit in found.hubs_about(number, count + 1) if found.hubs.rows.value(hub, "id") != own]
    return [cards.of(found.hubs, hub) for hub in near[:count]]


def _summary(found: OpportunityMatches, asked: find.Search) -> dict:
    """What a whole area could do: its best pairing, its hubs, its wards, its borders."""
    atlas, across = services.atlas(), found.across_wards
    wards = [{"name": atlas.ward_names[one.ward] if one.ward >= 0 else _("Outside the wards, or nowhere in particular"),
              "url": f"/opportunities?ward={atlas.ward_codes[one.ward]}" if one.ward >= 0 else "",
              "asks": one.asks, "paired": one.paired, "unmatched": one.unmatched}
             for one in found.by_ward if one.unmatched][:_MOST_WARDS]
    hubs = [{"name": atlas.hubs.rows.value(number, "name"),
             "url": f"/hubs/{quote(atlas.hubs.rows.value(number, 'id'))}", "pairs": pairs}
            for number, pairs in found.busiest_hubs[:_MOST_HUBS]]
    return {"offers": len(found.offers), "asks": len(found.asks), "paired": len(found.best), "wards": wards,
            "hubs": hubs, "across": len(across),
            "across_pairs": [pair_view(found, one) for one in found.top(across, _MOST_ACROSS)],
            "best": [pair_view(found, one) for one in found.top(found.best, _MOST_ACROSS)]}


@blueprint.get(f"{PATH}.json")
def as_json() -> Response:
    """A page of the pairs for machines; what individuals offer or ask for is left out."""
    asked, found = find.search(request.args.to_dict(flat=False), "opportunities"), found_matches()
    rows, query, individuals = _rows(asked), asked.query, found.layer.is_individuals
    rows = rows[~individuals[found.offers[found.pairs.left[rows]]] & ~individuals[found.asks[found.pairs.right[rows]]]]
    _check_page(asked, rows)
    pairs = [{"offer": _named(found, one.offer), "ask": _named(found, one.ask), "score": round(one.fit.score, 3),
              "distance_m": None if one.metres is None else round(one.metres),
              "reasons": meeting_words.sentence(found, one), "ask_about": meeting_words.to_ask(one)}
             for one in found.top(rows, query.per_page, (query.page - 1) * query.per_page)]
    return jsonify({"total": len(rows), "page": query.page, "pages": _pages(asked, rows), "pairs": pairs})


def _named(found: OpportunityMatches, number: int) -> dict:
    record_id = found.layer.rows.value(number, "id")
    return {"id": record_id, "name": found.layer.rows.value(number, "name"),
            "url": f"/opportunities/{quote(record_id)}"}


@blueprint.get("/map/matches.json")
def lines() -> Response:
    """The best pairs as lines of the map: both ends, and the words of the popup."""
    asked, found = find.search(request.args.to_dict(flat=False), "opportunities"), found_matches()
    made = []
    for one in found.top(_rows(asked), _MOST_LINES):
        ends = [found.layer.spots_of(number) for number in (one.offer, one.ask)]
        if not all(ends):
            continue
        spots = found.layer.spots
        points = [[round(float(spots.lat[end[0]]), 6), round(float(spots.lon[end[0]]), 6)] for end in ends]
        made.append({"points": points, "sentence": meeting_words.sentence(found, one),
                     "ends": [_named(found, number) for number in (one.offer, one.ask)]})
    return jsonify({"total": len(made), "lines": made})


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
