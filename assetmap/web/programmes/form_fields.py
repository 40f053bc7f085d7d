"""The forms of programmes: which fields each has, in which words, what they are filled in with and hold when sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date

from flask import request

from assetmap.domain.photo import id_in
from assetmap.domain.programme import STEPS, Programme
from assetmap.domain.progress import HAPPENINGS
from assetmap.importing.programmes.typed import MOST_ROLES, MOST_STEPS
from assetmap.store.programme_rows import DATES, DEPLOYMENTS, FIGURES, PROGRAMMES, PROGRESS
from assetmap.store.programmes import Kept
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.programmes import area_field, area_words, words
from assetmap.web.steward import edit_form, shown

Values = dict[str, "str | list[str] | list[dict[str, str]]"]
ATTRIBUTES = {"internal": "public", "checked_today": "last_confirmed"}
_OF_A_PHOTO = {"photo_file": _("Photo"), "photo_agreed": _("Photo")}
ROW_PARTS = {"steps": ("name", "meaning", "feedback_days", "code"),
             "roles": ("name", "phone", "email", "website", "consent")}
_MOST_ROWS = {"steps": MOST_STEPS, "roles": MOST_ROLES}
_BLANK_ROWS = {"steps": 3, "roles": 1}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `kind` names the macro that draws it."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form, under its own heading."""

    key: str
    title: str
    fields: tuple[Field, ...]


_INTERNAL = Field("internal", _("Internal"), "tick", _("Only planners and stewards see it, on no public page and in no "
                                                       "public file."))
_NOTES = Field("notes", _("Internal note"), "long", _("The public never sees it."))
_STATUS = Field("status", _("Is it going on?"), "radios")
_NOTE = Field("note", _("Note"), "long", _("Everybody who may see the entry can read it. No names of people."))

FORMS: dict[str, tuple[Section, ...]] = {
    PROGRAMMES: (
        Section("what", _("What it is"), (
            Field("name", _("Name"), required=True),
            Field("summary", _("In a sentence"), hint=_("What you would tell a neighbour.")),
            Field("purpose", _("What it is for"), "long", _("In plain words.")),
            Field("lead", _("Led by"), hint=_("The organisation, not a person.")),
            Field("website", _("Website"), "url"), Field("themes", _("Connected themes"), "choices"))),
        Section("progress", _("How progress is told"), (
            Field("kind", _("Kind of progress"), "radios"),
            Field("steps", _("Its steps, elements or states"), "steps",
                  _("In their order. A line without a name is left out.")))),
        Section("about", _("Who sees it"), (_STATUS, _INTERNAL, _NOTES))),
    DEPLOYMENTS: (
        Section("what", _("What and where"), (
            Field("name", _("Name"), hint=_("Such as the programme and the area."), required=True),
            Field("summary", _("In a sentence or two"), "lines"),
            Field("wards", _("Wards"), "choices"),
            Field("neighbourhood", _("Neighbourhood"), hint=_("What people call the area.")),
            Field("outline", _("Drawn area"), "area", _("When it is not whole wards. The drawn area counts then, with "
                                                        "the wards that it crosses, and not the wards ticked above.")),
            Field("lead", _("Led by"), hint=_("The organisation that leads it here.")),
            Field("hub_id", _("Place where it is at home"), "hub", _("The name of a place on the map.")),
            Field("website", _("Website"), "url"))),
        Section("when", _("When"), (
            Field("starts", _("First day"), hint=_("Such as 24/11/2026.")),
            Field("ends", _("Last day"), hint=_("Empty: it goes on.")), _STATUS,
            Field("checked_today", _("I checked it today"), "tick", _("It is still as it says here.")))),
        Section("who", _("Who to ask"), (
            Field("roles", _("Roles"), "roles", _("What somebody does and how to reach whoever does it. No names of "
                                                  "people.")),)),
        Section("with", _("What belongs to it"), (
            Field("languages_offered", _("Languages offered"), "choices"),
            Field("languages_asked", _("Languages asked for"), "choices"),
            Field("opportunity_kinds", _("Kinds of offers and asks"), "choices"),
            Field("timebank", _("The timebank belongs to it"), "tick",
                  _("Its page then shows the hours given in its wards.")))),
        Section("about", _("Who sees it"), (_INTERNAL, _NOTES))),
    PROGRESS: (
        Section("what", _("What happened"), (
            Field("step", _("Of which"), "select"), Field("what", _("What happened"), "radios"),
            Field("day", _("Day"), hint=_("Such as 24/11/2026."), required=True), _NOTE)),
        Section("evidence", _("What shows it"), (
            Field("evidence", _("In words"), "long", _("What was seen, counted or written down.")),
            Field("link", _("Web address of it"), "url"),
            Field("photo", _("Photo"), "photo"),
            Field("photo_alt", _("What the photo shows"), hint=_("For those who cannot see it. A photo needs this.")),
            _INTERNAL))),
    FIGURES: (
        Section("what", _("What was counted"), (
            Field("name", _("What was counted"), hint=_("Such as: sessions held. Use the same words each time, so that "
                                                        "they are added up."), required=True),
            Field("value", _("Number"), "number", required=True),
            Field("unit", _("Unit"), hint=_("Such as £ or hours; empty for things that are counted.")),
            Field("stock", _("It stays until it is counted again"), "tick",
                  _("Such as how many volunteers there are. Otherwise it adds up, such as how many came.")),
            Field("day", _("Day, or first day"), hint=_("Such as 24/11/2026."), required=True),
            Field("until", _("Last day"), hint=_("When it is of several days.")),
            Field("origin", _("Where the number is from"), hint=_("Such as: sign-in sheets.")), _NOTE, _INTERNAL)),),
    DATES: (
        Section("what", _("What and when"), (
            Field("name", _("What it is"), required=True), Field("kind", _("Kind of date"), "radios"),
            Field("day", _("Day"), hint=_("Such as 24/11/2026."), required=True),
            Field("time", _("Time"), hint=_("Such as 19:30.")), Field("step", _("Belongs to"), "select"),
            Field("hub_id", _("Place on the map"), "hub"), Field("place", _("Or where it is, in words")), _NOTE)),
        Section("after", _("Afterwards"), (
            Field("done", _("It is done"), "tick"),
            Field("attended", _("How many came"), "number", _("Empty when nobody counted.")),
            Field("feedback_days", _("Feedback within how many days"), "number",
                  _("Those who come hear what became of it. Empty: as its step says. 0: none.")),
            Field("feedback_given", _("Feedback was given on"), hint=_("Such as 24/11/2026.")), _INTERNAL))),
}
TITLES = {PROGRAMMES: (_("A new programme"), _("Change the programme")),
          DEPLOYMENTS: (_("A new area"), _("Change the area")), PROGRESS: (_("Note progress"), _("Correct the entry")),
          FIGURES: (_("A new figure"), _("Correct the figure")), DATES: (_("A new date"), _("Change the date"))}


