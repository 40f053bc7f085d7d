"""The matrix of programmes as a spreadsheet, a workbook and data: what the page shows, and no more than that."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from flask import Response, jsonify

from assetmap.layers.write import write_sheets
from assetmap.web import services
from assetmap.web.exporting import as_download, send
from assetmap.web.language import gettext as _
from assetmap.web.plan import matrix as matrices
from assetmap.web.plan import programme_data
from assetmap.web.plan.matrix import Cell, Matrix
from assetmap.web.plan.programme_words import said

ENDINGS = ("csv", "xlsx", "json")
COLUMNS = ("on", "ward_code", "ward", "programmes_here", "programme_id", "programme", "kind", "deployment_id",
           "deployment", "how_far", "number", "of", "share", "since", "lead", "ward_share", "internal", "url")


def answer(made: Matrix, ending: str) -> Response:
    """The matrix in one of `ENDINGS`."""
    name = f"programmes-by-ward-{made.day.isoformat()}{programme_data.file_mark()}"
    if ending == "json":
        return jsonify(document(made))
    if ending == "csv":
        return send(_table(made), name, "csv", "wgs84", {})
    with TemporaryDirectory(prefix="assetmap-") as folder:
        file = Path(folder) / f"{name}.xlsx"
        write_sheets(file, {_("Matrix"): _wide(made), _("One to a row"): _table(made)},
                     {_("Matrix"): (24, 12, *(28 for _column in made.columns)), _("One to a row"): (12, 12, 24)})
        return as_download(file.read_bytes(), file.name)


def document(made: Matrix) -> dict:
    """Programmes, and each ward with what is under way in it; a ward without anything has no deployments."""
    return {
        "on": made.day.isoformat(),
        "query": {"theme": list(made.query.theme), "kind": list(made.query.kind), "order": made.query.order},
        "programmes": [{
            "id": one.programme.id, "name": one.programme.name, "kind": one.programme.kind,
            "themes": list(one.programme.themes), "steps": [step.name for step in one.programme.steps],
            "wards": one.wards, "deployments": one.deployments, "internal": not one.programme.public, "url": one.url}
            for one in made.columns],
        "wards": [{
            "code": row.code, "name": row.name, "programmes": row.programmes, "deployments": row.deployments,
            "under_way": [said(one) for cell in row.cells for one in cell.here]} for row in made.rows],
        "in_no_ward": [said(one) for one in made.elsewhere], "sentences": matrices.sentences(made)}


def _table(made: Matrix) -> pd.DataFrame:
    """A row for each deployment in each ward; one for a ward that has none, too."""
    root, rows = services.root(), []
    for row in made.rows:
        ward = {"on": made.day, "ward_code": row.code, "ward": row.name, "programmes_here": row.programmes}
        here = [said(one) for cell in row.cells for one in cell.here]
        rows += [ward | one | {"url": root + one["url"], "internal": _("yes") if one["internal"] else _("no")}
                 for one in here]
        rows += [] if here else [ward | {"how_far": _("nothing under way here yet")}]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _wide(made: Matrix) -> pd.DataFrame:
    """The matrix itself, in words."""
    names: list[str] = []
    for column in made.columns:  # a sheet's headings must differ
        name = column.programme.name
        names.append(name if name not in names else f"{name} ({column.number})")
    rows = [[row.name, row.programmes, *map(_in_words, row.cells)] for row in made.rows]
    total = [_("In how many wards"), None, *(column.wards for column in made.columns)]
    return pd.DataFrame([*rows, total], columns=[_("Ward"), _("Programmes"), *names], dtype=object)


def _in_words(cell: Cell) -> str | None:
    many = len(cell.here) > 1
    lines = [(f"{one.deployment.name}: " if many else "") + one.words + (f", {one.where}" if one.where else "")
             + (f" ({_('internal')})" if one.internal else "") for one in cell.here]
    return "\n".join(lines) or None
