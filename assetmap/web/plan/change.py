"""How a measure changed between two days: in words, over the months, on a map, and ward by ward."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Flask, Response, jsonify, make_response, render_template, request

from assetmap.atlas.dated import snapshot_of
from assetmap.atlas.planning import planning_of
from assetmap.domain.change_query import ORDERS, TODAY, ChangeQuery, parse_change_query
from assetmap.domain.query import QueryRefused
from assetmap.domain.snapshot import Snapshot
from assetmap.store import snapshots
from assetmap.web import services
from assetmap.web.exporting import send
from assetmap.web.language import gettext as _
from assetmap.web.plan import change_files, change_pictures, change_words
from assetmap.web.plan.change_table import MEASURES_OF_CHANGE, ChangeTable, label_of, unit_of

blueprint = Blueprint("plan_change", __name__)
_ORDERS = {"rise": _("Biggest rise first"), "fall": _("Biggest fall first"), "name": _("By name")}


@blueprint.get("/plan/change")
def index() -> Response:
    """One measure on two days; with no snapshot yet, how to begin."""
    errors: dict[str, str] = {}
    days = _days()
    try:
        query = _asked(days)
    except QueryRefused as fault:
        errors, query = fault.errors, parse_change_query({}, days, _today(), ())
    if not query.first:
        return make_response(render_template("plan/change.html", begun=False, errors=errors),
                             400 if errors else 200)
    table, held = _compared(query)
    map_, legend = change_pictures.of_change(table)
    page = render_template(
        "plan/change.html", begun=True, query=query, form=_form(query, days, table), errors=errors, table=table,
        label=label_of(query.measure), unit=unit_of(query.measure), told=change_words.told(table),
        rows=[table.row(place) for place in table.order(query.order)], area=table.area(),
        days=[change_words.day(table.first.day), change_words.day(table.second.day)], others=change_words.others(table),
        trend=change_pictures.trend_of(held, query, table), map=map_, legend=legend,
        drawn=change_pictures.drawn(table), notes=change_words.notes(table), only_today=len(days) == 1,
        links={ending: query.address(f"/plan/change.{ending}") for ending in ("csv", "json")})
    return make_response(page, 400 if errors else 200)


@blueprint.get("/plan/change.<any(json, csv):ending>")
def data(ending: str) -> Response:
    """The same for machines and spreadsheets."""
    query = _asked(_days())
    table = _compared(query)[0] if query.first else None
    if ending == "json":
        return jsonify(change_files.document(query, table))
    return send(change_files.as_frame(table), f"change-{query.measure}", "csv", "EPSG:4326", {})


def _asked(days: list[str]) -> ChangeQuery:
    return parse_change_query(request.args.to_dict(flat=False), days, _today(), services.atlas().ward_number)


def _days() -> list[str]:
    with services.database().reading() as connection:
        return snapshots.days(connection)


def _today() -> date:
    return services.atlas().today


def _compared(query: ChangeQuery) -> tuple[ChangeTable, list[Snapshot]]:
    """The two days, and every day for which the measure is known, today last and in the place of its month's."""
    with services.database().reading() as connection:
        held = snapshots.read(connection, [query.measure])
    now = snapshot_of(planning_of(services.atlas()), _today(), [query.measure])
    by_day = {snapshot.day: snapshot for snapshot in held} | {TODAY: now}
    return ChangeTable(query.measure, by_day[query.first], by_day[query.second]), [*held, now]


def _form(query: ChangeQuery, days: list[str], table: ChangeTable) -> dict:
    """Each field's options, with what is chosen."""
    def option(value: str, label: str, selected: bool) -> dict:
        return {"value": value, "label": label, "selected": selected}

    told = [(one, change_words.day(one)) for one in days]
    today = (TODAY, _("today (%(day)s)", day=change_words.day(_today().isoformat())))
    names = table.second.ground.names
    return {
        "measure": [option(code, label_of(code), code == query.measure) for code in MEASURES_OF_CHANGE],
        "from": [option(*pair, pair[0] == query.first) for pair in told],
        "to": [option(*pair, pair[0] == query.second) for pair in (*reversed(told), today)],
        "order": [option(code, _ORDERS[code], code == query.order) for code in ORDERS],
        "wards": [option(code, names[code], code in query.wards) for code in sorted(names, key=names.__getitem__)]}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
