"""The application factory: settings in, a Flask app out."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from flask import Flask
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.middleware.proxy_fix import ProxyFix

from assetmap import paths
from assetmap.atlas.current import CurrentAtlas
from assetmap.importing.instance import open_instance, secret_key
from assetmap.settings import Settings
from assetmap.web import (
    access,
    accounts,
    confirm,
    errors,
    exporting,
    favourites,
    find,
    follow,
    health,
    language,
    listings,
    mapdata,
    opendata,
    packs,
    pages,
    records,
    rownumbers,
    security,
    suggest,
    wards,
    whatson,
)
from assetmap.web.assetversion import StaticVersions
from assetmap.web.counting import SearchCounter
from assetmap.web.plan import pages as plan
from assetmap.web.programmes import pages as programmes
from assetmap.web.relations import pages as relations
from assetmap.web.signpost import pages as signpost
from assetmap.web.steward import pages as steward
from assetmap.web.timebank import pages as timebank

LONGEST_FORM = 64_000
_AFTER_THE_FIRST_S = 2.0  # so that whoever waits for the first page is not held up by what comes later


def create_app(settings: Settings, *, warm: bool = False) -> Flask:
    """The app over one instance. Raises BadInput when there is no instance in `settings.home`.

    `warm` builds the Atlas and the map's shell in the background, so that the first reader does not wait for them.
    """
    database = open_instance(settings)
    app = Flask("assetmap", template_folder=str(paths.templates()), static_folder=str(paths.static()))
    app.config.update(SECRET_KEY=secret_key(settings), MAX_CONTENT_LENGTH=LONGEST_FORM, SETTINGS=settings,
                      COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_BR_LEVEL=5, COMPRESS_MIN_SIZE=600,
                      COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "application/javascript",
                                          "application/json", "application/geo+json", "image/svg+xml", "text/csv",
                                          "text/calendar", "application/ld+json", "application/manifest+json"],
                      RATELIMIT_HEADERS_ENABLED=True, SEND_FILE_MAX_AGE_DEFAULT=3600)
    app.json.sort_keys = False
    app.json.ensure_ascii = False
    app.json.compact = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count)
    app.extensions["assetmap"] = _Services(settings, database)
    Compress(app)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    for module in (rownumbers, security, errors, language, access, pages, find, records, wards, whatson, listings,
                   mapdata, opendata, health, exporting, accounts, follow, favourites, steward,
                   signpost, timebank):
        module.register(app)
    suggest.register(app, limiter)
    confirm.register(app, limiter)
    relations.register(app, limiter)
    plan.register(app, limiter)
    programmes.register(app)
    packs.register(app, limiter)
    if warm:
        threading.Thread(target=_warm, args=(app,), daemon=True, name="warm").start()
    return app


class _Services:
    """What requests share: the settings, the store, the current Atlas, the search counter."""

    def __init__(self, settings: Settings, database: Any):
        self.settings = settings
        self.database = database
        self.current = CurrentAtlas(database, settings)
        self.counter = SearchCounter(database, enabled=settings.count_searches)
        self.static = StaticVersions(Path(paths.static()))


def _warm(app: Flask) -> None:
    """Ask the app itself for its first page, and then for a ward's, whose figures take longest to work out. When that
    goes wrong, the first reader is told what and why."""
    client = app.test_client()
    if client.get("/").status_code == 200:
        time.sleep(_AFTER_THE_FIRST_S)
        for code in app.extensions["assetmap"].current.get().ward_codes[:1]:
            client.get(f"/wards/{code}")
