"""What has not been confirmed for long, the riskiest first."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("steward_freshness", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
