"""The words that assets are sorted by."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("steward_vocabulary", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
