"""Events and meetings of programmes, for the pages of people who live there: what's on, a hub, a ward.

Only what anyone may see, whoever asks: these pages say the same to a planner as to the public.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

import numpy as np

from assetmap.atlas.fitting import fits_on
from assetmap.atlas.near import NearPlace
from assetmap.domain.initiatives import NextDate
from assetmap.domain.programme import Deployment
from assetmap.domain.programme_entries import PlannedDate
from assetmap.domain.query import FindQuery
from assetmap.domain.text import plain
from assetmap.web import services, wording
from assetmap.web.calendar_feed import FeedEvent
from assetmap.web.plan import date_words, programme_data

MOST_LATER = 5
_SAID_OF_GROUPS_ALONE = ("category", "cost", "access", "language")


def asked_for(query: FindQuery, near: NearPlace | None, within_m: int, first: date) -> Iterator[NextDate]:
    """What is on from a day on, the earliest first, that fits what somebody asks for.

    It is near when its hub is, or, when it names none that is on the map, when its area is. It is in a ward when its
    hub or its area is. Of what nobody says of them (cost, access, languages, ages, categories) none fits.
    """
    if query.age is not None or any(getattr(query, name) for name in _SAID_OF_GROUPS_ALONE):
        return
    words, reaches = plain(query.q).split(), _reach(near, within_m)
    ward = services.atlas().ward_number.get(query.ward, -9)
    for one in from_day(first):
        if ((not query.connected or set(query.connected) & set(one.programme.themes))
                and fits_on(date_words.session_of(one.entry), one.day, query, services.now())
                and (not query.ward or ward in _wards_of(one)) and _tells_of(one, words) and reaches(one)):
            yield one


def from_day(first: date, found: Iterable[NextDate] | None = None) -> list[NextDate]:
    """Those of a day or later; of all that there are when none are given."""
    held = programme_data.programmes().gatherings if found is None else list(found)
    return list(held[bisect_left(held, first, key=lambda one: one.day):])


def next_of(deployment: Deployment) -> NextDate | None:
    """What comes next in an area; None when nothing is known to."""
    found = programme_data.programmes().gatherings_of.get(deployment.id, ())
    return next(iter(from_day(programme_data.today(), found)), None)


def slot(one: NextDate) -> dict:
    """A line in the list of a day, as those of groups are, with the programme that it is of."""
    at = date_words.clock(one.entry.time)
    return {"start": f"{at:%H:%M}" if at else "", "end": "", "name": one.entry.name, "theme": "", "icon": "",
            "url": programme_data.deployment_url(one.deployment), "place": place_said(one.entry), "cost_text": "",
            "categories": [], "programme": one.programme.name, "area": one.deployment.name}


def told(one: NextDate) -> dict:
    """The same with its day, for lists that are not by day."""
    today = programme_data.today()
    return slot(one) | {"iso": one.day.isoformat(), "day": wording.long_day(one.day, today), "note": one.entry.note,
                        "hub": services.cards().hub_link(one.entry.hub_id) if one.entry.hub_id else None,
                        "spot": one.entry.place}


def document(one: NextDate) -> dict:
    """The same for machines."""
    hub = services.cards().hub_link(one.entry.hub_id) if one.entry.hub_id else None
    return {"name": one.entry.name, "kind": one.entry.kind, "day": one.day.isoformat(), "time": one.entry.time,
            "hub_id": one.entry.hub_id if hub else None, "place": place_said(one.entry),
            "programme_id": one.programme.id, "programme": one.programme.name, "deployment_id": one.deployment.id,
            "url": programme_data.deployment_url(one.deployment)}


def place_said(entry: PlannedDate) -> str:
    """The hub's name, and where in it or elsewhere; "" when nobody said."""
    hub = services.cards().hub_link(entry.hub_id) if entry.hub_id else None
    named = hub.name if hub else services.atlas().faded_hubs.get(entry.hub_id, "")
    return ", ".join(filter(None, (named, entry.place)))


