"""A ward's figures against those of its council's wards, a row for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from assetmap.atlas.comparing import Compared, Peers, compare, spread
from assetmap.atlas.planning import Planning
from assetmap.domain.measure import Kind
from assetmap.domain.plan_query import PlanQuery
from assetmap.domain.text import short
from assetmap.maps.charts.bars import range_strip
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan.measure_words import label_of, number, whole
from assetmap.web.plan.ward_table import FLAGS, WardTable, ward_table

CHOICES = (PlanQuery("groups"), PlanQuery("hours"), PlanQuery("near"), PlanQuery("within"),
           PlanQuery("within", supply="hubs"), PlanQuery("access"), PlanQuery("opportunities"),
           PlanQuery("step-free-hubs"), PlanQuery("confirmed"), PlanQuery("unmet"))
"""What a profile says: every measure, and the nearness of places to meet too."""
_NAME = 40  # letters of another ward's name: two sides of paper hold so many


@dataclass(frozen=True)
class Row:
    """A figure of the ward. `value` is in words, "" for none, of which `missing` says why; `of` says of how many it is;
    `said` is for machines.
    """

    label: str
    unit: str
    value: str
    missing: str
    of: str
    range: str
    flag: str
    fewer: bool
    few: bool
    average: str
    lowest: str
    highest: str
    strip: Markup | None
    said: dict


def measure_rows(ward: int, peers: Peers, no_searches: bool) -> list[Row]:
    """A row for each of `CHOICES`. `no_searches`: nobody looked for anything in vain, anywhere."""
    return [_measure_row(ward_table(query), ward, peers, no_searches) for query in CHOICES]


def _measure_row(table: WardTable, ward: int, peers: Peers, no_searches: bool) -> Row:
    made, words, row = table.figures, table.words, table.row(ward)
    code = table.query.measure + ("-hubs" if table.query.supply == "hubs" else "")
    missing = "" if table.query.measure != "unmet" else _("none at all") if no_searches else _("held back")
    return _row(_label(table.query), words.unit, made.value, ward, peers, compare(made, ward, peers.among),
                lambda value: number(made.kind, value), of=_of_how_many(table, ward, row["top"], row["bottom"]),
                range_=row["range"], few=row["few"], code=code, missing=missing, numerator=made.numerator[ward],
                denominator=made.denominator[ward], low=made.low[ward], high=made.high[ward])


def _of_how_many(table: WardTable, ward: int, top: str, bottom: str) -> str:
    """What a figure is worked out from, such as “13 for 11,159”."""
    made = table.figures
    if table.query.measure == "step-free-hubs":
        silent = int(made.more["unsaid"][ward])
        of = _("of %(whole)s", whole=bottom)
        return of if not silent else _("%(of)s; %(silent)s do not say", of=of, silent=f"{silent:,}")
    if table.query.measure in ("unmet", "access"):
        return _("%(whole)s people", whole=bottom) if bottom and top else ""
    if not top or (made.kind is Kind.SHARE and not made.denominator[ward] > 0):
        return ""
    if made.kind is Kind.RATE and not made.denominator[ward] > 0:
        return _("%(part)s; how many people is not known", part=top)
    return _("%(part)s of %(whole)s", part=top, whole=bottom) if made.kind is Kind.SHARE else _(
        "%(part)s for %(whole)s", part=top, whole=bottom)


def _label(query: PlanQuery) -> str:
    if query.measure == "within":
        return _("People near a place to meet") if query.supply == "hubs" else _("People near a group")
    return label_of(query.measure)


def people_rows(planning: Planning, ward: int, peers: Peers) -> list[Row]:
    """How many live there, the young, the old, and deprivation."""
    everyone = planning.people().number
    made = [_row(_("People"), _("who live in the ward"), everyone, ward, peers, _spread(everyone, peers), whole,
                 code="people")]
    for audience, label in (("children", _("Aged 0 to 15")), ("older", _("Aged 65 and over"))):
        part = planning.people(audience).number
        share = part / np.where(everyone > 0, everyone, np.nan)
        known = peers.among & np.isfinite(share)
        mean = float(part[known].sum() / everyone[known].sum()) if known.any() else np.nan
        of = _("%(part)s of %(whole)s", part=whole(part[ward]), whole=whole(everyone[ward]))
        made.append(_row(label, _("of the people"), share, ward, peers,
                         spread(share, peers.among, mean), lambda value: number(Kind.SHARE, value),
                         of=of if np.isfinite(share[ward]) else "", code=audience, numerator=part[ward],
                         denominator=everyone[ward]))
    score = planning.deprivation[0]
    made.append(_row(_("Deprivation"), _("score: higher is more deprived"), score, ward, peers, _spread(score, peers),
                     lambda value: "" if value != value else f"{value:.1f}", code="deprivation"))
    return made


def _spread(value: np.ndarray, peers: Peers) -> Compared:
    """Against the plain mean of the wards that have the figure."""
    known = value[peers.among & np.isfinite(value)]
    return spread(value, peers.among, float(known.mean()) if len(known) else np.nan)


def _row(label: str, unit: str, value: np.ndarray, ward: int, peers: Peers, held: Compared,
         say: Callable[[float], str], *, code: str, of: str = "", range_: str = "", few: bool = False,
         missing: str = "", **numbers: float) -> Row:
    """`numbers`: numerator, denominator, low and high, as far as there are any."""
    own, some = float(value[ward]), peers.count > 1 and held.known > 1
    average, least, most, strip = say(held.average) if some else "", "", "", None
    alike = some and held.lowest == held.highest
    if alike:
        least = _("the same in every ward") if held.known == peers.count else _("the same wherever it is known")
    elif some:
        least, most = (_edge(edge, value, ward, say) for edge in (held.lowest, held.highest))
        text = _("%(value)s, between %(lowest)s and %(highest)s of the wards", value=say(own) or _("no data"),
                 lowest=say(float(value[held.lowest[0]])), highest=say(float(value[held.highest[0]])))
        strip = range_strip(own, value[peers.among].tolist(), held.average, text)
    flag = FLAGS.get((held.flag, bool(held.far)), "")
    edges = [float(value[edge[0]]) if some else np.nan for edge in (held.lowest, held.highest)]
    said = {"code": code, "label": label, "unit": unit, "value": own, "flag": flag, "few": few,
            **{name: float(numbers.get(name, np.nan)) for name in ("numerator", "denominator", "low", "high")},
            "average": held.average if some else np.nan, "lowest": edges[0], "highest": edges[1],
            "wards_with_a_figure": held.known}
    said = {name: None if isinstance(one, float) and one != one else one for name, one in said.items()}
    return Row(label, unit, say(own), missing or _("no data"), of, range_, flag, held.flag == "low", few, average,
               least, most, strip, said)


def _edge(wards: Sequence[int], value: np.ndarray, ward: int, say: Callable[[float], str]) -> str:
    """The lowest or highest figure, and of which ward, or of how many."""
    figure = say(float(value[wards[0]]))
    if ward in wards:
        whose = _("here") if len(wards) == 1 else ngettext(
            "here and in %(num)s other", "here and in %(num)s others", len(wards) - 1)
    elif len(wards) == 1:
        whose = short(services.atlas().ward_names[wards[0]], _NAME)
    else:
        whose = ngettext("in %(num)s ward", "in %(num)s wards", len(wards))
    return f"{figure} ({whose})"
