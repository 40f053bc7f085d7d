"""What there is of each kind, by ward: groups in it and within a distance of it, asks that are open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assetmap.analysis.provision import near_pairs
from assetmap.atlas.assets import AssetLayer
from assetmap.atlas.measuring import NEAR_M
from assetmap.atlas.planning import Planning


@dataclass(frozen=True, slots=True)
class Supply:
    """Whole numbers by ward and kind, (w, k) each, in the order of `codes`.

    `here` are groups that meet in the ward, `near` those that meet in it or at most `NEAR_M` from it, each once;
    `asks` the open asks that stand in it. `everywhere` and `all_asks` (k,) are those of the whole map, each once.
    """

    codes: tuple[str, ...]
    here: np.ndarray
    near: np.ndarray
    asks: np.ndarray
    everywhere: np.ndarray
    all_asks: np.ndarray


def by_category(planning: Planning) -> Supply:
    """Of each category; worked out once."""
    codes = tuple(planning.atlas.vocabulary.of("category"))
    return planning.keep("supply by category", lambda: _supply(planning, codes, [(code,) for code in codes]))


def by_theme(planning: Planning) -> Supply:
    """Of each theme: a group of several of its categories once."""
    vocabulary = planning.atlas.vocabulary
    codes = tuple(vocabulary.of("theme"))
    parts = [tuple(term.code for term in vocabulary.of("category").values() if term.theme == code) for code in codes]
    return planning.keep("supply by theme", lambda: _supply(planning, codes, parts))


def _supply(planning: Planning, codes: tuple[str, ...], parts: list[tuple[str, ...]]) -> Supply:
    groups, chances, rows = planning.atlas.groups, planning.atlas.opportunities, planning.rows
    listed = planning.listed(groups)
    of_group = _carried(groups, parts)
    at = rows.spot >= 0
    ward = groups.spots.ward[rows.spot[at]]
    here = _pairs(ward, rows.owner[at], listed)
    near = _near(planning)
    asked = planning.listed(chances) & chances.facet("direction").any_of(np.arange(len(chances)), ("ask",))
    of_chance = _carried(chances, parts)
    asks = _pairs(chances.ward, np.arange(len(chances)), asked)
    return Supply(codes, *(_counted(pairs, held, planning.size) for pairs, held in (
        (here, of_group), (near, of_group), (asks, of_chance))),
        of_group[:, listed].sum(axis=1), of_chance[:, asked].sum(axis=1))


def untold(planning: Planning) -> tuple[np.ndarray, np.ndarray]:
    """How many groups in each ward or near it have no category, and how many there are: (w,) each."""
    groups = planning.atlas.groups

    def make() -> tuple[np.ndarray, np.ndarray]:
        told = groups.facet("category").carries.any(axis=0)
        made = _counted(_near(planning), np.array([~told, np.ones(len(groups), dtype=bool)]), planning.size)
        return made[:, 0], made[:, 1]

    return planning.keep("untold", make)


def near_spots(planning: Planning) -> tuple[np.ndarray, np.ndarray]:
    """Each ward with each place of a group in it or near it."""
    return planning.keep("near", lambda: near_pairs(
        planning.shapes_m, planning.points_m(planning.atlas.groups), NEAR_M))


def near_hubs(planning: Planning) -> tuple[np.ndarray, np.ndarray]:
    """Each ward with each listed place to meet in it or near it."""
    hubs = planning.atlas.hubs

    def make() -> tuple[np.ndarray, np.ndarray]:
        ward, spot = near_pairs(planning.shapes_m, planning.points_m(hubs), NEAR_M)
        kept = planning.listed(hubs)[hubs.spots.owner[spot]]
        return ward[kept], hubs.spots.owner[spot[kept]]

    return planning.keep("near hubs", make)


def _near(planning: Planning) -> tuple[np.ndarray, np.ndarray]:
    """Each ward with each listed group in it or near it, by the places where it meets."""
    groups, rows = planning.atlas.groups, planning.rows
    ward, spot = near_spots(planning)
    used = np.zeros(len(groups.spots.owner), dtype=bool)
    used[rows.spot[rows.spot >= 0]] = True
    kept = used[spot]
    return _pairs(ward[kept], groups.spots.owner[spot[kept]], planning.listed(groups))


def _carried(layer: AssetLayer, parts: list[tuple[str, ...]]) -> np.ndarray:
    """Which assets are of each kind: (k, n) bool."""
    facet, every = layer.facet("category"), np.arange(len(layer))
    return np.array([facet.any_of(every, codes) for codes in parts], dtype=bool).reshape(len(parts), len(layer))


def _pairs(ward: np.ndarray, owner: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each ward with each of its assets that count, once."""
    kept = (ward >= 0) & counts[owner]
    both = np.unique(ward[kept].astype(np.int64) * len(counts) + owner[kept])
    return both // max(len(counts), 1), both % max(len(counts), 1)


def _counted(pairs: tuple[np.ndarray, np.ndarray], carried: np.ndarray, wards: int) -> np.ndarray:
    ward, owner = pairs
    made = [np.bincount(ward[held[owner]], minlength=wards) for held in carried]
    return np.array(made, dtype=np.int64).reshape(len(carried), wards).T
