"""A report's numbers: a workbook with a sheet for each measure, or a GeoPackage of wards with the columns of all."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pandas as pd
from flask import Response

from assetmap.domain.report_query import ReportQuery
from assetmap.layers.crs import WGS84
from assetmap.layers.write import write_layers, write_sheets
from assetmap.web import services
from assetmap.web.exporting import as_download
from assetmap.web.language import gettext as _
from assetmap.web.plan import files, report_data
from assetmap.web.plan.report_parts import tables

ENDINGS = ("xlsx", "gpkg")
_NAME = "ward-report"
_KINDS = {**dict.fromkeys(("value", "numerator", "denominator", "low", "high"), "number"), "flag": "text",
          "few": "yes_no"}
"""What each measure gives of a ward in the GeoPackage, with the measure's code before it."""


def answer(query: ReportQuery, title: str, ending: str) -> Response:
    """The report's numbers in one of `ENDINGS`, with what they are and where they are from."""
    about = pd.DataFrame(report_data.about(query, title), columns=[_("what"), _("text")], dtype=object)
    with TemporaryDirectory(prefix="assetmap-") as folder:
        file = Path(folder) / f"{_NAME}.{ending}"
        if ending == "xlsx":
            named = _("About these figures")
            sheets = {table.query.measure: files.as_frame(table) for table in tables(query)}
            write_sheets(file, {named: about, **sheets}, {named: (34, 110), **dict.fromkeys(sheets, (12, 24, 16))})
        else:
            wards = _wards(query)
            kinds = {name: _KINDS.get(name.rpartition("_")[2], "text") for name in wards.columns}
            write_layers(file, {"wards": wards, "about": about}, kinds=kinds)
        return as_download(file.read_bytes(), file.name)


def _wards(query: ReportQuery) -> gpd.GeoDataFrame:
    """A row for each ward in the order of the codes, with its outline."""
    atlas = services.atlas()
    columns = {"code": atlas.ward_codes, "name": atlas.ward_names}
    for table in tables(query):
        frame = files.as_frame(table).set_index("code").reindex(atlas.ward_codes)
        prefix = table.query.measure.replace("-", "_")
        columns |= {f"{prefix}_{name}": frame[name].to_numpy(dtype=object) for name in _KINDS}
    return gpd.GeoDataFrame(columns, geometry=atlas.wards.geometry.to_numpy(), crs=WGS84)
