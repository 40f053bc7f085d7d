"""The whole place at a glance: every theme in every ward, and where the other questions of a planner lead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from flask import Blueprint, Flask, Response, make_response, render_template

from assetmap.atlas.measuring import Measured, measured
from assetmap.atlas.planning import Planning, planning_of
from assetmap.domain.plan_query import PlanQuery
from assetmap.domain.query import QueryRefused
from assetmap.maps.palette import css_class
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan import asking, method, programme_data, shades
from assetmap.web.plan.measure_words import number, whole
from assetmap.web.plan.ward_table import ward_table

blueprint = Blueprint("plan_glance", __name__)


@blueprint.get("/plan")
def index() -> Response:
    """How many groups of each theme each ward has, in one table; and the area in a few numbers."""
    errors: dict[str, str] = {}
    try:
        query = replace(asking.asked(), measure="groups", theme=(), category=())
    except QueryRefused as fault:
        query, errors = PlanQuery(), fault.errors
    planning = planning_of(services.atlas())
    table = ward_table(query)
    page = render_template(
        "plan/index.html", query=query, form=asking.form(query), errors=errors, heat=heat(planning, query),
        silent=_silent(planning, query), numbers=_numbers(planning), notes=method.notes(table))
    return make_response(page, 400 if errors else 200)


def heat(planning: Planning, query: PlanQuery) -> dict:
    """The columns (themes) and rows (wards) of `heat_table`: how many groups, shaded by how many for each 1,000."""
    atlas = planning.atlas
    themes = list(atlas.vocabulary.of("theme").values())
    held = [measured(planning, replace(query, theme=(theme.code,))) for theme in themes]
    columns = [_cells(one) for one in held]
    rows = []
    for ward in sorted(range(planning.size), key=lambda number_: atlas.ward_names[number_]):
        code = atlas.ward_codes[ward]
        rows.append({"name": atlas.ward_names[ward], "code": code, "url": f"/wards/{code}#figures",
                     "cells": [column[ward] for column in columns]})
    return {"columns": [theme.label for theme in themes], "rows": rows}


def _silent(planning: Planning, query: PlanQuery) -> str:
    """That some groups are in no column, as a sentence; "" when every one is."""
    silent, there = planning.silent(query, "kind")
    return _("%(silent)s of %(all)s groups do not say what they are about, and are in no column.",
             silent=f"{silent:,}", all=f"{there:,}") if silent else ""


def _cells(made: Measured) -> list[dict]:
    classes = shades.of_figures(made)
    size = max(len(classes.labels), 1)
    return [{"text": whole(count), "css_class": css_class(int(shade), size),
             "words": ngettext("group", "groups", int(count)) + (_(", %(rate)s for each 1,000", rate=number(
                 made.kind, rate)) if np.isfinite(rate) else "")}
            for count, rate, shade in zip(made.numerator, made.value, classes.of_ward, strict=True)]


def _numbers(planning: Planning) -> list[dict]:
    """The area in a few numbers, each with where it is told in full."""
    atlas = planning.atlas
    people = planning.people().number
    groups = int((planning.listed(atlas.groups) & (atlas.groups.ward >= 0)).sum())
    chances = int(planning.listed(atlas.opportunities).sum())
    near = measured(planning, PlanQuery(measure="within"))
    said = [
        {"number": f"{groups:,}", "label": ngettext("group in these wards", "groups in these wards", groups),
         "url": "/plan/wards"},
        {"number": f"{int(planning.listed(atlas.hubs).sum()):,}", "label": _("places to meet"),
         "url": "/plan/wards?measure=within&of=hubs"},
        {"number": f"{chances:,}", "label": _("open offers and asks"), "url": "/plan/wards?measure=opportunities"}]
    if programmes := len(programme_data.programmes().public.programmes):
        said.append({"number": f"{programmes:,}", "label": ngettext("programme", "programmes", programmes),
                     "url": "/plan/programmes"})
    if np.isfinite(near.average):
        said.append({"number": number(near.kind, near.average), "label": _("of people have a group within 800 m"),
                     "url": "/plan/wards?measure=within"})
    if np.isfinite(people).any():
        said.append({"number": whole(float(np.nansum(people))), "label": _("people live in these wards"),
                     "url": "/plan/wards?order=population"})
    return said


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
