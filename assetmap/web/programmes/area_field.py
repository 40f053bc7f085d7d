"""The field of a deployment's form that holds its drawn area: what was typed, drawn or sent as a file, and its map."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import shapely
from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.datastructures import FileStorage

from assetmap.domain.programme import Deployment
from assetmap.importing.programmes.typed_outline import (
    MOST_CORNERS,
    MOST_FILE_BYTES,
    BadOutline,
    read_outline,
    read_outline_file,
)
from assetmap.store.programme_rows import DEPLOYMENTS
from assetmap.web import findmap, services
from assetmap.web.errors import answer
from assetmap.web.language import gettext as _
from assetmap.web.programmes import area_words

blueprint = Blueprint("programmes_area", __name__)
CHECK = "/plan/programmes/edit/area.json"
ROOM_BYTES = 4 * MOST_FILE_BYTES  # so that a file that is too large is told so beside its field
_FORM_BYTES = 1_000_000
_MOST_MOVED = 400  # corners that a browser shows as handles
_FAULT = "outline_fault"
_ENDINGS = (".geojson", ".json", ".gpkg", ".txt", ".wkt", ".csv")


@blueprint.url_value_preprocessor
def room_for_a_file(_endpoint: str | None, _values: dict | None) -> None:
    """The guard reads the form before the view does."""
    request.max_content_length, request.max_form_memory_size = _FORM_BYTES + ROOM_BYTES, _FORM_BYTES


@blueprint.errorhandler(413)
def too_large(_error: Exception) -> Response:
    """What was sent is so large that it is not even read."""
    return answer(413, _("What was sent is larger than this form takes: a file with an area may have at most %(most)s "
                         "MB. Nothing was changed. Go back, leave out all but the area, and send it again.",
                         most=MOST_FILE_BYTES // 1_000_000))


@blueprint.post(CHECK)
def check() -> Response:
    """What an area is before it is saved: its text, its corners and what to say of it, or a fault. Nothing is kept."""
    values = typed()
    outline, fault = understood(values, None)
    if fault:
        return jsonify({"fault": fault, "outline": "", "areas": [], "said": "", "lines": []})
    lines = area_words.lines(outline, request.form.getlist("wards")) if outline else []
    return jsonify({"fault": "", "outline": outline, "areas": area_words.corners_of(outline),
                    "said": area_words.said(outline), "lines": lines})


def typed() -> dict[str, str]:
    """What the request's form holds of the field: the text, that of a file first. Empty when it has no such field."""
    file = request.files.get("area_file")
    if file is not None and file.filename:
        ending = Path(file.filename).suffix.lower()
        try:
            return {"outline": _of_file(file, ending if ending in _ENDINGS else "")}
        except BadOutline as bad:
            return {"outline": request.form.get("outline", ""), _FAULT: _("The file: %(fault)s", fault=bad)}
    return {"outline": request.form["outline"]} if "outline" in request.form else {}


def _of_file(file: FileStorage, ending: str) -> str:
    with closing(file):
        data = file.stream.read(MOST_FILE_BYTES + 1)
    if len(data) > MOST_FILE_BYTES:
        raise BadOutline(_("It is larger than %(most)s MB. Leave out all but the area.",
                           most=MOST_FILE_BYTES // 1_000_000))
    handle, path = tempfile.mkstemp(suffix=ending)
    try:
        with os.fdopen(handle, "wb") as kept:
            kept.write(data)
        return read_outline_file(path, services.settings().local_crs)
    finally:
        os.unlink(path)


def understood(values: Mapping[str, object], held: Deployment | None) -> tuple[str, str]:
    """(the outline as it is kept, what is wrong with it). What `held` has already is not looked at again."""
    kept = held.outline if held else ""
    text = values.get("outline", kept)
    if fault := values.get(_FAULT):
        return kept, fault
    if not isinstance(text, str) or text.strip() == kept:
        return kept, ""
    try:
        outline = read_outline(text, services.settings().local_crs)
    except BadOutline as bad:
        return kept, str(bad)
    return (kept, fault) if (fault := _elsewhere(outline)) else (outline, "")


def _elsewhere(outline: str) -> str:
    """That an area lies nowhere near; "" when it does not."""
    bounds = services.atlas().bounds
    if not outline or bounds is None or shapely.from_wkt(outline).intersects(shapely.box(*bounds)):
        return ""
    lon, lat = shapely.get_coordinates(shapely.from_wkt(outline))[0]
    return _("This area is not on this map: it begins at %(lat)s, %(lon)s.", lat=f"{lat:.6g}", lon=f"{lon:.6g}")


def pressed() -> bool:
    """Whether the form was sent to see what the area is, not to save it."""
    return request.form.get("do") == "area:check"


def shown(layer_name: str, values: dict, held: Deployment | None) -> dict | None:
    """What the form shows of the field; None on a form without it. Text that can be read is shown as it is kept."""
    if layer_name != DEPLOYMENTS:
        return None
    outline, fault = understood(values, held)
    if not fault:
        values["outline"] = outline
    wards: Sequence[str] = values.get("wards", ())
    drawn = "" if fault else outline
    fit = None
    if drawn:
        fit = findmap.box(shapely.from_wkt(drawn).bounds)
    made = findmap.page_map("area_map", "", layers=(), fit=fit)
    config = {"bounds": made["config"]["bounds"], "wards_url": made["config"]["wards_url"], "fit": fit, "check": CHECK,
              "areas": area_words.corners_of(drawn), "most_moved": _MOST_MOVED, "most_corners": MOST_CORNERS,
              "most_file_bytes": MOST_FILE_BYTES}
    return {"fault": fault, "said": area_words.said(drawn), "lines": area_words.lines(drawn, wards) if drawn else [],
            "map": made | {"config": config}}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
