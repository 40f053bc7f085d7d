"""One record as the texts of a form, and such texts as a record: through the very same checks as a file's rows."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assetmap.domain.errors import FileRefused, Problem
from assetmap.domain.group import Meeting
from assetmap.domain.person import GIVER as INDIVIDUAL
from assetmap.domain.person import SAID_IN_FILES
from assetmap.domain.text import short
from assetmap.importing.check import check
from assetmap.importing.columns import FIELDS
from assetmap.importing.context import Context
from assetmap.importing.run import make_context
from assetmap.importing.sheet import Sheet
from assetmap.layers.table import Table, plain_text, without_unseen
from assetmap.settings import Settings
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS, Record, record_of

# Fields of the same name as the record's attribute are not listed.
_ATTRIBUTES = {"giver": "giver", "ward": "ward_code", "contact_consent": "consent"}
_CONTACT = ("phone", "email", "website", "consent")
_LISTS = {"access", "languages", "connected_themes", "categories", "audiences", "topics"}
_DAYS = ("last_confirmed", "expires")
_KEPT = ("id", "source", "source_id")
# What a file only mentions is refused in a form: its writer is there to put it right, and nothing should be lost.
_MUST_BE_RIGHT = {"phone", "email", "website", "ages"}
_PLACED_BY = ("postcode", "lat", "lon", "easting", "northing", "position_from")
_NO_ROW = {"is empty, and every row needs one": "This is needed.", "is empty, and should be one of: ": "Choose one."}
_DONE_WITH_IT = ("; it was put in the notes", "; it was left out")
_EXAMPLES = {"lat": "51.54", "lon": "0.71"}
_GRID = re.compile(r"look like British National Grid metres;.*")


@dataclass(frozen=True, slots=True)
class Read:
    """What a form means. `record` is None when `errors` (field → sentence) has any.

    `noticed` are (field, sentence) pairs about what was taken another way than it was written; a field can be "".
    """

    record: Record | None
    errors: dict[str, str]
    noticed: tuple[tuple[str, str], ...] = ()

    @property
    def notices(self) -> list[str]:
        return [sentence for _, sentence in self.noticed]


def fields_of(connection: Connection, layer_name: str, record: Record) -> dict[str, str]:
    """The record as the texts of its own line in an export: each field of the layer's `FIELDS` that it has."""
    texts = {}
    for field in FIELDS[layer_name]:
        if field == "venue":
            texts[field] = venue_text(record.hub_id, record.meetings)
        elif field in ("lat", "lon"):
            texts[field] = plain_text(getattr(record.location.place, field) if record.location.place else None)
        elif field == "position_from":
            texts[field] = record.location.source.value
        elif field == "giver" and record.giver_kind == INDIVIDUAL:
            texts[field] = SAID_IN_FILES
        else:
            name = _ATTRIBUTES.get(field, field)
            holder = record.contact if name in _CONTACT else record
            if hasattr(holder, name):
                texts[field] = _text(field, record, getattr(holder, name))
    return texts


def venue_text(hub_id: str, meetings: tuple[Meeting, ...]) -> str:
    """The hubs as a venue that is read as the same meetings again."""
    if any(not meeting.hub_id and not meeting.session.place for meeting in meetings):
        return ""  # a venue would be taken for theirs; the hub is the one that another of the times names
    return ";".join(filter(None, dict.fromkeys([hub_id, *(meeting.hub_id for meeting in meetings)])))


