"""Every page of the timebank."""

from __future__ import annotations

from flask import Flask

from assetmap.web.timebank import book, members


def register(app: Flask) -> None:
    """The pages."""
    members.register(app)
    book.register(app)
