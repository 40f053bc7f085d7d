"""The forms of records: which fields they have, in which words, and how they turn into the texts of a file's row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import request

from assetmap.domain.freshness import BY_STEWARD
from assetmap.domain.text import slug
from assetmap.domain.vocabulary import Vocabulary
from assetmap.importing.columns import FIELDS
from assetmap.store import listing
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.steward import shown

Values = dict[str, str | list[str]]
MOST_SUGGESTED = 2_000  # names in a list to choose from
AUTO = "auto"  # of position_from: at the postcode, else where it meets
_LISTS = {"categories": "category", "topics": "category", "audiences": "audience", "access": "access",
          "languages": "language", "connected_themes": "connected_theme"}
_CLOSED = "themes"  # a kind of field: words of the vocabulary, and no others
_ELSEWHERE = {"postcode", "hub", ""}  # what AUTO stands for in a file


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `kind` names the macro that draws it."""

    name: str
    kind: str = "text"
    hint: str = ""
    required: bool = False
    suggestions: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form, under its own heading."""

    key: str
    title: str
    fields: tuple[Field, ...] = field(default_factory=tuple)


_NAME = Field("name", required=True)
_SUMMARY = Field("summary", "lines", _("What you would tell a neighbour. Lists show it."))
_ACCESS = Section("access", _("Getting in"), (Field("access", "choices"),))
_LANGUAGES = Field("languages", "choices", _("Languages that people there speak."))
_THEMES = Field("connected_themes", _CLOSED, _("What it brings together. Planners see what each ward has of each."))
_REACH = Section("reach", _("How to reach them"), (
    Field("phone", hint=_("The group's own number or one of a role, not of a person at home.")),
    Field("email", "email"), Field("website", "url"),
    Field("contact_consent", "tick", _("Tick it only when they said yes. Without it the public sees the website "
                                       "alone."))))
_ABOUT = Section("about", _("About this entry"), (
    Field("status", "select", _("“Hidden” takes it out of everybody's sight but yours. Nothing is ever deleted.")),
    Field("last_confirmed", hint=_("The day when somebody last said that this is right, such as 24/11/2026.")),
    Field("checked_today", "tick", _("It will say: confirmed today by a steward.")),
    Field("notes", "long", _("Everybody can read this."))))
_WHEN = Field("times", "times")

FORMS: dict[str, tuple[Section, ...]] = {
    "groups": (
        Section("what", _("What it is"), (
            _NAME, _SUMMARY, Field("description", "long", _("What happens there, and what to bring.")),
            Field("categories", "choices", _("The first one gives it its colour and picture.")),
            Field("organisation", hint=_("The charity, church, school or people behind it."),
                  suggestions="organisations"), _THEMES)),
        Section("who", _("Who can come"), (
            Field("audiences", "choices"), Field("age_min", "number"), Field("age_max", "number"), _LANGUAGES)),
        Section("when", _("When"), (_WHEN,)),
        Section("where", _("Where"), (
            Field("venue", "venues"), Field("address"), Field("place", "place"),
            Field("meets_in_home", "tick", _("The map then shows only the ward, not the door.")),
            Field("online", "tick"))),
        Section("cost", _("What it costs"), (
            Field("cost", "select"), Field("cost_note", hint=_("Such as: £3, first time free.")))),
        _ACCESS, _REACH, _ABOUT),
    "hubs": (
        Section("what", _("What it is"), (
            _NAME, Field("kind", "select"), _SUMMARY,
            Field("rooms", "lines", _("Rooms that groups can use, and what is in them.")),
            Field("capacity", "number", _("How many people fit in.")), _LANGUAGES,
            _THEMES)),
        Section("when", _("When it is open"), (Field("opening_hours", "lines", _("As you would say it.")),)),
        Section("where", _("Where"), (Field("address"), Field("place", "place"))),
        _ACCESS, _REACH, _ABOUT),
    "opportunities": (
        Section("what", _("What it is"), (
            _NAME, Field("direction", "radios"), Field("kind", "select", required=True), _SUMMARY,
            Field("topics", "choices"),
            Field("giver", hint=_("The place, group or organisation that it comes from."), suggestions="givers"),
            _THEMES)),
        Section("when", _("When"), (
            _WHEN, Field("hours", "number", _("How many hours it takes, such as 1.5.")),
            Field("expires", hint=_("The last day to take it up, such as 24/11/2026. A new one without it stays "
                                   "for some months; then its people are asked.")))),
        Section("where", _("Where"), (
            Field("venue", "venues"), Field("place", "place"), Field("ward", "select"), Field("reach_m", "number"),
            Field("online", "tick"))),
        Section("cost", _("In return"), (
            Field("reward", "select"), Field("amount", hint=_("For a small grant: how much.")))),
        Section("access", _("Getting in"), (Field("access", "choices"), _LANGUAGES)),
        _REACH,
        Section("about", _("About this entry"), (Field("state", "select"), *_ABOUT.fields))),
    "organisations": (
        Section("what", _("What it is"), (
            _NAME, _SUMMARY, Field("charity_number"), Field("company_number"), _LANGUAGES)),
        Section("where", _("Where its office is"), (Field("address"), Field("place", "place"))),
        _ACCESS, _REACH, _ABOUT),
}


def typed(layer_name: str) -> Values:
    """What the request's form holds, as it was typed."""
    values: Values = {}
    for each in (each for section in FORMS[layer_name] for each in section.fields):
        if each.kind == "choices":
            values[each.name] = request.form.getlist(each.name)
            values[f"{each.name}_other"] = request.form.get(f"{each.name}_other", "")
        elif each.kind == _CLOSED:
            values[each.name] = request.form.getlist(each.name)
        elif each.kind == "venues":
            values[each.name] = [text for text in request.form.getlist(each.name) if text.strip()]
        elif each.kind == "place":
            values |= {name: request.form.get(name, "") for name in ("postcode", "position_from", "lat", "lon")}
        else:
            values[each.name] = request.form.get(each.name, "")
    return values


