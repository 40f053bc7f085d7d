"""The network in words, for planners: what is recorded, what holds together, whom to introduce.

That no link is recorded says nothing of the people; it is never called more than that. Linchpins and bridges name small
charities, so these words are for planners alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from urllib.parse import quote

from assetmap.analysis.joining import Joining
from assetmap.analysis.mixing import Mixing
from assetmap.analysis.ties import Bridge, Linchpin, Summary
from assetmap.atlas.ties import TYPES, Network
from assetmap.web import services, wording
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext

LABELS = {"meets_at": _("Meets at a place"), "run_by": _("Is run by"), "held_at": _("Is held at a place"),
          "given_by": _("Is given by"), "points_to": _("Is on a place's page of favourites")}
MEANINGS = {
    "meets_at": _("A group meets at a place, always or sometimes. It does not say that those who meet there have met."),
    "run_by": _("A group says who runs it. A name counts when two or more give it, or when it is a place's or another "
                "group's. Two spellings of one name may count as two."),
    "held_at": _("An offer or ask is held at a place."),
    "given_by": _("An offer or ask is a place's, a group's or an organisation's."),
    "points_to": _("A place's public page of favourites names it. What connectors suggest to somebody is no link."),
}
KINDS = {"group": _("Group"), "hub": _("Place"), "opportunity": _("Offer or ask"), "organisation": _("Organisation")}
_LAYERS = ("groups", "hubs", "opportunities")
_MOST_SHARED = 2


def percent(share: float) -> str:
    """"14 %", "under 1 %"; "no data" for what is not known."""
    if isnan(share):
        return _("no data")
    if 0 < share < 0.01:
        return _("under 1 %")
    if 0.99 < share < 1:
        return _("over 99 %")
    return f"{share * 100:.0f} %"


def headlines(network: Network, found: Summary) -> list[str]:
    """What a planner should know first, a sentence each; the first is the one to remember."""
    groups = found.records.get("group", 0)
    if not groups:
        return [_("There are no groups on this map yet, so nothing can be said of their links.")]
    said = [_unlinked(found, groups), _largest(found), across(found.mixing)]
    return [line for line in said if line]


def _unlinked(found: Summary, groups: int) -> str:
    count = len(found.unlinked)
    if not count:
        return ngettext("The %(num)s group has a recorded link.", "Each of the %(num)s groups has a recorded link.",
                        groups)
    return ngettext("%(num)s of %(groups)s groups (%(share)s) has no recorded link.",
                    "%(num)s of %(groups)s groups (%(share)s) have no recorded link.", count, groups=f"{groups:,}",
                    share=percent(found.share_unlinked))


def _largest(found: Summary) -> str:
    if not found.largest:
        return _("No two records have a recorded link with each other.")
    groups = found.in_largest.get("group", 0)
    largest = _("The largest connected set has %(groups)s (%(share)s of all), and %(records)s in all.",
                groups=ngettext("%(num)s group", "%(num)s groups", groups), share=percent(found.share_in_largest),
                records=ngettext("%(num)s record", "%(num)s records", found.largest))
    more = ngettext("Apart from it there is %(num)s smaller set.", "Apart from it there are %(num)s smaller sets.",
                    found.parts - 1) if found.parts > 1 else ""
    return f"{largest} {more}".strip()


def across(mixing: Mixing) -> str:
    """How many ties join two wards, held against chance; "" when no tie has both ends in a ward."""
    if not mixing.known:
        return ""
    said = _("%(across)s of %(known)s recorded links between records that are in a ward (%(share)s) join two wards.",
             across=f"{mixing.across:,}", known=f"{mixing.known:,}", share=percent(mixing.share))
    words = {-1: _("That is fewer than by chance."), 0: _("That is about what chance would make."),
             1: _("That is more than by chance.")}
    chance = _("If the wards were shuffled among the records, it would be about %(expected)s (in 95 of 100 shuffles "
               "%(low)s to %(high)s).", expected=percent(_share(mixing.expected)), low=percent(_share(mixing.low)),
               high=percent(_share(mixing.high)))
    return f"{said} {words[mixing.against_chance]} {chance}"


def _share(index: float) -> float:
    """The share of ties across wards that an E-I index stands for."""
    return (index + 1) / 2


def notes(network: Network, found: Summary, reaching: tuple[int, int]) -> list[str]:
    """What must be known to read the figures rightly. `reaching`: organisations in two or more wards, of how many."""
    said = [_("A link is what a public record says. Where none is recorded, there may well be one: ask before you "
              "conclude."),
            _("A group stands in the ward where it meets, so nearly every link with its place stays in that ward. "
              "Links with organisations have no ward, and are not in that figure.")]
    some, every = reaching
    if every:
        said.append(ngettext("%(some)s of %(num)s organisation that runs several things does so in more than one ward.",
                             "%(some)s of %(num)s organisations that run several things do so in more than one ward.",
                             every, some=f"{some:,}"))
    if network.recorded.met:
        said.append(ngettext("%(num)s introduction came to a meeting. It joins people, not records, so it is no link "
                             "here.", "%(num)s introductions came to a meeting. They join people, not records, so they "
                             "are no links here.", network.recorded.met))
    if network.individuals:
        said.append(ngettext("%(num)s offer or ask of one person is left out.",
                             "%(num)s offers and asks of single people are left out.", network.individuals))
    return [*said,
            _("A linchpin is what alone joins parts: without it they fall apart (an articulation point). A bridge lies "
              "on many of the shortest ways between others (betweenness)."),
            _("Links across wards are held against chance by the E-I index (Krackhardt and Stern 1988); wards are "
              "shuffled among records of the same kind.")]


def record(network: Network, number: int) -> dict[str, str]:
    """A record of the network: name, kind, ward, url (an organisation has no page, nor what is no longer listed)."""
    layer, _colon, record_id = str(network.ties.id[number]).partition(":")
    atlas, ward = services.atlas(), int(network.ties.ward[number])
    listed = layer in _LAYERS and record_id in getattr(atlas, layer).number_of
    return {"id": str(network.ties.id[number]), "name": network.names[number],
            "kind": KINDS[str(network.ties.kind[number])], "ward": atlas.ward_names[ward] if ward >= 0 else "",
            "url": f"/{layer}/{quote(record_id)}" if listed else ""}


def linchpin(network: Network, one: Linchpin) -> dict:
    """A record without which its set would fall into `pieces`, and what would be cut off."""
    return record(network, one.number) | {"groups": one.groups, "records": one.cut_off, "pieces": one.pieces}


def bridge(network: Network, one: Bridge, sampled: int) -> dict:
    """A record on the shortest ways between others."""
    said = _("On the shortest way between %(share)s of all pairs in its connected set.", share=percent(one.share))
    if sampled:
        said = f"{said} {_('Estimated from %(points)s of its records.', points=f'{sampled:,}')}"
    return record(network, one.number) | {"share": one.share, "sentence": said}


def joining(network: Network, one: Joining) -> dict:
    """Two to introduce, why these two, and what it would join."""
    labels = [term.label for term in services.atlas().vocabulary.of("category").values()]
    shared = [labels[number].lower() for number in one.shared[:_MOST_SHARED]]
    near = "" if isnan(one.metres) else _("%(distance)s apart", distance=wording.distance(one.metres))
    about = _("both about %(topics)s", topics=_(" and about ").join(shared)) if shared else ""
    why = ", ".join(filter(None, (near, about)))
    return {"first": record(network, one.first), "second": record(network, one.second), "gain": one.gain,
            "metres": None if isnan(one.metres) else round(one.metres), "shared": shared,
            "why": why[:1].upper() + why[1:], "sentence": _joins(one)}


def _joins(one: Joining) -> str:
    large, small = one.sizes
    if small > 1:
        return _("Joins a set of %(large)s records with one of %(small)s.", large=f"{large:,}", small=f"{small:,}")
    if large > 1:
        return _("Gives what has no recorded link one with a set of %(large)s records.", large=f"{large:,}")
    return _("Gives two that have no recorded link their first.")


def types(found: Summary, chosen: tuple[str, ...] = TYPES) -> list[dict]:
    """A row for each type of link: how many, how many of them join two wards, and what it means."""
    made = []
    for code in TYPES:
        mixing: Mapping[str, Mixing] = found.mixing_by_type
        row = mixing.get(code)
        made.append({"code": code, "label": LABELS[code], "meaning": MEANINGS[code], "on": code in chosen,
                     "links": found.by_type.get(code, 0), "known": row.known if row else 0,
                     "across": row.across if row else 0})
    return made
