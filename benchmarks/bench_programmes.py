"""Loading long files of programmes: 20,000 rows of a kind, and ten times as many in at most twenty times as long.

    python -m benchmarks.bench_programmes [ROWS]

Each file is of one thing again and again, which is where looking every row up among those before it would show: figures
of one name, areas of one ward, programmes of one name, steps of one place day by day.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from assetmap.importing.instance import make_instance
from assetmap.importing.run import Options, load
from assetmap.settings import Settings

BOUND, TIMES = 20.0, 10
SECONDS = 60.0  # for the most rows
_FIRST = date(1900, 1, 1).toordinal()
_DAYS = 45_000
_HEADINGS = ("record", "programme", "deployment", "name", "ward", "step", "day", "value", "source_id")
_PROGRAMME = "c2-connecting-communities"


def _rows(kind: str, count: int) -> Iterator[tuple]:
    for number in range(count):
        day = date.fromordinal(_FIRST + number % _DAYS).isoformat()
        again = number // _DAYS
        yield {"figures": ("figure", _PROGRAMME, "c2-kursaal", f"Sessions {again}", "", "", day, number, ""),
               "dates": ("date", _PROGRAMME, "c2-kursaal", f"Meal {again}", "", "", day, "", ""),
               "areas": ("deployment", _PROGRAMME, "", f"Area {number}", "Kursaal", "", "", "", ""),
               "programmes": ("programme", "", "", "Friends", "", "", "", "", f"N{number}"),
               "standings": ("standing", _PROGRAMME, f"Place {again}", "", "", 1 + number % 7, day, "", "")}[kind]


def _seconds(kind: str, count: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        settings, file = Settings(Path(folder) / "instance"), Path(folder) / "programmes.csv"
        database = make_instance(settings, sample=True)
        with open(file, "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(_HEADINGS)
            writer.writerows(_rows(kind, count))
        began = time.perf_counter()
        report = load(database, settings, "programmes", file, Options(source="bench"))
        seconds = time.perf_counter() - began
        database.dispose()
    if not report.applied or report.counts["added"] < count:
        raise SystemExit(f"{report.headline()} {[problem.sentence() for problem in report.refusals[:3]]}")
    return seconds


def main(rows: int = 20_000) -> bool:
    """Print the table; True when every file holds the bounds."""
    good = True
    print(f"Loading {rows:,} and {rows * TIMES:,} rows of a programmes file (seconds)")
    print(f"{'rows about':<14}{rows:>10,}{rows * TIMES:>12,}{'ratio':>8}")
    for kind in ("figures", "dates", "areas", "programmes", "standings"):
        few, many = _seconds(kind, rows), _seconds(kind, rows * TIMES)
        good &= many / few <= BOUND and many <= SECONDS
        print(f"{kind:<14}{few:>10.2f}{many:>12.2f}{many / few:>7.1f}×", flush=True)
    print(f"Bounds {BOUND:g} ×, and {SECONDS:g} s: {'hold' if good else 'BROKEN'}")
    return good


if __name__ == "__main__":
    raise SystemExit(0 if main(*map(int, sys.argv[1:2])) else 1)
