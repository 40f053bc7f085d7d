"""Rounds of a programme that could be one: deployments in the same ward whose days are close."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from assetmap.domain.programme import Deployment

CLOSE_DAYS = 60


@dataclass(frozen=True, slots=True)
class CloseRounds:
    """Two deployments with `shared` wards; `days` lie between them, 0 when their days overlap or touch."""

    first: Deployment
    second: Deployment
    shared: tuple
    days: int


def close_rounds(deployments: Iterable[Deployment], wards: Mapping[str, Collection], today: date,
                 within_days: int = CLOSE_DAYS) -> list[CloseRounds]:
    """Pairs that share a ward and lie at most `within_days` apart, of those that have a first and a last day and are
    not over; the earliest first. `wards` are those of each deployment by its id.
    """
    still = sorted((one for one in deployments if one.starts and one.ends and one.ends >= today
                    and one.status in ("active", "paused")), key=lambda one: (one.starts, one.id))
    made = []
    for number, first in enumerate(still):
        for second in still[number + 1:]:
            days = max((second.starts - first.ends).days - 1, 0)
            if days > within_days:
                break  # those that follow begin later still
            shared = tuple(ward for ward in wards[first.id] if ward in set(wards[second.id]))
            if shared:
                made.append(CloseRounds(first, second, shared, days))
    return made
