"""Any accepted file to a Table: what it is, is told by its content first, by its name's ending second."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assetmap.domain.errors import FileRefused
from assetmap.layers.csv_file import read_csv
from assetmap.layers.geojson_file import read_geojson
from assetmap.layers.geopackage_file import read_geopackage
from assetmap.layers.limits import DEFAULT_LIMITS, Limits
from assetmap.layers.opening import read_bytes, read_head
from assetmap.layers.table import Table

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".geojson", ".json", ".gpkg")
_ACCEPTED = "Save it as CSV, XLSX, GeoJSON or GeoPackage, and load that."
_TEXT_ENDINGS = (".csv", ".tsv", ".txt")
_JSON_ENDINGS = (".geojson", ".json")

# First bytes of files people take for one of ours, and what to tell them.
_NOT_OURS = (
    (b"%PDF", "This is a PDF document, not a table."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel file (.xls), or a workbook locked with a password."),
    (b"\x1f\x8b", "This file is compressed (gzip). Unpack it first."),
    (b"7z\xbc\xaf", "This file is compressed (7-Zip). Unpack it first."),
    (b"Rar!", "This file is compressed (RAR). Unpack it first."),
    (b"\x89PNG", "This is a picture, not a table."),
    (b"\xff\xd8\xff", "This is a picture, not a table."),
    (b"GIF8", "This is a picture, not a table."),
    (b"PAR1", "This is a Parquet file."),
    (b"{\\rtf", "This is a word-processor document, not a table."),
    (b"\x00\x00\x27\x0a", "This is one part of a Shapefile."),
)
_MARKUP = re.compile(
    rb"\s*<(\?xml|!doctype|html|head|body|table|ogrvrt|kml|gml|gpx|!--|[a-z]+[ >:/])", re.IGNORECASE
)
_JSON = re.compile(rb"\s*(\{\s*[\"}]|\[\s*[{\]])")


def read_table(
    path: str | os.PathLike[str], *, limits: Limits = DEFAULT_LIMITS, layer: str | None = None
) -> Table:
    """Rows, and shapes in WGS84 where the file has them, of a CSV, XLSX, GeoJSON or GeoPackage file.

    `layer` names a sheet or a layer of a file that has several; without it the first that holds
    something is read, with a notice. Nothing is written, nothing is fetched, and no file but this
    one is read. Raises FileRefused with a sentence for anything that is not such a file.
    """
    with without_collecting():
        return _read(path, limits, layer)


@contextmanager
def without_collecting() -> Iterator[None]:
    """Python's cycle collector off: over a million new lists it would find nothing, in half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(path: str | os.PathLike[str], limits: Limits, layer: str | None) -> Table:
    head = read_head(path)
    if head.startswith(b"SQLite format 3\0"):
        return read_geopackage(path, limits, layer)
    data = read_bytes(path, limits.max_bytes)
    ending = Path(path).suffix.lower()
    refuse_what_is_not_ours(data, ending)
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        # openpyxl takes a tenth of a second to import, and a server that starts reads no workbook
        from assetmap.layers.xlsx_file import read_xlsx

        return read_xlsx(data, limits, layer)
    text = data[:4096].removeprefix(b"\xef\xbb\xbf")
    if ending in _JSON_ENDINGS or _JSON.match(text):
        return read_geojson(data, limits)
    if ending in _TEXT_ENDINGS:
        return read_csv(data, limits)
    if ending == ".xlsx":
        raise FileRefused(
            "This file ends in .xlsx but is not an Excel workbook, or it is damaged. Save it again."
        )
    if ending == ".gpkg":
        raise FileRefused(
            "This file ends in .gpkg but is not a GeoPackage, or it is damaged. Export it again."
        )
    raise FileRefused(f"Files ending in “{ending[:20]}” cannot be read. {_ACCEPTED}")


def refuse_what_is_not_ours(data: bytes, ending: str) -> None:
    """Raise FileRefused when the file is empty, or of a kind that is known and not accepted."""
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise FileRefused("This file is empty.")
    for magic, sentence in _NOT_OURS:
        if data.startswith(magic):
            raise FileRefused(f"{sentence} {_ACCEPTED}")
    text = data[:4096].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").removeprefix(b"\xff\xfe")
    if _MARKUP.match(text):
        what = (
            "a web page" if re.search(rb"<(!doctype html|html|body)", text, re.IGNORECASE) else "an XML file"
        )
        named = f", although its name ends in {ending}" if ending in ENDINGS else ""
        raise FileRefused(f"This is {what}{named}. {_ACCEPTED}")
