"""The readers' language: gettext in templates and in views. English is the text itself.

A catalogue is `translations/<code>/messages.po`. What it does not know is said in English. Its header says who made it:
`X-Checked: yes` once somebody who speaks the language has read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask

from assetmap import paths

ENGLISH = "en"
_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


def gettext(message: str, **values: object) -> str:
    """The message in the reader's language, with %(name)s filled in."""
    text = _said(message)
    return text % values if values else text


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The message for this number, with %(num)s and other names filled in."""
    return _said_of_many(one, many, number) % {"num": f"{number:,}", **values}


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Within the block, messages are in this language. What was said before it, such as a constant, stays English."""
    before = _spoken.set(code if code in offered() else ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> str:
    """The code of the language that messages are in just now."""
    return _spoken.get()


def locale() -> Locale:
    """How dates and numbers are written in it."""
    return Locale.parse("en_GB" if spoken() == ENGLISH else spoken())


@cache
def offered() -> tuple[str, ...]:
    """The codes of all languages: English, and those that have a catalogue."""
    return (ENGLISH, *sorted(file.parent.name for file in paths.translations().glob("*/messages.po")))


@cache
def is_checked(code: str) -> bool:
    """Whether somebody who speaks the language has read its catalogue."""
    return code == ENGLISH or dict(_catalogue(code).mime_headers).get("X-Checked", "no") == "yes"


@cache
def translations(code: str) -> NullTranslations:
    """The messages of a language. Raises KeyError for one that has no catalogue."""
    if code == ENGLISH:
        return NullTranslations()
    if code not in offered():
        raise KeyError(code)
    compiled = BytesIO()
    write_mo(compiled, _catalogue(code))
    compiled.seek(0)
    return Translations(compiled)


@cache
def _catalogue(code: str) -> Catalog:
    with (paths.translations() / code / "messages.po").open("rb") as file:
        return read_po(file, locale=code)


def _said(message: str) -> str:
    return translations(_spoken.get()).ugettext(message)


def _said_of_many(one: str, many: str, number: int) -> str:
    return translations(_spoken.get()).ungettext(one, many, number)


def register(app: Flask) -> None:
    """`_`, `ngettext` and {% trans %} in templates."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_said, _said_of_many, newstyle=True)
