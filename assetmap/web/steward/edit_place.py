"""The place of a record while its form is filled in: the map, the postcode's point, and what looks wrong."""

from __future__ import annotations

from collections.abc import Mapping

from assetmap.atlas.locator import Locator
from assetmap.domain.errors import BadInput
from assetmap.domain.location import KnownPostcode, Location, LocationSource
from assetmap.domain.place import Place
from assetmap.domain.postcode import Postcode
from assetmap.store import records
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS, Record
from assetmap.web import findmap, services, wording
from assetmap.web.language import gettext as _
from assetmap.web.steward import shown

FAR_M = 1_000


def told(connection: Connection, values: Mapping[str, object]) -> dict:
    """Where the point of a form stands, and what to say of it.

    `lat`, `lon`: the point, None for none; `lines`: {level, text}, level warn or plain.
    """
    postcode, lines = str(values.get("postcode", "")).strip(), []
    known = _known(connection, postcode)
    given = _given(values) if values.get("position_from") == "given" else None
    point = given or (known.place if known else None)
    if postcode and known is None:
        lines.append(_line("warn", _("“%(postcode)s” is not a postcode that exists.", postcode=postcode[:20])))
    elif known and known.place is None:
        lines.append(_line("warn", _("Nobody knows where %(postcode)s is on the map.", postcode=postcode.upper())))
    elif known and known.terminated:
        lines.append(_line("warn", _("%(postcode)s is no longer in use. Its last place is taken.",
                                     postcode=postcode.upper())))
    if point is None and (hub := _hub(connection, values)):
        point = hub.location.place
        lines.append(_line("plain", _("It is shown at %(place)s, where it meets.", place=hub.name)))
    else:
        lines += _about(point, given, known, postcode)
    return {"lat": point and point.lat, "lon": point and point.lon, "lines": lines}


def warnings(connection: Connection, location: Location, postcode: str) -> list[str]:
    """What looks wrong with the place of a record that was saved."""
    point, given = location.place, location.place if location.source is LocationSource.GIVEN else None
    return [line["text"] for line in _about(point, given, _known(connection, postcode), postcode)
            if line["level"] == "warn"]


def map_of(place: Mapping) -> dict:
    """The shell of the form's map, and what its module needs to know."""
    made = findmap.page_map("place_map", "", layers=(), fit=findmap.around(place["lat"], place["lon"]))
    config = {name: made["config"][name] for name in ("bounds", "wards_url")}
    return made | {"config": config | {"fit": made["config"].get("fit"), "lat": place["lat"], "lon": place["lon"]}}


def _about(point: Place | None, given: Place | None, known: KnownPostcode | None, postcode: str) -> list[dict]:
    if point is None:
        return []
    lines, atlas = [], services.atlas()
    if given and known and known.place and (apart := given.distance_m(known.place)) > FAR_M:
        lines.append(_line("warn", _("The point is %(far)s from the postcode %(postcode)s. Is one of them wrong?",
                                     far=wording.distance(apart), postcode=postcode.upper())))
    ward = atlas.ward_at(point.lat, point.lon)
    if ward >= 0:
        lines.append(_line("plain", _("This is in %(ward)s ward.", ward=atlas.ward_names[ward])))
    elif len(atlas.wards):
        lines.append(_line("warn", _("This is outside every ward on this map. Is it in the right place?")))
    return lines


def _known(connection: Connection, text: str) -> KnownPostcode | None:
    try:
        return Locator(connection).find(Postcode.parse(text)) if text else None
    except BadInput:
        return None


def _hub(connection: Connection, values: Mapping[str, object]) -> Record | None:
    """The first venue that is a hub on the map: where something without a place of its own is shown."""
    venues = values.get("venue", "")
    for text in [venues] if isinstance(venues, str) else venues:
        hub_id = shown.hub_id_of(text.strip())
        hub = records.get(connection, LAYERS["hubs"], hub_id)[0] if hub_id else None
        if hub and hub.location.place:
            return hub
    return None


def _given(values: Mapping[str, object]) -> Place | None:
    try:
        return Place(float(str(values.get("lat", ""))), float(str(values.get("lon", ""))))
    except (ValueError, BadInput):
        return None


def _line(level: str, text: str) -> dict[str, str]:
    return {"level": level, "text": text}
