"""For monitoring: is the program up, and can the data be read?"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, jsonify

from assetmap import __version__
from assetmap.domain.errors import Unavailable
from assetmap.store.readiness import read_through, writable
from assetmap.web import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """The program answers. Says nothing about the data."""
    return _fresh({"status": "ok", "version": __version__})


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """The data can be read, from the disk, now; 503 with a sentence when it cannot.

    Pages may still answer then, from what this process remembers: `answering_version` says of which version.
    `writable` says whether somebody could save: false while another saves for longer than a moment.
    """
    try:
        version = read_through(services.database().address)
        atlas = services.atlas()
    except Unavailable as error:
        return _fresh({"status": "unavailable", "reason": error.message}), 503
    return _fresh({"status": "ok", "data_version": version, "answering_version": atlas.version,
                   "writable": writable(services.database()),
                   "groups": len(atlas.groups), "hubs": len(atlas.hubs), "wards": len(atlas.wards)}), 200


def _fresh(document: dict) -> Response:
    response = jsonify(document)
    response.headers["Cache-Control"] = "no-store"
    return response


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
