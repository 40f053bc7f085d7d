"""Who has an account, and what for."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("steward_people", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
