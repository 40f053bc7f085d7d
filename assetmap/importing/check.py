"""Each row of a file becomes a hub, a group or an opportunity, or problems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import compress, repeat

from assetmap.domain.errors import FileRefused
from assetmap.domain.freshness import who_confirmed
from assetmap.domain.group import STATUSES
from assetmap.domain.opportunity import DIRECTIONS, REWARDS, STATES
from assetmap.domain.person import GIVER as INDIVIDUAL
from assetmap.domain.person import is_individual
from assetmap.domain.place import Place
from assetmap.domain.text import short, slug
from assetmap.domain.vocabulary import Vocabulary
from assetmap.domain.ward import is_gss
from assetmap.importing import cells
from assetmap.importing.context import Context
from assetmap.importing.identity import public_ids, source_ids, sources
from assetmap.importing.meetings import read_meetings
from assetmap.importing.position import locate
from assetmap.importing.sheet import Sheet
from assetmap.store.rows import LAYERS, contents_of

LONGEST_TEXT = 20_000
_LONGEST_ADDRESS = 500
_STATUS_WORDS = {"open": "active", "live": "active", "registered": "active", "current": "active", "running": "active",
                 "closed": "ended", "removed": "ended", "finished": "ended", "inactive": "ended", "on_hold": "paused",
                 "suspended": "paused"}


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows that no fault refuses, in the file's order.

    `ids` are the public ids that new records would like; `contents` are as `store.rows.contents_of` makes them;
    `unplaced` counts those with neither a position nor a hub, `nowhere` those of them without a postcode too;
    `places` are the positions of the others' own.
    """

    ids: list[str]
    names: list[str]
    contents: list[tuple]
    unplaced: int
    nowhere: int
    places: list[Place]


def check(layer: str, sheet: Sheet, context: Context) -> Checked:
    """Every row of a file against what its layer asks. Faults are in `sheet.problems`."""
    readers: dict[str, Callable[[Sheet, Context, dict], dict]] = {
        "hubs": _hubs, "groups": _groups, "opportunities": _opportunities, "organisations": _organisations}
    shared = _shared(sheet, context, layer)
    columns = shared | readers[layer](sheet, context, shared)
    for index, said in sheet.kept.items():
        columns["notes"][index] = "\n".join(dict.fromkeys(filter(None, (columns["notes"][index], *said))))
    left_out = sheet.refused_rows() | sheet.twins
    good = [number not in left_out for number in sheet.numbers]
    columns = {name: list(compress(values, good)) for name, values in columns.items()}
    hubs = columns.get("hub_id") or repeat("")
    unplaced = [postcode for location, hub, postcode in
                zip(columns["location"], hubs, columns["postcode"], strict=False) if not (location.place or hub)]
    places = [location.place for location in columns["location"] if location.place]
    return Checked(columns["id"], columns["name"], contents_of(LAYERS[layer], columns), len(unplaced),
                   unplaced.count(""), places)


def _shared(sheet: Sheet, context: Context, layer: str) -> dict[str, list]:
    """Columns that every kind of asset has."""
    vocabulary = context.vocabulary
    if not sheet.has("name"):
        raise FileRefused("No column holds the names. Say which with --map name=COLUMN; the file has: "
                          f"{short(', '.join(sheet.table.columns), 400)}.")
    names = sheet.values("name", cells.name)
    locations, postcodes = locate(sheet, context.find_postcodes, context.suggest_postcodes, context.local_crs)
    address = sheet.values("address", cells.text(_LONGEST_ADDRESS))
    feeds = sources(sheet, layer, context)
    confirmed = sheet.values("last_confirmed", cells.past_day(context.today))
    return {
        "id": public_ids(sheet, names), "name": names, "location": locations, "postcode": postcodes,
        "phone": sheet.values("phone", cells.phone), "email": sheet.values("email", cells.email),
        "website": sheet.values("website", cells.website), "consent": sheet.values("contact_consent", cells.yes_no),
        "address": address,
        "summary": sheet.values("summary", cells.text(2_000)),
        "notes": sheet.values("notes", cells.text(LONGEST_TEXT, lines=True)),
        "access": sheet.values("access", cells.terms(vocabulary, "access")),
        "languages": sheet.values("languages", cells.terms(vocabulary, "language")),
        "connected_themes": sheet.values("connected_themes", cells.strict_terms(vocabulary, "connected_theme")),
        "status": sheet.values("status", cells.one_of(*STATUSES, default="active", also=_STATUS_WORDS)),
        "last_confirmed": confirmed,
        "confirmed_by": list(map(who_confirmed, confirmed, sheet.values("confirmed_by", cells.text(100)))),
        "source": feeds, "source_id": source_ids(sheet, feeds, names, postcodes, address),
    }