def read_form(connection: Connection, settings: Settings, layer_name: str, fields: Mapping[str, str],
              base: Record | None = None) -> Read:
    """The record that the texts mean. Fields that are not given are as `base` has them, or empty.

    Where a text is as `base` has it, so is the record: what was once understood is not read again, and what a form
    does not show is kept. A new record (`base` is None) has no source yet, and the id that its name makes.
    """
    context = make_context(connection, settings, base.source if base else "")
    shown = fields_of(connection, layer_name, base) if base else {}
    given = {field: str(fields[field]) for field in FIELDS[layer_name] if field in fields and field not in _KEPT}
    clean = {field: without_unseen(text) for field, text in given.items()}
    noticed = [(field, "This held characters that cannot be shown; they were left out.")
               for field, text in given.items() if clean[field] != text.strip("\x00 \t\r\n")]
    texts = shown | _named(context, layer_name, clean)
    changed = _changed(layer_name, shown, texts) if base else set(texts)
    if base and not changed:
        return Read(base, {}, tuple(noticed))
    row = {field: text for field, text in texts.items() if field in changed}
    if base is None and fields.get("id"):
        row["id"] = fields["id"]
    sheet = _one_row(context, layer_name, row, whole=base is None)
    try:
        found = check(layer_name, sheet, context)
    except FileRefused as refused:
        return Read(None, {"name": refused.message}, tuple(noticed))
    errors, said = _sorted_out(sheet.problems)
    errors |= _no_point(row)
    noticed += said
    if errors or not found.contents:
        return Read(None, errors or {"name": "This cannot be kept as it is."}, tuple(noticed))
    made = record_with(layer_name, found.ids[0], found.contents[0])
    if base is None:
        return Read(replace(made, source="", source_id=""), {}, tuple(noticed))
    kept = _with_kept(base, made, changed, bool(sheet.kept))
    return Read(None, errors, tuple(noticed)) if (errors := _of_individual(kept)) else Read(kept, {}, tuple(noticed))


def _of_individual(record: Record) -> dict[str, str]:
    """Faults of a record that is one person's and would say who they are, or where they live."""
    if getattr(record, "giver_kind", "") != INDIVIDUAL:
        return {}
    held = {"phone": record.contact.phone, "email": record.contact.email, "website": record.contact.website}
    errors = {field: "Everybody reads this. Leave it empty, and enter who they are at /signpost/people."
              for field, text in held.items() if text}
    if record.postcode or record.location.place:
        errors["postcode"] = "Of one person only the ward is kept. Leave this empty, and choose the ward instead."
    return errors


def _text(field: str, record: Record, value: object) -> str:
    if field in _LISTS:
        others = record.other_categories if field == "categories" else ()
        return ";".join((*value, *others))
    return ("yes" if value else "") if isinstance(value, bool) else plain_text(value)


def _named(context: Context, layer_name: str, texts: dict[str, str]) -> dict[str, str]:
    """The texts with each hub or group, where its name was typed, by its id."""
    made = dict(texts)
    if made.get("venue"):
        whole = context.directory.find("hubs", made["venue"], context.source)
        parts = [whole.id] if whole else [
            known.id if (known := context.directory.find("hubs", part, context.source)) else part.strip()
            for part in re.split(r"[;|\n]", made["venue"]) if part.strip()]
        made["venue"] = ";".join(dict.fromkeys(parts))
    if layer_name == "opportunities" and made.get("giver"):
        for layer in ("hubs", "groups"):
            known = context.directory.find(layer, made["giver"], context.source)
            if known:
                made["giver"] = known.id
                break
    return made


def _changed(layer_name: str, shown: Mapping[str, str], texts: Mapping[str, str]) -> set[str]:
    """The fields to read: those whose text is not as it was, and those that are read together with them."""
    differ = {field for field, text in texts.items() if _folded(text) != _folded(shown.get(field, ""))}
    together: list[tuple[str, ...]] = [_PLACED_BY, ("cost", "cost_note"), ("ages", "age_min", "age_max"),
                                       ("times", "venue", "giver") if layer_name == "opportunities" else
                                       ("times", "venue")]
    if not texts.get("postcode"):
        together[0] += ("address",)  # which may hold a postcode
    for fields in together:
        if differ & set(fields):
            differ |= set(fields) & texts.keys()
    if "venue" in differ:
        differ |= {"address"} & texts.keys()  # what no hub is called becomes part of it
    return differ


def _folded(text: str) -> str:
    """Browsers send lines with a carriage return, and without the space at the end."""
    return text.replace("\r\n", "\n").strip()


