"""A ward on two sides of paper, for planners: its figures among its council's wards, what is here, near and not yet."""

from __future__ import annotations

from assetmap.atlas import unmet
from assetmap.atlas.comparing import Peers, peers_of
from assetmap.atlas.planning import Planning, planning_of
from assetmap.web import services, wording
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan import method, profile_assets, profile_figures
from assetmap.web.plan.profile_figures import Row


def profile(ward: int) -> dict:
    """What templates/plan/_profile.html shows of a ward of this request's Atlas, by its number."""
    planning = planning_of(services.atlas())
    peers = peers_of(planning.atlas, ward)
    found = unmet.unmet_of(planning)
    rows = profile_figures.measure_rows(ward, peers, found.none)
    themes = profile_assets.themes(planning, ward, peers)
    return {
        "day": f"{planning.day.day} {wording.LONG_MONTHS[planning.day.month - 1]} {planning.day.year}", "peers": peers,
        "compared": _compared(peers), "people": profile_figures.people_rows(planning, ward, peers),
        "rows": rows, "flags": _flags(rows), "themes": themes,
        "untold": profile_assets.untold_sentence(planning, ward),
        "theme_sentences": profile_assets.theme_sentences(themes, peers),
        "hubs": profile_assets.hubs(planning, ward), "reach": profile_assets.reach(planning, ward),
        "connections": profile_assets.connections(planning, ward),
        "looked_for": profile_assets.looked_for(planning, found, ward), "notes": _notes(planning)}


def document(ward: int) -> dict:
    """The same for machines; null is no data."""
    held = profile(ward)
    peers: Peers = held["peers"]
    links = {name: held["connections"][name] for name in ("links", "across", "groups", "unlinked", "pairs")}
    return {
        "compared_with": {"council": peers.council, "wards": peers.count},
        "people": [row.said for row in held["people"]], "measures": [row.said for row in held["rows"]],
        "themes": [{"code": theme.code, "label": theme.label, "groups_here": theme.here,
                    "groups_in_or_within_1_km": theme.near, "per_thousand": _plain(theme.rate),
                    "average_per_thousand": _plain(theme.average)} for theme in held["themes"]],
        "hubs": {side: held["hubs"][side]["count"] for side in ("here", "near")},
        "reach": [{"of": one["of"], "within": {str(metres): _plain(share) for metres, share in zip(
            profile_assets.WALKS_M, one["values"], strict=True)}} for one in held["reach"]],
        "connections": links,
        "unmet": {"since": held["looked_for"]["since"], "count": held["looked_for"]["count"],
                  "standing_out": [{key: row[key] for key in ("code", "name", "least", "most", "here", "near", "asks")}
                                   for row in held["looked_for"]["rows"]]},
        "notes": held["notes"]}


def _compared(peers: Peers) -> str:
    """With whom the ward is compared, as a sentence."""
    others = peers.count - 1
    if not others:
        return (_("There is no other ward of %(council)s on this map to compare it with.", council=peers.council)
                if peers.council else _("There is no other ward on this map to compare it with."))
    if not peers.council:
        return ngettext("Compared with the %(num)s other ward of this map that names no council.",
                        "Compared with the %(num)s other wards of this map that name no council.", others)
    return ngettext("Compared among the %(num)s ward of %(council)s that is on this map.",
                    "Compared among the %(num)s wards of %(council)s that are on this map, this one too.", peers.count,
                    council=peers.council)


def _flags(rows: list[Row]) -> list[str]:
    """What is beyond chance, in words, strengths first."""
    flagged = sorted((row for row in rows if row.flag), key=lambda row: row.fewer)
    return [_("%(what)s: %(flag)s would explain.", what=row.label, flag=row.flag) for row in flagged]


def _notes(planning: Planning) -> list[str]:
    """Where the figures come from, and what they are not."""
    people = planning.people()
    said = [*method.of_people(people), *method.points_note(planning)]
    deprivation = method.sources(planning.deprivation[1])
    if deprivation:
        said.append(_("Deprivation: %(sources)s.", sources=deprivation))
    said += [
        method.boundary_note(planning, [date for _source, date in people.sources]),
        _("Averages are of all these wards together; of people, deprivation and counts, the mean of the wards. “By "
          "chance” is a 95 % interval: exact Poisson below 10 and Byar's above, Wilson's for shares. Figures that rest "
          "on fewer than 5 are marked: one more or less changes them a good deal."),
        _("Distances are straight lines: real walks are longer. “Not recorded yet” does not say that there is "
          "nothing.")]
    return [sentence for sentence in dict.fromkeys(said) if sentence]


def _plain(value: float) -> float | None:
    return None if value != value else float(value)
