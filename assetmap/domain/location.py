"""Where an asset is, how that is known, and how exactly it may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assetmap.domain.place import Place


class LocationSource(StrEnum):
    """Where a position came from, best first."""

    GIVEN = "given"
    POSTCODE = "postcode"
    CONTACT = "contact"
    HUB = "hub"
    NONE = ""


SENTENCE = {
    LocationSource.GIVEN: "Position given by those who supplied it.",
    LocationSource.POSTCODE: "Position of the postcode: within about 100 metres.",
    LocationSource.CONTACT: "Position of the contact's postcode, which may not be where it meets. Ask before you go.",
    LocationSource.HUB: "Position of the hub where it meets.",
    LocationSource.NONE: "No position is known.",
}


@dataclass(frozen=True, slots=True)
class Location:
    """A place or none, and its provenance."""

    place: Place | None = None
    source: LocationSource = LocationSource.NONE


@dataclass(frozen=True, slots=True)
class KnownPostcode:
    """A postcode that exists: its point, if it has one; its official ward, if that is known; when it ended, or ""."""

    place: Place | None
    ward_code: str = ""
    terminated: str = ""
