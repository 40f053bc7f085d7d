"""The page of one group, hub or opportunity, and the same as JSON, as a calendar, as schema.org."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote

from flask import Blueprint, Flask, Response, abort, jsonify, redirect, render_template, request
from markupsafe import Markup

from assetmap.analysis.nearby import smallest
from assetmap.atlas.assets import AssetLayer
from assetmap.atlas.finding import Hit
from assetmap.domain.contact import Contact
from assetmap.domain.errors import NotFound, Unavailable
from assetmap.domain.group import Group, Meeting
from assetmap.domain.hub import Hub
from assetmap.domain.location import SENTENCE, LocationSource
from assetmap.domain.opportunity import Opportunity
from assetmap.domain.person import GIVER as INDIVIDUAL
from assetmap.domain.query import DAY_NAMES
from assetmap.domain.schedule import describe, next_start, occurs_on
from assetmap.domain.text import short, slug
from assetmap.store import favourites, listing, merging
from assetmap.store.rows import Record
from assetmap.web import findmap, formats, services, structured, wording
from assetmap.web.cards import Card
from assetmap.web.language import gettext as _
from assetmap.web.programmes import gatherings
from assetmap.web.relations.meeting_views import groups_of, hubs_of, of_opportunity
from assetmap.web.timebank.chances import takes_hours

blueprint = Blueprint("records", __name__)
_NEXT_DATES = 6
_NEAR_HERE = 4


@blueprint.get("/<any(groups, hubs, opportunities):name>/<record_id>")
def page(name: str, record_id: str) -> str:
    """A record's page. Hidden ones are not found, whoever asks by id."""
    layer, number = find_record(name, record_id)
    card = services.cards().of(layer, number)
    record = layer.record(number)
    make = {"groups": _group_page, "hubs": _hub_page, "opportunities": _opportunity_page}[name]
    context = make(layer, number, record, card)
    address = f"/{name}/{quote(card.id)}"
    links = {"json": address + ".json", "ics": address + ".ics",
             "report": address + "/report", "back": "/"}
    return render_template(f"find/{layer.layer.singular}.html", card=card, links=links,
                           map=findmap.record_map(card, context.get("could_meet") or ()),
                           jsonld=Markup(structured.script_safe(structured.document(record, card, services.root()))),
                           source_text=_source(record), **context)


@blueprint.get("/<any(groups, hubs, opportunities):name>/<record_id>.json")
def as_json(name: str, record_id: str) -> Response:
    """What the page shows, for machines."""
    layer, number = _open_record(name, record_id)
    record, card = layer.record(number), services.cards().of(layer, number)
    made = formats.result(card) | {
        "description": getattr(record, "description", ""), "access": list(record.access),
        "languages": list(record.languages), "connected_themes": list(record.connected_themes),
        "postcode": "" if _in_home(record) else record.postcode,
        "address": "" if _in_home(record) else getattr(record, "address", ""),
        "times": getattr(record, "times", "") or getattr(record, "opening_hours", ""),
        "sessions": [describe(m.session) for m in getattr(record, "meetings", ())],
        "next_sessions": [date.isoformat() for date, _meeting in _next_dates(layer, record)],
        "contact": _contact(record.contact), "status": record.status, "sample": card.is_sample,
        "last_confirmed": record.last_confirmed and record.last_confirmed.isoformat(),
        "confirmed_by": wording.confirmed_by(record.confirmed_by, card.kind), "freshness": card.confirmed["state"]}
    return jsonify(made | gatherings.hub_document(record_id) if name == "hubs" else made)


@blueprint.get("/<any(groups, hubs, opportunities):name>/<record_id>.ics")
def as_calendar(name: str, record_id: str) -> Response:
    """Its sessions, to add to a calendar; a hub's are those of all that meets there."""
    layer, number = _open_record(name, record_id)
    held, others = [(layer, number)], []
    if name == "hubs":
        groups = services.atlas().groups
        held = [(groups, group) for group in _at_hub(groups, record_id)]
        others = gatherings.feed_events(gatherings.at_hub(record_id))
    return formats.calendar(held, layer.rows[number]["name"], record_id, others)


