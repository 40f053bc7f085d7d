"""What's on: everything that meets in the coming days, by day and time, the programmes' events among it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import islice
from urllib.parse import quote

import numpy as np
from flask import Blueprint, Flask, Response, make_response, render_template, request

from assetmap.domain.errors import AssetmapError, BadInput
from assetmap.domain.query import FindQuery
from assetmap.web import facets, find, formats, services, wording
from assetmap.web.language import gettext as _
from assetmap.web.programmes import gatherings

blueprint = Blueprint("whatson", __name__)
DAYS_SHOWN = 7
_FARTHEST_DAYS = 366
_MOST_A_DAY = 200
_MOST_OF_PROGRAMMES = 50  # a day


@blueprint.get("/whats-on")
def index() -> Response:
    """A week of sessions from a day on (`from`, today when not given), narrowed as the finder is."""
    given = request.args.to_dict(flat=False)
    faults: dict[str, str] = {}
    status = 200
    first, asked = services.now().date(), None
    try:
        first = _first_day(given)
        asked = find.search(given, also=("from",))
    except AssetmapError as error:
        if error.status >= 500:
            raise
        status, faults = error.status, find.faults_of(error)
    asked = asked or find.search_for(FindQuery(), None, services.settings().within_m)
    query, today = asked.query, services.now().date()
    week = timedelta(days=DAYS_SHOWN)
    links = {"ics": query.address("/whats-on.ics"),
             "prev": _address(query, max(first - week, today), today) if first > today else None,
             "next": _address(query, first + week, today) if (first - today).days < _FARTHEST_DAYS else None}
    of_programmes, later = gatherings.split(
        gatherings.asked_for(query, asked.near, asked.within_m, first), first, DAYS_SHOWN)
    page = render_template(
        "find/whats_on.html", days=_days(asked, first, of_programmes), later=later, links=links, errors=faults,
        query=find.raw_query(given, bool(query.near or query.filtered)), facets=facets.build(asked.found, "/whats-on"),
        chosen=facets.chosen(query, "/whats-on"), heading=_("What's on"), place=asked.near and asked.near.label,
        within_options=facets.within_options(query, asked.within_m, "/whats-on"), total=asked.found.total,
        first_day=first.isoformat())
    return make_response(page, status)


@blueprint.get("/whats-on.ics")
def as_calendar() -> Response:
    """The sessions of every group and the events of programmes that the query finds, as a calendar to subscribe to."""
    asked = find.search(request.args.to_dict(flat=False), also=("from",))
    hits = asked.found.ordered(count=min(asked.found.total, find.MOST_IN_CALENDAR))
    name = _("What's on in %(area)s", area=services.area_name()) if services.area_name() else _("What's on")
    of_programmes = gatherings.asked_for(asked.query, asked.near, asked.within_m, services.now().date())
    return formats.calendar([(asked.found.layer, hit.number) for hit in hits], name, "whats-on",
                            gatherings.feed_events(islice(of_programmes, find.MOST_IN_CALENDAR)))


def _days(asked: find.Search, first: date, of_programmes: Mapping[date, list[dict]]) -> list[dict]:
    layer, today = asked.found.layer, services.now().date()
    held = np.zeros(len(layer), dtype=bool)
    held[asked.found.numbers] = True
    cards = services.cards()
    owner, sessions, made = layer.session_owner, layer.sessions, []
    known: dict[int, object] = {}
    for offset in range(DAYS_SHOWN):
        day = first + timedelta(days=offset)
        rows = np.flatnonzero(layer.occurs_on(day) & held[owner]) if len(owner) else np.empty(0, dtype=int)
        rows = rows[np.argsort(sessions.start_minute[rows], kind="stable")]
        listed = []
        for row in rows[:_MOST_A_DAY]:
            number = int(owner[row])
            card = known.setdefault(number, None) or known.update({number: cards.of(layer, number)}) or known[number]
            if not card.paused:
                start, length = int(sessions.start_minute[row]), int(sessions.minutes[row])
                listed.append({"start": _clock(start), "end": _clock(start + length) if length > 0 else "",
                               "name": card.name, "url": card.url, "theme": card.theme, "icon": card.icon,
                               "place": card.hub.name if card.hub else card.place_text, "cost_text": card.cost_text,
                               "categories": card.categories})
        events = of_programmes.get(day, [])
        listed += events[:_MOST_OF_PROGRAMMES]
        listed.sort(key=lambda session: session["start"])
        made.append({"label": wording.long_day(day, today), "iso": day.isoformat(), "sessions": listed,
                     "more": max(0, len(rows) - _MOST_A_DAY) + max(0, len(events) - _MOST_OF_PROGRAMMES)})
    return made


def _clock(minute: int) -> str:
    return "" if minute < 0 else f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _first_day(given: dict[str, list[str]]) -> date:
    today = services.now().date()
    texts = [text for text in given.get("from", []) if text]
    if not texts:
        return today
    try:
        first = date.fromisoformat(texts[-1][:20])
    except ValueError:
        raise BadInput(_("“from” should be a date such as %(day)s.", day=today.isoformat()), "from") from None
    if not today <= first <= today + timedelta(days=_FARTHEST_DAYS):
        raise BadInput(_("“from” should be a day from today to a year ahead."), "from")
    return first


def _address(query: FindQuery, first: date, today: date) -> str:
    base = query.address("/whats-on", page=1)
    if first <= today:
        return base
    return f"{base}{'&' if '?' in base else '?'}from={quote(first.isoformat())}"


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
