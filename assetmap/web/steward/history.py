"""What changed, who did it, and taking it back."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("steward_history", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
