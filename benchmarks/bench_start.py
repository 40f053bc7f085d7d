"""From the start of `assetmap run` to its first answer: a fresh process, and the page fetched over the network."""

from __future__ import annotations

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

from benchmarks.table import Line, show

MOST_S = 3.0
_RUN = (sys.executable, "-c", "from assetmap.cli import main; main()")


def start(home: Path) -> tuple[float, float]:
    """Seconds until the first page is there, and the processor's seconds in the new process."""
    used = _children_s()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ASSETMAP_")}
    began = time.perf_counter()
    process = subprocess.Popen([*_RUN, "--home", str(home), "run", "--port", "0"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, env=environ)
    try:
        for line in process.stdout:
            found = re.search(r"http://\S+", line)
            if found:
                with urlopen(found[0], timeout=30) as answer:
                    answer.read()
                took = time.perf_counter() - began
                break
        else:
            raise SystemExit("assetmap run ended without an address")
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
    return took, _children_s() - used


def _children_s() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def main(home: Path, goes: int = 5) -> bool:
    """Print both starts; True when they are quick enough."""
    start(home)
    again = [start(home) for _ in range(goes)]
    fresh = []
    for _ in range(goes):
        shutil.rmtree(home)
        fresh.append(start(home))
    lines = []
    for label, seen in (("an instance that is there", again), ("a new one, sample loaded first", fresh)):
        took, processor = (statistics.median(column) for column in zip(*seen, strict=True))
        lines.append(Line(label, f"{took:.2f} s", f"{processor:.2f} s of processor", "", f"< {MOST_S:g} s",
                          took < MOST_S))
    return show("From the start of the process to the first page, with the sample (wall clock)", lines)
