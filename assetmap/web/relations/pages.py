"""Every page of offers, asks and those who could meet."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter

from assetmap.web.relations import answering, introduction, meeting


def register(app: Flask, limiter: Limiter) -> None:
    """The pages; `limiter` is for what the public sends."""
    meeting.register(app)
    answering.register(app, limiter)
    introduction.register(app, limiter)
