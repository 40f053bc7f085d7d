"""The form of a person and of what they offer or ask for: its fields, and what they come to."""

from __future__ import annotations

from dataclasses import replace

from flask import request

from assetmap.atlas.locator import Locator
from assetmap.domain.errors import BadInput
from assetmap.domain.opportunity import Opportunity
from assetmap.domain.person import GIVER, Person, faults_of
from assetmap.domain.postcode import Postcode
from assetmap.domain.text import clean, one_line
from assetmap.importing.form import read_form
from assetmap.store.database import Connection
from assetmap.web import services, wording
from assetmap.web.language import gettext as _

REACHES_M = (400, 800, 1_500, 3_000, 5_000, 10_000)
_WHO = ("person_name", "email", "phone", "postcode", "ward", "consent")
_TEXTS = ("direction", "kind", "name", "summary", "times", "hours", "reach_m", "online", "reward", "expires")
_LISTS = ("topics", "languages", "access")


def typed() -> dict:
    """What the request's form holds."""
    values: dict = {name: clean(request.form.get(name, "")[:2_000]) for name in (*_WHO, *_TEXTS)}
    return values | {name: request.form.getlist(name) for name in _LISTS}


def blank() -> dict:
    """What the form holds at first."""
    return {"direction": "offer", "reward": "none", "reach_m": "3000", "languages": ["en"]}


def person_of(values: dict, base: Person | None = None) -> tuple[Person, dict[str, str]]:
    """(the person whom the form describes, faults by field). The postcode finds the ward, and is not kept."""
    errors: dict[str, str] = {}
    ward_code = values["ward"] if values["ward"] in services.atlas().ward_number else base.ward_code if base else ""
    if values["postcode"]:
        try:
            ward_code = _ward_of(values["postcode"])
        except BadInput as error:
            errors["postcode"] = error.message
    elif not ward_code and len(services.atlas().wards):
        errors["ward"] = _("Give a postcode, or choose the ward that they live in.")
    person = replace(base or Person(), name=one_line(values["person_name"]), email=one_line(values["email"]).lower(),
                     phone=one_line(values["phone"]), ward_code=ward_code,
                     languages=tuple(code for code in values["languages"]
                                     if code in services.atlas().vocabulary.of("language")))
    errors |= {"person_name" if field == "name" else field: _(said) for field, said in faults_of(person).items()}
    if base is None and not values["consent"]:
        errors["consent"] = _("Nothing can be kept unless they agree. Read the sentence to them, and tick it when they "
                              "say yes.")
    return person, errors


def _ward_of(text: str) -> str:
    """The code of the ward that a postcode is in. Raises BadInput with a sentence."""
    with services.database().reading() as connection:
        known = Locator(connection).find(Postcode.parse(text))
    if known is None or known.place is None:
        raise BadInput(_("Nobody knows where this postcode is. Choose the ward instead."))
    ward = services.atlas().ward_at(known.place.lat, known.place.lon)
    if ward < 0:
        raise BadInput(_("This postcode is outside the wards on this map. Choose the ward instead, or leave it."))
    return services.atlas().ward_codes[ward]


def offer_of(connection: Connection, values: dict, ward_code: str) -> tuple[Opportunity | None, dict[str, str]]:
    """(the offer or ask, faults by field): read as a file's row is, and then without anything that says whose it is."""
    fields = {name: values[name] for name in _TEXTS} | {name: ";".join(values[name]) for name in _LISTS}
    fields |= {"ward": ward_code, "giver": "a person", "online": "yes" if values["online"] else ""}
    read = read_form(connection, services.settings(), "opportunities", fields)
    if read.record is None:
        return None, dict(read.errors)
    today = services.now().date()
    if read.record.expires and read.record.expires <= today:
        return None, {"expires": _("This day is over. Leave it empty for %(days)s days from now.",
                                   days=services.settings().opportunity_days)}
    made = read.record.ending_by(services.last_day())
    return replace(made, giver="", giver_kind=GIVER, last_confirmed=today, confirmed_by="a steward"), {}


def options() -> dict[str, list[dict[str, str]]]:
    """What there is to choose from, by field."""
    atlas = services.atlas()
    terms = {name: [{"value": term.code, "label": term.label} for term in atlas.vocabulary.of(kind).values()]
             for name, kind in (("topics", "category"), ("access", "access"), ("languages", "language"),
                                ("kind", "opportunity_kind"))}
    return terms | {
        "kind": [{"value": "", "label": _("Choose one")}, *terms["kind"]],
        "direction": [{"value": "offer", "label": _("They offer something")},
                      {"value": "ask", "label": _("They would like something")}],
        "reward": [{"value": "none", "label": _("Nothing")}, {"value": "expenses", "label": _("Expenses paid")},
                   {"value": "time_credits", "label": _("Time credits: an hour for an hour")}],
        "reach_m": [{"value": str(metres), "label": wording.distance(metres)} for metres in REACHES_M],
        "ward": [{"value": "", "label": _("Choose the ward")},
                 *({"value": code, "label": name} for code, name in zip(atlas.ward_codes, atlas.ward_names,
                                                                       strict=True))]}
