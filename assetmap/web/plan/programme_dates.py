"""What comes next in the programmes: events, steps that are due, and feedback that is owed; as a page and as files."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pandas as pd
from flask import Blueprint, Flask, Response, make_response, render_template, request

from assetmap.domain.initiatives import COMING, OVERDUE
from assetmap.domain.programme_query import DatesQuery, parse_dates_query
from assetmap.domain.query import QueryRefused
from assetmap.web import services, wording
from assetmap.web.calendar_feed import feed
from assetmap.web.exporting import send
from assetmap.web.language import gettext as _
from assetmap.web.plan import programme_data
from assetmap.web.plan.date_words import Entry, entry_of, event_of
from assetmap.web.programmes.words import day_said

blueprint = Blueprint("plan_dates", __name__)
PATH = "/plan/programmes/dates"
COLUMNS = ("day", "time", "why", "what", "title", "place", "programme", "deployment", "wards", "internal", "note",
           "url")


@blueprint.get(PATH)
def index() -> Response:
    """By day; for planners what is overdue first."""
    errors: dict[str, str] = {}
    try:
        query = asked()
    except QueryRefused as fault:
        query, errors = DatesQuery(), fault.errors
    entries, today = entries_of(query), programme_data.today()
    late = [entry for entry in entries if entry.late]
    days = [{"day": day, "words": wording.long_day(day, today), "entries": list(group)}
            for day, group in groupby((entry for entry in entries if not entry.late), lambda entry: entry.found.day)]
    page = render_template(
        "plan/programme_dates.html", query=query, errors=errors, form=_form(query), late=late, days=days,
        day_said=day_said, planner=programme_data.sees_internal(), again=PATH,
        links={ending: query.address(f"{PATH}.{ending}") for ending in ("ics", "csv")})
    return make_response(page, 400 if errors else 200)


@blueprint.get(f"{PATH}.<any(ics, csv):ending>")
def data(ending: str) -> Response:
    """The same list as a spreadsheet; what is to come as a calendar."""
    entries = entries_of(asked())
    if ending == "csv":
        return send(_table(entries), f"programme-dates{programme_data.file_mark()}", "csv", "wgs84", {})
    body = feed([event_of(entry) for entry in entries if not entry.late],
                name=_("%(area)s: programmes", area=services.area_name()), now=services.now(),
                timezone=services.settings().timezone, calendar=services.atlas().calendar)
    name = f"programme-dates{programme_data.file_mark()}.ics"
    return Response(body, mimetype="text/calendar", headers={"Content-Disposition": f'inline; filename="{name}"'})


def asked() -> DatesQuery:
    """The request's choice. Raises QueryRefused."""
    return parse_dates_query(request.args.to_dict(flat=False), programmes=programme_data.initiatives().programmes,
                             wards=services.atlas().ward_codes)


def entries_of(query: DatesQuery) -> list[Entry]:
    """What the reader may see, the earliest first. The public is not told what nobody noted as done: that is a
    question to those who keep the list. Feedback that was promised and is late, it is.
    """
    held, planner = programme_data.initiatives(), programme_data.sees_internal()
    wanted = {services.atlas().ward_number[code] for code in query.ward}
    made = []
    for found in held.next_dates(programme_data.today()):
        wards = programme_data.wards_of(found.deployment)
        if ((query.programme and found.programme.id not in query.programme) or (wanted and not wanted & set(wards))
                or (found.kind == OVERDUE and not planner) or found.deployment.status == "ended"):
            continue
        made.append(entry_of(found, wards))
    return made


def _form(query: DatesQuery) -> dict:
    atlas, held = services.atlas(), programme_data.initiatives()
    by_name = sorted(held.programmes.values(), key=lambda one: (one.name.casefold(), one.id))
    wards = sorted(zip(atlas.ward_names, atlas.ward_codes, strict=True))
    return {"programme": [{"value": one.id, "label": one.name, "selected": one.id in query.programme}
                          for one in by_name],
            "ward": [{"value": code, "label": name, "selected": code in query.ward} for name, code in wards]}


def _table(entries: Sequence[Entry]) -> pd.DataFrame:
    root = services.root()
    rows = [{"day": entry.found.day, "time": entry.found.entry.time if entry.found.kind in (COMING, OVERDUE) else "",
             "why": entry.why, "what": entry.what, "title": entry.found.entry.name, "place": entry.place,
             "programme": entry.found.programme.name, "deployment": entry.found.deployment.name,
             "wards": "; ".join(entry.wards), "internal": _("yes") if entry.internal else _("no"),
             "note": entry.found.entry.note, "url": root + entry.url} for entry in entries]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
