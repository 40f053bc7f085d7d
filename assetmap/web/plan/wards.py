"""Wards compared by one measure: as a map, a table, pictures and files."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from flask import Blueprint, Flask, Response, make_response, render_template

from assetmap.domain.measure import MEASURES, Kind
from assetmap.domain.plan_query import PlanQuery
from assetmap.domain.query import QueryRefused
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan import alike, asking, files, maps, method
from assetmap.web.plan.measure_words import label_of, number, words_of
from assetmap.web.plan.ward_table import WardTable, ward_table

blueprint = Blueprint("plan_wards", __name__)


@blueprint.get("/plan/wards")
def index() -> Response:
    """One measure of every ward: map and table side by side, what is beyond chance, what a narrower choice leaves."""
    errors: dict[str, str] = {}
    try:
        query = asking.asked()
    except QueryRefused as fault:
        query, errors = PlanQuery(), fault.errors
    table = ward_table(query)
    map_, legend = maps.of_table(table)
    page = render_template(
        "plan/wards.html", query=query, form=asking.form(query), errors=errors, words=table.words, table=table,
        rows=table.rows(), columns=columns(query), map=map_, legend=legend, flags=table.flagged(),
        chosen=asking.chosen_words(query), variants=_variants(table), pictures=maps.pictures(table),
        alike=alike.sentences(table), notes=method.notes(table),
        links={ending: query.address(f"/plan/wards.{ending}") for ending in files.ENDINGS})
    return make_response(page, 400 if errors else 200)


@blueprint.get("/plan/wards.<any(json, csv, geojson, xlsx, gpkg):ending>")
def data(ending: str) -> Response:
    """The same choice for machines and spreadsheets."""
    return files.answer(ward_table(asking.asked(also=("crs",) if ending in files.WITH_CRS else ())), ending)


def columns(query: PlanQuery) -> list[dict]:
    """The headings of the table: name, and by which order a link sorts by it."""
    words, kind = words_of(query), MEASURES[query.measure].kind
    made = [{"label": _("Ward"), "order": "name"},
            {"label": _("Share") if kind is Kind.SHARE else words.unit[:1].upper() + words.unit[1:],
             "order": "lowest" if query.order == "value" else "value"}]
    made += [] if kind is Kind.COUNT and query.measure == "unmet" else [{"label": words.top, "order": ""}]
    made += [{"label": words.bottom[:1].upper() + words.bottom[1:], "order": "population"}] if words.bottom else []
    return [column | {"url": query.address("/plan/wards", order=column["order"]) if column["order"] else "",
                      "current": query.order == column["order"] or (
                          column["order"] == "lowest" and query.order == "value")} for column in made]


def _variants(table: WardTable) -> list[dict]:
    """What changes when only some groups count: the area's figure and the wards that then have none."""
    query = table.query
    if not (query.of_groups or table.measure.reaching) or not np.isfinite(table.figures.value).any():
        return []
    choices = [(_("Only step-free"), {"access": tuple(dict.fromkeys((*query.access, "step_free")))}, "access")]
    if query.of_groups:
        choices += [(_("Only free"), {"cost": ("free",)}, "cost"),
                    (_("Only in the evening"), {"time": ("evening",)}, "times"),
                    (_("Only at the weekend"), {"day": ("weekend",)}, "times")]
    made = [_variant(_("As chosen"), table, "")]
    for label, changes, about in choices:
        other = replace(query, **changes)
        if other != query:
            silent, there = table.planning.silent(query, about) if query.of_groups else (0, 0)
            made.append(_variant(label, ward_table(other), other.address("/plan/wards")) | {"silent": _(
                "%(silent)s of %(all)s groups do not say", silent=f"{silent:,}", all=f"{there:,}") if silent else ""})
    return made


def _variant(label: str, table: WardTable, url: str) -> dict:
    value, kind = table.figures.value, table.figures.kind
    known = np.isfinite(value)
    none = int((known & (table.figures.numerator == 0)).sum())
    words = _("no data") if not known.any() else _("every ward with data has some") if not none else ngettext(
        "%(num)s ward has none", "%(num)s wards have none", none)
    return {"label": label, "url": url, "average": number(kind, table.figures.average), "none": words, "silent": "",
            "lowest": number(kind, _least(value))}


def _least(value: np.ndarray) -> float:
    known = value[np.isfinite(value)]
    return float(known.min()) if len(known) else float("nan")


def title(query: PlanQuery) -> str:
    """What the choice is called, such as in a report: the measure, and what narrows it."""
    said = [label_of(query.measure), *asking.chosen_words(query)]
    return ", ".join(said)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
