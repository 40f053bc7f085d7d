"""Programmes as a file that loads back without a change; for the public without what is internal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap.domain.initiatives import Initiatives
from assetmap.domain.programme import Deployment, Programme
from assetmap.importing.columns import FIELDS
from assetmap.importing.programmes import fields
from assetmap.layers.crs import WGS84
from assetmap.layers.write import write_table
from assetmap.store import programmes as store
from assetmap.store import reference, tables
from assetmap.store.database import Connection
from assetmap.store.programme_rows import DATES, DEPLOYMENTS, FIGURES, PROGRAMMES, PROGRESS

# Columns of files whose record's attribute is called something else.
_ATTRIBUTES = {
    fields.PROGRAMME: {"programme": "id", "link": "website", "internal_notes": "notes", "steps": ""},
    fields.DEPLOYMENT: {"programme": "programme_id", "deployment": "id", "ward": "wards", "hub": "hub_id",
                        "day": "starts", "until": "ends", "link": "website", "internal_notes": "notes"},
    fields.ROLE: {"link": "website", "contact_consent": "consent"},
    fields.STEP: {"step": "code", "summary": "meaning"},
}
_OF_ENTRY = {"deployment": "deployment_id", "hub": "hub_id", "ward": ""}
_INTERNAL = {"internal_notes", "confirmed_by", "public", "status", "source", "source_id", "id", "contact_consent",
             "outline_from"}
KINDS = {**dict.fromkeys(("public", "timebank", "stock"), "yes_no"),
          **dict.fromkeys(("day", "until", "last_confirmed"), "date")}
AREAS = (".geojson", ".gpkg")


def export(connection: Connection, file: Path, crs: str = WGS84) -> int:
    """Write all of it to a .csv or .xlsx, or to a .geojson or .gpkg the deployments with their areas; how many rows.

    Raises BadInput for another ending.
    """
    held = [store.every(connection, name) for name in (PROGRAMMES, DEPLOYMENTS, PROGRESS, FIGURES, DATES)]
    if file.suffix.lower() in AREAS:
        shapes = shapely.from_wkb(np.array([row["geometry"] for row in reference.rows(connection, tables.wards)],
                                           dtype=object))
        codes = (row["code"] for row in reference.rows(connection, tables.wards))
        frame = areas(held[1].values(), dict(zip(codes, shapes, strict=True)))
    else:
        frame = table(*(one.values() for one in held))
    write_table(file, frame, crs, layer="programmes", kinds=KINDS)
    return len(frame)


def table(programmes: Iterable[Programme], deployments: Iterable[Deployment], *entries: Iterable,
          internal: bool = True) -> pd.DataFrame:
    """A row per programme, step, deployment, role and entry, in the columns that the loader reads.

    Without `internal` the columns are left out that are of no use to the public; which records the public may see is
    for `Initiatives.public` to say.
    """
    rows, known = [], {}
    for programme in programmes:
        known[programme.id] = programme
        rows.append(row_of(fields.PROGRAMME, programme))
        rows += [row_of(fields.STEP, step) | {"programme": programme.id} for step in programme.steps]
    of_programme = {}
    for deployment in deployments:
        of_programme[deployment.id] = deployment.programme_id
        own = {"programme": deployment.programme_id, "deployment": deployment.id}
        rows.append(row_of(fields.DEPLOYMENT, deployment) | {"outline_from": "drawn" if deployment.outline else ""})
        rows += [row_of(fields.ROLE, role) | own for role in deployment.roles]
    for record, held in zip((fields.PROGRESS, fields.FIGURE, fields.DATE), entries, strict=True):
        rows += [row_of(record, entry) | {"programme": of_programme.get(entry.deployment_id, "")} for entry in held]
    return _frame(rows, internal)


def table_of(shown: Initiatives, *, internal: bool) -> pd.DataFrame:
    """`table` of some of the programmes, such as those that `Initiatives.public` left."""
    return table(shown.programmes.values(), shown.deployments.values(),
                 *([entry for held in of_one.values() for entry in held]
                   for of_one in (shown.progress, shown.figures, shown.dates)), internal=internal)


def areas(deployments: Iterable[Deployment], wards: Mapping[str, shapely.Geometry], *,
          internal: bool = True) -> gpd.GeoDataFrame:
    """The deployments with their outlines, else the wards' together; `wards` are the shapes by code, in WGS84."""
    rows, shapes = [], []
    for deployment in deployments:
        parts = [wards[code] for code in deployment.wards if code in wards]
        drawn = bool(deployment.outline)
        shapes.append(shapely.from_wkt(deployment.outline) if drawn else shapely.union_all(parts) if parts else None)
        rows.append(row_of(fields.DEPLOYMENT, deployment) | {"outline_from": "drawn" if drawn else "wards"})
    frame = _frame(rows, internal).drop(columns="outline", errors="ignore")
    geometry = np.full(len(shapes), None, dtype=object)
    geometry[:] = shapes
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=WGS84)


def _frame(rows: list[dict], internal: bool) -> pd.DataFrame:
    used = {name for row in rows for name, value in row.items() if value not in ("", None)}
    names = [name for name in FIELDS["programmes"] if name in used | {"record", "programme"}
             and (internal or name not in _INTERNAL)]
    return pd.DataFrame([[row.get(name) for name in names] for row in rows], columns=names, dtype=object)


def row_of(record: str, held: object) -> dict[str, object]:
    """The cells of one record."""
    names = _ATTRIBUTES.get(record, _OF_ENTRY)
    made: dict[str, object] = {"record": record}
    for name in fields.USES[record]:
        attribute = names.get(name, name)
        if attribute and hasattr(held, attribute):
            value = getattr(held, attribute)
            made[name] = ";".join(value) if isinstance(value, tuple) else value
    return made
