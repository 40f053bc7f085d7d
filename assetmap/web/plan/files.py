"""A ward table as JSON, CSV, GeoJSON, a workbook or a GeoPackage: every number with what it counts and its source."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
from flask import Response, jsonify

from assetmap.domain.measure import MEASURES
from assetmap.web.exporting import asked_system, send
from assetmap.web.plan import method
from assetmap.web.plan.ward_table import WardTable

ENDINGS = ("csv", "xlsx", "geojson", "gpkg", "json")
WITH_CRS = ("geojson", "gpkg")


def answer(table: WardTable, ending: str) -> Response:
    """The table in one of `ENDINGS`."""
    if ending == "json":
        return jsonify(document(table))
    crs = asked_system()
    frame = gpd.GeoDataFrame(as_frame(table), geometry=table.planning.atlas.wards.geometry.to_numpy()[table.order],
                             crs="EPSG:4326")
    if ending not in WITH_CRS:
        frame = pd.DataFrame(frame.drop(columns="geometry"))
    return send(frame, f"wards-{table.query.measure}", ending, crs, {})


def document(table: WardTable) -> dict:
    """The choice as understood, what is measured, the whole area's figure, and a row for each ward; null is no data."""
    measure, made, words = MEASURES[table.query.measure], table.figures, table.words
    return {
        "query": _understood(table),
        "measure": {"code": measure.code, "kind": str(measure.kind), "label": words.label, "unit": words.unit,
                    "numerator": words.top, "denominator": words.bottom, "what": words.what},
        "area": {"value": _plain(made.average), "numerator": _plain(made.total),
                 "denominator": _plain(float(np.nansum(made.denominator)))},
        "wards": [{key: _plain(value) for key, value in row.items()} for row in _rows(table)],
        "sources": [{"source": source, "date": date} for source, date in table.people.sources],
        "notes": method.notes(table)}


def as_frame(table: WardTable) -> pd.DataFrame:
    """The columns of a spreadsheet: the ward, the figure, what it is of, and where that is from."""
    # Excel keeps fifteen digits of a number, and what has more would be written as text
    frame = pd.DataFrame([{key: float(f"{value:.12g}") if isinstance(value, float) else value
                           for key, value in row.items()} for row in _rows(table)])
    words, query = table.words, table.query
    frame.insert(2, "measure", query.measure)
    frame["unit"] = words.unit
    frame["numerator_is"], frame["denominator_is"] = words.top, words.bottom
    frame["chosen"] = "; ".join(f"{name}={value}" for name, value in query.parameters()
                                if name not in ("measure", "order"))
    frame["people_source"] = method.sources(table.people.sources)
    frame["people_basis"] = table.planning.points.label if table.measure.reaching else ""
    frame["deprivation_source"] = method.sources(table.planning.deprivation[1])
    frame["figures_of"] = table.planning.day.isoformat()
    frame["boundary_year"] = [_year(value) for value in
                              table.planning.atlas.wards["boundary_year"].to_numpy()[table.order]]
    return frame


def _rows(table: WardTable) -> list[dict]:
    atlas, made = table.planning.atlas, table.figures
    deprivation = table.planning.deprivation[0]
    return [{"code": atlas.ward_codes[ward], "name": atlas.ward_names[ward], "value": made.value[ward],
             "numerator": made.numerator[ward], "denominator": made.denominator[ward], "low": made.low[ward],
             "high": made.high[ward], "flag": table.flag(ward), "few": bool(made.few[ward]),
             **{name: column[ward] for name, column in made.more.items()}, "deprivation": deprivation[ward]}
            for ward in table.order]


def _understood(table: WardTable) -> dict:
    query = table.query
    return {"measure": query.measure, "of": query.supply, "within": query.within_m, "audience": query.audience,
            "category": list(query.category), "theme": list(query.theme), "day": list(query.day),
            "time": list(query.time), "cost": list(query.cost), "access": list(query.access), "order": query.order}


def _plain(value):
    """For JSON: NaN is null, a whole float stays a number."""
    if isinstance(value, float | np.floating):
        return None if math.isnan(value) else float(value)
    return int(value) if isinstance(value, np.integer) else value


def _year(value: float | None) -> int | None:
    return None if value is None or np.isnan(value) else int(value)
