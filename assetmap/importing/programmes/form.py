"""A programme, a deployment or one of its entries as the texts of a form, and such texts as a record.

The fields are a file's (`fields.USES`), read by the same converters. Unlike an empty cell, an empty field says nothing
is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from assetmap.domain.programme import Deployment, Programme, Role, Step
from assetmap.domain.programme_entries import DeploymentFigure, PlannedDate
from assetmap.domain.progress import ProgressEvent
from assetmap.domain.text import short, slug
from assetmap.importing import cells
from assetmap.importing.form import as_sentence
from assetmap.importing.programmes import fields as said
from assetmap.importing.programmes.exporting import row_of
from assetmap.importing.programmes.given import attributes
from assetmap.importing.programmes.known import Known, Unknown
from assetmap.importing.programmes.outlines import read_outlines
from assetmap.importing.run import make_context
from assetmap.importing.sheet import Sheet
from assetmap.layers.table import Table, plain_text
from assetmap.settings import Settings
from assetmap.store.database import Connection
from assetmap.store.programmes import Kept

RECORD_OF = {Programme: said.PROGRAMME, Deployment: said.DEPLOYMENT, ProgressEvent: said.PROGRESS,
             DeploymentFigure: said.FIGURE, PlannedDate: said.DATE}
_NAMED = {"ward": "wards", "hub": "hub_id", "step": "step", "outline": "outline"}
_NOT_ASKED = {"id", "source", "source_id", "programme", "deployment", "steps", "outline_from"}
_NEEDED = {Programme: ("name",), Deployment: ("name",), ProgressEvent: ("step", "what", "day"),
           DeploymentFigure: ("name", "value", "day"), PlannedDate: ("name", "day")}


@dataclass(slots=True)
class Read:
    """What a form means: `record` is None when `errors` (field → sentence) has any; `noticed` are (field, sentence)."""

    record: Kept | None
    errors: dict[str, str] = field(default_factory=dict)
    noticed: list[tuple[str, str]] = field(default_factory=list)


def fields_of(record: Kept) -> dict[str, str]:
    """The record as the texts of a form: the fields of a file's row, lists with semicolons, days as ISO."""
    return {name: plain_text(value) for name, value in row_of(RECORD_OF[type(record)], record).items()
            if name not in _NOT_ASKED | {"record"}}


def read_form(connection: Connection, settings: Settings, base: Kept, texts: Mapping[str, str], *,
              steps: Sequence[Mapping[str, str]] | None = None,
              roles: Sequence[Mapping[str, str]] | None = None) -> Read:
    """`base` with what the texts say; fields that are not among them stay as they are.

    A new record is read over an empty one of its kind, such as ProgressEvent("", "", deployment_id, "", "", today).
    `steps` of a programme are {code, name, summary, feedback_days} in their order, the code "" for a new one; `roles`
    of a deployment {name, phone, email, link, contact_consent}. Faults of these are at "steps-0-name" and so on; an
    entry without a name is left out.
    """
    known = Known.of(connection, make_context(connection, settings, base.source))
    record = RECORD_OF[type(base)]
    read = Read(None)
    given = {name: text for name, text in texts.items() if name in said.USES[record] and name not in _NOT_ASKED}
    values = _values(known, record, given, read)
    for name in _NEEDED[type(base)]:
        if name in given and not str(given[name]).strip() and name not in read.errors:
            read.errors[name] = "This is needed."
    named = _named(known, base, given, settings, read)
    made = replace(base, **values, **named)
    if steps is not None:
        made = replace(made, steps=_steps(known, steps, read))
    if roles is not None:
        held = _entries(known, said.ROLE, roles, "roles", read)
        made = replace(made, roles=tuple(Role(**values) for _at, values in held))
    _check(made, known.today, read)
    if not read.errors:
        read.record = made
    return read


