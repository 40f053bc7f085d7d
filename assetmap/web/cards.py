"""An asset as a card: what a list shows of it. Nothing here that the public may not see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

import numpy as np

from assetmap.atlas.assets import AssetLayer
from assetmap.atlas.atlas import Atlas
from assetmap.atlas.finding import Hit
from assetmap.atlas.fitting import next_fitting
from assetmap.atlas.near import NearPlace
from assetmap.domain.group import Group
from assetmap.domain.location import LocationSource
from assetmap.domain.opportunity import Opportunity
from assetmap.domain.query import FindQuery
from assetmap.domain.text import short
from assetmap.importing.instance import SAMPLE_SOURCE
from assetmap.settings import Settings
from assetmap.store.rows import Record
from assetmap.web import wording
from assetmap.web.language import gettext as _

_PATHS = {"groups": "/groups/", "hubs": "/hubs/", "opportunities": "/opportunities/"}
_KIND_ICONS = {"groups": "users", "hubs": "house", "opportunities": "heart-handshake"}
LONGEST_SUMMARY = 180


@dataclass(frozen=True, slots=True)
class Link:
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A word of the vocabulary with its looks."""

    code: str
    label: str
    icon: str = ""
    theme: str = ""


@dataclass(slots=True)
class Card:
    """What a list says of an asset. `next_iso` and `distance_m` are for machines, the texts for people."""

    id: str
    kind: str
    name: str
    url: str
    summary: str = ""
    categories: list[Chip] = field(default_factory=list)
    theme: str = ""
    icon: str = ""
    when: str = ""
    when_iso: str = ""
    when_note: str = ""
    distance_m: float | None = None
    distance_text: str = ""
    walk_text: str = ""
    cost: str = ""
    cost_text: str = ""
    access: list[Chip] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    connects: list[Chip] = field(default_factory=list)
    confirmed: dict[str, str] = field(default_factory=dict)
    hub: Link | None = None
    hub_id: str = ""
    faded_hub: str = ""
    ward: Link | None = None
    ward_code: str = ""
    place_text: str = ""
    lat: float | None = None
    lon: float | None = None
    is_sample: bool = False
    paused: bool = False
    ended: bool = False
    direction: str = ""
    direction_label: str = ""
    kind_code: str = ""
    kind_label: str = ""
    reward_text: str = ""
    hours_text: str = ""
    expires_text: str = ""


