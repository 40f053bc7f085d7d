"""The forms of hubs, groups, opportunities and organisations."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("steward_editing", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
