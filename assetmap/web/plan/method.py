"""What a reader should know of a figure before quoting it: how it is worked out, from which sources, of which year."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from assetmap.atlas.planning import People, Planning
from assetmap.domain.measure import MEASURES, Kind
from assetmap.web.language import gettext as _
from assetmap.web.plan import list_health
from assetmap.web.plan.ward_table import WardTable
from assetmap.web.wording import source_words

_YEAR = re.compile(r"(?:19|20)\d\d")


def notes(table: WardTable) -> list[str]:
    """Sentences, the most important first; none of them twice."""
    planning, measure = table.planning, MEASURES[table.query.measure]
    said = [table.words.how, table.unknown()]
    if table.query.access:
        said.append(_("What says nothing of how to get in is not counted, though it may be step-free."))
    if measure.reaching:
        said += points_note(planning)
    if measure.kind is Kind.RATE or measure.reaching:
        said += people_notes(planning, table)
    if measure.kind is Kind.RATE and table.has_range:
        said.append(_("The range is what the figure could be by chance (95 %: exact Poisson below 10, Byar's method "
                      "above). “More” or “fewer than chance” is told by the funnel around the area's average, never by "
                      "a ward's place in a list: of 20 wards that are all alike, one leaves it by chance."))
    if table.has_funnel and np.isfinite(table.dispersion) and table.figures.total > 0:
        said.append(_("How much these wards differ (their variance) is %(times)s times what chance alone would give.",
                      times=f"{table.dispersion:.1f}"))
    said += list_notes(table)
    said.append(boundary_note(planning, [date for _source, date in table.people.sources]))
    return [sentence for sentence in dict.fromkeys(said) if sentence]


def list_notes(table: WardTable) -> list[str]:
    """What the list of groups does not know, and the figures therefore do not either."""
    planning, query = table.planning, table.query
    if not (query.of_groups or table.measure.reaching):
        return []
    said = []
    if query.of_groups and query.audience != "everyone":
        silent, there = planning.silent(query, "age")
        if silent:
            said.append(_("%(silent)s of these %(all)s groups do not say for which ages they are, and count for all.",
                          silent=f"{silent:,}", all=f"{there:,}"))
    return [*said, *list_health.cautions(list_health.rows())]


def people_notes(planning: Planning, table: WardTable) -> list[str]:
    """Where the numbers of people are from."""
    return of_people(table.people)


def of_people(held: People) -> list[str]:
    """Where some numbers of people are from."""
    if not held.sources:
        return [_("Nobody has loaded how many people live in these wards yet, so that nothing can be set against it. "
                  "A steward can: assetmap load ward-figures.")]
    said = [_("People: %(sources)s.", sources=sources(held.sources))]
    return [*said, _("Some of these numbers are estimates.")] if held.estimate else said


def points_note(planning: Planning) -> list[str]:
    """Where people's homes are taken to be."""
    points = planning.points
    if not len(points):
        return [_("Where people live in these wards is not known: nothing can be said of how far they have it.")]
    said = _("Where people live: %(label)s.", label=points.label)
    source = sources([(points.source, points.date)])
    return [f"{said} {_('Source: %(source)s.', source=source)}" if source else said]


def boundary_note(planning: Planning, dates: Iterable[str]) -> str:
    """That the outlines and the figures are of different years; "" when they are not, or nobody knows."""
    drawn = set(planning.atlas.boundary_years)
    counted = {int(years[0]) for date in dates if (years := _YEAR.findall(date))}
    if not drawn or not counted or drawn == counted:
        return ""
    return _("The wards' outlines are of %(drawn)s, the numbers of people of %(counted)s. Where a boundary moved in "
             "between, the two do not quite fit.", drawn=", ".join(map(str, sorted(drawn))),
             counted=", ".join(map(str, sorted(counted))))


def sources(pairs: Iterable[tuple[str, str]]) -> str:
    """Sources with their dates in one line, each once."""
    told = [(source_words(source), date) for source, date in pairs if source]
    return "; ".join(dict.fromkeys(f"{source} ({date})" if date and date not in source else source
                                   for source, date in told))
