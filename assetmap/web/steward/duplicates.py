"""Records that look like one, side by side."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("steward_duplicates", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