class Cards:
    """Makes cards from one Atlas at one moment.

    `near` is from where somebody asks, if they said; `query` the days and times that they asked for, if any: the
    next time that a card tells is then one of those.
    """

    def __init__(self, atlas: Atlas, settings: Settings, now: datetime, near: NearPlace | None = None,
                 query: FindQuery | None = None):
        self.atlas, self.settings, self.now = atlas, settings, now
        self._timed = query if query and (query.day or query.time) else None
        self._origin = near and atlas.to_metres(near.place.lat, near.place.lon)

    def of_hits(self, layer: AssetLayer, hits: Iterable[Hit]) -> list[Card]:
        """Cards in the order of the hits."""
        return [self.of(layer, hit.number, hit.distance_m) for hit in hits]

    def of_numbers(self, layer: AssetLayer, numbers: Iterable[int]) -> list[Card]:
        """Cards without distances."""
        return [self.of(layer, int(number)) for number in numbers]

    def of(self, layer: AssetLayer, number: int, distance_m: float | None = None) -> Card:
        """One asset's card."""
        record = layer.record(number)
        name = layer.layer.name
        card = Card(id=record.id, kind=layer.layer.singular, name=record.name, url=_PATHS[name] + quote(record.id),
                    icon=_KIND_ICONS[name])
        card.summary = short(record.summary or getattr(record, "description", ""), LONGEST_SUMMARY)
        card.access = self.chips("access", record.access)
        card.languages = self.atlas.vocabulary.labels("language", (code for code in record.languages if code != "en"))
        card.connects = self.chips("connected_theme", record.connected_themes)
        card.confirmed = wording.confirmed(record.last_confirmed, record.confirmed_by, card.kind, self.now.date(),
                                           self.settings)
        card.is_sample = record.source == SAMPLE_SOURCE
        card.paused, card.ended = record.status == "paused", record.status == "ended"
        self._place(card, layer, number, record, distance_m)
        if isinstance(record, Group):
            self._group(card, layer, number, record)
        elif isinstance(record, Opportunity):
            self._opportunity(card, layer, number, record)
        else:
            kind = self.atlas.vocabulary.get("hub_kind", record.kind)
            card.kind_label, card.icon = kind.label, kind.icon or card.icon
        return card

    def chips(self, kind: str, codes: Sequence[str]) -> list[Chip]:
        """Words of the vocabulary as chips."""
        return [Chip(t.code, t.label, t.icon, t.theme) for t in (self.atlas.vocabulary.get(kind, c) for c in codes)]

    def hub_link(self, hub_id: str) -> Link | None:
        """A hub that the public may see."""
        number = self.atlas.hubs.number_of.get(hub_id)
        return None if number is None else Link(self.atlas.hubs.rows.value(number, "name"), f"/hubs/{quote(hub_id)}")

    def ward_link(self, ward: int) -> Link | None:
        """A ward by its row in the Atlas; None outside every ward."""
        if ward < 0:
            return None
        return Link(self.atlas.ward_names[ward], f"/wards/{quote(self.atlas.ward_codes[ward])}")

    def _place(self, card: Card, layer: AssetLayer, number: int, record: Record, distance_m: float | None) -> None:
        card.distance_m = distance_m
        card.distance_text = wording.distance(distance_m)
        card.walk_text = wording.walk(distance_m, self.settings)
        card.hub_id, ward = getattr(record, "hub_id", ""), int(layer.ward[number])
        spot = self._nearest_spot(layer, number)
        if spot is not None:
            spots = layer.spots
            card.lat, card.lon = round(float(spots.lat[spot]), 6), round(float(spots.lon[spot]), 6)
            card.hub_id, ward = spots.hub_id[spot] or card.hub_id, int(spots.ward[spot])
        if ward >= 0:
            card.ward = self.ward_link(ward)
            card.ward_code = self.atlas.ward_codes[ward]
        card.hub = self.hub_link(card.hub_id) if card.hub_id else None
        if card.hub_id in self.atlas.faded_hubs:
            card.faded_hub, card.hub_id = self.atlas.faded_hubs[card.hub_id], ""
        card.place_text = self._place_text(record, card, ward)

    def _nearest_spot(self, layer: AssetLayer, number: int) -> int | None:
        """The row of the asset's place that is nearest to who asks; its first when nobody said from where."""
        rows, spots = layer.spots_of(number), layer.spots
        if not rows or self._origin is None:
            return rows[0] if rows else None
        x, y = self._origin
        return min(rows, key=lambda row: (spots.x[row] - x) ** 2 + (spots.y[row] - y) ** 2)

    def _next(self, layer: AssetLayer, number: int, record: Group | Opportunity) -> datetime | None:
        """When it next meets; on one of the days and times that were asked for, if it does then."""
        if self._timed:
            starts = (next_fitting(m.session, self._timed, self.now, layer.calendar) for m in record.meetings)
            fitting = [start for start in starts if start is not None]
            if fitting:
                return min(fitting)
        start = layer.next_start(self.now)[number]
        return None if np.isnat(start) else start.astype(datetime)

    def _place_text(self, record: Record, card: Card, ward: int) -> str:
        if getattr(record, "meets_in_home", False):
            card.distance_text, card.walk_text = (f"≈ {card.distance_text}" if card.distance_text else ""), ""
            return _("Meets in a home in %(ward)s ward", ward=card.ward.name) if card.ward else _("Meets in a home")
        online = getattr(record, "online", False)
        if online and card.lat is None:
            return _("Online")
        if record.location.source is LocationSource.CONTACT:
            card.walk_text = ""
        if card.hub is None and getattr(record, "ward_code", "") and record.location.place is None and card.ward:
            return _("Somewhere in %(ward)s", ward=card.ward.name)
        if card.hub is None:
            address = ", ".join(wording.address_lines(getattr(record, "address", ""), record.postcode))
            if record.location.source is LocationSource.CONTACT:
                address = _("Contact at %(postcode)s", postcode=address)
            text = address or card.faded_hub or (_("No place is known") if card.lat is None else "")
            if ward == -1 and len(self.atlas.wards):
                outside = _("outside the wards on this map")
                text = f"{text} ({outside})".strip()
            return text
        return _("and online") if online else ""

    def _group(self, card: Card, layer: AssetLayer, number: int, group: Group) -> None:
        card.categories = self.chips("category", group.categories)
        if card.categories:
            card.theme, card.icon = card.categories[0].theme, card.categories[0].icon or card.icon
        card.cost, card.cost_text = group.cost, wording.cost(group.cost, group.cost_note, self.atlas.vocabulary)
        self._when(card, layer, number, group)

    def _opportunity(self, card: Card, layer: AssetLayer, number: int, chance: Opportunity) -> None:
        kind = self.atlas.vocabulary.get("opportunity_kind", chance.kind)
        card.categories = self.chips("category", chance.topics)
        card.theme = card.categories[0].theme if card.categories else ""
        card.icon, card.kind_label, card.direction = kind.icon or card.icon, kind.label, chance.direction
        card.kind_code = chance.kind
        card.direction_label = _("Offer") if chance.direction == "offer" else _("Ask")
        card.reward_text = {"expenses": _("Expenses paid"), "time_credits": _("Time credits")}.get(chance.reward, "")
        if chance.hours is not None:
            card.hours_text = wording.hours(chance.hours)
        if chance.expires:
            card.expires_text = _("Open until %(day)s", day=wording.day_name(chance.expires, self.now.date()))
        self._when(card, layer, number, chance)

    def _when(self, card: Card, layer: AssetLayer, number: int, record: Group | Opportunity) -> None:
        if card.paused or card.ended:
            card.when = _("Paused for now") if card.paused else _("This has ended")
            return
        at = self._next(layer, number, record)
        if at is not None:
            card.when, card.when_iso = wording.moment(at, self.now), at.isoformat()
        elif record.meetings:
            card.when = short(wording.usual_times(record), 120)
        elif isinstance(record, Group):
            card.when_note = _("Times are not known: please ask")
