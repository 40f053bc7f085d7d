"""Which column of a file holds which field: guessed from the headings, corrected by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assetmap.domain.errors import BadInput, FileRefused
from assetmap.domain.text import EMAIL, WEB_ADDRESS, words
from assetmap.layers.table import Table, is_missing

# For each field the headings that mean it, plainest first. A heading also matches when it ends in one of them.
_SHARED = {
    "name": ("name", "hub", "community hub", "group", "group name", "charity name", "club", "club name",
             "venue name", "organisation name", "recipient org name", "title"),
    "id": ("id", "slug", "assetmap id"),
    "source_id": ("source id", "registered charity number", "charity number", "reference", "ref", "uprn", "urn",
                  "record id", "identifier", "unique id", "organisation number"),
    "summary": ("summary", "short description", "strapline"),
    "address": ("address", "full address", "street address", "location address", "street"),
    "postcode": ("postcode", "post code", "postal code", "zip"),
    "lat": ("lat", "latitude", "y lat"),
    "lon": ("lon", "long", "lng", "longitude"),
    "easting": ("easting", "eastings", "x", "geox"),
    "northing": ("northing", "northings", "y", "geoy"),
    "position_from": ("position from",),
    "access": ("access", "accessibility", "access features"),
    "languages": ("languages", "language", "languages spoken"),
    "phone": ("phone", "telephone", "tel", "phone number", "telephone number", "mobile"),
    "email": ("email", "e mail", "email address", "e mail address"),
    "website": ("website", "web", "url", "web site", "link", "web address"),
    "contact_consent": ("contact consent", "consent", "consent to publish", "publish contact"),
    "status": ("status", "registration status"),
    "last_confirmed": ("last confirmed", "confirmed", "last checked", "last verified", "last updated"),
    "confirmed_by": ("confirmed by", "checked by", "verified by"),
    "notes": ("notes", "note", "comments"),
    "source": ("source",),
}
_CONNECTED = {"connected_themes": ("connected themes", "connected theme", "connects", "five connected themes")}
_TIMES = {
    "times": ("times", "time", "when", "opening times", "opening hours", "session times", "schedule", "days and times",
              "day and time", "meeting times", "sessions"),
    "venue": ("venue", "hub", "hub id", "hub name", "meets at", "held at", "location name", "where"),
    "online": ("online", "virtual"),
}
_YEARS = range(11, 32)  # that codes of small areas and wards carry in their headings: OA21CD, WD24CD
# no postcode ends in C, I, K, M, O or V: OA21CD and WD25NM are headings
_UNIT_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2}", re.IGNORECASE)
FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "hubs": {
        **_SHARED, **_CONNECTED,
        "kind": ("kind", "type", "hub type", "category", "hub kind"),
        "opening_hours": ("opening hours", "opening times", "hours", "open", "times"),
        "rooms": ("rooms", "facilities", "spaces"),
        "capacity": ("capacity",),
    },
    "groups": {
        **_SHARED, **_CONNECTED, **_TIMES,
        "description": ("description", "activities", "about", "details", "what happens", "charity activities"),
        "organisation": ("organisation", "organization", "run by", "provider", "organiser"),
        "categories": ("categories", "category", "activity", "theme", "themes", "interest", "sport", "tags"),
        "audiences": ("audiences", "audience", "who for", "who is it for", "target group"),
        "ages": ("ages", "age", "age range", "age group"),
        "age_min": ("age min", "minimum age", "min age", "age from"),
        "age_max": ("age max", "maximum age", "max age", "age to"),
        "cost": ("cost", "price", "fee", "charge", "costs"),
        "cost_note": ("cost note", "cost details", "price details"),
        "meets_in_home": ("meets in home", "meets in a home", "home based"),
    },
    "opportunities": {
        **_SHARED, **_CONNECTED, **_TIMES,
        "kind": ("kind", "type", "opportunity type"),
        "direction": ("direction", "offer or ask", "offer ask"),
        "topics": ("topics", "topic", "categories", "category", "interests"),
        "giver": ("from", "organisation", "group", "posted by", "run by"),
        "ward": ("ward", "ward code"),
        "reach_m": ("reach m", "reach", "within m"),
        "hours": ("hours", "hours a week"),
        "reward": ("reward",),
        "amount": ("amount", "up to", "amount awarded"),
        "expires": ("expires", "expiry", "closing date", "until"),
        "state": ("state",),
    },
    "organisations": {
        **_SHARED,
        # a number of their own first, so that the charity number can be what it is
        "source_id": ("source id", "reference", "ref", "record id", "identifier", "unique id", "organisation number",
                      "registered charity number", "charity number"),
        "charity_number": ("charity number", "registered charity number"),
        "company_number": ("company number", "companies house number", "company registration number"),
    },
    "ward-figures": {
        "ward_code": ("ward code", "area code", "code", "gss code", "geography code", "wd code"),
        "ward_name": ("ward name", "area name", "name"),
        "source": ("source",),
        "date": ("date", "year"),
        "estimate": ("estimate", "estimated"),
    },
    "places": {
        "name": ("name", "place", "place name"), "kind": ("kind", "type"), "lat": ("lat", "latitude"),
        "lon": ("lon", "long", "lng", "longitude"), "postcode": ("postcode",),
        "easting": ("easting", "eastings"), "northing": ("northing", "northings"),
        "also_known_as": ("also known as", "other names", "aliases"),
    },
    "population-points": {
        "id": ("id", *(f"{kind}{year}cd" for kind in ("oa", "lsoa", "dz", "msoa") for year in _YEARS), "oa code",
               "lsoa code", "lsoa code 2021", "data zone", "datazone", "small area code", "geography code", "area code",
               "gss code", "code"),
        "people": ("people", "population", "all ages", "total population", "usual residents", "all usual residents",
                   "all persons", "residents", "total", "total measures value", "count"),
        "children": ("children", "age0 15", "aged 0 to 15", "aged 15 and under", "aged 15 years and under",
                     "age 0 to 15", "under 16", "0 15"),
        "working_age": ("working age", "age16 64", "aged 16 to 64", "age 16 to 64", "aged 16 to 64 years", "16 64"),
        "older": ("older", "age65 plus", "aged 65 and over", "aged 65 years and over", "age 65 plus", "65 and over",
                  "65 plus"),
        "deprivation": ("deprivation", "deprivation score", "imd score", "imd2025 score", "imd2019 score",
                        "index of multiple deprivation imd score"),
        "deprivation_rank": ("deprivation rank", "imd rank", "imd2025 rank", "imd2019 rank",
                             "index of multiple deprivation imd rank",
                             "index of multiple deprivation imd rank where 1 is most deprived", "imd"),
        **{name: _SHARED[name] for name in ("lat", "lon", "easting", "northing", "postcode")},
        "ward_code": ("ward code", *(f"wd{year}cd" for year in _YEARS), "wd code", "ward"),
        "source": ("source",), "date": ("date", "year"), "estimate": ("estimate", "estimated"),
    },
    "programmes": {
        "record": ("record", "record type", "row type", "kind of row"),
        "programme": ("programme", "programme name", "programme id", "initiative", "initiative name", "project",
                      "scheme"),
        "deployment": ("deployment", "deployment name", "deployment id", "local name"),
        "name": ("name", "title", "figure", "role"),
        "step": ("step", "step reached", "current step", "element", "state", "stage", "stage reached", "phase"),
        "what": ("what", "what happened"),
        "day": ("day", "date", "start", "start date", "starts", "started", "from", "since", "reached on",
                "date reached"),
        "until": ("until", "end", "end date", "ends", "to"),
        "time": ("time", "start time"),
        "ward": ("ward", "wards", "ward code", "ward codes", "ward name", "ward names", "area", "areas covered",
                 *(f"wd{year}cd" for year in _YEARS), *(f"wd{year}nm" for year in _YEARS)),
        "neighbourhood": ("neighbourhood", "locality"),
        "outline": ("wkt", "outline", "catchment", "polygon", "geojson"),
        "outline_from": ("outline from",),
        "summary": ("summary", "description", "meaning", "what it means", "about"),
        "purpose": ("purpose", "what it is for", "aim", "aims"),
        "kind": ("kind", "kind of progress", "progress kind", "kind of date", "type"),
        "steps": ("steps", "stages", "elements", "states"),
        "themes": ("themes", "connected themes", "theme"),
        "lead": ("lead", "lead organisation", "led by", "host", "host organisation", "organisation", "run by"),
        "hub": ("hub", "hub id", "venue", "base"),
        "place": ("place", "where", "location", "address"),
        "value": ("value", "number", "count", "total"),
        "unit": ("unit", "units"),
        "stock": ("stock", "stays", "stays until counted again"),
        "origin": ("origin", "where the figure is from"),
        "note": ("note",),
        "evidence": ("evidence",),
        "link": ("link", "evidence link", "website", "web", "url", "web address"),
        "photo": ("photo", "photo address", "picture", "image"),
        "photo_alt": ("photo alt", "alt", "alt text", "what the photo shows"),
        "public": ("public", "visible", "visibility", "who may see it"),
        "internal": ("internal", "internal only", "confidential", "private", "not public"),
        "internal_notes": ("internal notes", "internal note", "notes", "comments", "comment", "remarks"),
        "feedback_days": ("feedback days", "feedback within days"),
        "feedback_given": ("feedback given", "fed back on"),
        "done": ("done", "completed"),
        "attended": ("attended", "attendance", "people attending", "how many came"),
        "languages_offered": ("languages offered", "languages spoken", "languages"),
        "languages_asked": ("languages asked", "languages asked for", "languages needed"),
        "opportunity_kinds": ("opportunity kinds", "kinds of opportunities", "kinds of offers and asks"),
        "timebank": ("timebank", "time credits"),
        **{name: _SHARED[name] for name in ("phone", "email", "contact_consent", "status", "last_confirmed",
                                            "confirmed_by")},
        "id": ("id",), "source_id": ("source id", "reference", "ref"), "source": ("source",),
    },
}
_NOT_THE_ASSET = {"area", "ward", "council", "street", "contact", "file", "user", "first", "last", "trustee", "lad",
                  "manager", "person", "surname", "programme", "location", "mail", "email", "web", "ip", "billing"}
_ALWAYS_THE_ASSETS = {"postcode", "phone", "email", "web", "website"}


def guess(layer: str, headings: Sequence[str]) -> dict[str, str]:
    """Field → heading, each heading used once. Exact headings win over those that only end alike."""
    spoken = {heading: " ".join(words(heading.replace("_", " "))) for heading in headings}
    # a heading that is a field's own name is that field's, whatever else it may mean
    mapping = {field: heading for heading, said in reversed(spoken.items())
               if (field := said.replace(" ", "_")) in FIELDS[layer]}
    for whole in (True, False):
        for field, names in FIELDS[layer].items():
            if field not in mapping:
                heading = _first_match(field, names, spoken, set(mapping.values()), whole)
                if heading:
                    mapping[field] = heading
    if "easting" not in mapping or "northing" not in mapping:  # an x without a y is no position
        mapping.pop("easting", None), mapping.pop("northing", None)
    return mapping


def _first_match(field: str, names: Sequence[str], spoken: Mapping[str, str], used: set[str],
                 whole: bool) -> str | None:
    for name in (field.replace("_", " "), *names):
        for heading, said in spoken.items():
            if heading in used or not said:
                continue
            if said == name if whole else _ends_in(said, name):
                return heading
    return None


def _ends_in(said: str, name: str) -> bool:
    if len(name) < 3 or not said.endswith(" " + name):
        return False
    return name in _ALWAYS_THE_ASSETS or not _NOT_THE_ASSET & set(said[: -len(name)].split())


def corrected(layer: str, headings: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """The guess, with what was given by hand (`field=column`; an empty column means: leave it out).

    Raises BadInput for a field or a column that there is not.
    """
    known = FIELDS[layer]
    mapping = guess(layer, headings)
    for field, heading in given.items():
        if field not in known:
            raise BadInput(f"There is no field called “{field}” in {layer}. There are: {', '.join(known)}.")
        if not heading:
            mapping.pop(field, None)
            continue
        if heading not in headings:
            raise BadInput(f"The file has no column called “{heading}”. It has: {', '.join(headings)[:400]}.")
        mapping = {f: h for f, h in mapping.items() if h != heading}
        mapping[field] = heading
    return mapping


def with_constants(layer: str, table: Table, mapping: Mapping[str, str],
                   constants: Mapping[str, str]) -> dict[str, str]:
    """The mapping, once `table` has got each constant (field → text) where a row's own cell is missing.

    Raises BadInput for a field that there is not.
    """
    made = dict(mapping)
    for field, text in constants.items():
        if field not in FIELDS[layer]:
            raise BadInput(f"There is no field called “{field}” in {layer}. There are: {', '.join(FIELDS[layer])}.")
        if field in made:
            position = table.columns.index(made[field])
            for row in table.rows:
                row[position] = text if is_missing(row[position]) else row[position]
            continue
        made[field] = f"{field} (the same for all)"
        table.columns.append(made[field])
        for row in table.rows:
            row.append(text)
    return made


def must_be_headings(table: Table) -> None:
    """Raises FileRefused when the first row holds data: a postcode, an e-mail or web address is nobody's heading."""
    for heading in table.columns:
        if _UNIT_POSTCODE.fullmatch(heading) or EMAIL.fullmatch(heading) or WEB_ADDRESS.fullmatch(heading):
            raise FileRefused(f"The first row holds “{heading[:60]}”, which is data. It should name the columns, such "
                              "as name, address, postcode.")
