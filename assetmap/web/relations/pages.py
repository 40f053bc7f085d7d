"""Every page of offers, asks and those who could meet."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter


def register(app: Flask, limiter: Limiter) -> None:
    """The pages; `limiter` is for what the public sends."""
