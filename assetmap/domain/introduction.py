"""An introduction: somebody answers an offer or ask, and the two write to each other without seeing an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LONGEST_NAME, LONGEST_MESSAGE = 80, 2_000
MOST_UNANSWERED, MOST_A_DAY = 3, 20


class Side(StrEnum):
    """Whose link it is: of the people behind the offer or ask, or of who answers it."""

    OWNER = "owner"
    ANSWERER = "answerer"

    @property
    def other(self) -> Side:
        return Side.ANSWERER if self is Side.OWNER else Side.OWNER


class State(StrEnum):
    """How far it has come."""

    WAITING = "waiting"
    TALKING = "talking"
    CONNECTED = "connected"
    DECLINED = "declined"
    ENDED = "ended"
    REPORTED = "reported"
    STOPPED = "stopped"


OPEN = (State.WAITING, State.TALKING)


@dataclass(frozen=True, slots=True)
class Introduction:
    """`name` and `email` are of who answers; empty once `forgotten_at`. Moments are UTC, empty for not yet."""

    id: int
    opportunity_id: str
    at: str
    name: str
    email: str
    state: State
    last_at: str
    followed_up_at: str
    ended_at: str
    forgotten_at: str

    @property
    def is_open(self) -> bool:
        """Whether either side may still write."""
        return self.state in OPEN and not self.forgotten_at

    @property
    def is_held(self) -> bool:
        """Whether one side reported it, and so what was written stays until a steward has dealt with it."""
        return self.state in (State.REPORTED, State.STOPPED) and not self.forgotten_at


@dataclass(frozen=True, slots=True)
class Message:
    """What one side wrote; empty once forgotten."""

    at: str
    side: Side
    body: str


@dataclass(frozen=True, slots=True)
class Report:
    """That one side finds the other one's messages wrong, and why, for those who look after the map alone."""

    at: str
    side: Side
    why: str


def is_unanswered(said: Sequence[Message], side: Side) -> bool:
    """Whether a side has written as often as it may before the other one answers."""
    return len(said) >= MOST_UNANSWERED and all(line.side is side for line in said)


def is_enough(said: Sequence[Message], side: Side, since: str) -> bool:
    """Whether a side has written as often as it may since a moment, which is a day ago."""
    return sum(line.side is side and line.at >= since for line in said) >= MOST_A_DAY
