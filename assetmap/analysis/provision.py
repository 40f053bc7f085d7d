"""What each ward has: groups and hours for each thousand people, and what is just across its boundary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from assetmap.analysis.contact_hours import weekly_hours
from assetmap.analysis.funnel import dispersion, funnel_flags, funnel_limits
from assetmap.analysis.near_wards import inside_pairs, near_pairs, ward_of
from assetmap.analysis.projecting import project
from assetmap.analysis.rates import average_rate, poisson_interval, rate_per_thousand, shrink_rates

__all__ = [
    "Tally",
    "WardRows",
    "average_rate",
    "by_ward",
    "count_by_ward",
    "dispersion",
    "funnel_flags",
    "funnel_limits",
    "inside_pairs",
    "near_pairs",
    "poisson_interval",
    "provision_frame",
    "rate_per_thousand",
    "shrink_rates",
    "ward_of",
    "weekly_hours",
]

NOT_MEETING = ("paused", "ended", "hidden")


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted, by ward: arrays of n.

    `groups` int, each once in a ward. `known_times` int: of these, those of which the hours of every row there are
    known. `weekly_hours` float: the known hours together, 0 where there is no group, NaN where none has known hours.
    """

    groups: np.ndarray
    known_times: np.ndarray
    weekly_hours: np.ndarray


class WardRows:
    """Rows put in order once, to be counted again and again under other filters, in milliseconds.

    A row is a session or a place of a group: `ward` (m,) int, 0 to `wards` - 1, -1 for outside all of them; `owner`
    (m,) int, the group's number, 0 and up; `hours` (m,) float, weekly hours of contact there, NaN where they are not
    known. A group without sessions has one row with NaN.
    """

    def __init__(self, ward, owner, hours=None, *, wards: int) -> None:
        ward, owner = np.asarray(ward, dtype=np.int64), np.asarray(owner, dtype=np.int64)
        inside = np.flatnonzero(ward >= 0)
        key = ward[inside] * (int(owner.max(initial=0)) + 1) + owner[inside]
        order = np.argsort(key, kind="stable")
        self.wards = wards
        self.row = inside[order]
        self.ward = ward[self.row]
        self.key = key[order]
        self.hours = np.full(len(ward), np.nan) if hours is None else np.asarray(hours, dtype=float)
        self.hours = self.hours[self.row]

    def count(self, mask=None) -> Tally:
        """By ward, of the rows for which `mask` (m,) bool holds; all without one."""
        kept = slice(None) if mask is None else np.flatnonzero(np.asarray(mask, dtype=bool)[self.row])
        ward, key, hours = self.ward[kept], self.key[kept], self.hours[kept]
        if not len(key):
            return Tally(*(np.zeros(self.wards, dtype=kind) for kind in (np.int64, np.int64, float)))
        begins = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
        known = ~np.isnan(hours)
        groups = np.bincount(ward[begins], minlength=self.wards)
        all_known = np.logical_and.reduceat(known, begins)
        known_times = np.bincount(ward[begins[all_known]], minlength=self.wards)
        total = np.bincount(ward, weights=np.where(known, hours, 0.0), minlength=self.wards)
        some_known = np.bincount(ward[known], minlength=self.wards) > 0
        return Tally(groups, known_times, np.where((groups == 0) | some_known, total, np.nan))


def count_by_ward(ward, owner, hours=None, mask=None, *, wards: int) -> Tally:
    """Groups and weekly hours of each ward, from rows whose ward is known already (see WardRows).

    >>> count_by_ward([0, 0, 1, -1], [7, 7, 7, 8], [2, 1, np.nan, 4], wards=3).groups.tolist()
    [1, 1, 0]
    """
    return WardRows(ward, owner, hours, wards=wards).count(mask)


def provision_frame(codes, names, population, counted: Tally, near: Tally, level: float = 0.95) -> pd.DataFrame:
    """A row for each ward, by `code`, from what was counted in it and near it. `population` (n,) float, NaN not known.

    Columns: name, population;
    groups, per_thousand, near, near_per_thousand, each with _low and _high, what it could be by chance at `level`;
    shrunk_per_thousand (Marshall 1991);
    flag_95 and flag_998, "high" or "low" outside that funnel, else "";
    weekly_hours, hours_per_thousand; known_times, and known_times_share of the groups, NaN where there is none.
    Without a population rates are NaN.
    """
    given = np.asarray(population, dtype=float)
    people = np.where(given > 0, given, np.nan)
    with np.errstate(invalid="ignore"):
        share = counted.known_times / np.where(counted.groups > 0, counted.groups, np.nan)
    columns = {
        "name": names, "population": given,
        **_counts("groups", "per_thousand", counted.groups, people, level),
        "shrunk_per_thousand": 1_000 * shrink_rates(counted.groups, people),
        "flag_95": funnel_flags(counted.groups, people, 0.95), "flag_998": funnel_flags(counted.groups, people, 0.998),
        "weekly_hours": counted.weekly_hours, "hours_per_thousand": rate_per_thousand(counted.weekly_hours, people),
        "known_times": counted.known_times, "known_times_share": share,
        **_counts("near", "near_per_thousand", near.groups, people, level),
    }
    return pd.DataFrame(columns, index=pd.Index(codes, name="code"))


