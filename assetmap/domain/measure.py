"""What planners measure by ward: which figures there are, and what kind of number each is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """RATE: so many for each thousand people. SHARE: of so many, 0 to 1. COUNT: just how many."""

    RATE = "rate"
    SHARE = "share"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Measure:
    """`code` stands in addresses, files and snapshots. `narrowed` is whether filters of groups apply to it, `reaching`
    whether it asks how far away something is, `by_age` whether its people are those of one age.
    """

    code: str
    kind: Kind
    narrowed: bool = True
    reaching: bool = False
    by_age: bool = True


MEASURES = {measure.code: measure for measure in (
    Measure("groups", Kind.RATE),
    Measure("hours", Kind.RATE),
    Measure("near", Kind.RATE),
    Measure("within", Kind.SHARE, reaching=True),
    Measure("access", Kind.RATE, reaching=True),
    Measure("opportunities", Kind.RATE, narrowed=False),
    Measure("unmet", Kind.COUNT, narrowed=False, by_age=False),
    Measure("step-free-hubs", Kind.COUNT, narrowed=False, by_age=False),
    Measure("confirmed", Kind.SHARE, by_age=False),
)}

AUDIENCES = {"everyone": (0, 999), "children": (0, 15), "working-age": (16, 64), "older": (65, 999)}
"""Code → the youngest and oldest age."""
WALKS_M = (400, 800, 1_200, 1_600)
SUPPLIES = ("groups", "hubs")
"""What can be reached."""
