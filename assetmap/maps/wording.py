"""The few words that pictures and charts put in by themselves. Floors below `web` know no reader's language, so that a
page hands its own: `Wording(gettext, ngettext)` of `assetmap.web.language`. Left out, the words are English.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _gettext(message: str, **values: object) -> str:
    return message % values if values else message


def _ngettext(one: str, many: str, number: int, **values: object) -> str:
    return (one if number == 1 else many) % {"num": f"{number:,}", **values}


@dataclass(frozen=True, slots=True)
class Wording:
    """gettext and ngettext of the reader's language, called as those of `assetmap.web.language` are."""

    gettext: Callable[..., str] = _gettext
    ngettext: Callable[..., str] = _ngettext


ENGLISH = Wording()