def fields_of(layer_name: str) -> list[Field]:
    """Every field of a form, in order."""
    return [each for section in FORMS[layer_name] for each in section.fields]


def sections_of(layer_name: str, programme: Programme | None) -> tuple[Section, ...]:
    """The form's parts; of progress with what going back means in this kind of programme."""
    if layer_name != PROGRESS or programme is None:
        return FORMS[layer_name]
    return tuple(replace(section, fields=tuple(
        replace(each, hint=words.BACK_HINTS[programme.kind]) if each.name == "what" else each
        for each in section.fields)) for section in FORMS[PROGRESS])


def label(layer_name: str, name: str) -> str:
    """What a field is called."""
    return next((each.label for each in fields_of(layer_name) if each.name == name),
                _OF_A_PHOTO.get(name, name))


def typed(layer_name: str) -> Values:
    """What the request's form holds, as it was typed."""
    values: Values = {}
    for each in fields_of(layer_name):
        if each.kind in ROW_PARTS:
            values[each.name] = _typed_rows(each.kind)
        elif each.kind == "choices":
            values[each.name] = request.form.getlist(each.name)
        elif each.kind == "area":
            values |= area_field.typed()
        else:
            values[each.name] = request.form.get(each.name, "")
    return values


def _typed_rows(name: str) -> list[dict[str, str]]:
    rows = []
    for number in range(_MOST_ROWS[name] + 20):
        if f"{name}-{number}-name" not in request.form:
            break
        rows.append({part: request.form.get(f"{name}-{number}-{part}", "") for part in ROW_PARTS[name]})
    return rows


def press(values: Values) -> bool:
    """Do what a button in a list of rows asks for: up, down, out, add. False when it was another button."""
    do, _colon, rest = request.form.get("do", "").partition(":")
    name, _colon, which = rest.partition(":")
    rows = values.get(name)
    if do not in ("up", "down", "out", "add") or name not in ROW_PARTS or not isinstance(rows, list):
        return False
    number = int(which) if which.isascii() and which.isdigit() and len(which) < 4 else -1
    other = number + (1 if do == "down" else -1)
    if do == "add":
        rows.append(dict.fromkeys(ROW_PARTS[name], ""))
    elif do == "out" and 0 <= number < len(rows):
        del rows[number]
    elif 0 <= number < len(rows) and 0 <= other < len(rows):
        rows[number], rows[other] = rows[other], rows[number]
    return True


