"""Every page of the timebank."""

from __future__ import annotations

from flask import Flask

from assetmap.web.timebank import book, member, members, overview


def register(app: Flask) -> None:
    """The pages."""
    for module in (overview, members, member, book):
        module.register(app)
