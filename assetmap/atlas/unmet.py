"""What people looked for and did not find: by ward and by category, small numbers held back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np

from assetmap.analysis.two_way import TwoWay, suppress_two_way
from assetmap.atlas.measuring import Measured
from assetmap.atlas.planning import Planning
from assetmap.domain.measure import Kind
from assetmap.store import reference, signposts
from assetmap.store.database import Connection

MONTHS = 12
ELSEWHERE = ""
"""The code of no ward: not said, or not on this map."""
ANY_KIND = ""
"""The code of no category: looked for by words alone."""


@dataclass(frozen=True, slots=True)
class Unmet:
    """What may be shown since a day. `none`: there was not one; that is all that an empty table says."""

    since: str
    none: bool
    shown: TwoWay


def since(today: date) -> str:
    """The first day of the last twelve months, this one too."""
    number = today.year * 12 + today.month - MONTHS
    return f"{number // 12}-{number % 12 + 1:02d}-01"


def counted(connection: Connection, today: date) -> Counter:
    """How often nothing was found, by (ward code, category) as they were kept, exactly: who shows it suppresses.

    Searches of residents and requests of connectors; for two categories it is one in each.
    """
    first = since(today)
    made = Counter(reference.unfound_searches(connection, first))
    made.update(signposts.unmet_requests(connection, first))
    return made


def unmet_of(planning: Planning) -> Unmet:
    """What may be shown, of the wards and categories that there are. The one table that all pages take theirs from:
    from two that were made differently a number could be worked out that neither shows.
    """
    atlas = planning.atlas
    categories = (*atlas.vocabulary.of("category"), ANY_KIND)
    made: Counter = Counter()
    with atlas.database.reading() as connection:
        held = counted(connection, planning.day)
    for (ward, category), number in held.items():
        known = (ward if ward in atlas.ward_number else ELSEWHERE, category if category in categories else ANY_KIND)
        made[known] += number
    return Unmet(since(planning.day), not made.total(),
                 suppress_two_way(made, (*atlas.ward_codes, ELSEWHERE), categories))


def measured(planning: Planning) -> Measured:
    """The measure by ward, NaN where a number is held back."""
    codes, shown = planning.atlas.ward_codes, unmet_of(planning).shown.rows
    value = np.array([np.nan if shown[code] is None else shown[code] for code in codes], dtype=float)
    nan, none = np.full(len(codes), np.nan), np.full(len(codes), "", dtype="<U4")
    return Measured("unmet", Kind.COUNT, value, value, nan, nan, nan, none, none, float("nan"), nan)
