"""The shell: folium's part of a map, without anything that folium could evaluate and without other people's hosts."""

import json
import re
import subprocess
import sys

import pytest

from assetmap.maps.shell import LEAFLET_CSS, LEAFLET_JS, shell
from tests.evaluated import was_evaluated

BOUNDS = ((51.51, 0.62), (51.58, 0.83))
TILES = "https://tiles.example.org/{z}/{x}/{y}.png"
HOSTILE = ("{{43*43}}", "{% off", "${alert(1)}", "`", "</script><script>alert(1)</script>",
           '"><img src=x onerror=alert(1)>', "{{ this._parent }}", "'; alert(1); '")


def static(path: str) -> str:
    return f"/static/{path}?v=1"


def made(element_id="find_map", tile_url=TILES, tile_attribution="© OpenStreetMap contributors", bounds=BOUNDS):
    return shell(element_id=element_id, bounds=bounds, tile_url=tile_url, tile_attribution=tile_attribution,
                 static=static)


def test_every_address_is_our_own():
    page = made()
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page.links)
    assert static(LEAFLET_JS) in addresses and static(LEAFLET_CSS) in addresses
    assert [address for address in addresses if not address.startswith("/static/")] == []
    assert "//" not in page.html
    assert re.findall(r"https?://[^\"/]*", page.script.replace("\\u003c", "<")) == [
        "https://tiles.example.org", "https://www.openstreetmap.org"]


def test_the_head_gets_links_only_and_zooming_by_fingers_stays_allowed():
    page = made()
    assert re.sub(r'<link rel="stylesheet" href="[^"]*">\s*', "", page.stylesheets) == ""
    assert re.sub(r'<script src="[^"]*"></script>\s*', "", page.scripts) == ""
    for piece in (page.links, page.html, page.script):
        assert "user-scalable" not in piece and "<style" not in piece and "L_DISABLE_3D" not in piece


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_attribution_is_shown_and_never_evaluated(text):
    page = made(tile_attribution=text)
    literal = re.search(r'"attribution": ("(?:[^"\\]|\\.)*")', page.script)[1]
    assert json.loads(literal) == str(_escaped(text))
    assert not was_evaluated(page.script)
    assert "</script" not in page.script.lower() and "<img" not in page.script


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_tile_address_is_a_string_and_never_evaluated(text):
    page = made(tile_url="https://tiles.example.org/{z}/{x}/{y}.png?" + text)
    literal = re.search(r'L\.tileLayer\(\s*("(?:[^"\\]|\\.)*")', page.script)[1]
    assert json.loads(literal) == "https://tiles.example.org/{z}/{x}/{y}.png?" + text
    assert "</script" not in page.script.lower()


def test_openstreetmap_is_linked_to_its_terms():
    literal = re.search(r'"attribution": ("(?:[^"\\]|\\.)*")', made().script)[1]
    assert json.loads(literal) == ('© <a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a> '
                                   "contributors")


def test_two_maps_on_a_page_do_not_meet():
    first, second = made("find_map"), made("ward_map")
    assert 'id="find_map"' in first.html and 'id="ward_map"' in second.html
    assert "ward_map" not in first.script and "find_map" not in second.script
    assert first.script.startswith("(() =>") and first.script.endswith("})();")


def test_the_map_and_its_tiles_are_handed_over_on_the_element():
    assert ".getContainer().shell = { map: find_map, tiles: tile_layer_find_map }" in made().script


def test_without_a_tile_address_there_is_no_tile_layer():
    page = made(tile_url=None)
    assert "tileLayer" not in page.script and "tiles: null" in page.script


def test_background_pictures_wait_until_the_map_is_seen():
    assert not re.search(r"tile_layer_find_map\.addTo", made().script)


def test_equal_settings_are_rendered_once():
    assert made() is made()
    assert made() is not made(tile_attribution="Someone else")


@pytest.mark.parametrize("element_id", ["", "Map", "a b", 'x"', "1map", "{{43*43}}", "a-b", "m" * 60])
def test_an_element_id_that_is_no_plain_name_is_refused(element_id):
    with pytest.raises(ValueError, match="cannot be a map's id"):
        made(element_id)


@pytest.mark.parametrize("bounds", [((52, 0), (51, 1)), ((51, 1), (52, 0)), ((-100, 0), (0, 1)),
                                    ((float("nan"), 0), (1, 1))])
def test_bounds_that_make_no_sense_are_refused(bounds):
    with pytest.raises(ValueError, match="not bounds"):
        made(bounds=bounds)


def test_the_first_zoom_shows_the_bounds():
    def zoom(bounds):
        return int(re.search(r'"zoom": (\d+)', made(bounds=bounds).script)[1])
    assert zoom(BOUNDS) == 12
    assert zoom(((49.9, -6.4), (55.8, 1.8))) == 6
    assert zoom(((51.5, 0.7), (51.5, 0.7))) == 18


def test_folium_is_imported_only_when_a_map_is_asked_for():
    code = "import sys, assetmap.maps.shell; sys.exit('folium' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _escaped(text: str) -> str:
    return (text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;").replace("'", "&#39;")
            .replace('"', "&#34;"))
