"""Why two could meet, as a sentence; and what nobody knows yet, as questions to ask."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assetmap.analysis.matching import RELATED, SAME, Part, Sides
from assetmap.atlas.atlas import Atlas
from assetmap.atlas.matching import Match, OpportunityMatches
from assetmap.domain.query import DAY_NAMES
from assetmap.web import wording
from assetmap.web.language import gettext as _

_PARTS = ("morning", "afternoon", "evening")
_MOST_TIMES = 2


def sentence(found: OpportunityMatches, one: Match) -> str:
    """"Both gardening, 600 m apart, both free Saturday mornings, step-free."

    It begins with a capital and has no full stop.
    """
    atlas, sides = found.atlas, found.sides
    said = [about(atlas, sides, one.offer, one.ask), _apart(sides, one), _times(one.fit.slots),
            _languages(atlas, sides, one), _access(atlas, sides, one), _hours(sides, one)]
    text = ", ".join(filter(None, said))
    return text[:1].upper() + text[1:]


def to_ask(one: Match) -> str:
    """What to ask about first, since nobody said: "Ask about: when, how far"; "" when all is known."""
    words = {Part.TIME: _("when"), Part.NEAR: _("where"), Part.LANGUAGE: _("which language"),
             Part.ACCESS: _("getting in"), Part.HOURS: ""}
    said = [words[part] for part in Part if part in one.fit.unknown and words.get(part)]
    return _("Ask about: %(what)s", what=", ".join(said)) if said else ""


def about(atlas: Atlas, sides: Sides, first: int, second: int) -> str:
    """What both are about: the topics that they share, else two that are near, else their kind."""
    terms = list(atlas.vocabulary.of("category").values())
    ours, theirs = np.flatnonzero(sides.topics[first]), np.flatnonzero(sides.topics[second])
    shared = [terms[number].label.lower() for number in ours if number in theirs][:2]
    if shared:
        return _("both %(topics)s", topics=joined(shared))
    related = _nearest(atlas, ours, theirs)
    if related:
        one, other = (terms[number].label.lower() for number in related)
        return _("%(one)s and %(other)s go together", one=one, other=other)
    kinds = list(atlas.vocabulary.of("opportunity_kind").values())
    number = int(sides.kind[first])
    return kinds[number].label.lower() if 0 <= number < len(kinds) else ""


def _nearest(atlas: Atlas, ours: np.ndarray, theirs: np.ndarray) -> tuple[int, int] | None:
    codes = list(atlas.vocabulary.of("category"))
    terms = atlas.vocabulary.of("category")
    for one in ours.tolist():
        for other in theirs.tolist():
            if codes[other] in terms[codes[one]].related or codes[one] in terms[codes[other]].related:
                return one, other
    return None


def _apart(sides: Sides, one: Match) -> str:
    if one.metres is not None:
        return _("%(distance)s apart", distance=wording.distance(one.metres))
    return _("both online") if sides.online[one.offer] and sides.online[one.ask] else ""


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


def _languages(atlas: Atlas, sides: Sides, one: Match) -> str:
    """A language that both speak, where English alone would go without saying."""
    codes = list(atlas.vocabulary.of("language"))
    shared = [codes[number] for number in np.flatnonzero(sides.languages[one.offer] & sides.languages[one.ask])]
    labels = atlas.vocabulary.labels("language", [code for code in shared if code != "en"][:2])
    return _("both speak %(languages)s", languages=joined(labels)) if labels else ""


def _access(atlas: Atlas, sides: Sides, one: Match) -> str:
    """What one of them needs and the other has."""
    codes = list(atlas.vocabulary.of("access"))
    met = (sides.needs[one.ask] & sides.has[one.offer]) | (sides.needs[one.offer] & sides.has[one.ask])
    labels = atlas.vocabulary.labels("access", [codes[number] for number in np.flatnonzero(met)])
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
    if one.fit.score >= 0.8 and one.fit.values[Part.TOPIC] >= SAME:
        return _("A very good fit")
    return _("A good fit") if one.fit.values[Part.TOPIC] > RELATED and one.fit.score >= 0.6 else _("Worth a try")
