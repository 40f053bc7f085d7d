"""How to reach a group, and whether that may be published."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BETWEEN = re.compile(r"[\W_]+")


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


def bare_number(phone: str) -> str:
    """A telephone number without spaces and signs: what two ways to write it have in common. Words in it stay."""
    return _BETWEEN.sub("", phone)
