"""What the store holds of a record, in the words of those who look after it: labels, values, changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from urllib.parse import quote

from flask import g

from assetmap.domain.location import LocationSource
from assetmap.domain.schedule import describe
from assetmap.domain.text import slug
from assetmap.store import records
from assetmap.store.programme_rows import PROGRAMME_LAYERS
from assetmap.store.rows import LAYERS, load_list, load_meetings
from assetmap.web import services, wording
from assetmap.web.language import gettext as _

# Columns of the store, and the fields of forms and files where they are called something else.
_LABELS = {
    "id": _("Address of the page"), "name": _("Name"), "status": _("State"), "last_confirmed": _("Last confirmed"),
    "confirmed_by": _("Confirmed by"), "source": _("List it came from"), "source_id": _("Its id in that list"),
    "lat": _("Latitude"), "lon": _("Longitude"), "location_source": _("Where the position is from"),
    "position": _("Position"), "position_from": _("Where it is on the map"), "place": _("Where it is on the map"),
    "checked_today": _("I checked this today"), "postcode": _("Postcode"), "phone": _("Telephone"),
    "email": _("E-mail"),
    "website": _("Website"), "consent": _("Telephone and e-mail may be published"),
    "summary": _("In a sentence or two"),
    "notes": _("Note on the public page"), "languages": _("Languages"), "access": _("What helps people get in"),
    "connected_themes": _("Connected themes"), "kind": _("Kind"),
    "address": _("Address"), "opening_hours": _("Opening hours"), "rooms": _("Rooms"), "capacity": _("Room for"),
    "description": _("More about it"), "organisation": _("Run by"), "categories": _("What it is about"),
    "other_categories": _("Other words for what it is about"), "audiences": _("Who it is for"),
    "age_min": _("Youngest age"), "age_max": _("Oldest age"), "cost": _("Cost"), "cost_note": _("About the cost"),
    "times": _("Days and times"), "meetings": _("When"), "hub_id": _("Where it meets"), "venue": _("Where it meets"),
    "online": _("Online"), "meets_in_home": _("Meets in a home"), "direction": _("Offer or ask"),
    "topics": _("What it is about"), "giver": _("Who it is from"), "ward_code": _("Ward"), "ward": _("Ward"),
    "reach_m": _("How far it reaches, in metres"), "hours": _("Hours"), "reward": _("What is given back"),
    "amount": _("Amount"), "expires": _("Open until"), "state": _("How far it has got"),
    "charity_number": _("Charity number"), "company_number": _("Company number"),
    "contact_consent": _("Telephone and e-mail may be published"), "ages": _("Ages"),
}
_OF_LAYER = {
    ("hubs", "name"): _("Name of the place"), ("hubs", "kind"): _("Kind of place"),
    ("groups", "name"): _("Name of the group"), ("opportunities", "name"): _("Title"),
    ("opportunities", "kind"): _("Kind of offer or ask"), ("organisations", "name"): _("Name of the organisation"),
}
STATUS_LABELS = {
    "active": _("Shown"), "paused": _("Taking a break"), "ended": _("Has ended"),
    "hidden": _("Hidden from the public"),
}
_CODES = {
    "status": STATUS_LABELS,
    "direction": {"offer": _("Offer"), "ask": _("Ask")},
    "state": {"open": _("Open"), "introduced": _("People have been introduced"), "connected": _("They are in touch"),
              "closed": _("Closed")},
    "reward": {"none": _("Nothing"), "expenses": _("Expenses"), "time_credits": _("Time credits")},
}
_TERMS = {"categories": "category", "topics": "category", "audiences": "audience", "access": "access",
          "languages": "language", "connected_themes": "connected_theme", "cost": "cost"}
_KINDS = {"hubs": "hub_kind", "opportunities": "opportunity_kind"}
_POSITION_FROM = {
    LocationSource.GIVEN: _("placed on the map"), LocationSource.POSTCODE: _("of the postcode"),
    LocationSource.CONTACT: _("of the contact's postcode"), LocationSource.HUB: _("of the place where it meets"),
}
_POSITION = ("lat", "lon", "location_source")
_BOOKKEEPING = {"fingerprint", "version", "source", "source_id", "giver_kind"}


def field_label(layer_name: str, column: str) -> str:
    """What a column of the store, or a field of a form, is called on pages."""
    return _OF_LAYER.get((layer_name, column)) or _LABELS.get(column) or column.replace("_", " ").capitalize()


def code_labels(column: str) -> Mapping[str, str]:
    """The words of a column that holds one code of a fixed list: status, direction, state, reward."""
    return _CODES[column]


def value_text(layer_name: str, column: str, value: object) -> str:
    """A value as it is kept in a row (lists and meetings as JSON text), in words; "(empty)" for nothing."""
    return _said(layer_name, column, value) or _("(empty)")


def changes_shown(layer_name: str, changes: Mapping[str, list]) -> list[dict[str, str]]:
    """A line of history as rows of {label, before, after}, "" for nothing.

    `changes` is {column: [from, to]}. Latitude, longitude and where they are from are one row, times and meetings
    another; bookkeeping is left out.
    """
    made: dict[str, tuple[str, str]] = {}  # by label: several columns can be told in one row
    for column, (old, new) in changes.items():
        if column in _BOOKKEEPING or column == "meetings" and "times" in changes:
            continue
        if column in _POSITION:
            made[field_label(layer_name, "position")] = (_position(changes, 0), _position(changes, 1))
        elif column != "hub_id":
            made[field_label(layer_name, column)] = (_said(layer_name, column, old), _said(layer_name, column, new))
    before, after = _venues(changes, 0), _venues(changes, 1)
    if before != after:
        made[field_label(layer_name, "venue")] = (before, after)
    return [{"label": label, "before": old, "after": new} for label, (old, new) in made.items()
            if old != new or label != field_label(layer_name, "meetings")]


def record_url(layer_name: str, record_id: str) -> str:
    """The record's public page; an organisation has none, so its form."""
    return edit_url(layer_name, record_id) if layer_name == "organisations" else f"/{layer_name}/{quote(record_id, '')}"


