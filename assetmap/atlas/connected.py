"""What each ward has of each connected theme: groups, places to meet, offers and asks, and programmes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assetmap.atlas.assets import AssetLayer
from assetmap.atlas.planning import Planning

ASSETS = ("groups", "hubs", "opportunities")
KINDS = (*ASSETS, "programmes")


@dataclass(frozen=True, slots=True)
class Present:
    """A programme that is somewhere: codes of its themes, and the rows of the wards that it is in, each once."""

    themes: tuple[str, ...]
    wards: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Connected:
    """Counts by kind (`KINDS`): `by_ward` (w, t) int, wards as the Atlas has them and themes in the order of `codes`.

    An asset counts where its first place is, as in the lists; a programme in each ward that it is in, so
    that `total` (t,), where each counts once, is no sum of the wards'. `elsewhere` (t,) are in no ward. `carrying` is
    how many carry any theme, `listed` how many there are.
    """

    codes: tuple[str, ...]
    by_ward: dict[str, np.ndarray]
    total: dict[str, np.ndarray]
    elsewhere: dict[str, np.ndarray]
    carrying: dict[str, int]
    listed: dict[str, int]

    @property
    def all_kinds(self) -> np.ndarray:
        """Everything that a ward has of a theme, (w, t)."""
        return self.assets + self.by_ward["programmes"]

    @property
    def assets(self) -> np.ndarray:
        """As `all_kinds`, without the programmes, many of which are everywhere."""
        return sum(self.by_ward[name] for name in ASSETS)


def connected(planning: Planning, programmes: Sequence[Present]) -> Connected:
    """What is listed now, and the programmes."""
    codes = tuple(planning.atlas.vocabulary.of("connected_theme"))
    made = Connected(codes, {}, {}, {}, {}, {})
    for name in ASSETS:
        _count_assets(made, name, getattr(planning.atlas, name), planning)
    _count_programmes(made, programmes, planning.size)
    return made


def _count_assets(made: Connected, name: str, layer: AssetLayer, planning: Planning) -> None:
    listed = layer.listed_mask(planning.now)
    facet, there = layer.facet("connected"), layer.ward >= 0
    of_theme = [facet.any_of(np.arange(len(layer)), (code,)) & listed for code in made.codes]
    made.by_ward[name] = _columns([np.bincount(layer.ward[held & there], minlength=planning.size)
                                   for held in of_theme], planning.size)
    made.total[name] = np.array([np.count_nonzero(held) for held in of_theme], dtype=int)
    made.elsewhere[name] = np.array([np.count_nonzero(held & ~there) for held in of_theme], dtype=int)
    made.listed[name] = int(np.count_nonzero(listed))
    made.carrying[name] = int(np.count_nonzero(facet.carries.any(axis=0) & listed))


def _count_programmes(made: Connected, programmes: Sequence[Present], size: int) -> None:
    by_ward = np.zeros((size, len(made.codes)), dtype=int)
    total, nowhere = np.zeros((2, len(made.codes)), dtype=int)
    for number, code in enumerate(made.codes):
        for one in programmes:
            if code in one.themes:
                by_ward[list(one.wards), number] += 1
                total[number] += 1
                nowhere[number] += not one.wards
    made.by_ward["programmes"], made.total["programmes"], made.elsewhere["programmes"] = by_ward, total, nowhere
    made.listed["programmes"] = len(programmes)
    made.carrying["programmes"] = sum(bool(one.themes) for one in programmes)


def _columns(columns: list[np.ndarray], size: int) -> np.ndarray:
    return np.column_stack(columns) if columns else np.zeros((size, 0), dtype=int)
