"""The work list of what has not been confirmed: found, weighed, narrowed, and cut into pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlencode

import numpy as np

from assetmap.analysis import risk
from assetmap.domain.freshness import Freshness, day_over, state_of
from assetmap.domain.suggestion import Suggestion
from assetmap.domain.text import plain
from assetmap.layers.boundaries import locate_wards
from assetmap.settings import Settings
from assetmap.store import confirmations, suggestions, work_list
from assetmap.store.database import Connection
from assetmap.store.rows import LAYERS, load_list, load_meetings
from assetmap.store.work_list import Counts
from assetmap.web import services

PER_PAGE = 25
STATES = ("stale", "never", "due", "hidden", "closed", "asked")
EMAILS = ("yes", "no")
SEARCHED_DAYS = 90
# Whose loss weighs most: children, older people, and whoever comes for food or health.
_AUDIENCES = {"babies", "children", "young_people", "older_people"}
_THEMES = {"food", "care"}
_KINDS = {"health", "shared_meal"}
_CHILD, _OLDER = 18, 50


@dataclass(frozen=True, slots=True)
class Choice:
    """What the list is narrowed to; "" or 1: by nothing. What makes no sense is taken for nothing."""

    layer: str = ""
    state: str = ""
    ward: str = ""
    category: str = ""
    email: str = ""
    page: int = 1

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Choice:
        """From an address."""
        page = given.get("page", "")
        made = {one.name: given.get(one.name, "")[:100] for one in fields(cls) if one.name != "page"}
        for name, known in (("layer", LAYERS), ("state", STATES), ("email", EMAILS)):
            made[name] = made[name] if made[name] in known else ""
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
        return cls(**made, page=max(1, number))

    def address(self, path: str = "/steward/freshness", **changes: object) -> str:
        """The list's address, with some of it changed."""
        chosen = replace(self, **changes)
        query = {one.name: value for one in fields(self) if (value := getattr(chosen, one.name)) not in ("", 1)}
        return path + (f"?{urlencode(query)}" if query else "")


@dataclass(slots=True)
class Item:
    """One entry of the list. `row` is as `work_list.rows` gives it; `suggestion` is the first that waits about it."""

    layer: str
    row: Mapping
    state: Freshness
    reasons: tuple[risk.Reason, ...] = ()
    ward: int = -1
    categories: tuple[str, ...] = ()
    asked_at: str = ""
    says_running: bool = False
    points: int = 0
    suggestion: int | None = None


@dataclass(slots=True)
class WorkList:
    """`items` are all that the choice leaves, the riskiest first; `counts` are of everything in the chosen layers.

    The wards of items are known once `place` found them.
    """

    items: list[Item]
    counts: Counts
    waiting: int


def build(connection: Connection, choice: Choice, settings: Settings, today: date) -> WorkList:
    """The list as the store has it now."""
    names = [choice.layer] if choice.layer else list(LAYERS)
    due = day_over(settings.due_days, today)
    days = due, day_over(settings.stale_days, today), settings.hide_days and day_over(settings.hide_days, today) or None
    told = _told(suggestions.pending(connection))
    asked = confirmations.asked(connection)
    weigh = _Weigher(connection, settings, today, told, asked)
    counts, items = Counts(0, 0, 0, 0, 0), []
    for name in names:
        held = work_list.counts(connection, LAYERS[name], *days)
        counts = Counts(*(getattr(counts, one.name) + getattr(held, one.name) for one in fields(Counts)))
        spoken_of = [record_id for layer, record_id in told if layer == name]
        items += [weigh(name, row) for row in work_list.rows(connection, LAYERS[name], due, spoken_of)]
    items = _current(items, today)
    if choice.ward:
        place(connection, items)
    waiting = sum(1 for layer, _id in asked if layer in names)
    kept = [item for item in items if _fits(item, choice)]
    kept.sort(key=lambda item: (-item.points, item.row["last_confirmed"] or date.min, plain(item.row["name"])))
    return WorkList(kept, counts, waiting)