def _one_row(context: Context, layer_name: str, texts: Mapping[str, str], whole: bool) -> Sheet:
    """A sheet of one row. When it is not the `whole` record, what every row needs is there without being read."""
    needed = {"name": "" if whole else "as it is"}
    if layer_name == "opportunities":
        needed["kind"] = "" if whole else next(iter(context.vocabulary.of("opportunity_kind")), "")
    row = needed | texts
    return Sheet(Table(list(row), [list(row.values())], [1], "form"), {field: field for field in row})


def record_with(layer_name: str, record_id: str, content: Sequence) -> Record:
    """The record with this content, in the order of its layer's; days are ISO text."""
    layer = LAYERS[layer_name]
    row = dict(zip(layer.content, content, strict=True))
    for name in _DAYS:
        if row.get(name):
            row[name] = date.fromisoformat(row[name])
    return record_of(layer, {"id": record_id, **row})


def _with_kept(base: Record, made: Record, changed: set[str], kept_words: bool) -> Record:
    """`base` with what the changed fields say."""
    values = {}
    contact = {}
    for field in changed:
        name = _ATTRIBUTES.get(field, field)
        if name in _CONTACT:
            contact[name] = getattr(made.contact, name)
        elif name in _PLACED_BY:
            values |= {"location": made.location, "postcode": made.postcode}
        elif name in ("times", "venue"):
            values |= {"times": made.times, "meetings": made.meetings, "hub_id": made.hub_id}
        elif name == "categories":
            values |= {"categories": made.categories, "other_categories": made.other_categories}
        elif name == "giver":
            values |= {"giver": made.giver, "giver_kind": made.giver_kind}
        elif hasattr(base, name):
            values[name] = getattr(made, name)
    if kept_words:  # words that no field understands
        notes = made.notes if "notes" in changed else "\n".join(filter(None, (base.notes, made.notes)))
        values["notes"] = notes
    return replace(base, **values, contact=replace(base.contact, **contact))


def _no_point(row: Mapping[str, str]) -> dict[str, str]:
    """Faults of coordinates that a file's row may have for none: who writes them into a form means a place."""
    errors = {}
    numbers = {}
    for field, example in _EXAMPLES.items():
        if text := row.get(field, "").strip():
            try:
                numbers[field] = float(text)
            except ValueError:
                numbers[field] = math.nan
            if not math.isfinite(numbers[field]):
                errors[field] = f"This is “{short(text)}”, and should be a number such as {example}."
    if len(numbers) == 1 and not errors:
        (lacking,) = _EXAMPLES.keys() - numbers.keys()
        errors[lacking] = "Give both, or leave both empty."
    if numbers.get("lat") == numbers.get("lon") == 0:
        errors["lat"] = "This point lies in the sea off Africa. Leave both empty if the place is not known."
    return errors


def _sorted_out(problems: list[Problem]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """(errors by field, what is only worth a look), in the words of a form: there are no rows and columns in it."""
    errors: dict[str, str] = {}
    noticed = []
    for problem in problems:
        sentence = as_sentence(problem.message)
        lost = problem.column in _MUST_BE_RIGHT and problem.message.endswith(_DONE_WITH_IT)
        if problem.refuses or lost:
            errors.setdefault(problem.column, sentence)
        else:
            noticed.append((problem.column, sentence))
    return errors, noticed


def as_sentence(message: str) -> str:
    """A fault of a cell as the sentence beside a field."""
    for words, instead in _NO_ROW.items():
        if message.startswith(words):
            return instead
    for words in _DONE_WITH_IT:
        message = message.replace(words, "")
    message = _GRID.sub("look like metres of the British National Grid. Give a latitude and a longitude, such as "
                        "51.5381 and 0.7134", message)
    if re.match(r"(is|has|holds) ", message):
        message = f"This {message}"
    message = message[:1].upper() + message[1:]
    return message if message.endswith((".", "?")) else message + "."
