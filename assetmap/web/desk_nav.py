"""The menu at the side of the pages of those who are signed in."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request


def is_under(*prefixes: str) -> bool:
    """Whether the request is for one of these addresses, or one below it."""
    return any(request.path == prefix or request.path.startswith(prefix + "/") for prefix in prefixes)


def menu(label: str, first: str, sections: Sequence[tuple[str, str, str]]) -> dict:
    """What steward/_layout.html lists: `sections` are (address, label, icon); `first` is current only itself."""
    path = request.path
    return {"label": label, "nav": [
        {"url": url, "label": text, "icon": icon,
         "current": path == url or (url != first and path.startswith(url + "/"))} for url, text, icon in sections]}