def by_ward(wards: gpd.GeoDataFrame, groups: gpd.GeoDataFrame, population=None, *, local_crs: str = "EPSG:27700",
            near_m: float = 1_000, level: float = 0.95) -> pd.DataFrame:
    """One row for each ward, in the order given, with the columns of `provision_frame`; noughts are kept.

    `wards`: polygons with `code`, and `name` if there is one. `groups`: points; several rows with the same `id` are
    places of one group, which counts once in a ward (without `id` each row is a group). Its column `weekly_hours` is
    the contact hours at that place, NaN where they are not known; rows whose `status` is paused, ended or hidden are
    left out. `population`: people of the right age, as the name of a column of `wards`, an array in the order of
    `wards`, or a series or dict by code; without it the column `population`, if there is one. Each frame may be in any
    coordinate system.

    A point on a shared boundary counts in the ward whose code comes first. `near`: groups within `near_m` metres of the
    ward, inside or out, by a straight line in `local_crs`.

    Raises ValueError for a frame without a coordinate system, wards without a code or with one twice, groups that are
    not points, and a population below 0 or of other wards.
    """
    _check(wards, groups)
    people = _population(wards, population)
    if "status" in groups:
        groups = groups[~groups["status"].isin(NOT_MEETING).to_numpy()]
    order = np.argsort(wards["code"].astype(str).to_numpy(), kind="stable")
    shapes, points = wards.geometry.to_numpy()[order], groups.geometry.to_numpy()
    inside = inside_pairs(shapes, project(points, groups.crs, wards.crs))
    near_ward, near_row = near_pairs(project(shapes, wards.crs, local_crs), project(points, groups.crs, local_crs),
                                     near_m, inside)
    owner = pd.factorize(groups["id"])[0] if "id" in groups else np.arange(len(groups))
    hours = groups["weekly_hours"].to_numpy(dtype=float, na_value=np.nan) if "weekly_hours" in groups else None
    counted = count_by_ward(ward_of(inside, len(points)), owner, hours, wards=len(wards))
    near = count_by_ward(near_ward, owner[near_row], wards=len(wards))
    names = wards["name"].to_numpy()[order] if "name" in wards else ""
    frame = provision_frame(wards["code"].to_numpy()[order], names, people[order], counted, near, level)
    return frame.iloc[np.argsort(order)]


def _counts(count: str, rate: str, counts: np.ndarray, people: np.ndarray, level: float) -> dict[str, np.ndarray]:
    low, high = poisson_interval(counts, level)
    return {count: counts, f"{count}_low": low, f"{count}_high": high, rate: rate_per_thousand(counts, people),
            f"{rate}_low": rate_per_thousand(low, people), f"{rate}_high": rate_per_thousand(high, people)}


def _check(wards: gpd.GeoDataFrame, groups: gpd.GeoDataFrame) -> None:
    for what, frame in (("wards", wards), ("groups", groups)):
        if frame.crs is None:
            raise ValueError(f"The {what} have no coordinate system. Say which, such as with set_crs(“EPSG:4326”).")
    if "code" not in wards or wards["code"].isna().any() or wards["code"].duplicated().any():
        raise ValueError("Each ward needs a code of its own, in a column “code”.")
    kinds = set(shapely.get_type_id(groups.geometry.to_numpy())) - {-1, int(shapely.GeometryType.POINT)}
    if kinds:
        raise ValueError("Groups stand at points; other shapes can be made points with representative_point().")


def _population(wards: gpd.GeoDataFrame, population) -> np.ndarray:
    """Of each row of `wards`, NaN where it is not known."""
    if population is None:
        population = wards["population"] if "population" in wards else np.full(len(wards), np.nan)
    elif isinstance(population, str):
        population = wards[population]
    elif isinstance(population, Mapping):
        population = pd.Series(population)
    if isinstance(population, pd.Series) and not population.index.equals(wards.index):
        known = population.reindex(wards["code"])
        if len(population) and len(wards) and not wards["code"].isin(population.index).any():
            raise ValueError("The population is of other wards: none of its codes is one of these.")
        population = known
    people = pd.to_numeric(pd.Series(np.asarray(population)), errors="raise").to_numpy(dtype=float, na_value=np.nan)
    if len(people) != len(wards):
        raise ValueError(f"The population has {len(people):,} numbers for {len(wards):,} wards.")
    if (people < 0).any():
        raise ValueError("A population is 0 or more.")
    return people
