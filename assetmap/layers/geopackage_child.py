"""Run as a program of its own: reads one layer of a GeoPackage and writes it to standard output as JSON.

It imports Python's standard library alone, and gives up its own time and memory before it opens the
file. The database is opened read-only and as immutable, so that no journal beside it is touched.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from urllib.parse import quote

_MAGIC = (b"GPKG", b"GP10", b"GP11")
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)


class Refused(Exception):
    """Why the file cannot be read, as a sentence."""


def main() -> None:
    request = json.load(sys.stdin)
    _limit_self(request["seconds"], request["memory_bytes"])
    try:
        answer = read(request)
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except (sqlite3.Error, UnicodeError, OverflowError):
        answer = {"refused": "This GeoPackage is damaged. Export it again from your mapping program."}
    except MemoryError:
        answer = {"refused": "This GeoPackage needs more memory than allowed. Leave out columns or split it."}
    json.dump(answer, sys.stdout)


def _limit_self(seconds: float, memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows; the parent's time limit still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it may write no file at all


def read(request: dict) -> dict:
    """{"layer", "others", "columns", "booleans", "moments", "key", "crs", "rows", "wkb"} of the layer asked for.

    Raises Refused, or sqlite3.Error when the database is damaged.
    """
    database = sqlite3.connect(f"file:{quote(request['path'])}?mode=ro&immutable=1", uri=True)
    database.text_factory = lambda data: data.decode("utf-8", "replace")
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA query_only = ON")
    with database:
        name, kind, others = _choose(database, request["layer"])
        columns, typed, key = _columns(database, name, request["max_columns"])
        geometry, crs = _geometry(database, name) if kind == "features" else (None, None)
        at = columns.index(geometry) if geometry in columns else None
        rows, wkb = _rows(database, name, columns, at, request)
    keep = [i for i in range(len(columns)) if i != at]
    return {
        "layer": name,
        "others": others,
        "columns": [columns[i] for i in keep],
        "booleans": [keep.index(i) for i in keep if typed[i] in ("BOOLEAN", "BOOL")],
        "moments": [keep.index(i) for i in keep if typed[i] == "DATETIME"],
        "key": keep.index(key) if key in keep else None,
        "crs": crs,
        "rows": [[row[i] for i in keep] for row in rows],
        "wkb": wkb,
    }


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _choose(database: sqlite3.Connection, wanted: str | None) -> tuple[str, str, list[str]]:
    """Name and kind of the layer to read, and the names of the others.

    Only real tables count: a view or a virtual table would run what the file's author wrote.
    """
    tables = {
        name
        for name, sql in database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        if not re.match(r"\s*CREATE\s+VIRTUAL", sql or "", re.IGNORECASE)
    }
    application = database.execute("PRAGMA application_id").fetchone()[0].to_bytes(4, "big", signed=True)
    if not {"gpkg_contents", "gpkg_spatial_ref_sys"} <= tables:
        if application in _MAGIC:
            raise Refused("This GeoPackage is damaged: its table of contents is missing. Export it again.")
        raise Refused(
            "This is an SQLite database, but not a GeoPackage. Export the layer as GeoPackage or CSV."
        )
    listed = database.execute(
        "SELECT table_name, data_type FROM gpkg_contents WHERE data_type IN ('features', 'attributes') "
        "ORDER BY data_type DESC, rowid"
    )
    layers = [(name, kind) for name, kind in listed if name in tables]
    if not layers:
        raise Refused("This GeoPackage holds no layer of features. Export the layer again.")
    for name, kind in layers:
        if wanted is None or name.casefold() == wanted.casefold():
            others = [] if wanted else [other for other, _ in layers if other != name]
            return name, kind, others
    raise Refused(
        f"There is no layer “{wanted[:60]}”; this file has {', '.join(name for name, _ in layers[:20])}."
    )


def _columns(database: sqlite3.Connection, table: str, most: int) -> tuple[list[str], list[str], int | None]:
    """Names of the columns, their types, and which is the primary key."""
    described = database.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()
    if len(described) > most:
        raise Refused(f"The layer “{table}” has {len(described):,} columns; at most {most:,} can be read.")
    names = [row[1] for row in described]
    types = [str(row[2]).upper() for row in described]
    keys = [i for i, row in enumerate(described) if row[5]]
    return names, types, keys[0] if len(keys) == 1 else None


def _geometry(database: sqlite3.Connection, table: str) -> tuple[str | None, list | None]:
    """Name of the column with the shapes, and [organisation, number] of its coordinate system."""
    found = database.execute(
        "SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (table,)
    ).fetchone()
    if found is None:
        raise Refused(f"The layer “{table}” does not say where its shapes are. Export it again.")
    named = database.execute(
        "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys "
        "WHERE srs_id = ? AND srs_id > 0",
        (found[1],),
    ).fetchone()
    return found[0], list(named) if named else None


def _rows(
    database: sqlite3.Connection, table: str, columns: list[str], geometry: int | None, request: dict
) -> tuple[list[tuple], list[str | None] | None]:
    """Values of every row as JSON can hold them, and each shape as well-known binary in hexadecimal."""
    chosen = ", ".join(_quoted(name) for name in columns)
    rows, shapes = [], []
    for row in database.execute(f"SELECT {chosen} FROM {_quoted(table)}"):
        if len(rows) >= request["max_rows"]:
            raise Refused(
                f"This layer has more than {request['max_rows']:,} features. Split it into several."
            )
        if geometry is not None:
            shapes.append(_well_known_binary(row[geometry]))
        for index, value in enumerate(row):
            if isinstance(value, str) and len(value) > request["max_cell"]:
                raise Refused(
                    f"Feature {len(rows) + 1}, column {columns[index]}: the cell has {len(value):,} "
                    f"characters; at most {request['max_cell']:,} can be read. Shorten it."
                )
        rows.append(tuple(None if isinstance(value, bytes) else value for value in row))
    return rows, shapes if geometry is not None else None


def _well_known_binary(blob: object) -> str | None:
    """The shape without GeoPackage's header; None for no shape; "" for one that cannot be understood."""
    if blob is None:
        return None
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        return ""
    flags = blob[3]
    envelope = flags >> 1 & 7
    if flags & 0x20 or envelope > 4:  # an extension's own shapes
        return ""
    if flags & 0x10:  # marked as empty
        return None
    return blob[8 + _ENVELOPE_BYTES[envelope] :].hex()


if __name__ == "__main__":
    main()
