"""What a first visit weighs: everything that the first page makes a browser fetch, compressed as it is served."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient

from assetmap.importing.instance import make_instance
from assetmap.settings import Settings
from assetmap.web.app import create_app
from benchmarks.table import Line, kb, show

MOST = 170_000
_LINK = re.compile(r'<link rel="(?:stylesheet|icon|manifest|modulepreload|preload)"[^>]*?href="([^"]+)"')
_SCRIPT = re.compile(r'<script[^>]+src="([^"]+)"')
_SPRITE = re.compile(r'<use href="([^"#]+)#')
_IMPORT = re.compile(r'(?:from|import)\s*\(?\s*"(\.[^"]+)"')
_URL = re.compile(r"url\([\"']?([^)\"']+)[\"']?\)")


def fetch(web: FlaskClient, address: str) -> tuple[int, str]:
    """Bytes of the body as it is sent, and its text."""
    sent = web.get(address, headers={"Accept-Encoding": "gzip, br"})
    if sent.status_code != 200:
        raise SystemExit(f"{address} answered {sent.status_code}")
    return len(sent.data), web.get(address).get_data().decode("utf-8", "replace")


def first_visit(web: FlaskClient, page: str = "/") -> dict[str, int]:
    """Compressed bytes by address."""
    weights, waiting = {}, [page, "/map/wards.json", _points(web, page)]
    while waiting:
        address = waiting.pop(0)
        if address in weights:
            continue
        weights[address], text = fetch(web, address)
        path = urlsplit(address).path
        found = []
        if path == "/":
            found = _LINK.findall(text) + _SCRIPT.findall(text) + _SPRITE.findall(text)[:1]
        elif path.endswith(".js") and "/vendor/" not in path:
            found = _IMPORT.findall(text)
        elif path.endswith(".css"):
            found = [url for url in _URL.findall(text) if _is_used(url)]
        waiting += [urljoin(address, url.replace("&amp;", "&")) for url in found]
    return weights


def _is_used(url: str) -> bool:
    """Fonts of other alphabets wait for one of their letters; Leaflet's own pictures are of parts we do not use."""
    return "-ext-" not in url and not url.startswith(("data:", "#")) and not url.endswith(".png")


def _points(web: FlaskClient, page: str) -> str:
    """The first request of the map's module: what a desktop's map shows of the area."""
    bounds = web.get("/map/wards.json").get_json()["features"]
    lons = [feature["properties"]["label_at"][1] for feature in bounds]
    lats = [feature["properties"]["label_at"][0] for feature in bounds]
    return f"/map/points.json?zoom=13&bbox={min(lons) - .02},{min(lats) - .02},{max(lons) + .02},{max(lats) + .02}"


def main(home: Path) -> bool:
    """Print the parts by weight, largest first; True when the whole is light enough."""
    settings = Settings.load(home=home, environ={})
    make_instance(settings, sample=True).dispose()
    weights = first_visit(create_app(settings).test_client())
    whole, count = sum(weights.values()), len(weights)
    lines = [Line(urlsplit(address).path, kb(size))
             for address, size in sorted(weights.items(), key=lambda item: -item[1]) if size > 2_000]
    lines.append(Line(f"{count - len(lines)} smaller ones", kb(sum(s for s in weights.values() if s <= 2_000))))
    lines.append(Line(f"the whole, {count} answers", kb(whole), "", "", f"≤ {kb(MOST)}", whole <= MOST))
    return show("First visit to the sample, bodies compressed as they are served, without tiles", lines)
