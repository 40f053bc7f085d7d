"""The shell of a map: what folium builds, cut up so that it fits a page with a strict content policy.

Folium compiles what it has rendered a second time as a template, so nothing that a person typed may ever
enter it: it gets numbers, an element's id and addresses of our own files. The tiles' address and attribution,
which an operator types, are put in as JavaScript strings after folium is done. Everything else (names, ward
outlines, places) reaches the browser as JSON, and `static/js/map.js` draws it.

folium takes most of a second to import, so it is imported by the first map that is asked for.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from markupsafe import Markup, escape

Bounds = tuple[tuple[float, float], tuple[float, float]]

LEAFLET_JS = "vendor/leaflet-1.9.4/leaflet.js"
LEAFLET_CSS = "vendor/leaflet-1.9.4/leaflet.css"
FULLSCREEN_JS = "vendor/leaflet.fullscreen-3.0.2/Control.FullScreen.js"
FULLSCREEN_CSS = "vendor/leaflet.fullscreen-3.0.2/Control.FullScreen.css"
_FILES = (LEAFLET_JS, LEAFLET_CSS, FULLSCREEN_JS, FULLSCREEN_CSS)

# Stand in for the operator's two settings while folium works; no other text of the script looks like them.
_TILE_URL = "tile-address-goes-here"
_TILE_ATTRIBUTION = "tile-attribution-goes-here"
_MAX_ZOOM = 19


@dataclass(frozen=True, slots=True)
class Shell:
    """Four pieces of a page. `script` is code without its tag: the page puts it in a script with its nonce.

    `stylesheets` belong in the head and `scripts` before `script` at the end of the body; `links` is both.
    """

    stylesheets: Markup
    scripts: Markup
    html: Markup
    script: Markup

    @property
    def links(self) -> Markup:
        return self.stylesheets + self.scripts


@dataclass(frozen=True, slots=True)
class ClassedWards:
    """Where the outlines of wards are, an address of ours, and the stylesheet's class of each ward by its code.

    Letters, digits and `-` alone may stand in codes and classes, since folium compiles them.
    """

    url: str
    class_of: tuple[tuple[str, str], ...]

    def literal(self) -> str:
        """The same as JavaScript."""
        if not re.fullmatch(r"/(?!/)[\w./?=&-]*", self.url, re.ASCII):
            raise ValueError(f"{self.url!r} is not an address that a map can take outlines from")
        if strange := next((word for pair in self.class_of for word in pair
                            if not re.fullmatch(r"[A-Za-z0-9-]+", word)), None):
            raise ValueError(f"{strange!r} cannot stand in a map's script")
        return json.dumps({"url": self.url, "classOf": dict(self.class_of)})


def shell(*, element_id: str, bounds: Bounds, tile_url: str | None = None, tile_attribution: str = "",
          static: Callable[[str], str], wards: ClassedWards | None = None) -> Shell:
    """The shell of a map that starts by showing `bounds`, ((south, west), (north, east)) in degrees of WGS84.

    `element_id` is the id of the map's element: lower-case letters, digits and `_`, unique on the page.
    `tile_url` is None for a map without background pictures; `tile_attribution` is plain text.
    `static` gives the address of a file of `static/`; `wards` are for a map of wards in classes. Equal arguments get
    the same, cached, Shell.
    Raises ValueError for an id or bounds that would not do.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", element_id):
        raise ValueError(f"{element_id!r} cannot be a map's id: use lower-case letters, digits and _")
    (south, west), (north, east) = bounds
    if not (-90 <= south <= north <= 90 and -180 <= west <= east <= 180):
        raise ValueError(f"{bounds!r} are not bounds: ((south, west), (north, east)) in degrees are needed")
    box = ((float(south), float(west)), (float(north), float(east)))
    return _rendered(element_id, box, tile_url or None, tile_attribution, tuple(map(static, _FILES)), wards)


