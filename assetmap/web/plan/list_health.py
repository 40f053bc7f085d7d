"""How sure the list of groups and places is that every figure rests on."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from assetmap.atlas.assets import AssetLayer
from assetmap.atlas.planning import Planning, planning_of
from assetmap.domain.freshness import day_over
from assetmap.domain.location import LocationSource
from assetmap.domain.measure import Kind
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.plan.measure_words import number


def rows() -> list[dict]:
    """{what, count, of, means}: how much of the list is sure, and what a gap in it does to the figures."""
    planning = planning_of(services.atlas())
    groups, hubs = planning.atlas.groups, planning.atlas.hubs
    listed, places = planning.listed(groups), planning.listed(hubs)
    since = day_over(planning.atlas.due_days, planning.day)
    known = groups.column("last_confirmed")
    fresh = np.array([one is not None and one > since for one in known], dtype=bool)
    never = np.array([one is None for one in known], dtype=bool)
    online = np.array([bool(one) for one in groups.column("online")], dtype=bool)
    by_contact = np.array([one == LocationSource.CONTACT for one in groups.column("location_source")], dtype=bool)
    timed = np.zeros(len(groups), dtype=bool)
    timed[groups.session_owner[np.isfinite(_hours(planning))]] = True
    total, all_places = int(listed.sum()), int(places.sum())
    told = (
        (_("Groups confirmed in the last %(days)s days", days=planning.atlas.due_days), listed & fresh, total,
         _("Somebody said that they are right. The others may have changed or ended.")),
        (_("Groups that nobody ever confirmed"), listed & never, total,
         _("They come from a list as it was given. Some may not meet any more.")),
        (_("Groups without a place on the map"), listed & ~groups.placed & ~online, total,
         _("They count in no ward and reach nobody here, so that the wards may have more than this says.")),
        (_("Groups placed at the postcode of their contact"), listed & by_contact, total,
         _("Where people meet may be in another ward.")),
        (_("Groups outside every ward"), listed & (groups.ward == -1), total, _("They count in no ward.")),
        (_("Groups whose times are not known"), listed & ~timed, total, _("They add no hours.")),
        (_("Groups that say nothing of access"), listed & ~_says_access(groups), total,
         _("“Step-free” leaves them out, though some are.")),
        (_("Places to meet that say nothing of access"), places & ~_says_access(hubs), all_places,
         _("They do not count as step-free, though some are.")))
    return [{"what": what, "count": int(mask.sum()), "of": of, "means": means,
             "share": number(Kind.SHARE, mask.sum() / of) if of else ""} for what, mask, of, means in told]


def cautions(held: Iterable[dict]) -> list[str]:
    """What holds for more than half of the groups or places, but for their being confirmed: it belongs in front."""
    return [f"{row['what']}: {row['count']:,} of {row['of']:,}. {row['means']}" for row in list(held)[1:]
            if row["of"] and row["count"] > row["of"] / 2]


def _hours(planning: Planning) -> np.ndarray:
    """Of each session of the groups, NaN where its times are not known."""
    from assetmap.analysis.provision import weekly_hours

    return weekly_hours(planning.atlas.groups.sessions, planning.day)


def _says_access(layer: AssetLayer) -> np.ndarray:
    return layer.facet("access").any_of(np.arange(len(layer)), layer.facet("access").codes)
