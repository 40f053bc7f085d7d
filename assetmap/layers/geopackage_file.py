"""GeoPackage, read by a child process that can be stopped: a database may hold more than it shows.

A GeoPackage is an SQLite database whose shapes are well-known binary behind a short header, so the
child needs Python's sqlite3 alone. GDAL is left out: none of its drivers could be talked into
opening another file.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import shapely

from assetmap.domain.errors import FileRefused, Problem
from assetmap.layers import geopackage_child
from assetmap.layers.crs import WGS84, known_crs
from assetmap.layers.limits import DEFAULT_LIMITS, Limits
from assetmap.layers.shapes import settle
from assetmap.layers.table import Table, add_problem, needs_care, plain_text, without_unseen

_OWN_KEYS = ("fid", "ogc_fid")  # numbering that mapping programs add
_PYTHON_NEEDS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")  # on some machines, to start at all
_DAMAGED = "This GeoPackage is damaged. Export it again from your mapping program."


def read_geopackage(
    path: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS, layer: str | None = None
) -> Table:
    """A Table from one layer of a GeoPackage: the named one, else the first with shapes.

    Row numbers count the features from 2. Raises FileRefused when the file is not a GeoPackage, is
    damaged, or takes longer or more memory than the limits allow.
    """
    size = Path(path).stat().st_size
    if size > limits.max_bytes:
        raise FileRefused(f"This file is larger than {limits.max_bytes // 1_000_000} MB. Leave out columns.")
    answer = _ask_child(Path(path).resolve(), limits, layer)
    if "refused" in answer:
        raise FileRefused(answer["refused"])
    table = _table(answer, limits)
    if answer["others"]:
        others = ", ".join(answer["others"][:20])
        message = f"The file has several layers; “{answer['layer']}” was read. Others: {others}."
        table.notices.insert(0, Problem(1, "", message, level="notice"))
    if Path(f"{path}-wal").exists() and Path(f"{path}-wal").stat().st_size:
        message = (
            "Another program has the file open; its latest changes may be missing. Close it, then load again."
        )
        table.notices.insert(0, Problem(1, "", message, level="notice"))
    return table


def _ask_child(path: Path, limits: Limits, layer: str | None) -> dict:
    """What the child read. It is run by its file, alone, so that it imports nothing of ours."""
    request = {
        "path": str(path), "layer": layer, "max_rows": limits.max_rows, "max_cell": limits.max_cell,
        "max_columns": limits.max_columns, "seconds": limits.seconds, "memory_bytes": limits.memory_bytes,
    }  # fmt: skip
    try:
        done = subprocess.run(
            [sys.executable, "-I", geopackage_child.__file__],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=limits.seconds,
            cwd=path.anchor,
            env={name: os.environ[name] for name in _PYTHON_NEEDS if name in os.environ},
            check=False,
        )
        return json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise FileRefused(
            f"This GeoPackage took longer than {limits.seconds:.0f} s to read. Export it again."
        ) from None
    except ValueError:  # the child was stopped for using too much, or said nothing
        raise FileRefused(_DAMAGED) from None


def _table(answer: dict, limits: Limits) -> Table:
    names = [without_unseen(name) for name in answer["columns"]]
    kept = [i for i, name in enumerate(names) if not (i == answer["key"] and name.lower() in _OWN_KEYS)]
    table = Table([names[i] for i in kept], [], [], "geopackage")
    table.row_numbers = list(range(2, len(answer["rows"]) + 2))
    cells = []
    for i in kept:
        values = _cells([record[i] for record in answer["rows"]], i in answer["booleans"])
        cells.append(list(map(_moment, values)) if i in answer["moments"] else values)
    table.rows = list(map(list, zip(*cells, strict=True))) if cells else [[] for _ in answer["rows"]]
    if answer["wkb"] is not None:
        table.geometry = _shapes(table, answer["wkb"])
        settle(table, _crs(answer["crs"], table.geometry), limits.max_mended)
    if not table.rows:
        table.notices.append(
            Problem(1, "", f"The layer “{answer['layer']}” holds no features.", level="notice")
        )
    return table


def _cells(values: list, boolean: bool) -> list[str]:
    """A column as text."""
    if boolean:
        values = [bool(value) if isinstance(value, int) else value for value in values]
    texts = [value.strip() if type(value) is str else plain_text(value) for value in values]
    return [without_unseen(text) for text in texts] if needs_care("".join(texts)) else texts


def _moment(text: str) -> str:
    """A time is stored to the millisecond; here as elsewhere it is told to the minute."""
    return re.sub(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(\.\d+)?Z?$", r"\1 \2", text).removesuffix(" 00:00")


def _shapes(table: Table, wkb: list[str | None]) -> np.ndarray:
    shapes = shapely.from_wkb(
        np.array([None if text is None else bytes.fromhex(text) for text in wkb], dtype=object),
        on_invalid="ignore",
    )
    for index, (text, shape) in enumerate(zip(wkb, shapes, strict=True)):
        if text is not None and shape is None:
            add_problem(
                table, Problem(table.row_numbers[index], "geometry", "The shape is damaged. Draw it again.")
            )
    return shapely.force_2d(shapes)


def _crs(named: list | None, shapes: np.ndarray) -> str:
    """The layer's coordinate system as "EPSG:n". Raises FileRefused when it is not known."""
    if named is not None:
        return known_crs(f"{named[0]}:{named[1]}")
    if all(shape is None for shape in shapes):
        return WGS84
    raise FileRefused("This GeoPackage does not say its coordinate system. Export it in WGS84 (EPSG:4326).")
