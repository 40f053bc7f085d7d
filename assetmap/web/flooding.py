"""Public forms against floods and robots: no puzzles, no cookies, and nothing kept about the person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItemPerHour

from assetmap.store import suggestions
from assetmap.store.database import Connection
from assetmap.web.language import gettext as _

HONEYPOT = "website2"
LEAST_S = 2
_ALL_OF_ONE = 10  # how many network addresses' worth the whole site takes in an hour


class Flood:
    """How much may be sent in an hour: from one network address (kept in memory only), and altogether."""

    def __init__(self, limiter: Limiter, per_hour: int):
        self._strategy, self._item, self.most = limiter.limiter, RateLimitItemPerHour(per_hour), per_hour * _ALL_OF_ONE

    def fault(self, connection: Connection) -> str:
        """Why nothing more is taken just now; "" when there is room. A sending that is let through is counted."""
        hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
        if not self._strategy.hit(self._item, "suggestions", get_remote_address()):
            return _("Too many came from your network in the last hour. What you wrote is still here: please wait a "
                     "little, then send it again.")
        if suggestions.count_since(connection, hour_ago) >= self.most:
            return _("So many people are writing to us just now that we cannot take more. What you wrote is still "
                     "here: please send it again in an hour.")
        return ""


def flood() -> Flood:
    return current_app.extensions["assetmap_flood"]


def least_s() -> int:
    """How many seconds a person takes at least to fill in a form."""
    return current_app.config["FORM_LEAST_S"]


def from_robot() -> bool:
    """Whether the field that no person sees was filled in."""
    return bool(request.form.get(HONEYPOT))


def register(app: Flask, limiter: Limiter) -> None:
    """What the forms of this app share."""
    app.config.setdefault("FORM_LEAST_S", LEAST_S)
    app.extensions["assetmap_flood"] = Flood(limiter, app.extensions["assetmap"].settings.suggestions_per_hour)
