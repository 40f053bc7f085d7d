"""One layer of assets in memory: rows, where they are, what they carry, when they meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from threading import Lock

import geopandas as gpd
import numpy as np

from assetmap.analysis.facets import Facet
from assetmap.analysis.nearby import PointIndex
from assetmap.analysis.occurrences import SessionTable, soonest
from assetmap.analysis.word_search import WordIndex
from assetmap.domain.group import Group, Meeting
from assetmap.domain.location import Location
from assetmap.domain.person import GIVER as INDIVIDUAL
from assetmap.domain.schedule import Calendar, Rule, Session
from assetmap.domain.text import plain
from assetmap.domain.vocabulary import Vocabulary
from assetmap.store.rows import Record, RecordLayer, load_list, load_meetings, record_of

# Facet → the columns that may hold it, and the vocabulary's kind of its codes ("" for codes of its own).
FACETS = {"category": (("categories", "topics"), "category"), "cost": (("cost",), "cost"),
          "access": (("access",), "access"), "language": (("languages",), "language"),
          "connected": (("connected_themes",), "connected_theme"), "kind": (("kind",), ""),
          "direction": (("direction",), "")}
_TEXT_COLUMNS = ("name", "summary", "description", "organisation", "giver", "notes")

ENDLESS = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, slots=True)
class Spots:
    """Where assets are, a row per place: degrees, metres, the asset's number, its hub's id, its ward's number.

    Assets that may not be shown exactly stand at a point of their ward. `ward` is -1 outside every ward.
    """

    lon: np.ndarray
    lat: np.ndarray
    x: np.ndarray
    y: np.ndarray
    owner: np.ndarray
    hub_id: np.ndarray
    ward: np.ndarray


class Rows(Sequence):
    """A table's rows, kept as plain tuples: a third of the memory, and columns are quick to take out."""

    def __init__(self, names: Sequence[str], values: Iterable[tuple]):
        self.names = tuple(names)
        self.position = {name: index for index, name in enumerate(self.names)}
        self.values = list(values)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, number: int) -> Mapping:
        return dict(zip(self.names, self.values[number], strict=True))

    def value(self, number: int, name: str):
        """One cell."""
        return self.values[number][self.position[name]]

    def column(self, name: str) -> list:
        """One column of every row."""
        position = self.position[name]
        return [row[position] for row in self.values]


_ASK = Session(rule=None, text="Ask the group when", understood=False)


def without_door(group: Group) -> Group:
    """A group that meets in a home, without what could lead to the door: address, position, times as written.

    What was understood of the times stays; what was not becomes "ask".
    """
    meetings = tuple(
        Meeting(replace(m.session, place="", text="", note="") if m.session.understood else _ASK, m.hub_id)
        for m in group.meetings)
    return replace(group, address="", postcode="", location=Location(), times="", meetings=meetings)