class _Weigher:
    """Makes items: what each entry's points need is read once for all of them."""

    def __init__(self, connection: Connection, settings: Settings, today: date,
                 told: Mapping[tuple[str, str], list[Suggestion]], asked: Mapping[tuple[str, str], str]):
        self._settings, self._today, self._told, self._asked = settings, today, told, asked
        self._searches = work_list.searches(connection, today - timedelta(days=SEARCHED_DAYS))
        self._loads = work_list.last_loads(connection)
        self._silent_before = (datetime.now(UTC) - timedelta(days=settings.due_days)).isoformat(timespec="seconds")
        atlas = services.atlas()
        self._themes = {code: term.theme for code, term in atlas.vocabulary.of("category").items()}
        hubs, numbers = np.unique(atlas.groups.spots.hub_id.astype(str), return_counts=True)
        self._at_hub = dict(zip(hubs.tolist(), numbers.tolist(), strict=True))

    def __call__(self, layer_name: str, row: Mapping) -> Item:
        settings, key = self._settings, (layer_name, row["id"])
        state = state_of(row["last_confirmed"], self._today, settings.due_days, settings.stale_days,
                         settings.hide_days)
        categories = load_list(row.get("categories") or row.get("topics") or "[]")
        told = self._told.get(key, ())
        facts = risk.Facts(
            state, ever_confirmed=row["last_confirmed"] is not None, says_closed=any(one.closed for one in told),
            says_wrong=any(not one.closed and not one.says_running for one in told),
            for_many=self._for_many(row, categories),
            a_week=self._at_hub.get(row["id"], 0) if layer_name == "hubs" else _a_week(row.get("meetings") or "[]"),
            searches=max((self._searches.get(code, 0) for code in categories), default=0),
            list_is_silent=self._loads.get(row["source"], "9") < self._silent_before,
            reachable=bool(row["phone"] or row["email"] or row["website"]))
        held, points = _weighed(facts)
        return Item(layer_name, row, state, held, categories=categories, asked_at=self._asked.get(key, ""),
                    says_running=any(one.says_running for one in told), points=points,
                    suggestion=told[0].id if told else None)

    def _for_many(self, row: Mapping, categories: Iterable[str]) -> bool:
        audiences = set(load_list(row["audiences"])) if "audiences" in row else set()
        youngest, oldest = row.get("age_min"), row.get("age_max")
        return bool(audiences & _AUDIENCES or row.get("kind") in _KINDS
                    or any(self._themes.get(code) in _THEMES for code in categories)
                    or (oldest is not None and oldest < _CHILD) or (youngest is not None and youngest >= _OLDER))


@lru_cache(maxsize=16_384)
def _a_week(meetings: str) -> float:
    return risk.a_week(meeting.session.rule for meeting in load_meetings(meetings))


@lru_cache(maxsize=4_096)
def _weighed(facts: risk.Facts) -> tuple[tuple[risk.Reason, ...], int]:
    """The reasons and their points; thousands of entries have the same facts."""
    held = risk.reasons(facts)
    return held, risk.points(held)


def _told(waiting: Iterable[Suggestion]) -> dict[tuple[str, str], list[Suggestion]]:
    made: dict[tuple[str, str], list[Suggestion]] = {}
    for one in waiting:
        if one.record_id:
            made.setdefault((one.layer, one.record_id), []).append(one)
    return made


def _current(items: Iterable[Item], today: date) -> list[Item]:
    """Without what is over anyway: offers that ran out or were taken up, and what only met on days gone by."""
    atlas, now = services.atlas(), services.now()
    public = {name: getattr(atlas, name) for name in ("hubs", "groups", "opportunities")}
    listed = {name: layer.listed_mask(now) for name, layer in public.items()}

    def is_over(item: Item) -> bool:
        expires = item.row.get("expires")
        number = public[item.layer].number_of.get(item.row["id"]) if item.layer in public else None
        return (item.row.get("state", "open") != "open" or (expires is not None and expires < today)
                or (number is not None and not listed[item.layer][number]))

    return [item for item in items if not is_over(item)]


def place(connection: Connection, items: Sequence[Item]) -> None:
    """Find each item's ward, as a row of the Atlas's wards: of its own point, else of its hub's."""
    wards, hubs = services.atlas().wards, work_list.hub_places(connection)
    placed = [(item, point) for item in items if (point := _point(item.row, hubs)) is not None]
    if not len(wards) or not placed:
        return
    found = locate_wards(wards, [lon for _item, (_lat, lon) in placed], [lat for _item, (lat, _lon) in placed])
    for number, ward in enumerate(found):
        placed[number][0].ward = int(ward)


def _point(row: Mapping, hubs: Mapping[str, tuple[float, float]]) -> tuple[float, float] | None:
    return (row["lat"], row["lon"]) if row["lat"] is not None else hubs.get(row.get("hub_id", ""))


def _fits(item: Item, choice: Choice) -> bool:
    code = services.atlas().ward_codes[item.ward] if item.ward >= 0 else ""
    never = item.row["last_confirmed"] is None
    of_state = {"": True, "never": never, "stale": item.state is Freshness.STALE and not never,
                "due": item.state is Freshness.DUE, "hidden": item.state is Freshness.HIDDEN,
                "closed": risk.Reason.CLOSED in item.reasons, "asked": bool(item.asked_at)}
    return (of_state[choice.state] and choice.ward in ("", code)
            and (not choice.category or choice.category in item.categories)
            and (not choice.email or bool(item.row["email"]) == (choice.email == "yes")))
