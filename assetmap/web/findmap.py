"""The map of a page: folium's shell, and what the browser's module needs to fill it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote

from flask import current_app

from assetmap.atlas.near import NearPlace
from assetmap.domain.query import FindQuery
from assetmap.maps.shell import shell
from assetmap.web import services
from assetmap.web.cards import Card
from assetmap.web.language import gettext as _

COUNTRY = ((49.9, -6.4), (55.8, 1.8))  # what a map with nothing on it shows: England and Wales
LINES = "/map/matches.json"  # the lines between those who could meet
_NEAR_M = 2_000  # as far as a record's small map is widened, so that it shows a whole line


def find_map(query: FindQuery, near: NearPlace | None, within_m: int, layer: str = "groups", lines: str = "") -> dict:
    """A list's map: what the query finds in its layer, with the other layers to switch on.

    `lines`: the address of the lines between those who could meet, when they are drawn from the first.
    """
    atlas, plain = services.atlas(), {"page": 1, "sort": "", "per_page": 20}
    points = FindQuery.address(query, "/map/points.json", **plain)
    made = page_map("find_map", points, layers=(layer, "lines") if lines else (layer,),
                    lines_url=lines or query.address(LINES, **plain))
    made["config"]["find_url"] = "/" if layer == "groups" else f"/{layer}"
    if query.ward:
        outline = atlas.wards.geometry.iloc[atlas.ward_number[query.ward]]
        made["config"] |= {"ward": query.ward, "fit": box(outline.bounds)}
    if near:
        made["config"] |= {"place": {"label": near.label, "lat": near.place.lat, "lon": near.place.lon},
                           "centre": [near.place.lat, near.place.lon], "within_m": within_m}
    return made


def page_map(element_id: str, points_url: str, *, layers: tuple[str, ...], selected: str = "",
             fit: tuple[tuple[float, float], tuple[float, float]] | None = None, lines_url: str = "",
             lines_label: str = "") -> dict:
    """Stylesheets, scripts, markup and configuration of a map. `layers` are those switched on at first; `lines_url`
    is where its lines are, "" for a map without them: between those who could meet, unless `lines_label` says what
    else."""
    atlas, settings = services.atlas(), services.settings()
    bounds = fit or box(atlas.bounds)
    static: Callable[[str], str] = current_app.extensions["assetmap"].static.address
    tiles = "" if settings.tile_url.lower() == "none" else settings.tile_url
    # the shell is the same for every page with this map, so that it is rendered once; the view is fitted by the module
    made = shell(element_id=element_id, bounds=box(atlas.bounds), tile_url=tiles or None,
                 tile_attribution=settings.tile_attribution, static=static)
    labels = (("groups", _("Groups")), ("hubs", _("Places to meet")), ("opportunities", _("Offers and asks")))
    config = {
        "points_url": points_url, "wards_url": "/map/wards.json", "find_url": "/", "place": None, "centre": None,
        "within_m": settings.within_m, "bounds": bounds, "tile_url": tiles or None,
        "tile_attribution": settings.tile_attribution,
        "layers": [{"name": name, "label": label, "on": name in layers} for name, label in labels]
        + [{"name": "wards", "label": _("Wards"), "on": True}],
        "themes": [{"code": t.code, "label": t.label, "icon": t.icon} for t in atlas.vocabulary.of("theme").values()],
    }
    if lines_url:
        config["lines_url"] = lines_url
        config["layers"].insert(-1, {"name": "lines", "label": lines_label or _("Who could meet"),
                                     "on": "lines" in layers})
    if selected:
        config["selected"] = selected
    if fit:
        config["fit"] = fit
    return {"stylesheets": made.stylesheets, "scripts": made.scripts, "html": made.html, "script": made.script,
            "links": made.links, "config": config}


def record_map(card: Card, could_meet: Sequence[dict] = ()) -> dict | None:
    """The map of one record's page, None without a place: what is around it, and of an offer or ask the lines to
    those whom it could meet, as `web.relations.meeting_views.of_opportunity` has them."""
    fit = around(card.lat, card.lon)
    if fit is None:
        return None
    (south, west), (north, east) = fit
    for other in could_meet:
        lat, lon = other["other"].lat, other["other"].lon
        if other["metres"] is not None and other["metres"] <= _NEAR_M and lat is not None:
            south, west, north, east = min(south, lat), min(west, lon), max(north, lat), max(east, lon)
    return page_map("place_map", "/map/points.json", selected=card.id, fit=((south, west), (north, east)),
                    layers=("opportunities", "hubs", "lines") if could_meet else ("groups", "hubs"),
                    lines_url=f"{LINES}?of={quote(card.id)}" if could_meet else "")


def around(lat: float | None, lon: float | None) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Bounds of about a kilometre around a point; None when there is none."""
    if lat is None or lon is None:
        return None
    return ((lat - 0.006, lon - 0.01), (lat + 0.006, lon + 0.01))


def box(bounds: tuple[float, float, float, float] | None) -> tuple[tuple[float, float], tuple[float, float]]:
    if bounds is None:
        return COUNTRY
    west, south, east, north = (round(edge, 5) for edge in bounds)
    return ((south, west), (north, east))