def _open_record(name: str, record_id: str) -> tuple[AssetLayer, int]:
    """As `find_record`, for machines. Raises NotFound for what one person offers or asks for."""
    layer, number = find_record(name, record_id)
    if layer.is_individuals[number]:
        raise NotFound(_("What one person offers or asks for is not in the open data. Its page is at %(url)s.",
                         url=f"/{name}/{quote(record_id)}"))
    return layer, number


def find_record(name: str, record_id: str) -> tuple[AssetLayer, int]:
    """The layer and the number of a record that the public may see.

    One that was merged into another answers with the way to that one's same page. Raises NotFound.
    """
    layer: AssetLayer = getattr(services.atlas(), name)
    number = layer.number_of.get(record_id)
    if number is None or not still_shown(name, layer, number):
        _lead_on(name, record_id)
        raise NotFound(_("There is no %(kind)s at this address. It may have closed, or the address may be mistyped.",
                         kind=_(layer.layer.singular)))
    return layer, number


def still_shown(name: str, layer: AssetLayer, number: int) -> bool:
    """Whether a record of this Atlas is public in the store too, which may be newer.

    Raises Unavailable when the newer one says less: consent was taken back, or it meets in somebody's home.
    """
    row, database = layer.rows[number], services.database()
    try:
        if database.version() == services.atlas().version:
            return True
        with database.reading() as connection:
            now = listing.in_sight(connection, name, row["id"])
    except Unavailable:
        return True  # the store is away; the map goes on with what it has
    if now is not None and (row["consent"] and not now["consent"] or now.get("meets_in_home", False) and
                            not row["meets_in_home"]):
        raise Unavailable(_("This page was changed just now. Please try again in a moment."))
    return now is not None


def _lead_on(name: str, record_id: str) -> None:
    with services.database().reading() as connection:
        new_id = merging.new_address(connection, name, record_id)
    if new_id is None or new_id not in getattr(services.atlas(), name).number_of:
        return
    rest = request.path.removeprefix(f"/{name}/{record_id}")
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    # what is being sent is sent again to the new address
    response = redirect(f"/{name}/{quote(new_id, '')}{rest}{query}", 301 if request.method in ("GET", "HEAD") else 308)
    response.headers["Cache-Control"] = "no-cache"  # the merge may be undone
    abort(response)


def _in_home(record: Record) -> bool:
    return getattr(record, "meets_in_home", False)


def _group_page(layer: AssetLayer, number: int, group: Group, card: Card) -> dict:
    dates = _next_dates(layer, group)
    shown = [] if group.status in ("ended", "paused") else dates
    detail = {
        "description_paragraphs": [part.strip() for part in group.description.split("\n") if part.strip()],
        "organisation": group.organisation,
        "audiences": services.atlas().vocabulary.labels("audience", group.audiences),
        "ages_text": wording.ages(group.age_min, group.age_max), "sessions": _sessions(group, dates),
        "next_dates": [{"text": wording.moment(at, services.now()), "iso": at.isoformat(),
                        "place": _hub_name(meeting.hub_id)} for at, meeting in shown],
        "notes": group.notes.split("\n") if group.notes else [], **_reaching(group), **_getting_there(group, card),
        "other_categories": list(group.other_categories)}
    return {"group": detail, "near_here": _near_here(layer, number)}


def _sessions(record: Group | Opportunity, dates: list[tuple[datetime, Meeting]]) -> list[dict]:
    made = []
    for meeting in record.meetings:
        session = meeting.session
        made.append({
            "text": describe(session) if session.understood else session.text,
            "place": services.cards().hub_link(meeting.hub_id),
            "understood": session.understood, "note": session.note,
            "next_dates": [wording.moment(at, services.now()) for at, other in dates if other is meeting][:3]})
    return made


def _next_dates(layer: AssetLayer, record: Record) -> list[tuple[datetime, Meeting]]:
    """The next few times that any of the sessions starts, soonest first."""
    made = []
    for meeting in getattr(record, "meetings", ()):
        after = services.now()
        for _number in range(_NEXT_DATES):
            start = next_start(meeting.session, after, layer.calendar)
            if start is None:
                break
            made.append((start, meeting))
            after = start + timedelta(minutes=1)
    return sorted(made, key=lambda pair: pair[0])[:_NEXT_DATES]


