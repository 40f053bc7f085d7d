"""Programmes of an Atlas: who is under way in which ward, how far, and how many residents that covers.

Read when somebody first asks, and kept as long as the Atlas is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np
import shapely

from assetmap.analysis.catchments import covered_by_ward, inside, wards_crossed
from assetmap.analysis.population import BASES, LABELS, SUPPLIED
from assetmap.atlas.atlas import Atlas
from assetmap.atlas.planning import Planning, planning_of
from assetmap.atlas.population import shapes_in_metres
from assetmap.domain.initiatives import Initiatives, NextDate
from assetmap.domain.programme import Deployment
from assetmap.layers import crs
from assetmap.store import programmes as store

_LOCK = Lock()
_KEPT = "programmes"
OF_WARDS = "figures of wards"


@dataclass(frozen=True, slots=True)
class Covered:
    """The residents that some deployments cover, nobody counted twice.

    `people` is NaN where nobody knows; `by_ward` (w,) is 0 where nothing is covered; `whole` (w,) bool are wards that
    are covered altogether, which count as their figures say, the others by population points. `basis` says what the
    least sure of it rests on, `estimated` whether any of it is an estimate.
    """

    people: float
    by_ward: np.ndarray
    whole: np.ndarray
    basis: str
    estimated: bool


def programmes_of(atlas: Atlas) -> Programmes:
    """The Atlas's programmes, read when they are first asked for."""
    with _LOCK:
        if _KEPT not in atlas.kept:
            with atlas.database.reading() as connection:
                atlas.kept[_KEPT] = Programmes(atlas, store.read(connection))
        return atlas.kept[_KEPT]


class Programmes:
    """Safe to share between threads. Wards are rows of `atlas.wards`.

    `all` has what is internal too, for those who sign in; `public` what anyone may see.
    """

    def __init__(self, atlas: Atlas, held: Initiatives):
        self.atlas = atlas
        hubs = atlas.hubs
        on_the_map = {hub_id for hub_id, number in hubs.number_of.items() if hubs.is_active[number]}
        self.all, self.public = held, held.public(on_the_map)
        self._areas: dict[str, np.ndarray] = {}
        self._lock = Lock()

    @property
    def planning(self) -> Planning:
        return planning_of(self.atlas)

    @cached_property
    def _shapes_m(self) -> np.ndarray:
        return shapes_in_metres(self.atlas)

    @cached_property
    def gatherings(self) -> tuple[NextDate, ...]:
        """What anyone may come to, past days too, the earliest first (see `Initiatives.gatherings`)."""
        return tuple(self.public.gatherings())

    @cached_property
    def gatherings_of(self) -> dict[str, list[NextDate]]:
        """The same by the deployment's id."""
        made: dict[str, list[NextDate]] = {}
        for one in self.gatherings:
            made.setdefault(one.deployment.id, []).append(one)
        return made

    def metres_to_wards(self, x: float, y: float) -> np.ndarray:
        """How far each ward is from a point of the local projected system: (w,) metres, 0 inside it."""
        return shapely.distance(shapely.Point(x, y), self._shapes_m)

    def metres_to(self, deployment: Deployment, x: float, y: float, to_wards: np.ndarray) -> float:
        """How far its area is from a point, given `metres_to_wards` of it; infinite when it is in no known ward."""
        outline = self.outline_m(deployment)
        if outline is not None:
            return float(shapely.distance(shapely.Point(x, y), outline))
        return float(np.min(to_wards[self.ward_rows(deployment)], initial=np.inf))

    def outline_m(self, deployment: Deployment) -> shapely.Geometry | None:
        """The drawn outline in the local projected system; None when its area is whole wards."""
        if not deployment.outline:
            return None
        return crs.shapes_to_metres(shapely.from_wkt(deployment.outline), self.atlas.local_crs)

    def area(self, deployment: Deployment) -> shapely.Geometry | None:
        """Where it is, in WGS84: its outline, else its wards together; None when it names no ward that is loaded."""
        if deployment.outline:
            return shapely.from_wkt(deployment.outline)
        rows = [self.atlas.ward_number[code] for code in deployment.wards if code in self.atlas.ward_number]
        return shapely.union_all(self.atlas.wards.geometry.to_numpy()[rows]) if rows else None

    def shares(self, deployment: Deployment) -> np.ndarray:
        """How much of each ward's area it covers: (w,) from 0 to 1. Slivers at a border are 0."""
        with self._lock:
            if deployment.id not in self._areas:
                self._areas[deployment.id] = self._shares(deployment)
            return self._areas[deployment.id]

    def _shares(self, deployment: Deployment) -> np.ndarray:
        outline = self.outline_m(deployment)
        if outline is not None:
            return wards_crossed(outline, self._shapes_m)
        made = np.zeros(len(self.atlas.wards))
        made[[self.atlas.ward_number[code] for code in deployment.wards if code in self.atlas.ward_number]] = 1.0
        return made

    def ward_rows(self, deployment: Deployment) -> list[int]:
        """The wards that it is in, even in part."""
        return np.flatnonzero(self.shares(deployment)).tolist()

    def covered(self, deployments: Iterable[Deployment], audience: str = "everyone") -> Covered:
        """The residents of an age (`domain.measure.AUDIENCES`) in the areas of some deployments."""
        points, known = self.planning.points, self.planning.people(audience)
        whole = np.zeros(len(self.atlas.wards), dtype=bool)
        chosen = np.zeros(len(points), dtype=bool)
        for deployment in deployments:
            outline = self.outline_m(deployment)
            if outline is None:
                whole |= self.shares(deployment) > 0
            else:
                chosen |= inside(outline, points.x, points.y)
        by_ward = covered_by_ward(whole, chosen, points.ward, self.planning.people_at(audience), points.weight,
                                  known.number)
        outside = float(self.planning.people_at(audience)[chosen & (points.ward < 0)].sum())
        counted = np.unique(points.ward[chosen & ~np.append(whole, False)[points.ward]])
        bases = {str(points.ward_basis[row]) if row >= 0 else SUPPLIED for row in counted.tolist()}
        basis = next((LABELS[name] for name in reversed(BASES) if name in bases), OF_WARDS)
        return Covered(float(by_ward.sum()) + outside, by_ward, whole, basis,
                       bool(bases - {SUPPLIED}) or bool(whole.any() and known.estimate))

    def opportunities(self, deployment: Deployment) -> list[int]:
        """Offers and asks of the kinds that belong to it, in its area: rows of `atlas.opportunities`."""
        layer = self.atlas.opportunities
        if not deployment.opportunity_kinds:
            return []
        spots, outline = layer.spots, self.outline_m(deployment)
        there = inside(outline, spots.x, spots.y) if outline is not None else \
            np.append(self.shares(deployment) > 0, False)[spots.ward]
        kinds = set(deployment.opportunity_kinds)
        owners = np.unique(spots.owner[there]).tolist()
        return [row for row in owners if layer.rows.value(row, "kind") in kinds]