class AssetLayer:
    """Immutable. Assets are numbered 0…n-1 in the order of their ids; arrays are aligned with that.

    `hub_names` holds for each asset the names of the hubs where it is, so that a search for a hub's name finds it.
    """

    def __init__(self, layer: RecordLayer, rows: Rows, spots: Spots, calendar: Calendar, vocabulary: Vocabulary,
                 hub_names: Sequence[str] = ()):
        self.layer = layer
        self.rows = rows
        self.spots = spots
        self.calendar = calendar
        self.vocabulary = vocabulary
        self._hub_names = hub_names or [""] * len(rows)
        self.number_of = {record_id: number for number, record_id in enumerate(rows.column("id"))}
        self.index = PointIndex(spots.x, spots.y, spots.owner)
        self.placed = np.zeros(len(rows), dtype=bool)
        self.placed[spots.owner] = True
        self.ward = _first_of_owner(spots, len(rows))
        self._first_spot = np.searchsorted(spots.owner, np.arange(len(rows) + 1)).tolist()
        self._lock = Lock()
        self._starts: tuple[datetime, np.ndarray] | None = None
        self._listed: tuple[date, np.ndarray] | None = None
        self._days: dict[date, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def record(self, number: int) -> Record:
        """The asset as its dataclass, as anyone may see it: of a home no address, and no words that may hold one."""
        record = record_of(self.layer, self.rows[number])
        return without_door(record) if getattr(record, "meets_in_home", False) else record

    def column(self, name: str) -> list:
        """One column of every row."""
        return self.rows.column(name)

    def prepare(self) -> None:
        """Work out everything that requests will ask for, so that none of them waits for it."""
        for name in ("_open", "is_active", "last_day", "_facets", "session_weekdays", "session_parts", "name_rank",
                     "words"):
            getattr(self, name)

    @cached_property
    def facet_names(self) -> frozenset[str]:
        """The facets that this layer's assets carry."""
        return frozenset(self._facets)

    def listed_mask(self, now: datetime) -> np.ndarray:
        """Which assets a list shows: not ended, closed or over by today. (n,) bool."""
        kept = self._listed
        if kept is None or kept[0] != now.date():
            mask = self._open & (self.last_day >= now.date().toordinal())
            kept = self._listed = (now.date(), mask)
        return kept[1]

    @cached_property
    def _open(self) -> np.ndarray:
        open_ = np.array([status in ("active", "paused") for status in self.column("status")], dtype=bool)
        if "state" in self.layer.content:
            open_ &= np.array([state == "open" for state in self.column("state")], dtype=bool)
        return open_

    @cached_property
    def is_active(self) -> np.ndarray:
        """Which assets go on just now, rather than being paused or over; (n,) bool."""
        return np.array([status == "active" for status in self.column("status")], dtype=bool)

    @cached_property
    def is_individuals(self) -> np.ndarray:
        """Which assets are one person's offer or ask; (n,) bool. They are in no open data."""
        if "giver_kind" not in self.layer.content:
            return np.zeros(len(self), dtype=bool)
        return np.array([kind == INDIVIDUAL for kind in self.column("giver_kind")], dtype=bool)

    @cached_property
    def name_rank(self) -> np.ndarray:
        """Each asset's place in the order of names, accents and case aside; (n,) int."""
        order = sorted(range(len(self)), key=list(map(plain, self.column("name"))).__getitem__)
        rank = np.empty(len(self), dtype=np.int64)
        rank[order] = np.arange(len(self))
        return rank

    @cached_property
    def age_min(self) -> np.ndarray:
        """Lowest age, 0 when nobody said; (n,) int."""
        return np.array([age or 0 for age in self.column("age_min")], dtype=np.int64)

    @cached_property
    def age_max(self) -> np.ndarray:
        """Highest age, 999 when nobody said; (n,) int."""
        return np.array([999 if age is None else age for age in self.column("age_max")], dtype=np.int64)

    @cached_property
    def session_weekdays(self) -> np.ndarray:
        """On which weekdays each session can be: bits, Monday first."""
        return self.sessions.weekdays()

    @cached_property
    def session_parts(self) -> np.ndarray:
        """In which parts of the day each session is: bits."""
        return self.sessions.part_of_day()

    def occurs_on(self, day: date) -> np.ndarray:
        """Which sessions are on a day; kept for a few days."""
        kept = self._days.get(day)
        if kept is None:
            kept = self.sessions.occurs_on(day)
            self._days = {**dict(list(self._days.items())[-60:]), day: kept}
        return kept

    def facet(self, name: str) -> Facet:
        """What each asset carries of one facet; made on first use."""
        return self._facets[name]

    @cached_property
    def _facets(self) -> dict[str, Facet]:
        made, columns = {}, self.layer.content
        for name, (held_in, kind) in FACETS.items():
            column = next((column for column in held_in if column in columns), None)
            if column is None:
                continue
            raw = self.column(column)
            one_each = column in {"cost", "kind", "direction"}
            values = [(code,) for code in raw] if one_each else [load_list(text) for text in raw]
            codes = list(self.vocabulary.of(kind)) if kind else sorted(set(raw))
            extra = sorted({code for held in set(values) for code in held} - set(codes) - {""})
            made[name] = Facet([*codes, *extra], values)
        return made

    @cached_property
    def words(self) -> WordIndex:
        """Every word of each asset's texts and of its hubs' names; what its categories mean the vocabulary knows."""
        texts = [self.column(name) for name in (*_TEXT_COLUMNS, "other_categories") if name in self.layer.content]
        return WordIndex(map(" ".join, zip(*texts, self._hub_names, strict=True)))

    @cached_property
    def _sessions(self) -> tuple[SessionTable, np.ndarray, np.ndarray]:
        sessions, owner, last = [], [], []
        ends: dict[int, int] = {}  # by the rule's identity: many sessions share one, and it stays alive in `sessions`
        if "meetings" in self.layer.content:
            for number, text in enumerate(self.column("meetings")):
                for meeting in load_meetings(text) if text != "[]" else ():
                    sessions.append(meeting.session)
                    owner.append(number)
                    rule = meeting.session.rule
                    end = ends.get(id(rule))
                    if end is None:
                        end = ends[id(rule)] = last_day_of(rule)
                    last.append(end)
        table = SessionTable.from_sessions(sessions, self.calendar)
        return table, np.array(owner, dtype=np.int64), np.array(last, dtype=np.int64)

    @property
    def sessions(self) -> SessionTable:
        """A row per session of every asset; `session_owner` says whose."""
        return self._sessions[0]

    @property
    def session_owner(self) -> np.ndarray:
        """The asset's number of each row of `sessions`."""
        return self._sessions[1]

    @property
    def session_last(self) -> np.ndarray:
        """The last day each row of `sessions` can be on, as an ordinal; ENDLESS when there is no end."""
        return self._sessions[2]

    def next_start(self, now: datetime) -> np.ndarray:
        """When each asset next meets: datetime64[m] (n,), NaT when not known or paused. Kept for the minute."""
        minute = now.replace(second=0, microsecond=0)
        kept = self._starts
        if kept is None or kept[0] != minute:
            with self._lock:
                starts = soonest(self.sessions.next_start(minute, include_running=True), self.session_owner, len(self))
                starts[~self.is_active] = np.datetime64("NaT")
                kept = self._starts = (minute, starts)
        return kept[1]

    @cached_property
    def last_day(self) -> np.ndarray:
        """The last day that each asset can meet, as ordinals (n,); ENDLESS when there is no end."""
        last = np.full(len(self), ENDLESS)
        last[self.session_owner] = 0
        np.maximum.at(last, self.session_owner, self.session_last)
        if "expires" in self.layer.content:
            for number, day in enumerate(self.column("expires")):
                if day is not None:
                    last[number] = day.toordinal()
        return last

    @cached_property
    def frame(self) -> gpd.GeoDataFrame:
        """Id, name and ward number with a point for each place; WGS84."""
        spots = self.spots
        return gpd.GeoDataFrame(
            {"id": [self.rows.value(n, "id") for n in spots.owner],
             "name": [self.rows.value(n, "name") for n in spots.owner], "ward": spots.ward},
            geometry=gpd.points_from_xy(spots.lon, spots.lat), crs="EPSG:4326")

    def spots_of(self, number: int) -> list[int]:
        """Row numbers in `spots` of one asset."""
        return list(range(self._first_spot[number], self._first_spot[number + 1]))


def last_day_of(rule: Rule | None) -> int:
    """The last day of a rule as an ordinal."""
    if rule is None:
        return ENDLESS
    if rule.freq != "once" and rule.until is None:
        return ENDLESS
    ends = [day for day in (rule.start if rule.freq == "once" else rule.until, *rule.extra_dates) if day]
    return max(ends).toordinal() if ends else ENDLESS


def _first_of_owner(spots: Spots, size: int) -> np.ndarray:
    """The ward of each asset's first place; -2 for those with no place, -1 outside every ward."""
    ward = np.full(size, -2, dtype=np.int64)
    ward[spots.owner[::-1]] = spots.ward[::-1]
    return ward
