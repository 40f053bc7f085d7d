"""What a connector typed and ticked in the conversation, as a wish. Nothing of it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request

from assetmap.analysis.word_search import tells
from assetmap.atlas.meaning import phrases
from assetmap.atlas.near import NearPlace, find_near
from assetmap.atlas.suggesting import Wish
from assetmap.domain.errors import AssetmapError
from assetmap.domain.query import DAYS, PARTS_OF_DAY
from assetmap.domain.text import one_line, words
from assetmap.domain.vocabulary import Vocabulary
from assetmap.web import services, wording
from assetmap.web.language import gettext as _

WORDS = ("offer", "likes", "learn")
"""The three questions: what they could give, enjoy, would like to learn. `<name>_picked` are the chips of each."""
ON_FOOT_M, BY_BUS_M = (200, 400, 800, 1_500), (3_000, 8_000)
"""How far somebody can get: metres to walk, and metres in a straight line."""
USUAL_REACH = "800"
_LONGEST, _OLDEST, _MOST_MISSED = 300, 130, 8
_SMALL_WORDS = frozenset("""was once used enjoy enjoys going doing likes loves love also very he she they her him his
    be been being am are has had have teach show others things anything nothing years ago""".split())


@dataclass(slots=True)
class Asked:
    """What the form says: the wish, what was understood of each question and what was not, and faults by field."""

    values: dict
    wish: Wish
    near: NearPlace | None = None
    understood: dict[str, list[str]] = field(default_factory=dict)
    missed: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def interests(self) -> list[str]:
        """All categories of the wish, each once."""
        return list(dict.fromkeys((*self.wish.likes, *self.wish.learn, *self.wish.offer)))


def nothing_asked() -> Asked:
    """A form that nobody has filled in."""
    return Asked({"reach": USUAL_REACH}, Wish())


def asked() -> Asked:
    """The form that was sent."""
    values: dict = {name: one_line(request.form.get(name, "")[:_LONGEST]) for name in (
        "near", "in_ward", "reach", "company", "cost", "online", "only_own", "age", "speaks", *WORDS)}
    values |= {name: request.form.getlist(name) for name in (
        "needs", "day", "time", *(f"{name}_picked" for name in WORDS))}
    vocabulary, errors = services.atlas().vocabulary, {}
    codes, understood, missed, activities = {}, {}, {}, []
    for name in WORDS:
        read = read_words(values[name], vocabulary)
        ticked = [code for code in values[f"{name}_picked"] if code in vocabulary.of("category")]
        narrow = {code: said for code, said in read.narrower.items() if code not in ticked}
        codes[name], missed[name] = tuple(dict.fromkeys((*read.codes, *ticked))), read.missed
        understood[name] = [f"{label} ({', '.join(narrow[code])})" if code in narrow else label for code, label in zip(
            codes[name], vocabulary.labels("category", codes[name]), strict=True)]
        activities += [(code, one) for code, said in narrow.items() for one in said]
    near = _near(values["near"], errors)
    age = _age(values["age"], errors)
    reach = values["reach"] if values["reach"] in map(str, (*ON_FOOT_M, *BY_BUS_M)) else USUAL_REACH
    on_foot = int(reach) in ON_FOOT_M
    wish = Wish(
        place=near.place if near else None,
        ward=near.ward if near else services.atlas().ward_number.get(values["in_ward"], -1),
        reach_m=int(reach) / wording.DETOUR if on_foot else float(reach), travel="walk" if on_foot else "bus",
        **codes, words=tuple(activities), slots=_slots(values["day"], values["time"]), online=bool(values["online"]),
        needs=tuple(code for code in dict.fromkeys(values["needs"]) if code in vocabulary.of("access")),
        languages=(values["speaks"],) if values["speaks"] in vocabulary.of("language") else (),
        only_own_language=bool(values["only_own"] and values["speaks"] in vocabulary.of("language")),
        company=values["company"] if values["company"] in ("company", "alone") else "",
        cost="free" if values["cost"] else "", age=age)
    return Asked(values, wish, near, understood, missed, errors)


def _near(text: str, errors: dict[str, str]) -> NearPlace | None:
    if not text:
        return None
    try:
        return find_near(text, services.atlas(), services.database())
    except AssetmapError as error:
        if error.status >= 500:
            raise
        errors["near"] = error.message
    return None


def _age(text: str, errors: dict[str, str]) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) < _OLDEST):
        errors["age"] = _("This should be a number of years, such as 82.")
        return None
    return int(text) if text else None


@dataclass(slots=True)
class Read:
    """Categories that a text names, in its order; of which of them only some activities were named, and which; and
    the words that name none.
    """

    codes: list[str] = field(default_factory=list)
    narrower: dict[str, list[str]] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)


def read_words(text: str, vocabulary: Vocabulary) -> Read:
    """What a text of a conversation names. One wrong letter in a word is forgiven."""
    read, wholly = Read(), set()
    for part in text.replace(";", ",").split(","):
        telling = " ".join(word for word in words(part) if word not in _SMALL_WORDS)
        for phrase in phrases(telling, vocabulary):
            said = [word for word in phrase.said if tells(word)]
            wholly |= phrase.whole
            read.codes += sorted(phrase.categories)
            for code in phrase.narrower:
                read.narrower.setdefault(code, []).append(" ".join(said))
            if not phrase.categories:
                read.missed += said
    read.codes = list(dict.fromkeys(read.codes))
    read.narrower = {code: said for code, said in read.narrower.items() if code not in wholly}
    read.missed = list(dict.fromkeys(read.missed))[:_MOST_MISSED]
    return read


def _slots(days: list[str], parts: list[str]) -> int:
    """Days and parts of the day as bits of the week's parts; 0 when neither is said."""
    on = [number for number, name in enumerate(DAYS) if name in days]
    at = [number for number, name in enumerate(PARTS_OF_DAY) if name in parts]
    if not on and not at:
        return 0
    return sum(1 << (3 * day + part) for day in on or range(7) for part in at or range(3))
