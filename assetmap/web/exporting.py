"""Lists as files for the public: workbooks and GeoPackages of what a list shows, and the wards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from flask import Blueprint, Flask, Response, request

from assetmap.domain.query import QueryRefused
from assetmap.importing.export import asked_crs
from assetmap.layers.crs import WGS84
from assetmap.layers.write import write_table
from assetmap.web import find, formats, services, wards
from assetmap.web.language import gettext as _

blueprint = Blueprint("exporting", __name__)
MEDIA_TYPES = {
    "csv": "text/csv", "geojson": "application/geo+json", "gpkg": "application/geopackage+sqlite3",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_KINDS = {"distance_m": "whole", "lat": "number", "lon": "number", "next_session": "moment", "last_confirmed": "date"}
_WARD_COLUMNS = ("code", "name", "council_code", "council_name", "boundary_year", "approximate")


@blueprint.get("/find.<any(xlsx, gpkg):ending>")
def groups(ending: str) -> Response:
    """Everything that a search finds."""
    return _list("groups", ending)


@blueprint.get("/<any(opportunities, hubs):name>.<any(xlsx, gpkg):ending>")
def listing(name: str, ending: str) -> Response:
    """Everything that a list shows."""
    return _list(name, ending)


@blueprint.get("/wards.<any(csv, xlsx, geojson, gpkg):ending>")
def all_wards(ending: str) -> Response:
    """Every ward with what it has and its figures; with its outline where a file can hold that."""
    crs = asked_system()
    unknown = {name: _("There is only “crs” to choose here.") for name in request.args if name != "crs"}
    if unknown:
        raise QueryRefused(unknown)
    frame = _ward_frame()
    if ending in ("csv", "xlsx"):
        frame = pd.DataFrame(frame.drop(columns="geometry"))
    kinds = {"boundary_year": "whole", "approximate": "yes_no"}
    return send(frame, "wards", ending, crs, kinds)


def _list(name: str, ending: str) -> Response:
    crs = asked_system()
    asked = find.open_data(request.args.to_dict(flat=False), name, also=("crs",))
    frame = _list_frame(asked)
    if ending == "gpkg":
        frame = frame.drop(columns=["lat", "lon"])  # the point is the geometry
    return send(frame, name, ending, crs, _KINDS)


def asked_system() -> str:
    """The coordinate system that was asked for. Raises QueryRefused for one that there is not."""
    said, settings = request.args.getlist("crs") or [""], services.settings()
    crs = asked_crs(said[0], settings) if len(said) == 1 else None
    if crs is None:
        raise QueryRefused({"crs": _("“crs” should be wgs84 (degrees) or bng (metres of %(name)s).",
                                     name=settings.local_crs)})
    return crs


def _list_frame(asked: find.Search) -> gpd.GeoDataFrame:
    """The columns of the CSV, with a point for each row that has one; of homes, contacts and times what is public."""
    layer, cards, root = asked.found.layer, services.cards(asked.near, asked.query), services.root()
    rows = []
    for hit in asked.found.ordered():
        card = cards.of(layer, hit.number, hit.distance_m)
        row = formats.result(card) | formats.for_people(card, layer.record(hit.number))
        row["categories"], row["url"] = ";".join(row["categories"]), root + row["url"]
        row["next_session"] = datetime.fromisoformat(row["next_session"]) if row["next_session"] else None
        rows.append(row)
    frame = pd.DataFrame(rows, columns=list(formats.columns(layer.layer.name)), dtype=object)
    shapes = np.full(len(frame), None, dtype=object)
    there = np.array([row["lat"] is not None for row in rows], dtype=bool)
    if there.any():
        shapes[there] = shapely.points([(row["lon"], row["lat"]) for row in rows if row["lat"] is not None])
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84)


def _ward_frame() -> gpd.GeoDataFrame:
    atlas = services.atlas()
    frame = atlas.wards[[*_WARD_COLUMNS, "geometry"]].copy()
    frame["boundary_year"] = pd.Series([None if np.isnan(year) else int(year) for year in
                                        frame["boundary_year"].astype(float)], dtype=object, index=frame.index)
    for name in ("groups", "hubs", "opportunities"):
        frame[name] = wards.per_ward(getattr(atlas, name))[: len(frame)].astype(int)
    figures = [atlas.figures.get(code, {}) for code in frame["code"]]
    for name in dict.fromkeys(name for held in figures for name in held):
        if name not in frame.columns:
            frame[name] = [held[name].value if name in held else None for held in figures]
    root = services.root()
    frame["url"] = [f"{root}/wards/{code}" for code in frame["code"]]
    return frame


def send(frame: pd.DataFrame, name: str, ending: str, crs: str, kinds: Mapping[str, str]) -> Response:
    """A frame as a file to keep."""
    with TemporaryDirectory(prefix="assetmap-") as folder:
        file = Path(folder) / f"{name}.{ending}"
        write_table(file, frame, crs, layer=name, kinds=kinds)
        return as_download(file.read_bytes(), f"{name}.{ending}")


def as_download(data: bytes, name: str) -> Response:
    """Bytes as a file with a name."""
    return Response(data, mimetype=MEDIA_TYPES[name.rpartition(".")[2]],
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
