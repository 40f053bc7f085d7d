"""The choices beside a list: what each would leave, and the address that makes it."""

from __future__ import annotations

from dataclasses import replace

from assetmap.atlas.finding import Found
from assetmap.domain.opportunity import DIRECTIONS
from assetmap.domain.query import (
    DAY_NAMES,
    DAY_WORDS,
    DAYS,
    KIND_OF,
    OF_OPPORTUNITIES,
    PARTS_OF_DAY,
    REPEATABLE,
    SORTS,
    FindQuery,
)
from assetmap.domain.vocabulary import Vocabulary
from assetmap.web import services, wording
from assetmap.web.language import gettext as _

RADII_M = (500, 1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 50_000)
_LABELS = {"category": "What", "day": "Which day", "time": "Time of day", "cost": "Cost", "access": "Getting in",
           "language": "Languages", "connected": "What it connects", "direction": "Offer or ask",
           "kind": "What kind", "ward": "Ward"}
_SHOWN_DAYS = ("today", "tomorrow", *DAYS, "weekend")
_ICONS = {"morning": "sunrise", "afternoon": "sun", "evening": "moon", "offer": "hand-heart", "ask": "hand-helping"}
_MOST_WARDS = 60  # more of them are no choice that anybody reads


def build(found: Found, path: str = "/") -> dict[str, dict]:
    """Each facet by its parameter's name, in the shape that templates/_facets.html draws."""
    made = {}
    names = REPEATABLE if found.layer.layer.name != "opportunities" else (*REPEATABLE, *OF_OPPORTUNITIES)
    for name in names:
        if name in ("day", "time") or name in found.layer.facet_names:
            made[name] = _facet(name, found, path)
    if not any(option["count"] or option["selected"] for option in made.get("connected", {"options": ()})["options"]):
        made.pop("connected", None)  # most places sort nothing by it
    return made


def ward_facet(found: Found, path: str) -> dict | None:
    """The wards that have anything, one to choose; None when there are too few or too many for a choice."""
    atlas, query = services.atlas(), found.query
    counts = found.counts("ward")
    counts |= {query.ward: counts.get(query.ward, 0)} if query.ward else {}
    if not 1 < len(counts) <= _MOST_WARDS:
        return None
    options = [{"value": code, "label": atlas.ward_names[atlas.ward_number[code]], "icon": "", "theme": "",
                "count": count, "selected": code == query.ward, "url": query.address(path, ward=code, page=1)}
               for code, count in counts.items()]
    return {"name": "ward", "label": _(_LABELS["ward"]), "multiple": False, "groups": None,
            "options": sorted(options, key=lambda option: option["label"]), "any_selected": bool(query.ward)}


def _facet(name: str, found: Found, path: str) -> dict:
    vocabulary = services.atlas().vocabulary
    counts = found.counts(name)
    held = getattr(found.query, name)
    options = [_option(name, code, count, found.query, vocabulary, path) for code, count in counts.items()
               if count or code in held or name in ("day", "time", "category", "cost", "access")]
    if name == "day":
        options.sort(key=lambda option: _SHOWN_DAYS.index(option["value"]))
    elif name == "direction":
        options.sort(key=lambda option: DIRECTIONS.index(option["value"]))
    elif name in ("language", "kind"):
        options.sort(key=lambda option: -option["count"])
    facet = {"name": name, "label": _(_LABELS[name]), "multiple": True, "options": options, "groups": None,
             "any_selected": bool(held)}
    if name == "category":
        facet["groups"] = [
            {"label": theme.label, "theme": theme.code, "icon": theme.icon,
             "options": [option for option in options if option["theme"] == theme.code]}
            for theme in vocabulary.of("theme").values()]
    return facet


def _option(name: str, code: str, count: int, query: FindQuery, vocabulary: Vocabulary, path: str) -> dict:
    label, icon, theme = _looks(name, code, vocabulary)
    return {"value": code, "label": label, "icon": icon, "theme": theme, "count": count,
            "selected": code in getattr(query, name), "url": query.address(path, **{name: query.toggled(name, code)},
                                                                           page=1)}


def _looks(name: str, code: str, vocabulary: Vocabulary) -> tuple[str, str, str]:
    if name == "day":
        label = DAY_NAMES[DAYS.index(code)] if code in DAYS else \
            DAY_WORDS[code].removeprefix("at the ").removeprefix("on a ")
        return _(label[:1].upper() + label[1:]), "calendar", ""
    if name == "time":
        return _(PARTS_OF_DAY[code]), _ICONS.get(code, ""), ""
    if name == "direction":
        return _("Offers") if code == "offer" else _("Asks"), _ICONS[code], ""
    term = vocabulary.get(KIND_OF.get(name, name), code)
    return term.label, term.icon, term.theme


def within_options(query: FindQuery, within_m: int, path: str = "/") -> list[dict]:
    """How far to look; the radius in force is among them."""
    radii = sorted({*RADII_M, within_m})
    return [{"value": str(radius), "label": wording.distance(radius), "icon": "", "theme": "", "count": None,
             "selected": radius == within_m, "url": query.address(path, within_m=radius, page=1)} for radius in radii]


def sort_options(query: FindQuery, has_place: bool, path: str = "/") -> list[dict]:
    """Ways to order the list; nearest first needs a place."""
    in_force = query.sort or ("distance" if has_place else "soonest")
    return [{"value": code, "label": _(label), "icon": "", "theme": "", "count": None, "selected": code == in_force,
             "url": query.address(path, sort=code, page=1)}
            for code, label in SORTS.items() if has_place or code != "distance"]


def chosen(query: FindQuery, path: str = "/") -> list[dict]:
    """What is narrowed by, each with the address without it."""
    vocabulary = services.atlas().vocabulary
    made = []
    for name in (*REPEATABLE, *OF_OPPORTUNITIES):
        for code in getattr(query, name):
            made.append({"name": name, "label": _looks(name, code, vocabulary)[0],
                         "url_without": query.address(path, **{name: query.toggled(name, code)}, page=1)})
    if query.q:
        made.append({"name": "q", "label": query.q, "url_without": query.address(path, q="", page=1)})
    if query.age is not None:
        made.append({"name": "age", "label": _("For age %(age)s", age=query.age),
                     "url_without": query.address(path, age=None, page=1)})
    if query.ward:
        atlas = services.atlas()
        number = atlas.ward_number.get(query.ward)
        label = query.ward if number is None else f"{atlas.ward_names[number]} {_('ward')}"
        made.append({"name": "ward", "label": label, "url_without": query.address(path, ward="", page=1)})
    return made


def theme_tiles(found: Found) -> list[dict]:
    """The first page's way in: each theme with how many groups it has."""
    vocabulary, facet, numbers = found.layer.vocabulary, found.layer.facet("category"), found.numbers
    made = []
    for theme in vocabulary.of("theme").values():
        codes = tuple(term.code for term in vocabulary.of("category").values() if term.theme == theme.code)
        count = int(facet.any_of(numbers, codes).sum())
        made.append({"code": theme.code, "label": theme.label, "icon": theme.icon, "count": count,
                     "url": replace(FindQuery(), category=codes).address("/")})
    return made
