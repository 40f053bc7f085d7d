"""What the map's module asks for: markers of one view, and ward outlines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from flask import Blueprint, Flask, Response, jsonify, request

from assetmap.analysis.bundles import Bundle, bundle, in_view
from assetmap.atlas.assets import AssetLayer
from assetmap.atlas.atlas import Atlas
from assetmap.domain.errors import BadInput
from assetmap.domain.text import short
from assetmap.web import find, services
from assetmap.web.cards import Card, Cards

blueprint = Blueprint("mapdata", __name__)
LAYERS = ("groups", "hubs", "opportunities")
_MOST_IN_STACK = 100
_MOST_ALONE = 200
_SIMPLIFY_DEGREES = 0.00012  # about 10 m: less than a pixel until the closest zooms


@blueprint.get("/map/points.json")
def points() -> Response:
    """Markers in a bounding box: points, stacks and clusters, never more than a screen can hold."""
    given = request.args.to_dict(flat=False)
    bounds, zoom = _bounds(given), _zoom(given)
    layers = [name for name in LAYERS if name in set(given.get("layer", ["groups"]))]
    if unknown := set(given.get("layer", [])) - set(LAYERS):
        raise BadInput(f"“{short(unknown.pop(), 30)}” is not a layer of points. There are: {', '.join(LAYERS)}.", "layer")
    rest = {name: texts for name, texts in given.items() if name not in ("bbox", "zoom", "layer")}
    cards = Cards(services.atlas(), services.settings(), services.now())
    gathered = [(name, *_spots(name, rest, bounds)) for name in layers]
    lon = np.concatenate([g[2] for g in gathered] or [np.empty(0)])
    lat = np.concatenate([g[3] for g in gathered] or [np.empty(0)])
    layer_of = np.repeat(np.arange(len(gathered)), [len(g[2]) for g in gathered]) if gathered else np.empty(0, int)
    owner = np.concatenate([g[4] for g in gathered] or [np.empty(0, dtype=int)])
    features, alone = [], 0
    for one in bundle(lon, lat, zoom):
        alone += len(one.members) if one.stacked else 0
        features.append(_feature(one, gathered, layer_of, owner, lon, lat, cards, crowded=alone > _MOST_ALONE * 5))
    return jsonify({"total": len(lon), "features": features})


def _spots(name: str, given: Mapping[str, Sequence[str]], bounds) -> tuple[AssetLayer, np.ndarray, np.ndarray, np.ndarray]:
    """The places in view of what the query finds. Hubs and opportunities heed the words and the ward alone."""
    if name != "groups":
        given = {key: given[key] for key in ("q", "category", "access", "language", "ward") if key in given}
    asked = find.search(given, name)
    layer = asked.found.layer
    shown = np.zeros(len(layer), dtype=bool)
    shown[asked.found.numbers] = True
    spots = layer.spots
    rows = in_view(spots.lon, spots.lat, bounds)
    rows = rows[shown[spots.owner[rows]]]
    return layer, spots.lon[rows], spots.lat[rows], spots.owner[rows]


def _feature(one: Bundle, gathered: list, layer_of: np.ndarray, owner: np.ndarray, lon: np.ndarray, lat: np.ndarray,
             cards: Cards, crowded: bool) -> dict:
    members = one.members
    if len(members) == 1:
        return _point(int(members[0]), gathered, layer_of, owner, lon, lat, cards)
    if one.stacked and not crowded:
        items = [_point(int(m), gathered, layer_of, owner, lon, lat, cards) for m in members[:_MOST_IN_STACK]]
        place = next((item["place"] for item in items if item["place"]), "")
        return {"type": "stack", "lat": one.lat, "lon": one.lon, "count": len(members), "place": place, "items": items}
    west, south, east, north = one.bounds
    kinds = set(layer_of[members].tolist())
    name = gathered[kinds.pop()][0] if len(kinds) == 1 else "mixed"
    return {"type": "cluster", "layer": name, "count": len(members), "lat": round(one.lat, 6), "lon": round(one.lon, 6),
            "bounds": [[south, west], [north, east]], "theme": ""}


def _point(member: int, gathered: list, layer_of: np.ndarray, owner: np.ndarray, lon: np.ndarray, lat: np.ndarray,
           cards: Cards) -> dict:
    name, layer = gathered[layer_of[member]][:2]
    card = cards.of(layer, int(owner[member]))
    return {"type": "point", "layer": name, "id": card.id, "name": card.name, "theme": card.theme,
            "theme_label": cards.atlas.vocabulary.get("theme", card.theme).label if card.theme else "",
            "icon": card.icon, "lat": round(float(lat[member]), 6), "lon": round(float(lon[member]), 6),
            "url": card.url, "summary": card.summary, "when": card.when or card.when_note, "distance": "",
            "cost": card.cost_text, "place": _place(card)}


def _place(card: Card) -> str:
    return card.hub.name if card.hub else card.place_text


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
    counts = np.bincount(np.maximum(atlas.groups.ward, -1) + 1, minlength=len(frame) + 1)[1:]
    return {"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": shapely.geometry.mapping(shape),
         "properties": {"code": code, "name": name, "url": f"/wards/{code}", "groups": int(count),
                        "label_at": [round(label.y, 5), round(label.x, 5)]}}
        for shape, code, name, count, label in zip(simple, frame["code"], frame["name"], counts, labels, strict=True)]}


def _bounds(given: Mapping[str, Sequence[str]]) -> tuple[float, float, float, float]:
    texts = given.get("bbox", [])
    if not texts:
        return (-180.0, -90.0, 180.0, 90.0)
    try:
        west, south, east, north = (float(part) for part in texts[-1][:200].split(","))
    except ValueError:
        raise BadInput("“bbox” should be four numbers: west, south, east, north.", "bbox") from None
    if not all(map(math.isfinite, (west, south, east, north))) or south > north or west > east:
        raise BadInput("“bbox” should be west, south, east, north, the smaller first.", "bbox")
    return west, south, east, north


def _zoom(given: Mapping[str, Sequence[str]]) -> int:
    text = (given.get("zoom") or ["12"])[-1]
    if not text.isascii() or not text.isdigit() or int(text[:3]) > 22:
        raise BadInput("“zoom” should be a whole number from 0 to 22.", "zoom")
    return int(text)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
