"""The steward's first page: what waits today."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

blueprint = Blueprint("steward_desk", __name__)


@blueprint.get("/steward")
def desk() -> str:
    """What waits, and the last changes."""
    return render_template("steward/desk.html")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
