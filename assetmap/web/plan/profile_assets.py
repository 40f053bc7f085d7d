"""What a ward has, what is near, what is not recorded yet, and how it is connected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assetmap.analysis.provision import funnel_flags
from assetmap.atlas import unmet
from assetmap.atlas.comparing import Peers
from assetmap.atlas.measuring import measured
from assetmap.atlas.planning import Planning
from assetmap.atlas.supply import Supply, by_theme, near_hubs, untold
from assetmap.atlas.ties import network, recorded
from assetmap.domain.measure import WALKS_M, Kind
from assetmap.domain.plan_query import PlanQuery
from assetmap.domain.text import short
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan.measure_words import number
from assetmap.web.plan.unmet_rows import Tables
from assetmap.web.relations.meeting_views import found_matches

_HUBS_NAMED = 6
_NAME = 60  # letters: two sides of paper hold so many
_STANDING_OUT = 5


@dataclass(frozen=True)
class Theme:
    """Groups of one theme: in the ward, and in it or within 1 km. `rate` and `average` are for each 1,000 people.

    `flag` is "high" or "low" outside the funnel around the average.
    """

    code: str
    label: str
    icon: str
    here: int
    near: int
    rate: float
    average: float
    flag: str

    @property
    def ratio(self) -> float:
        """How many times the average; NaN where there is nobody, or nothing, to set it against."""
        return self.rate / self.average if self.average > 0 else np.nan

    @property
    def more(self) -> bool:
        return self.here > 0 and self.ratio > 1 and self.flag != "high"


def themes(planning: Planning, ward: int, peers: Peers) -> list[Theme]:
    """Every theme, what the ward has most of beside others first."""
    supply: Supply = by_theme(planning)
    people = planning.people().number
    known = peers.among & (people > 0)
    everybody, own = people[known].sum(), people[ward]
    terms = planning.atlas.vocabulary.of("theme")
    made = []
    for at, code in enumerate(supply.codes):
        here = int(supply.here[ward, at])
        made.append(Theme(
            code, terms[code].label, terms[code].icon, here, int(supply.near[ward, at]),
            1_000 * here / own if own > 0 else np.nan,
            1_000 * supply.here[known, at].sum() / everybody if everybody > 0 else np.nan,
            _flag(supply.here[:, at], people, known, ward)))
    return sorted(made, key=lambda theme: (-np.nan_to_num(theme.ratio), -theme.here, -theme.near, theme.label))


def _flag(count: np.ndarray, people: np.ndarray, known: np.ndarray, ward: int) -> str:
    if not known[ward] or known.sum() < 2:
        return ""
    return str(funnel_flags(count[known], people[known])[int(known[:ward].sum())])


def theme_sentences(held: list[Theme], peers: Peers) -> list[tuple[str, str]]:
    """(heading, names) of what it has more of than others, what is only near, and what is not recorded yet."""
    def named(chosen: list[Theme]) -> str:
        return ", ".join(theme.label for theme in chosen)

    made = []
    if peers.count > 1:
        made += [(_("More than chance would explain"), named([theme for theme in held if theme.flag == "high"])),
                 (_("More for its people than the average, which may be chance"), named(
                     [theme for theme in held if theme.more]))]
    made.append((_("Not in the ward, but within 1 km"), named(
        [theme for theme in held if not theme.here and theme.near])))
    made.append((_("Not recorded yet, here or within 1 km"), named([theme for theme in held if not theme.near])))
    return [(heading, names) for heading, names in made if names]


def untold_sentence(planning: Planning, ward: int) -> str:
    """How many groups in or near the ward do not say what they are about, so that no theme counts them; "" for none."""
    silent, whole = (int(count[ward]) for count in untold(planning))
    return ngettext("%(num)s of the %(all)s groups in the ward or within 1 km does not say what it is about, and is in "
                    "no row here.", "%(num)s of the %(all)s groups in the ward or within 1 km do not say what they are "
                    "about, and are in no row here.", silent, all=f"{whole:,}") if silent else ""


def hubs(planning: Planning, ward: int) -> dict:
    """The names of places to meet in the ward, and of those within 1 km of it; how many more there are."""
    layer = planning.atlas.hubs
    at, owner = near_hubs(planning)
    near = np.unique(owner[at == ward])
    names = np.array(layer.column("name"), dtype=object)
    here = near[layer.ward[near] == ward]
    others = near[layer.ward[near] != ward]
    return {side: {"count": len(some), "more": max(0, len(some) - _HUBS_NAMED),
                   "names": [short(name, _NAME) for name in sorted(names[some].tolist())[:_HUBS_NAMED]]}
            for side, some in (("here", here), ("near", others))}


def reach(planning: Planning, ward: int) -> list[dict]:
    """Which share of the ward's people have a group, and a place to meet, within each distance."""
    made = []
    for supply, label in (("groups", _("A group")), ("hubs", _("A place to meet"))):
        figures = measured(planning, PlanQuery("within", supply=supply))
        whole = figures.denominator[ward]
        shares = [figures.more[f"within_{metres}"][ward] / whole if whole > 0 else np.nan for metres in WALKS_M]
        made.append({"of": supply, "label": label, "shares": [number(figures.kind, share) for share in shares],
                     "values": shares})
    return made


def connections(planning: Planning, ward: int) -> dict:
    """Recorded links, how many of them cross the ward's boundary, and pairs that could meet with somebody of it."""
    row = network(planning.atlas, recorded(services.database())).by_ward().iloc[ward]
    links, across = int(row["within"] + row["across"]), int(row["across"])
    found = found_matches()
    left, right = (found.layer.ward[side[rows]] for side, rows in (
        (found.offers, found.pairs.left), (found.asks, found.pairs.right)))
    pairs = int(((left == ward) | (right == ward)).sum())
    said = [_("No link is recorded here yet.") if not links else ngettext(
        "%(num)s link is recorded here, %(across)s of them to another ward (%(share)s).",
        "%(num)s links are recorded here, %(across)s of them to another ward (%(share)s).", links,
        across=f"{across:,}", share=number(Kind.SHARE, across / links))]
    if row["groups"]:
        said.append(ngettext("%(num)s of its %(all)s groups has no recorded link yet.",
                             "%(num)s of its %(all)s groups have no recorded link yet.", int(row["unlinked"]),
                             all=f"{int(row['groups']):,}"))
    said.append(_("No offer and ask could meet with somebody here yet.") if not pairs else ngettext(
        "%(num)s pair of an offer and an ask could meet with somebody here.",
        "%(num)s pairs of an offer and an ask could meet with somebody here.", pairs))
    return {"links": links, "across": across, "groups": int(row["groups"]), "unlinked": int(row["unlinked"]),
            "pairs": pairs, "sentences": said}


def looked_for(planning: Planning, found: unmet.Unmet, ward: int) -> dict:
    """What was looked for in vain in the ward: a sentence, and kinds that stand out."""
    count = found.shown.rows[planning.atlas.ward_codes[ward]]
    rows = Tables(planning, found).of_ward(planning.atlas.ward_codes[ward])[:_STANDING_OUT]
    if found.none:
        said = _("Nobody searched in vain yet.")
    elif count is None:
        said = _("The number is held back: it is under 10, or one that is could be worked out from it.")
    else:
        said = ngettext("%(num)s search in the last 12 months found nothing. Searches, not residents.",
                        "%(num)s searches in the last 12 months found nothing. Searches, not residents.", count)
    return {"count": count, "since": found.since, "sentence": said, "rows": rows}
