"""The page of what was looked for in vain, beside what there is, and the same as files."""

from __future__ import annotations

import csv
from io import StringIO

from flask import Blueprint, Flask, Response, jsonify, render_template, request

from assetmap.analysis.suppression import LEAST
from assetmap.atlas.planning import planning_of
from assetmap.atlas.unmet import unmet_of
from assetmap.domain.query import QueryRefused
from assetmap.domain.text import short
from assetmap.layers.write import defused
from assetmap.web import services, wording
from assetmap.web.language import gettext as _
from assetmap.web.plan.unmet_rows import Tables

blueprint = Blueprint("plan_unmet", __name__)
PATH = "/plan/unmet"
COLUMNS = ("table", "ward_code", "ward", "category_code", "category", "at_least", "at_most", "groups_here",
           "groups_in_or_within_1_km", "groups_on_the_map", "groups_per_1000_people", "searches_per_1000_people",
           "wards_without_one_within_1_km", "open_asks", "since", "what")


@blueprint.get(PATH)
def index() -> str:
    """By kind, by ward and both together, with what there is of it and which asks are open."""
    tables = _tables()
    return render_template(
        "plan/unmet.html", headline=tables.headline(), kinds=tables.kinds(), wards=tables.wards(),
        together=tables.together(), held=tables.held(), found=tables.found, least=LEAST, notes=notes(tables),
        since=_day(tables.found.since), today=_day(tables.planning.day.isoformat()),
        links={ending: f"{PATH}.{ending}" for ending in ("csv", "json")})


@blueprint.get(f"{PATH}.json")
def as_json() -> Response:
    """The same for machines; what is held back is left out."""
    tables = _tables()
    found = tables.found
    return jsonify({"since": found.since, "until": tables.planning.day.isoformat(), "total": found.shown.total,
                    "categories": tables.kinds(), "wards": tables.wards(), "together": tables.together(),
                    "held_back": tables.held(), "notes": notes(tables)})


@blueprint.get(f"{PATH}.csv")
def as_csv() -> Response:
    """A row for each number that may be shown. Sums are exact: at least as many as at most."""
    tables = _tables()
    text = StringIO("\ufeff")  # the mark tells Excel that it is UTF-8
    text.seek(1)
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for row in _file_rows(tables):
        writer.writerow({name: defused(str(value)) for name, value in row.items() if value is not None})
    return Response(text.getvalue(), mimetype="text/csv",
                    headers={"Content-Disposition": 'inline; filename="found-nothing.csv"'})


def notes(tables: Tables) -> list[str]:
    """What a reader should know of these numbers."""
    said = [
        _("Searches, not residents: one person may search many times, and many never search."),
        _("Counted are searches of this map that found nothing, and requests for which a connector said that nothing "
          "suitable was there. One for two kinds counts in both."),
        _("Numbers under %(least)s are held back, noughts too, and others with them where a number could be worked out "
          "from the sums. A ward and a kind together have no exact number, only between which numbers it lies, and "
          "only where it is more than the sums alone would lead one to expect.", least=LEAST),
        _("What people look for is not all that they miss: who does not know of this map is not in it.")]
    if not tables.planning.people().sources:
        said.append(_("Nobody has loaded how many people live in these wards yet, so that nothing can be set against "
                      "it. A steward can: assetmap load ward-figures."))
    return said


def _tables() -> Tables:
    """What is shown. Raises QueryRefused for an address that asks for something: there is nothing to choose here."""
    if request.args:
        raise QueryRefused({name[:60]: _("“%(name)s” is not something this page can be asked for: there is nothing to "
                                         "choose here.", name=short(name, 40)) for name in request.args})
    planning = planning_of(services.atlas())
    return Tables(planning, unmet_of(planning))


def _file_rows(tables: Tables) -> list[dict]:
    shared = {"since": tables.found.since, "what": _("searches, not residents")}
    made = [{"table": "category", "category_code": row["code"], "category": row["name"], "at_least": row["count"],
             "at_most": row["count"], "groups_on_the_map": row["groups"],
             "groups_per_1000_people": _rounded(row["per_thousand"]),
             "wards_without_one_within_1_km": row["wards_without"], "open_asks": row["asks"]} for row in tables.kinds()]
    made += [{"table": "ward", "ward_code": row["code"], "ward": row["name"], "at_least": row["count"],
              "at_most": row["count"], "searches_per_1000_people": _rounded(row["per_thousand"])}
             for row in tables.wards()]
    made += [{"table": "ward and category", "ward_code": row["ward_code"], "ward": row["ward"],
              "category_code": row["code"], "category": row["name"], "at_least": row["least"], "at_most": row["most"],
              "groups_here": row["here"], "groups_in_or_within_1_km": row["near"],
              "groups_per_1000_people": _rounded(row["per_thousand"]), "open_asks": row["asks"]}
             for row in tables.together()]
    return [row | shared for row in made]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _day(day: str) -> str:
    year, month, number = day.split("-")
    return f"{int(number)} {wording.LONG_MONTHS[int(month) - 1]} {year}"


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
