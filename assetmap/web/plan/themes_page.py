"""What the wards have, by connected theme: wards by themes, each cell with what there is, as a page and as files."""

from __future__ import annotations

from urllib.parse import urlencode

import numpy as np
import pandas as pd
from flask import Blueprint, Flask, Response, jsonify, make_response, render_template, request

from assetmap.atlas.connected import KINDS, Connected, Present, connected
from assetmap.atlas.planning import planning_of
from assetmap.domain.programme_query import MatrixQuery
from assetmap.domain.query import QueryRefused
from assetmap.domain.text import short
from assetmap.web import services
from assetmap.web.exporting import send
from assetmap.web.language import gettext as _
from assetmap.web.language import ngettext
from assetmap.web.plan import programme_data
from assetmap.web.plan.matrix import matrix
from assetmap.web.relations.meeting_words import joined

blueprint = Blueprint("plan_themes", __name__)
PATH = "/plan/programmes/themes"
BY_NAME = "name"
_LISTS = {"groups": "/", "hubs": "/hubs", "opportunities": "/opportunities"}
COLUMNS = ("ward_code", "ward", "theme_code", "theme", "groups", "places", "offers_and_asks", "programmes", "total")


@blueprint.get(PATH)
def index() -> Response:
    """Each ward's groups, places, offers and asks and programmes of each theme."""
    errors: dict[str, str] = {}
    try:
        order = _order()
    except QueryRefused as fault:
        order, errors = BY_NAME, fault.errors
    made = _counted()
    page = render_template(
        "plan/themes.html", themes=_labels(made), codes=made.codes, rows=rows(made, order), total=_total(made),
        order=order, errors=errors, sentences=sentences(made), notes=_notes(made), again=PATH,
        links={ending: f"{PATH}.{ending}" for ending in ("csv", "xlsx", "json")})
    return make_response(page, 400 if errors else 200)


@blueprint.get(f"{PATH}.<any(csv, xlsx, json):ending>")
def data(ending: str) -> Response:
    """A line for each ward and theme."""
    order, made = _order(), _counted()
    lines = _lines(made, order)
    if ending == "json":
        return jsonify({"on": programme_data.today().isoformat(), "wards_by_theme": lines,
                        "sentences": sentences(made), "notes": _notes(made)})
    frame = pd.DataFrame(lines, columns=list(COLUMNS), dtype=object)
    name = f"wards-by-connected-theme{programme_data.file_mark()}"
    return send(frame, name, ending, "wgs84", dict.fromkeys(COLUMNS[4:], "whole"))


def rows(made: Connected, order: str) -> list[dict]:
    """A row for each ward, with a cell for each theme: how many in all, and {text, url} for each kind there is."""
    atlas = services.atlas()
    return [{"name": atlas.ward_names[ward], "code": atlas.ward_codes[ward],
             "cells": [_cell(made, ward, number) for number in range(len(made.codes))]}
            for ward in _in_order(made, order)]


def sentences(made: Connected) -> list[str]:
    """What the table says: the strongest theme, then in how many wards each has something of their own."""
    every, labels = sum(made.total.values()), _labels(made)
    if not np.any(every):
        return [_("Nobody has said yet what the groups, places, offers and programmes here connect.")]
    most = int(np.argmax(every))
    said = [_("Most is there for “%(theme)s”: %(parts)s.", theme=labels[most],
              parts=_parts_said({kind: int(made.total[kind][most]) for kind in KINDS}))]
    size, wards = len(made.assets), np.count_nonzero(made.assets, axis=0)
    everywhere = [f"“{label}”" for label, some in zip(labels, wards, strict=True) if some == size]
    if everywhere and size:
        said.append(_("Every ward has groups, places, offers or asks for %(themes)s.", themes=joined(everywhere)))
    said += [_("%(some)s of %(all)s wards have some for “%(theme)s”.", some=int(some), all=size, theme=label)
             for label, some in sorted(zip(labels, wards, strict=True), key=lambda one: -one[1]) if some < size]
    return said


def _counted() -> Connected:
    return connected(planning_of(services.atlas()), _programmes())


