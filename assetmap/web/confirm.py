"""A group's own link to confirm its entry. No account is needed."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("confirm", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
