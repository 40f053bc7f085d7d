"""Each row of a file becomes a hub, a group or an opportunity, or problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assetmap.domain.contact import Contact
from assetmap.domain.group import STATUSES, Group
from assetmap.domain.hub import Hub
from assetmap.domain.opportunity import DIRECTIONS, REWARDS, STATES, Opportunity
from assetmap.domain.text import short, slug
from assetmap.importing import cells
from assetmap.importing.context import Context
from assetmap.importing.identity import public_ids, source_ids
from assetmap.importing.meetings import read_meetings
from assetmap.importing.position import locate
from assetmap.importing.sheet import Sheet
from assetmap.store.rows import Record

LONGEST_TEXT = 20_000
_STATUS_WORDS = {"open": "active", "live": "active", "registered": "active", "current": "active", "running": "active",
                 "closed": "ended", "removed": "ended", "finished": "ended", "inactive": "ended", "on_hold": "paused",
                 "suspended": "paused"}


def check(layer: str, sheet: Sheet, context: Context) -> list[Record]:
    """The records of every row that no fault refuses, in the file's order. Faults are in `sheet.problems`."""
    makers: dict[str, Callable[[Sheet, Context, dict], Sequence[Record]]] = {
        "hubs": _hubs, "groups": _groups, "opportunities": _opportunities}
    shared = _shared(sheet, context, layer)
    records = makers[layer](sheet, context, shared)
    refused = sheet.refused_rows() | sheet.twins
    return [record for number, record in zip(sheet.numbers, records, strict=True) if number not in refused]


def _shared(sheet: Sheet, context: Context, layer: str) -> dict[str, list]:
    """Columns that every kind of asset has."""
    vocabulary = context.vocabulary
    names = sheet.values("name", cells.name)
    if not sheet.has("name") and len(sheet):
        sheet.fault(0, "name", "no column holds the names; say which with --map name=COLUMN")
    locations, postcodes = locate(sheet, context.find_postcodes, context.suggest_postcodes, context.local_crs)
    contacts = [Contact(*parts) for parts in zip(
        sheet.values("phone", cells.phone), sheet.values("email", cells.email), sheet.values("website", cells.website),
        sheet.values("contact_consent", cells.yes_no), strict=True)]
    address = sheet.values("address", cells.text(500))
    status = cells.one_of(*STATUSES, default="active", also=_STATUS_WORDS)
    return {
        "id": public_ids(sheet, names), "name": names, "location": locations, "postcode": postcodes,
        "contact": contacts, "address": address,
        "summary": sheet.values("summary", cells.text(2_000)),
        "notes": sheet.values("notes", cells.text(LONGEST_TEXT, lines=True)),
        "access": sheet.values("access", cells.terms(vocabulary, "access")),
        "languages": sheet.values("languages", cells.terms(vocabulary, "language")),
        "status": sheet.values("status", status),
        "last_confirmed": sheet.values("last_confirmed", cells.past_day),
        "source_id": source_ids(sheet, layer, names, postcodes, address),
    }


def _hubs(sheet: Sheet, context: Context, shared: dict) -> list[Hub]:
    shared |= {
        "kind": sheet.values("kind", cells.term(context.vocabulary, "hub_kind", default="other")),
        "opening_hours": sheet.values("opening_hours", cells.text(2_000)),
        "rooms": sheet.values("rooms", cells.text(2_000)),
        "capacity": sheet.values("capacity", cells.whole_number(0, 100_000)),
    }
    return _made(Hub, sheet, context, shared)


def _groups(sheet: Sheet, context: Context, shared: dict) -> list[Group]:
    vocabulary = context.vocabulary
    categories = sheet.values("categories", _categories(vocabulary))
    costs = sheet.values("cost", cells.cost(vocabulary))
    notes = sheet.values("cost_note", cells.text(300))
    hub_ids, meetings, elsewhere = read_meetings(sheet, context)
    low, high = _ages(sheet)
    shared |= {
        "description": sheet.values("description", cells.text(LONGEST_TEXT, lines=True)),
        "organisation": sheet.values("organisation", cells.text(300)),
        "categories": [known for known, _ in categories], "other_categories": [other for _, other in categories],
        "audiences": sheet.values("audiences", cells.terms(vocabulary, "audience")),
        "age_min": low, "age_max": high,
        "cost": [code for code, _ in costs], "cost_note": [note or said for note, (_, said) in zip(notes, costs)],
        "times": sheet.values("times", cells.text(LONGEST_TEXT)), "meetings": meetings, "hub_id": hub_ids,
        "online": sheet.values("online", cells.yes_no), "meets_in_home": sheet.values("meets_in_home", cells.yes_no),
    }
    shared["address"] = [", ".join(filter(None, pair)) for pair in zip(elsewhere, shared["address"], strict=True)]
    return _made(Group, sheet, context, shared)


