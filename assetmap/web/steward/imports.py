"""A file, step by step: upload, columns, preview, apply."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("steward_imports", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
