"""Signing in and out, one's own account, and taking up an invitation."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("accounts", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
