"""Letters that wait, and those that were sent."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("steward_letters", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
