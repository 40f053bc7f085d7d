"""From what somebody typed after "near" to a point."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from assetmap.atlas.atlas import Atlas
from assetmap.atlas.locator import Locator
from assetmap.domain.errors import BadInput, NotFound
from assetmap.domain.place import Place
from assetmap.domain.postcode import Postcode, canonical_part, is_part, looks_like_postcode
from assetmap.domain.text import short, slug
from assetmap.layers.postcodes import area_centre
from assetmap.store.database import Database

_PAIR = re.compile(r"\s*[+-]?\d[\d.]*\s*,\s*[+-]?\d[\d.]*\s*")
_ALIKE = 82  # of 100: "Leigh on see" is Leigh-on-Sea, "Westcliffe" is Westcliff


@dataclass(frozen=True, slots=True)
class NearPlace:
    """The point that was meant, what to call it, and its ward's row in the Atlas (-1: outside every ward)."""

    label: str
    place: Place
    ward: int
    remark: str = ""


def find_near(text: str, atlas: Atlas, database: Database) -> NearPlace:
    """Raises BadInput for what cannot be a place, NotFound for a place or postcode that there is not."""
    if _PAIR.fullmatch(text):
        place = Place.parse(text)
        return _at(f"{place.lat:.4f}, {place.lon:.4f}", place, atlas)
    named = atlas.names.get(slug(text))
    if named is not None:
        return _at(named.name, Place(named.lat, named.lon), atlas)
    if is_part(text):
        part = canonical_part(text)
        centre = area_centre(part)
        if centre is None:
            raise NotFound(f"There is no postcode area {part}. A whole postcode looks like SS1 2AB.", "near")
        return _at(part, centre, atlas, "The middle of the area was taken.")
    if looks_like_postcode(text):
        return _postcode(text, atlas, database)
    raise NotFound(_unknown(text, atlas), "near")


def _postcode(text: str, atlas: Atlas, database: Database) -> NearPlace:
    try:
        postcode = Postcode.parse(text)
    except BadInput as error:
        raise BadInput(error.message, "near") from None
    with database.reading() as connection:
        locator = Locator(connection)
        found = locator.find(postcode)
        if found is None or found.place is None:
            alike = locator.alike(postcode.text)
            hint = f" Did you mean {' or '.join(alike)}?" if alike else " Is it typed right? A place name works too."
            what = "There is no postcode" if found is None else "Nobody knows where on the map to find"
            raise NotFound(f"{what} {postcode.text}.{hint}", "near")
    ward = atlas.ward_number.get(found.ward_code, -1)
    ended = f"This postcode has not been in use since {found.terminated}." if found.terminated else ""
    near = _at(postcode.text, found.place, atlas, ended)
    return NearPlace(near.label, near.place, ward, ended) if ward >= 0 else near


def _at(label: str, place: Place, atlas: Atlas, remark: str = "") -> NearPlace:
    return NearPlace(label, place, atlas.ward_at(place.lat, place.lon), remark)


def alike_names(text: str, atlas: Atlas, most: int = 3) -> list[str]:
    """Names of places that somebody may have meant, likeliest first."""
    wanted = slug(text)
    if len(wanted) < 3:
        return []
    found = process.extract(wanted, list(atlas.names), scorer=fuzz.ratio, score_cutoff=_ALIKE - 10, limit=most * 2)
    begins = [key for key in atlas.names if key.startswith(wanted + "-")]
    return list(dict.fromkeys(atlas.names[key].name for key in (*begins, *(key for key, _, _ in found))))[:most]


def _unknown(text: str, atlas: Atlas) -> str:
    alike = alike_names(text, atlas)
    hint = f"Did you mean {' or '.join(alike)}?" if alike else "Try a postcode, such as SS1 2AB, or a place near it."
    return f"There is no place called “{short(text, 40)}” on this map. {hint}"
