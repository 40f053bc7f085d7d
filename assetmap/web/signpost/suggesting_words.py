"""Why something suits somebody, what does not fit, and what to ask first: each in a few words."""

from __future__ import annotations

from assetmap.analysis import suggesting as bits
from assetmap.atlas.suggesting import Suggested, Wish
from assetmap.web import services, wording
from assetmap.web.cards import Card
from assetmap.web.language import gettext as _
from assetmap.web.relations.meeting_words import joined, slot_names

_MOST_TIMES = 2


def reasons(one: Suggested, wish: Wish, card: Card) -> list[str]:
    """What speaks for it: what it is about, the way there, the time, the language, getting in, the cost."""
    vocabulary, held = services.atlas().vocabulary, one.layer.record(one.number)
    made = [_about(one, wish), _way(one, wish, card), _times(one.slots)]
    if one.speaks:
        spoken = vocabulary.labels("language", [code for code in wish.languages if code in held.languages])
        made.append(_("%(language)s is spoken there", language=joined(spoken)))
    if not one.against & (bits.ACCESS_MISSING | bits.ASK_FIRST):
        there = _access(one, card)
        made.append(joined([label.lower() for label in vocabulary.labels("access", [
            code for code in wish.needs if code in there])]))
    if one.company and wish.company == "company":
        made.append(_("in company"))
    if card.cost == "free":
        made.append(_("free"))
    return [text for text in made if text]


def _access(one: Suggested, card: Card) -> tuple[str, ...]:
    """What is there: its own, and of an offer or ask at a hub the hub's."""
    own = one.layer.record(one.number).access
    return (*own, *_hub_access(card)) if card.direction else own


def _hub_access(card: Card) -> tuple[str, ...]:
    hubs = services.atlas().hubs
    number = hubs.number_of.get(card.hub_id)
    return () if number is None else hubs.record(number).access


def _about(one: Suggested, wish: Wish) -> str:
    vocabulary = services.atlas().vocabulary
    what = joined(vocabulary.labels("category", (one.topics or one.beside)[:2]))
    if one.named:
        what = f"{what} ({', '.join(one.named)})"
    if not one.topics:
        wanted = wish.offer if one.giving else wish.enjoy
        near = [code for code in wanted if _go_together(code, one.beside[:2])]
        return _("%(what)s, which is close to %(wanted)s", what=what,
                 wanted=joined([label.lower() for label in vocabulary.labels("category", near[:2])]))
    if one.giving:
        return _("%(what)s, which they could give", what=what)
    return _("%(what)s, to learn", what=what) if not set(one.topics) & set(wish.likes) else what


def _go_together(code: str, others: tuple[str, ...]) -> bool:
    terms = services.atlas().vocabulary.of("category")
    return any(other in terms[code].related or code in terms[other].related for other in others)


def _way(one: Suggested, wish: Wish, card: Card) -> str:
    """How far it is, when it is known from where to where; else in which ward."""
    if one.against & (bits.FAR | bits.OUT_OF_AREA | bits.MAY_COME):
        return ""
    record = one.layer.record(one.number)
    if one.metres is None or getattr(record, "meets_in_home", False) or (not card.hub and not record.location.place):
        if record.online and wish.online and one.metres is None:
            return _("from home")
        return _("in %(ward)s ward", ward=card.ward.name) if card.ward and wish.ward >= 0 else ""
    return distance(one.metres, wish)


def distance(metres: float, wish: Wish) -> str:
    """"150 m on foot, about 2 min walk" for who walks, else "2.1 km"."""
    walk = wording.walk(metres, services.settings()) if wish.travel == "walk" else ""
    if not walk:
        return wording.distance(metres)
    return _("%(distance)s on foot, %(walk)s", distance=wording.distance(metres * wording.DETOUR), walk=walk)


def _times(slots: int) -> str:
    """When they are free and it is on."""
    said = slot_names(slots)
    if len(said) > _MOST_TIMES:
        return _("at several times when they are free")
    return _("%(times)s, when they are free", times=joined(said)) if said else ""


def misfits(one: Suggested, wish: Wish, card: Card) -> list[str]:
    """What does not fit, or nobody has told of though it is a must."""
    record, said = one.layer.record(one.number), []
    if one.against & bits.ACCESS_UNSAID:
        said.append(_ask_access(wish, card))
    if one.against & bits.MAY_COME:
        said.append(_("Fits, if they can come to them: ask first. It is %(distance)s away",
                      distance=wording.distance(one.metres)))
    if one.against & bits.ACCESS_MISSING:
        said.append(_lacking([code for code in wish.needs if code not in _access(one, card)]))
    if one.against & bits.TIME_MISSING:
        said.append(_("Fits all but the time: %(when)s", when=wording.usual_times(record)))
    if one.against & bits.LANGUAGE_MISSING:
        said.append(_language(wish, record.languages))
    if one.against & bits.COST_MISSING:
        said.append(_("Fits all but the cost: %(cost)s", cost=card.cost_text))
    if one.against & bits.FAR:
        said.append(_("Fits all but the way there: %(distance)s", distance=distance(one.metres or 0.0, wish)))
    if one.against & bits.OUT_OF_AREA:
        said.append(_("Fits all but the way there: it is for people within %(distance)s of it",
                      distance=wording.distance(record.reach_m)))
    if one.against & bits.PAUSED:
        said.append(_("Fits all, but it is paused for now"))
    return said


def _ask_access(wish: Wish, card: Card) -> str:
    """What to ask before somebody goes: nobody has told how one gets in."""
    terms = services.atlas().vocabulary
    other = [label.lower() for label in terms.labels("access", [code for code in wish.needs if code != "step_free"])]
    if "step_free" not in wish.needs:
        return _("Fits, but ask first about: %(what)s", what=joined(other))
    text = _("Fits, but ask first whether there are steps")
    if other:
        text = _("%(text)s, and about: %(what)s", text=text, what=joined(other))
    if "step_free" in _hub_access(card):
        text = _("%(text)s (the building is step-free)", text=text)
    return text


def _lacking(codes: list[str]) -> str:
    if codes == ["step_free"]:
        return _("Fits all but the stairs: it does not say that it is step-free")
    labels = services.atlas().vocabulary.labels("access", codes)
    return _("Fits all but getting in: it does not say that it has %(what)s",
             what=joined([label.lower() for label in labels]))


def _language(wish: Wish, spoken: tuple[str, ...]) -> str:
    terms = services.atlas().vocabulary
    theirs = [code for code in wish.languages if code != "en"]
    if wish.only_own_language:
        return _("Fits all but the language: %(language)s is not spoken there",
                 language=joined(terms.labels("language", theirs)))
    return _("Fits all but the language: %(language)s is spoken there",
             language=joined(terms.labels("language", spoken[:2])))


def to_ask(one: Suggested) -> list[str]:
    """What nobody said, and has to be asked before going."""
    words = ((bits.TIME_UNKNOWN, _("when")), (bits.PLACE_UNKNOWN, _("where")))
    return [word for bit, word in words if one.unknown & bit]
