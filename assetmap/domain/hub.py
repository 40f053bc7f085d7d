"""A hub: a venue where people meet (Open Referral UK: location)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from assetmap.domain.contact import Contact
from assetmap.domain.location import Location


@dataclass(frozen=True, slots=True)
class Hub:
    """`access`, `languages` and `connected_themes` are codes of the vocabulary.

    `opening_hours` and `rooms` are as written.
    """

    id: str
    name: str
    kind: str = "other"
    summary: str = ""
    address: str = ""
    postcode: str = ""
    location: Location = field(default_factory=Location)
    access: tuple[str, ...] = ()
    opening_hours: str = ""
    rooms: str = ""
    capacity: int | None = None
    languages: tuple[str, ...] = ()
    connected_themes: tuple[str, ...] = ()
    contact: Contact = field(default_factory=Contact)
    notes: str = ""
    status: str = "active"
    last_confirmed: date | None = None
    confirmed_by: str = ""
    source: str = ""
    source_id: str = ""