@lru_cache(maxsize=128)
def _rendered(element_id: str, bounds: Bounds, tile_url: str | None, attribution: str,
              urls: tuple[str, ...], wards: ClassedWards | None) -> Shell:
    from branca.element import CssLink, JavascriptLink

    map_type, full_screen, mount = _elements(urls)
    map_ = map_type(element_id, bounds)
    tiles = None
    if tile_url:
        tiles = _tile_layer(element_id)
        map_.add_child(tiles)
    map_.add_child(full_screen())
    map_.add_child(mount(tiles.get_name() if tiles else "null", wards.literal() if wards else ""))
    figure = map_.get_root()
    figure.render()
    # Of the header only the links: folium's own styles and scripts are inline, and forbid zooming by fingers.
    header = figure.header._children.values()
    styles = [Markup('<link rel="stylesheet" href="{}">').format(link.url) for link in header
              if isinstance(link, CssLink)]
    scripts = [Markup('<script src="{}"></script>').format(link.url) for link in header
               if isinstance(link, JavascriptLink)]
    return Shell(Markup("\n").join(styles), Markup("\n").join(scripts), Markup(figure.html.render().strip()),
                 Markup(_closed(figure.script.render(), tile_url, attribution)))


def _zoom(bounds: Bounds) -> int:
    """The zoom at which the bounds are about 700 pixels across. The module fits them exactly to the element;
    folium's own fitting is animated, and what follows it at once would be dropped.
    """
    (south, west), (north, east) = bounds
    stretch = 1 / max(math.cos(math.radians((south + north) / 2)), 0.05)
    degrees = max(east - west, (north - south) * stretch, 0.002)
    return max(0, min(_MAX_ZOOM, math.floor(math.log2(360 * 700 / 256 / degrees))))


def _closed(script: str, tile_url: str | None, attribution: str) -> str:
    """The script with the operator's settings in it, inside a function: it leaves no global names behind."""
    if tile_url:
        script = script.replace(f'"{_TILE_URL}"', _literal(tile_url))
        script = script.replace(f'"{_TILE_ATTRIBUTION}"', _literal(_credited(attribution)))
    lines = "\n".join(line.strip() for line in script.splitlines() if line.strip())
    return f"(() => {{\nif (!window.L) return;\n{lines}\n}})();"


def _credited(attribution: str) -> str:
    """The attribution as HTML: escaped, and with OpenStreetMap's name leading to its terms, as it asks."""
    return str(escape(attribution).replace("OpenStreetMap", Markup(
        '<a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a>'), 1))


def _literal(text: str) -> str:
    """`text` as a JavaScript string that is safe inside a script element."""
    dumped = json.dumps(text)
    for character in "<>&'":
        dumped = dumped.replace(character, f"\\u{ord(character):04x}")
    return dumped


def _tile_layer(element_id: str):
    """Background pictures, made but not shown: the module adds them once the map can be seen."""
    from folium import TileLayer

    layer = TileLayer(tiles=_TILE_URL, attr=_TILE_ATTRIBUTION, name="background", max_zoom=_MAX_ZOOM,
                      show=False)
    layer._id = element_id
    return layer


@cache
def _elements(urls: tuple[str, ...]):
    """Folium's elements with our own copies of their files; classes, because folium keeps links there."""
    from branca.element import MacroElement
    from folium import Map
    from folium.plugins import Fullscreen
    from folium.template import Template

    leaflet_js, leaflet_css, fullscreen_js, fullscreen_css = urls

    class ShellMap(Map):
        default_js = [("leaflet", leaflet_js)]
        default_css = [("leaflet_css", leaflet_css)]

        def __init__(self, element_id: str, bounds: Bounds):
            self.element_id = element_id
            (south, west), (north, east) = bounds
            super().__init__(location=((south + north) / 2, (west + east) / 2), tiles=None, control_scale=True,
                             zoom_start=_zoom(bounds))

        def get_name(self) -> str:
            return self.element_id

    class FullScreen(Fullscreen):
        default_js = [("fullscreen", fullscreen_js)]
        default_css = [("fullscreen_css", fullscreen_css)]

        def __init__(self):
            super().__init__(position="topright", force_separate_button=True)

    class Mount(MacroElement):
        """Hands the map to our module, which runs after this: on the element, where it looks for it."""

        _template = Template("{% macro script(this, kwargs) %}"
                             "{{ this._parent.get_name() }}.getContainer().shell = "
                             "{ map: {{ this._parent.get_name() }}, tiles: {{ this.tiles }}"
                             "{% if this.wards %}, wards: {{ this.wards }}{% endif %} };"
                             "{% endmacro %}")

        def __init__(self, tiles: str, wards: str):
            super().__init__()
            self.tiles, self.wards = tiles, wards

    return ShellMap, FullScreen, Mount
