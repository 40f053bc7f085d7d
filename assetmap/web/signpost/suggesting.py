"""Signposting: what suits the person beside you, at once as you talk. Nothing of it is kept, or in an address."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, Flask, Response, make_response, render_template, request

from assetmap.atlas.near import find_near
from assetmap.atlas.suggesting import Suggested, Suggestions, Wish, suggest
from assetmap.domain.errors import AssetmapError
from assetmap.domain.query import DAY_NAMES, DAYS, PARTS_OF_DAY
from assetmap.domain.text import one_line, short
from assetmap.domain.vocabulary import Vocabulary
from assetmap.web import services, wording
from assetmap.web.language import gettext as _
from assetmap.web.signpost import suggesting_words

blueprint = Blueprint("signposting", __name__)
HERE = "/signpost"
REACHES_M = (400, 800, 1_500, 3_000, 8_000)
_ON_FOOT = 1_500
_WORDS = ("likes", "learn", "offer")
_LONGEST = 300
_SMALL_WORDS = set("""and a an the to with of in for some my or also very i she he they once was used like likes love
    loves enjoy enjoys going doing""".split())


@dataclass(slots=True)
class Asked:
    """What the form says: the wish, what was understood of each text and what was not, and faults by field."""

    values: dict
    wish: Wish
    understood: dict[str, list[str]] = field(default_factory=dict)
    missed: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def wants(self) -> bool:
        return bool(self.wish.likes or self.wish.learn or self.wish.offer)


@blueprint.route(HERE, methods=["GET", "POST"])
def signpost() -> Response:
    """The conversation on one side, the suggestions on the other."""
    asked = _asked() if request.method == "POST" else Asked(_blank(), Wish())
    found = Suggestions()
    if asked.wants and not asked.errors:
        found = suggest(services.atlas(), asked.wish, services.now())
    page = render_template("signpost/index.html", form={"values": asked.values, "errors": asked.errors},
                           options=_options(), asked=asked, posted=request.method == "POST",
                           **_shown(found, asked))
    return make_response(page, 400 if asked.errors else 200)


def _blank() -> dict:
    return {"reach": "800", "languages": [], "needs": [], "day": [], "time": []}


def _asked() -> Asked:
    values: dict = {name: one_line(request.form.get(name, "")[:_LONGEST]) for name in (
        "near", "ward", "reach", "company", "cost", "online", "only_own", "age", "language", *_WORDS)}
    values |= {name: request.form.getlist(name) for name in ("needs", "day", "time")}
    vocabulary, errors = services.atlas().vocabulary, {}
    codes, understood, missed = {}, {}, {}
    for name in _WORDS:
        codes[name], missed[name] = categories_of(values[name], vocabulary)
        understood[name] = vocabulary.labels("category", codes[name])
    near = None
    if values["near"]:
        try:
            near = find_near(values["near"], services.atlas(), services.database())
        except AssetmapError as error:
            if error.status >= 500:
                raise
            errors["near"] = error.message
    if values["age"] and not (values["age"].isascii() and values["age"].isdigit() and int(values["age"][:4]) < 130):
        errors["age"] = _("This should be a number of years, such as 82.")
    ward = services.atlas().ward_number.get(values["ward"], -1)
    wish = Wish(
        place=near.place if near else None, ward=near.ward if near else ward,
        reach_m=float(values["reach"]) if values["reach"] in map(str, REACHES_M) else 800.0,
        likes=tuple(codes["likes"]), learn=tuple(codes["learn"]), offer=tuple(codes["offer"]), slots=_slots(values),
        online=bool(values["online"]), needs=tuple(code for code in values["needs"] if code in vocabulary.of("access")),
        languages=(values["language"],) if values["language"] in vocabulary.of("language") else (),
        only_own_language=bool(values["only_own"] and values["language"]),
        company=values["company"] if values["company"] in ("company", "alone") else "",
        cost="free" if values["cost"] else "",
        age=int(values["age"]) if values["age"] and "age" not in errors else None)
    return Asked(values, wish, understood, missed, errors)


def categories_of(text: str, vocabulary: Vocabulary) -> tuple[list[str], list[str]]:
    """(the categories that a text names, in its order, the words that name none)."""
    codes, missed = [], []
    for part in text.replace(";", ",").split(","):
        for phrase, meant in vocabulary.categories_in(part):
            if meant:
                codes += sorted(meant)
            elif not set(phrase) <= _SMALL_WORDS:
                missed += [word for word in phrase if word not in _SMALL_WORDS]
    return list(dict.fromkeys(codes)), list(dict.fromkeys(missed))[:8]


def _slots(values: dict) -> int:
    """Days and parts of the day as bits of the week's parts; 0 when neither is said."""
    days = [number for number, name in enumerate(DAYS) if name in values["day"]]
    parts = [number for number, name in enumerate(PARTS_OF_DAY) if name in values["time"]]
    if not days and not parts:
        return 0
    return sum(1 << (3 * day + part) for day in days or range(7) for part in parts or range(3))


def _options() -> dict:
    atlas = services.atlas()
    vocabulary = atlas.vocabulary
    settings = services.settings()
    reach = [{"value": str(metres), "label": f"{wording.distance(metres)}, {wording.walk(metres, settings)}"
              if metres <= _ON_FOOT else _("%(distance)s, by bus or car", distance=wording.distance(metres))}
             for metres in REACHES_M]
    return {
        "reach": reach,
        "ward": [{"value": "", "label": _("The whole area")},
                 *({"value": code, "label": name} for code, name in zip(atlas.ward_codes, atlas.ward_names,
                                                                       strict=True))],
        "needs": [{"value": term.code, "label": term.label} for term in vocabulary.of("access").values()],
        "language": [{"value": "", "label": _("English, or any")},
                     *({"value": term.code, "label": term.label} for term in vocabulary.of("language").values()
                       if term.code != "en")],
        "day": [{"value": code, "label": _(name)} for code, name in zip(DAYS, DAY_NAMES, strict=True)],
        "time": [{"value": code, "label": _(name)} for code, name in PARTS_OF_DAY.items()],
        "company": [{"value": "", "label": _("Either")}, {"value": "company", "label": _("With others")},
                    {"value": "alone", "label": _("Rather quietly")}],
        "words": [term.label for term in vocabulary.of("category").values()]}


def _shown(found: Suggestions, asked: Asked) -> dict:
    """Suggestions as the page tells them, and what goes on to a pack."""
    atlas, wish = services.atlas(), asked.wish
    parts = (("groups", _("To join"), found.groups), ("take", _("Offered by others"), found.take),
             ("give", _("Where they could give"), found.give))
    ward = atlas.ward_codes[wish.ward] if wish.ward >= 0 else ""
    return {"parts": [{"code": code, "title": title, "items": [_item(one, wish) for one in items]}
                      for code, title, items in parts if items],
            "misses": [_item(one, wish) for one in found.misses], "nothing": found.is_empty,
            "ward": ward, "interests": list(dict.fromkeys((*wish.likes, *wish.learn, *wish.offer))),
            "language": asked.values.get("language") or "en"}


def _item(one: Suggested, wish: Wish) -> dict:
    card = services.cards().of(one.layer, one.number, one.metres)
    return {"card": card, "pick": f"{one.layer.layer.name}:{card.id}", "name": short(card.name, 120),
            "reasons": suggesting_words.reasons(one, wish, card), "misfits": suggesting_words.misfits(one, wish, card),
            "to_ask": suggesting_words.to_ask(one)}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
