"""Where each row of a file is: by coordinates, else by postcode; the hub comes last, when the map is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

from assetmap.domain.errors import BadInput
from assetmap.domain.location import KnownPostcode, Location, LocationSource
from assetmap.domain.place import Place
from assetmap.domain.postcode import Postcode, find_inside
from assetmap.domain.text import one_line, short, words
from assetmap.importing import cells
from assetmap.importing.sheet import Sheet
from assetmap.layers import crs

NOWHERE = Location()


FindPostcodes = Callable[[Sequence[str]], dict[str, KnownPostcode]]
Suggest = Callable[[str], Sequence[str]]


def locate(sheet: Sheet, find: FindPostcodes, suggest: Suggest, local_crs: str) -> tuple[list[Location], list[str]]:
    """The location and the postcode ("" when none) of every row; faults go to the sheet.

    Coordinates win, unless the row says in `position_from` (as exports do) that they are only its postcode's or
    its hub's.
    """
    given, halves = _coordinates(sheet, local_crs)
    texts = _postcodes(sheet, suggest)
    found = find(sorted({text for text in texts if text}))
    borrowed = sheet.values("position_from", _borrowed)
    # a charity register gives the postcode of a trustee or an office, not of a hall
    contacts = bool({"contact", "correspondence"} & set(words(sheet.heading("postcode").replace("_", " "))))
    locations = []
    for index, (place, text, source) in enumerate(zip(given, texts, borrowed, strict=True)):
        known = found.get(text) if text else None
        if index in halves:
            _say_half(sheet, index, halves[index], "point on the map" if place else
                      "postcode" if known and known.place and source != "hub" else "")
        if source == "hub" or source in {"postcode", "contact"} and known:
            place = None
        if place is not None:
            if text and known is None:
                sheet.fault(index, "postcode", f"{text} is not in the list of postcodes; the coordinates were used",
                            "notice")
            locations.append(Location(place, LocationSource.GIVEN))
        elif not text:
            locations.append(NOWHERE)
        elif known is None:
            sheet.fault(index, "postcode", _no_such(text, suggest(text)))
            locations.append(NOWHERE)
        else:
            origin = LocationSource.CONTACT if contacts or source == "contact" else LocationSource.POSTCODE
            locations.append(_by_postcode(sheet, index, text, known, origin))
    return locations, texts


def _say_half(sheet: Sheet, index: int, lacking: str, used: str) -> None:
    """One coordinate is no place: the row is refused, unless something else says where it is."""
    said = "is empty or unreadable while the other coordinate is given; "
    if used:
        sheet.fault(index, lacking, f"{said}the {used} was used", "notice")
    else:
        sheet.fault(index, lacking, f"{said}give both or neither")


def _borrowed(raw: str) -> cells.Cell:
    said = raw.strip().lower()
    return cells.Cell(said if said in {"hub", "postcode", "contact"} else "")


def _by_postcode(sheet: Sheet, index: int, text: str, known: KnownPostcode, origin: LocationSource) -> Location:
    if known.terminated:
        sheet.fault(index, "postcode", f"{text} has not been in use since {known.terminated}; its last place was used",
                    "notice")
    if known.place is None:
        sheet.fault(index, "postcode", f"{text} exists, and nobody knows where it is on the map", "notice")
        return NOWHERE
    return Location(known.place, origin)


def _no_such(text: str, alike: Sequence[str]) -> str:
    sentence = f"there is no postcode {text}"
    return f"{sentence}; did you mean {' or '.join(alike)}?" if alike else f"{sentence}; check it, or leave it empty"


def _postcodes(sheet: Sheet, suggest: Suggest) -> list[str]:
    """Each row's postcode: its own column, else the one inside its address."""
    texts = sheet.values("postcode", partial(_postcode_cell, suggest=suggest))
    if sheet.has("address"):
        addresses = sheet.raw("address")
        raw = sheet.raw("postcode")
        for index, text in enumerate(texts):
            if text or not cells.is_missing(raw[index]) or sheet.is_own_line(index):
                continue
            if inside := find_inside(addresses[index]):
                texts[index] = inside.text
    return texts