def values_of(layer_name: str, texts: Mapping[str, str], vocabulary: Vocabulary) -> Values:
    """The texts of a row as the form holds them."""
    values: Values = {name: texts[name] for name in FIELDS[layer_name] if name in texts}
    for name, kind in _LISTS.items():
        if name in texts:
            parts = [part for part in texts[name].split(";") if part]
            values[name] = [part for part in parts if part in vocabulary.of(kind)]
            values[f"{name}_other"] = "; ".join(part for part in parts if part not in vocabulary.of(kind))
    if "venue" in texts:
        values["venue"] = [venue_name(hub_id) for hub_id in texts["venue"].split(";") if hub_id]
    if texts.get("giver"):
        values["giver"] = shown.giver_name(texts["giver"])
    if texts.get("position_from", "") in _ELSEWHERE:
        values["position_from"] = AUTO
    return values


def blank(layer_name: str) -> Values:
    """What a new record's form holds at first."""
    chosen: dict[str, Values] = {"hubs": {"kind": "other"},
                                 "opportunities": {"direction": "offer", "reward": "none", "state": "open"}}
    return {"status": "active", "position_from": AUTO, **chosen.get(layer_name, {})}


def texts_of(layer_name: str, values: Values, was: Mapping[str, str], vocabulary: Vocabulary) -> dict[str, str]:
    """The form as the texts of a row. `was` are the texts that it was filled in with; {} for a new record's."""
    texts = {name: value for name, value in values.items() if name in FIELDS[layer_name] and isinstance(value, str)}
    for name, kind in _LISTS.items():
        if name in values:
            texts[name] = _list_text(values[name], values.get(f"{name}_other"), was.get(name, ""),
                                     vocabulary.of(kind))
    if "venue" in values:
        texts["venue"] = ";".join(values["venue"])
    texts |= _position(values, was)
    if values.get("checked_today"):
        texts |= {"last_confirmed": services.now().date().isoformat(), "confirmed_by": BY_STEWARD}
    elif texts.get("last_confirmed", "").strip() != was.get("last_confirmed", ""):
        texts["confirmed_by"] = BY_STEWARD if texts["last_confirmed"].strip() else ""
    return texts