def _hubs(sheet: Sheet, context: Context, shared: dict) -> dict[str, list]:
    return {
        "kind": sheet.values("kind", cells.term(context.vocabulary, "hub_kind", default="other")),
        "opening_hours": sheet.values("opening_hours", cells.text(2_000)),
        "rooms": sheet.values("rooms", cells.text(2_000)),
        "capacity": sheet.values("capacity", cells.whole_number(0, 100_000)),
    }


def _at_address(sheet: Sheet, index: int, elsewhere: str, address: str) -> str:
    """The address with a venue before it that no hub is known by; one that does not fit goes to the notes."""
    whole = ", ".join(filter(None, (elsewhere, address)))
    if len(whole) <= _LONGEST_ADDRESS:
        return whole
    sheet.keep(index, f"{sheet.heading('venue')}: {elsewhere}")
    return address


def _organisations(sheet: Sheet, context: Context, shared: dict) -> dict[str, list]:
    # a register's own number is what it knows its charities by, too
    by_charity = not sheet.has("charity_number") and "charity" in sheet.heading("source_id").lower()
    return {"charity_number": sheet.values("source_id" if by_charity else "charity_number", cells.text(30)),
            "company_number": sheet.values("company_number", cells.text(30))}


def _groups(sheet: Sheet, context: Context, shared: dict) -> dict[str, list]:
    vocabulary = context.vocabulary
    categories = sheet.values("categories", _categories(vocabulary))
    costs = sheet.values("cost", cells.cost(vocabulary))
    notes = sheet.values("cost_note", cells.text(300))
    held = read_meetings(sheet, context, sheet.raw("venue"))
    low, high = _ages(sheet)
    address = shared["address"]
    if any(entry.elsewhere for entry in held):
        address = [_at_address(sheet, index, entry.elsewhere, text)
                   for index, (entry, text) in enumerate(zip(held, address, strict=True))]
    return {
        "description": sheet.values("description", cells.text(LONGEST_TEXT, lines=True)),
        "organisation": sheet.values("organisation", cells.text(300)),
        "categories": [known for known, _ in categories], "other_categories": [other for _, other in categories],
        "audiences": sheet.values("audiences", cells.terms(vocabulary, "audience")),
        "age_min": low, "age_max": high,
        "cost": [code for code, _ in costs],
        "cost_note": [note or said for note, (_, said) in zip(notes, costs, strict=True)],
        "times": sheet.values("times", cells.text(LONGEST_TEXT, lines=True)),
        "meetings": [entry.meetings for entry in held], "hub_id": [entry.hub_id for entry in held],
        "online": sheet.values("online", cells.yes_no), "meets_in_home": sheet.values("meets_in_home", cells.yes_no),
        "address": address,
    }


