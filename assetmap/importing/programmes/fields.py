"""What each kind of row of a programmes file may say, and how its cells are read."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assetmap.domain.group import STATUSES
from assetmap.domain.photo import PREFIX
from assetmap.domain.programme import KINDS, STEPS
from assetmap.domain.programme_entries import DATE_KINDS
from assetmap.domain.progress import HAPPENINGS
from assetmap.domain.text import one_line, short, words
from assetmap.importing import cells
from assetmap.importing.cells import Cell, Converter, strict_terms
from assetmap.importing.context import Context
from assetmap.importing.sheet import Sheet

PROGRAMME, STEP, DEPLOYMENT, ROLE, PROGRESS, FIGURE, DATE, STANDING = RECORDS = (
    "programme", "step", "deployment", "role", "progress", "figure", "date", "standing")
"""Kinds of rows. `standing` is the plain one: a programme, a ward, and the step that it has reached there."""
LONGEST_NAME, LONGEST_LINE, LONGEST_TEXT = 200, 500, 20_000
MOST_PEOPLE = 10_000_000
MOST_STEPS, MOST_ROLES = 60, 20
_IDS = ("id", "source", "source_id")
_CONFIRMED = ("status", "last_confirmed", "confirmed_by")
USES: Mapping[str, tuple[str, ...]] = {
    PROGRAMME: ("programme", "name", "summary", "purpose", "kind", "steps", "themes", "lead", "link", "public",
                "internal_notes", *_CONFIRMED, *_IDS),
    STEP: ("programme", "step", "name", "summary", "feedback_days"),
    DEPLOYMENT: ("programme", "deployment", "name", "ward", "neighbourhood", "outline", "outline_from", "summary",
                 "lead", "hub", "day", "until", "languages_offered", "languages_asked", "opportunity_kinds", "timebank",
                 "link", "public", "internal_notes", *_CONFIRMED, *_IDS),
    ROLE: ("programme", "deployment", "name", "phone", "email", "link", "contact_consent"),
    PROGRESS: ("programme", "deployment", "ward", "step", "what", "day", "note", "evidence", "link", "photo",
               "photo_alt", "public", "status", *_IDS),
    FIGURE: ("programme", "deployment", "ward", "name", "value", "unit", "stock", "day", "until", "origin", "note",
             "public", "status", *_IDS),
    DATE: ("programme", "deployment", "ward", "name", "day", "time", "kind", "step", "hub", "place", "done",
           "attended", "feedback_days", "feedback_given", "note", "public", "status", *_IDS),
    STANDING: ("programme", "deployment", "ward", "neighbourhood", "outline", "name", "step", "what", "day", "lead",
               "hub", "link", "summary", "note", "evidence", "photo", "photo_alt", "public", "internal_notes",
               *_CONFIRMED, *_IDS),
}
NEEDS: Mapping[str, tuple[str, ...]] = {
    PROGRAMME: ("programme",), STEP: ("programme", "name"), DEPLOYMENT: ("programme",), ROLE: ("name",),
    PROGRESS: ("step", "day"), FIGURE: ("name", "value", "day"), DATE: ("name", "day"), STANDING: ("programme",)}
_RECORD_WORDS = {**{f"{record}s": record for record in RECORDS}, "initiative": PROGRAMME,
                 "element": STEP, "state": STEP, "stage": STEP, "area": DEPLOYMENT,
                 "contact": ROLE, "event": DATE, "number": FIGURE, "evidence": PROGRESS}
_KIND_WORDS = {"step": STEPS, "stages": STEPS, "element": "elements", "states": "state", "status": "state"}
_WHAT_WORDS = {"plan": "planned", "started": "begun", "start": "begun", "under_way": "begun", "underway": "begun",
               "in_progress": "begun", "done": "reached", "complete": "reached", "completed": "reached",
               "in_place": "reached", "achieved": "reached", "back": "gone_back", "went_back": "gone_back",
               "open": "reached", "yes": "reached"}
_DATE_WORDS = {"step": "step_due", "due": "step_due", "meal": "event", "workshop": "event"}
_STATUS_WORDS = {"open": "active", "live": "active", "current": "active", "running": "active", "closed": "ended",
                 "finished": "ended", "on_hold": "paused", "cancelled": "ended"}
_SEEN_BY = {"public": True, "everyone": True, "everybody": True, "internal": False, "private": False, "staff": False}
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d\d))?(?::00)? ?(am|pm)?", re.IGNORECASE)
_ABOUT_A_DAY = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)"
                          r"(?:day)?\b|,|\bof\b|\bthe\b|(?<=\d) \d{1,2}:\d\d(?::\d\d)?$", re.IGNORECASE)
_MONTH = re.compile(r"([a-z]{3,9}) (\d{4})", re.IGNORECASE)
_AMOUNT = re.compile(r"£ ?(?=[\d.])")


@dataclass(slots=True)
class Row:
    """A row that has been read: its place in the sheet, what it is, and the fields that it says something of.

    A row that is not `sound` has a fault of its own, and cannot be loaded.
    """

    index: int
    record: str
    values: dict[str, object]
    sound: bool = True

    def get(self, field: str, otherwise: object = "") -> object:
        return self.values.get(field, otherwise)


def read_rows(sheet: Sheet, context: Context) -> list[Row]:
    """The rows whose kind is known; faults are in `sheet.problems`. Cells that say nothing are left out of a row."""
    convert = converters(context)
    columns = {field: sheet.raw(field) for field in sheet.mapping}
    kinds = sheet.values("record", cells.one_of(*RECORDS, also=_RECORD_WORDS)) if sheet.has("record") else \
        [STANDING] * len(sheet)
    made = []
    for index, kind in enumerate(kinds):
        if not kind:
            if cells.is_missing(columns["record"][index]):
                sheet.fault(index, "record", f"is empty, and should be one of: {', '.join(RECORDS)}")
            continue
        row = Row(index, kind, {})
        row.sound = _read(sheet, row, columns, convert)
        made.append(row)
    return made


def _read(sheet: Sheet, row: Row, columns: Mapping[str, Sequence[str]],
          convert: Mapping[str, Converter]) -> bool:
    sound, used = True, USES[row.record]
    for field, texts in columns.items():
        raw = texts[row.index]
        if field == "record" or cells.is_missing(raw):
            continue
        name = "public" if field == "internal" else field
        if name not in used:
            if field not in _IDS:
                sheet.fault(row.index, field, f"is “{short(raw, 40)}”, of which a row that is a {row.record} says "
                                              "nothing; it was left out", "notice")
            continue
        cell = convert[f"{row.record}.{field}" if f"{row.record}.{field}" in convert else field](raw)
        if cell.fault:
            sheet.fault(row.index, field, cell.fault, cell.level)
            sound = sound and cell.level != "refused"
        # of two columns that say who sees it, internal wins
        row.values[name] = cell.value if name != "public" else bool(cell.value) and row.get("public", True)
    for field in NEEDS[row.record]:
        if field not in row.values and not (row.record == PROGRAMME and "name" in row.values):
            sheet.fault(row.index, field, f"is empty, and a row that is a {row.record} needs one")
            sound = False
    if row.get("photo") and not row.get("photo_alt"):
        sheet.fault(row.index, "photo_alt", "is empty, and a photo needs words that say what it shows, for people who "
                                            "cannot see it")
        sound = False
    return sound


def converters(context: Context) -> dict[str, Converter]:
    """Field → how its cell is read; "record.field" where that differs for a kind of row."""
    name, line, long = cells.text(LONGEST_NAME), cells.text(LONGEST_LINE), cells.text(LONGEST_TEXT, lines=True)
    texts = {**dict.fromkeys(("programme", "deployment", "name", "step", "neighbourhood", "lead", "hub", "confirmed_by",
                              "id", "source", "source_id"), name),
             **dict.fromkeys(("place", "origin", "photo_alt"), line), "unit": cells.text(40),
             **dict.fromkeys(("summary", "purpose", "note", "evidence", "internal_notes"), long)}
    made: dict[str, Converter] = {
        **texts, "what": cells.one_of(*HAPPENINGS, also=_WHAT_WORDS),
        **dict.fromkeys(("day", "until", "feedback_given"), said_day), "last_confirmed": cells.past_day(context.today),
        "time": clock, "value": amount, "ward": cells.text(5_000, lines=True), "outline": cells.text(1_000_000),
        "outline_from": cells.one_of("drawn", "wards"), "steps": long,
        f"{PROGRAMME}.kind": cells.one_of(*KINDS, also=_KIND_WORDS),
        f"{DATE}.kind": cells.one_of(*DATE_KINDS, also=_DATE_WORDS),
        "themes": strict_terms(context.vocabulary, "connected_theme"),
        "languages_offered": strict_terms(context.vocabulary, "language"),
        "languages_asked": strict_terms(context.vocabulary, "language"),
        "opportunity_kinds": strict_terms(context.vocabulary, "opportunity_kind"),
        **dict.fromkeys(("timebank", "done", "contact_consent", "stock"), cells.yes_no),
        "public": seen_by, "internal": hidden_from,
        "link": address, "photo": photo, "phone": strict(cells.phone), "email": strict(cells.email),
        "status": cells.one_of(*STATUSES, also=_STATUS_WORDS), "feedback_days": cells.whole_number(0, 366),
        "attended": cells.whole_number(0, MOST_PEOPLE)}
    return {field: lru_cache(maxsize=10_000)(convert) for field, convert in made.items()}


def strict(convert: Converter) -> Converter:
    """What the other would leave out with a notice keeps the row out: somebody should put it right."""

    def converted(raw: str) -> Cell:
        cell = convert(raw)
        if cell.fault.endswith(("; it was left out", "; it was put in the notes")):
            return Cell(cell.value, cell.fault.rpartition("; it was")[0])
        return cell

    return converted


address = strict(cells.website)


def photo(raw: str) -> Cell:
    """A web address, or that of a photo here; whether it is kept is for `photos.must_be_kept` to say."""
    return Cell(raw.strip()) if raw.strip().startswith(PREFIX) else address(raw)


def seen_by(raw: str) -> Cell:
    """True for everybody, False for those who sign in."""
    said = "_".join(words(raw))
    if said in _SEEN_BY:
        return Cell(_SEEN_BY[said])
    cell = cells.yes_no(raw)
    return Cell(False, f"is “{short(raw)}”, and should be public or internal") if cell.fault else cell


def hidden_from(raw: str) -> Cell:
    """The same of a column that is headed “internal”, where yes says that the public does not see it."""
    if "_".join(words(raw)) in _SEEN_BY:
        return seen_by(raw)
    cell = cells.yes_no(raw)
    return Cell(False, f"is “{short(raw)}”, and should be yes or no") if cell.fault else Cell(not cell.value)


def said_day(raw: str) -> Cell:
    """A date, also as people say it: "Sat 5th December 2026"; of a month alone its first day, with a notice."""
    cell = cells.day(raw)
    if not cell.fault or len(raw) > 40:
        return cell
    said = one_line(_ABOUT_A_DAY.sub(" ", one_line(raw)))
    plain = cells.day(said)
    if plain.fault and _MONTH.fullmatch(said):
        first = cells.day(f"1 {said}")
        return first if first.fault else Cell(first.value, f"is “{short(raw)}”, and was taken as the first of the "
                                                           "month", "notice")
    return cell if plain.fault else plain


def clock(raw: str) -> Cell:
    """A time of day as "19:30"."""
    found = _CLOCK.fullmatch(one_line(raw))
    if found:
        hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
            half = ""
        if hour < 24 and minute < 60 and not half and (found[2] or found[3]):
            return Cell(f"{hour:02d}:{minute:02d}")
    return Cell("", f"is “{short(raw)}”, and should be a time such as 19:30 or 7.30pm")


def amount(raw: str) -> Cell:
    """A number; "£250" too."""
    cell = cells.decimal(-10**12, 10**12)(_AMOUNT.sub("", one_line(raw)) if len(raw) < 40 else raw)
    if cell.fault or cell.value is not None and math.isfinite(cell.value):
        return cell
    return Cell(None, f"is “{short(raw)}”, which is no number")
