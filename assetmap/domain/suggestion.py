"""A resident's suggestion: what somebody without an account told the stewards, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# What the form for something new asks, in a resident's words; stewards turn them into the layer's own fields.
NEW_FIELDS = ("name", "what_happens", "where", "when", "cost", "contact_point", "direction")


class State(StrEnum):
    """What became of it."""

    WAITING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "withdrawn"


class Purpose(StrEnum):
    """Which form it came by: something is wrong, something new, "is this still running?"; or it is the group's own
    word, by its confirmation link.
    """

    REPORT = "report"
    NEW = "suggest"
    RUNNING = "running"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`fields` are what was corrected (field of the layer → text) or, of something new, what was told (`NEW_FIELDS`).

    `shown` is what the public page said of those fields then; one that was not shown is absent. `closed` says that
    the thing has ended, `detail` is a sentence. `version` is the record's when it was suggested.
    """

    id: int
    at: str
    layer: str
    record_id: str
    purpose: Purpose
    fields: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False
    detail: str = ""
    state: State = State.WAITING
    version: int | None = None
    decided_at: str = ""
    decided_by: str = ""
    answer: str = ""

    @property
    def waits(self) -> bool:
        """Whether nobody has decided on it."""
        return self.state is State.WAITING

    @property
    def says_running(self) -> bool:
        """Whether somebody says no more than that the group still meets."""
        return self.purpose is Purpose.RUNNING and not self.closed


def document(purpose: Purpose, *, fields: Mapping[str, str] | None = None, shown: Mapping[str, str] | None = None,
             closed: bool = False, detail: str = "") -> dict:
    """What is kept of a suggestion. The purpose comes first, as the store finds it by that."""
    made = {"purpose": purpose.value, "fields": dict(fields or {}), "shown": dict(shown or {}), "closed": closed,
            "detail": detail}
    return {name: value for name, value in made.items() if value}


def read_document(made: Mapping) -> dict:
    """The keyword arguments of a Suggestion that `document` was given; also from the documents of the first version."""
    purpose = Purpose(made.get("purpose", Purpose.REPORT))
    told = {name: made[name] for name in NEW_FIELDS if made.get(name)} if purpose is Purpose.NEW else {}
    return {"purpose": purpose, "fields": made.get("fields") or told, "shown": made.get("shown", {}),
            "closed": bool(made.get("closed")) or made.get("what") == "closed", "detail": made.get("detail", "")}
