"""Rows that say that something went back: what is noted of the days before, in the file or here, must make sense of it.
"""

from __future__ import annotations

from assetmap.domain.going_back import why_not_back
from assetmap.domain.progress import ProgressEvent
from assetmap.domain.text import short
from assetmap.importing.programmes.building import Builder


def must_make_sense(builder: Builder, there: dict[str, ProgressEvent]) -> None:
    """Find fault with rows that take back what was not there, once every row is read. `there` are the events that the
    store had, by id: what it says already is not asked again, so that an export loads where it is from.
    """
    for row, event in builder.backs:
        deployment, before = builder.known.deployments[event.deployment_id], there.get(event.id)
        if before and (before.step, before.day, before.what) == (event.step, event.day, event.what):
            continue
        programme = builder.known.programmes[deployment.programme_id]
        why = why_not_back(programme, builder.events_of(deployment.id), event)
        if why:
            name = short(programme.step(event.step).name)
            builder.fault(row, "step", f"is “{name}”, which went back on {event.day}; but it {why}")