def _hub_name(hub_id: str) -> str:
    link = services.cards().hub_link(hub_id)
    return link.name if link else ""


def _reaching(record: Record) -> dict:
    """Contact details that the record's people agreed to publish."""
    held, public = record.contact, _contact(record.contact)
    note = ""
    if getattr(record, "giver_kind", "") == INDIVIDUAL:
        return {"contact": None, "contact_note": _("You can write to them through this site. Neither of you sees the "
                                                   "other’s address.")}
    if (held.phone or held.email) and not held.consent:
        note = _("They have not agreed to publish a telephone number or e-mail address here.")
    elif not public:
        note = _("No contact details are known. You can turn up, or ask at the place where they meet.")
    return {"contact": public, "contact_note": note}


def _contact(contact: Contact) -> dict | None:
    public = contact.public()
    if not (public.phone or public.email or public.website):
        return None
    digits = "".join(c for c in public.phone if c.isdigit() or c == "+")
    return {"phone": public.phone, "phone_url": f"tel:{digits}" if digits else "", "email": public.email,
            "website": public.website}


def _getting_there(record: Record, card: Card) -> dict:
    if _in_home(record):
        return {"address_lines": [], "getting_there": None,
                "location_sentence": _("This group meets in somebody's home, so the map shows only the ward. "
                                       "Ask the group for the address.")}
    if getattr(record, "giver_kind", "") == INDIVIDUAL and not record.hub_id:
        return {"address_lines": [], "getting_there": None, "location_sentence": _(
            "This is one person’s offer or ask, so the map shows only the ward. You agree on a place together.")}
    source = record.location.source
    address, postcode = getattr(record, "address", ""), record.postcode
    hub = services.atlas().hubs.number_of.get(getattr(record, "hub_id", ""))
    if hub is not None and not address and not postcode:
        row = services.atlas().hubs.rows[hub]
        address, postcode, source = row["address"], row["postcode"], LocationSource.HUB
    elif card.faded_hub and not address and not postcode:
        address, source = card.faded_hub, LocationSource.HUB
    there = None
    if card.lat is not None and source is not LocationSource.CONTACT:
        there = {"postcode": postcode, "bus_note": "",
                 "map_url": f"https://www.openstreetmap.org/directions?to={card.lat:.5f}%2C{card.lon:.5f}"}
    if source is LocationSource.NONE and getattr(record, "ward_code", "") and card.lat is not None:
        return {"address_lines": [], "getting_there": None, "location_sentence": _(
            "It is somewhere in this ward; the map’s pin stands in the middle of it.")}
    lines = wording.address_lines(address, postcode)
    if lines and card.hub and slug(lines[0]) == slug(card.hub.name):
        lines = lines[1:]  # the hub's name stands above, as a link
    sentence = _(SENTENCE[source]) if card.lat is not None or source else ""
    if card.lat is not None and not card.ward_code and len(services.atlas().wards):
        sentence += " " + _("It is outside the wards on this map.")
    return {"address_lines": lines, "getting_there": there,
            "location_sentence": sentence.strip()}


def _source(record: Record) -> str:
    if record.source in ("", "sample"):
        return ""
    return _("From the list “%(source)s”.", source=short(record.source, 60))


def _near_here(layer: AssetLayer, number: int) -> list[Card]:
    """A few others close by."""
    spots = layer.spots_of(number)
    if not spots:
        return []
    x, y = float(layer.spots.x[spots[0]]), float(layer.spots.y[spots[0]])
    numbers, metres = layer.index.within(x, y, 1_000)
    fits = layer.listed_mask(services.now())[numbers] & (numbers != number)
    numbers, metres = numbers[fits], metres[fits]
    first = smallest(metres, _NEAR_HERE)
    return services.cards().of_hits(layer, [Hit(int(numbers[i]), float(metres[i])) for i in first])


