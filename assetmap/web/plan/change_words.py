"""What is said of a change: what changed in short, what else is not as it was, and how chance is told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import numpy as np
from babel.dates import format_date

from assetmap.domain.measure import Kind
from assetmap.domain.snapshot import KEPT
from assetmap.web.language import gettext as _
from assetmap.web.language import locale
from assetmap.web.plan import method
from assetmap.web.plan.change_table import ChangeTable, label_of, signed, unit_of
from assetmap.web.plan.measure_words import words_of

_NAMED = 3


def day(iso: str) -> str:
    """A day as people write it."""
    return format_date(date.fromisoformat(iso), "d MMMM y", locale=locale())


def told(table: ChangeTable) -> list[str]:
    """The change in sentences: the whole area, then what went up, then what went down."""
    if table.withheld:
        return [table.withheld]
    if not table.codes:
        return [_("None of the wards of the one day is there on the other, so that nothing can be compared.")]
    area, said = table.area(), []
    if area["change"]:
        values = {"before": area["before"], "after": area["after"], "unit": unit_of(table.measure)}
        said.append(_("The whole area has %(after)s %(unit)s; it had %(before)s.", **values)
                    if table.area_change else _("The whole area has %(after)s %(unit)s, as before.", **values))
    return said + (_by_chance(table) if table.has_chance else _by_size(table))


def _by_chance(table: ChangeTable) -> list[str]:
    """Wards are named for leaving what chance does, never for their place in a list."""
    named = {side: [table.row(place)["name"] for place in table.order("name") if table.says[place] == side]
             for side in ("more", "fewer")}
    said = [_("Up by more than chance would do: %(wards)s.", wards=", ".join(named["more"]))] if named["more"] else []
    if named["fewer"]:
        said.append(_("Down by more than chance would do: %(wards)s.", wards=", ".join(named["fewer"])))
    if said:
        return said
    if not np.any(np.nan_to_num(table.change)):
        return [_("No ward changed.")]
    return [_("No ward changed by more than chance would do.")]


def _by_size(table: ChangeTable) -> list[str]:
    changed = [place for place in table.order("rise") if not math.isnan(table.change[place])
               and signed(table.kind, table.change[place]) != signed(table.kind, 0.0)]
    if not changed:
        return [_("No ward changed.")]
    up = [place for place in changed if table.change[place] > 0][:_NAMED]
    down = [place for place in reversed(changed) if table.change[place] < 0][:_NAMED]
    said = [_("Up most: %(wards)s.", wards=_with_change(table, up))] if up else []
    return said + ([_("Down most: %(wards)s.", wards=_with_change(table, down))] if down else [])


def _with_change(table: ChangeTable, places: Sequence[int]) -> str:
    return ", ".join(f"{table.row(place)['name']} ({table.row(place)['change']})" for place in places)


def others(table: ChangeTable) -> list[str]:
    """What else changed between the two days, each of which could be why a figure did."""
    then, now, said = table.first.ground, table.second.ground, []
    if table.only_first or table.only_second:
        said.append(_("The wards are not the same ones. A ward is compared with itself alone, by its code; "
                      "the whole area is all wards of each day."))
    for wards, sentence in ((table.only_first, _("Only on the first day: %(wards)s.")),
                            (table.only_second, _("Only on the second day: %(wards)s."))):
        if wards:
            said.append(sentence % {"wards": ", ".join(wards)})
    if then.boundary_years != now.boundary_years:
        said.append(_("Boundaries: of %(then)s then, of %(now)s now. A ward may have kept its code and not its shape.",
                      then=_years(then.boundary_years), now=_years(now.boundary_years)))
    if then.people != now.people:
        said.append(_("Numbers of people: then from %(then)s; now from %(now)s. A rate may have changed for that "
                      "alone.", then=method.sources(then.people) or _("nowhere"),
                      now=method.sources(now.people) or _("nowhere")))
    if then.homes != now.homes:
        said.append(_("Where people live: then %(then)s; now %(now)s.", then=then.homes, now=now.homes))
    if then.program != now.program:
        said.append(_("Worked out by assetmap %(then)s then, %(now)s now.", then=then.program, now=now.program))
    for snapshot in (table.first, table.second):
        if snapshot.ground.taken != snapshot.day:
            said.append(_("The figures of %(day)s were worked out on %(taken)s, from the data of that day.",
                          day=day(snapshot.day), taken=day(snapshot.ground.taken)))
    return said


def _years(years: Sequence[int]) -> str:
    return ", ".join(map(str, years)) or _("a year that nobody said")


def notes(table: ChangeTable) -> list[str]:
    """How the figures came about, and what a change in them is not."""
    query = KEPT[table.measure]
    said = [_("A change in the list is not always a change in the place: somebody may have added a group that has met "
              "for years, or taken one off that ended long ago.")]
    if table.has_chance:
        said.append(_("“Could be chance”: what is counted on the two days is compared as two separate counts (95 %: "
                      "the exact interval of a ratio of rates; for shares, Newcombe's of a difference). Most groups "
                      "are the same ones on both days, so that this calls too many changes chance rather than too "
                      "few. Even so, of 20 wards in which only chance is at work, one may seem to be beyond it."))
    elif table.kind is Kind.SHARE:
        said.append(_("These are people near a place, not a count that chance changes; so no chance is said of them."))
    said += [words_of(query).how] if query else []
    if table.second.ground.people:
        said.append(_("People: %(sources)s.", sources=method.sources(table.second.ground.people)))
    said.append(_("Compared: %(label)s. Data version %(first)s on the first day, %(second)s on the second.",
                  label=label_of(table.measure), first=table.first.ground.data_version,
                  second=table.second.ground.data_version))
    return said


