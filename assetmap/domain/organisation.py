"""An organisation: who runs groups and hubs (Open Referral UK: organization)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from assetmap.domain.contact import Contact
from assetmap.domain.location import Location


@dataclass(frozen=True, slots=True)
class Organisation:
    """`charity_number` and `company_number` are as the registers write them; `location` is of its office."""

    id: str
    name: str
    summary: str = ""
    charity_number: str = ""
    company_number: str = ""
    address: str = ""
    postcode: str = ""
    location: Location = field(default_factory=Location)
    access: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    contact: Contact = field(default_factory=Contact)
    notes: str = ""
    status: str = "active"
    last_confirmed: date | None = None
    confirmed_by: str = ""
    source: str = ""
    source_id: str = ""
