"""Daily counts of searches: ward, categories, day, found or not. Nothing about the person, and no cookie."""

from __future__ import annotations

import atexit
import logging
import threading
from collections import Counter
from collections.abc import Iterable

from assetmap.domain.errors import Unavailable
from assetmap.store.database import Database
from assetmap.store.reference import add_search_counts

log = logging.getLogger(__name__)

FLUSH_EVERY_S = 5.0
MOST_KINDS = 10_000  # a robot that asks for everything does not fill the memory


class SearchCounter:
    """Gathers counts in memory and writes them a few seconds later, so that no search waits for the disk."""

    def __init__(self, database: Database, *, enabled: bool = True, flush_every_s: float = FLUSH_EVERY_S):
        self._database, self._enabled, self._flush_every_s = database, enabled, flush_every_s
        self._counts: Counter[tuple[str, str, str, bool]] = Counter()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        atexit.register(self.flush)

    def count(self, day: str, ward_code: str, categories: Iterable[str], found: bool) -> None:
        """One search: once for each category it named, or once for none."""
        if not self._enabled:
            return
        with self._lock:
            for category in set(categories) or {""}:
                key = (day, ward_code, category, found)
                if key in self._counts or len(self._counts) < MOST_KINDS:
                    self._counts[key] += 1
            if self._timer is None:
                self._timer = threading.Timer(self._flush_every_s, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Write what was gathered. When the store is busy the counts wait for the next time."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            self._timer = None
        if not counts:
            return
        try:
            with self._database.writing() as connection:
                add_search_counts(connection, counts)
        except Unavailable as error:
            log.warning("Search counts wait: %s", error.message)
            with self._lock:
                self._counts.update(counts)
