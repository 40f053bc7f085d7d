"""Which assets a query finds, in order, and what each further choice would leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from assetmap.analysis.facets import count_distinct, keep
from assetmap.analysis.nearby import smallest
from assetmap.analysis.occurrences import AFTERNOON, EVENING, MORNING
from assetmap.atlas.assets import AssetLayer
from assetmap.atlas.atlas import Atlas
from assetmap.atlas.meaning import assets_meant
from assetmap.atlas.near import NearPlace
from assetmap.domain.query import DAYS, OF_OPPORTUNITIES, PARTS_OF_DAY, FindQuery

_PARTS = dict(zip(PARTS_OF_DAY, (MORNING, AFTERNOON, EVENING), strict=True))
_FAR = 1 << 62


@dataclass(frozen=True, slots=True)
class Hit:
    """An asset's number and the metres to it; None when nobody asked from where, or it has no place."""

    number: int
    distance_m: float | None


class Found:
    """What a query finds in one layer. Arrays are aligned with `candidates`, the assets within reach."""

    def __init__(self, layer: AssetLayer, query: FindQuery, near: NearPlace | None, within_m: int, now: datetime,
                 atlas: Atlas):
        self.layer, self.query, self.near, self.now, self._atlas = layer, query, near, now, atlas
        self.candidates, self.metres = _reach(layer, near, within_m, atlas)
        self.widened: list[tuple[str, str]] = []
        """Phrases that name one activity which nobody within reach names, each with its category's label instead."""
        self.loosened = False
        """Whether nothing within reach means all of the words, so that what means any of them was found."""
        self._meant: np.ndarray | None = None
        if query.q:
            reachable = np.zeros(len(layer), dtype=bool)
            reachable[self.candidates] = layer.listed_mask(now)[self.candidates]
            meant = assets_meant(layer, query.q, reachable)
            self._meant, self.widened, self.loosened = meant.mask, meant.widened, meant.loosened
        self.masks = self._masks(self.candidates)
        self.kept = np.flatnonzero(keep(self.masks, len(self.candidates)))

    def leave_out(self, unwanted: np.ndarray) -> None:
        """Take assets out of what was found; `unwanted` is a bool of every asset of the layer."""
        self.kept = self.kept[~unwanted[self.candidates[self.kept]]]

    @property
    def total(self) -> int:
        return len(self.kept)

    @property
    def numbers(self) -> np.ndarray:
        """The assets found, in no particular order."""
        return self.candidates[self.kept]

    def ordered(self, first: int = 0, count: int | None = None) -> list[Hit]:
        """A page of hits in the query's order."""
        count = self.total - first if count is None else count
        order = self._order(first + count)[first:]
        picked = self.kept[order]
        metres = [None] * len(picked) if self.metres is None else self.metres[picked].tolist()
        return [Hit(int(n), m) for n, m in zip(self.candidates[picked], metres, strict=True)]

    def _order(self, count: int) -> np.ndarray:
        sort = self.query.sort or ("distance" if self.metres is not None else "soonest")
        numbers = self.numbers
        if sort == "distance" and self.metres is not None:
            return smallest(self.metres[self.kept], count)
        if sort == "name":
            return smallest(self.layer.name_rank[numbers].astype(float), count)
        starts = self.layer.next_start(self.now)[numbers]
        key = np.where(np.isnat(starts), float(_FAR), starts.astype(np.int64).astype(float))
        return smallest(key, count)

    def counts(self, name: str) -> dict[str, int]:
        """For each value of a facet, how many assets it has among those that pass all the other facets."""
        if name in ("day", "time"):
            return self._time_counts(name)
        if name == "ward":
            return self._ward_counts()
        return self.layer.facet(name).counts(self.candidates[keep(self.masks, len(self.candidates), leave_out=name)])

    def unplaced(self) -> int:
        """How many that have no place would be found if nobody asked from where."""
        if self.near is None or self.layer.placed.all():
            return 0
        nowhere = np.flatnonzero(~self.layer.placed)
        return int(keep(self._masks(nowhere), len(nowhere)).sum())

    def _masks(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """For each filter in force, which of the assets `rows` pass it."""
        query, layer = self.query, self.layer
        masks = {"listed": layer.listed_mask(self.now)[rows]}
        for name in ("category", "cost", "access", "language", "connected", *OF_OPPORTUNITIES):
            chosen = getattr(query, name)
            if chosen and name in layer.facet_names:
                masks[name] = layer.facet(name).any_of(rows, chosen)
        if query.day or query.time:
            masks["when"] = self._when_mask(rows, query.day, query.time)
        if query.age is not None and "age_min" in layer.layer.content:
            masks["age"] = (layer.age_min[rows] <= query.age) & (query.age <= layer.age_max[rows])
        if query.ward:
            masks["ward"] = layer.ward[rows] == self._atlas.ward_number.get(query.ward, -9)
        if self._meant is not None:
            masks["q"] = self._meant[rows]
        return masks

    def _ward_counts(self) -> dict[str, int]:
        """By the ward's code, those that have any."""
        ward = self.layer.ward[self.candidates[keep(self.masks, len(self.candidates), leave_out="ward")]]
        counts = np.bincount(ward[ward >= 0], minlength=len(self._atlas.ward_codes))
        return {self._atlas.ward_codes[number]: int(counts[number]) for number in np.flatnonzero(counts)}

    def _when_mask(self, rows: np.ndarray, days: tuple[str, ...], times: tuple[str, ...]) -> np.ndarray:
        """Assets with one session on such a day and in such a part of it."""
        fits = session_days(self.layer, days, self.now) & session_parts(self.layer, times)
        held = np.zeros(len(self.layer), dtype=bool)
        held[self.layer.session_owner[fits]] = True
        return held[rows]

    def _time_counts(self, name: str) -> dict[str, int]:
        """As `counts`, for days and parts of the day, which are asked of the same session."""
        layer = self.layer
        others = np.zeros(len(layer), dtype=bool)
        others[self.candidates[keep(self.masks, len(self.candidates), leave_out="when")]] = True
        parts, days = session_parts(layer, self.query.time), session_days(layer, self.query.day, self.now)
        rows = np.flatnonzero(others[layer.session_owner] & (parts if name == "day" else days))
        if name == "day":
            fits = {code: session_days(layer, (code,), self.now) for code in (*DAYS, "today", "tomorrow", "weekend")}
        else:
            fits = {code: session_parts(layer, (code,)) for code in PARTS_OF_DAY}
        owner = layer.session_owner[rows]
        return {code: count_distinct(owner[fitting[rows]]) for code, fitting in fits.items()}


def _reach(layer: AssetLayer, near: NearPlace | None, within_m: int,
           atlas: Atlas) -> tuple[np.ndarray, np.ndarray | None]:
    if near is None:
        return np.arange(len(layer)), None
    x, y = atlas.to_metres(near.place.lat, near.place.lon)
    return layer.index.within(x, y, within_m)


def session_days(layer: AssetLayer, days: tuple[str, ...], now: datetime) -> np.ndarray:
    """Sessions on any of the days: a weekday, or exactly today or tomorrow; all when no day is named. Bool."""
    if not days:
        return np.ones(len(layer.sessions), dtype=bool)
    bits, fits = 0, np.zeros(len(layer.sessions), dtype=bool)
    for day in days:
        if day in DAYS:
            bits |= 1 << DAYS.index(day)
        elif day == "weekend":
            bits |= 0b1100000
        elif day == "weekday":
            bits |= 0b0011111
        else:
            fits |= layer.occurs_on((now + timedelta(days=day == "tomorrow")).date())
    if bits:
        fits |= ((layer.session_weekdays & bits) != 0) & (layer.session_last >= now.date().toordinal())
    return fits


def session_parts(layer: AssetLayer, times: tuple[str, ...]) -> np.ndarray:
    """Sessions in any of the parts of the day; all when none is named. Bool."""
    if not times:
        return np.ones(len(layer.sessions), dtype=bool)
    return (layer.session_parts & sum(_PARTS[time] for time in set(times))) != 0
