"""Why two could meet, as a sentence; and what nobody knows yet, as questions to ask."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assetmap.analysis.judging import Part
from assetmap.analysis.sides import RELATED, Sides
from assetmap.atlas.matching import Match, OpportunityMatches
from assetmap.domain.kinds import COMMON_LANGUAGE
from assetmap.domain.query import DAY_NAMES
from assetmap.domain.vocabulary import Vocabulary
from assetmap.web import wording
from assetmap.web.language import gettext as _

_PARTS = {  # of a day, by their bits
    0b001: _("%(day)s mornings"), 0b010: _("%(day)s afternoons"), 0b100: _("%(day)s evenings"),
    0b011: _("%(day)s mornings and afternoons"), 0b110: _("%(day)s afternoons and evenings"),
    0b101: _("%(day)s mornings and evenings"), 0b111: _("%(day)ss")}
_MOST_TIMES = 2
_VERY_GOOD, _GOOD = 0.85, 0.6
_MOST_NEEDS = 3
_ROUGHLY_M = 500  # between places of which one is known by its ward alone


def sentence(found: OpportunityMatches, one: Match) -> str:
    """"Both gardening, 600 m apart, both free Saturday mornings, step-free."

    It begins with a capital and has no full stop.
    """
    vocabulary, sides = found.vocabulary, found.sides
    said = [about(vocabulary, sides, one.offer, one.ask), _apart(found, one), _times(one.fit.slots),
            _languages(vocabulary, sides, one), _access(vocabulary, sides, one), _hours(sides, one)]
    text = ", ".join(filter(None, said))
    first = 1 if text.startswith("“") else 0
    return text[:first] + text[first:first + 1].upper() + text[first + 1:]


def to_ask(found: OpportunityMatches, one: Match) -> str:
    """What to ask about first, since nobody said: "Ask about: where, when"; "" when all is known."""
    words = {Part.NEAR: _("where") if one.metres is None else _("whether online will do"),
             Part.TIME: _("what time") if one.fit.slots else _("when"), Part.LANGUAGE: _("which language"),
             Part.ACCESS: _("getting in")}
    unknown = one.fit.unknown if _speaks_another(found, one) else one.fit.unknown - {Part.LANGUAGE}
    said = [words[part] for part in words if part in unknown]
    return _("Ask about: %(what)s", what=", ".join(said)) if said else ""


def _speaks_another(found: OpportunityMatches, one: Match) -> bool:
    """Whether either names languages, and not the one that nearly everybody speaks."""
    common = [code == COMMON_LANGUAGE for code in found.vocabulary.of("language")]
    return any(spoken.any() and not spoken[common].any()
               for spoken in (found.sides.languages[one.offer], found.sides.languages[one.ask]))


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
        return _("“%(one)s” and “%(other)s” go together", one=one, other=other)
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


def _apart(found: OpportunityMatches, one: Match) -> str:
    """How far apart they are. Who stands at a point of their ward is only about that far from anybody."""
    sides = found.sides
    if one.metres is None or one.metres > min(sides.reach_m[one.offer], sides.reach_m[one.ask]):
        if not sides.online[one.offer]:
            return ""
        return _("both online") if sides.online[one.ask] else _("can be done online")
    spots = [found.layer.spots_of(number)[0] for number in (one.offer, one.ask)]
    hubs = [found.layer.spots.hub_id[spot] for spot in spots]
    if hubs[0] and hubs[0] == hubs[1]:
        return _("both at %(place)s", place=found.hubs.rows.value(found.hubs.number_of[hubs[0]], "name"))
    apart = wording.distance(metres(found, one))
    if not _roughly(found, one):
        return _("%(distance)s apart", distance=apart)
    wards = found.layer.spots.ward[spots]
    if wards[0] == wards[1] >= 0:
        return _("both in %(ward)s", ward=found.ward_names[wards[0]])
    return _("about %(distance)s apart", distance=apart)


def _roughly(found: OpportunityMatches, one: Match) -> bool:
    return bool(found.somewhere[one.offer] or found.somewhere[one.ask])


def metres(found: OpportunityMatches, one: Match) -> int | None:
    """How far apart they are, no more exactly than is known; None when one of them has no place."""
    if one.metres is None:
        return None
    return max(_ROUGHLY_M, round(one.metres / _ROUGHLY_M) * _ROUGHLY_M) if _roughly(found, one) else round(one.metres)


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
    held = [(name, slots >> 3 * day & 0b111) for day, name in enumerate(DAY_NAMES)]
    return [_(_PARTS[parts], day=_(name)) for name, parts in held if parts]


def _languages(vocabulary: Vocabulary, sides: Sides, one: Match) -> str:
    """A language that both speak, where English alone would go without saying."""
    codes = list(vocabulary.of("language"))
    shared = [codes[number] for number in np.flatnonzero(sides.languages[one.offer] & sides.languages[one.ask])]
    labels = vocabulary.labels("language", [code for code in shared if code != COMMON_LANGUAGE][:2])
    return _("both speak %(languages)s", languages=joined(labels)) if labels else ""


def _access(vocabulary: Vocabulary, sides: Sides, one: Match) -> str:
    """What one of them needs and the other has, else what is so at both places."""
    codes = list(vocabulary.of("access"))
    met = (sides.needs[one.ask] & sides.has[one.offer]) | (sides.needs[one.offer] & sides.has[one.ask])
    both = sides.has[one.offer] & sides.has[one.ask] & ~met.any()
    labels = [label.lower() for label in vocabulary.labels(
        "access", [codes[number] for number in np.flatnonzero(met | both)])]
    if met.any():
        return joined(labels[:_MOST_NEEDS])
    return _("%(access)s at both", access=labels[0]) if labels else ""  # the first of the vocabulary is enough


def _hours(sides: Sides, one: Match) -> str:
    """How much of the time that is asked for is offered, when it is not all of it."""
    given, asked = float(sides.hours[one.offer]), float(sides.hours[one.ask])
    if Part.HOURS in one.fit.unknown or given >= asked:
        return ""
    return _("%(given)s of the %(asked)s asked for", given=f"{given:g}" if given >= 1 else wording.hours(given),
             asked=wording.hours(asked))


def joined(words: Sequence[str]) -> str:
    """"a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s", first=", ".join(words[:-1]), last=words[-1])


def grade(one: Match) -> int:
    """How good a match is: 3 very good, 2 good, 1 worth a try."""
    if one.fit.values[Part.TOPIC] <= RELATED:
        return 1
    return 3 if one.fit.score >= _VERY_GOOD else 2 if one.fit.score >= _GOOD else 1


def strength(one: Match) -> str:
    """How good a match is, in words."""
    return (_("Worth a try"), _("A good fit"), _("A very good fit"))[grade(one) - 1]
