"""For monitoring: is the program up, and can the data be read?"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, jsonify

from assetmap import __version__
from assetmap.domain.errors import Unavailable
from assetmap.web import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """The program answers. Says nothing about the data."""
    return jsonify({"status": "ok", "version": __version__})


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """The data can be read; 503 with a sentence when it cannot."""
    try:
        version = services.database().version()
        atlas = services.atlas()
    except Unavailable as error:
        return jsonify({"status": "unavailable", "reason": error.message}), 503
    return jsonify({"status": "ok", "data_version": version, "answering_version": atlas.version,
                    "groups": len(atlas.groups), "hubs": len(atlas.hubs), "wards": len(atlas.wards)}), 200


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
