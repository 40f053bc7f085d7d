"""The private link by which a resident follows a suggestion."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("follow", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
