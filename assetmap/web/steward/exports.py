"""Files of everything, for stewards."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("steward_exports", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
