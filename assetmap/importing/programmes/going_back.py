"""Rows that say that something went back: what is noted of the days before, in the file or here, must make sense of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from assetmap.domain.going_back import why_none_went_back
from assetmap.domain.progress import ProgressEvent
from assetmap.domain.text import short
from assetmap.importing.programmes.building import Builder
from assetmap.importing.programmes.fields import Row


def must_make_sense(builder: Builder, there: Mapping[str, ProgressEvent]) -> None:
    """Find fault with rows that take back what was not there, once every row is read. `there` are the events that the
    store had, by id: what it says already is not asked again, so that an export loads where it is from.
    """
    asked: dict[str, list[tuple[Row, ProgressEvent]]] = {}
    for row, event in builder.backs:
        before = there.get(event.id)
        if not before or (before.step, before.day, before.what) != (event.step, event.day, event.what):
            asked.setdefault(event.deployment_id, []).append((row, event))
    for deployment_id, rows in asked.items():
        programme = builder.known.programmes[builder.known.deployments[deployment_id].programme_id]
        why = why_none_went_back(programme, builder.known.entries.events_of(deployment_id),
                                 {event.id for _row, event in rows})
        for row, event in rows:
            if event.id in why:
                name = short(programme.step(event.step).name)
                builder.fault(row, "step", f"is “{name}”, which went back on {event.day}; but it {why[event.id]}")
