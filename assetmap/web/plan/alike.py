"""Whether neighbouring wards go together, in words; from thirty wards on, as of fewer it would say next to nothing."""

from __future__ import annotations

import numpy as np

from assetmap.analysis.clusters import HIGH_HIGH, HIGH_LOW, LEAST_WARDS, LOW_HIGH, LOW_LOW
from assetmap.atlas.measuring import alike
from assetmap.web.language import gettext as _
from assetmap.web.plan.ward_table import WardTable

_GROUPS = ((LOW_LOW, _("Low among low neighbours:")), (HIGH_HIGH, _("High among high neighbours:")),
           (LOW_HIGH, _("Low among high neighbours:")), (HIGH_LOW, _("High among low neighbours:")))


def sentences(table: WardTable) -> list[str]:
    """What is said of the pattern on the map; nothing of few wards or a measure with too little data."""
    if table.planning.size < LEAST_WARDS:
        return []
    whole, each = alike(table.planning, table.query)
    if not whole.enough or np.isnan(whole.p):
        return []
    said = [_whole(whole.i, whole.expected, whole.p)]
    names = table.planning.atlas.ward_names
    for label, words in _GROUPS:
        held = [names[ward] for ward in np.flatnonzero(each.labels == label)]
        if held:
            said.append(f"{words} {', '.join(held)}.")
    if len(said) == 1:
        said.append(_("No ward stands out with its neighbours, when it is allowed for how many wards were looked at."))
    return said


def _whole(index: float, expected: float, p: float) -> str:
    figures = _("(Moran’s I %(i)s, p = %(p)s)", i=f"{index:.2f}", p="< 0.001" if p < 0.001 else f"{p:.3f}")
    if p >= 0.05:
        return _("Neighbouring wards are no more alike than by chance %(figures)s.", figures=figures)
    if index > expected:
        return _("Neighbouring wards are more alike than by chance %(figures)s.", figures=figures)
    return _("Neighbouring wards differ more than by chance %(figures)s.", figures=figures)
