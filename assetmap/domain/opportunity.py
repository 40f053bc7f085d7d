"""A relational opportunity: an offer or an ask through which people form a relationship."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from assetmap.domain.contact import Contact
from assetmap.domain.group import Meeting
from assetmap.domain.location import Location

DIRECTIONS = ("offer", "ask")
STATES = ("open", "introduced", "connected", "closed")
REWARDS = ("none", "expenses", "time_credits")


@dataclass(frozen=True, slots=True)
class Opportunity:
    """`giver` names the hub, group or organisation it comes from; `reach_m` is how far it can be taken up."""

    id: str
    name: str
    kind: str
    direction: str
    summary: str = ""
    topics: tuple[str, ...] = ()
    giver: str = ""
    giver_kind: str = ""
    hub_id: str = ""
    ward_code: str = ""
    postcode: str = ""
    location: Location = field(default_factory=Location)
    reach_m: int | None = None
    online: bool = False
    times: str = ""
    meetings: tuple[Meeting, ...] = ()
    hours: float | None = None
    languages: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    connected_themes: tuple[str, ...] = ()
    reward: str = "none"
    amount: str = ""
    contact: Contact = field(default_factory=Contact)
    expires: date | None = None
    state: str = "open"
    notes: str = ""
    status: str = "active"
    last_confirmed: date | None = None
    confirmed_by: str = ""
    source: str = ""
    source_id: str = ""

    def is_open_on(self, day: date) -> bool:
        """Whether it can be taken up on a day."""
        return (self.state == "open" and self.status in ("active", "paused")
                and (self.expires is None or self.expires >= day))

    def ending_by(self, day: date) -> Opportunity:
        """Itself, with this last day when it says none."""
        return self if self.expires else replace(self, expires=day)
