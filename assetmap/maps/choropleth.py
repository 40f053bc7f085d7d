"""A map of wards in classes: folium's shell with the class of each ward by its code, and what the page adds in words.

Folium gets numbers, codes of letters and digits, and addresses of our own. Names, figures in words and links reach the
browser in `config`, as JSON, and `static/js/choropleth.js` shows them by textContent. The page's part is the macros of
"plan/_figures.html".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from assetmap.maps.palette import css_class
from assetmap.maps.patterns import patterns
from assetmap.maps.shell import Bounds, ClassedWards, shell

_CODE = re.compile(r"[A-Za-z0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class WardText:
    """What is said of a ward: its name, the figure in words (“2.3 groups per 1,000”), the figure in few signs for
    the map (“2.3”), further lines for its popup, and the address of its page ("" for none)."""

    name: str
    figure: str
    short: str = ""
    lines: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A point over the wards. `kind` is one of hub, chosen, reached or plain; `text` is what hovering it says, `mark`
    a number or letter that stands in it."""

    lat: float
    lon: float
    text: str
    kind: str = "plain"
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Choropleth:
    """The pieces of a page, as of a `Shell`, with `config` for the module: plain data, ready for JSON.

    `patterns` are those of its classes, "" when colours alone tell them; they stand before the map.
    """

    element_id: str
    stylesheets: Markup
    scripts: Markup
    html: Markup
    script: Markup
    config: dict
    diverging: bool
    patterns: Markup = Markup()


def choropleth(*, element_id: str, bounds: Bounds, codes: Sequence[str], class_of: Sequence[int], classes: int,
               texts: Sequence[WardText], wards_url: str, static: Callable[[str], str], diverging: bool = False,
               points: Sequence[MapPoint] = (), tile_url: str | None = None, tile_attribution: str = "",
               patterned: bool = False, outlines_url: str = "") -> Choropleth:
    """A map that starts by showing `bounds`, ((south, west), (north, east)) in degrees, with a shape for each ward.

    `codes`, `class_of` and `texts` are aligned; a class is 0 to `classes` - 1, or -1 for no data, or -2 for not here.
    `wards_url` is the address of the outlines, GeoJSON whose features have `code` and perhaps `label_at` in their
    properties; `outlines_url` that of other areas, drawn as lines over the wards. `patterned`: not by colour alone.
    The rest is as for `shell`. Raises ValueError for codes that are not letters and digits, and for other classes.
    """
    wards = ClassedWards(wards_url, tuple(class_names(codes, class_of, classes, diverging).items()))
    made = shell(element_id=element_id, bounds=bounds, tile_url=tile_url, tile_attribution=tile_attribution,
                 static=static, wards=wards)
    config = {"bounds": bounds, "outlines_url": outlines_url, "texts": texts_by_code(codes, texts), "points": [
        {"lat": round(point.lat, 5), "lon": round(point.lon, 5), "text": point.text, "kind": _kind(point),
         "mark": point.mark}
        for point in points if math.isfinite(point.lat) and math.isfinite(point.lon)]}
    return Choropleth(element_id, made.stylesheets, made.scripts, made.html, made.script, config, diverging,
                      patterns(element_id) if patterned else Markup())


def class_names(codes: Sequence[str], class_of: Sequence[int], classes: int, diverging: bool = False) -> dict[str, str]:
    """Code → class of the stylesheet. Raises ValueError for a code that is not letters and digits, or a class too far.
    """
    if strange := [code for code in codes if not _CODE.fullmatch(code)]:
        raise ValueError(f"{strange[0][:40]!r} cannot be a ward's code on a map: only letters and digits")
    return {code: css_class(int(number), classes, diverging)
            for code, number in zip(codes, class_of, strict=True)}


def texts_by_code(codes: Sequence[str], texts: Sequence[WardText]) -> Mapping[str, dict]:
    """What the module says of each ward, ready for JSON."""
    return {code: {"name": text.name, "figure": text.figure, "short": text.short, "lines": list(text.lines),
                   "url": text.url} for code, text in zip(codes, texts, strict=True)}


def _kind(point: MapPoint) -> str:
    return point.kind if point.kind in ("hub", "chosen", "reached") else "plain"
