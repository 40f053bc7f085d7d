"""One result as JSON, GeoJSON, CSV or a calendar."""

from __future__ import annotations

import csv as csv_files
from collections.abc import Iterable
from io import StringIO
from typing import TYPE_CHECKING

from flask import Response, jsonify

from assetmap.atlas.assets import AssetLayer
from assetmap.domain.group import Group
from assetmap.domain.opportunity import Opportunity
from assetmap.domain.query import OF_OPPORTUNITIES, REPEATABLE
from assetmap.layers.write import defused
from assetmap.store.rows import Record
from assetmap.web import services, wording
from assetmap.web.calendar_feed import FeedEvent, feed
from assetmap.web.cards import Card

if TYPE_CHECKING:
    from assetmap.web.find import Search

COLUMNS = ("id", "kind", "name", "summary", "categories", "distance_m", "lat", "lon", "hub_id", "hub_name", "ward_code",
           "ward_name", "next_session", "cost", "url")
_OF_OPPORTUNITIES = ("direction", "opportunity_kind")  # besides, of offers and asks
FILES = ("xlsx", "gpkg")  # the endings of a list's other files, which web.exporting makes
FOR_PEOPLE = ("times", "cost_in_words", "address", "postcode", "access", "languages", "ages", "phone", "email",
              "website", "last_confirmed", "connected_themes")


def find_json(asked: Search) -> Response:
    """The contract of /find.json: the query as understood, the place, a page of results."""
    return jsonify({
        "query": understood(asked), "place": place_of(asked), "total": asked.found.total, "page": asked.query.page,
        "pages": asked.pages, "results": [result(card) for card in asked.cards()]})


def place_of(asked: Search) -> dict | None:
    """From where somebody asks: label, position and ward; None when nobody said."""
    near, atlas = asked.near, services.atlas()
    if near is None:
        return None
    inside = near.ward >= 0
    return {"label": near.label, "lat": near.place.lat, "lon": near.place.lon,
            "ward_code": atlas.ward_codes[near.ward] if inside else None,
            "ward_name": atlas.ward_names[near.ward] if inside else None}


def understood(asked: Search) -> dict:
    """The query with its defaults filled in."""
    query = asked.query
    made = {"near": query.near or None, "within": asked.within_m if asked.near else None}
    made |= {name: list(getattr(query, name)) for name in REPEATABLE}
    if asked.found.layer.layer.name == "opportunities":
        made |= {name: list(getattr(query, name)) for name in OF_OPPORTUNITIES}
    made |= {"age": query.age, "q": query.q or None, "ward": query.ward or None,
             "sort": query.sort or ("distance" if asked.near else "soonest"), "per_page": query.per_page}
    return made


def result(card: Card) -> dict:
    """One result of /find.json; of an offer or ask with which it is, and its kind's code."""
    made = {
        "id": card.id, "kind": card.kind, "name": card.name, "summary": card.summary,
        "categories": [chip.code for chip in card.categories],
        "distance_m": None if card.distance_m is None else round(card.distance_m),
        "lat": card.lat, "lon": card.lon, "hub_id": card.hub_id or None,
        "hub_name": card.hub.name if card.hub else None, "ward_code": card.ward_code or None,
        "ward_name": card.ward.name if card.ward else None, "next_session": card.when_iso or None,
        "cost": card.cost or None, "url": card.url}
    if card.kind == "opportunity":
        made |= {"direction": card.direction, "opportunity_kind": card.kind_code}
    return made


def columns(layer: str) -> tuple[str, ...]:
    """The names of a table's columns, in order: the fields of a result, then what somebody on the telephone needs."""
    return (*COLUMNS, *(_OF_OPPORTUNITIES if layer == "opportunities" else ()), *FOR_PEOPLE)


def whole(ending: str, asked: Search, name: str) -> Response:
    """Everything that a query finds, as GeoJSON or CSV; `name` is the file's."""
    layer = asked.found.layer
    cards = services.cards(asked.near, asked.query)
    made = ((cards.of(layer, hit.number, hit.distance_m), layer.record(hit.number)) for hit in asked.found.ordered())
    return _geojson(made, name) if ending == "geojson" else _csv(made, name)


