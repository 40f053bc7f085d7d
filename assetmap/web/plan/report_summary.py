"""A measure in sentences: what is strong, what is thin, who is not reached, whether it is fair.

Nothing that the figures do not bear: where a funnel tells chance, a ward is named for leaving it and never for its
place in a list; where none does, the ends of the list are named with their figures.
"""

from __future__ import annotations

import numpy as np

from assetmap.analysis.fairness import interval
from assetmap.analysis.fifths import by_fifth
from assetmap.domain.measure import Kind
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan.measure_words import PEOPLE, number, whole
from assetmap.web.plan.ward_table import WardTable

_NAMED = 3
_NEXT_TO_NOTHING = 1e-9
_FAIR = {"groups", "hours", "within", "access", "opportunities"}
"""Measures that are so much for each person, so that fifths of the residents can be compared."""


def sentences(table: WardTable) -> list[str]:
    """The measure in short, strengths first."""
    if not table.planning.size or np.isnan(table.figures.value).all():
        said = _held_back(table) if table.query.measure == "unmet" else []
        return said or [_("There is no data for this measure yet.")]
    said = [_area(table), _silent(table)]
    if table.figures.total > 0:
        said += [*_strong_and_thin(table), _none(table), _not_reached(table), *_fair(table)]
        said.append(_held_back_some(table) if table.query.measure == "unmet" else table.unknown())
    return [sentence for sentence in said if sentence]


def _area(table: WardTable) -> str:
    made, words = table.figures, table.words
    if made.total == 0 and not np.nansum(made.denominator) and table.query.measure != "unmet":
        return _("None of it is on this map yet, in any ward.")
    if table.query.measure == "confirmed":
        return _("%(count)s of %(all)s groups were confirmed lately.", count=whole(made.total),
                 all=whole(float(np.nansum(made.denominator))))
    if table.query.measure == "step-free-hubs":
        return _("%(count)s of %(all)s places to meet are known to have step-free access.", count=whole(made.total),
                 all=whole(float(np.nansum(made.denominator))))
    if made.kind is Kind.COUNT:
        return _("%(count)s %(unit)s in twelve months, those of no ward too.", unit=words.unit,
                 count=whole(made.average * len(made.value))) if np.isfinite(made.average) else ""
    if made.total == 0:
        return _("None of it is on this map yet, in any ward.")
    if not table.average:
        return ""
    if table.query.measure == "within":
        return f"{table.average}."
    both = np.isfinite(made.numerator) & (made.denominator > 0)
    count, of = whole(float(made.numerator[both].sum())), whole(float(made.denominator[both].sum()))
    if table.query.measure == "access":
        return table.headline
    return _("The whole area has %(figure)s: %(count)s %(what)s for %(of)s %(people)s.", figure=table.average,
             count=count, what=words.top.lower(), of=of, people=words.bottom)


def _silent(table: WardTable) -> str:
    """Of how many places nobody knows whether they are step-free, of how many groups when they meet."""
    if table.query.measure == "hours":
        known, every = (int(table.figures.more[name].sum()) for name in ("known_times", "all_groups"))
        return _("Times are known of %(known)s of %(all)s groups; the others add nothing.", known=f"{known:,}",
                 all=f"{every:,}") if known < every else ""
    unsaid = table.figures.more.get("unsaid")
    return ngettext("%(num)s place says nothing of access, and may have it.",
                    "%(num)s places say nothing of access, and may have it.", int(unsaid.sum())) \
        if unsaid is not None and unsaid.sum() else ""


def _strong_and_thin(table: WardTable) -> list[str]:
    if table.has_funnel:
        return _by_funnel(table)
    if table.query.measure == "confirmed":
        return _by_interval(table)
    if table.query.measure == "unmet":
        return [_("Most: %(wards)s.", wards=_listed(table, _ends(table)[0]))]
    high, low = _ends(table)
    if not high:
        return [_("Every ward with data has the same.")]
    return [_("Highest: %(wards)s.", wards=_listed(table, high)), _("Lowest: %(wards)s.", wards=_listed(table, low)),
            _rest_on_few(table, [*high, *low])]


def _rest_on_few(table: WardTable, wards: list[int]) -> str:
    names = table.planning.atlas.ward_names
    few = [names[ward] for ward in dict.fromkeys(wards) if table.figures.few[ward]]
    return _("One group more or less would change much, as there are fewer than 5: %(wards)s.",
             wards=", ".join(few)) if few else ""


def _by_funnel(table: WardTable) -> list[str]:
    flags = table.flagged()
    if not flags["high"] and not flags["low"]:
        return [_("No ward differs from the average by more than chance would explain, so none is named here.")]
    said = [_("Strong, with more than chance would explain: %(wards)s.", wards=", ".join(flags["high"]))] \
        if flags["high"] else []
    return said + ([_("Thin, with fewer than chance would explain: %(wards)s.", wards=", ".join(flags["low"]))]
                   if flags["low"] else [])


