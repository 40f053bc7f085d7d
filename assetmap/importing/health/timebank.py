"""Whether the timebank's ledger is whole."""

from __future__ import annotations

from collections.abc import Iterator

from assetmap.importing.health.finding import Finding, Level
from assetmap.store import ledger
from assetmap.store.database import Connection


def findings(connection: Connection) -> Iterator[Finding]:
    """Hours that were lost: with what this program writes there are none, so the file was changed from elsewhere."""
    faults = ledger.faults(connection)
    if faults:
        yield Finding("ledger-not-whole", f"the timebank's ledger is not whole ({faults[0]})", Level.SERIOUS,
                      "Something else than assetmap changed the data file. Restore the last backup from before that.",
                      total=len(faults), link="/timebank")
