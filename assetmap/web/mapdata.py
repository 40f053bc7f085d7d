"""What the map's module asks for: markers of one view, and ward outlines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from flask import Blueprint, Flask, Response, jsonify, request

from assetmap.analysis.bundles import LAST_ZOOM, Bundle, bundle, in_view
from assetmap.atlas.atlas import Atlas
from assetmap.domain.errors import BadInput
from assetmap.domain.query import OF_OPPORTUNITIES, REPEATABLE, FindQuery, parse_query
from assetmap.domain.text import short
from assetmap.web import find, services
from assetmap.web.pins import Pins

Bounds = tuple[float, float, float, float]
blueprint = Blueprint("mapdata", __name__)
# What each layer of the map is narrowed by: a hall has no cost and no age of its own.
HEEDED = {"groups": (*REPEATABLE, "near", "within", "age", "q", "ward"),
          "opportunities": ("near", "within", "q", "ward", "category", "day", "time", "access", "language",
                            "connected", *OF_OPPORTUNITIES),
          "hubs": ("near", "within", "ward", "access", "connected")}
LAYERS = ("groups", "hubs", "opportunities")
MOST_IN_STACK = 300  # what more there is, the list shows
MOST_LISTED = 600  # in all stacks of one view, but for
LEAST_IN_STACK = 20  # in each that no zoom takes apart
_SIMPLIFY_DEGREES = 0.00012  # about 10 m: less than a pixel until the closest zooms


@blueprint.get("/map/points.json")
def points() -> Response:
    """Markers in a bounding box: points, stacks and clusters, never more than a screen can hold."""
    given = request.args.to_dict(flat=False)
    bounds, zoom = _bounds(given), _zoom(given)
    layers = [name for name in LAYERS if name in set(given.get("layer", ["groups"]))]
    if unknown := set(given.get("layer", [])) - set(LAYERS):
        raise BadInput(f"“{short(min(unknown), 30)}” is not a layer of points. There are: {', '.join(LAYERS)}.",
                       "layer")
    rest = {name: texts for name, texts in given.items() if name not in ("bbox", "zoom", "layer")}
    parse_query(rest, services.atlas().vocabulary, opportunities=True)
    view = View([_spots(name, rest, bounds) for name in layers])
    return jsonify({"total": len(view.lon), "features": view.features(zoom)})


def _spots(name: str, given: Mapping[str, Sequence[str]], bounds: Bounds) -> tuple[Pins, np.ndarray]:
    """The spots in view of what the query finds: just those that the list of the layer has for the same query."""
    given = {key: given[key] for key in HEEDED[name] if key in given}
    found = find.search(given, name).found
    layer = found.layer
    shown = np.zeros(len(layer), dtype=bool)
    shown[found.numbers] = True
    rows = in_view(layer.spots.lon, layer.spots.lat, bounds)
    return Pins(services.atlas(), layer, services.now()), rows[shown[layer.spots.owner[rows]]]


class View:
    """The spots of all layers in one view, one after the other, and the markers made of them."""

    def __init__(self, gathered: list[tuple[Pins, np.ndarray]]):
        self.pins = [pins for pins, _ in gathered]
        self.spot = np.concatenate([rows for _, rows in gathered])
        self.layer_of = np.repeat(np.arange(len(gathered)), [len(rows) for _, rows in gathered])
        self.lon = np.concatenate([pins.layer.spots.lon[rows] for pins, rows in gathered])
        self.lat = np.concatenate([pins.layer.spots.lat[rows] for pins, rows in gathered])

    def features(self, zoom: int) -> list[dict]:
        """Points, stacks with their lists, and clusters. When the lists would be too much in all, the map is asked
        again closer by: the last of them are clusters, which the reader zooms into."""
        made, listed = [], 0
        for one in bundle(self.lon, self.lat, zoom):
            members = one.members
            if len(members) == 1:
                made.append(self._of(members[0]).point(int(self.spot[members[0]])))
            elif one.stacked and (zoom >= LAST_ZOOM or listed + len(members) <= MOST_LISTED):
                made.append(self._stack(one, min(MOST_IN_STACK, max(LEAST_IN_STACK, MOST_LISTED - listed))))
                listed += len(members)
            else:
                made.append(self._cluster(one))
        return made

    def _of(self, member: int) -> Pins:
        return self.pins[self.layer_of[member]]

    def _stack(self, one: Bundle, most: int) -> dict:
        shown = one.members[:most]
        places = {self._of(member).venue(int(self.spot[member])) for member in shown}
        made = {"type": "stack", "lat": round(one.lat, 6), "lon": round(one.lon, 6), "count": len(one.members),
                "place": places.pop() if len(places) == 1 else "",
                "items": [self._of(member).item(int(self.spot[member])) for member in shown]}
        if len(one.members) > len(shown):
            made["more_url"] = FindQuery(near=f"{one.lat:.6f},{one.lon:.6f}", within_m=25).address("/")
        return made

    def _cluster(self, one: Bundle) -> dict:
        west, south, east, north = one.bounds
        kinds = set(self.layer_of[one.members].tolist())
        return {"type": "cluster", "layer": self.pins[kinds.pop()].name if len(kinds) == 1 else "mixed",
                "count": len(one.members), "lat": round(one.lat, 6), "lon": round(one.lon, 6),
                "bounds": [[south, west], [north, east]], "theme": ""}


@blueprint.get("/map/wards.json")
def wards() -> Response:
    """Ward outlines as GeoJSON, simplified for drawing; the exact ones are at /wards/CODE.geojson."""
    atlas = services.atlas()
    response = jsonify(_outlines(atlas))
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


def _outlines(atlas: Atlas) -> dict:
    frame = atlas.wards
    shapes = frame.geometry.to_numpy()
    try:
        simple = shapely.coverage_simplify(shapes, _SIMPLIFY_DEGREES)
    except shapely.errors.GEOSException:  # wards that overlap are not a coverage
        simple = shapely.simplify(shapes, _SIMPLIFY_DEGREES)
    simple = shapely.set_precision(simple, 0.00001) if len(simple) else simple
    labels = shapely.point_on_surface(shapes)
    listed = atlas.groups.listed_mask(services.now()) & (atlas.groups.ward >= 0)
    counts = np.bincount(atlas.groups.ward[listed], minlength=len(frame))
    return {"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": shapely.geometry.mapping(shape),
         "properties": {"code": code, "name": name, "url": f"/wards/{code}", "groups": int(count),
                        "label_at": [round(label.y, 5), round(label.x, 5)]}}
        for shape, code, name, count, label in zip(simple, frame["code"], frame["name"], counts, labels, strict=True)]}


def _bounds(given: Mapping[str, Sequence[str]]) -> Bounds:
    text = _once(given, "bbox")
    if not text:
        return (-180.0, -90.0, 180.0, 90.0)
    try:
        west, south, east, north = (float(part) for part in text[:200].split(","))
    except ValueError:
        raise BadInput("“bbox” should be four numbers: west, south, east, north.", "bbox") from None
    if not all(map(math.isfinite, (west, south, east, north))) or south > north or west > east:
        raise BadInput("“bbox” should be west, south, east, north, the smaller first.", "bbox")
    return west, south, east, north


def _zoom(given: Mapping[str, Sequence[str]]) -> int:
    text = _once(given, "zoom") or "12"
    if not text.isascii() or not text.isdigit() or len(text) > 2 or int(text) > 22:
        raise BadInput("“zoom” should be a whole number from 0 to 22.", "zoom")
    return int(text)


def _once(given: Mapping[str, Sequence[str]], name: str) -> str:
    texts = given.get(name, [""])
    if len(texts) > 1:
        raise BadInput(f"“{name}” is given {len(texts)} times, and only one can be used.", name)
    return texts[0]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
