"""What a request needs, by name: this request's Atlas, the settings, the store, the area's time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, g, request

from assetmap.atlas.atlas import Atlas
from assetmap.atlas.near import NearPlace
from assetmap.domain.account import Account
from assetmap.domain.query import FindQuery
from assetmap.settings import Settings
from assetmap.store.database import Database
from assetmap.web.cards import Cards
from assetmap.web.counting import SearchCounter
from assetmap.web.signed_in import current_account


def settings() -> Settings:
    return current_app.extensions["assetmap"].settings


def database() -> Database:
    return current_app.extensions["assetmap"].database


def counter() -> SearchCounter:
    return current_app.extensions["assetmap"].counter


def atlas() -> Atlas:
    """The Atlas of this request: one data version from its first line to its last."""
    if "atlas" not in g:
        g.atlas = current_app.extensions["assetmap"].current.get()
    return g.atlas


def now() -> datetime:
    """The area's wall time, without a time zone, as sessions are kept."""
    if "now" not in g:
        g.now = datetime.now(ZoneInfo(settings().timezone)).replace(tzinfo=None)
    return g.now


def local(at: str) -> datetime:
    """A moment as the store keeps it (UTC, ISO 8601), by the area's clock."""
    return datetime.fromisoformat(at).astimezone(ZoneInfo(settings().timezone))


def last_day() -> date:
    """When an offer or ask ends that is made today, and does not say how long it stays."""
    return now().date() + timedelta(days=settings().opportunity_days)


def account() -> Account | None:
    """Who is signed in; None for the public."""
    return current_account()


def by() -> str:
    """Who does this, as history writes it."""
    held = account()
    return held.email if held else ""


def renew() -> None:
    """What was saved is what the next request of this process is answered from; of a large map, soon."""
    current_app.extensions["assetmap"].current.renew()


def area_name() -> str:
    """What the place is called on every page."""
    return settings().area_name or atlas().area_name


def root() -> str:
    """The site's own address, without a slash at its end."""
    return (settings().site_url or request.url_root).rstrip("/")


def cards(near: NearPlace | None = None, query: FindQuery | None = None) -> Cards:
    """What makes this request's cards; `near` is from where somebody asks, `query` when it should be."""
    return Cards(atlas(), settings(), now(), near, query)
