"""Why something suits somebody, what does not fit, and what to ask first: each in a few words."""

from __future__ import annotations

from assetmap.analysis import suggesting as bits
from assetmap.atlas.suggesting import Suggested, Wish
from assetmap.web import services, wording
from assetmap.web.cards import Card
from assetmap.web.language import gettext as _
from assetmap.web.relations.meeting_words import joined


def reasons(one: Suggested, wish: Wish, card: Card) -> list[str]:
    """What speaks for it."""
    vocabulary = services.atlas().vocabulary
    made = []
    if one.topics:
        made.append(joined(vocabulary.labels("category", one.topics[:2])))
    else:
        made.append(_("Close to what they enjoy: %(what)s", what=joined([chip.label for chip in card.categories[:2]])))
    if one.metres is not None and not one.against & bits.FAR:
        made.append(", ".join(filter(None, (wording.distance(one.metres),
                                            wording.walk(one.metres, services.settings())))))
    if one.in_time:
        made.append(_("when they are free"))
    if one.speaks:
        held = set(one.layer.record(one.number).languages)
        spoken = vocabulary.labels("language", [code for code in wish.languages if code in held and code != "en"])
        made.append(_("%(language)s is spoken", language=joined(spoken)))
    if wish.needs and not (one.against & bits.ACCESS_MISSING or one.unknown & bits.ACCESS_UNKNOWN):
        made.append(joined([label.lower() for label in vocabulary.labels("access", wish.needs)]))
    if card.cost == "free":
        made.append(_("free"))
    return made


def misfits(one: Suggested, wish: Wish, card: Card) -> list[str]:
    """What is known not to fit."""
    vocabulary = services.atlas().vocabulary
    record = one.layer.record(one.number)
    said = []
    if one.against & bits.ACCESS_MISSING:
        lacking = [code for code in wish.needs if code not in record.access]
        said.append(_("not there: %(what)s", what=joined([label.lower() for label in
                                                          vocabulary.labels("access", lacking)])))
    if one.against & bits.TIME_MISSING:
        said.append(_("at other times: %(when)s", when=wording.usual_times(record)))
    if one.against & bits.LANGUAGE_MISSING:
        others = [code for code in wish.languages if code != "en"]
        said.append(_("%(language)s is not spoken there", language=joined(vocabulary.labels("language", others))
                      if others else _("English")))
    if one.against & bits.COST_MISSING:
        said.append(_("it costs something: %(cost)s", cost=card.cost_text))
    if one.against & bits.FAR:
        said.append(_("farther than they can get: %(distance)s", distance=wording.distance(one.metres)))
    return said


def to_ask(one: Suggested) -> list[str]:
    """What nobody said, and has to be asked before going."""
    words = ((bits.ACCESS_UNKNOWN, _("getting in")), (bits.TIME_UNKNOWN, _("when")), (bits.PLACE_UNKNOWN, _("where")))
    return [word for bit, word in words if one.unknown & bit]
