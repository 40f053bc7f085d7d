"""Keeping the month's measures of wards, so that change can be told later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from assetmap.atlas.atlas import Atlas, local_day
from assetmap.atlas.dated import snapshot_of
from assetmap.atlas.planning import planning_of
from assetmap.domain.errors import BadInput
from assetmap.domain.snapshot import KEPT
from assetmap.settings import Settings
from assetmap.store import snapshots
from assetmap.store.database import Database

MOST_LATE = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept: of which day, how many wards and measures, and the day of the snapshot that gave way, or ""."""

    day: str
    data_version: int
    wards: int
    measures: int
    replaced: str

    def sentence(self) -> str:
        """For a terminal."""
        said = (f"Kept {self.measures} measures of {self.wards:,} ward{'' if self.wards == 1 else 's'} as they are on "
                f"{self.day}")
        if not self.replaced:
            return f"{said}."
        return f"{said}, in place of this month's from {self.replaced}." if self.replaced != self.day else \
            f"{said}, in place of what was kept before on that day."


def take_snapshot(database: Database, settings: Settings, day: date | None = None) -> Kept:
    """Work the measures out and keep them as those of the day, today if not given, in the place of its month's.

    The data is always today's; sessions, openings and ages are counted as on the day. Another day is for a run that
    was missed: raises BadInput for one to come, for one over `MOST_LATE` ago, and where there are no wards.
    """
    today = local_day(settings)
    day = day or today
    if day > today:
        raise BadInput(f"{day} is still to come. A snapshot is of the data as it is now: leave --date out.")
    if today - day > MOST_LATE:
        raise BadInput(f"{day} is more than {MOST_LATE.days} days ago. A snapshot is of the data as it is now, and "
                       "must not pass for what it was then.")
    atlas = Atlas(database, settings, day)
    if not atlas.ward_codes:
        raise BadInput("There are no wards to keep measures of. Load them first: assetmap load wards FILE.")
    snapshot = snapshot_of(planning_of(atlas), today)
    with database.writing() as connection:
        replaced = snapshots.keep(connection, snapshot)
    return Kept(snapshot.day, atlas.version, len(atlas.ward_codes), len(KEPT), replaced)
