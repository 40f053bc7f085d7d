"""Pairs as lines of the map: where each runs, how good it is, and the words of its popup."""

from __future__ import annotations

from collections.abc import Iterable

from assetmap.atlas.matching import Match, OpportunityMatches
from assetmap.web.language import gettext as _
from assetmap.web.relations import meeting_views, meeting_words

Point = tuple[float, float]


def lines(found: OpportunityMatches, pairs: Iterable[Match]) -> dict:
    """{total, lines}: a line for every two places that pairs would join, its pairs best first.

    Both ends of a line are the same point when both are there. A pair of which one has no place is in the list alone.
    """
    made: dict[tuple[Point, ...], dict] = {}
    total = 0
    for one in pairs:
        ends = [_point(found, number) for number in (one.offer, one.ask)]
        if None in ends:
            continue
        total += 1
        line = made.setdefault(tuple(sorted(ends)), {
            "points": [list(point) for point in ends], "fit": meeting_words.grade(one), "pairs": []})
        named = [meeting_views.named(found, number) | {"label": label}
                 for number, label in ((one.offer, _("Offer")), (one.ask, _("Ask")))]
        line["pairs"].append({"sentence": meeting_words.sentence(found, one), "ends": named,
                              "to_ask": meeting_words.to_ask(found, one)})
    return {"total": total, "lines": list(made.values())}


def _point(found: OpportunityMatches, number: int) -> Point | None:
    spots = found.layer.spots_of(number)
    if not spots:
        return None
    return round(float(found.layer.spots.lat[spots[0]]), 6), round(float(found.layer.spots.lon[spots[0]]), 6)