def feed_events(found: Iterable[NextDate]) -> list[FeedEvent]:
    """As entries of a calendar, the same ones as in the programmes' own calendar."""
    return [date_words.event_of(date_words.entry_of(one, ())) for one in found]


def at_hub(hub_id: str) -> list[NextDate]:
    """What is to come in a hub."""
    return [one for one in from_day(programme_data.today()) if one.entry.hub_id == hub_id]


def at_home_in(hub_id: str) -> list[dict]:
    """The areas of programmes that have their place in a hub, by the programme's name: {name, summary, url}."""
    held = programme_data.programmes().public
    found = [(held.programmes[one.programme_id], one) for one in held.deployments.values()
             if one.hub_id == hub_id and one.status in ("active", "paused")
             and (one.ends is None or one.ends >= programme_data.today())]
    found.sort(key=lambda pair: (pair[0].name.casefold(), pair[1].name.casefold(), pair[1].id))
    return [{"programme": of.name, "name": one.name, "summary": one.summary or of.summary,
             "url": programme_data.deployment_url(one)} for of, one in found]


def hub_part(hub_id: str, week: list[dict]) -> dict:
    """What a hub's page tells of programmes: `at_home`, and `coming` after the days of `week`, whose own are put into
    it.
    """
    today, later = programme_data.today(), []
    for one in at_hub(hub_id):
        offset = (one.day - today).days
        if offset < len(week):
            week[offset]["sessions"].append(slot(one))
            week[offset]["sessions"].sort(key=lambda session: (session["start"], session["name"]))
        else:
            later.append(told(one))
    return {"at_home": at_home_in(hub_id), "coming": later[:MOST_LATER]}


def hub_document(hub_id: str) -> dict:
    """The same for machines."""
    return {"programmes": [{key: one[key] for key in ("programme", "name", "url")} for one in at_home_in(hub_id)],
            "programme_dates": [document(one) for one in at_hub(hub_id)]}


def split(found: Iterator[NextDate], first: date, days: int) -> tuple[dict[date, list[dict]], list[dict]]:
    """What is on within so many days, by day, and the next few after them."""
    within: dict[date, list[dict]] = {}
    later: list[dict] = []
    for one in found:
        if one.day < first + timedelta(days):
            within.setdefault(one.day, []).append(slot(one))
        else:
            later.append(told(one))
            if len(later) >= MOST_LATER:
                break
    return within, later


def _reach(near: NearPlace | None, within_m: int) -> Callable[[NextDate], bool]:
    if near is None:
        return lambda one: True
    atlas, held = services.atlas(), programme_data.programmes()
    x, y = atlas.to_metres(near.place.lat, near.place.lon)
    to_wards = held.metres_to_wards(x, y)
    known: dict[str, bool] = {}

    def reaches(one: NextDate) -> bool:
        spots = _spots(one)
        if spots:
            return any(np.hypot(atlas.hubs.spots.x[row] - x, atlas.hubs.spots.y[row] - y) <= within_m for row in spots)
        if one.deployment.id not in known:
            known[one.deployment.id] = held.metres_to(one.deployment, x, y, to_wards) <= within_m
        return known[one.deployment.id]

    return reaches


def _spots(one: NextDate) -> list[int]:
    hubs = services.atlas().hubs
    number = hubs.number_of.get(one.entry.hub_id) if one.entry.hub_id else None
    return [] if number is None else hubs.spots_of(number)


def _wards_of(one: NextDate) -> set[int]:
    return {*programme_data.wards_of(one.deployment), *(int(services.atlas().hubs.spots.ward[row])
                                                        for row in _spots(one))}


def _tells_of(one: NextDate, words: list[str]) -> bool:
    text = plain(" ".join((one.entry.name, one.entry.note, place_said(one.entry), one.deployment.name,
                           one.programme.name, one.programme.summary))) if words else ""
    return all(word in text for word in words)
