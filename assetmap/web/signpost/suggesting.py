"""Signposting: what suits the person beside you, at once as you talk. Nothing of it is kept, or in an address."""

from __future__ import annotations

import secrets

from flask import Blueprint, Flask, Response, make_response, render_template, request

from assetmap.atlas.assets import AssetLayer
from assetmap.atlas.suggesting import Suggested, Suggestions, suggest
from assetmap.domain.pack import picked
from assetmap.domain.query import DAY_NAMES, DAYS, PARTS_OF_DAY, FindQuery
from assetmap.domain.text import short
from assetmap.web import services, wording
from assetmap.web.cards import Card, Cards
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.signpost import suggesting_words
from assetmap.web.signpost.wishing import BY_BUS_M, ON_FOOT_M, WORDS, Asked, asked, nothing_asked

blueprint = Blueprint("signposting", __name__)
HERE = "/signpost"
_USUAL_NEEDS = ("step_free", "accessible_toilet", "hearing_loop", "quiet_space")
_LONGEST_NAME = 120


@blueprint.route(HERE, methods=["GET", "POST"])
def signpost() -> Response:
    """The conversation on one side, the suggestions on the other."""
    posted = request.method == "POST"
    said = asked() if posted else nothing_asked()
    found = suggest(services.atlas(), said.wish, services.now()) if said.interests and not said.errors else \
        Suggestions()
    page = render_template("signpost/index.html", form={"values": said.values, "errors": said.errors},
                           options=_options(), asked=said, posted=posted, **_shown(found, said))
    return make_response(page, 400 if said.errors else 200)


def _options() -> dict:
    atlas, settings = services.atlas(), services.settings()
    vocabulary = atlas.vocabulary
    needs = [{"value": term.code, "label": term.label} for term in vocabulary.of("access").values()]
    usual = [need for need in needs if need["value"] in _USUAL_NEEDS]
    return {
        "reach": [*({"value": str(metres), "label": _("On foot: %(distance)s, %(walk)s", distance=f"{metres:,} m",
                                                      walk=wording.walk(metres / wording.DETOUR, settings))}
                    for metres in ON_FOOT_M),
                  *({"value": str(metres), "label": label} for metres, label in zip(BY_BUS_M, (
                      _("By bus: 3 km around"), _("By bus or car: 8 km around")), strict=True))],
        "ward": [{"value": "", "label": _("The whole area")},
                 *({"value": code, "label": name} for code, name in zip(atlas.ward_codes, atlas.ward_names,
                                                                       strict=True))],
        "needs": usual, "more_needs": [need for need in needs if need not in usual],
        "speaks": [{"value": "", "label": _("English, or any")},
                   *({"value": term.code, "label": term.label} for term in vocabulary.of("language").values()
                     if term.code != "en")],
        "day": [{"value": code, "label": _(name)} for code, name in zip(DAYS, DAY_NAMES, strict=True)],
        "time": [{"value": code, "label": _(name)} for code, name in PARTS_OF_DAY.items()],
        "company": [{"value": "", "label": _("Either")}, {"value": "company", "label": _("With others")},
                    {"value": "alone", "label": _("Rather quietly")}],
        "themes": [{"theme": theme, "terms": [term for term in vocabulary.of("category").values()
                                              if term.theme == theme.code]}
                   for theme in vocabulary.of("theme").values()],
        "words": WORDS}


def _shown(found: Suggestions, said: Asked) -> dict:
    """Suggestions as the page tells them, and what goes on to a pack."""
    atlas, wish = services.atlas(), said.wish
    cards = services.cards(said.near, FindQuery(day=tuple(day for day in said.values.get("day", ()) if day in DAYS),
                                                time=tuple(part for part in said.values.get("time", ())
                                                           if part in PARTS_OF_DAY)))
    ticked = {f"{item.layer}:{item.id}": item for item in picked(request.form.getlist("pick"))}
    lists = (("groups", _("To join"), found.groups), ("take", _("Offered by others"), found.take),
             ("give", _("Where they could give"), found.give))
    parts = [{"code": code, "title": title, "items": [_item(one, said, cards, ticked) for one in ones]}
             for code, title, ones in lists if ones]
    misses = [_item(one, said, cards, ticked) for one in found.misses]
    shown = {item["pick"] for items in (misses, *(part["items"] for part in parts)) for item in items}
    count = sum(len(part["items"]) for part in parts)
    return {"parts": parts, "misses": misses, "kept": _kept(cards, [ticked[pick] for pick in ticked.keys() - shown]),
            "once_for_these": secrets.token_urlsafe(12), "near": said.near,
            "summary": _summary(count, len(misses), said),
            "ward": atlas.ward_codes[wish.ward] if wish.ward >= 0 else "",
            "interests": said.interests, "language": wish.languages[0] if wish.languages else "en"}


def _summary(count: int, misses: int, said: Asked) -> str:
    if not said.interests or said.errors:
        return ""
    if count:
        return ngettext("%(num)s suggestion", "%(num)s suggestions", count)
    return _("Nothing fits everything, but some things nearly do") if misses else _("Nothing fits yet")


def _item(one: Suggested, said: Asked, cards: Cards, ticked: dict) -> dict:
    card = cards.of(one.layer, one.number, one.metres)
    return _row(card, f"{one.layer.layer.name}:{card.id}", ticked,
                reasons=suggesting_words.reasons(one, said.wish, card),
                misfits=suggesting_words.misfits(one, said.wish, card), to_ask=suggesting_words.to_ask(one))


def _kept(cards: Cards, items: list) -> list[dict]:
    """What was ticked before and is no longer among the suggestions: it stays ticked until somebody unticks it."""
    layers: dict[str, AssetLayer] = {layer.layer.name: layer for layer in (
        services.atlas().groups, services.atlas().opportunities)}
    made = []
    for item in items:
        layer = layers.get(item.layer)
        number = layer.number_of.get(item.id) if layer else None
        if number is not None:
            pick = f"{item.layer}:{item.id}"
            made.append(_row(cards.of(layer, number), pick, {pick: item}))
    return sorted(made, key=lambda row: row["name"])


def _row(card: Card, pick: str, ticked: dict, **said: list[str]) -> dict:
    return {"card": card, "pick": pick, "name": short(card.name, _LONGEST_NAME), "ticked": pick in ticked, **said}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
