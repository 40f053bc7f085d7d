"""Why two could meet, as a sentence; and what nobody knows yet, as questions to ask."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assetmap.analysis.judging import Part
from assetmap.analysis.sides import RELATED, Sides
from assetmap.atlas.matching import Match, OpportunityMatches
from assetmap.domain.query import DAY_NAMES
from assetmap.domain.vocabulary import Vocabulary
from assetmap.web import wording
from assetmap.web.language import gettext as _

_PARTS = ("morning", "afternoon", "evening")
_MOST_TIMES = 2
_VERY_GOOD, _GOOD = 0.85, 0.6


def sentence(found: OpportunityMatches, one: Match) -> str:
    """"Both gardening, 600 m apart, both free Saturday mornings, step-free."

    It begins with a capital and has no full stop.
    """
    vocabulary, sides = found.vocabulary, found.sides
    said = [about(vocabulary, sides, one.offer, one.ask), _apart(sides, one), _times(one.fit.slots),
            _languages(vocabulary, sides, one), _access(vocabulary, sides, one), _hours(sides, one)]
    text = ", ".join(filter(None, said))
    return text[:1].upper() + text[1:]


def to_ask(one: Match) -> str:
    """What to ask about first, since nobody said: "Ask about: where, when"; "" when all is known."""
    words = {Part.NEAR: _("where") if one.metres is None else _("whether online will do"),
             Part.TIME: _("what time") if one.fit.slots else _("when"), Part.LANGUAGE: _("which language"),
             Part.ACCESS: _("getting in")}
    said = [words[part] for part in words if part in one.fit.unknown]
    return _("Ask about: %(what)s", what=", ".join(said)) if said else ""


def about(vocabulary: Vocabulary, sides: Sides, first: int, second: int) -> str:
    """What both are about: the topics that they share, else two that are near, else their kind."""
    terms = list(vocabulary.of("category").values())
    ours, theirs = np.flatnonzero(sides.topics[first]), np.flatnonzero(sides.topics[second])
    shared = [terms[number].label.lower() for number in ours if number in theirs][:2]
    if shared:
        return _("both %(topics)s", topics=joined(shared))
    related = _nearest(vocabulary, ours, theirs)
    if related:
        one, other = (terms[number].label.lower() for number in related)
        return _("%(one)s and %(other)s go together", one=one, other=other)
    kinds = list(vocabulary.of("opportunity_kind").values())
    number = int(sides.kind[first])
    return kinds[number].label.lower() if 0 <= number < len(kinds) else ""


def _nearest(vocabulary: Vocabulary, ours: np.ndarray, theirs: np.ndarray) -> tuple[int, int] | None:
    codes = list(vocabulary.of("category"))
    terms = vocabulary.of("category")
    for one in ours.tolist():
        for other in theirs.tolist():
            if codes[other] in terms[codes[one]].related or codes[one] in terms[codes[other]].related:
                return one, other
    return None


def _apart(sides: Sides, one: Match) -> str:
    reach_m = min(sides.reach_m[one.offer], sides.reach_m[one.ask])
    if one.metres is not None and one.metres <= reach_m:
        return _("%(distance)s apart", distance=wording.distance(one.metres))
    if not sides.online[one.offer]:
        return ""
    return _("both online") if sides.online[one.ask] else _("can be done online")


def _times(slots: int) -> str:
    """"both free Saturday mornings"; of many times the first two are named."""
    said = slot_names(slots)
    if not said:
        return ""
    if len(said) > _MOST_TIMES:
        return _("both free at several times, such as %(times)s", times=joined(said[:_MOST_TIMES]))
    return _("both free %(times)s", times=joined(said))


def slot_names(slots: int) -> list[str]:
    """The parts of the week in words: "Saturday mornings"; a whole day is "Saturdays"."""
    made = []
    for day, name in enumerate(DAY_NAMES):
        parts = [part for part in range(3) if slots >> (3 * day + part) & 1]
        if len(parts) == 3:
            made.append(_(f"{name}s"))
        else:
            made += [_(f"{name} {_PARTS[part]}s") for part in parts]
    return made


def _languages(vocabulary: Vocabulary, sides: Sides, one: Match) -> str:
    """A language that both speak, where English alone would go without saying."""
    codes = list(vocabulary.of("language"))
    shared = [codes[number] for number in np.flatnonzero(sides.languages[one.offer] & sides.languages[one.ask])]
    labels = vocabulary.labels("language", [code for code in shared if code != "en"][:2])
    return _("both speak %(languages)s", languages=joined(labels)) if labels else ""


def _access(vocabulary: Vocabulary, sides: Sides, one: Match) -> str:
    """What one of them needs and the other has."""
    codes = list(vocabulary.of("access"))
    met = (sides.needs[one.ask] & sides.has[one.offer]) | (sides.needs[one.offer] & sides.has[one.ask])
    labels = vocabulary.labels("access", [codes[number] for number in np.flatnonzero(met)])
    return joined([label.lower() for label in labels[:3]])


def _hours(sides: Sides, one: Match) -> str:
    given, asked = float(sides.hours[one.offer]), float(sides.hours[one.ask])
    if Part.HOURS in one.fit.unknown or given >= asked:
        return ""
    return _("%(given)s of the %(asked)s hours that are asked for", given=f"{given:g}", asked=f"{asked:g}")


def joined(words: Sequence[str]) -> str:
    """"a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s", first=", ".join(words[:-1]), last=words[-1])


def strength(one: Match) -> str:
    """How good a match is, in a word."""
    same_topic = one.fit.values[Part.TOPIC] > RELATED
    if same_topic and one.fit.score >= _VERY_GOOD:
        return _("A very good fit")
    return _("A good fit") if same_topic and one.fit.score >= _GOOD else _("Worth a try")