def _programmes() -> list[Present]:
    """Those of the matrix, which is told of the same wards: under way or planned, as the reader may see them."""
    made = matrix(MatrixQuery())
    wards = {column.programme.id: [row.ward for row in made.rows if row.cells[at].here]
             for at, column in enumerate(made.columns)}
    nowhere = {one.programme.id for one in made.elsewhere}
    return [Present(column.programme.themes, tuple(wards[column.programme.id])) for column in made.columns
            if wards[column.programme.id] or column.programme.id in nowhere]


def _labels(made: Connected) -> list[str]:
    return services.atlas().vocabulary.labels("connected_theme", made.codes)


def _order() -> str:
    """`name`, or the theme of which the wards with most come first. Raises QueryRefused."""
    known = (BY_NAME, *services.atlas().vocabulary.of("connected_theme"))
    errors = {name[:60]: _("“%(name)s” is not something this page can be asked for. There are: order.",
                           name=short(name, 40)) for name in request.args if name != "order"}
    said = [text.strip() for text in request.args.getlist("order") if text.strip()] or [BY_NAME]
    if len(said) > 1:
        errors["order"] = _("“order” is given %(times)s times, and only one can be used.", times=len(said))
    elif said[0] not in known:
        errors["order"] = _("“%(order)s” is not an order that is known. There are: %(orders)s.",
                            order=short(said[0], 40), orders=", ".join(known))
    if errors:
        raise QueryRefused(errors)
    return said[0]


def _in_order(made: Connected, order: str) -> list[int]:
    atlas = services.atlas()
    by_name = sorted(range(len(atlas.ward_names)), key=lambda ward: atlas.ward_names[ward])
    if order == BY_NAME:
        return by_name
    column = made.all_kinds[:, made.codes.index(order)]
    return sorted(by_name, key=lambda ward: -column[ward])


def _cell(made: Connected, ward: int, number: int) -> dict:
    code, theme = services.atlas().ward_codes[ward], made.codes[number]
    counts = {kind: int(made.by_ward[kind][ward, number]) for kind in KINDS}
    parts = [{"text": _said(kind, count), "url":
              f"{_LISTS[kind]}?{urlencode({'connected': theme, 'ward': code})}" if kind in _LISTS
              else f"/wards/{code}#under-way"} for kind, count in counts.items() if count]
    return {"count": sum(counts.values()), "parts": parts}


def _total(made: Connected) -> list[dict]:
    return [{"count": sum(int(made.total[kind][number]) for kind in KINDS),
             "parts": [_said(kind, int(made.total[kind][number])) for kind in KINDS if made.total[kind][number]]}
            for number in range(len(made.codes))]


def _said(kind: str, count: int) -> str:
    if kind == "groups":
        return ngettext("%(num)s group", "%(num)s groups", count)
    if kind == "hubs":
        return ngettext("%(num)s place", "%(num)s places", count)
    if kind == "opportunities":
        return ngettext("%(num)s offer or ask", "%(num)s offers and asks", count)
    return ngettext("%(num)s programme", "%(num)s programmes", count)


def _parts_said(counts: dict[str, int]) -> str:
    return joined([_said(kind, count) for kind, count in counts.items() if count])


def _lines(made: Connected, order: str) -> list[dict]:
    atlas, labels = services.atlas(), _labels(made)
    lines = []
    for ward in _in_order(made, order):
        for number, code in enumerate(made.codes):
            counts = [int(made.by_ward[kind][ward, number]) for kind in KINDS]
            lines.append(dict(zip(COLUMNS, (atlas.ward_codes[ward], atlas.ward_names[ward], code, labels[number],
                                            *counts, sum(counts)), strict=True)))
    return lines


def _notes(made: Connected) -> list[str]:
    without = {kind: made.listed[kind] - made.carrying[kind] for kind in KINDS}
    said = [_("One that connects two themes counts in both. A programme counts in each ward that it is in or planned "
              "for; on the whole map it counts once.")]
    if any(without.values()):
        said.append(_("No theme is said of %(parts)s: a nought means that nothing is recorded, not that there is "
                      "nothing. Stewards add themes in the forms, or in the column “connected themes” of a file.",
                      parts=_parts_said(without)))
    if elsewhere := int(sum(column.sum() for column in made.elsewhere.values())):
        said.append(ngettext("The last row also counts %(num)s that is in no ward of this map.",
                             "The last row also counts %(num)s that are in no ward of this map, each for each theme.",
                             elsewhere))
    return said


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
