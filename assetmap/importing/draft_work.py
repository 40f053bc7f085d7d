"""Work on an uploaded file: in a thread of its own, with its progress in a file that every process can read."""

from __future__ import annotations

import json
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assetmap.domain.errors import AssetmapError
from assetmap.importing.options import Progress

READ, CHECK, APPLY = "read", "check", "apply"
DIRECT_S = 1.0  # what takes longer is done in the background, with a page that shows how far it is
STALE_S = 10.0  # without a sign of life for so long, the process that worked is gone
_BEAT_S = 0.5
_FILE = "work.json"
_FAULT = "Something went wrong here; it has been noted. Nothing was changed. Please try again."
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkState:
    """How far a piece of work is. `kind` is read, check or apply; `at` its last sign of life (seconds since 1970);
    `failed` a sentence when it could not be done.
    """

    kind: str
    stage: str = ""
    done: int = 0
    total: int = 0
    at: float = 0.0
    ended: bool = False
    failed: str = ""

    @property
    def running(self) -> bool:
        """Whether somebody is at it."""
        return not self.ended and time.time() - self.at < STALE_S

    @property
    def interrupted(self) -> bool:
        """Whether the process that worked is gone."""
        return not self.ended and not self.running


def start(folder: Path, kind: str, do: Callable[[Progress], None], wait_s: float | None = None) -> WorkState:
    """Do it in the background, and return when it is done or after `wait_s` seconds (DIRECT_S), whichever is sooner.

    What `do` raises is kept as a sentence. When the process ends before the work, nothing ends it: its sign of life
    grows old.
    """
    work = _Work(folder, kind)
    work.keep()
    thread = threading.Thread(target=work.run, args=(do,), daemon=True, name=f"{kind} {folder.name}")
    thread.start()
    thread.join(DIRECT_S if wait_s is None else wait_s)
    return state(folder) or WorkState(kind, ended=True)


def state(folder: Path) -> WorkState | None:
    """How far the last piece of work in a folder is; None when there was none."""
    values = read(folder, _FILE)
    return WorkState(**values) if values else None


def read(folder: Path, name: str) -> dict | None:
    """A document that `write` made; None when there is none."""
    try:
        return json.loads((folder / name).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def write(folder: Path, name: str, document: Mapping) -> None:
    """Keep a document in a folder, whole or not at all."""
    draft = folder / f".{name}-{secrets.token_hex(4)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
        json.dump(document, file, ensure_ascii=False)
    os.replace(draft, folder / name)


class _Work:
    """One piece of work, and the thread that keeps its signs of life."""

    def __init__(self, folder: Path, kind: str):
        self._folder, self._kind = folder, kind
        self._stage, self._done, self._total = "", 0, 0
        self._over = threading.Event()

    def run(self, do: Callable[[Progress], None]) -> None:
        beat = threading.Thread(target=self._beat, daemon=True, name=f"beat {self._folder.name}")
        beat.start()
        failed = ""
        try:
            do(self._progress)
        except AssetmapError as error:
            failed = error.message
        except Exception:
            log.exception("Unexpected fault in the work on an upload")
            failed = _FAULT
        self._over.set()
        beat.join()
        self.keep(ended=True, failed=failed)

    def keep(self, ended: bool = False, failed: str = "") -> None:
        """Write down how far it is. A folder that was dropped meanwhile is nobody's any more."""
        values = {"kind": self._kind, "stage": self._stage, "done": self._done, "total": self._total,
                  "at": time.time(), "ended": ended, "failed": failed}
        try:
            write(self._folder, _FILE, values)
        except OSError as error:
            if self._folder.is_dir():
                log.warning("The progress of an upload cannot be written: %s", error)

    def _progress(self, stage: str, done: int, total: int) -> None:
        self._stage, self._done, self._total = stage, done, total

    def _beat(self) -> None:
        while not self._over.wait(_BEAT_S):
            self.keep()
