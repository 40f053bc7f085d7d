"""The steps of programmes that progress or dates name: no change may take them away."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection, select

from assetmap.domain.errors import BadInput
from assetmap.domain.text import short
from assetmap.store.bulk import in_chunks
from assetmap.store.programme_rows import PROGRAMME_LAYERS
from assetmap.store.programme_tables import dates, deployments, programmes, progress


def in_use(connection: Connection, programme_id: str) -> set[str]:
    """The codes of a programme's steps that its progress or dates name, but for those that are hidden."""
    found: set[str] = set()
    for table in (progress, dates):
        chosen = select(table.c.step).distinct().join(deployments, deployments.c.id == table.c.deployment_id).where(
            deployments.c.programme_id == programme_id, table.c.status != "hidden", table.c.step != "")
        found |= set(connection.execute(chosen).scalars())
    return found


def must_keep(connection: Connection, programme_id: str, before: str, after: str) -> None:
    """Of steps as the store has them (JSON), before and after a change. Raises BadInput when one in use is lost."""
    names = {step["code"]: step["name"] for step in json.loads(before or "[]")}
    lost = names.keys() - {step["code"] for step in json.loads(after or "[]")}
    used = sorted(lost & in_use(connection, programme_id)) if lost else ()
    if used:
        raise BadInput(f"{_listed(names[code] for code in used)} would be lost, and progress or a date names it. Take "
                       "these entries away first. Nothing was changed.", "steps")


def must_be_there(connection: Connection, layer_name: str, record_ids: Iterable[str]) -> None:
    """Of entries that are to be seen. Raises BadInput when one names a step that its programme does not have."""
    table = PROGRAMME_LAYERS[layer_name].table
    for chunk in in_chunks(list(record_ids), 500):
        chosen = select(table.c.name, table.c.step, programmes.c.steps, programmes.c.name.label("of")).join(
            deployments, deployments.c.id == table.c.deployment_id).join(
            programmes, programmes.c.id == deployments.c.programme_id).where(
            table.c.id.in_(chunk), table.c.status != "hidden", table.c.step != "")
        for row in connection.execute(chosen):
            if row.step not in {step["code"] for step in json.loads(row.steps)}:
                raise BadInput(f"“{short(row.name)}” cannot come back: “{short(row.of)}” does not have that step any "
                               "more. Give it the step back first. Nothing was changed.", "step")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{short(name)}”" for name in names)
