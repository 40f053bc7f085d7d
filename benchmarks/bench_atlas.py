"""The Atlas of 100,000 groups: building it, what requests see meanwhile, and the map's points at every zoom."""

from __future__ import annotations

import resource
import statistics
import threading
import time

from assetmap.atlas.atlas import Atlas
from assetmap.settings import Settings
from assetmap.store.database import Database, bump_version
from assetmap.web.app import create_app
from benchmarks import synthetic
from benchmarks.bench_find import NEAR, client, fetch, median_cost
from benchmarks.table import Line, kb, ms, show


def building(settings: Settings) -> list[Line]:
    """Seconds and memory of a first Atlas, and of everything it works out ahead."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    database = Database(settings.database_address)
    began = time.process_time()
    atlas = Atlas(database, settings)
    built = time.process_time() - began
    atlas.prepare()
    prepared = time.process_time() - began
    database.dispose()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return [Line("Atlas until its first answer", f"{built:.2f} s"),
            Line("Atlas with everything worked out", f"{prepared:.2f} s"),
            Line("memory at its highest, more than before", f"{grown / 1000:,.0f} MB")]


def during_a_change(settings: Settings) -> list[Line]:
    """Wall clock of requests, one after the other, while the next version is built behind them."""
    app = create_app(settings)
    services = app.extensions["assetmap"]
    old = services.current.get().prepare()
    web, calm, busy = app.test_client(), [], []
    address = f"/find.json?{NEAR}"
    for _ in range(30):
        calm.append(_wall(lambda: fetch(web, address)))
    with services.database.writing() as connection:
        bump_version(connection)
    time.sleep(1.1)
    while services.current.get() is old or any(thread.name == "atlas" for thread in threading.enumerate()):
        busy.append(_wall(lambda: fetch(web, address)))
    return [Line("a request, nothing else going on", ms(statistics.median(calm)), f"{ms(max(calm))} longest"),
            Line("a request while the next is built", ms(statistics.median(busy)), f"{ms(max(busy))} longest")]


def points(settings: Settings) -> list[Line]:
    """/map/points.json of a desktop's map over the middle of the town."""
    web, lines = client(settings), []
    lat, lon = synthetic.CENTRE
    for zoom in range(10, 20):
        wide, high = 1000 * 360 / 256 / 2**zoom / 2, 700 * 360 / 256 / 2**zoom * 0.62 / 2
        address = f"/map/points.json?zoom={zoom}&bbox={lon - wide},{lat - high},{lon + wide},{lat + high}"
        answer = web.get(address).get_json()
        lines.append(Line(f"zoom {zoom}: {answer['total']:,} in view as {len(answer['features'])} markers",
                          ms(median_cost(web, address, 7)), kb(len(fetch(web, address)))))
    return lines


def _wall(work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main(settings: Settings) -> bool:
    """Print the tables; nothing here has a bound."""
    show("The Atlas of 100,000 groups (processor time)", building(settings))
    show("/find.json near a place while the data changes (wall clock)", during_a_change(settings))
    return show("The map's points of 100,000 groups (processor time)", points(settings))
