"""What each column of a file can be, in plain words, with an example: for choosing columns, and for templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assetmap.importing.columns import FIELDS
from assetmap.importing.drafts import takes_constants
from assetmap.store.rows import LAYERS
from assetmap.web.language import gettext as _
from assetmap.web.steward import import_programme_fields as programmes
from assetmap.web.steward.shown import code_labels, field_label

LAYER_LABELS = {
    "groups": _("Groups: what people can join"), "hubs": _("Places: where people meet"),
    "opportunities": _("Offers and asks"), "organisations": _("Organisations"),
    "wards": _("Wards: the official boundaries"), "ward-figures": _("Figures about wards"),
    "population-points": _("Where people live: small areas with their people"),
    "programmes": _("Programmes, and what is under way in which ward"),
    "postcodes": _("Postcodes: a directory of them"), "places": _("Place names that people search by"),
}
# What must be there for a row to become an entry; of each group one is enough.
NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "groups": (("name",),), "hubs": (("name",),), "organisations": (("name",),),
    "opportunities": (("name",), ("kind",)), "ward-figures": (("ward_code",),),
    "places": (("name",), ("postcode", "lat", "easting")),
    "population-points": (("id", "postcode"), ("people",), ("postcode", "lat", "easting")),
    "programmes": (("programme", "ward"),),
}
# What is often the same for a whole list, and so has no column.
_SAME_FOR_ALL = {
    "groups": ("categories", "audiences", "organisation", "cost", "languages", "access", "connected_themes", "status",
               "contact_consent", "last_confirmed", "confirmed_by"),
    "hubs": ("kind", "access", "languages", "connected_themes", "status", "contact_consent", "last_confirmed",
             "confirmed_by"),
    "opportunities": ("kind", "direction", "topics", "giver", "reward", "languages", "connected_themes", "state",
                      "expires", "contact_consent", "last_confirmed", "confirmed_by"),
    "organisations": ("status", "contact_consent", "last_confirmed", "confirmed_by"),
}
_ABOUT = {
    "name": (_("What it is called."), "Tea and a Chat"),
    "id": (_("The last part of its page's address here. Only exports of this map have it."), "tea-and-a-chat"),
    "source_id": (_("What the list it comes from calls it: a number or a code, another for each row. By it, the next "
                    "file updates this entry instead of adding a second one."), "1042"),
    "source": (_("The list it came from. Only exports of this map have it."), "charities"),
    "summary": (_("One sentence for its card on the map."), "Tea, biscuits and good company"),
    "address": (_("Where it is, in words."), "12 High Street, Leigh-on-Sea"),
    "postcode": (_("Puts it on the map when there is no more exact position."), "SS9 2DD"),
    "lat": (_("Latitude in degrees. It goes with the longitude."), "51.5418"),
    "lon": (_("Longitude in degrees. It goes with the latitude."), "0.6553"),
    "easting": (_("Metres east on the National Grid. It goes with the northing."), "584070"),
    "northing": (_("Metres north on the National Grid. It goes with the easting."), "186060"),
    "position_from": (_("Where the position is from. Only exports of this map have it."), "postcode"),
    "access": (_("What helps people get in and take part. Several are separated by semicolons."),
               "Step-free; Hearing loop"),
    "languages": (_("Languages that are spoken there. Several are separated by semicolons."), "English; Polish"),
    "connected_themes": (_("What it connects: people, services, neighbourhoods, voluntary, community and faith "
                           "organisations, decision making. Several are separated by semicolons."),
                         "People; Neighbourhoods"),
    "phone": (_("A telephone number for the public. It is shown only when that is agreed."), "01632 960 123"),
    "email": (_("An e-mail address for the public, best a role's. It is shown only when that is agreed."),
              "hello@example.org"),
    "website": (_("Its page on the web."), "https://example.org/tea"),
    "contact_consent": (_("Yes, when they agreed that telephone and e-mail are published."), "yes"),
    "status": (_("Whether it runs: active, paused or ended. Empty means active."), "active"),
    "last_confirmed": (_("The day somebody last made sure that it is right."), "2026-09-14"),
    "confirmed_by": (_("Who made sure."), "the library team"),
    "notes": (_("Anything else worth knowing."), "Closed in August"),
    "kind": (_("What kind of place it is, in a word or two."), "Library"),
    "opening_hours": (_("When it is open, as people say it."), "Mon to Fri 9am-5pm"),
    "rooms": (_("Rooms that can be used."), "Main hall; meeting room"),
    "capacity": (_("How many people fit."), "60"),
    "times": (_("When it happens, as people say it."), "Tuesdays 2pm-4pm"),
    "venue": (_("Where it meets: the name of a place on this map, or its id."), "Leigh Library"),
    "online": (_("Yes, when people can join from home by computer or telephone."), "no"),
    "description": (_("More about it, for its own page."), "Drop in when you like. Everybody is welcome."),
    "organisation": (_("Who runs it."), "Friends of the Library"),
    "categories": (_("What it is about. Several are separated by semicolons."), "Coffee and a chat; Games and cards"),
    "audiences": (_("Who it is for. Several are separated by semicolons."), "Older people"),
    "ages": (_("Ages in one column, such as 8-12 or 50+."), "50+"),
    "age_min": (_("The youngest age."), "50"), "age_max": (_("The oldest age."), "90"),
    "cost": (_("Free, donation, paid or membership, or an amount."), "Free"),
    "cost_note": (_("More about the cost."), "The first visit is free"),
    "meets_in_home": (_("Yes, when it meets in somebody's home; then its exact place is not shown."), "no"),
    "direction": (_("Offer, or ask."), "offer"),
    "topics": (_("What it is about. Several are separated by semicolons."), "Gardening and growing"),
    "giver": (_("Who it is from: a group or a place on this map, or any name."), "Friends of the Library"),
    "ward": (_("The ward that it is for: its name or code."), "E05002212"),
    "reach_m": (_("How far from its place it is meant to reach, in metres."), "2000"),
    "hours": (_("Hours a week."), "2"), "reward": (_("None, expenses or time credits."), "expenses"),
    "amount": (_("How much money, if it is about money."), "£250"),
    "expires": (_("The last day it is open."), "2027-06-30"), "state": (_("Open, or closed."), "open"),
    "charity_number": (_("Its number in the register of charities."), "1234567"),
    "company_number": (_("Its number at Companies House."), "01234567"),
    "ward_code": (_("The ward's official code."), "E05002212"), "ward_name": (_("The ward's name."), "Belfairs"),
    "date": (_("What day or year the figures are of."), "2024"),
    "estimate": (_("Yes, when they are estimated."), "no"),
    "people": (_("How many people live there."), "312"),
    "children": (_("How many of them are younger than 16."), "58"),
    "working_age": (_("How many of them are 16 to 64."), "194"),
    "older": (_("How many of them are 65 or older."), "60"),
    "deprivation": (_("The area's score of deprivation: higher means more deprived."), "21.4"),
    "deprivation_rank": (_("Its rank of deprivation instead of a score: 1 is the most deprived."), "9120"),
    "also_known_as": (_("Other names that people use. Several are separated by semicolons."), "Leigh; Old Town"),
}
_ABOUT_IN = {
    ("hubs", "name"): (_("What the place is called."), "Leigh Library"),
    ("organisations", "name"): (_("What the organisation is called."), "Friends of the Library"),
    ("organisations", "summary"): (_("One sentence about it."), "We look after the library and its garden"),
    ("opportunities", "name"): (_("A title that says what is offered or asked."), "Help in the library garden"),
    ("opportunities", "summary"): (_("One sentence for its card."), "Two hours a week among the roses"),
    ("opportunities", "kind"): (_("What kind of offer or ask it is, in a word or two."), "Volunteering"),
    ("ward-figures", "source"): (_("Who publishes the figures."), "Office for National Statistics"),
    ("places", "name"): (_("The name that people search by."), "Old Leigh"),
    ("places", "kind"): (_("What it is."), "neighbourhood"),
    ("population-points", "id"): (_("The small area's code, another for each row: an output area, an LSOA, a data "
                                    "zone or a postcode."), "E00080000"),
    ("population-points", "postcode"): (_("Puts it on the map when there is no more exact position, and stands for the "
                                          "code when there is none."), "SS9 2DD"),
    ("population-points", "ward_code"): (_("The ward that its people belong to. Empty: the ward that the point lies "
                                           "in."), "E05002212"),
    ("population-points", "source"): (_("Who counted."), "Office for National Statistics, Census 2021"),
    ("population-points", "date"): (_("What day or year the numbers are of."), "2021"),
}
_LABELS = {
    "easting": _("Easting"), "northing": _("Northing"), "position_from": _("Where the position is from (exports)"),
    "source": _("List it came from (exports)"), "ward_code": _("Ward code"), "ward_name": _("Ward name"),
    "people": _("People"), "children": _("Children (0 to 15)"), "working_age": _("Working age (16 to 64)"),
    "older": _("65 and over"), "deprivation": _("Deprivation, as a score"),
    "deprivation_rank": _("Deprivation, as a rank"),
    "date": _("Date or year"), "estimate": _("Estimated"), "also_known_as": _("Other names"),
}
_LABELS_IN = {("ward-figures", "source"): _("Who publishes them"), ("population-points", "source"): _("Who counted"),
              ("population-points", "id"): _("Code"), ("places", "kind"): _("What it is"),
              ("hubs", "opening_hours"): _("Opening hours"), ("organisations", "status"): _("Whether it is active"),
              ("groups", "status"): _("Whether it runs"), ("hubs", "status"): _("Whether it is open"),
              ("opportunities", "status"): _("Whether it is shown")}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a layer: its name in files, its label, what it is, an example, and whether it must be there."""

    name: str
    label: str
    meaning: str
    example: str
    needed: bool = False


