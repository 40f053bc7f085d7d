"""The network as lines of the map: recorded links between places, and the introductions that would join two parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from assetmap.analysis.joining import Joining
from assetmap.atlas.ties import ORGANISATION, Network
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan import connections_words

MOST_LINES = 600
RECORDED, SUGGESTED = 1, 3  # how boldly a line is drawn, as map.css has it
_MOST_NAMED = 4
_Ends = tuple[int, int]


def lines(network: Network, types: Sequence[str]) -> dict:
    """{total, links, lines, said}: the introductions first, then a line for every two places that links join.

    A link within one place, such as a group's with the hub where it meets, needs no line. An organisation has no place:
    what it runs is joined by lines from the one in the middle. `total` counts the lines that there are, of which at
    most `MOST_LINES` are given, those with most links first; `links` the links that they stand for.
    """
    drawn = _recorded(network, types)
    shown = sorted(drawn.items(), key=lambda item: (-len(item[1]), item[0]))[:MOST_LINES]
    suggested = [_suggestion(network, one) for one in network.introductions]
    made = [line for line in suggested if line] + [_line(network, ends, links) for ends, links in shown]
    joined = ngettext("%(num)s line between places that recorded links join",
                      "%(num)s lines between places that recorded links join", len(shown))
    suggestions = ngettext("%(num)s introduction", "%(num)s introductions", len(made) - len(shown))
    return {"total": len(drawn), "links": sum(map(len, drawn.values())), "lines": made,
            "said": _("The map shows %(lines)s, and %(introductions)s.", lines=joined, introductions=suggestions)}


def _recorded(network: Network, types: Sequence[str]) -> dict[tuple, list[tuple[int, int, str, int]]]:
    """(point, point) → (record, record, type, organisation between them or -1) of each link that joins the two."""
    made: dict[tuple, list[tuple[int, int, str, int]]] = {}
    for a, b, code, through in (*_direct(network, types), *_through(network, types)):
        ends = tuple(sorted((_point(network, a), _point(network, b))))
        if ends[0] != ends[1]:
            made.setdefault(ends, []).append((a, b, code, through))
    return made


def _direct(network: Network, types: Sequence[str]) -> Iterator[tuple[int, int, str, int]]:
    ties, placed = network.ties, ~np.isnan(network.lat)
    for code in types:
        a, b = ties.pairs(code)
        for row in np.flatnonzero(placed[a] & placed[b]).tolist():
            yield int(a[row]), int(b[row]), code, -1


def _through(network: Network, types: Sequence[str]) -> Iterator[tuple[int, int, str, int]]:
    """What one organisation runs or gives, from the one that is nearest to the middle of them."""
    ties = network.ties
    for code in types:
        a, b = ties.pairs(code)
        found = ties.kind[b] == ORGANISATION
        order = np.argsort(b[found], kind="stable")
        owners, members = b[found][order], a[found][order]
        cuts = np.flatnonzero(np.diff(owners)) + 1
        for mine, owner in zip(np.split(members, cuts), np.split(owners, cuts), strict=True):
            at = np.column_stack([network.lat[mine], network.lon[mine]])
            mine, at = mine[~np.isnan(at[:, 0])], at[~np.isnan(at[:, 0])]
            if len(mine) > 1:
                middle = int(np.argmin(((at - at.mean(axis=0)) ** 2).sum(axis=1)))
                yield from ((int(mine[middle]), int(other), code, int(owner[0]))
                            for other in mine if other != mine[middle])


def _point(network: Network, number: int) -> tuple[float, float]:
    return round(float(network.lat[number]), 6), round(float(network.lon[number]), 6)


def _line(network: Network, ends: tuple, links: list[tuple[int, int, str, int]]) -> dict:
    pairs = [_pair(network, (a, b), _because(network, code, through)) for a, b, code, through in links[:_MOST_NAMED]]
    over = len(links) - len(pairs)
    label = ngettext("%(num)s recorded link", "%(num)s recorded links", len(links))
    if len(links) == 1:
        label = _("Recorded link: %(one)s and %(other)s", one=pairs[0]["ends"][0]["name"],
                  other=pairs[0]["ends"][1]["name"])
    return {"points": [list(point) for point in ends], "fit": RECORDED, "label": label, "pairs": pairs,
            "more": ngettext("and %(num)s more", "and %(num)s more", over) if over else ""}


def _because(network: Network, code: str, through: int) -> str:
    if through < 0:
        return connections_words.LABELS[code]
    return _("Through %(name)s", name=network.names[through])


def _suggestion(network: Network, one: Joining) -> dict | None:
    """The line of two to introduce; None when one of them has no place, or a home is its place."""
    ends = one.first, one.second
    if np.isnan([network.x[number] for number in ends]).any():
        return None
    said = connections_words.joining(network, one)
    label = _("Introduce %(one)s and %(other)s", one=said["first"]["name"], other=said["second"]["name"])
    why = f"{said['why']}. {said['sentence']}" if said["why"] else said["sentence"]
    return {"points": [list(_point(network, number)) for number in ends], "fit": SUGGESTED, "label": label,
            "pairs": [_pair(network, ends, why.removesuffix("."))], "more": ""}


def _pair(network: Network, ends: _Ends, sentence: str) -> dict:
    named = [connections_words.record(network, number) for number in ends]
    return {"sentence": sentence, "to_ask": "",
            "ends": [{"id": one["id"], "name": one["name"], "url": one["url"], "label": one["kind"]} for one in named]}
