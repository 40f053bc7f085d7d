"""Connections: who has a recorded link with whom, what holds the network together, and whom to introduce."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, jsonify, make_response, render_template, request

from assetmap.atlas.ties import TYPES, Network, network, recorded
from assetmap.domain.account import Role
from assetmap.domain.query import MOST_FAULTS, QueryRefused
from assetmap.domain.text import short
from assetmap.layers.write import defused
from assetmap.web import findmap, services
from assetmap.web.language import gettext as _
from assetmap.web.plan import connections_lines, connections_tables

blueprint = Blueprint("plan_connections", __name__)
PATH = "/plan/connections"
BY_WARD = "wards"


@blueprint.get(PATH)
def connections() -> Response:
    """The sentences, the map, and the tables."""
    found, errors, status = current(), {}, 200
    try:
        types = asked()
    except QueryRefused as error:
        types, errors, status = TYPES, error.errors, error.status
    lines = address(f"{PATH}/lines.json", types)
    map_ = findmap.page_map("connections_map", "/map/points.json", layers=("hubs", "lines"), lines_url=lines,
                            lines_label=_("Recorded links and introductions"))
    links = {"csv": address(f"{PATH}.csv", types), "json": address(f"{PATH}.json", types),
             "wards": address(f"{PATH}.csv", types, ("by", BY_WARD))}
    return make_response(render_template(
        "plan/connections.html", map=map_, links=links, errors=errors, path=PATH, some=types != TYPES,
        today=services.atlas().today, **connections_tables.page(found, types, names_may_be_told())), status)


@blueprint.get(f"{PATH}.json")
def connections_json() -> Response:
    """The same figures as data."""
    return jsonify(connections_tables.document(current(), asked(),
                                                names_may_be_told()))


@blueprint.get(f"{PATH}.csv")
def connections_csv() -> Response:
    """A row per record, or with `by=wards` per ward. Raises QueryRefused."""
    types, by = asked("by"), request.args.get("by", "")
    if by not in ("", BY_WARD):
        raise QueryRefused({"by": _("“by” can only be “%(wards)s”; without it there is a row for every record.",
                                    wards=BY_WARD)})
    tables = connections_tables
    columns, rows = ((tables.WARD_COLUMNS, tables.ward_rows(current(), types)) if by else
                     (tables.RECORD_COLUMNS, tables.record_rows(current(), types, names_may_be_told())))
    text = StringIO("\ufeff")  # the mark tells Excel that it is UTF-8
    text.seek(1)
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([defused(str(value)) for value in row] for row in rows)
    name = "connections-by-ward" if by else "connections"
    return Response(text.getvalue(), mimetype="text/csv",
                    headers={"Content-Disposition": f'inline; filename="{name}.csv"'})


@blueprint.get(f"{PATH}/lines.json")
def lines() -> Response:
    """The lines of the map."""
    return jsonify(connections_lines.lines(current(), asked()))


def names_may_be_told() -> bool:
    """Whether the reader may know what hangs on whom: that names small charities, and is for planners only."""
    account = services.account()
    return account is not None and account.may(frozenset({Role.PLANNER}))


def current() -> Network:
    """The network of this request's Atlas."""
    return network(services.atlas(), recorded(services.database()))


def asked(*also: str) -> tuple[str, ...]:
    """The types of links that the address asks for, all when none is; `also` are what else it may hold. Raises
    QueryRefused.
    """
    names = ("link", *also)
    if unknown := [name for name in request.args if name not in names]:
        raise QueryRefused({name[:60]: _("“%(name)s” is not something this page can be asked for. There are: "
                                         "%(names)s.", name=short(name, 40), names=", ".join(names))
                            for name in unknown[:MOST_FAULTS]})
    given = request.args.getlist("link")
    unknown = [code for code in given if code and code not in TYPES]
    if unknown:
        raise QueryRefused({"link": _("“%(code)s” is no kind of link. There are: %(types)s.",
                                      code=short(unknown[0], 40), types=", ".join(TYPES))})
    return tuple(code for code in TYPES if code in given) or TYPES


def address(path: str, types: Sequence[str], *more: tuple[str, str]) -> str:
    """An address with the same choice of links."""
    pairs = [*more, *(("link", code) for code in types if tuple(types) != TYPES)]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
