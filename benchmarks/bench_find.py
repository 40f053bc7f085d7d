"""The find page against folium's own way, and /find.json with 100,000 groups against 1,000.

Times are processor time of this process, medians of many requests through Flask's test client, so that other work
on the machine does not count. Bytes are before compression, for folium too.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

from flask.testing import FlaskClient

from assetmap.settings import Settings
from assetmap.web.app import create_app
from benchmarks import synthetic
from benchmarks.table import Line, kb, ms, show

TIMES_FASTER, TIMES_SMALLER, TIMES_SLOWER = 200, 50, 2
NEAR = f"near={synthetic.NEAR}"
QUERIES = ("", "&category=sport", "&day=tue&time=evening", "&day=today", "&q=keep+fit", "&sort=soonest",
           "&within=1000", "&connected=people")


def client(settings: Settings) -> FlaskClient:
    """A client of the app over an instance, its Atlas ready."""
    app = create_app(settings)
    app.extensions["assetmap"].current.get().prepare()
    return app.test_client()


def cost(work: Callable[[], object]) -> float:
    """Processor seconds of one go."""
    began = time.process_time()
    work()
    return time.process_time() - began


def fetch(web: FlaskClient, address: str) -> bytes:
    """The body of an answer that must be a good one."""
    answer = web.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}: {answer.text[:300]}")
    return answer.data


def median_cost(web: FlaskClient, address: str, goes: int = 30) -> float:
    """Median processor seconds of a request, after a few that are not counted."""
    for _ in range(3):
        fetch(web, address)
    return statistics.median(cost(lambda: fetch(web, address)) for _ in range(goes))


def folium_map(settings: Settings) -> str:
    """All groups as `Marker`s with popups in a `MarkerCluster`, as folium's examples do."""
    import folium
    from folium.plugins import MarkerCluster

    from assetmap.atlas.atlas import Atlas
    from assetmap.store.database import Database

    database = Database(settings.database_address)
    groups = Atlas(database, settings).groups
    database.dispose()
    shown = folium.Map(location=synthetic.CENTRE, zoom_start=13)
    cluster = MarkerCluster().add_to(shown)
    spots = groups.spots
    for owner, lat, lon in zip(spots.owner.tolist(), spots.lat.tolist(), spots.lon.tolist(), strict=True):
        row = groups.rows[owner]
        text = f'<a href="/groups/{row["id"]}">{row["name"]}</a><p>{row["summary"]}</p>'
        folium.Marker((lat, lon), popup=folium.Popup(text)).add_to(cluster)
    return shown.get_root().render()


def against_folium(settings: Settings) -> list[Line]:
    """The find page with 10,000 groups, near a place and bare."""
    web, size, spent = client(settings), 0, []
    for _ in range(2):
        began = time.process_time()
        size = len(folium_map(settings).encode())
        spent.append(time.process_time() - began)
    folium_s, lines = min(spent), []
    for label, address in (("find page near a place", f"/?{NEAR}"), ("find page, bare", "/")):
        own_s, own_size = median_cost(web, address), len(fetch(web, address))
        lines += [
            Line(f"{label}: time", ms(own_s), f"{ms(folium_s)} folium", f"{folium_s / own_s:,.0f} × less",
                 f"≥ {TIMES_FASTER} ×", folium_s / own_s >= TIMES_FASTER),
            Line(f"{label}: bytes", kb(own_size), f"{kb(size)} folium", f"{size / own_size:,.0f} × fewer",
                 f"≥ {TIMES_SMALLER} ×", size / own_size >= TIMES_SMALLER)]
    return lines


def as_it_grows(few: Settings, many: Settings) -> list[Line]:
    """The same questions of 1,000 and of 100,000 groups in the same area, in turns."""
    small, large, lines = client(few), client(many), []
    for query in QUERIES:
        address, pairs = f"/find.json?{NEAR}{query}", []
        for web in (small, large):
            median_cost(web, address, 5)
        for _ in range(40):
            pairs.append((cost(lambda: fetch(small, address)), cost(lambda: fetch(large, address))))  # noqa: B023
        little, much = (statistics.median(column) for column in zip(*pairs, strict=True))
        lines.append(Line(f"/find.json?near=…{query}", ms(much), f"{ms(little)} of 1,000", f"{much / little:.2f} ×",
                          f"≤ {TIMES_SLOWER} ×", much / little <= TIMES_SLOWER))
    return lines


def main(made: Mapping[int, Settings]) -> bool:
    """Print both tables; True when every bound holds."""
    good = show("The find page with 10,000 groups, against folium's MarkerCluster of Markers (processor time)",
                against_folium(made[10_000]))
    return show("/find.json with 100,000 groups, against 1,000 in the same area (processor time)",
                as_it_grows(made[1_000], made[100_000])) and good