def _postcode_cell(raw: str, suggest: Suggest) -> cells.Cell:
    """A postcode, or the one inside a longer text such as an address; else a fault that offers those that exist."""
    if cells.is_missing(raw):
        return cells.Cell("")
    try:
        return cells.Cell(Postcode.parse(one_line(raw[:200])).text)
    except BadInput as error:
        inside = find_inside(raw) if len(raw) > 9 else None
        if inside:
            return cells.Cell(inside.text)
        alike = suggest(raw)
        return cells.Cell("", f"“{short(raw, 40)}” is not a postcode. Did you mean {' or '.join(alike)}?" if alike
                          else error.message)


def _coordinates(sheet: Sheet, local_crs: str) -> tuple[list[Place | None], dict[int, str]]:
    """Each row's own point, and the field that is lacking in rows with one coordinate alone."""
    halves: dict[int, str] = {}
    if sheet.has("lat") or sheet.has("lon"):
        pairs = _degrees(sheet, halves)
    elif sheet.has("easting") and sheet.has("northing"):
        pairs = _metres(sheet, local_crs, halves)
    else:
        pairs = [None] * len(sheet)
    if sheet.table.geometry is not None:
        pairs = [pair or _centre(shape) for pair, shape in zip(pairs, sheet.table.geometry, strict=True)]
    return pairs, halves


def _number(raw: str) -> cells.Cell:
    return cells.decimal(-1e9, 1e9)(raw)


def _degrees(sheet: Sheet, halves: dict[int, str]) -> list[Place | None]:
    made = []
    for index, (lat, lon) in enumerate(zip(sheet.values("lat", _number), sheet.values("lon", _number), strict=True)):
        if lat is None and lon is None or lat == lon == 0:
            made.append(None)
        elif lat is None or lon is None:
            halves[index] = "lat" if lat is None else "lon"
            made.append(None)
        else:
            made.append(_checked(sheet, index, lat, lon))
    return made


def _checked(sheet: Sheet, index: int, lat: float, lon: float) -> Place | None:
    if abs(lat) <= 90 and abs(lon) <= 180:
        if 49 <= lon <= 61 and -9 <= lat <= 2.5:
            sheet.fault(index, "lat", f"{lat:g}, {lon:g} look swapped: a latitude in this country is about 50 to 60")
            return None
        return _place(lat, lon)
    if 1000 < abs(lon) < 800_000 and 1000 < abs(lat) < 1_300_000:
        sheet.fault(index, "lat", f"{short(f'{lon:g}, {lat:g}')} look like British National Grid metres; "
                                  "name the columns easting and northing, or give latitude and longitude")
    else:
        field, value, bound = ("lat", lat, 90) if abs(lat) > 90 else ("lon", lon, 180)
        sheet.fault(index, field, f"is {value:g}, and should be between -{bound} and {bound}")
    return None


def _place(lat: float, lon: float) -> Place:
    """To a centimetre: what spreadsheets do to the digits after that is not a change. There is no -0."""
    return Place(round(lat, 7) + 0.0, round(lon, 7) + 0.0)


def _metres(sheet: Sheet, local_crs: str, halves: dict[int, str]) -> list[Place | None]:
    """From easting and northing; columns called x and y hold degrees as often as metres."""
    made: list[Place | None] = [None] * len(sheet)
    metres = []
    pairs = zip(sheet.values("easting", _number), sheet.values("northing", _number), strict=True)
    for index, (east, north) in enumerate(pairs):
        if east is None and north is None or east == north == 0:
            continue
        if east is None or north is None:
            halves[index] = "easting" if east is None else "northing"
        elif abs(east) <= 180 and abs(north) <= 90:
            made[index] = _checked(sheet, index, north, east)
        else:
            metres.append((index, east, north))
    if metres:
        _, easts, norths = zip(*metres, strict=True)
        lons, lats = crs.to_wgs84(easts, norths, local_crs)
        for (index, east, north), lon, lat in zip(metres, lons, lats, strict=True):
            if math.isfinite(lon) and math.isfinite(lat):
                made[index] = _place(float(lat), float(lon))
            else:
                sheet.fault(index, "easting", f"{east:g}, {north:g} is not on the map of {local_crs}")
    return made


def _centre(shape) -> Place | None:
    """A point for any shape: itself, or a point inside it."""
    if shape is None or shape.is_empty:
        return None
    point = shape if shape.geom_type == "Point" else shape.representative_point()
    return _place(point.y, point.x)
