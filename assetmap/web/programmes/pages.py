"""Every page about programmes but the matrix of all of them, which is the planners'."""

from __future__ import annotations

from flask import Flask

from assetmap.web.programmes import area_field, deployment_page, editing, files, photos, programme_page, taking_back


def register(app: Flask) -> None:
    """The pages and the forms."""
    for module in (programme_page, deployment_page, files, editing, area_field, photos, taking_back):
        module.register(app)