def edit_url(layer_name: str, record_id: str) -> str:
    """The form of a record."""
    if layer_name in PROGRAMME_LAYERS:
        return f"/plan/programmes/edit/{layer_name}/{quote(record_id, '')}/change"
    own = f"/steward/{layer_name}/{quote(record_id, '')}"
    return f"{own}/edit" if record_id == "new" else own  # /new is the form of a new one


def history_url(layer_name: str, record_id: str) -> str:
    """What was changed of a record, when and by whom."""
    return f"/steward/{layer_name}/{quote(record_id, '')}/history"


def status_url(layer_name: str, record_id: str, status: str) -> str:
    """The page that asks before a record changes its state."""
    return f"/steward/{layer_name}/{quote(record_id, '')}/status/{status}"


def position_text(lat: float | None, lon: float | None, source: str = "") -> str:
    """A position in words: "51.54180, 0.65530 (of the postcode)"; "" for none."""
    if lat is None or lon is None:
        return ""
    known = _POSITION_FROM.get(source, "") if source else ""
    return f"{lat:.5f}, {lon:.5f}" + (f" ({known})" if known else "")


def _position(changes: Mapping[str, list], which: int) -> str:
    lat, lon, source = (changes.get(column, (None, None))[which] for column in _POSITION)
    if "lat" in changes and "lon" in changes:
        return position_text(lat, lon, source or "")
    # one of the two stayed as it was, and history holds only what differs
    parts = [f"{_LABELS[name]} {value:.5f}" for name, value in (("lat", lat), ("lon", lon)) if value is not None]
    known = _POSITION_FROM.get(source, "") if source else ""
    return ", ".join(filter(None, (*parts, known)))


