"""Loading 100,000 groups, against pandas reading the same file and writing it to SQLite, in the same run.

    python -m benchmarks.bench_load [ROWS] [RUNS]

The file is made up, and shaped like real ones: names and times repeat, postcodes are real. A second file has a
different name and different times in nearly every row. Paired runs, medians; the bound is 6.
"""

from __future__ import annotations

import csv
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from assetmap.importing.instance import make_instance
from assetmap.importing.run import Options, load
from assetmap.layers import postcodes
from assetmap.settings import Settings

BOUND = 6.0
HEADINGS = ("id", "name", "summary", "description", "organisation", "categories", "audiences", "age_min", "cost",
            "cost_note", "languages", "access", "times", "venue", "address", "postcode", "lat", "lon", "online",
            "phone", "email", "website", "contact_consent", "status", "last_confirmed")
_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_PLACES = ("Leigh", "Chalkwell", "Westborough", "Thorpe", "Kursaal", "Prittlewell", "Sale", "Stretford", "Urmston")
_KINDS = ("walking group", "choir", "knit and natter", "garden club", "lunch club", "chess club", "book group",
          "English café", "parent and toddler group", "tai chi", "repair café", "coffee morning", "table tennis")
_ROADS = ("High Street", "London Road", "Church Lane", "Station Approach", "The Green", "Victoria Avenue")


def write_groups(file: Path, rows: int, *, distinct: bool) -> None:
    """A CSV of groups. `distinct`: nearly every name and every times text is the only one of its kind."""
    chance = random.Random(2026)
    units = _postcodes(chance, min(rows, 40_000))
    with open(file, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADINGS)
        writer.writerows(_groups(chance, rows, units, distinct))


def _postcodes(chance: random.Random, count: int) -> list[str]:
    keys = [key.decode() for letter in "SMBL" for key in postcodes._letter(letter).keys.tolist()]
    return [f"{key[:4].strip()} {key[4:]}" for key in chance.sample(keys, count)]


def _groups(chance: random.Random, rows: int, units: list[str], distinct: bool) -> Iterator[tuple]:
    forms = [_times(chance, clauses=1 + number % 2) for number in range(3_000)]
    for number in range(rows):
        place, kind = chance.choice(_PLACES), chance.choice(_KINDS)
        name = f"{place} {kind}" + (f" {number}" if distinct else f" {chance.randrange(3_000)}")
        times = _times(chance, clauses=2 + number % 2) if distinct else chance.choice(forms)
        given = chance.random() < 0.3
        yield (
            f"group-{number}", name, f"A friendly {kind} for anybody in {place}. All welcome, come along.",
            f"We meet in {place} and there is always tea. " * chance.randrange(1, 5), f"{place} Community Trust",
            chance.choice(("walking", "music-singing", "gardening;nature", "shared-meals", "sewing-knitting",
                           "books-writing;coffee-chat", "games-cards")),
            chance.choice(("everyone", "older_people", "parents;babies", "")), chance.choice(("", "18", "50")),
            chance.choice(("free", "donation", "paid", "membership", "")), chance.choice(("", "£3 a session", "£1")),
            chance.choice(("", "en", "en;pl", "en;ur")), chance.choice(("step_free;hearing_loop", "parking", "")),
            times, "", f"{chance.randrange(1, 200)} {chance.choice(_ROADS)}, {place}", chance.choice(units),
            f"{chance.uniform(50.2, 55.5):.6f}" if given else "", f"{chance.uniform(-3, 0.9):.6f}" if given else "",
            chance.choice(("yes", "", "")), f"01632 960{chance.randrange(1000):03}", f"hello{number}@example.org",
            f"https://example.org/{number}", chance.choice(("yes", "no", "")), "active",
            f"20{chance.randrange(24, 27)}-0{chance.randrange(1, 10)}-{chance.randrange(10, 28)}")


def _times(chance: random.Random, *, clauses: int = 1) -> str:
    return "; ".join(_clause(chance) for _ in range(clauses))


def _clause(chance: random.Random) -> str:
    """One of about 4,000."""
    day, start = chance.choice(_DAYS), chance.randrange(8, 20)
    minutes = chance.choice((".00", ".15", ".30", ".45"))
    hours = f"{start}{minutes}-{start + chance.choice((1, 2))}{minutes}"
    if chance.random() < 0.2:
        return f"{chance.choice(('1st', '2nd', '3rd', '4th', 'last'))} {day[:-1]} of the month {hours}"
    return f"{day} {hours}{chance.choice(('', '', '', ', term time only'))}"


def with_pandas(file: Path, folder: Path) -> float:
    """Seconds that pandas takes to read the file and write it to an SQLite file."""
    began = time.perf_counter()
    connection = sqlite3.connect(folder / "pandas.db")
    pd.read_csv(file).to_sql("groups", connection, index=False)
    connection.close()
    return time.perf_counter() - began


def with_assetmap(file: Path, folder: Path) -> tuple[float, float]:
    """Seconds of the first load into an empty instance, and of a second load of the same file."""
    settings = Settings(folder / "instance")
    database = make_instance(settings, sample=False)
    seconds = []
    for expected in ("added", "unchanged"):
        began = time.perf_counter()
        report = load(database, settings, "groups", file, Options(source="bench"))
        seconds.append(time.perf_counter() - began)
        if set(filter(report.counts.get, report.counts)) != {expected}:
            raise SystemExit(f"{report.headline()} {[p.sentence() for p in report.refusals[:3]]}")
    database.dispose()
    return seconds[0], seconds[1]


def main(rows: int = 100_000, runs: int = 3) -> bool:
    """Print the table; True when every ratio holds."""
    print(f"Loading {rows:,} groups, medians of {runs} paired runs (seconds)")
    print(f"{'file':<28}{'MB':>6}{'pandas':>9}{'load':>9}{'ratio':>7}{'again':>9}{'ratio':>7}")
    good = True
    with tempfile.TemporaryDirectory() as home:
        for title, distinct in (("names and times repeat", False), ("nearly all distinct", True)):
            file = Path(home) / f"{'distinct' if distinct else 'repeating'}.csv"
            write_groups(file, rows, distinct=distinct)
            seen = []
            for _ in range(runs):
                with tempfile.TemporaryDirectory(dir=home) as folder:
                    seen.append((with_pandas(file, Path(folder)), *with_assetmap(file, Path(folder))))
            plain, first, again = (statistics.median(column) for column in zip(*seen, strict=True))
            ratio, second = (statistics.median(row[i] / row[0] for row in seen) for i in (1, 2))
            good &= ratio <= BOUND and second <= ratio
            print(f"{title:<28}{file.stat().st_size / 1e6:>6.1f}{plain:>9.2f}{first:>9.2f}{ratio:>6.1f}×"
                  f"{again:>9.2f}{second:>6.1f}×")
    print(f"Bound {BOUND:g} ×, and a second load no slower: {'holds' if good else 'BROKEN'}")
    return good


if __name__ == "__main__":
    raise SystemExit(0 if main(*map(int, sys.argv[1:3])) else 1)
