"""schema.org descriptions of a record (JSON-LD), for search engines."""

from __future__ import annotations

import json

from assetmap.domain.group import Group
from assetmap.domain.hub import Hub
from assetmap.domain.schedule import Rule
from assetmap.store.rows import Record
from assetmap.web.cards import Card

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def script_safe(document: dict) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(document, ensure_ascii=False).translate(_ESCAPES)


def document(record: Record, card: Card, root: str) -> dict:
    """A Place for a hub, an Event with its schedule for a group or an opportunity."""
    url = root.rstrip("/") + card.url
    base = {"@context": "https://schema.org", "name": record.name, "url": url}
    if record.summary:
        base["description"] = record.summary
    if isinstance(record, Hub):
        return base | {"@type": "Place", **_place(record, card)}
    if not isinstance(record, Group):
        return base | {"@type": "Demand" if record.direction == "ask" else "Offer"}
    made = base | {"@type": "Event"}
    made["isAccessibleForFree"] = record.cost in ("free", "donation")
    made["eventAttendanceMode"] = ("https://schema.org/OnlineEventAttendanceMode" if record.online and card.lat is None
                                   else "https://schema.org/OfflineEventAttendanceMode")
    if record.organisation:
        made["organizer"] = {"@type": "Organization", "name": record.organisation}
    if card.when_iso:
        made["startDate"] = card.when_iso
    schedules = [_schedule(m.session) for m in record.meetings if m.session.rule and m.session.start_time]
    if schedules:
        made["eventSchedule"] = schedules
    if not record.meets_in_home and card.lat is not None:
        name = card.hub.name if card.hub else record.name
        made["location"] = {"@type": "Place", "name": name, **_place(record, card)}
    return made


def _place(record: Record, card: Card) -> dict:
    made: dict[str, object] = {}
    if card.lat is not None:
        made["geo"] = {"@type": "GeoCoordinates", "latitude": card.lat, "longitude": card.lon}
    if record.postcode or getattr(record, "address", ""):
        made["address"] = {"@type": "PostalAddress", "streetAddress": getattr(record, "address", ""),
                           "postalCode": record.postcode, "addressCountry": "GB"}
    if record.access:
        made["amenityFeature"] = [{"@type": "LocationFeatureSpecification", "name": chip.label, "value": True}
                                  for chip in card.access]
    return made


def _schedule(session) -> dict:
    rule: Rule = session.rule
    frequency = {"weekly": f"P{rule.interval}W", "monthly": f"P{rule.interval}M", "once": ""}[rule.freq]
    made: dict[str, object] = {"@type": "Schedule", "startTime": f"{session.start_time:%H:%M:%S}",
                               "scheduleTimezone": "Europe/London"}
    if frequency:
        made["repeatFrequency"] = frequency
    if session.end_time:
        made["endTime"] = f"{session.end_time:%H:%M:%S}"
    if rule.weekdays:
        made["byDay"] = [f"https://schema.org/{_DAYS[day]}" for day in rule.weekdays]
    if rule.start:
        made["startDate"] = rule.start.isoformat()
    if rule.until:
        made["endDate"] = rule.until.isoformat()
    return made
