"""A report for a committee: measures in words, pictures and tables at one address; as a workbook and a GeoPackage."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Flask, Response, make_response, render_template, request

from assetmap.domain.measure import MEASURES
from assetmap.domain.plan_query import PlanQuery
from assetmap.domain.query import QueryRefused
from assetmap.domain.report_query import LONGEST, SHOW, ReportQuery, parse_report_query, typed
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.plan import asking, list_health, measure_words, report_data, report_files, report_parts
from assetmap.web.plan.change_words import day

blueprint = Blueprint("plan_report", __name__)
_FIRST = ("groups", "hours", "within", "confirmed")
"""Ticked when somebody begins."""


@blueprint.get("/plan/report")
def index() -> Response:
    """The form while no measure is chosen, else the report."""
    given = request.args.to_dict(flat=False)
    errors: dict[str, str] = {}
    try:
        query = parse_report_query(given, services.atlas().vocabulary)
    except QueryRefused as fault:
        errors, query = fault.errors, ReportQuery()
    if errors or not query.measures:
        chosen = given.get(SHOW) or (_FIRST if not given else ())
        if given and not errors:
            errors[SHOW] = _("Choose at least one measure.")
        return make_response(render_template(
            "plan/report_form.html", errors=errors, form=_form(query, chosen), words=typed(given), longest=LONGEST),
            400 if errors else 200)
    atlas, parts, health = services.atlas(), report_parts.parts(query), list_health.rows()
    return make_response(render_template(
        "plan/report.html", query=query, form=_form(query, query.measures), words=typed(given), longest=LONGEST,
        title=report_title(query), parts=parts, summary=[part for part in parts if part["sentences"]],
        narrowed=asking.chosen_words(query.choice), whom=_whom(query.choice),
        health=health, cautions=list_health.cautions(health), sources=report_data.sources(query),
        day=day(atlas.today.isoformat()), changed=report_data.last_change(), version=atlas.version,
        address=services.root() + query.address("/plan/report"),
        links={ending: query.address(f"/plan/report.{ending}") for ending in report_files.ENDINGS}))


@blueprint.get("/plan/report.<any(xlsx, gpkg):ending>")
def data(ending: str) -> Response:
    """The report's numbers: a sheet for each measure, or one layer of wards with the columns of all of them.

    Where no measure is chosen it is every one.
    """
    query = parse_report_query(request.args.to_dict(flat=False), services.atlas().vocabulary)
    if not query.measures:
        query = replace(query, measures=tuple(MEASURES))
    return report_files.answer(query, report_title(query), ending)


def report_title(query: ReportQuery) -> str:
    """What was typed, else what the place is called."""
    return query.title or _("What our wards have: %(area)s", area=services.area_name())


def _whom(choice: PlanQuery) -> str:
    return "" if choice.audience == "everyone" else measure_words.AUDIENCES[choice.audience]


def _form(query: ReportQuery, chosen) -> dict:
    form = asking.form(replace(query.choice, measure="within"))
    return form | {"show": [{"value": code, "label": measure_words.label_of(code), "selected": code in chosen,
                             "what": measure_words.words_of(query.of(code)).what} for code in MEASURES]}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
