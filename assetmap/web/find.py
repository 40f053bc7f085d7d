"""Finding groups: one query, as a page, JSON, GeoJSON, CSV or a calendar."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, make_response, render_template, request

from assetmap.atlas.finding import Found
from assetmap.atlas.meaning import categories_meant
from assetmap.atlas.near import NearPlace, alike_names, find_near
from assetmap.atlas.relaxing import Relaxed, relaxations
from assetmap.domain.errors import AssetmapError
from assetmap.domain.query import OF_OPPORTUNITIES, REPEATABLE, FindQuery, QueryRefused, parse_query
from assetmap.web import facets, findmap, formats, services, wording
from assetmap.web.cards import Card
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext

blueprint = Blueprint("find", __name__)
MOST_IN_CALENDAR = 1_000
_TRACKS = re.compile(r"fbclid|gclid|msclkid|utm_\w{1,20}")  # what others hang on a shared link; never read, never kept
_SUGGESTED = 6


@dataclass(frozen=True, slots=True)
class Search:
    """A checked query, the place it is near, its radius and what was found."""

    query: FindQuery
    near: NearPlace | None
    within_m: int
    found: Found

    @property
    def pages(self) -> int:
        return max(1, -(-self.found.total // self.query.per_page))

    def cards(self) -> list[Card]:
        """The asked page of results."""
        first = (self.query.page - 1) * self.query.per_page
        hits = self.found.ordered(first, self.query.per_page)
        return services.cards(self.near, self.query).of_hits(self.found.layer, hits)


def search(given: Mapping[str, Sequence[str]], layer: str = "groups", also: Sequence[str] = ()) -> Search:
    """Find what a query string asks for. Raises QueryRefused, BadInput or NotFound with a sentence."""
    atlas = services.atlas()
    query = parse_query(given, atlas.vocabulary, also=also, opportunities=layer == "opportunities")
    if query.ward and query.ward not in atlas.ward_number:
        raise QueryRefused({"ward": f"“{query.ward[:40]}” is not the code of a ward on this map, such as E05002212."})
    return search_for(query, _near(query.near), query.within_m or services.settings().within_m, layer)


def _near(text: str) -> NearPlace | None:
    if not text:
        return None
    try:
        return find_near(text, services.atlas(), services.database())
    except AssetmapError as error:
        error.field = error.field or ("near" if error.status < 500 else None)
        raise


def search_for(query: FindQuery, near: NearPlace | None, within_m: int, layer: str = "groups") -> Search:
    """Find with what is already checked."""
    atlas = services.atlas()
    return Search(query, near, within_m, Found(getattr(atlas, layer), query, near, within_m, services.now(), atlas))


def open_data(given: Mapping[str, Sequence[str]], layer: str = "groups", also: Sequence[str] = ()) -> Search:
    """As `search`, for machines: what one person offers or asks for is left out."""
    asked = search(given, layer, also)
    asked.found.leave_out(asked.found.layer.is_individuals)
    return asked


@blueprint.get("/")
def index() -> Response:
    """The first page, and the finder: the same page with a query behind it."""
    given = {name: texts for name, texts in request.args.to_dict(flat=False).items() if not _TRACKS.fullmatch(name)}
    try:
        asked = search(given)
    except AssetmapError as error:
        if error.status >= 500:
            raise
        return _refused(given, error)
    if fault := no_such_page(asked):
        return _refused(given, fault)
    _count(asked)
    return make_response(render_template("find/index.html", **_page(asked)))


@blueprint.get("/find.<any(json, geojson, csv, ics):ending>")
def data(ending: str) -> Response:
    """The same query for machines. The list forms hold everything; JSON holds a page."""
    given = request.args.to_dict(flat=False)
    asked = search(given)
    if ending == "json":
        if fault := no_such_page(asked):
            raise fault
        _count(asked)
        return formats.find_json(asked)
    if ending == "ics":
        hits = asked.found.ordered(count=min(asked.found.total, MOST_IN_CALENDAR))
        return formats.calendar([(asked.found.layer, hit.number) for hit in hits], _heading(asked))
    return formats.whole(ending, asked, "groups")


def _count(asked: Search) -> None:
    """A search for something, on its first page, is counted; what was typed is not kept."""
    if asked.query.page != 1 or not (asked.near or asked.query.filtered):
        return
    atlas = services.atlas()
    ward = asked.near.ward if asked.near else atlas.ward_number.get(asked.query.ward, -1)
    code = atlas.ward_codes[ward] if ward >= 0 else ""
    categories = {*asked.query.category, *categories_meant(asked.query.q, atlas.vocabulary)}
    services.counter().count(services.now().date().isoformat(), code, categories, asked.found.total > 0)


def _page(asked: Search) -> dict:
    """Everything that find/index.html shows."""
    query, total = asked.query, asked.found.total
    first = (query.page - 1) * query.per_page
    cards = asked.cards()
    turn = {"prev": query.page - 1 if query.page > 1 else None,
            "next": query.page + 1 if query.page < asked.pages else None}
    links = {name: page and query.address("/", page=page) for name, page in turn.items()}
    links |= {ending: query.address(f"/find.{ending}", page=1)
              for ending in ("json", "geojson", "csv", "ics", *formats.FILES)}
    links |= {"share": query.address("/"), "reset": FindQuery(near=query.near, within_m=query.within_m).address("/")}
    active = bool(query.near or query.filtered)
    return {
        "query": raw_query(request.args.to_dict(flat=False), active), "errors": {}, "place": _place(asked.near),
        "facets": facets.build(asked.found), "within_options": facets.within_options(query, asked.within_m),
        "sort_options": facets.sort_options(query, asked.near is not None), "cards": cards, "total": total,
        "page": query.page, "pages": asked.pages, "first": first + 1 if cards else 0, "last": first + len(cards),
        "heading": _heading(asked), "notes": _notes(asked), "unplaced": _unplaced(asked),
        "links": links, "chosen": facets.chosen(query),
        "relaxed": _relaxed(asked) if total == 0 else None, "suggestions": [],
        "map": findmap.find_map(query, asked.near, asked.within_m),
        "popular": [] if active else facets.theme_tiles(asked.found),
    }


def _refused(given: Mapping[str, Sequence[str]], error: AssetmapError) -> Response:
    """The page with the fault beside its field and what was typed kept; the whole area is listed below."""
    asked = search_for(FindQuery(), None, services.settings().within_m)
    near = (given.get("near") or [""])[0]
    page = _page(asked) | {
        "query": raw_query(given, True), "errors": faults_of(error),
        "suggestions": [{"label": name, "url": FindQuery(near=name).address("/")}
                        for name in (alike_names(near, services.atlas()) if error.status == 404 else [])]}
    return make_response(render_template("find/index.html", **page), error.status)


def faults_of(error: AssetmapError) -> dict[str, str]:
    """The sentences of a refused query by the field that each belongs beside."""
    return error.errors if isinstance(error, QueryRefused) else {error.field or "near": error.message}


def no_such_page(asked: Search) -> QueryRefused | None:
    """The fault of asking for a page beyond the last one; None when the page is there."""
    if asked.query.page <= asked.pages:
        return None
    there = _("There is 1 page") if asked.pages == 1 else _("There are %(pages)s pages", pages=f"{asked.pages:,}")
    return QueryRefused({"page": f"{there}, so there is no page {asked.query.page:,}."})


def raw_query(given: Mapping[str, Sequence[str]], active: bool) -> dict:
    """What was typed, by field, for the form to keep."""
    kept: dict[str, object] = dict.fromkeys(("near", "within", "age", "q", "sort", "page", "ward"), "")
    kept |= {name: [] for name in (*REPEATABLE, *OF_OPPORTUNITIES)}
    for name, texts in given.items():
        if name in kept:
            kept[name] = list(texts) if isinstance(kept[name], list) else texts[0][:300]
    return {**kept, "active": active}


def _place(near: NearPlace | None) -> dict | None:
    if near is None:
        return None
    ward = services.cards().ward_link(near.ward)
    return {"label": near.label, "lat": near.place.lat, "lon": near.place.lon,
            "ward_name": ward.name if ward else "", "ward_url": ward.url if ward else ""}


def _heading(asked: Search) -> str:
    count = ngettext("%(num)s group", "%(num)s groups", asked.found.total)
    if asked.near:
        return _("%(count)s within %(distance)s of %(place)s", count=count,
                 distance=wording.distance(asked.within_m), place=asked.near.label)
    area = services.area_name()
    return _("%(count)s in and around %(area)s", count=count, area=area) if area else count


def _notes(asked: Search) -> list[str]:
    """What a careful reader ought to know about this list."""
    made = [_("Nothing near says “%(words)s”. This is what there is of its kind: %(kind)s.", words=words, kind=kind)
            for words, kind in asked.found.widened if asked.found.total]
    if asked.found.loosened and asked.found.total:
        made.append(_("Nothing near has all of these words. This is what has any of them."))
    if asked.near:
        if asked.near.remark:
            made.append(asked.near.remark)
        if asked.near.ward < 0 and len(services.atlas().wards):
            made.append(_("%(place)s is outside the wards on this map.", place=asked.near.label))
    return made


def _unplaced(asked: Search) -> dict | None:
    """How many more would be found without a place, and the address that finds them; None when there are none."""
    lost = asked.found.unplaced() if asked.near else 0
    if not lost:
        return None
    sentence = ngettext("%(num)s more is online or has no known place, so it has no distance.",
                        "%(num)s more are online or have no known place, so they have no distance.", lost)
    return {"sentence": sentence, "url": asked.query.address("/", near="", within_m=None, page=1, sort="")}


def _relaxed(asked: Search) -> dict:
    """The nearest alternatives when nothing matches everything, and what was let go to find them."""
    cards = services.cards(asked.near, asked.query)
    answer = {"sentence": "", "cards": [], "ask_url": "/suggest", "ask_sentence": _(
        "Nobody runs this near you yet, as far as we know. If you know of one, or would like to start one, tell us.")}
    for step in relaxations(asked.query, asked.within_m, asked.near is not None):
        found = search_for(step.query, asked.near, step.within_m).found
        if found.total:
            answer["cards"] = cards.of_hits(found.layer, found.ordered(count=_SUGGESTED))
            reached = max((card.distance_m or 0) for card in answer["cards"])
            answer["sentence"] = _let_go(step, asked, reached if reached > asked.within_m else 0)
            answer["url"] = step.query.address("/", within_m=step.within_m)
            return answer
    area = services.area_name()
    answer["sentence"] = (_("This map is about %(area)s, and nothing on it is near there.", area=area) if area
                          else _("There is nothing on this map yet."))
    return answer


def _let_go(step: Relaxed, asked: Search, reached_m: float) -> str:
    """What was given up to find the alternatives; `reached_m` is how far the farthest is, 0 when within reach."""
    labels = [chip["label"] for chip in facets.chosen(asked.query) if chip["name"] in step.let_go]
    words = _(" and ").join(f"“{label}”" for label in labels)
    farther = wording.distance(reached_m) if reached_m else ""
    if words and farther:
        return _("Nothing matches everything. Without %(words)s, and looking as far as %(distance)s, there is:",
                 words=words, distance=farther)
    if words:
        return _("Nothing matches everything. Without %(words)s there is:", words=words)
    return _("Nothing is that near. Looking as far as %(distance)s there is:", distance=farther)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


