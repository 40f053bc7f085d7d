"""What is wrong or stale, with links to put it right."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("steward_health", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