def values_of(layer_name: str, record: Kept) -> Values:
    """A record as its form holds it."""
    return {each.name: _value(each, getattr(record, ATTRIBUTES.get(each.name, each.name)))
            for each in fields_of(layer_name)}


def _value(each: Field, held: object) -> str | list:
    if each.name == "internal":
        return "" if held else "yes"
    if each.name == "checked_today":
        return ""  # by whoever ticks it, each time
    if each.kind in ROW_PARTS:
        rows = [{key: "" if value is None or value is False else "yes" if value is True else str(value)
                 for key, value in asdict(one).items()} for one in held]
        return rows or [dict.fromkeys(ROW_PARTS[each.kind], "") for _number in range(_BLANK_ROWS[each.kind])]
    if each.kind == "choices":
        return list(held)
    if each.kind == "hub":
        return edit_form.venue_name(held) if held else ""
    if isinstance(held, date):
        return f"{held:%d/%m/%Y}" if held > date.min else ""
    if isinstance(held, bool):
        return "yes" if held else ""
    return "" if held is None else f"{held:.12g}" if isinstance(held, float) else str(held)


def said(layer_name: str, each: Field, record: Kept, programme: Programme | None) -> str:
    """A field of a record in words, for comparing two versions."""
    if each.name == "checked_today":
        return words.day_said(record.last_confirmed)
    value = values_of(layer_name, record)[each.name]
    if each.kind == "area":
        return area_words.said(value)
    known = {option["value"]: option["label"] for option in options(layer_name, programme).get(each.name, ())}
    if each.kind in ROW_PARTS:
        parts = [part for part in ROW_PARTS[each.kind] if part not in ("code", "consent")]
        return "\n".join(". ".join(filter(None, (row[part] for part in parts))) for row in value)
    if isinstance(value, list):
        return ", ".join(known.get(code, code) for code in value)
    if each.kind == "tick":
        return _("Yes") if value else _("No")
    if each.kind == "photo" and id_in(value):
        return _("A photo that is kept here")
    return known.get(value, value)


def options(layer_name: str, programme: Programme | None,
            values: Mapping[str, object] | None = None) -> dict[str, list[dict[str, str]]]:
    """What there is to choose from, by field; with what `values` hold that is not there any more, so that it stays."""
    made = _options(layer_name, programme)
    for name, chosen in (values or {}).items():
        known = {option["value"] for option in made.get(name, ())}
        if name in made and isinstance(chosen, list):
            made[name] = made[name] + [{"value": code, "label": _("%(code)s (not known here any more)", code=code)}
                                       for code in chosen if code not in known]
    return made


def _options(layer_name: str, programme: Programme | None) -> dict[str, list[dict[str, str]]]:
    vocabulary = services.atlas().vocabulary
    steps = [{"value": step.code, "label": f"{number}. {step.name}" if programme.kind == STEPS else step.name}
             for number, step in enumerate(programme.steps if programme else (), 1)]
    made: dict[str, list[dict[str, str]]] = {
        "status": _pairs({code: words.STATUS[code] for code in ("active", "paused", "ended")})}
    if layer_name == PROGRAMMES:
        made |= {"kind": _pairs({kind: f"{name}. {what}" for kind, (name, what) in words.KINDS.items()}),
                 "themes": _terms(vocabulary.of("connected_theme"))}
    elif layer_name == DEPLOYMENTS:
        languages = _terms(vocabulary.of("language"))
        made |= {"wards": shown.ward_options(), "languages_offered": languages, "languages_asked": languages,
                 "opportunity_kinds": _terms(vocabulary.of("opportunity_kind"))}
    elif layer_name == PROGRESS:
        made |= {"step": [{"value": "", "label": _("Choose one")}, *steps], "what": _pairs(
            {what: words.happened(programme.kind if programme else STEPS, what) for what in HAPPENINGS})}
    elif layer_name == DATES:
        made |= {"step": [{"value": "", "label": _("None of them in particular")}, *steps],
                 "kind": _pairs(words.DATE_KINDS)}
    return made


def _terms(terms: Mapping) -> list[dict[str, str]]:
    return [{"value": term.code, "label": term.label} for term in terms.values()]


def _pairs(labels: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": code, "label": text} for code, text in labels.items()]
