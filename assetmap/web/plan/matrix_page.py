"""Programmes by ward: the matrix as a page and as files."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, make_response, render_template, request

from assetmap.domain.programme import KINDS
from assetmap.domain.programme_query import FEWEST, MOST, NAME, SIGNS, WORDS, MatrixQuery, parse_matrix_query
from assetmap.domain.query import QueryRefused
from assetmap.web import services
from assetmap.web.language import gettext as _
from assetmap.web.plan import matrix_files, programme_data
from assetmap.web.plan.matrix import Matrix, matrix, sentences, sort_links
from assetmap.web.plan.programme_levels import UNKNOWN_SAID, samples
from assetmap.web.plan.programme_words import KIND_NAMES
from assetmap.web.programmes.words import day_said

blueprint = Blueprint("plan_programmes", __name__)
PATH = "/plan/programmes"
ORDER_NAMES = {MOST: _("Most under way first"), FEWEST: _("Fewest under way first"), NAME: _("By name")}


@blueprint.get(PATH)
def index() -> Response:
    """Who is where, how far, since when, on a day."""
    errors: dict[str, str] = {}
    try:
        query = asked()
    except QueryRefused as fault:
        query, errors = MatrixQuery(), fault.errors
    made = matrix(query)
    other = SIGNS if made.cells == WORDS else WORDS
    page = render_template(
        "plan/matrix.html", matrix=made, query=query, errors=errors, form=_form(query, made), sentences=sentences(made),
        sort=sort_links(made, PATH), day=day_said(made.day), is_today=made.day == programme_data.today(),
        today=programme_data.today(), may_edit=programme_data.sees_internal(), other_cells=other,
        kind_names=KIND_NAMES, samples=samples(), unknown_said=_(UNKNOWN_SAID), theme_labels=_theme_labels(made),
        other_url=query.address(PATH, cells=other), again=PATH,
        links={ending: query.address(f"{PATH}.{ending}", cells="") for ending in matrix_files.ENDINGS})
    return make_response(page, 400 if errors else 200)


@blueprint.get(f"{PATH}.<any(csv, xlsx, json):ending>")
def data(ending: str) -> Response:
    """The same choice for spreadsheets and machines."""
    return matrix_files.answer(matrix(asked()), ending)


def asked() -> MatrixQuery:
    """The request's choice. Raises QueryRefused."""
    return parse_matrix_query(
        request.args.to_dict(flat=False), themes=services.atlas().vocabulary.of("connected_theme"),
        programmes=programme_data.initiatives().programmes, today=programme_data.today())


def _form(query: MatrixQuery, made: Matrix) -> dict:
    themes = services.atlas().vocabulary.of("connected_theme").values()
    return {
        "on": request.args.get("on", "")[:10] or (query.on.isoformat() if query.on else ""),
        "theme": [{"value": one.code, "label": one.label, "selected": one.code in query.theme} for one in themes],
        "kind": [{"value": kind, "label": KIND_NAMES[kind], "selected": kind in query.kind} for kind in KINDS],
        "order": [{"value": value, "label": label, "selected": value == query.order} for value, label in (
            *ORDER_NAMES.items(), *((f"programme:{column.programme.id}", _(
                "Furthest in “%(programme)s” first", programme=column.programme.name)) for column in made.columns))],
        "cells": query.cells}


def _theme_labels(made: Matrix) -> dict[str, str]:
    terms = services.atlas().vocabulary.of("connected_theme")
    used = {code for column in made.columns for code in column.programme.themes}
    return {code: terms[code].label if code in terms else _("another theme") for code in used}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
