"""When nothing is found: ways to ask for a little less, gentlest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from assetmap.domain.query import FARTHEST_M, FindQuery

# What is let go first. What somebody would like to do is what they came for: it is let go last.
_GENTLE = ("time", "day", "cost", "language", "connected", "age", "access", "ward")
_SUBJECT = ("q", "category")
_EMPTY = {"age": None, "q": "", "ward": ""}


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A query that asks for less, its radius, and the names of the parameters that were let go."""

    query: FindQuery
    within_m: int
    let_go: tuple[str, ...]


def relaxations(query: FindQuery, within_m: int, has_place: bool) -> Iterator[Relaxed]:
    """Farther before less, one choice before several, and the subject itself last of all."""
    gentle = _held(query, _GENTLE)
    radii = [within_m]
    if has_place:
        radii += [radius for radius in (within_m * 3, 10_000, 20_000, FARTHEST_M) if within_m < radius <= FARTHEST_M]
        radii = sorted(set(radii))
    choices: list[tuple[str, ...]] = [(), *((name,) for name in gentle)]
    if {"day", "time"} <= set(gentle):
        choices.append(("day", "time"))
    if len(gentle) > 1:
        choices.append(gentle)
    for radius in radii:
        for let_go in choices:
            if let_go or radius != within_m:
                yield Relaxed(_without(query, let_go), radius, let_go)
    subject = _held(query, _SUBJECT)
    for let_go in ((name,) for name in subject):
        yield Relaxed(_without(query, let_go), within_m, let_go)
    for radius in radii:
        yield Relaxed(_without(query, (*gentle, *subject)), radius, (*gentle, *subject))


def _held(query: FindQuery, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if getattr(query, name) not in ((), "", None))


def _without(query: FindQuery, names: tuple[str, ...]) -> FindQuery:
    return replace(query, page=1, **{name: _EMPTY.get(name, ()) for name in names})
