"""What a pack or a page of favourites says of each thing, in the language in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_date, format_time

from assetmap.atlas.assets import AssetLayer
from assetmap.domain.pack import Item
from assetmap.domain.schedule import describe, next_start
from assetmap.store.rows import Record
from assetmap.web import formats, services, wording
from assetmap.web.language import DEFAULT, spoken
from assetmap.web.language import gettext as _

_DATES = 3
_LOCALES = {DEFAULT: "en_GB"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One block of a pack, all in words. `phone` is there only when it may be published."""

    layer: str
    id: str
    url: str
    name: str
    summary: str
    what: str
    when: str
    dates: list[str]
    where: str
    cost: str
    getting_in: str
    phone: str
    email: str
    line: str
    lat: float | None
    lon: float | None


def shown(items: Iterable[Item]) -> tuple[list[Shown], int]:
    """(the blocks, how many items are no longer on the map)."""
    made, gone = [], 0
    for item in items:
        layer: AssetLayer = getattr(services.atlas(), item.layer)
        number = layer.number_of.get(item.id)
        if number is None or not layer.listed_mask(services.now())[number]:
            gone += 1
        else:
            made.append(_block(layer, number, item))
    return made, gone


def entries(items: Iterable[Item]) -> list[tuple[AssetLayer, int]]:
    """The same for a calendar."""
    held = []
    for item in items:
        layer: AssetLayer = getattr(services.atlas(), item.layer)
        number = layer.number_of.get(item.id)
        if number is not None and layer.listed_mask(services.now())[number] and not layer.is_individuals[number]:
            held.append((layer, number))
    return held


def _block(layer: AssetLayer, number: int, item: Item) -> Shown:
    card, record = services.cards().of(layer, number), layer.record(number)
    contact = record.contact.public()
    labels = [_(chip.label) for chip in card.access]
    where = [card.hub.name] if card.hub else []
    if card.hub:
        row = services.atlas().hubs.rows[services.atlas().hubs.number_of[card.hub_id]]
        lines = wording.address_lines(row["address"], row["postcode"].replace(" ", "\u00a0"))
        where += [line for line in lines if line != card.hub.name]
    else:
        where.append(card.place_text or (card.ward.name if card.ward else ""))
    what = card.direction_label and f"{_(card.direction_label)}: {_(card.kind_label)}"
    return Shown(
        item.layer, item.id, services.root() + card.url, card.name, card.summary,
        what or ", ".join(chip.label for chip in card.categories), _usual(record), _dates(layer, record),
        ", ".join(filter(None, where)), _cost(record), ", ".join(labels), contact.phone, contact.email, item.line,
        card.lat, card.lon)


def _usual(record: Record) -> str:
    """The times in words; in another language only what can be said in it: the dates say the rest."""
    meetings = getattr(record, "meetings", ())
    if spoken() != DEFAULT:
        return ""
    if not meetings:
        return getattr(record, "opening_hours", "")
    return "; ".join(describe(m.session) if m.session.understood else m.session.text for m in meetings)


def _dates(layer: AssetLayer, record: Record) -> list[str]:
    starts: list[datetime] = []
    for meeting in getattr(record, "meetings", ()):
        after = services.now()
        for _number in range(_DATES):
            start = next_start(meeting.session, after, layer.calendar)
            if start is None:
                break
            starts.append(start)
            after = start + timedelta(minutes=1)
    return [said(start) for start in sorted(starts)[:_DATES]]


def said(start: datetime) -> str:
    """A date and time as they are written in the language in force."""
    locale = _LOCALES.get(spoken(), spoken())
    return f"{format_date(start, 'EEEE d MMMM', locale=locale)}, {format_time(start, 'HH:mm', locale=locale)}"


def day_said(day) -> str:
    """A day with its year, likewise."""
    return format_date(day, "d MMMM y", locale=_LOCALES.get(spoken(), spoken()))


def _cost(record: Record) -> str:
    code, note = getattr(record, "cost", ""), getattr(record, "cost_note", "")
    if not code:
        return note
    label = _(services.atlas().vocabulary.get("cost", code).label)
    return f"{label}: {note}" if note and note.lower() != label.lower() else label


def as_text(blocks: list[Shown], heading: str, link: str) -> str:
    """To paste into a message."""
    lines = [heading, ""] if heading else []
    for block in blocks:
        lines += [block.name, *filter(None, (block.summary, block.when, "; ".join(block.dates), block.where, block.cost,
                                             block.getting_in, block.phone, block.line)), block.url, ""]
    return "\n".join([*lines, *([link] if link else [])]).strip() + "\n"


def calendar(items: Iterable[Item], name: str):
    """The next meetings of everything in it, for a telephone's calendar."""
    return formats.calendar(entries(items), name, "pack")
