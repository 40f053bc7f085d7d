"""A list that is put in order, each with a line: how packs and pages of favourites are made, without JavaScript too."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from flask import request

from assetmap.domain.errors import AssetmapError
from assetmap.domain.pack import LAYERS, LONGEST_LINE, MOST_ITEMS, Item, picked
from assetmap.domain.text import clean, one_line, slug
from assetmap.web import pack_items, services
from assetmap.web.cards import Card
from assetmap.web.correcting import too_long
from assetmap.web.find import search
from assetmap.web.language import gettext as _

_ADDRESS = re.compile(rf"(?:https?://[^/]+)?/({'|'.join(LAYERS)})/([^/?#.]+)")
_OFFERED = {"groups": 6, "hubs": 3, "opportunities": 3}


@dataclass
class Picks:
    """What is picked so far, what is found to add to it, and what is wrong."""

    items: list[Item]
    found: list[dict[str, str]] = field(default_factory=list)
    add: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def rows(self) -> list[dict]:
        """For the form: each with its name, or none when it is not on the map any more."""
        return [{"key": item.key, "line": item.line, **_named(item)} for item in self.items]

    def sound(self) -> list[Item]:
        """Those that are on the map."""
        return [item for item in self.items if pack_items.find(item) is not None]


def typed() -> Picks:
    """What the request's form holds: `pick` in their order, and for each a `line:` with its key."""
    form = request.form
    items = [replace(item, line=clean(form.get(f"line:{item.key}", "")[:2_000])) for item in
             picked(form.getlist("pick"))]
    return Picks(items, add=one_line(form.get("add", "")[:200]))


def change(picks: Picks) -> str:
    """Do what the pressed button asks of the list; what else it asks for, such as "save", is the answer."""
    do, _colon, which = request.form.get("do", "").partition(":")
    number = int(which) if which.isascii() and which.isdigit() and len(which) < 4 else -1
    items = picks.items
    if do in ("up", "down"):
        other = number + (1 if do == "down" else -1)
        if 0 <= number < len(items) and 0 <= other < len(items):
            items[number], items[other] = items[other], items[number]
    elif do == "out" and 0 <= number < len(items):
        del items[number]
    elif do == "add" or (do in ("", "stay") and picks.add):
        _add(picks, which)
    else:
        return do
    return ""


def check(picks: Picks) -> None:
    """Note what keeps the list from being saved."""
    if picks.add:
        picks.errors["add"] = _("Press “Look for it” first, or empty this box.")
    if not picks.sound():
        picks.errors["add"] = _("There is nothing in the list yet. Type a name here and look for it.")
    for number, item in enumerate(picks.items):
        fault = too_long(item.line, LONGEST_LINE)
        if fault:
            picks.errors[f"line-{number}"] = fault


def _add(picks: Picks, key: str) -> None:
    """Put what was chosen, or the one thing of that name or address, at the end; else say what there is."""
    chosen = picked([key])
    if not chosen and (address := _ADDRESS.match(picks.add)):
        chosen = picked([f"{address[1]}:{address[2]}"])
    if not chosen and picks.add:
        picks.found = _found(picks.add)
        exact = [one for one in picks.found if slug(one["name"]) == slug(picks.add)]
        chosen = picked([one["key"] for one in exact]) if len(exact) == 1 else ()
    chosen = [item for item in chosen if pack_items.find(item) is not None]
    if not chosen:
        if not picks.found:
            picks.errors["add"] = _("Nothing on the map is called that. Try one word of its name.") if picks.add else \
                _("Type a name, or the address of a page of this map.")
        return
    picks.found = []
    if len(picks.items) >= MOST_ITEMS:
        picks.errors["add"] = _("%(most)s fit. Take one out first.", most=MOST_ITEMS)
        return
    if chosen[0].key not in {item.key for item in picks.items}:
        picks.items.append(chosen[0])
    picks.add = ""


def _found(text: str) -> list[dict[str, str]]:
    made = []
    for name, most in _OFFERED.items():
        try:
            found = search({"q": [text[:80]]}, name).found
        except AssetmapError:
            continue
        if found.loosened:
            continue
        made += [{"key": f"{name}:{card.id}", "name": card.name, "small": _small(card)}
                 for card in services.cards().of_hits(found.layer, found.ordered(0, most))]
    return made


def _named(item: Item) -> dict:
    found = pack_items.find(item)
    if found is None:
        return {"name": "", "small": "", "url": ""}
    card = services.cards().of(*found)
    return {"name": card.name, "small": _small(card), "url": card.url}


def _small(card: Card) -> str:
    """What tells one from another of the same name."""
    place = card.hub.name if card.hub else card.place_text
    return " · ".join(filter(None, (card.direction_label, card.when, place or (card.ward and card.ward.name))))


def wards() -> list[dict[str, str]]:
    """The wards, to choose from."""
    atlas = services.atlas()
    return [{"value": "", "label": _("Not said")},
            *({"value": code, "label": name} for code, name in zip(atlas.ward_codes, atlas.ward_names, strict=True))]