def _said(layer_name: str, column: str, value: object) -> str:
    if value is None or value == "" or value == "[]":
        return ""
    say = _SAY.get(column)
    if say is not None:
        return say(value)
    if column == "kind" and layer_name in _KINDS:
        return services.atlas().vocabulary.get(_KINDS[layer_name], str(value)).label
    if column in _CODES:
        return _CODES[column].get(str(value), str(value))
    if column in _TERMS:
        held = load_list(str(value)) if str(value).startswith("[") else (str(value),)
        return ", ".join(services.atlas().vocabulary.labels(_TERMS[column], held))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _day(value: object) -> str:
    day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    return f"{day.day} {wording.LONG_MONTHS[day.month - 1]} {day.year}"


def _yes_no(value: object) -> str:
    return _("Yes") if value and value != "0" else _("No")


def _meetings(value: object) -> str:
    sessions = [meeting.session for meeting in load_meetings(str(value))]
    return "\n".join(describe(session) + (f" ({session.note})" if session.note else "") for session in sessions)


def _venues(changes: Mapping[str, list], which: int) -> str:
    """The hubs before or after a change, as far as the change tells."""
    first = changes.get("hub_id", ("", ""))[which] or ""
    held = [meeting.hub_id for meeting in load_meetings(changes.get("meetings", ("[]", "[]"))[which] or "[]")]
    return ", ".join(hub_name(hub_id) for hub_id in filter(None, dict.fromkeys([first, *held])))


def hub_name(hub_id: str) -> str:
    """A hub's name by its public id, hidden ones too; the id itself when there is no such hub."""
    return _names("hubs").get(hub_id, hub_id)


def hub_id_of(text: str) -> str:
    """The hub that an id or a name stands for; "" when it is none's, or several have it."""
    names = _names("hubs")
    if text in names or not is_only_name("hubs", text):
        return text if text in names else ""
    return next(hub_id for hub_id, name in names.items() if slug(name) == slug(text))


def is_only_name(layer_name: str, name: str) -> bool:
    """Whether one record of a layer has this name, and no other."""
    return _name_counts(layer_name)[slug(name)] == 1


def _name_counts(layer_name: str) -> Counter[str]:
    held = g.setdefault("record_name_counts", {})
    if layer_name not in held:
        held[layer_name] = Counter(map(slug, _names(layer_name).values()))
    return held[layer_name]


def giver_name(giver: str) -> str:
    """Who an offer or ask is from: the name of a hub or group, else as it is written."""
    hub, group = _names("hubs").get(giver), _names("groups").get(giver)
    if hub:
        return hub if is_only_name("hubs", hub) else giver
    return group if group and is_only_name("groups", group) and not is_name("hubs", group) else giver


def is_name(layer_name: str, name: str) -> bool:
    """Whether any record of a layer has this name."""
    return _name_counts(layer_name)[slug(name)] > 0


def ward_options() -> list[dict[str, str]]:
    """The wards to choose from, by name."""
    atlas = services.atlas()
    pairs = sorted(zip(atlas.ward_names, atlas.ward_codes, strict=True))
    return [{"value": code, "label": name} for name, code in pairs]


def _ward(value: object) -> str:
    return next((option["label"] for option in ward_options() if option["value"] == value), str(value))


def _names(layer_name: str) -> dict[str, str]:
    """Name by public id of every record of a layer; read once in a request."""
    held = g.setdefault("record_names", {})
    if layer_name not in held:
        with services.database().reading() as connection:
            held[layer_name] = {record_id: name for record_id, name, *_rest in
                                records.identities(connection, LAYERS[layer_name])}
    return held[layer_name]


_SAY: dict[str, Callable[[object], str]] = {
    **dict.fromkeys(("last_confirmed", "expires"), _day),
    **dict.fromkeys(("consent", "online", "meets_in_home"), _yes_no),
    "meetings": _meetings, "hub_id": lambda value: hub_name(str(value)),
    "giver": lambda value: giver_name(str(value)), "ward_code": _ward,
    "other_categories": lambda value: ", ".join(load_list(str(value))) if str(value).startswith("[") else str(value),
}