def _opportunities(sheet: Sheet, context: Context, shared: dict) -> dict[str, list]:
    vocabulary = context.vocabulary
    givers = [_giver(context, text) for text in sheet.values("giver", cells.text(300))]
    _keep_individuals_private(sheet, givers, shared)
    venues = [giver if kind == "hubs" and cells.is_missing(venue) and not sheet.is_own_line(index) else venue
              for index, (venue, (giver, kind)) in enumerate(zip(sheet.raw("venue"), givers, strict=True))]
    held = read_meetings(sheet, context, venues)
    for index, entry in enumerate(held):
        if entry.elsewhere:
            sheet.keep(index, f"{sheet.heading('venue')}: {entry.elsewhere}")
    if not sheet.has("kind"):
        raise FileRefused("No column says what kind of opportunity each row is. Say which with --map kind=COLUMN. "
                          f"The kinds are: {', '.join(vocabulary.of('opportunity_kind'))}.")
    return {
        "kind": sheet.values("kind", _opportunity_kind(vocabulary)),
        "direction": sheet.values("direction", cells.one_of(*DIRECTIONS, default="offer")),
        "topics": sheet.values("topics", cells.terms(vocabulary, "category")),
        "giver": [giver for giver, _ in givers], "giver_kind": [kind for _, kind in givers],
        "hub_id": [entry.hub_id for entry in held], "meetings": [entry.meetings for entry in held],
        "times": sheet.values("times", cells.text(LONGEST_TEXT, lines=True)),
        "ward_code": _ward_codes(sheet, context),
        "reach_m": sheet.values("reach_m", cells.whole_number(0, 1_000_000)),
        "online": sheet.values("online", cells.yes_no),
        "hours": sheet.values("hours", cells.decimal(0, 1_000)),
        "reward": sheet.values("reward", cells.one_of(*REWARDS, default="none")),
        "amount": sheet.values("amount", cells.text(100)),
        "expires": sheet.values("expires", cells.day),
        "state": sheet.values("state", cells.one_of(*STATES, default="open")),
    }


def _categories(vocabulary: Vocabulary) -> cells.Converter:
    """(codes, other words): what the vocabulary does not know stays searchable as it is written."""
    known = cells.terms(vocabulary, "category")

    def convert(raw: str) -> cells.Cell:
        cell = known(raw)
        return cells.Cell((cell.value, tuple(cell.kept.split("; ")) if cell.kept else ()), cell.fault, cell.level)

    return convert


def _opportunity_kind(vocabulary: Vocabulary) -> cells.Converter:
    codes = ", ".join(vocabulary.of("opportunity_kind"))
    known = cells.term(vocabulary, "opportunity_kind")

    def convert(raw: str) -> cells.Cell:
        cell = known(raw)
        said = f"is “{short(raw)}”, and" if raw else "is empty, and"
        return cell if cell.value else cells.Cell("", f"{said} should be one of: {codes}")

    return convert


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


def _keep_individuals_private(sheet: Sheet, givers: list[tuple[str, str]], shared: dict) -> None:
    """Refuse rows that would put a person's details, or their door, into a record that everybody reads."""
    for index, (_name, kind) in enumerate(givers):
        if kind != INDIVIDUAL:
            continue
        for field in ("phone", "email", "website"):
            if shared[field][index]:
                sheet.fault(index, field, "is given, and what one person offers or asks for is kept without their "
                                          "details; leave it empty, and enter who they are at /signpost/people")
        if shared["location"][index].place is not None or shared["postcode"][index]:
            sheet.fault(index, "postcode" if shared["postcode"][index] else "lat",
                        "is given, and of one person only the ward is kept; name the ward instead")


def _giver(context: Context, text: str) -> tuple[str, str]:
    """(public id, layer) of a known hub or group; ("", "person") for an individual; else (the name as written, "")."""
    if not text:
        return "", ""
    if is_individual(text):
        return "", INDIVIDUAL
    for layer in ("hubs", "groups"):
        found = context.directory.find(layer, text, context.source)
        if found:
            return found.id, layer
    return text, ""


def _ward_codes(sheet: Sheet, context: Context) -> list[str]:
    made = []
    for index, text in enumerate(sheet.values("ward", cells.text(100))):
        code = text if text in context.ward_codes else context.ward_names.get(slug(text), "")
        if not code and is_gss(text):
            code = text  # of another year's boundaries: an export of this very store has it
            sheet.fault(index, "ward", f"{text} is not a ward that is loaded; it is kept as it is", "notice")
        elif text and not code:
            sheet.fault(index, "ward", f"“{text}” is not a ward that is loaded; give its code, such as E05002212")
        made.append(code)
    return made
