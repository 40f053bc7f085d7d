"""An account: who may do what. Residents never need one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assetmap.domain.errors import BadInput
from assetmap.domain.text import EMAIL, one_line, short

LONGEST_EMAIL = 254


class Role(StrEnum):
    """What an account is for. A steward may do all."""

    CONNECTOR = "connector"
    PLANNER = "planner"
    STEWARD = "steward"


@dataclass(frozen=True, slots=True)
class Account:
    """`email` is in lower case, and is how history names the person."""

    id: int
    email: str
    role: Role
    disabled: bool = False

    def may(self, roles: frozenset[Role]) -> bool:
        """Whether the account has one of the roles; a steward has them all."""
        return not self.disabled and (self.role is Role.STEWARD or self.role in roles)


def email_as_kept(typed: str) -> str:
    """An e-mail address as accounts are found by it: trimmed, in lower case."""
    return one_line(typed[:1000]).lower()


def email_of(typed: str) -> str:
    """As `email_as_kept`. Raises BadInput for what is no e-mail address."""
    email = email_as_kept(typed)
    if len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email):
        said = f"“{short(typed)}” is not an e-mail address." if email else "The e-mail address is missing."
        raise BadInput(f"{said} One looks like name@example.org.", "email")
    return email
