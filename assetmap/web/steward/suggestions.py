"""Residents' suggestions, to decide on."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("steward_suggestions", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
