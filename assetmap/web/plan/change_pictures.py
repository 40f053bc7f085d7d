"""The pictures of a change: the months as lines, and the wards in colours around no change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from babel.dates import format_date
from flask import current_app
from markupsafe import Markup

from assetmap.analysis.change import change_classes
from assetmap.atlas.planning import planning_of
from assetmap.domain.change_query import ChangeQuery
from assetmap.domain.measure import Kind
from assetmap.domain.snapshot import AREA, Snapshot
from assetmap.maps.charts.curves import trend
from assetmap.maps.choropleth import Choropleth, WardText, choropleth
from assetmap.maps.palette import LegendRow
from assetmap.maps.palette import legend as legend_of
from assetmap.maps.picture import picture
from assetmap.web import findmap, services
from assetmap.web.language import gettext as _
from assetmap.web.language import locale
from assetmap.web.plan.change_table import ChangeTable, label_of, signed, unit_of
from assetmap.web.plan.maps import SAY


def of_change(table: ChangeTable) -> tuple[Choropleth | None, list[LegendRow]]:
    """The map of today's wards by their change, and what its colours mean; no map where there are no wards."""
    atlas, settings = services.atlas(), services.settings()
    if not atlas.ward_codes or not table.codes:
        return None, []
    (class_of, labels), tiles = _classes(table), "" if settings.tile_url.lower() == "none" else settings.tile_url
    made = choropleth(
        element_id="change_map", bounds=findmap.box(atlas.bounds), codes=atlas.ward_codes, class_of=class_of,
        classes=len(labels), texts=_texts(table), wards_url="/map/wards.json",
        static=current_app.extensions["assetmap"].static.address, diverging=True, tile_url=tiles or None,
        tile_attribution=settings.tile_attribution)
    return made, legend_of(class_of, labels, diverging=True)


def drawn(table: ChangeTable) -> Markup:
    """The same map as a picture by the server."""
    atlas, (class_of, labels) = services.atlas(), _classes(table)
    return picture(
        "change_drawn", _("Map: %(what)s", what=_("change in: %(label)s", label=label_of(table.measure))),
        _("Every figure of it is in the table."), codes=atlas.ward_codes, names=atlas.ward_names,
        shapes=planning_of(atlas).shapes_m, class_of=class_of, classes=len(labels), diverging=True,
        figures=[text.short for text in _texts(table)], say=SAY)


def trend_of(held: Sequence[Snapshot], query: ChangeQuery, table: ChangeTable) -> Markup:
    """The whole area and the chosen wards over the months; without a choice, the two that changed most."""
    chosen = query.wards or _most_changed(table)
    lines = {AREA: _("The whole area"), **{code: table.second.ground.names.get(code, code) for code in chosen}}
    by_month = {snapshot.month: snapshot for snapshot in held}
    months = _months(min(by_month), max(by_month))
    times = 100 if table.kind is Kind.SHARE else 1
    values = {code: [_value(by_month.get(month), query.measure, code, times) for month in months] for code in lines}
    if not np.isfinite(values[AREA]).any() and len(values) > 1:
        del values[AREA]
    unit = unit_of(query.measure)
    return trend(
        "change_trend", _("%(label)s over the months", label=label_of(query.measure)),
        _("A line for each ward, from month to month; the last point is today. The table has the two days that are "
          "compared."), times=[_month(month) for month in months], names=[lines[code] for code in values],
        lines=list(values.values()), x_label=_("Month"),
        y_label=unit[:1].upper() + unit[1:] + (" (%)" if times == 100 else ""), say=SAY)


def _most_changed(table: ChangeTable) -> tuple[str, ...]:
    order = [place for place in table.order("rise") if np.nan_to_num(table.change[place]) != 0]
    return tuple(dict.fromkeys(table.codes[place] for place in (*order[:1], *order[-1:])))


def _value(snapshot: Snapshot | None, measure: str, code: str, times: int) -> float:
    value = snapshot.of(measure, code).value if snapshot else None
    return np.nan if value is None else value * times


def _months(first: str, last: str) -> list[str]:
    """Every month from one to the other, those without a snapshot too."""
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(start, end + 1)]


def _month(month: str) -> str:
    return format_date(date.fromisoformat(f"{month}-01"), "MMM y", locale=locale())


def _classes(table: ChangeTable) -> tuple[np.ndarray, tuple[str, ...]]:
    """The class of each of today's wards, in their order, and what the classes are called."""
    change = dict(zip(table.codes, table.change, strict=True))
    return change_classes(
        [change.get(code, np.nan) for code in services.atlas().ward_codes],
        lambda size: signed(table.kind, size).lstrip("+"),
        (_("down by more than %(size)s"), _("down by up to %(size)s"), _("as before"), _("up by up to %(size)s"),
         _("up by more than %(size)s")))


def _texts(table: ChangeTable) -> list[WardText]:
    """What each ward's popup says, in the order of today's wards."""
    atlas, places, made = services.atlas(), {code: place for place, code in enumerate(table.codes)}, []
    for code, name in zip(atlas.ward_codes, atlas.ward_names, strict=True):
        row = table.row(places[code]) if code in places else None
        if row is None or not row["change"]:
            made.append(WardText(name, _("no data"), "", (), f"/wards/{code}"))
            continue
        lines = [_("%(before)s then, %(after)s now", before=row["before"], after=row["after"])]
        lines += [row["says"][:1].upper() + row["says"][1:]] if row["says"] else []
        made.append(WardText(name, row["change"], row["change"], tuple(lines), f"/wards/{code}"))
    return made