def _opportunities(sheet: Sheet, context: Context, shared: dict) -> list[Opportunity]:
    shared.pop("address")
    givers = [_giver(context, text) for text in sheet.values("giver", cells.text(300))]
    hub_ids, meetings, _ = read_meetings(sheet, context)
    hub_ids = [hub or (giver if kind == "hubs" else "") for hub, (giver, kind) in zip(hub_ids, givers, strict=True)]
    shared |= {
        "kind": sheet.values("kind", _required(cells.term(context.vocabulary, "opportunity_kind"), context)),
        "direction": sheet.values("direction", cells.one_of(*DIRECTIONS, default="offer")),
        "topics": [known for known, _ in sheet.values("topics", _categories(context.vocabulary))],
        "giver": [giver for giver, _ in givers], "giver_kind": [kind for _, kind in givers],
        "hub_id": hub_ids, "meetings": meetings, "times": sheet.values("times", cells.text(LONGEST_TEXT)),
        "ward_code": _ward_codes(sheet, context),
        "reach_m": sheet.values("reach_m", cells.whole_number(0, 1_000_000)),
        "online": sheet.values("online", cells.yes_no),
        "hours": sheet.values("hours", cells.decimal(0, 1_000)),
        "reward": sheet.values("reward", cells.one_of(*REWARDS, default="none")),
        "amount": sheet.values("amount", cells.text(100)),
        "expires": sheet.values("expires", cells.day),
        "state": sheet.values("state", cells.one_of(*STATES, default="open")),
    }
    return _made(Opportunity, sheet, context, shared)


def _made(kind: type, sheet: Sheet, context: Context, columns: dict[str, list]) -> list:
    for index, said in sheet.kept.items():
        columns["notes"][index] = "\n".join(filter(None, (columns["notes"][index], *said)))
    names = list(columns)
    rows = zip(*columns.values(), strict=True)
    return [kind(**dict(zip(names, row, strict=True)), source=context.source) for row in rows]


def _categories(vocabulary) -> cells.Converter:
    """(codes, other words): what the vocabulary does not know stays searchable as it is written."""
    known = cells.terms(vocabulary, "category")

    def convert(raw: str) -> cells.Cell:
        cell = known(raw)
        return cells.Cell((cell.value, tuple(cell.kept.split("; ")) if cell.kept else ()), cell.fault, cell.level)

    return convert


def _required(convert: cells.Converter, context: Context) -> cells.Converter:
    codes = ", ".join(context.vocabulary.of("opportunity_kind"))

    def checked(raw: str) -> cells.Cell:
        cell = convert(raw)
        return cell if cell.value else cells.Cell("", f"is “{short(raw)}”, and should be one of: {codes}")

    return checked


def _ages(sheet: Sheet) -> tuple[list, list]:
    """Lowest and highest age, from their own columns, else from a range such as 8-12."""
    spans = sheet.values("ages", cells.ages)
    low = sheet.values("age_min", cells.whole_number(0, 120))
    high = sheet.values("age_max", cells.whole_number(0, 120))
    low = [span[0] if one is None else one for one, span in zip(low, spans, strict=True)]
    high = [span[1] if one is None else one for one, span in zip(high, spans, strict=True)]
    for index, (youngest, oldest) in enumerate(zip(low, high, strict=True)):
        if youngest is not None and oldest is not None and youngest > oldest:
            sheet.fault(index, "age_min", f"is {youngest}, which is above the highest age, {oldest}")
    return low, high


def _giver(context: Context, text: str) -> tuple[str, str]:
    """(public id, layer) of a known hub or group, else (the name as written, "")."""
    if not text:
        return "", ""
    for layer in ("hubs", "groups"):
        found = context.directory.find(layer, text, context.source)
        if found:
            return found.id, layer
    return text, ""


def _ward_codes(sheet: Sheet, context: Context) -> list[str]:
    made = []
    for index, text in enumerate(sheet.values("ward", cells.text(100))):
        code = text if text in context.ward_codes else context.ward_names.get(slug(text), "")
        if text and not code:
            sheet.fault(index, "ward", f"“{text}” is not a ward that is loaded; give its code, such as E05002212")
        made.append(code)
    return made