def fields_of(layer: str) -> list[Field]:
    """Every field that a column can be, in the order that people think of them."""
    return [field(layer, name) for name in FIELDS.get(layer, ())]


def field(layer: str, name: str) -> Field:
    """One of them."""
    if layer == "programmes" and (name in programmes.ABOUT or name in programmes.ABOUT_IN):
        meaning, example = programmes.ABOUT.get(name) or programmes.ABOUT_IN[name]
        label = programmes.LABELS.get(name) or field_label(layer, name)
        return Field(name, _(label), _(meaning), example, any(name in group for group in NEEDED[layer]))
    meaning, example = _ABOUT_IN.get((layer, name)) or _ABOUT[name]
    label = _LABELS_IN.get((layer, name)) or _LABELS.get(name) or field_label(layer, name)
    return Field(name, _(label), _(meaning), example, any(name in group for group in NEEDED.get(layer, ())))


def same_for_all(layer: str) -> list[Field]:
    """The fields that can be said once, for every row."""
    return [field(layer, name) for name in _SAME_FOR_ALL.get(layer, ())] if takes_constants(layer) else []


def fixed_choices(layer: str, name: str) -> list[dict[str, str]]:
    """The words that a field can be, when they are few and fixed; else []."""
    if layer in LAYERS and name in ("status", "direction", "reward", "state"):
        return [{"value": code, "label": _(label)} for code, label in code_labels(name).items() if code != "hidden"]
    if name in ("contact_consent", "online"):
        return [{"value": "yes", "label": _("Yes")}, {"value": "no", "label": _("No")}]
    return []


def suggested_words(layer: str, name: str) -> str:
    """The kind of vocabulary whose words a field can be; "" for any text."""
    kinds = {"categories": "category", "topics": "category", "audiences": "audience", "cost": "cost",
             "access": "access", "languages": "language", "connected_themes": "connected_theme"}
    if name == "kind":
        return {"hubs": "hub_kind", "opportunities": "opportunity_kind"}.get(layer, "")
    return kinds.get(name, "")
