"""Who could meet: offers and asks that fit each other, as sentences, as lines on the map, and for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flask import Blueprint, Flask, Response, jsonify, make_response, render_template, request

from assetmap.analysis.matching import Pairs
from assetmap.atlas.matching import OpportunityMatches
from assetmap.domain.errors import AssetmapError, NotFound
from assetmap.domain.query import FindQuery, QueryRefused, parse_query
from assetmap.web import facets, find, findmap, formats, mapdata, services, wording
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.relations import meeting_lines, meeting_views
from assetmap.web.relations.meeting_views import found_matches

blueprint = Blueprint("meeting", __name__)
PATH = "/could-meet"
SHOW = ("best",)
_MOST_LINES = 150


@dataclass(frozen=True)
class Asked:
    """A checked search for pairs: those of which at least one of the two is found, all or the best pairing alone."""

    search: find.Search
    best: bool
    found: OpportunityMatches

    @cached_property
    def every(self) -> np.ndarray:
        """Rows of the matches."""
        return np.flatnonzero(self._wanted(self.found.pairs))

    @cached_property
    def at_once(self) -> np.ndarray:
        """Those of them that are in the best pairing of the whole area."""
        best = self.found.best
        return best[self._wanted(self.found.pairs.take(best))]

    def _wanted(self, pairs: Pairs) -> np.ndarray:
        wanted = np.zeros(len(self.found.layer), dtype=bool)
        wanted[self.search.found.numbers] = True
        return wanted[self.found.offers[pairs.left]] | wanted[self.found.asks[pairs.right]]

    @property
    def rows(self) -> np.ndarray:
        """Those that are asked for."""
        return self.at_once if self.best else self.every

    def address(self, path: str, best: bool | None = None, **changes) -> str:
        """The same again, with changes to the query."""
        best = self.best if best is None else best
        return self.search.query.address(f"{path}?show=best" if best else path, **changes)

    def pages(self, rows: np.ndarray) -> int:
        return max(1, -(-len(rows) // self.search.query.per_page))

    def turned(self, rows: np.ndarray) -> tuple[int, int]:
        """The first and the last of `rows`, best first, on the page that is asked for. Raises QueryRefused."""
        query, pages = self.search.query, self.pages(rows)
        if query.page > pages:
            raise QueryRefused({"page": ngettext("There is %(num)s page, so there is no page %(page)s.",
                                                 "There are %(num)s pages, so there is no page %(page)s.", pages,
                                                 page=f"{query.page:,}")})
        first = (query.page - 1) * query.per_page
        return first, min(first + query.per_page, len(rows))


def ask(given: Mapping[str, Sequence[str]]) -> Asked:
    """Read a query string. Raises QueryRefused, BadInput or NotFound with a sentence."""
    shown = [text for text in given.get("show", []) if text]
    if len(shown) > 1 or set(shown) - set(SHOW):
        raise QueryRefused({"show": _("“show” can only be “best”: the pairing in which the most meet at once.")})
    return Asked(find.search(given, "opportunities", also=("show",)), bool(shown), found_matches())


@blueprint.get(PATH)
def could_meet() -> Response:
    """The pairs, best first; hubs that could hold them, wards with asks that match nothing, links across borders."""
    given = request.args.to_dict(flat=False)
    faults: dict[str, str] = {}
    status = 200
    try:
        asked = ask(given)
        span = asked.turned(asked.rows)
    except AssetmapError as error:
        if error.status >= 500:
            raise
        status, faults = error.status, find.faults_of(error)
        plain = find.search_for(FindQuery(), None, services.settings().within_m, "opportunities")
        asked = Asked(plain, False, found_matches())
        span = asked.turned(asked.rows)
    page = _page(asked, span, given)
    return make_response(render_template("relations/could_meet.html", errors=faults, **page), status)


def _page(asked: Asked, span: tuple[int, int], given: Mapping[str, Sequence[str]]) -> dict:
    found, search, query, rows = asked.found, asked.search, asked.search.query, asked.rows
    first, last = span
    shown, pages, here = found.top(rows, last - first, first), asked.pages(rows), asked.address(PATH)
    path = f"{PATH}?show=best" if asked.best else PATH
    links = {"prev": asked.address(PATH, page=query.page - 1) if query.page > 1 else None,
             "next": asked.address(PATH, page=query.page + 1) if query.page < pages else None, "reset": path,
             "json": asked.address(f"{PATH}.json", page=1), "here": here,
             "all": asked.address(PATH, best=False, page=1), "best": asked.address(PATH, best=True, page=1),
             "opportunities": query.address("/opportunities", page=1)}
    all_facets = facets.build(search.found, path) | {"ward": facets.ward_facet(search.found, path)}
    made = findmap.find_map(query, search.near, search.within_m, "opportunities",
                            lines=asked.address(findmap.LINES, page=1, sort="", per_page=20))
    made["config"]["find_url"] = PATH
    return {
        "path": PATH, "query": find.raw_query(given, bool(query.near or query.filtered)), "map": made,
        "pairs": [meeting_views.pair(found, one) for one in shown], "total": len(rows), "pages": pages,
        "first": first + 1 if shown else 0, "last": last, "links": links, "best": asked.best,
        "counts": {"all": len(asked.every), "best": len(asked.at_once), "single": search.found.total},
        "heading": _heading(asked), "facets": all_facets, "chosen": facets.chosen(query, path),
        "within_options": facets.within_options(query, search.within_m, path),
        "summary": meeting_views.summary(found)}


def _heading(asked: Asked) -> str:
    rows, search = asked.rows, asked.search
    count = (ngettext("%(num)s pair that could meet at once", "%(num)s pairs that could all meet at once", len(rows))
             if asked.best else ngettext("%(num)s pair that could meet", "%(num)s pairs that could meet", len(rows)))
    if search.near is None:
        return count
    return _("%(count)s within %(distance)s of %(place)s", count=count, distance=wording.distance(search.within_m),
             place=search.near.label)


@blueprint.get(f"{PATH}.json")
def as_json() -> Response:
    """The pairs for machines, a page of them; what individuals offer or ask for is left out."""
    asked = ask(request.args.to_dict(flat=False))
    found, query = asked.found, asked.search.query
    own, pairs = found.layer.is_individuals, found.pairs.take(asked.rows)
    rows = asked.rows[~(own[found.offers[pairs.left]] | own[found.asks[pairs.right]])]
    first, last = asked.turned(rows)
    return jsonify({"query": formats.understood(asked.search) | {"show": "best" if asked.best else None},
                    "place": formats.place_of(asked.search), "total": len(rows), "page": query.page,
                    "pages": asked.pages(rows),
                    "pairs": [meeting_views.for_machines(found, one) for one in found.top(rows, last - first, first)]})


@blueprint.get(findmap.LINES)
def lines() -> Response:
    """The best pairs as lines of the map: both ends, and the words of the popup. `of` asks for one opportunity's."""
    given, found = request.args.to_dict(flat=False), found_matches()
    if "of" in given:
        number = found.layer.number_of.get(given["of"][0])
        if number is None:
            raise NotFound(_("There is no such offer or ask."), "of")
        return jsonify(meeting_lines.lines(found, found.of(number, meeting_views.MOST_OF_ONE)))
    parse_query(given, services.atlas().vocabulary, also=("show",), opportunities=True)
    heeded = {name: given[name] for name in (*mapdata.HEEDED["opportunities"], "show") if name in given}
    return jsonify(meeting_lines.lines(found, found.top(ask(heeded).rows, _MOST_LINES)))


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