def _by_interval(table: WardTable) -> list[str]:
    """Wards whose share, with what chance leaves open, lies all on one side of the area's."""
    made, names = table.figures, table.planning.atlas.ward_names
    above = [names[ward] for ward in np.flatnonzero(made.low > made.average + _NEXT_TO_NOTHING)]
    below = [names[ward] for ward in np.flatnonzero(made.high < made.average - _NEXT_TO_NOTHING)]
    said = [_("Clearly above that: %(wards)s.", wards=", ".join(above))] if above else []
    return said + ([_("Clearly below that: %(wards)s.", wards=", ".join(below))] if below else [])


def _ends(table: WardTable) -> tuple[list[int], list[int]]:
    """The wards at each end, the furthest first; with all that are said with the same figure as the last of them."""
    value = table.figures.value
    known = np.flatnonzero(np.isfinite(value))
    order = known[np.argsort(-value[known], kind="stable")].tolist()
    if not order or _figure(table, order[0]) == _figure(table, order[-1]):
        return [], []
    return _with_ties(table, order), _with_ties(table, order[::-1])


def _with_ties(table: WardTable, order: list[int]) -> list[int]:
    last = order[:_NAMED][-1]
    return [ward for place, ward in enumerate(order) if place < _NAMED or _figure(table, ward) == _figure(table, last)]


def _listed(table: WardTable, wards: list[int]) -> str:
    """Wards with their figures; those of one figure together, and only how many when they are a crowd."""
    by_figure: dict[str, list[int]] = {}
    for ward in wards:
        by_figure.setdefault(_figure(table, ward), []).append(ward)
    names = table.planning.atlas.ward_names
    said = []
    for figure, held in by_figure.items():
        who = ", ".join(names[ward] for ward in held) if len(held) <= _NAMED + 2 else \
            ngettext("%(num)s ward", "%(num)s wards", len(held))
        said.append(f"{who} ({figure})")
    return "; ".join(said)


def _figure(table: WardTable, ward: int) -> str:
    return number(table.figures.kind, table.figures.value[ward])


def _none(table: WardTable) -> str:
    """The wards that have none of it at all."""
    made, names = table.figures, table.planning.atlas.ward_names
    if table.query.measure in ("within", "access", "unmet", "confirmed"):
        return ""
    none = [names[ward] for ward in np.flatnonzero(np.isfinite(made.value) & (made.numerator == 0))]
    return _("None at all in: %(wards)s.", wards=", ".join(none)) if none else ""


def _not_reached(table: WardTable) -> str:
    outside = table.figures.more.get("outside")
    if table.query.measure != "within" or outside is None:
        return ""
    total, metres, points = float(np.nansum(outside)), f"{table.query.within_m:,}", table.planning.points
    if round(total) == 0:
        return _("Nobody lives farther than %(metres)s m from one, in a straight line.", metres=metres)
    order = [ward for ward in np.argsort(-np.nan_to_num(outside), kind="stable")[:_NAMED] if round(outside[ward]) > 0]
    names = table.planning.atlas.ward_names
    said = _("Not reached: about %(count)s %(people)s live farther than %(metres)s m, in a straight line; most in "
             "%(wards)s.", count=_about(total), people=PEOPLE[table.query.audience], metres=metres,
             wards=", ".join(f"{names[ward]} ({_about(outside[ward])})" for ward in order))
    return said if not points.estimated else said[:-1] + f" ({points.label})."


def _about(people: float) -> str:
    """A number of people without figures that nobody can stand by: three of them."""
    digits = max(len(str(int(people))) - 3, 0)
    return whole(round(people, -digits))


def _held_back(table: WardTable) -> list[str]:
    return [_("Too few to be shown: numbers under ten are held back, so that nobody can be found behind them.")] \
        if table.planning.size else []


def _held_back_some(table: WardTable) -> str:
    if table.query.measure != "unmet":
        return ""
    held = int(np.isnan(table.figures.value).sum())
    return ngettext("The number of %(num)s ward is held back, as it is small or would tell a small one.",
                    "The numbers of %(num)s wards are held back, as they are small or would tell a small one.",
                    held) if held else ""


def _fair(table: WardTable) -> list[str]:
    """The most against the least deprived fifth of residents, and whether that hangs on single wards."""
    if table.query.measure not in _FAIR:
        return []
    value, people, deprivation = table.figures.value, table.people.number, table.planning.deprivation[0]
    fifths = by_fifth(value, people, deprivation)
    if not fifths.enough:
        return []
    most, least = (number(table.figures.kind, fifths.value[end]) for end in (0, -1))
    said = _("By deprivation: in the most deprived fifth of %(people)s it is %(most)s, in the least deprived %(least)s "
             "(ward by ward: within a ward all are taken as alike).", people=PEOPLE[table.query.audience], most=most,
             least=least)
    bounds = (0.0, 1.0) if table.figures.kind is Kind.SHARE else None
    says = interval(value, people, -deprivation, bounds).says
    return [said + " " + {
        "deprived": _("Over all wards the more deprived have more, and that does not hang on single wards."),
        "least deprived": _("Over all wards the less deprived have more, and that does not hang on single wards."),
        "level": _("Over all wards there is no clear slope: another choice of wards could turn it round."),
        "nothing": _("There are too few wards to say whether that hangs on one or two of them.")}[says]]
