"""An account: who may do what. Residents never need one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
