"""The parts of a report, one for each measure: sentences first, then the picture, the table and how it came about."""

from __future__ import annotations

import numpy as np
from flask import g

from assetmap.domain.report_query import ReportQuery
from assetmap.maps.palette import legend as legend_of
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.plan import maps, method, report_summary, shades, wards
from assetmap.web.plan.ward_table import WardTable, ward_table

_WHOLE_ON_A_PAGE = 26
"""Rows of a table that a page of A4 holds below a heading."""


def tables(query: ReportQuery) -> list[WardTable]:
    """The table of each measure, worked out once for a request."""
    if "report_tables" not in g:
        g.report_tables = [ward_table(query.of(code)) for code in query.measures]
    return g.report_tables


def parts(query: ReportQuery) -> list[dict]:
    """What templates/plan/report.html shows of each measure."""
    return [_part(table) for table in tables(query)]


def _part(table: WardTable) -> dict:
    classes, words = shades.of_table(table), table.words
    rows = table.rows()
    return {
        "code": table.query.measure, "label": words.label, "what": words.what, "table": table, "words": words,
        "rows": rows, "columns": wards.columns(table.query), "whole": len(rows) <= _WHOLE_ON_A_PAGE,
        "sentences": report_summary.sentences(table), "notes": _notes(table), "unit": words.unit,
        "known": bool(np.isfinite(table.figures.value).any()) and table.figures.total > 0,
        "legend": legend_of(classes.of_ward, classes.labels), "address": table.query.address("/plan/wards"),
        "drawn": maps.drawn(table, f"map_{table.query.measure}"), "outlines": _outlines()}


def _notes(table: WardTable) -> list[str]:
    """The method, without what is said above it already; and what of the choice does not touch this measure."""
    query, said = table.query, [note for note in method.notes(table) if note != table.unknown()]
    if query.filtered and not (table.measure.narrowed or table.measure.reaching):
        said.insert(0, _("The choice of groups does not narrow this: it counts all of them."))
    elif query.filtered and table.measure.reaching and query.supply == "hubs":
        said.insert(0, _("Of the choice, access alone narrows the places to meet."))
    return said


def _outlines() -> str:
    """Of which year the map's outlines are."""
    years = services.atlas().boundary_years
    said = _("Outlines of the wards: %(years)s.", years=", ".join(map(str, years))) if years else ""
    return said + (" " + _("They are approximate, drawn from postcode points.")
                   if np.any(services.atlas().wards["approximate"]) else "")