def _geojson(made: Iterable[tuple[Card, Record]], name: str) -> Response:
    """A FeatureCollection, longitude first. What has no place has a null geometry."""
    features = []
    for card, _record in made:
        properties = result(card)
        lat, lon = properties.pop("lat"), properties.pop("lon")
        point = None if lat is None else {"type": "Point", "coordinates": [lon, lat]}
        features.append({"type": "Feature", "id": card.id, "geometry": point, "properties": properties})
    response = jsonify({"type": "FeatureCollection", "features": features})
    response.mimetype = "application/geo+json"
    response.headers.extend(_download(name, "geojson"))
    return response


def _csv(made: Iterable[tuple[Card, Record]], name: str) -> Response:
    """The fields of /find.json, then what somebody with a spreadsheet needs; formulas defused; lists by semicolons."""
    text = StringIO("\ufeff")  # the mark tells Excel that it is UTF-8
    text.seek(1)
    writer, root = csv_files.writer(text), services.root()
    writer.writerow(columns(name))
    for card, record in made:
        row = result(card) | for_people(card, record)
        row["categories"], row["url"] = ";".join(row["categories"]), root + row["url"]
        writer.writerow(["" if value is None else defused(str(value)) for value in row.values()])
    return Response(text.getvalue(), mimetype="text/csv", headers=_download(name, "csv"))


def for_people(card: Card, record: Record) -> dict:
    """Times, address and how to reach them, in words; of a home no address, of contacts what they agreed to."""
    in_home, contact = getattr(record, "meets_in_home", False), record.contact.public()
    return {
        "times": getattr(record, "times", "") or getattr(record, "opening_hours", ""), "cost_in_words": card.cost_text,
        "address": "" if in_home else getattr(record, "address", ""), "postcode": "" if in_home else record.postcode,
        "access": "; ".join(chip.label for chip in card.access), "languages": "; ".join(card.languages),
        "ages": wording.ages(getattr(record, "age_min", None), getattr(record, "age_max", None)),
        "phone": contact.phone, "email": contact.email, "website": contact.website,
        "last_confirmed": record.last_confirmed,
        "connected_themes": "; ".join(chip.label for chip in card.connects)}


def calendar(assets: Iterable[tuple[AssetLayer, int]], name: str, filename: str = "groups",
             others: Iterable[FeedEvent] = ()) -> Response:
    """The sessions of groups or opportunities, and `others`, as a calendar that phones and desktops open."""
    entries = [*(entry for layer, number in assets for entry in entries_of(layer, number)), *others]
    body = feed(entries, name=name, now=services.now(), timezone=services.settings().timezone,
                calendar=services.atlas().calendar)
    return Response(body, mimetype="text/calendar", headers=_download(filename, "ics"))


def entries_of(layer: AssetLayer, number: int) -> list[FeedEvent]:
    """One asset's sessions with where they are. A home is named by its ward alone."""
    record = layer.record(number)
    if not isinstance(record, Group | Opportunity) or record.status != "active":
        return []
    hubs, made = services.atlas().hubs, []
    lat, lon = _point(layer, number, record)
    for position, meeting in enumerate(record.meetings):
        hub_id = meeting.hub_id or record.hub_id
        hub = hubs.number_of.get(hub_id)
        row = None if hub is None else hubs.rows[hub]
        faded = services.atlas().faded_hubs.get(hub_id, "")
        made.append(FeedEvent(
            uid=f"{layer.layer.singular}-{record.id}-{position}", title=record.name, session=meeting.session,
            description=record.summary, url=services.root() + f"/{layer.layer.name}/{record.id}",
            location=_location(record, row, faded), lat=lat, lon=lon))
    return made


def _point(layer: AssetLayer, number: int, record: Group | Opportunity) -> tuple[float | None, float | None]:
    """The one place where all its sessions are; none when there are several, or when it is somebody's home."""
    spots = layer.spots_of(number)
    if len(spots) != 1 or getattr(record, "meets_in_home", False):
        return None, None
    return float(layer.spots.lat[spots[0]]), float(layer.spots.lon[spots[0]])


def _location(record: Group | Opportunity, hub_row, faded: str) -> str:
    if getattr(record, "meets_in_home", False):
        return ""
    if hub_row is not None:
        return ", ".join(filter(None, (hub_row["name"], hub_row["address"], hub_row["postcode"])))
    if faded:
        return faded
    if record.online:
        return "Online"
    return ", ".join(filter(None, (getattr(record, "address", ""), record.postcode)))


def _download(name: str, ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'inline; filename="{name}.{ending}"'}