def _values(known: Known, record: str, texts: Mapping[str, str], read: Read, at: str = "") -> dict[str, object]:
    """Attribute → value; faults go to `read` at the field's name with `at` before it."""
    convert, names, made = said.converters(known.context), attributes(record), {}
    for name, raw in texts.items():
        if name in _NAMED:
            continue
        cell = convert.get(f"{record}.{name}", convert.get(name))("" if raw is None else str(raw)) \
            if not cells.is_missing(str(raw)) else cells.Cell(_nothing(name))
        if cell.fault and cell.level == "refused":
            read.errors[at + name] = as_sentence(cell.fault)
        elif cell.fault:
            read.noticed.append((at + name, as_sentence(cell.fault)))
        made[names.get(name, name)] = cell.value
    return made


def _nothing(name: str) -> object:
    """What an empty field is."""
    if name in ("day", "until", "feedback_given", "last_confirmed", "value", "feedback_days"):
        return None
    if name in ("themes", "languages_offered", "languages_asked", "opportunity_kinds"):
        return ()
    if name in ("timebank", "done", "contact_consent", "public"):
        return False
    return {"status": "active", "kind": "event"}.get(name, "")


def _named(known: Known, base: Kept, texts: Mapping[str, str], settings: Settings, read: Read) -> dict[str, object]:
    """What the texts name: wards, a place, a step, a drawn area."""
    made: dict[str, object] = {}
    for name in _NAMED.keys() & texts.keys():
        text = str(texts[name])
        if not text.strip():
            made[_NAMED[name]] = () if name == "ward" else ""
            continue
        try:
            if name == "ward":
                made["wards"] = known.ward_codes(text)
            elif name == "step":
                programme = known.programmes[known.deployments[base.deployment_id].programme_id]
                made["step"] = known.step(programme, text)
            elif name == "hub":
                made["hub_id"] = known.hub(text)
                if not made["hub_id"]:
                    raise Unknown(f"is “{short(text)}”, which is no place on this map, or the name of several")
            else:
                sheet = Sheet(Table(["outline"], [[text]], [1], "form"), {"outline": "outline"})
                made["outline"] = read_outlines(sheet, settings.local_crs).get(0, "")
                for problem in sheet.problems:
                    sentence = as_sentence(problem.message)
                    if problem.refuses:
                        read.errors["outline"] = sentence
                    else:
                        read.noticed.append(("outline", sentence))
        except Unknown as fault:
            read.errors[name] = as_sentence(str(fault))
    return made


def _entries(known: Known, record: str, entries: Sequence[Mapping[str, str]], what: str,
             read: Read) -> list[tuple[int, dict[str, object]]]:
    """(place in the form, attribute → value) of each entry that has a name."""
    asked = set(said.USES[record]) - _NOT_ASKED - {"step"}
    return [(at, _values(known, record, {name: text for name, text in entry.items() if name in asked}, read,
                         f"{what}-{at}-")) for at, entry in enumerate(entries) if str(entry.get("name", "")).strip()]


def _steps(known: Known, entries: Sequence[Mapping[str, str]], read: Read) -> tuple[Step, ...]:
    made: dict[str, Step] = {}
    for at, values in _entries(known, said.STEP, entries, "steps", read):
        code = str(entries[at].get("code", "")) or slug(str(values["name"]))
        if not code or code in made:
            read.errors.setdefault(f"steps-{at}-name", "Another one is called this already." if code else
                                   "This holds no letters or digits.")
        else:
            made[code] = Step(code, **values)
    return tuple(made.values())


def _check(made: Kept, today: date, read: Read) -> None:
    """What two fields say together."""
    begins = made.starts if isinstance(made, Deployment) else getattr(made, "day", None)
    ends = made.ends if isinstance(made, Deployment) else getattr(made, "until", None)
    if begins and ends and ends < begins:
        read.errors.setdefault("until", "This is before the first day.")
    if isinstance(made, ProgressEvent):
        if made.photo and not made.photo_alt:
            read.errors.setdefault("photo_alt", "Say what the photo shows, for people who cannot see it.")
        if made.day and made.what != "planned" and (made.day - today).days > 1:
            read.errors.setdefault("day", "This day has not come yet. What is to come is planned.")
