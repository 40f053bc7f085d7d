"""Lists as files for the public."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("exporting", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