def _hub_page(layer: AssetLayer, number: int, hub: Hub, card: Card) -> dict:
    atlas, cards = services.atlas(), services.cards()
    groups = _at_hub(atlas.groups, hub.id)
    week = _week(atlas.groups, groups, hub.id)
    with services.database().reading() as connection:
        pages = [{"title": one.title, "url": f"/favourites/{quote(one.id)}"}
                 for one in favourites.of_hub(connection, hub.id)]
    detail = {
        "kind_label": card.kind_label, "access": card.access, "opening_hours": hub.opening_hours, "rooms": hub.rooms,
        "capacity": hub.capacity, "languages": card.languages, "notes": hub.notes.split("\n") if hub.notes else [],
        "week": week, "groups": cards.of_numbers(atlas.groups, groups),
        "opportunities": cards.of_numbers(atlas.opportunities, _at_hub(atlas.opportunities, hub.id)),
        **_reaching(hub), **_getting_there(hub, card)}
    return {"hub": detail, "favourites": pages, "of_programmes": gatherings.hub_part(hub.id, week)}


def _at_hub(layer: AssetLayer, hub_id: str) -> list[int]:
    listed = layer.listed_mask(services.now())
    owners = layer.spots.owner[layer.spots.hub_id == hub_id]
    named = [number for number, held_at in enumerate(layer.column("hub_id")) if held_at == hub_id]
    return [number for number in sorted({*owners.tolist(), *named}) if listed[number]]


def _week(layer: AssetLayer, groups: list[int], hub_id: str) -> list[dict]:
    """The next seven days at a hub, each with its sessions by time."""
    today, made = services.now().date(), []
    held = [(number, record, meeting) for number in groups for record in [layer.record(number)]
            for meeting in record.meetings if (meeting.hub_id or record.hub_id) == hub_id and meeting.session.rule]
    cards = {number: services.cards().of(layer, number) for number, _record, _meeting in held}
    for offset in range(7):
        day = today + timedelta(days=offset)
        sessions = [{"start": _clock(m.session.start_time), "end": _clock(m.session.end_time), "name": record.name,
                     "url": cards[number].url, "theme": cards[number].theme}
                    for number, record, m in held if record.status == "active"
                    and occurs_on(m.session.rule, day, layer.calendar)]
        made.append({"day": DAY_NAMES[day.weekday()], "date_text": wording.day_name(day, today),
                     "sessions": sorted(sessions, key=lambda s: (s["start"], s["name"]))})
    return made


def _clock(at) -> str:
    return "" if at is None else f"{at:%H:%M}"


def _opportunity_page(layer: AssetLayer, number: int, chance: Opportunity, card: Card) -> dict:
    giver = None
    if chance.giver_kind == INDIVIDUAL:
        giver = {"name": _("Somebody who lives here"), "url": ""}
    elif chance.giver_kind:
        source: AssetLayer = getattr(services.atlas(), chance.giver_kind)
        held = source.number_of.get(chance.giver)
        if held is not None:
            giver = {"name": source.rows[held]["name"], "url": f"/{chance.giver_kind}/{quote(chance.giver)}"}
    elif chance.giver:
        giver = {"name": chance.giver, "url": ""}
    detail = {
        "direction_label": card.direction_label, "kind_label": card.kind_label, "giver": giver,
        "topics": card.categories, "when_text": wording.usual_times(chance), "hours_text": card.hours_text,
        "reward_text": card.reward_text, "amount": chance.amount,
        "reach_text": _("Within %(distance)s", distance=wording.distance(chance.reach_m)) if chance.reach_m else "",
        "expires_text": card.expires_text, "state_label": _(chance.state.capitalize()),
        "notes": chance.notes.split("\n") if chance.notes else [], "access": card.access, "languages": card.languages,
        **_reaching(chance), **_getting_there(chance, card)}
    is_open = bool(layer.listed_mask(services.now())[number])
    if is_open and chance.giver_kind == INDIVIDUAL:
        detail["contact_note"] = ""  # the button to answer says it
    return {"opportunity": detail, "can_answer": is_open, "takes_hours": takes_hours(chance.reward, chance.kind),
            "could_meet": of_opportunity(number) if is_open else [],
            "groups_about": groups_of(number) if is_open else [],
            "hubs_about": hubs_of(number) if is_open else []}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

