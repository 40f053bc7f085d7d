"""The pictures of a ward table: the map in classes and its legend, the drawing for paper, the quarters, the funnel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flask import current_app
from markupsafe import Markup

from assetmap.analysis.provision import funnel_limits
from assetmap.analysis.quadrants import NAMES, quadrants
from assetmap.maps.charts import scatter
from assetmap.maps.choropleth import Choropleth, WardText, choropleth
from assetmap.maps.palette import LegendRow
from assetmap.maps.palette import legend as legend_of
from assetmap.maps.picture import picture
from assetmap.maps.wording import Wording
from assetmap.web import findmap, services
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan import shades
from assetmap.web.plan.ward_table import WardTable

SAY = Wording(_, ngettext)
_CORNERS = dict(zip(NAMES, (_("More deprived, has less"), _("More deprived, has more"), _("Less deprived, has less"),
                            _("Less deprived, has more")), strict=True))


@dataclass(frozen=True, slots=True)
class Pictures:
    """`drawn` is the map for paper and without scripts; `quadrants` and `funnel` are "" where they say nothing;
    `quarters` are {label, wards} of the quadrants, the one to look at first in front.
    """

    drawn: Markup = Markup()
    quadrants: Markup = Markup()
    quarters: tuple[dict, ...] = ()
    funnel: Markup = Markup()


def of_table(table: WardTable) -> tuple[Choropleth | None, list[LegendRow]]:
    """The map and what its colours mean; no map where there are no wards."""
    atlas, classes = services.atlas(), shades.of_table(table)
    if not atlas.ward_codes:
        return None, []
    settings = services.settings()
    tiles = "" if settings.tile_url.lower() == "none" else settings.tile_url
    made = choropleth(
        element_id="plan_map", bounds=findmap.box(atlas.bounds), codes=atlas.ward_codes,
        class_of=classes.of_ward, classes=max(len(classes.labels), 1), texts=_texts(table),
        wards_url="/map/wards.json", static=current_app.extensions["assetmap"].static.address,
        tile_url=tiles or None, tile_attribution=settings.tile_attribution)
    return made, legend_of(classes.of_ward, classes.labels)


def _texts(table: WardTable) -> list[WardText]:
    """What each ward's popup says, in the order of the wards."""
    made = []
    for ward in range(table.planning.size):
        row = table.row(ward)
        lines = [line for line in (
            _("Could be %(range)s by chance", range=row["range"]) if row["range"] else "",
            row["flag"][:1].upper() + row["flag"][1:], _("Rests on fewer than 5") if row["few"] else "") if line]
        made.append(WardText(row["name"], row["said"], row["value"], tuple(lines), f"/wards/{row['code']}"))
    return made


def drawn(table: WardTable, element_id: str = "plan_drawn") -> Markup:
    """The map as a picture by the server."""
    atlas, classes = services.atlas(), shades.of_table(table)
    return picture(
        element_id, _("Map: %(what)s", what=table.words.label), _("Every figure of it is in the table."),
        codes=atlas.ward_codes, names=atlas.ward_names, shapes=table.planning.shapes_m, class_of=classes.of_ward,
        classes=max(len(classes.labels), 1), figures=[table.row(ward)["value"] for ward in range(table.planning.size)],
        say=SAY)


def pictures(table: WardTable) -> Pictures:
    """What stands beside and below the table."""
    if not table.planning.size:
        return Pictures()
    chart, quarters = _quadrants(table)
    return Pictures(drawn(table), chart, quarters, _funnel(table) if table.has_funnel else Markup())


def _quadrants(table: WardTable) -> tuple[Markup, tuple[dict, ...]]:
    """What a ward has against its deprivation, parted at the area's averages; nothing without both."""
    atlas, made = services.atlas(), table.figures
    deprivation, _sources, _estimate = table.planning.deprivation
    people = table.planning.people().number
    both = np.isfinite(deprivation) & np.isfinite(made.value)
    if both.sum() < 2 or np.ptp(made.value[both]) == 0 or np.ptp(deprivation[both]) == 0:
        return Markup(), ()
    weighed = np.isfinite(deprivation) & (people > 0)  # the same line for every measure
    split_x = float(np.average(deprivation[weighed], weights=people[weighed]) if weighed.any() else
                    np.nanmedian(deprivation))
    split_y = float(made.average if np.isfinite(made.average) else np.median(made.value[both]))
    times = 100 if made.kind == "share" else 1
    corners = quadrants(made.value, deprivation, provision_at=split_y, deprivation_at=split_x)
    names = [_CORNERS[name] for name in NAMES]
    labels = scatter.Quarters(bottom_right=names[0], top_right=names[1], bottom_left=names[2], top_left=names[3],
                              first="bottom_right")
    chart = scatter.quadrants(
        "plan_quadrants", _("%(what)s against deprivation", what=table.words.label),
        _("Each ward by its deprivation and by what it has. The list below names the wards of each quarter."),
        names=atlas.ward_names, x=deprivation, y=made.value * times, x_label=_("Deprivation score: more deprived →"),
        y_label=table.words.unit[:1].upper() + table.words.unit[1:] + (" (%)" if times == 100 else ""),
        x_split=split_x, y_split=split_y * times, quarters=labels, codes=atlas.ward_codes, say=SAY)
    return chart, tuple(
        {"label": name, "wards": [atlas.ward_names[ward] for ward in np.flatnonzero(corners.of_ward == corner)]}
        for corner, name in enumerate(names))


def _funnel(table: WardTable) -> Markup:
    """Each ward over its people, with the limits of chance around the area's average."""
    atlas, made = services.atlas(), table.figures
    people, average = table.people.number, made.average / 1_000
    known = people[np.isfinite(people) & (people > 0)]
    at = np.linspace(known.min() * 0.9, known.max() * 1.05, 80)
    (low_95, high_95), (low_998, high_998) = (funnel_limits(at, average, level) for level in (0.95, 0.998))
    outside = np.where(made.far != "", 2, np.where(made.flag != "", 1, 0))
    limits = scatter.Limits(at, *(edge * 1_000 for edge in (low_95, high_95, low_998, high_998)))
    return scatter.funnel(
        "plan_funnel", _("%(what)s by the number of people", what=table.words.label),
        _("Each ward’s figure by how many people live there. Inside the funnel, they differ no more than by chance."),
        names=atlas.ward_names, population=people, rate=made.value, average=made.average, limits=limits,
        outside=outside.tolist(), x_label=_("People"), y_label=table.words.unit[:1].upper() + table.words.unit[1:],
        codes=atlas.ward_codes, say=SAY)
