"""A group: what a person can join (Open Referral UK: service)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from assetmap.domain.contact import Contact
from assetmap.domain.location import Location
from assetmap.domain.schedule import Session

STATUSES = ("active", "paused", "ended", "hidden")


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session and the hub it is held in; without a hub it is at the group's own place."""

    session: Session
    hub_id: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Tuples of codes are the vocabulary's; `other_categories` are words that it does not know.

    `notes` is what was written of access, audience or languages and is not understood: kept and shown as it is.
    `times` is what was written; `meetings` is what was understood of it, and what was not, flagged.
    """

    id: str
    name: str
    summary: str = ""
    description: str = ""
    organisation: str = ""
    categories: tuple[str, ...] = ()
    other_categories: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    age_min: int | None = None
    age_max: int | None = None
    cost: str = ""
    cost_note: str = ""
    languages: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    connected_themes: tuple[str, ...] = ()
    times: str = ""
    meetings: tuple[Meeting, ...] = ()
    hub_id: str = ""
    address: str = ""
    postcode: str = ""
    location: Location = field(default_factory=Location)
    online: bool = False
    meets_in_home: bool = False
    contact: Contact = field(default_factory=Contact)
    notes: str = ""
    status: str = "active"
    last_confirmed: date | None = None
    confirmed_by: str = ""
    source: str = ""
    source_id: str = ""
