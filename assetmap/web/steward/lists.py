"""Every record of a layer, the hidden ones too."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("steward_lists", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
