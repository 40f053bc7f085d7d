"""Where a postcode is: the council's own list first, then the embedded one of the whole country."""

from __future__ import annotations

from collections.abc import Sequence

from assetmap.domain.location import KnownPostcode
from assetmap.domain.place import Place
from assetmap.domain.postcode import Postcode
from assetmap.layers import postcodes as embedded
from assetmap.store import reference
from assetmap.store.database import Connection


class Locator:
    """Postcodes as one moment of the store knows them."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def find(self, postcode: Postcode) -> KnownPostcode | None:
        """None when there is no such postcode."""
        return self.find_many([postcode.text]).get(postcode.text)

    def find_many(self, texts: Sequence[str]) -> dict[str, KnownPostcode]:
        """By canonical text ("SS1 2AB"); those that do not exist are absent."""
        found = {}
        for text, row in reference.find_postcodes(self._connection, texts).items():
            place = None if row["lat"] is None else Place(row["lat"], row["lon"])
            found[text] = KnownPostcode(place, row["ward_code"], row["terminated"])
        rest = [text for text in texts if text not in found]
        if rest:
            lons, lats, known = embedded.find_many(rest)
            for text, lon, lat, is_known in zip(rest, lons.tolist(), lats.tolist(), known.tolist(), strict=True):
                if is_known:
                    found[text] = KnownPostcode(Place(lat, lon))
                elif embedded.exists(Postcode(text)):
                    found[text] = KnownPostcode(None)
        return found

    def alike(self, text: str) -> list[str]:
        """Existing postcodes that one confusable letter would make of this one."""
        return [postcode.text for postcode in embedded.nearest_spellings(text)]
