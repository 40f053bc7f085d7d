"""What pages say of pairs that could meet: one pair, those of one offer or ask, and a whole area's at once."""

from __future__ import annotations

from urllib.parse import quote

from assetmap.atlas.matching import Match, OpportunityMatches, matches
from assetmap.web import services, wording
from assetmap.web.cards import Card
from assetmap.web.language import gettext as _
from assetmap.web.relations import meeting_words

MOST_OF_ONE = 4
_MOST_HUBS, _MOST_WARDS, _MOST_LINKS = 5, 8, 6
_THERE_M = 25  # so near that it is one place


def found_matches() -> OpportunityMatches:
    """The matches of this request's Atlas."""
    return matches(services.atlas(), services.now(), float(services.settings().within_m))


def pair(found: OpportunityMatches, one: Match) -> dict:
    """A pair: both cards, why, what to ask about first, and places that could hold it."""
    cards = services.cards()
    return {"offer": cards.of(found.layer, one.offer), "ask": cards.of(found.layer, one.ask),
            "key": " ".join(named(found, number)["id"] for number in (one.offer, one.ask)), **_why(found, one)}


def of_opportunity(number: int, count: int = MOST_OF_ONE) -> list[dict]:
    """Who an opportunity could meet, best first: as `pair`, with `other` instead of both, and `metres` to it."""
    found, cards = found_matches(), services.cards()
    return [{"other": cards.of(found.layer, one.ask if one.offer == number else one.offer), "metres": one.metres,
             **_why(found, one)}
            for one in found.of(number, count)]


def _why(found: OpportunityMatches, one: Match) -> dict:
    return {"sentence": meeting_words.sentence(found, one), "to_ask": meeting_words.to_ask(found, one),
            "strength": meeting_words.strength(one), "hubs": [_hub(found, *hub) for hub in found.hubs_for(one)]}


def _hub(found: OpportunityMatches, number: int, metres: float) -> dict:
    """A place that could hold a pair, and how far the farther of both has to go."""
    far = "" if metres < _THERE_M else _("at most %(distance)s away", distance=wording.distance(metres))
    return {**_named_hub(found, number), "metres": round(metres), "far": far}


def _named_hub(found: OpportunityMatches, number: int) -> dict:
    record_id = found.hubs.rows.value(number, "id")
    return {"id": record_id, "name": found.hubs.rows.value(number, "name"), "url": f"/hubs/{quote(record_id)}"}


def named(found: OpportunityMatches, number: int) -> dict:
    """An opportunity by its number: id, name, url."""
    record_id = found.layer.rows.value(number, "id")
    return {"id": record_id, "name": found.layer.rows.value(number, "name"),
            "url": f"/opportunities/{quote(record_id)}"}


def groups_of(number: int, count: int = 3) -> list[Card]:
    """Groups that do what an opportunity is about, near it."""
    found, cards = found_matches(), services.cards()
    return [cards.of(found.groups, group) for group, _fit in found.groups_for(number, services.now(), count)]


def hubs_of(number: int, count: int = 3) -> list[Card]:
    """Other places near an opportunity where groups do what it is about."""
    found, cards = found_matches(), services.cards()
    own = found.layer.rows.value(number, "hub_id")
    near = [hub for hub, _fit in found.hubs_about(number, count + 1) if found.hubs.rows.value(hub, "id") != own]
    return [cards.of(found.hubs, hub) for hub in near[:count]]


def for_machines(found: OpportunityMatches, one: Match) -> dict:
    """A pair as JSON: both, how good it is in all and in each of its parts, and what nobody knows."""
    hubs = [{"id": hub["id"], "name": hub["name"], "url": hub["url"], "distance_m": hub["metres"]}
            for hub in (_hub(found, *held) for held in found.hubs_for(one))]
    return {"offer": named(found, one.offer), "ask": named(found, one.ask), "score": round(one.fit.score, 3),
            "parts": {part.value: round(value, 3) for part, value in one.fit.values.items()},
            "unknown": sorted(part.value for part in one.fit.unknown),
            "distance_m": meeting_words.metres(found, one),
            "reasons": meeting_words.sentence(found, one), "ask_about": meeting_words.to_ask(found, one), "hubs": hubs}


def summary(found: OpportunityMatches) -> dict:
    """What a whole area could do: its best pairing, its hubs, its borders, its asks that nothing answers yet."""
    wards = [{"name": found.ward_names[one.ward] if one.ward >= 0 else _("Outside the wards, or nowhere in particular"),
              "url": f"/opportunities?direction=ask&ward={found.ward_codes[one.ward]}" if one.ward >= 0 else "",
              "asks": one.asks, "paired": one.paired, "unmatched": one.unmatched}
             for one in found.by_ward if one.unmatched]
    hubs = [{**_named_hub(found, number), "pairs": pairs} for number, pairs in found.busiest_hubs[:_MOST_HUBS]]
    links = [{"wards": [{"name": found.ward_names[ward], "url": f"/could-meet?ward={found.ward_codes[ward]}"}
                        for ward in (one.ward, one.other)], "pairs": one.pairs,
              "ends": [named(found, number) for number in found.ends(one.best)]}
             for one in found.ward_links[:_MOST_LINKS]]
    return {"offers": len(found.offers), "asks": len(found.asks), "paired": len(found.best),
            "unmatched": sum(ward["unmatched"] for ward in wards), "wards": wards[:_MOST_WARDS],
            "more_wards": max(0, len(wards) - _MOST_WARDS), "hubs": hubs, "links": links,
            "across": len(found.across_wards)}
