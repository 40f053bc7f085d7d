"""All programmes as files that load back; and the areas of their deployments for maps."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request

from assetmap.domain.query import QueryRefused
from assetmap.importing.programmes import exporting
from assetmap.layers.crs import WGS84
from assetmap.web import services
from assetmap.web.exporting import asked_system, send
from assetmap.web.language import gettext as _
from assetmap.web.plan import programme_data

blueprint = Blueprint("programme_files", __name__)


@blueprint.get("/programmes.<any(csv, xlsx, geojson, gpkg):ending>")
def everything(ending: str) -> Response:
    """A row for each programme, step, deployment, role and entry; or each deployment with its area.

    For who sees what is internal, with all of that, as `assetmap export programmes` writes it.
    """
    has_area, unknown = f".{ending}" in exporting.AREAS, set(request.args) - {"crs"}
    if unknown or (request.args and not has_area):
        raise QueryRefused({name: _("There is only “crs” to choose here, of the files with areas.")
                            for name in unknown or request.args})
    shown, internal = programme_data.initiatives(), programme_data.sees_internal()
    name = f"programmes{programme_data.file_mark()}"
    if not has_area:
        return send(exporting.table_of(shown, internal=internal), name, ending, WGS84, exporting.KINDS)
    atlas = services.atlas()
    shapes = dict(zip(atlas.ward_codes, atlas.wards.geometry, strict=True))
    frame = exporting.areas(shown.deployments.values(), shapes, internal=internal)
    return send(frame, name, ending, asked_system(), exporting.KINDS)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
