"""The Atlas that answers: the newest whole one, swapped while requests go on with the one they have."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable
from datetime import date

from assetmap.atlas.atlas import Atlas, local_day
from assetmap.atlas.measuring import prepare_measures
from assetmap.atlas.planning import has_planning
from assetmap.domain.errors import Unavailable
from assetmap.settings import Settings
from assetmap.store.database import Database

log = logging.getLogger(__name__)

_SMALL = 5_000  # records: their Atlas takes less than a second


class CurrentAtlas:
    """The Atlas of the newest data version and of today. A request takes it once and sees one version from end to end.

    `today` says what day it is where the area is; on another day, later or earlier, an Atlas is made anew, as records
    go out of sight by age. A change is looked for every `look_every_s`. The next Atlas is built by a thread of its
    own, and the request that noticed waits for it at most `patience_s`: a small map shows a change at once, a large
    one never stands still.
    """

    def __init__(self, database: Database, settings: Settings, look_every_s: float = 1.0, patience_s: float = 0.5,
                 today: Callable[[], date] | None = None):
        self._database, self._settings = database, settings
        self._today = today or (lambda: local_day(settings))
        self._look_every_s, self._patience_s = look_every_s, patience_s
        self._atlas: Atlas | None = None
        self._looked = 0.0
        self._lock = threading.Lock()
        self._builder: threading.Thread | None = None

    def get(self) -> Atlas:
        """The newest whole Atlas. Raises Unavailable when there has never been one and the store cannot be read."""
        if self._atlas is None:
            self._first()
        elif time.monotonic() - self._looked >= self._look_every_s:
            self._look()
        return self._atlas

    def look_again(self) -> None:
        """Something was saved: the next request looks for the new version at once."""
        self._looked = float("-inf")

    def renew(self) -> None:
        """Something was saved, and may be out of sight now: wait until nobody is shown the old, if that takes no time.

        A large map is not waited for. The page of one record asks the store whether it is still public.
        """
        self.look_again()
        atlas = self._atlas
        if atlas is None or sum(map(len, (atlas.groups, atlas.hubs, atlas.opportunities))) > _SMALL:
            return
        try:
            self.refresh()
        except Unavailable as error:
            log.warning("The new data cannot be read: %s Answering from version %s", error.message, atlas.version)

    def refresh(self) -> Atlas:
        """Look at once, and wait for the newest."""
        if self._atlas is None:
            self._first()
        with self._lock:
            self._looked = time.monotonic()
            if self._builder is not None:
                self._builder.join()  # what it builds may be older already, and must not come last
            if self._is_outdated():
                self._atlas = Atlas(self._database, self._settings, self._today()).prepare()
        return self._atlas

    def _first(self) -> None:
        """Everybody waits for the first; what is not needed for the first answer is worked out behind it."""
        with self._lock:
            if self._atlas is None:
                self._atlas = Atlas(self._database, self._settings, self._today())
                self._looked = time.monotonic()
                threading.Thread(target=self._atlas.prepare, daemon=True, name="atlas").start()

    def _look(self) -> None:
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._looked = time.monotonic()
            builder = self._builder
            if builder is None or not builder.is_alive():
                if not self._is_outdated():
                    return
                builder = self._builder = threading.Thread(target=self._build, daemon=True, name="atlas")
                builder.start()
                builder.join(self._patience_s)
        except Unavailable:
            log.warning("The store cannot be read just now; answering from version %s", self._atlas.version)
        finally:
            self._lock.release()

    def _is_outdated(self) -> bool:
        return self._today() != self._atlas.today or self._database.version() != self._atlas.version

    def _build(self) -> None:
        # millions of new objects and no rubbish: collecting would hold up every request for a second or more
        gc.disable()
        before = self._atlas
        try:
            self._atlas = Atlas(self._database, self._settings, self._today()).prepare()
        except Unavailable as error:
            log.warning("The new data cannot be read: %s Answering from version %s", error.message, self._atlas.version)
        finally:
            gc.enable()
        if self._atlas is not before and has_planning(before):
            prepare_measures(self._atlas)
