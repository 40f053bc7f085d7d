"""What a pack or a page of favourites shows of each thing on the map, in the reader's language.

It is looked up anew each time: what was hidden, has ended or is not open any more is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from assetmap.atlas.assets import AssetLayer
from assetmap.domain.group import Meeting
from assetmap.domain.location import LocationSource
from assetmap.domain.opportunity import Opportunity
from assetmap.domain.pack import Item, coarse
from assetmap.domain.person import GIVER as INDIVIDUAL
from assetmap.domain.place import Place
from assetmap.domain.schedule import Session, next_start
from assetmap.store import merging
from assetmap.store.rows import Record
from assetmap.web import language, pack_words, records, services, wording
from assetmap.web.cards import Card
from assetmap.web.language import gettext as _

_DATES = 3


@dataclass(slots=True)
class Shown:
    """One suggestion in words. What comes from the map itself is English, in `in_english` too."""

    key: str
    url: str
    name: str
    icon: str
    theme: str
    what: str = ""
    topics: str = ""
    when: list[tuple[str, bool]] = field(default_factory=list)
    dates: list[tuple[str, str]] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    online: bool = False
    far: str = ""
    cost: str = ""
    cost_note: str = ""
    getting_in: str = ""
    languages: str = ""
    phone: str = ""
    phone_url: str = ""
    email: str = ""
    answer_url: str = ""
    until: str = ""
    paused: bool = False
    line: str = ""


def of(items: Iterable[Item]) -> tuple[list[Shown], int]:
    """(what is on the map in the order of the items, how many are not there any more)."""
    made = []
    wanted = list(items)
    for item in wanted:
        found = find(item)
        if found is not None:
            made.append(_shown(item, *found))
    return made, len(wanted) - len(made)


def find(item: Item) -> tuple[AssetLayer, int] | None:
    """Where an item is in the Atlas, merged ones under their new address; None when it has gone or is over."""
    layer: AssetLayer = getattr(services.atlas(), item.layer)
    number = layer.number_of.get(item.id)
    if number is None:
        with services.database().reading() as connection:
            number = layer.number_of.get(merging.new_address(connection, item.layer, item.id) or "")
    if number is None or not records.still_shown(item.layer, layer, number):
        return None
    return (layer, number) if layer.listed_mask(services.now())[number] else None


def far_from(item: Item, place: Place) -> int | None:
    """Roughly how far an item is from a place, in metres; None when it has no place of its own that may be shown."""
    found = find(item)
    if found is None:
        return None
    layer, number = found
    record, spots = layer.record(number), layer.spots_of(number)
    if not spots or getattr(record, "meets_in_home", False) or record.location.source is LocationSource.CONTACT or \
            (isinstance(record, Opportunity) and not record.hub_id and record.location.place is None):
        return None
    x, y = services.atlas().to_metres(place.lat, place.lon)
    return coarse(min(((layer.spots.x[spot] - x) ** 2 + (layer.spots.y[spot] - y) ** 2) ** 0.5 for spot in spots))


def _shown(item: Item, layer: AssetLayer, number: int) -> Shown:
    card, record = services.cards().of(layer, number), layer.record(number)
    made = Shown(f"{item.layer}:{item.id}", card.url, card.name, card.icon, card.theme, card.summary, line=item.line,
                 paused=card.paused, where=_where(record, card), far=pack_words.distance(item.far_m,
                                                                                           services.settings()))
    made.getting_in = ", ".join(pack_words.term("access", code) for code in record.access)
    made.languages = pack_words.tongues(record.languages)
    made.online = bool(getattr(record, "online", False))
    if not layer.is_individuals[number]:
        contact = record.contact.public()
        made.phone, made.email = contact.phone, contact.email
        made.phone_url = "tel:" + "".join(c for c in contact.phone if c.isdigit() or c == "+")
    if item.layer == "hubs":
        made.topics = pack_words.term("hub_kind", record.kind)
        made.when = [(line, True) for line in record.opening_hours.split("\n") if line]
        return made
    made.cost, made.cost_note = pack_words.cost(record)
    _say_when(made, layer, record)
    if isinstance(record, Opportunity):
        kind = pack_words.term("opportunity_kind", record.kind)
        made.topics = _("On offer: %(what)s", what=kind) if record.direction == "offer" else _("Wanted: %(what)s",
                                                                                              what=kind)
        made.answer_url = f"/opportunities/{quote(record.id)}/answer"
        made.until = _("Open until %(day)s", day=pack_words.day(record.expires)) if record.expires else ""
    else:
        made.topics = ", ".join(pack_words.term("category", code) for code in record.categories)
    return made


def _say_when(made: Shown, layer: AssetLayer, record: Record) -> None:
    """The usual times, and the next date; the next few where the usual times cannot be said in the language."""
    starts: list[tuple[datetime, Session]] = []
    several = len({meeting.hub_id for meeting in record.meetings}) > 1
    for meeting in record.meetings:
        said, english = pack_words.usual(meeting.session)
        place = _place_of(meeting) if several else ""
        if said:
            made.when.append((f"{said}, {place}" if place else said, english))
        after = services.now()
        for _number in range(_DATES):
            start = next_start(meeting.session, after, layer.calendar)
            if start is None:
                break
            starts.append((start, meeting.session))
            after = start + timedelta(minutes=1)
    if not made.paused:
        made.dates = [(pack_words.day(start.date()), pack_words.hours(session.start_time, session.end_time))
                      for start, session in sorted(starts, key=lambda pair: pair[0])[:1 if made.when else _DATES]]


def _place_of(meeting: Meeting) -> str:
    link = services.cards().hub_link(meeting.hub_id)
    return link.name if link else ""


def _where(record: Record, card: Card) -> list[str]:
    """The lines of an address; of a home or a person the ward alone."""
    if getattr(record, "meets_in_home", False):
        return [card.place_text, _("Ask the group for the address.")]
    if getattr(record, "giver_kind", "") == INDIVIDUAL and not record.hub_id:
        return [card.place_text, _("You agree on a place together.")]
    if card.kind == "hub":
        return list(filter(None, (", ".join(wording.address_lines(record.address, record.postcode)),)))
    hub = services.atlas().hubs.number_of.get(card.hub_id)
    if hub is None:
        return [line for line in (card.place_text,) if line and line != _("Online")]
    row = services.atlas().hubs.rows[hub]
    lines = wording.address_lines(row["address"], row["postcode"])
    return list(filter(None, (row["name"], ", ".join(line for line in lines if line != row["name"]))))


def in_english() -> bool:
    """Whether the page's own words are English, as are those of the map."""
    return language.spoken() == language.ENGLISH
