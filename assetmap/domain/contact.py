"""How to reach a group, and whether that may be published."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contact:
    """A role's telephone, e-mail and website. Only the website is public without consent."""

    phone: str = ""
    email: str = ""
    website: str = ""
    consent: bool = False

    def public(self) -> Contact:
        """What anyone may see."""
        return self if self.consent else Contact(website=self.website)
