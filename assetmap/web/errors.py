"""From an exception to an answer: one table, a sentence for each, nothing of the machine's inside."""

from __future__ import annotations

import logging

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from assetmap.domain.errors import AssetmapError, Busy
from assetmap.web.language import gettext as _

log = logging.getLogger(__name__)

_HEADINGS = {
    400: "That was not understood", 401: "Please sign in", 403: "That is not open to you", 404: "There is nothing here",
    405: "That cannot be done here", 409: "Somebody else saved first", 413: "That is too much at once",
    414: "That address is too long", 429: "Too many at once", 500: "Something went wrong here",
    503: "The map is resting for a moment",
}
_SENTENCES = {
    403: "Your account is not for this page. A steward can change what it is for.",
    404: "The page may have moved, or the address may be mistyped. "
         "Looking for a group or a place starts on the first page.",
    405: "This address is for reading only.",
    413: "What was sent is larger than this page takes.",
    429: "Too many requests came from your network in a short time. Please wait a little, then try again.",
    500: "The fault is ours and has been noted. Please try again in a moment.",
}
BUSY_RETRY_S = 10  # after which somebody who saves has mostly done so
DATA_ENDINGS = (".json", ".geojson", ".csv", ".ics", ".xlsx", ".gpkg")


def register(app: Flask) -> None:
    """Handlers for our own errors, Werkzeug's, and whatever nobody expected."""

    @app.errorhandler(AssetmapError)
    def known(error: AssetmapError) -> Response:
        if isinstance(error, Busy):
            log.warning("%s %r: %s", request.method, request.path, error.message)
        elif error.status >= 500:
            log.error("%r: %s", request.path, error.message, exc_info=error)
        response = answer(error.status, error.message, error.field, getattr(error, "errors", None))
        if isinstance(error, Busy):
            response.headers["Retry-After"] = str(BUSY_RETRY_S)
        return response

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        if error.response is not None or status < 400:
            return error.get_response()
        response = answer(status, _SENTENCES.get(status) or error.description or "")
        for name, value in error.get_headers():
            if name.lower() in ("allow", "retry-after"):
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.error("Unexpected fault at %r", request.path, exc_info=error)
        return answer(500, _SENTENCES[500])


def answer(status: int, message: str, field: str | None = None, errors: dict[str, str] | None = None) -> Response:
    """The error as the asker reads it: JSON for a data address, a page for a person."""
    if request.path.endswith(DATA_ENDINGS) or request.path.startswith("/map/"):
        body: dict[str, object] = {"error": message}
        if field:
            body["field"] = field
        if errors:
            body["errors"] = errors
        response = jsonify(body)
    else:
        heading = _HEADINGS.get(status, "Something went wrong here")
        response = make_response(render_page(status, heading, message))
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def render_page(status: int, heading: str, message: str) -> str:
    """The error page. From 500 on it asks nothing of the data, which may be what is at fault."""
    values = {"status": status, "heading": _(heading), "message": _(message), "suggestions": []}
    if status >= 500:
        return current_app.jinja_env.get_template("unavailable.html").render(values)
    return render_template("error.html", **values)