def _list_text(chosen: Sequence[str] | str, other: str | None, was: str, known: Mapping) -> str:
    """Codes and other words in one text. What was there before stays in its order: the first category is the main.

    `other` is None where no other words can be typed; those that were there stay while the codes stay as they were.
    """
    before = was.split(";")
    codes = sorted(dict.fromkeys(chosen), key=lambda code: before.index(code) if code in before else len(before))
    others = [part.strip() for part in (other or "").replace("\n", ";").split(";") if part.strip()]
    unknown = [part for part in before if part and part not in known]
    if [code for code in before if code in known] == codes and (other is None or unknown == others):
        return was
    return ";".join((*codes, *others))


def _position(values: Values, was: Mapping[str, str]) -> dict[str, str]:
    """Where the form says it is. Coordinates that were changed are meant, whatever choice was left standing."""
    lat, lon, postcode = (str(values.get(name, "")).strip() for name in ("lat", "lon", "postcode"))
    chosen = str(values.get("position_from", "")) or AUTO
    before = was.get("position_from", "")
    same_point = (lat, lon) == (was.get("lat", ""), was.get("lon", "")) or not (lat or lon)
    same_postcode = postcode == was.get("postcode", "")
    half = bool(lat) != bool(lon)  # no point at all: what is missing is then said beside its field
    if not same_point and (half or chosen == AUTO):
        chosen = "given"
    if chosen == "given":
        return {"position_from": "given", "lat": lat, "lon": lon}
    stands = chosen == AUTO and before in _ELSEWHERE or chosen == before
    if stands and same_postcode:
        return {name: was.get(name, "") for name in ("position_from", "lat", "lon")}
    return {"position_from": "contact" if chosen == "contact" else "postcode", "lat": "", "lon": ""}


def venue_name(hub_id: str) -> str:
    """How a form names a hub: by its name, unless another has it too or it could be taken for two."""
    name = shown.hub_name(hub_id)
    alone = shown.is_only_name("hubs", name)
    return name if alone and slug(name) and not set(name) & set(";|\n") else hub_id


def options(layer_name: str, vocabulary: Vocabulary) -> dict[str, list[dict[str, str]]]:
    """What there is to choose from, by field."""
    made = {name: _terms(vocabulary, kind) for name, kind in _LISTS.items()}
    made["status"] = _codes("status")
    if layer_name == "groups":
        made["cost"] = [{"value": "", "label": _("Not known, or other")}, *_terms(vocabulary, "cost")]
    elif layer_name == "hubs":
        made["kind"] = _terms(vocabulary, "hub_kind")
    elif layer_name == "opportunities":
        made |= {"kind": [{"value": "", "label": _("Choose one")}, *_terms(vocabulary, "opportunity_kind")],
                 **{name: _codes(name) for name in ("direction", "reward", "state")},
                 "ward": [{"value": "", "label": _("No ward in particular")}, *shown.ward_options()]}
    return made


def suggestions(connection: Connection, layer_name: str) -> dict[str, list]:
    """Names to choose from while typing, by list; `hubs` are {value, label}, the label telling one from another."""
    made: dict[str, list] = {}
    if layer_name in ("groups", "opportunities"):
        made["hubs"] = [{"value": venue_name(hub_id), "label": ", ".join(filter(None, (name, postcode)))}
                        for hub_id, name, postcode in listing.names(connection, LAYERS["hubs"], MOST_SUGGESTED)]
    known = [name for _id, name, _postcode in listing.names(connection, LAYERS["organisations"], MOST_SUGGESTED)]
    if layer_name == "groups":
        written = [organisation for _id, organisation in listing.organisers(connection)]
        made["organisations"] = sorted(dict.fromkeys((*known, *written)))[:MOST_SUGGESTED]
    elif layer_name == "opportunities":
        groups = [name for _id, name, _postcode in listing.names(connection, LAYERS["groups"], MOST_SUGGESTED)]
        hubs = [hub["value"] for hub in made["hubs"]]
        made["givers"] = list(dict.fromkeys((*hubs, *known, *groups)))[:MOST_SUGGESTED]
    return made


def _terms(vocabulary: Vocabulary, kind: str) -> list[dict[str, str]]:
    return [{"value": term.code, "label": term.label} for term in vocabulary.of(kind).values()]


def _codes(column: str) -> list[dict[str, str]]:
    return [{"value": code, "label": label} for code, label in shown.code_labels(column).items()]
